"""The pages of cases: new, the case itself, edit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Window
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from cases.enums import CaseStage, Scheme, SchemeFrame
from cases.forms import EditCaseForm, NewCaseForm
from cases.models import Case, Enterprise
from cases.selectors import enterprises, overview
from cases.selectors.notes import notes_of
from cases.selectors.turns import ROLES, turn_of
from cases.services import cases as services
from cases.services.locking import EditedMeanwhile
from cases.views.shared import (
    LIST,
    PAGE_SIZE,
    case_context,
    conflict,
    crumbs,
    posted,
    search_text,
)
from vapup import clock
from vapup.accounts.enums import Action, Verb
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

FORM_PAGE = "cases/case_form.html"
NOTES_SHOWN = 2
EDITED = (*services.APPLICATION_FACTS, *services.RECORDED_DATES, "accepted_on", "version")


def case_new(request: MemberRequest) -> HttpResponse:
    enterprise = _chosen_enterprise(request)
    if enterprise is None:
        return _choose_enterprise(request)
    council = enterprises.council_near(enterprise.address)
    today = clock.today()
    initial = {"consultant": request.member.pk, "consulted_on": today, "council": council, "frame": _frame(request)}
    form = NewCaseForm(posted(request), actor=request.member, initial=initial)
    if request.method == "POST" and form.is_valid():
        consultant, facts = form.cleaned_data["consultant"], form.facts()
        try:
            case = services.open_case(
                actor=request.member, enterprise_id=enterprise.pk, consultant=consultant, facts=facts, today=today
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"案件 {case.number} を登録しました。")
            return redirect("cases:detail", case.number)
    doubts = [one for one in enterprises.verdicts(enterprise, on=today) if not one.is_eligible]
    context: dict[str, Any] = {"row": None, "form": form, "enterprise": enterprise, "verdicts": doubts}
    context["breadcrumbs"] = crumbs("案件の登録", LIST)
    return render(request, FORM_PAGE, context, status=422 if request.method == "POST" else 200)


def _chosen_enterprise(request: MemberRequest) -> Enterprise | None:
    chosen = request.GET.get("enterprise", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        return None
    enterprise = Enterprise.objects.for_agency(request.member.agency_id).filter(pk=int(chosen)).first()
    if enterprise is None:
        raise Http404(f"no enterprise {chosen} in this agency")
    return enterprise


def _choose_enterprise(request: MemberRequest) -> HttpResponse:
    form, text = search_text(request)
    found = enterprises.enterprises_found(request.member.agency_id, text)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"search": form, "text": text, "page": page, "breadcrumbs": crumbs("案件の登録", LIST)}
    return render(request, "cases/choose_enterprise.html", {**context, "frame": _frame(request)})


def _frame(request: MemberRequest) -> str:
    """Return the frame that the chooser proposed, if the address names one."""
    frame = request.GET.get("frame", "")
    return frame if frame in SchemeFrame.values else ""


def case_detail(request: MemberRequest, **_: str) -> HttpResponse:
    case, member = loaded(request, Case), request.member
    steps = list(case.steps.select_related("actor__user").order_by("-pk")[:5])
    verdict = _verdict(case)
    context = {
        **case_context(case),
        "steps": overview.steps_of(case, steps),
        "preparation": overview.preparation_tasks(member, case, verdict) if case.is_application_open else (),
        "procedure": overview.procedure_tasks(member, case),
        "actions": overview.offered_actions(member, case),
        "history": overview.timeline_of(steps),
        "turn": turn_of(CaseStage(case.stage), SchemeFrame(case.frame)),
        "roles": ROLES,
        "events": enterprises.trail(case).exclude(verb=Verb.ADVANCED)[:5],
        "notes": list(notes_of(case).prefetch_related(None).annotate(total=Window(Count("pk")))[:NOTES_SHOWN]),
        "co_agencies": case.co_agencies.order_by("pk"),
        "can_edit": can(member, Action.EDIT_CASE, case).allowed,
        "can_assign": can(member, Action.ASSIGN_CASE, case).allowed,
    }
    return render(request, "cases/detail.html", context)


def _verdict(case: Case) -> Any:
    scheme = Scheme.of(SchemeFrame(case.frame))
    return next(one for one in enterprises.verdicts(case.enterprise, on=case.key_date) if one.scheme is scheme)


def case_edit(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    initial = {name: getattr(case, name) for name in EDITED}
    form = EditCaseForm(posted(request), case=case, today=clock.today(), initial=initial)
    context = {**case_context(case, here="変更"), "row": case, "form": form, "enterprise": case.enterprise}
    if request.method == "POST" and form.is_valid():
        version, reason = form.cleaned_data["version"], form.cleaned_data.get("reason", "")
        try:
            services.edit_case(
                actor=request.member, case_id=case.pk, version=version, facts=form.facts(), reason=reason
            )
        except EditedMeanwhile as late:
            return conflict(request, form, late, FORM_PAGE, context)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"案件 {case.number} を保存しました。")
            return redirect("cases:detail", case.number)
    return render(request, FORM_PAGE, context, status=422 if request.method == "POST" else 200)
