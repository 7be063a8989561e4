"""The pages of a plan as a whole: overview, start, texts, old versions and what changed between two of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from cases.forms.plan.whole import StartForm, TextsForm
from cases.models import Case, Plan
from cases.selectors.plan.diff import differences_between
from cases.selectors.plan.figures import sheet_of
from cases.selectors.plan.findings import findings_of
from cases.selectors.plan.pages import key_context, reading_of
from cases.selectors.plan.rows import stamp_of_plan
from cases.selectors.plan.start import past_years, proposed_base
from cases.selectors.plan.tasks import TEXT_LABELS, tasks_of
from cases.selectors.plan.versions import current_plan, plans_of
from cases.services.plan.texts import PART, TEXTS, compare_texts, save_texts
from cases.services.plan.versions import start_plan
from cases.views.plan.shared import PAGE, acts_of, plan_context
from cases.views.plan.sheets import Sheet, attempt, tell
from cases.views.shared import case_context, posted
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

TEXTS_PAGE: Final = "cases:plan_texts"


def plan(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    found = current_plan(case)
    if found is None:
        can_start = can(request.member, Action.EDIT_CASE, case).allowed
        return render(request, "plans/empty.html", {**case_context(case, PAGE), "can_start": can_start})
    sheet = sheet_of(found)
    context = {
        **plan_context(found, request.member),
        **acts_of(found, request.member),
        **key_context(sheet),
        "tasks": tasks_of(sheet),
        "found": findings_of(sheet),
        "versions": plans_of(case),
    }
    return render(request, "plans/overview.html", context)


def plan_start(request: MemberRequest, **_: str) -> HttpResponse:
    case, today = loaded(request, Case), clock.today()
    if current_plan(case) is not None:
        return redirect(PAGE, case.number)
    base = proposed_base(case.enterprise, today=today)
    asked = request.GET if "base_ends_on" in request.GET else None
    form = StartForm(posted(request) or asked, initial={"base_ends_on": base, "years": 5})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    if form.is_valid():
        base = form.cleaned_data["base_ends_on"]
    if request.method == "POST" and form.is_valid():
        try:
            made = start_plan(actor=request.member, case_id=case.pk, today=today, **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"計画の第{made.number}版を作りました。")
            return redirect(PAGE, case.number)
    context = {**case_context(case, PAGE, here="計画を作り始める"), "form": form}
    return render(request, "plans/start.html", {**context, "past": past_years(case.enterprise, base)}, status=status)


def plan_texts(request: MemberRequest, **_: str) -> HttpResponse:
    stored = loaded(request, Plan)
    first = {name: getattr(stored, name) for name in TEXTS}
    form = TextsForm(posted(request), initial={**first, "version": stamp_of_plan(stored, TEXTS)})
    status, shown = HTTPStatus.OK, dict[str, Any]()
    if request.method == "POST":
        done = attempt(_texts_sheet(request, stored, form))
        if done.status is HTTPStatus.FOUND:
            tell(request, PART, done)
            return redirect(TEXTS_PAGE, stored.case.number)
        status, shown = done.status, done.shown
    own = {"form": form, "texts": _texts(stored), "is_conflict": False}
    context = {**plan_context(stored, request.member, TEXTS_PAGE), **own, **shown}
    return render(request, "plans/texts.html", context, status=status)


def plan_version(request: MemberRequest, plan_number: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    found = _version(case, plan_number)
    here = f"第{plan_number}版"
    context = {**plan_context(found, request.member, here=here), **reading_of(found), "texts": _texts(found)}
    return render(request, "plans/version.html", {**context, "can_edit": False})


def plan_compare(request: MemberRequest, plan_number: int, other_number: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    old, new = _version(case, plan_number), _version(case, other_number)
    context = plan_context(new, request.member, here=f"第{plan_number}版との違い")
    return render(request, "plans/compare.html", {**context, "old": old, "found": differences_between(old, new)})


def _version(case: Case, number: int) -> Plan:
    found = plans_of(case).filter(number=number).first()
    if found is None:
        raise Http404(f"no version {number} of the plan of the case {case.number}")
    return found


def _texts_sheet(request: MemberRequest, stored: Plan, form: TextsForm) -> Sheet:
    def fresh() -> Plan:
        return plans_of(stored.case).get(pk=stored.pk)

    return Sheet(
        stored,
        PART,
        form,
        save=lambda: save_texts(
            actor=request.member, case_id=stored.case_id, seen=form.cleaned_data["version"], facts=form.values()
        ),
        compare=lambda: compare_texts(fresh(), form.values()),
        stamp=lambda: stamp_of_plan(fresh(), TEXTS),
    )


def _texts(stored: Plan) -> list[tuple[str, str]]:
    return [(label, getattr(stored, name)) for name, label in TEXT_LABELS]
