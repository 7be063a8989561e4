"""The pages of planned periods; they lead back to the costs, which are planned by period."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.models import Case
from cases.views.shared import case_context, form_page, posted
from monitoring.forms.periods import PeriodForm
from monitoring.selectors.periods import periods_of
from monitoring.services import periods as services
from vapup.accounts.http import MemberRequest, loaded
from vapup.ui.forms import OfficeForm

COSTS: Final = "subsidies:costs"


def period_new(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    form = PeriodForm(posted(request), frame=SchemeFrame(case.frame))

    def save() -> HttpResponse:
        period = services.add_period(actor=request.member, case_id=case.pk, **form.cleaned_data)
        return _done(request, case, f"対象期間 {period} を登録しました。")

    return form_page(request, form, save, _context(case, "伴走支援対象期間の登録", "登録する"))


def period_edit(request: MemberRequest, period_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    period = get_object_or_404(periods_of(case), pk=period_id)
    initial = {"kind": period.kind, "starts_on": period.starts_on, "ends_on": period.ends_on}
    form = PeriodForm(posted(request), frame=SchemeFrame(case.frame), initial=initial)

    def save() -> HttpResponse:
        edited = services.edit_period(actor=request.member, case_id=case.pk, period_id=period.pk, **form.cleaned_data)
        return _done(request, case, f"対象期間 {edited} を保存しました。")

    return form_page(request, form, save, _context(case, "伴走支援対象期間の変更", "保存する"))


def period_remove(request: MemberRequest, period_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    period = get_object_or_404(periods_of(case), pk=period_id)

    def save() -> HttpResponse:
        name = services.remove_period(actor=request.member, case_id=case.pk, period_id=period.pk)
        return _done(request, case, f"対象期間 {name} を削除しました。")

    intro = f"「{period.get_kind_display()} {period}」を削除します。内容は履歴に残ります。"
    context = {**_context(case, "伴走支援対象期間の削除", "削除する"), "intro": intro, "danger": True}
    return form_page(request, OfficeForm(posted(request)), save, context)


def _done(request: MemberRequest, case: Case, message: str) -> HttpResponseRedirect:
    messages.success(request, message)
    return redirect(COSTS, case.number)


def _context(case: Case, heading: str, submit: str) -> dict[str, Any]:
    url = reverse(COSTS, args=[case.number])
    return {**case_context(case, COSTS, here=heading), "heading": heading, "submit": submit, "cancel_url": url}
