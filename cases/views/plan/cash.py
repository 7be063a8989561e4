"""The page of the cash table (資金繰表)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.forms.plan.cash import CashForm
from cases.models import Plan
from cases.selectors.plan.cash import CashSheet, cash_of, proposed_cash
from cases.selectors.plan.part_charts import cash_chart
from cases.selectors.plan.versions import current_plan
from cases.services.plan.cash import PART, compare_cash, save_cash
from cases.views.plan.shared import plan_context
from cases.views.plan.sheets import Sheet, attempt, tell
from cases.views.shared import Tab, posted
from vapup.accounts.http import MemberRequest, loaded
from vapup.shared.errors import DomainError

PAGE: Final = "cases:plan_cash"
ACTUAL: Final = "actual"
PASTE, PROPOSE = "paste", "propose"
NO_FIGURES: Final = (
    "計画年度の損益計画・貸借対照表がまだないため、資金繰の案を作れません。先に損益計画を入力してください。"
)


def plan_cash(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    stored, is_actual = cash_of(plan), request.GET.get("sheet") == ACTUAL
    form = CashForm(posted(request), stored=stored, is_actual=is_actual)
    act = request.POST.get("act", "")
    status, shown = HTTPStatus.OK, dict[str, Any]()
    if request.method == "POST" and act in {PASTE, PROPOSE}:
        status, shown = _fill(plan, form, act)
    elif request.method == "POST":
        done = attempt(_sheet(request, plan, form))
        if done.status is HTTPStatus.FOUND:
            tell(request, PART, done)
            return redirect(_address(plan, is_actual=is_actual))
        status, shown = done.status, done.shown
    context = {**plan_context(plan, request.member, PAGE), **_shown(plan, stored, form), **shown}
    return render(request, "plans/cash.html", context, status=status)


def _fill(plan: Plan, form: CashForm, act: str) -> tuple[HTTPStatus, dict[str, Any]]:
    """Put what was pasted, or what the yearly plan proposes, into the cells; nothing is saved yet."""
    try:
        if act == PASTE:
            return HTTPStatus.OK, {"is_unsaved": True, "ignored": form.take_paste()}
        amounts = proposed_cash(plan, starts_on=form.shown_months[0], months=len(form.shown_months))
    except DomainError as refused:
        return _refused(form, refused.message)
    if not amounts:
        return _refused(form, NO_FIGURES)
    form.propose(amounts)
    return HTTPStatus.OK, {"is_unsaved": True}


def _refused(form: CashForm, sentence: str) -> tuple[HTTPStatus, dict[str, Any]]:
    form.is_valid()
    form.add_error(None, sentence)
    return HTTPStatus.UNPROCESSABLE_ENTITY, {}


def _sheet(request: MemberRequest, plan: Plan, form: CashForm) -> Sheet:
    def now() -> Plan:
        """Return the plan as it is stored now: its settings are part of the sheet."""
        return current_plan(plan.case) or plan

    return Sheet(
        plan,
        PART,
        form,
        save=lambda: save_cash(
            actor=request.member, case_id=plan.case_id, seen=form.cleaned_data["version"], sheet=form.sheet()
        ),
        compare=lambda: compare_cash(fresh := now(), cash_of(fresh), form.sheet()).changes,
        stamp=lambda: cash_of(now()).stamp,
    )


def _shown(plan: Plan, stored: CashSheet, form: CashForm) -> dict[str, Any]:
    return {
        "form": form,
        "sheet": stored,
        "chart": None if stored.is_empty else cash_chart(stored),
        "kinds": [
            Tab(label, _address(plan, is_actual=is_actual), is_actual == form.is_actual)
            for label, is_actual in (("計画の入力", False), ("実績の入力", True))
        ],
        "is_unsaved": False,
        "is_conflict": False,
        "ignored": (),
    }


def _address(plan: Plan, *, is_actual: bool) -> str:
    return reverse(PAGE, args=[plan.case.number]) + (f"?sheet={ACTUAL}" if is_actual else "")
