from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from cases.enums import SchemeFrame
from cases.models import Case
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.rules.risk import AtRisk, counted_once, within
from monitoring.selectors.risk import ALL_KINDS, LAPSED, OVERDUE, RiskFilter, at_risk, risk_totals, yen_of
from tests.builders import make_case, make_deadline
from tests.conftest import sign_in
from vapup.accounts.models import Agency, Member

TODAY = date(2026, 11, 20)  # a Friday
K, S = DeadlineKind, DeadlineState


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 3, tzinfo=UTC), tick=False):
        yield


def one(case: int, kind: DeadlineKind, yen: int, *, days: int = 10) -> AtRisk:
    return AtRisk(case, kind, TODAY + timedelta(days=days), yen)


@pytest.mark.parametrize(
    ("rows", "yen"),
    [
        ([], 0),
        # With the plan claim everything of the case is gone: its figure holds the monitoring's 300,000.
        ([one(1, K.PLAN_CLAIM, 2_000_000), one(1, K.MONITORING_CLAIM, 300_000)], 2_000_000),
        # Once it is met, the other claims stand for themselves: 300,000 + 200,000 + 95,000.
        (
            [
                one(1, K.MONITORING_CLAIM, 300_000),
                one(1, K.MONITORING_CLAIM, 200_000),
                one(1, K.NEGOTIATION_CLAIM, 95_000),
            ],
            595_000,
        ),
        # Two cases do not hide each other: 2,000,000 + 300,000.
        ([one(1, K.PLAN_CLAIM, 2_000_000), one(2, K.MONITORING_CLAIM, 300_000)], 2_300_000),
        # The end of the frame stands for the whole case too; of both the larger counts.
        ([one(1, K.FRAME_CLOSES, 150_000), one(1, K.PLAN_CLAIM, 160_000)], 160_000),
    ],
)
def test_each_yen_counts_once(rows: list[AtRisk], yen: int) -> None:
    assert counted_once(rows) == yen
    assert counted_once(reversed(rows)) == yen


def test_a_horizon_holds_its_last_day_and_all_that_is_over() -> None:
    rows = [one(1, K.PLAN_CLAIM, 1, days=days) for days in (-3, 0, 30, 31)]
    assert within(rows, today=TODAY, days=30) == rows[:3]


def portfolio(consultant: Member) -> Case:
    """1,000,000 in 20 days (holding 300,000 of its monitoring), 200,000 in 60, 50,000 overdue, 70,000 lost in May."""
    first, second, third, lost = (make_case(consultant) for _ in range(4))
    make_deadline(first, claim_by=date(2026, 12, 10), yen_at_risk=1_000_000)
    make_deadline(first, kind=K.MONITORING_CLAIM, claim_by=date(2027, 8, 2), yen_at_risk=300_000)
    make_deadline(second, kind=K.MONITORING_CLAIM, claim_by=date(2027, 1, 19), yen_at_risk=200_000)
    make_deadline(third, kind=K.NEGOTIATION_CLAIM, claim_by=date(2026, 11, 19), yen_at_risk=50_000)
    make_deadline(third, kind=K.PAPER, subject="paper:1", claim_by=date(2026, 11, 27), yen_at_risk=0)
    make_deadline(third, kind=K.TAX_RETURN, claim_by=date(2026, 11, 25), yen_at_risk=0)
    lapsed: dict[str, Any] = {"state": S.LAPSED, "lapsed_recorded_at": datetime(2026, 5, 2, tzinfo=UTC)}
    make_deadline(lost, claim_by=date(2026, 5, 1), yen_at_risk=70_000, **lapsed)
    make_deadline(lost, kind=K.MONITORING_CLAIM, claim_by=date(2026, 12, 1), yen_at_risk=40_000)
    make_deadline(second, claim_by=date(2025, 11, 18), yen_at_risk=0, **lapsed)
    return first


def test_the_portfolio_of_an_office(agency: Agency, consultant: Member, outsider: Member) -> None:
    portfolio(consultant)
    make_deadline(make_case(outsider), claim_by=date(2026, 12, 10), yen_at_risk=9_999_999)
    totals = risk_totals(agency.pk, today=TODAY)
    assert totals.total == 1_000_000 + 200_000 + 50_000
    assert totals.within == {30: 1_050_000, 90: 1_250_000, 180: 1_250_000}
    assert totals.lapsed == 70_000
    # Over: the negotiation claim. Within seven days: the paper. A tax return merely comes.
    assert totals.urgent == 2


def test_what_was_lost_more_than_a_year_ago_is_history(agency: Agency, consultant: Member) -> None:
    lapsed: dict[str, Any] = {"state": S.LAPSED, "lapsed_recorded_at": datetime(2025, 11, 20, tzinfo=UTC)}
    # Lost on 2025-11-20, 365 days ago, and on the day before.
    make_deadline(make_case(consultant), claim_by=date(2025, 11, 19), yen_at_risk=10_000, **lapsed)
    make_deadline(make_case(consultant), claim_by=date(2025, 11, 18), yen_at_risk=20_000, **lapsed)
    assert risk_totals(agency.pk, today=TODAY).lapsed == 10_000


@pytest.mark.parametrize(
    ("wanted", "yen"),
    [
        (RiskFilter(), [50_000, 1_000_000, 200_000, 300_000]),
        (RiskFilter(days=30), [50_000, 1_000_000]),
        (RiskFilter(days=7, scope=ALL_KINDS), [50_000, 0]),
        (RiskFilter(days=30, scope=ALL_KINDS), [50_000, 0, 40_000, 1_000_000]),
        # Over since yesterday; the paper of 11-27 is not.
        (RiskFilter(days=OVERDUE, scope=ALL_KINDS), [50_000]),
        (RiskFilter(kind=K.MONITORING_CLAIM), [200_000, 300_000]),
        (RiskFilter(frame=SchemeFrame.VUP), []),
        (RiskFilter(consultant_id=0), []),
        (RiskFilter(scope=LAPSED), [70_000]),
    ],
)
def test_the_ledger_shows_what_the_filter_keeps_by_the_safe_day(
    agency: Agency, consultant: Member, wanted: RiskFilter, yen: list[int]
) -> None:
    portfolio(consultant)
    rows = at_risk(agency.pk, wanted, today=TODAY)
    assert [row.yen_at_risk for row in rows] == yen


def test_the_sum_of_the_ledger_counts_each_yen_once(agency: Agency, consultant: Member) -> None:
    portfolio(consultant)
    rows = at_risk(agency.pk, RiskFilter(), today=TODAY)
    assert yen_of(rows) == 1_000_000 + 200_000 + 50_000
    assert yen_of(at_risk(agency.pk, RiskFilter(kind=K.MONITORING_CLAIM), today=TODAY)) == 500_000


@pytest.mark.parametrize("days", [30, 90, 180])
def test_a_number_and_the_list_it_leads_to_say_the_same(agency: Agency, consultant: Member, days: int) -> None:
    portfolio(consultant)
    rows = at_risk(agency.pk, RiskFilter(days=days), today=TODAY)
    assert yen_of(rows) == risk_totals(agency.pk, today=TODAY).within[days]


@pytest.mark.parametrize(
    ("lost", "total"), [(K.PLAN_CLAIM, 200_000), (K.FRAME_CLOSES, 200_000), (K.MONITORING_CLAIM, 500_000)]
)
def test_what_contains_all_of_a_case_takes_its_monitoring_with_it_and_a_lost_monitoring_claim_nothing(
    manager: Member, consultant: Member, lost: DeadlineKind, total: int
) -> None:
    """300,000 of the case that lost something and 200,000 of another; the page says why a yen is in no sum."""
    first, second = make_case(consultant), make_case(consultant)
    make_deadline(first, kind=K.MONITORING_CLAIM, claim_by=date(2026, 12, 10), yen_at_risk=300_000)
    make_deadline(second, kind=K.MONITORING_CLAIM, claim_by=date(2026, 12, 10), yen_at_risk=200_000)
    lapsed: dict[str, Any] = {"state": S.LAPSED, "lapsed_recorded_at": datetime(2026, 5, 2, tzinfo=UTC)}
    make_deadline(first, kind=lost, subject="lost", claim_by=date(2026, 5, 1), yen_at_risk=2_000_000, **lapsed)
    assert risk_totals(manager.agency_id, today=TODAY).total == total
    page = sign_in(manager).get("/risk/", {"scope": ALL_KINDS})
    assert page.context["yen"] == total
    assert ("案件のほかの期限とともに失効" in page.content.decode()) == (lost is not K.MONITORING_CLAIM)


def test_deadlines_without_money_add_no_yen_to_the_list(agency: Agency, consultant: Member) -> None:
    """The scope of all kinds also shows the monitoring claim of 40,000 that went with its plan claim."""
    portfolio(consultant)
    everything = at_risk(agency.pk, RiskFilter(scope=ALL_KINDS), today=TODAY)
    assert 40_000 in [row.yen_at_risk for row in everything]
    assert yen_of(everything) == risk_totals(agency.pk, today=TODAY).total == 1_250_000
    assert yen_of(at_risk(agency.pk, RiskFilter(scope=LAPSED), today=TODAY)) == 70_000


def test_the_page_of_the_ledger_sums_up_and_links(manager: Member, consultant: Member) -> None:
    case = portfolio(consultant)
    page = sign_in(manager).get("/risk/", {"days": "90"}).content.decode()
    assert "1,250,000" in page  # the portfolio
    assert "期間: 90日以内" in page
    assert f'href="/cases/{case.number}/deadlines/"' in page
    assert "計画策定の支払申請を協議会に提出する" in page
    assert "合計" in page


def test_a_filter_that_nobody_offers_is_left_out(manager: Member, consultant: Member) -> None:
    portfolio(consultant)
    answer = sign_in(manager).get("/risk/", {"days": "<script>", "kind": "tax_return", "consultant": "99999"})
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == 4  # all with yen at risk, as without a filter


def test_an_office_without_deadlines_is_told_what_will_come(viewer: Member) -> None:
    page = sign_in(viewer).get("/risk/").content.decode()
    assert "当てはまる期限はありません" in page
