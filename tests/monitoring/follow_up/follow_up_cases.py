"""A case in its follow-up: an approved plan with sales, purchases and salaries, monthly books, periods and lenders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cases.enums import CaseStage, LenderRole, PlanState, SchemeFrame
from cases.models import Case, Lender, Measure, MonthlyFigure, Plan
from monitoring.enums import ReportState
from monitoring.models import BankMeeting, FollowUpReport, MonitoringPeriod
from tests.builders import make_case, make_lender, make_period
from tests.cases.plans.making import make_figures, make_issue, make_measure, make_plan
from vapup import clock
from vapup.accounts.models import Member

FIRST_HALF = date(2025, 9, 30)
# A year of 120,000,000 of sales, 60,000,000 of purchases and 24,000,000 of salaries: per month 10, 5 and 2 million.
YEAR: Mapping[str, int] = {"sales": 120_000_000, "purchases": 60_000_000, "salaries": 24_000_000}
# What the books say of each month: sales 9.5, purchases 5.5, salaries 2 million.
MONTH: Mapping[str, int] = {"sales": 9_500_000, "purchases": 5_500_000, "salaries": 2_000_000}


def make_followed_case(
    consultant: Member, *, frame: SchemeFrame = SchemeFrame.NORMAL, stage: CaseStage = CaseStage.MONITORING
) -> Case:
    """Store a case with an approved plan from April 2025, a main bank and a second one, and no period yet."""
    case = make_case(consultant, frame=frame, stage=CaseStage.PREPARING)
    if stage is not CaseStage.PREPARING:
        accept(case, stage)
    make_lender(case.enterprise)
    make_lender(case.enterprise, role=LenderRole.OTHER, bank_name="石巻信用金庫", branch_name="本店", balance_yen=1_000)
    make_agreed_plan(case)
    return case


def accept(case: Case, stage: CaseStage) -> None:
    """Bring a case past the council's acceptance."""
    day = date(2025, 4, 1)
    case.stage, case.usage_applied_on, case.usage_accepted_on, case.accepted_on = stage, day, day, day
    case.costs_locked = True
    case.save()


def make_agreed_plan(case: Case, *, number: int = 1, **agreed: Any) -> Plan:
    """Store an approved version: three years, followed for three years from April 2025, every half year by default."""
    plan = make_plan(case, state=PlanState.APPROVED, number=number)
    values = {"frequency": "half_yearly", "follow_up_starts_on": date(2025, 4, 1), "follow_up_months": 36, **agreed}
    Plan.objects.filter(pk=plan.pk).update(**values)
    for year in (1, 2, 3):
        make_figures(plan, YEAR, year=year)
    issue = make_issue(plan)
    make_measure(issue, "原価率の見直し")
    make_measure(issue, "直販サイトの開設", position=2)
    plan.refresh_from_db()
    return plan


def book(case: Case, months: Iterable[date], figures: Mapping[str, int] = MONTH) -> None:
    """Store the same amounts in each month."""
    MonthlyFigure.objects.bulk_create(
        MonthlyFigure(agency_id=case.agency_id, enterprise=case.enterprise, month=month, account=account, yen=yen)
        for month in months
        for account, yen in figures.items()
    )


def months(first: int, last: int, year: int = 2025) -> list[date]:
    """Return the first days of some months of a year, both inclusive."""
    return [date(year, month, 1) for month in range(first, last + 1)]


def make_first_period(case: Case, *, is_booked: bool = True) -> MonitoringPeriod:
    """Store the period from April to September 2025, with its books."""
    period = make_period(case, ends_on=FIRST_HALF)
    if is_booked:
        book(case, months(4, 9))
    return period


def make_report(period: MonitoringPeriod, *, state: ReportState = ReportState.DRAFT, **fields: Any) -> FollowUpReport:
    """Store a report by the newest version of the plan, in the name of the case's consultant."""
    consultant = period.case.consultant
    plan = Plan.objects.filter(case=period.case).order_by("-number")[0]
    report = FollowUpReport(
        agency_id=period.agency_id, period=period, plan=plan, state=state, prepared_by=consultant, **fields
    )
    if state == ReportState.FINISHED:
        report.finished_by, report.finished_at = consultant, clock.now()
    report.save()
    return report


def make_meeting(period: MonitoringPeriod, lender: Lender, **fields: Any) -> BankMeeting:
    """Store a report to a lender."""
    values = {"held_on": date(2025, 10, 20), "mode": "visit", "people": "社長、担当 花子、融資課 阿部様", **fields}
    return BankMeeting.objects.create(agency_id=period.agency_id, period=period, lender=lender, **values)


def measures_of_case(case: Case) -> list[Measure]:
    """Return the measures of the newest version, in order."""
    plan = Plan.objects.filter(case=case).order_by("-number")[0]
    return list(Measure.objects.filter(plan=plan).order_by("position"))
