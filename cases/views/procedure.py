"""The pages that move a case: advance, hand over, co-agencies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cases.enums import CaseAction, CaseStage
from cases.forms import AdvanceForm, AssignForm, CoAgencyForm
from cases.models import Case
from cases.selectors.banks import bank_board
from cases.selectors.overview import action_url
from cases.selectors.step_days import AGREEMENTS, proposed_day
from cases.services.cases import assign_case
from cases.services.procedure import advance_case
from cases.services.relations import add_co_agency, remove_co_agency
from cases.views.shared import case_context, form_page, posted
from cases.workflow import TRANSITIONS, is_through_application
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.ui.forms import OfficeForm


def advance(request: MemberRequest, action: str, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    if action not in CaseAction.values:
        raise Http404(f"no action {action}")
    chosen = CaseAction(action)
    if is_through_application(chosen, CaseStage(case.stage)):
        return redirect(action_url(case, chosen))
    today = clock.today()
    form = AdvanceForm(posted(request), action=chosen, today=today, proposed=proposed_day(case, chosen, today=today))

    def save() -> HttpResponse:
        moved = advance_case(actor=request.member, case_id=case.pk, action=chosen, **form.cleaned_data)
        return _done(request, case, f"案件 {case.number} を「{moved.get_stage_display()}」にしました。")

    context = {
        **_context(case, chosen.label, "記録する"),
        "intro": f"{TRANSITIONS[chosen].why}{_still_missing(case, chosen)}",
    }
    return form_page(request, form, save, context)


def _still_missing(case: Case, action: CaseAction) -> str:
    """Return which lenders have not agreed yet, before the agreement is recorded."""
    missing = bank_board(case).missing_consents if action in AGREEMENTS else ()
    return f" まだ同意が記録されていない金融機関: {'、'.join(missing)}。" if missing else ""


def assign(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    form = AssignForm(posted(request), actor=request.member)

    def save() -> HttpResponse:
        assigned = assign_case(actor=request.member, case_id=case.pk, **form.cleaned_data)
        return _done(request, case, f"案件 {case.number} の担当者を{assigned.consultant}にしました。")

    context = {**_context(case, "担当者の変更", "変更する"), "intro": f"今の担当者は{case.consultant}です。"}
    context["hand_over_url"] = reverse("subsidies:hand_over", args=[case.number])
    return form_page(request, form, save, context)


def co_agency_new(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    form = CoAgencyForm(posted(request))

    def save() -> HttpResponse:
        added = add_co_agency(actor=request.member, case_id=case.pk, facts=form.cleaned_data)
        return _done(request, case, f"その他認定支援機関「{added}」を登録しました。")

    return form_page(request, form, save, _context(case, "その他認定支援機関の登録", "登録する"))


def co_agency_remove(request: MemberRequest, co_agency_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    co_agency = get_object_or_404(case.co_agencies, pk=co_agency_id)

    def save() -> HttpResponse:
        name = remove_co_agency(actor=request.member, case_id=case.pk, co_agency_id=co_agency.pk)
        return _done(request, case, f"その他認定支援機関「{name}」を外しました。")

    intro = f"「{co_agency}」をこの案件から外します。内容は履歴に残ります。"
    context = {**_context(case, "その他認定支援機関を外す", "外す"), "intro": intro, "danger": True}
    return form_page(request, OfficeForm(posted(request)), save, context)


def _done(request: MemberRequest, case: Case, message: str) -> HttpResponseRedirect:
    messages.success(request, message)
    return redirect("cases:detail", case.number)


def _context(case: Case, heading: str, submit: str) -> dict[str, Any]:
    url = reverse("cases:detail", args=[case.number])
    return {**case_context(case, here=heading), "heading": heading, "submit": submit, "cancel_url": url}
