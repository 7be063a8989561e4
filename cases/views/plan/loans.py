"""The page of the repayment plan (返済計画)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from cases.forms.plan.loans import BLANK, EQUAL, LOAN, PRO_RATA, LoansForm
from cases.models import Plan
from cases.selectors.plan.loans import LoanSheet, loan_sheet_of
from cases.selectors.plan.part_charts import debt_service_chart, repayment_sources
from cases.services.plan.loans import PART, compare_loans, save_loans
from cases.views.plan.shared import plan_context
from cases.views.plan.sheets import Sheet, attempt, back, blank_rows, tell
from cases.views.shared import posted
from vapup.accounts.http import MemberRequest, loaded

PAGE: Final = "cases:plan_loans"
NOTHING_PROPOSED: Final = {
    EQUAL: "残高のある借入金がないため、返済の案を作れません。先に借入金と残高を入力してください。",
    PRO_RATA: "年ごとの返済額の合計が入力されていないため、按分できません。合計を入力してから押してください。",
}


def plan_loans(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    stored = loan_sheet_of(plan)
    form = LoansForm(posted(request), stored=stored, blank=blank_rows(request, BLANK))
    status, shown = HTTPStatus.OK, dict[str, Any]()
    if request.method == "POST" and form.act in NOTHING_PROPOSED:
        status, shown = _propose(form)
    elif request.method == "POST":
        done = attempt(_sheet(request, plan, form))
        if done.status is HTTPStatus.FOUND:
            tell(request, PART, done)
            return back(PAGE, plan.case, form.act)
        status, shown = done.status, done.shown
    context = {**plan_context(plan, request.member, PAGE), **_shown(stored, form), **shown}
    return render(request, "plans/loans.html", context, status=status)


def _propose(form: LoansForm) -> tuple[HTTPStatus, dict[str, Any]]:
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY, {}
    if not form.propose(form.act):
        form.add_error(None, NOTHING_PROPOSED[form.act])
        return HTTPStatus.UNPROCESSABLE_ENTITY, {}
    return HTTPStatus.OK, {"is_unsaved": True, "loans": form.rows(LOAN), "loan_years": form.loan_years()}


def _sheet(request: MemberRequest, plan: Plan, form: LoansForm) -> Sheet:
    return Sheet(
        plan,
        PART,
        form,
        save=lambda: save_loans(
            actor=request.member, case_id=plan.case_id, seen=form.cleaned_data["version"], rows=form.sheet()
        ),
        compare=lambda: compare_loans(plan, loan_sheet_of(plan), form.sheet()).changes,
        stamp=lambda: loan_sheet_of(plan).stamp,
    )


def _shown(stored: LoanSheet, form: LoansForm) -> dict[str, Any]:
    return {
        "form": form,
        "loans": form.rows(LOAN),
        "loan_years": form.loan_years(),
        "sheet": stored,
        "chart": debt_service_chart(stored, repayment_sources(stored.plan, stored)) if stored.loans else None,
        "is_first": not stored.loans and bool(stored.lenders),
        "is_unsaved": False,
        "is_conflict": False,
    }
