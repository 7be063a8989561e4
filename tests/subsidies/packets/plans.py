"""Approved plans with random figures, and the rows of figures that their papers must show, reckoned from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from random import Random
from typing import Final

from cases.enums import CashItem, PlanState, Scheme, SchemeFrame
from cases.models import (
    Assumption,
    Case,
    Lender,
    Loan,
    LoanChange,
    MapFlow,
    MapNode,
    MeasureEffect,
    Plan,
    RealValue,
)
from cases.rules.statements import Line, balance_lines, cash_flow, profit_lines
from cases.selectors.plan.cash import cash_of
from cases.selectors.plan.figures import sheet_of
from cases.selectors.plan.loans import loan_sheet_of
from cases.selectors.plan.real import real_of
from cases.selectors.plan.versions import approved_plan
from subsidies.enums import ApplicationKind
from subsidies.models import Application
from tests.cases.plans.making import make_assumption, make_figures, make_issue, make_measure, make_plan
from tests.cases.plans_more.plan_cases import make_cash

Row = tuple[int, ...]
PROFIT: Final = ("sales", "purchases", "salaries", "depreciation", "other_expenses", "interest")
BALANCE: Final = ("cash", "receivables", "tangible_assets", "payables", "long_term_loans", "capital")
TEXTS: Final = {
    "outline": "石巻市の水産加工業者です。",
    "finances": "2期続けて経常赤字です。",
    "distress_causes": "原料の値上がりを価格に転嫁できていません。",
    "policy": "価格の改定と経費の見直しで黒字にします。",
    "support_asked": "元金の返済の猶予をお願いします。",
    "follow_up": "3か月ごとに試算表を提出します。",
}


def random_plan(case: Case, chance: Random, *, is_whole: bool = True) -> Plan:
    """Store an approved plan of one to five years, odd yen everywhere; without `is_whole` there is no balance sheet."""
    plan = make_plan(case, years=chance.randint(1, 5), state=PlanState.APPROVED)
    agreed = {"frequency": "quarterly", "follow_up_starts_on": date(2025, 7, 1), "follow_up_months": 36}
    Plan.objects.filter(pk=plan.pk).update(
        **TEXTS, **agreed, cash_starts_on=date(2025, 4, 1), cash_opening_yen=9_999_991
    )
    plan.refresh_from_db()
    for year in plan.all_years:
        make_figures(plan, {one: chance.randint(1_000_001, 99_999_999) for one in PROFIT}, year=year)
    if is_whole:
        make_figures(plan, {one: chance.randint(1_000_001, 99_999_999) for one in BALANCE})
        RealValue.objects.create(
            agency=plan.agency, plan=plan, account="receivables", adjustment_yen=-chance.randint(1_001, 999_999)
        )
    _picture(plan, chance)
    _actions(plan, chance)
    for place, lender in enumerate(Lender.objects.filter(enterprise=case.enterprise).order_by("pk")):
        _loan(plan, lender, place, chance)
    for month in range(4, 13):
        for item in (CashItem.COLLECTED, CashItem.PAID_PURCHASES, CashItem.PAID_LOANS):
            make_cash(plan, date(2025, month, 1), item, chance.randint(1_001, 9_999_999), is_actual=month < 6)
    return plan


def _picture(plan: Plan, chance: Random) -> None:
    common = {"agency": plan.agency, "plan": plan}
    supplier = MapNode.objects.create(
        **common, kind="supplier", name="石巻魚市場", amount_yen=chance.randint(1_001, 10**8)
    )
    own = MapNode.objects.create(**common, kind="function", name="加工場", comment="歩留まり62%", position=1)
    MapFlow.objects.create(**common, source=supplier, target=own, label="鮮魚")


def _actions(plan: Plan, chance: Random) -> None:
    measure = make_measure(make_issue(plan))
    for year in plan.planned_years:
        yen = chance.randint(1_001, 9_999_999)
        MeasureEffect.objects.create(agency=plan.agency, measure=measure, account="sales", year=year, yen=yen)
        make_assumption(plan, "salaries", year, chance.randint(1_001, 999_999))


def _loan(plan: Plan, lender: Lender, place: int, chance: Random) -> None:
    loan = Loan.objects.create(
        agency=plan.agency,
        plan=plan,
        position=place,
        lender=lender,
        name=f"証書貸付{place + 1}",
        balance_yen=lender.balance_yen,
        rate_basis_points=chance.randint(50, 300),
    )
    repaid_yen = lender.balance_yen // 10
    for year in plan.planned_years if repaid_yen else ():
        LoanChange.objects.create(agency=plan.agency, loan=loan, year=year, repaid_yen=repaid_yen)


def plan_rows(application: Application) -> list[Row]:
    """Return the rows of thousands of yen that the plan of a claim must show, each in one line; none without a plan."""
    plan = approved_plan(application.case) if application.kind == ApplicationKind.PLAN_CLAIM else None
    return [*_rows(plan)] if plan is not None else []


def _rows(plan: Plan) -> Iterator[Row]:
    figures, years = sheet_of(plan).figures, plan.all_years
    yield from _lines(profit_lines(figures, years), years)
    if any(account in BALANCE for account, year in figures if year == 0 and account != "cash"):
        base = [year for year in years if year >= 0]
        yield from _lines(balance_lines(figures, base), base)
        yield from _lines(cash_flow(figures, years), [year for year in years if year > 0])
        if Scheme.of(SchemeFrame(plan.case.frame)) is Scheme.IMPROVEMENT:
            yield from ((_kilo(one.book_yen), _kilo(one.real_yen)) for one in real_of(plan).net_assets)
    for one in loan_sheet_of(plan).by_lender:
        cells = (yen for year in one.years for yen in (year.repaid_yen, year.closing_yen))
        yield (_kilo(one.balance_yen), *(_kilo(yen) for yen in cells))
    yield from (tuple(map(_kilo, line.amounts.values())) for line in cash_of(plan).table.lines())
    yield from ((_kilo(one.amount_yen),) for one in MapNode.objects.filter(plan=plan) if one.amount_yen)
    effects = MeasureEffect.objects.filter(measure__plan=plan).order_by("year").values_list("yen", flat=True)
    grounds = Assumption.objects.filter(plan=plan).order_by("year").values_list("yen", flat=True)
    yield from (tuple(map(_kilo, row)) for row in (effects, grounds))


def _lines(lines: Iterable[Line], years: Iterable[int]) -> Iterator[Row]:
    shown = [*years]
    for line in lines:
        if any(line.amounts.get(year) for year in shown):
            yield tuple(_kilo(line.amounts[year]) for year in shown)


def _kilo(yen: int) -> int:
    """Return thousands of yen, the rest dropped on either side of zero."""
    return abs(yen) // 1_000 * (-1 if yen < 0 else 1)
