"""What holds for every request of every frame and rule version."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsidies.enums import CostCategory
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.request import MONITORING_CATEGORIES, AssessRequest, parse_request
from tests.subsidies import oracle
from tests.subsidies.requests import assess_requests

FINDING_ORDER = (
    "category_not_in_frame",
    "monitoring_exceeds_half",
    "monitoring_exceeds_ceiling",
    "total_exceeds_size_class",
    "reuse_not_allowed",
    "reuse_needs_council",
    "cost_exceeds_estimate",
    "holdback_without_monitoring",
    "negotiation_without_monitoring",
    "cap_binds",
    "unconfirmed_rule",
)
few = settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
some = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(assess_requests())
def test_every_figure_keeps_its_bounds_and_adds_up(request: AssessRequest) -> None:
    check_figures(request)


@pytest.mark.nightly
@many
@given(assess_requests())
def test_ten_thousand_figures_keep_their_bounds_and_add_up(request: AssessRequest) -> None:
    check_figures(request)


def check_figures(request: AssessRequest) -> None:
    result = assess(request)
    assert result.rule_version.name == oracle.version_of(request)
    assert result.size_class == oracle.size_of(request)
    _check_lines(result, request)
    _check_payments(result)
    _check_deadlines(result)


def _check_lines(result: Assessment, request: AssessRequest) -> None:
    costs, subsidies = oracle.costs_of(request), oracle.subsidies_of(request)
    assert [line.category for line in result.lines] == [category for category in CostCategory if category in costs]
    for line in result.lines:
        assert line.cost_yen == costs[line.category]
        assert line.subsidy_yen == subsidies[line.category]
        assert 0 <= 3 * line.subsidy_yen <= 2 * line.cost_yen
        assert line.cap_yen is None or line.subsidy_yen <= line.cap_yen
        assert line.subsidy_yen + line.own_burden_yen == line.cost_yen
        assert (line.limited_by is not None) == (line.in_frame and line.subsidy_yen < line.cost_yen * 2 // 3) or (
            line.limited_by == "estimate" and line.eligible_yen < line.cost_yen
        )
    assert result.totals.cost_yen == sum(costs.values())
    assert result.totals.subsidy_yen == sum(subsidies.values())
    assert result.totals.own_burden_yen == result.totals.cost_yen - result.totals.subsidy_yen


def _check_payments(result: Assessment) -> None:
    by_period = {period.category for period in result.request.monitoring_periods}
    paid = dict.fromkeys(CostCategory, 0)
    for payment in result.payments:
        assert payment.amount_yen >= 0
        paid[payment.category] += payment.amount_yen
    for line in result.lines:
        waits_for_periods = line.category in MONITORING_CATEGORIES and line.category not in by_period
        assert paid[line.category] == (0 if waits_for_periods else line.subsidy_yen)
    numbers = [payment.period for payment in result.payments if payment.period is not None]
    assert numbers == list(range(1, len(result.request.monitoring_periods) + 1))


def _check_deadlines(result: Assessment) -> None:
    plan, *periods = result.deadlines
    assert plan.kind == "plan_claim"
    assert plan.yen_at_risk == sum(payment.amount_yen for payment in result.payments)
    has_window = result.rule_version.name in {"normal-2022", "normal-2024", "sme_gl-2022", "vup-2022", "vup-2024"}
    assert len(periods) == (len(result.request.monitoring_periods) if has_window else 0)
    for deadline in result.deadlines:
        assert deadline.safe_by <= deadline.claim_by == deadline.lapses_on - timedelta(days=1)
        assert deadline.counted_from < deadline.claim_by
    if periods:
        at_plan = sum(payment.amount_yen for payment in result.payments if payment.trigger == "plan_claim")
        assert sum(deadline.yen_at_risk for deadline in periods) == plan.yen_at_risk - at_plan


@some
@given(assess_requests())
def test_findings_come_in_their_order_and_name_figures(request: AssessRequest) -> None:
    findings = assess(request).findings
    places = [
        (FINDING_ORDER.index(found.code), found.category is not None and list(CostCategory).index(found.category))
        for found in findings
    ]
    assert places == sorted(places)
    assert len({(found.code, found.category, found.message) for found in findings}) == len(findings)
    for found in findings:
        assert found.source.count("http") == 1
        if found.code != "unconfirmed_rule":
            assert any(character.isdigit() for character in found.message)


@some
@given(assess_requests())
def test_a_request_that_was_kept_is_read_back_as_it_was(request: AssessRequest) -> None:
    assert parse_request(json.loads(json.dumps(request.as_dict()))) == request


@some
@given(assess_requests())
def test_the_text_says_what_the_values_say(request: AssessRequest) -> None:
    result = assess(request)
    values = result.as_dict()
    for deadline in values["deadlines"]:
        del deadline["safe_by"]
    for step in values["trace"]:
        assert step.pop("label")
        assert step.pop("formula")
    assert json.loads(result.as_json()) == values


@some
@given(assess_requests())
def test_the_trace_shows_every_figure_with_a_source(request: AssessRequest) -> None:
    result = assess(request)
    shown = {(step.step, step.category, step.inputs.get("period")): step.result for step in result.trace}
    assert len(shown) == len(result.trace)
    for line in result.lines:
        assert shown["subsidy", line.category, None] == line.subsidy_yen
        assert shown["own_burden", line.category, None] == line.own_burden_yen
    for payment in result.payments:
        trigger = "monitoring_payment" if payment.period else f"{payment.trigger.removesuffix('_claim')}_payment"
        step = {"plan_payment": "plan_claim_payment"}.get(trigger, trigger)
        assert shown[step, payment.category, payment.period] == payment.amount_yen
    for deadline in result.deadlines:
        assert shown[f"{deadline.kind}_at_risk", None, deadline.period] == deadline.yen_at_risk
        assert shown[f"{deadline.kind}_deadline", None, deadline.period] == deadline.claim_by.isoformat()
    assert all(step.rule and step.citations and step.kind.source for step in result.trace)


@some
@given(assess_requests(), st.sampled_from(CostCategory), st.integers(1, 2_000_000))
def test_a_higher_cost_never_lowers_the_subsidy(request: AssessRequest, category: CostCategory, more_yen: int) -> None:
    if category not in request.costs:
        return
    dearer = replace(request, costs={**request.costs, category: request.costs[category] + more_yen})
    before, after = assess(request), assess(dearer)
    assert after.totals.subsidy_yen >= before.totals.subsidy_yen
    subsidies = [{line.category: line.subsidy_yen for line in result.lines} for result in (before, after)]
    assert subsidies[1][category] >= subsidies[0][category]


@some
@given(assess_requests(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(request: AssessRequest, shuffler: Random) -> None:
    dates = [period.ends_on for period in request.monitoring_periods]
    if len(set(dates)) != len(dates):
        return  # periods that end on one day keep the order in which they were given
    periods, costs = list(request.monitoring_periods), list(request.costs.items())
    shuffler.shuffle(periods)
    shuffler.shuffle(costs)
    shuffled = assess(replace(request, monitoring_periods=tuple(periods), costs=dict(costs)))
    assert shuffled.as_json() == assess(request).as_json()
