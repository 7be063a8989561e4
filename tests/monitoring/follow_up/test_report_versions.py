"""Which version of the plan a report goes by, and months that a version does not plan."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from cases.enums import PlanState
from cases.models import Case, Plan, PlanFigure
from monitoring.enums import ReportState
from monitoring.models import FollowUpReport, MonitoringPeriod
from monitoring.selectors.period_plans import plan_for, planned_months
from monitoring.services import reports
from monitoring.services.reports import ReportRefused
from tests.builders import make_period
from tests.conftest import sign_in
from tests.monitoring.follow_up.follow_up_cases import (
    book,
    make_agreed_plan,
    make_first_period,
    make_followed_case,
    make_report,
    months,
)
from tests.monitoring.follow_up.test_reports import FULL, NOW, finish, sheet_of, whose
from vapup.accounts.models import AuditEvent, Member

NEXT = date(2026, 3, 31)


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case whose plan of three years from April 2025 holds."""
    return make_followed_case(consultant)


def revise(case: Case, base_ends_on: date = NEXT, number: int = 2) -> Plan:
    """Store an approved version with another base year, which replaces the one before."""
    Plan.objects.filter(case=case, state=PlanState.APPROVED).update(state=PlanState.REPLACED)
    plan = make_agreed_plan(case, number=number)
    Plan.objects.filter(pk=plan.pk).update(base_ends_on=base_ends_on)
    plan.refresh_from_db()
    return plan


def test_a_report_goes_by_the_version_that_planned_its_months(case: Case) -> None:
    period = make_first_period(case)
    newer = revise(case)
    assert (newer.number, planned_months(newer, period)) == (2, ())
    assert sheet_of(period).plan == Plan.objects.get(number=1)
    report = reports.start_report(**whose(period))
    assert report.plan.number == 1
    comparison = sheet_of(period).comparison
    assert comparison is not None
    sales = comparison.row("sales")
    # Six months of version 1: 6 × 10 million planned, 6 × 9.5 million booked.
    assert sales is not None
    assert (sales.plan_yen, sales.actual_yen, comparison.left_out) == (60_000_000, 57_000_000, ())
    # The first half of the next year is planned by both: the newest holds.
    assert plan_for(case, make_period(case, ends_on=date(2026, 9, 30))) == newer


def test_of_versions_that_plan_a_part_the_one_with_most_months_is_taken(case: Case) -> None:
    period = make_first_period(case)
    Plan.objects.filter(case=case).update(base_ends_on=date(2025, 5, 31))
    most = Plan.objects.get(case=case)
    later = revise(case, date(2025, 6, 30))
    assert (len(planned_months(most, period)), len(planned_months(later, period))) == (4, 3)
    assert plan_for(case, period) == most
    # Where none plans any, the one that holds.
    Plan.objects.filter(pk=most.pk).update(base_ends_on=NEXT)
    Plan.objects.filter(pk=later.pk).update(base_ends_on=NEXT)
    assert plan_for(case, period) == later


def test_before_the_first_approval_it_is_the_draft(case: Case) -> None:
    period = make_first_period(case)
    blank = {"approved_by": None, "approved_at": None, "submitted_by": None, "submitted_at": None}
    Plan.objects.filter(case=case).update(state=PlanState.DRAFT, **blank)
    assert plan_for(case, period) == Plan.objects.get(case=case)


def finish_without_plan(period: MonitoringPeriod, *accepted: str) -> FollowUpReport:
    return reports.finish_report(**whose(period, version=1), now=NOW, accepted_gaps=accepted)


def test_months_that_nobody_planned_are_left_out_with_consent_only(case: Case) -> None:
    period = make_first_period(case)
    Plan.objects.filter(case=case).update(base_ends_on=date(2025, 5, 31))
    make_report(period, **FULL)
    with pytest.raises(ReportRefused) as refused:
        finish_without_plan(period)
    assert refused.value.message == (
        "2025年4月、2025年5月の計画がありません。計画 第1版の年度に入らない月です。"
        "除いたまま完成にするには、「計画と比べられない月を除いて完成にする」にチェックを入れてください。"
    )
    assert finish_without_plan(period, "planned:2025-04", "planned:2025-05").state == ReportState.FINISHED
    told = AuditEvent.objects.latest("pk").changes
    assert told[f"伴走支援 {period}: 除いた月"] == [None, "2025年4月、2025年5月の計画がないまま完成"]


def test_a_report_without_one_figure_is_not_finished_unseen(case: Case, consultant: Member) -> None:
    period = make_first_period(case, is_booked=False)
    book(case, months(4, 8))
    Plan.objects.filter(case=case).update(base_ends_on=NEXT)
    make_report(period, **FULL)
    with pytest.raises(ReportRefused, match=r"2025年9月の実績、2025年4月、.*の計画がありません.*第1版の年度に入らない"):
        finish_without_plan(period)
    page = sign_in(consultant).get(reverse("monitoring:follow_up_period", args=[case.number, period.pk]))
    shown = page.content.decode()
    assert 'name="accepted_gaps" value="actual:2025-09 planned:2025-04 planned:2025-05' in shown
    assert "計画と比べられない月を除いて完成にする(2025年9月の実績、2025年4月、2025年5月、2025年6月、" in shown


def test_whoever_goes_by_a_version_with_fewer_months_is_warned(case: Case, consultant: Member) -> None:
    period = make_first_period(case)
    make_report(period)
    revise(case, date(2025, 8, 31))
    sheet = sheet_of(period)
    assert (sheet.newer_plan is not None, sheet.lost) == (True, months(4, 8))
    address = reverse("monitoring:follow_up_period", args=[case.number, period.pk])
    warning = "が入らないため、切り替えると、これらの月は計画と比べられなくなります。"
    shown = sign_in(consultant).get(address).content.decode()
    assert f"第2版の計画年度には2025年4月、2025年5月、2025年6月、2025年7月、2025年8月{warning}" in shown
    # A version with the same base year loses none.
    revise(case, date(2025, 3, 31), number=3)
    assert sheet_of(period).lost == []
    assert warning not in sign_in(consultant).get(address).content.decode()


def test_a_report_that_was_finished_by_an_older_way_of_reckoning_is_not_called_stale(case: Case) -> None:
    period = make_first_period(case)
    PlanFigure.objects.filter(account="sales", year=1).update(yen=310_000_000)
    make_report(period, **FULL)
    kept = finish(period, 1)
    assert not sheet_of(period).is_stale
    # As it was kept once: six twelfths, each without its fraction, and sums of those.
    for row in kept.figures["rows"]:
        row["plan_yen"] -= 2 * (row["plan_yen"] % 1_000_000 == 0 and row["id"] in {"sales", "section:sales"})
        row["is_large"] = not row["is_large"]
    kept.save()
    assert not sheet_of(period).is_stale
    next(row for row in kept.figures["rows"] if row["id"] == "sales")["actual_yen"] += 1
    kept.save()
    assert sheet_of(period).is_stale
