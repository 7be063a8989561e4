"""The what-if as arithmetic: assumptions become a request, and every lever brings what it promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.assumptions import Assumptions, assumptions_of, request_of
from subsidies.rules.findings import Severity
from subsidies.rules.levers import Lever, find_levers, with_cost
from subsidies.rules.request import LARGEST_YEN, AssessRequest, PeriodCost, parse_request
from tests.subsidies.requests import assess_requests, yen

PLANNING, MONITORING = CostCategory.PLANNING, CostCategory.MONITORING
INTERIM, CLOSING = CostCategory.MONITORING_INTERIM, CostCategory.MONITORING_CLOSING
MEDIUM = Assumptions(
    frame=SchemeFrame.NORMAL,
    accepted_on=date(2025, 5, 12),
    annual_sales_yen=320_000_000,
    interest_bearing_debt_yen=250_000_000,
    total_yen=3_000_000,
    monitoring_yen=1_500_000,
)
VUP = Assumptions(frame=SchemeFrame.VUP, accepted_on=date(2025, 5, 12), total_yen=375_000, monitoring_yen=150_000)
some = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


def levers_of(assumed: Assumptions) -> tuple[Lever, ...]:
    return find_levers(request_of(assumed))


def errors_of(assessment: Assessment) -> set[tuple[str, CostCategory | None]]:
    return {(one.code, one.category) for one in assessment.findings if one.severity is Severity.ERROR}


def test_the_total_less_monitoring_is_planning() -> None:
    request = request_of(replace(MEDIUM, monitoring_yen=900_000))
    assert request.costs == {PLANNING: 2_100_000, MONITORING: 900_000}
    assert assess(request).totals == (3_000_000, 2_000_000, 1_000_000)


def test_periods_share_equally_and_the_last_takes_the_remainder() -> None:
    periods = request_of(
        replace(MEDIUM, monitoring_yen=1_000_000, period_count=3, first_ends_on=date(2026, 8, 31))
    ).monitoring_periods
    # 1,000,000 / 3 = 333,333 and 1 left; every six months, month ends stay month ends.
    assert periods == (
        PeriodCost(MONITORING, date(2026, 8, 31), 333_333),
        PeriodCost(MONITORING, date(2027, 2, 28), 333_333),
        PeriodCost(MONITORING, date(2027, 8, 31), 333_334),
    )


def test_the_early_frame_has_its_closing_last() -> None:
    request = request_of(replace(VUP, period_count=3, first_ends_on=date(2026, 3, 31)))
    # 150,000 in three periods of 50,000: two interim, one closing.
    assert [(one.category, one.cost_yen) for one in request.monitoring_periods] == [
        (INTERIM, 50_000),
        (INTERIM, 50_000),
        (CLOSING, 50_000),
    ]


def test_the_part_of_the_closing_can_be_said() -> None:
    assert request_of(replace(VUP, closing_yen=60_000)).costs == {PLANNING: 225_000, INTERIM: 90_000, CLOSING: 60_000}
    one_period = request_of(replace(VUP, closing_yen=60_000, period_count=1, first_ends_on=date(2026, 3, 31)))
    assert one_period.monitoring_periods == (PeriodCost(CLOSING, date(2026, 3, 31), 60_000),)
    assert one_period.costs == {PLANNING: 225_000, INTERIM: 90_000}


def test_no_negotiation_without_a_guarantee_to_release() -> None:
    assumed = replace(MEDIUM, negotiation_yen=150_000)
    assert CostCategory.NEGOTIATION not in request_of(assumed).costs
    with_release = request_of(replace(assumed, seeks_guarantee_release=True))
    # 150,000 × 2/3 = 100,000, the cap of the negotiation.
    assert assess(with_release).lines[-1].subsidy_yen == 100_000


@some
@given(assess_requests())
def test_assumptions_keep_what_every_category_costs(request: AssessRequest) -> None:
    """Only where a frame lacks a kind of monitoring may its cost go to the kind that the frame has."""
    assumed = assumptions_of(request, seeks_guarantee_release=True)
    again = request_of(assumed)
    assert sum(line.cost_yen for line in assess(again).lines) == sum(line.cost_yen for line in assess(request).lines)
    assert assumptions_of(again, seeks_guarantee_release=True).total_yen == assumed.total_yen
    if assumed.total_yen <= 10**12:  # the largest amount that the engine reads
        assert request_of(assumptions_of(parse_request(again.as_dict()), seeks_guarantee_release=True)) == again


def test_moving_to_planning_clears_the_half_and_uses_the_cap() -> None:
    best = levers_of(replace(MEDIUM, monitoring_yen=1_800_000))[0]
    # Half of 3,000,000 is 1,500,000: 300,000 too much. Then both get 2/3: 1,000,000 + 1,000,000 instead of
    # 800,000 + 1,000,000 (cap).
    assert (best.source, best.target, best.yen) == (MONITORING, PLANNING, 300_000)
    assert (best.subsidy_yen, best.own_burden_yen) == (200_000, -200_000)
    assert best.cleared == (("monitoring_exceeds_half", None),)


def test_a_cut_goes_down_to_where_the_cap_binds() -> None:
    assumed = replace(VUP, total_yen=400_000, monitoring_yen=150_000, closing_yen=75_000)
    (cut,) = levers_of(assumed)
    # 150,000 of subsidy need 225,000 of planning; 25,000 of the 250,000 bring nothing.
    assert (cut.source, cut.target, cut.yen) == (PLANNING, None, 25_000)
    assert (cut.subsidy_yen, cut.own_burden_yen) == (0, -25_000)


def test_interim_and_closing_can_be_evened_out() -> None:
    best = levers_of(replace(VUP, closing_yen=150_000))[0]
    # The closing is capped at 50,000 for 75,000; the other 75,000 find room in the interim monitoring.
    assert (best.source, best.target, best.yen, best.subsidy_yen) == (CLOSING, INTERIM, 75_000, 50_000)


def test_a_move_takes_no_more_than_what_is_idle() -> None:
    best = levers_of(replace(MEDIUM, frame=SchemeFrame.SME_GL, total_yen=2_600_000, monitoring_yen=1_600_000))[0]
    # 1,500,000 of monitoring use its cap; 1,000,000 + 100,000 of planning give 733,333 instead of 666,666.
    assert (best.source, best.target, best.yen) == (MONITORING, PLANNING, 100_000)
    assert (best.subsidy_yen, best.own_burden_yen) == (66_667, -66_667)


def test_a_single_interim_period_stays_one() -> None:
    assumed = replace(VUP, closing_yen=0, period_count=1, first_ends_on=date(2026, 3, 31))
    assert request_of(assumed).monitoring_periods == (PeriodCost(INTERIM, date(2026, 3, 31), 150_000),)


def test_the_estimate_says_what_is_too_much() -> None:
    request = replace(request_of(VUP), estimates={PLANNING: 200_000})
    cut = next(one for one in find_levers(request) if one.target is None and one.source is PLANNING)
    assert (cut.yen, cut.subsidy_yen, cut.own_burden_yen) == (25_000, 0, -25_000)


def test_a_total_beyond_the_size_class_is_cut_back() -> None:
    levers = levers_of(replace(MEDIUM, total_yen=3_200_000, monitoring_yen=1_500_000))
    # 3,000,000 is the limit of the medium class.
    assert any(one.yen == 200_000 and one.cleared == (("total_exceeds_size_class", None),) for one in levers)


def test_nothing_helps_where_everything_is_used() -> None:
    # 1,500,000 × 2/3 twice: no limit binds, no error, nothing to better.
    assert levers_of(MEDIUM) == ()


def test_nothing_is_moved_where_costs_are_as_large_as_a_request_may_hold() -> None:
    full = dict.fromkeys((PLANNING, INTERIM, CLOSING), LARGEST_YEN)
    levers = find_levers(replace(request_of(VUP), costs=full, monitoring_periods=()))
    # All are far beyond their caps: cutting lowers the own burden, moving would bring nothing anywhere.
    assert {(one.source, one.target) for one in levers} == {(PLANNING, None), (INTERIM, None), (CLOSING, None)}


def test_a_category_outside_the_frame_can_only_be_left_out() -> None:
    bank = replace(VUP, frame=SchemeFrame.VUP_BANK, total_yen=325_000, monitoring_yen=100_000)
    (lever,) = levers_of(bank)
    assert (lever.source, lever.target, lever.yen, lever.own_burden_yen) == (MONITORING, None, 100_000, -100_000)


@some
@given(assess_requests())
def test_a_lever_brings_what_it_promises(request: AssessRequest) -> None:
    now = assess(request)
    levers = find_levers(request)
    for lever in levers:
        then = assess(lever.changed)
        assert then.totals.subsidy_yen - now.totals.subsidy_yen == lever.subsidy_yen
        assert then.totals.own_burden_yen - now.totals.own_burden_yen == lever.own_burden_yen
        assert then.totals.cost_yen == now.totals.cost_yen - (0 if lever.target else lever.yen)
        assert errors_of(now) - errors_of(then) == set(lever.cleared)
        assert errors_of(then) <= errors_of(now)
        assert lever.cleared or lever.subsidy_yen > 0 or lever.own_burden_yen < 0
        assert lever.cleared or lever.subsidy_yen >= 0 >= lever.own_burden_yen
    assert [lever._rank for lever in levers] == sorted(lever._rank for lever in levers)


@some
@given(st.sampled_from([SchemeFrame.NORMAL, SchemeFrame.SME_GL]), yen, yen)
def test_no_move_of_whole_ten_thousands_beats_the_one_returned(frame: SchemeFrame, first: int, second: int) -> None:
    planning_yen, monitoring_yen = first % 6_000_000, second % 3_000_000
    assumed = replace(MEDIUM, frame=frame, total_yen=planning_yen + monitoring_yen, monitoring_yen=monitoring_yen)
    request = request_of(assumed)
    now = assess(request)
    best_yen = max(
        (one.subsidy_yen for one in find_levers(request) if one.source is MONITORING and one.target), default=0
    )
    for moved in range(10_000, monitoring_yen + 1, 50_000):
        then = assess(request_of(replace(assumed, monitoring_yen=monitoring_yen - moved)))
        # The rate drops a fraction of a yen in each category: two yen are no gain.
        assert then.totals.subsidy_yen - now.totals.subsidy_yen <= best_yen + 2


@pytest.mark.parametrize(("cost_yen", "parts"), [(100, [33, 67]), (0, [0, 0]), (7, [2, 5])])
def test_periods_share_a_changed_cost_as_before(cost_yen: int, parts: list[int]) -> None:
    days = (date(2026, 9, 30), date(2027, 3, 31))
    request = replace(
        request_of(replace(MEDIUM, monitoring_yen=0)),
        monitoring_periods=(PeriodCost(MONITORING, days[0], 100), PeriodCost(MONITORING, days[1], 200)),
    )
    changed = with_cost(request, MONITORING, cost_yen)
    assert [one.cost_yen for one in changed.monitoring_periods] == parts
