"""The pages of an enterprise: facts, edit, history."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.forms import EditEnterpriseForm, NewEnterpriseForm
from cases.models import Enterprise
from cases.selectors import enterprises as selectors
from cases.selectors.figures import stored_figures
from cases.selectors.likeness import lookalikes_of
from cases.selectors.overview import tone_of
from cases.services import enterprises as services
from cases.services.locking import EditedMeanwhile
from cases.views.merging import merge_rows
from cases.views.shared import conflict, crumbs, history_page, posted
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can

LIST = ("事業者", "cases:enterprises")
FORM_PAGE = "cases/enterprise_form.html"


def enterprise_new(request: MemberRequest) -> HttpResponse:
    form = NewEnterpriseForm(posted(request))
    existing: Enterprise | None = None
    if request.method == "POST" and form.is_valid():
        is_another = form.cleaned_data["is_another"]
        try:
            stored = services.register_enterprise(actor=request.member, facts=form.facts(), is_another=is_another)
        except services.SameName as same:
            form.ask_whether_another(same.message)
            existing = same.existing
        except services.DuplicateNumber as duplicate:
            form.add_error("corporate_number", duplicate.message)
            existing = duplicate.existing
        else:
            messages.success(request, f"事業者「{stored.name}」を登録しました。")
            return redirect("cases:enterprise", stored.pk)
    context = {"row": None, "form": form, "existing": existing, "breadcrumbs": crumbs("事業者の登録", LIST)}
    return render(request, FORM_PAGE, context, status=422 if request.method == "POST" else 200)


def enterprise(request: MemberRequest, **_: int) -> HttpResponse:
    shown, today = loaded(request, Enterprise), clock.today()
    context = {
        "enterprise": shown,
        "figures": stored_figures(shown, today=today),
        "verdicts": selectors.verdicts(shown, on=today),
        "lenders": selectors.lenders_of(shown),
        "totals": selectors.lender_totals(shown),
        "past_uses": shown.past_uses.order_by("pk"),
        "cases": [(case, tone_of(case.stage)) for case in selectors.cases_of(shown)],
        "events": selectors.trail(shown)[:3],
        "lookalikes": lookalikes_of(shown),
        "merges": merge_rows(shown),
        "can_merge": can(request.member, Action.MERGE_ENTERPRISES).allowed,
        "can_edit": can(request.member, Action.EDIT_ENTERPRISE, shown).allowed,
        "can_open_case": can(request.member, Action.OPEN_CASE).allowed,
        "breadcrumbs": crumbs(shown.name, LIST),
    }
    return render(request, "cases/enterprise.html", context)


def enterprise_edit(request: MemberRequest, **_: int) -> HttpResponse:
    shown = loaded(request, Enterprise)
    initial = {name: getattr(shown, name) for name in (*services.FACTS, "version")}
    form = EditEnterpriseForm(posted(request), initial=initial)
    context = {"row": shown, "form": form, "existing": None, "breadcrumbs": _crumbs(shown, "変更")}
    if request.method == "POST" and form.is_valid():
        version, facts = form.cleaned_data["version"], form.facts()
        try:
            services.edit_enterprise(actor=request.member, enterprise_id=shown.pk, version=version, facts=facts)
        except EditedMeanwhile as late:
            return conflict(request, form, late, FORM_PAGE, context)
        except services.DuplicateNumber as duplicate:
            form.add_error("corporate_number", duplicate.message)
            context["existing"] = duplicate.existing
        else:
            messages.success(request, f"事業者「{facts['name']}」を保存しました。")
            return redirect("cases:enterprise", shown.pk)
    return render(request, FORM_PAGE, context, status=422 if request.method == "POST" else 200)


def enterprise_history(request: MemberRequest, **_: int) -> HttpResponse:
    shown = loaded(request, Enterprise)
    return history_page(request, shown, {"breadcrumbs": _crumbs(shown, "履歴")})


def _crumbs(shown: Enterprise, label: str) -> list[dict[str, str]]:
    return crumbs(label, LIST, (shown.name, reverse("cases:enterprise", args=[shown.pk])))
