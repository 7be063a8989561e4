"""Makers of plans for tests; none calls a service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cases.enums import PlanState
from cases.models import (
    Assumption,
    Case,
    CashFigure,
    Issue,
    Loan,
    LoanChange,
    MapFlow,
    MapNode,
    Measure,
    MeasureEffect,
    MonthlyFigure,
    Plan,
    PlanFigure,
    RealValue,
    YearlyFigure,
)
from tests.builders import make_lender
from vapup import clock
from vapup.accounts.models import Member

BASE = date(2025, 3, 31)
# A base year that balances: assets 60 + 50 = 110 million, claims 80 + 10 + 20 = 110 million.
YEAR_ZERO: Mapping[str, int] = {
    "sales": 320_000_000,
    "purchases": 200_000_000,
    "salaries": 90_000_000,
    "depreciation": 10_000_000,
    "other_expenses": 25_000_000,
    "interest": 3_000_000,
    "cash": 60_000_000,
    "tangible_assets": 50_000_000,
    "long_term_loans": 80_000_000,
    "capital": 10_000_000,
    "retained_earnings": 20_000_000,
}


def make_plan(case: Case, *, years: int = 3, state: PlanState = PlanState.DRAFT, number: int = 1) -> Plan:
    """Store a version without parts; one that is no draft was submitted, and approved, by the case's consultant."""
    plan = Plan(agency=case.agency, case=case, number=number, base_ends_on=BASE, years=years, state=state)
    plan.prepared_by = case.consultant
    if state != PlanState.DRAFT:
        plan.submitted_by, plan.submitted_at = case.consultant, clock.now()
    if state in {PlanState.APPROVED, PlanState.REPLACED}:
        plan.approved_by, plan.approved_at = case.consultant, clock.now()
    plan.save()
    return plan


def close(plan: Plan, state: PlanState = PlanState.APPROVED) -> None:
    """Make a draft an approved version, or one that waits, as if somebody else had prepared it."""
    consultant: Member = plan.case.consultant
    now = clock.now()
    values = {"state": state, "submitted_by": consultant, "submitted_at": now}
    if state != PlanState.SUBMITTED:
        values |= {"approved_by": consultant, "approved_at": now}
    Plan.objects.filter(pk=plan.pk).update(**values)
    plan.refresh_from_db()


def make_figures(plan: Plan, figures: Mapping[str, int] = YEAR_ZERO, *, year: int = 0) -> None:
    """Store the amounts of a year."""
    PlanFigure.objects.bulk_create(
        PlanFigure(agency=plan.agency, plan=plan, account=account, year=year, yen=yen)
        for account, yen in figures.items()
    )


def make_issue(plan: Plan, title: str = "不採算の取引先", *, position: int = 1) -> Issue:
    """Store an issue."""
    return Issue.objects.create(agency=plan.agency, plan=plan, title=title, position=position)


def make_measure(issue: Issue, title: str = "値上げ交渉", *, position: int = 1, **effects: int) -> Measure:
    """Store a measure; `effects` are written as sales_1=5_000: account and year."""
    measure = Measure.objects.create(
        agency=issue.agency,
        plan=issue.plan,
        issue=issue,
        title=title,
        owner="社長",
        starts_on=date(2025, 4, 1),
        due_on=date(2025, 9, 30),
        position=position,
    )
    for name, yen in effects.items():
        account, _, year = name.rpartition("_")
        MeasureEffect.objects.create(agency=issue.agency, measure=measure, account=account, year=int(year), yen=yen)
    return measure


def make_assumption(plan: Plan, account: str, year: int, yen: int, ground: str = "最低賃金の引上げ") -> Assumption:
    """Store one year of a line of assumptions."""
    return Assumption.objects.create(
        agency=plan.agency, plan=plan, account=account, year=year, yen=yen, ground=ground, position=1
    )


def make_other_parts(plan: Plan) -> None:
    """Store one row of every part that other pages edit."""
    common = {"agency": plan.agency, "plan": plan}
    supplier = MapNode.objects.create(**common, kind="supplier", name="石巻魚市場", amount_yen=150_000_000)
    own = MapNode.objects.create(**common, kind="function", name="加工場")
    MapFlow.objects.create(**common, source=supplier, target=own, label="鮮魚")
    RealValue.objects.create(**common, account="receivables", adjustment_yen=-500_000, reason="回収不能")
    lender = make_lender(plan.case.enterprise)
    loan = Loan.objects.create(**common, lender=lender, name="証書貸付", balance_yen=80_000_000, rate_basis_points=150)
    LoanChange.objects.create(agency=plan.agency, loan=loan, year=1, repaid_yen=8_000_000)
    CashFigure.objects.create(**common, month=date(2025, 4, 1), item="collected", yen=26_000_000)


def make_year(case: Case, ends_on: date, figures: Mapping[str, int]) -> None:
    """Store the closed year of the enterprise of a case."""
    YearlyFigure.objects.bulk_create(
        YearlyFigure(agency=case.agency, enterprise=case.enterprise, ends_on=ends_on, account=account, yen=yen)
        for account, yen in figures.items()
    )


def make_month(case: Case, month: date, figures: Mapping[str, int]) -> None:
    """Store a month of the enterprise of a case."""
    MonthlyFigure.objects.bulk_create(
        MonthlyFigure(agency=case.agency, enterprise=case.enterprise, month=month, account=account, yen=yen)
        for account, yen in figures.items()
    )
