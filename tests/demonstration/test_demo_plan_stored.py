"""The demonstration's plans as stored: whole, without contradictions, and one story with the books and reports."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cases.enums import CaseStage, LenderRole, PlanState, Statement
from cases.models import Case, Enterprise, Lender, MonthlyFigure, Plan, YearlyFigure
from cases.rules.accounts import accounts
from cases.rules.attribution import attribute
from cases.rules.plan_checks import findings
from cases.rules.repayment import interest_by_year, overpaid, schedules
from cases.rules.statements import imbalances, total_assets, total_claims
from cases.selectors.plan.business_map import map_of
from cases.selectors.plan.cash import cash_of
from cases.selectors.plan.figures import Sheet, calculated, sheet_of
from cases.selectors.plan.loans import loan_sheet_of
from cases.selectors.plan.real import real_of
from cases.selectors.plan.tasks import tasks_of
from monitoring.enums import PeriodKind, PeriodState, ReportState
from monitoring.models import FollowUpReport, MonitoringPeriod
from monitoring.selectors.follow_up_period import PeriodSheet, period_sheet
from monitoring.selectors.follow_up_schedule import flaws_in
from monitoring.selectors.periods import periods_of
from tests.builders import make_agency, make_case, make_enterprise, make_lender, make_member
from tests.monitoring.follow_up.follow_up_cases import accept
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member
from vapup.accounts.tenancy import tenant_scope
from vapup.demonstration.ledger import MONTHS, add_months
from vapup.demonstration.office import DAYS_TO_FIRST_PERIOD, FOLDER
from vapup.demonstration.planned import begin_plan, fiscal_month, plan_and_follow, times_of
from vapup.demonstration.story import period_days

TODAY = date(2026, 11, 19)
CONSULTED, LENGTHS = 520, [6, 3, 3, 6]
SALES_LOST = ["sales", "purchases", "subcontracting"]


def as_figures(amounts: Mapping[str, int]) -> dict[tuple[str, int], int]:
    """Return amounts as the rules take them, as those of one year."""
    return {(name, 0): yen for name, yen in amounts.items()}


@dataclass(frozen=True)
class Made:
    """The demonstration as stored."""

    case: Case
    plan: Plan
    sheet: Sheet
    periods: list[PeriodSheet]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made]:
    """The case with its books, plan and reports, without the rest of the office."""
    with django_db_blocker.unblock(), transaction.atomic():
        agency = make_agency()
        consultant, manager = make_member(agency), make_member(agency, Role.MANAGER)
        with tenant_scope(agency.pk):
            case = make_followed(consultant)
            plan_and_follow(case, consultant=consultant, manager=manager, today=TODAY)
            other = make_case(consultant, enterprise=make_described(agency, "yamada"))
            begin_plan(other, consultant=consultant, manager=manager, today=TODAY)
            plan = Plan.objects.select_related("case__enterprise").get(case=case)
            sheets = [period_sheet(plan.case, one.pk, today=TODAY) for one in periods_of(plan.case)]
            yield Made(plan.case, plan, sheet_of(plan), [one for one in sheets if one])
        transaction.set_rollback(True)


def make_followed(consultant: Member) -> Case:
    """Store the case that is followed, with the periods of its description."""
    case = make_case(consultant, enterprise=make_described(consultant.agency, "kitazawa"))
    accept(case, CaseStage.MONITORING)
    days = period_days(TODAY - timedelta(days=CONSULTED - DAYS_TO_FIRST_PERIOD), LENGTHS)
    MonitoringPeriod.objects.bulk_create(
        MonitoringPeriod(agency=consultant.agency, case=case, kind=PeriodKind.REGULAR, starts_on=first, ends_on=last)
        for first, last in days
    )
    times = times_of(TODAY - timedelta(days=CONSULTED), DAYS_TO_FIRST_PERIOD, TODAY)
    Enterprise.objects.filter(pk=case.enterprise_id).update(fiscal_year_end_month=fiscal_month(times))
    return Case.objects.select_related("enterprise", "consultant").get(pk=case.pk)


def make_described(agency: Agency, key: str) -> Enterprise:
    """Store an enterprise with its lenders as the demonstration describes them."""
    rows = tomllib.loads((FOLDER / "enterprises.toml").read_text(encoding="utf-8"))["enterprise"]
    row = next(one for one in rows if one["key"] == key)
    owed = {name: row[name] for name in ("name", "annual_sales_yen", "interest_bearing_debt_yen")}
    enterprise = make_enterprise(agency, **owed)
    for lender in row["lenders"]:
        make_lender(enterprise, **{**lender, "role": LenderRole(lender["role"])})
    return enterprise


def test_what_is_stored_balances_and_agrees_with_the_enterprise(made: Made) -> None:
    enterprise = made.case.enterprise
    by_month: dict[date, dict[str, int]] = {}
    for month, name, yen in MonthlyFigure.objects.filter(enterprise=enterprise).values_list("month", "account", "yen"):
        by_month.setdefault(month, {})[name] = yen
    assert len(by_month) == 36
    assert all(total_assets(as_figures(one), 0) == total_claims(as_figures(one), 0) for one in by_month.values())
    base = dict(
        YearlyFigure.objects.filter(enterprise=enterprise, ends_on=made.plan.base_ends_on).values_list("account", "yen")
    )
    assert base["sales"] == enterprise.annual_sales_yen == 1_240_000_000
    assert base["short_term_loans"] + base["long_term_loans"] == enterprise.interest_bearing_debt_yen == 980_000_000
    assert enterprise.fiscal_year_end_month == made.plan.base_ends_on.month
    assert set(MonthlyFigure.objects.values_list("enterprise_id", flat=True)) == {enterprise.pk}


def test_closed_years_are_stored_as_the_sums_of_the_months(made: Made) -> None:
    chart, checked = accounts(), 0
    for ends_on in set(YearlyFigure.objects.filter(enterprise=made.case.enterprise).values_list("ends_on", flat=True)):
        first = add_months(ends_on.replace(day=1), 1 - MONTHS)
        months = MonthlyFigure.objects.filter(enterprise=made.case.enterprise, month__range=(first, ends_on))
        if months.values("month").distinct().count() < MONTHS:
            continue
        sums: dict[str, int] = {}
        for month, name, yen in months.values_list("month", "account", "yen"):
            if chart[name].statement is Statement.PROFIT or month == ends_on.replace(day=1):
                sums[name] = sums.get(name, 0) + yen
        stored = YearlyFigure.objects.filter(enterprise=made.case.enterprise, ends_on=ends_on)
        assert dict(stored.values_list("account", "yen")) == sums
        checked += 1
    assert checked == 2  # the base year and the first planned one


def test_the_plan_is_whole_and_nothing_in_it_contradicts(made: Made) -> None:
    sheet = made.sheet
    assert {one.state for one in tasks_of(sheet)} == {"done"}
    assert findings(sheet.figures, sheet.loans, list(made.plan.all_years)) == ()
    assert imbalances(sheet.figures, made.plan.all_years) == ()
    assert overpaid(schedules(sheet.loans, made.plan.planned_years)) == ()
    assert min(sheet.figures["cash", year] for year in made.plan.all_years) > 40_000_000
    assert made.plan.approved_by != made.plan.submitted_by
    assert made.plan.approved_at is not None
    assert made.plan.follow_up_starts_on is not None
    assert made.plan.approved_at.date() < made.plan.follow_up_starts_on


def test_effects_reach_the_plan_to_the_yen(made: Made) -> None:
    sheet, years = made.sheet, made.plan.planned_years
    assert len(sheet.measures) == 7
    for statement in Statement:
        wanted = calculated(sheet, statement)
        assert {key: sheet.stored.get(key, 0) for key in wanted} == wanted
    changes = attribute(sheet.figures, sheet.effects, sheet.assumptions, years)
    told = [one for one in changes if accounts()[one.line].profit_sign]
    assert len(told) >= 5 * 12
    assert {one.other_yen for one in told} == {0}
    due = interest_by_year(schedules(sheet.loans, years))
    assert all(0 <= sheet.figures["interest", year] - yen < 10_000 for year, yen in due.items())


def test_loans_map_and_real_values_agree_with_the_books(made: Made) -> None:
    loans = loan_sheet_of(made.plan)
    assert loans.findings == []
    owed = {one.name: one.balance_yen for one in loans.by_lender}
    lenders = Lender.objects.filter(enterprise=made.case.enterprise, balance_yen__gt=0)
    assert owed == {str(one): one.balance_yen for one in lenders}
    guaranteed = sum(one.balance_yen for one in loans.loans if one.is_guaranteed)
    assert guaranteed == sum(lenders.values_list("guaranteed_yen", flat=True))
    nodes = map_of(made.plan).nodes
    assert 8 <= len(nodes) <= 12
    by_kind: dict[str, int] = {}
    for node in nodes:
        by_kind[node.kind] = by_kind.get(node.kind, 0) + (node.amount_yen or 0)
    base = {name: yen for (name, year), yen in made.sheet.stored.items() if year == 0}
    assert (by_kind["customer"], by_kind["supplier"]) == (base["sales"], base["purchases"])
    assert by_kind["subcontractor"] == base["subcontracting"]
    real = real_of(made.plan)
    assert real.base.real_yen < 0 <= real.base.book_yen
    assert real.cured.value == 4  # as the plan's policy says


def test_the_cash_table_follows_the_books_and_never_runs_dry(made: Made) -> None:
    sheet = cash_of(made.plan)
    months = sheet.table.months
    assert len(months) == 12
    assert min(one.closing_yen for one in months) > 40_000_000
    by_month = dict(
        MonthlyFigure.objects.filter(enterprise=made.case.enterprise, account="cash").values_list("month", "yen")
    )
    actual = [one for one in months if one.is_actual]
    assert len(actual) >= 9
    assert all(one.closing_yen == by_month[one.month] for one in actual)
    assert len(sheet.amounts(is_actual=False)) >= 12 * 7


def test_two_reports_are_finished_and_one_goes_on(made: Made) -> None:
    first, second, third, fourth = made.periods
    assert flaws_in(made.case, periods_of(made.case)) == ()
    assert [one.is_close for one in made.periods] == [True, False, False, True]
    assert [one.report and one.report.state for one in made.periods] == [
        *(ReportState.FINISHED, ReportState.FINISHED, ReportState.DRAFT, None)
    ]
    assert third.state == PeriodState.RUNNING
    assert (first.is_stale, second.is_stale) == (False, False)
    found = [[row.id for row in one.comparison.large] if one.comparison else [] for one in made.periods[:3]]
    assert found == [[], SALES_LOST, SALES_LOST]
    assert [len(one.unexplained) for one in (first, second, third)] == [0, 0, 3]
    assert all(one.deviation and one.deviation.measure for one in second.deviations)
    assert fourth.comparison is not None
    assert fourth.comparison.rows == ()


def test_the_lenders_were_told_of_both_and_reports_name_the_figures(made: Made) -> None:
    first, second = made.periods[:2]
    assert (len(first.meetings), first.untold) == (4, [])
    assert (len(second.meetings), [one.role for one in second.untold]) == (3, ["guarantor"])
    for one in (first, second):
        assert one.report is not None
        assert one.report.finished_at is not None
        days = [meeting.held_on for meeting in one.meetings]
        assert one.report.finished_at.date() < min(days) <= max(days) <= TODAY
        sales = one.comparison.row("sales") if one.comparison else None
        assert sales is not None
        assert f"{sales.actual_yen:,}円" in one.report.results
    assert FollowUpReport.objects.count() == 3


def test_the_other_plan_is_half_filled(made: Made) -> None:
    draft = Plan.objects.select_related("case__enterprise").get(state=PlanState.DRAFT)
    sheet = sheet_of(draft)
    states = [one.state for one in tasks_of(sheet)]
    assert {state: states.count(state) for state in ("todo", "doing", "done")} == {"todo": 3, "doing": 3, "done": 3}
    enterprise = draft.case.enterprise
    assert (sheet.stored["sales", 0], sheet.stored["short_term_loans", 0] + sheet.stored["long_term_loans", 0]) == (
        enterprise.annual_sales_yen,
        enterprise.interest_bearing_debt_yen,
    )
    assert {year for _, year in sheet.stored} == {-2, -1, 0}
    assert Enterprise.objects.filter(yearly_figures__isnull=False).distinct().count() == 2
