"""The trace: every yen and every day of the answer is the result of a step, and every step can be checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from subsidies.rules.assessment import assess
from subsidies.rules.request import parse_request
from subsidies.rules.trace import Step
from subsidies.rules.version import Parameter, RuleVersion
from tests.subsidies.payloads import random_payloads
from tests.subsidies.second_opinion import months_after

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
SEEDS = [7, 77]
FULL: dict[str, Any] = {
    "frame": "normal",
    "accepted_on": "2025-05-12",
    "enterprise": {"annual_sales": 320_000_000, "interest_bearing_debt": 250_000_000},
    "costs": {"planning": 1_500_000, "negotiation": 150_000, "due_diligence": 5},
    "estimates": {"planning": 1_400_000},
    "past_subsidies": {"planning": 300_000},
    "monitoring_periods": [{"category": "monitoring", "ends_on": "2026-09-30", "cost": 500_000}],
}


def _number(step: Step, name: str) -> int:
    value = step.inputs[name]
    assert isinstance(value, int)
    return value


Inputs = dict[str, int]
# How each step comes out of its own inputs; the days are reckoned apart.
AGAIN: dict[str, Callable[[Inputs], int]] = {
    "eligible": lambda n: min(n["cost"], n["estimate"]),
    "remaining_cap": lambda n: max(0, n["cap"] - n["past"]),
    "joint_cap": lambda n: max(0, n["limit"] - n["past_planning"] - n["past_monitoring"]),
    "size_remainder": lambda n: max(0, n["limit"] - n["past_planning"] - n["past_monitoring"]),
    "subsidy": lambda n: min(n["eligible"] * 2 // 3, n["limit"]) if "eligible" in n else 0,
    "own_burden": lambda n: n["cost"] - n["subsidy"],
    "totals": lambda n: n["cost"] - n["own_burden"],
    "first_monitoring_payment": lambda n: n["subsidy"] - n["paid_before"],
    "last_monitoring_payment": lambda n: n["subsidy"],
    "monitoring_payment": lambda n: n["entitled"] - n["paid_before"],
    "monitoring_claim_at_risk": lambda n: n["payment"] + n["held_halves"] + n["negotiation"],
}


def _recomputed(step: Step) -> object:
    """Work a step out again from nothing but its own inputs; None where the inputs do not say all."""
    if step.step.endswith("_deadline"):
        return months_after(date.fromisoformat(str(step.inputs["counted_from"])), _number(step, "months")).isoformat()
    numbers = {name: value for name, value in step.inputs.items() if isinstance(value, int)}
    return AGAIN[step.step](numbers) if step.step in AGAIN else None


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_of_the_answer_is_the_result_of_a_step(seed: int) -> None:
    for payload in random_payloads(450, seed):
        answer = assess(parse_request(payload)).as_dict()
        results = Counter((step["step"], step["category"], step["result"]) for step in answer["trace"])
        days = {step["result"] for step in answer["trace"] if step["step"].endswith("_deadline")}
        for line in answer["lines"]:
            assert results["subsidy", line["category"], line["subsidy"]], payload
            assert results["own_burden", line["category"], line["own_burden"]], payload
        assert results["totals", None, answer["totals"]["subsidy"]] == 1
        by_amount = {
            (step["category"], step["result"]) for step in answer["trace"] if step["step"].endswith("_payment")
        }
        for payment in answer["payments"]:
            assert (payment["category"], payment["amount"]) in by_amount, payload
        for deadline in answer["deadlines"]:
            assert deadline["claim_by"] in days
            assert results[f"{deadline['kind']}_at_risk", None, deadline["yen_at_risk"]], payload


@pytest.mark.parametrize("seed", SEEDS)
def test_every_step_can_be_worked_out_again_from_its_inputs(seed: int) -> None:
    again: Counter[str] = Counter()
    for payload in random_payloads(450, seed):
        for step in assess(parse_request(payload)).trace:
            expected = _recomputed(step)
            if expected is not None:
                assert step.result == expected, (step.step, step.inputs, payload)
                again[step.step] += 1
    assert len(again) == 13
    assert min(again.values()) > 10, again


def test_two_thirds_in_the_trace_are_those_of_the_eligible_cost() -> None:
    for payload in random_payloads(200, 5):
        for step in assess(parse_request(payload)).trace:
            if "two_thirds" in step.inputs:
                assert _number(step, "two_thirds") == 2 * _number(step, "eligible") // 3
                assert _number(step, "limit") >= 0


def test_every_step_names_its_rules_and_their_texts() -> None:
    seen: set[str] = set()
    for payload in random_payloads(180, 11):
        for step in assess(parse_request(payload)).trace:
            if step.kind.step + step.rule in seen:
                continue
            seen.add(step.kind.step + step.rule)
            assert JAPANESE.search(step.label), step.step
            assert JAPANESE.search(step.formula), step.step
            assert step.rule.split() == [rule.id for rule in step.kind.rules]
            for rule in step.kind.rules:
                assert isinstance(rule, Parameter | RuleVersion)
                assert rule.source.title
                assert rule.source.url.startswith("http")
                assert rule.source.checked_on >= date(2026, 1, 1)
                assert rule.source.citation in step.citations
                assert rule.source.url in step.kind.source.split()
    assert len(seen) > 60


def test_the_steps_of_a_full_case_in_their_order() -> None:
    trace = assess(parse_request(FULL)).trace
    assert [(step.step, step.category) for step in trace] == [
        ("rule_version", None),
        ("size_class", None),
        ("cost", "monitoring"),
        ("size_remainder", None),
        ("subsidy", "due_diligence"),
        ("own_burden", "due_diligence"),
        ("eligible", "planning"),
        ("remaining_cap", "planning"),
        ("subsidy", "planning"),
        ("own_burden", "planning"),
        ("subsidy", "monitoring"),
        ("own_burden", "monitoring"),
        ("subsidy", "negotiation"),
        ("own_burden", "negotiation"),
        ("totals", None),
        ("plan_claim_payment", "planning"),
        ("first_monitoring_payment", "planning"),
        ("monitoring_payment", "monitoring"),
        ("last_monitoring_payment", "negotiation"),
        ("plan_claim_deadline", None),
        ("plan_claim_at_risk", None),
        ("monitoring_claim_deadline", None),
        ("monitoring_claim_at_risk", None),
    ]
    # eligible min(1,500,000, 1,400,000) × 2/3 = 933,333; left of the cap 1,700,000; of the class 2,000,000 − 300,000
    subsidy = next(step for step in trace if (step.step, step.category) == ("subsidy", "planning"))
    assert subsidy.inputs == {"eligible": 1_400_000, "two_thirds": 933_333, "limit": 1_700_000}
    assert subsidy.result == 933_333
    assert "2/3" in subsidy.formula
    assert "切捨て" in subsidy.formula


@pytest.mark.parametrize(
    ("change", "absent"),
    [
        ({"estimates": {}}, "eligible"),
        ({"past_subsidies": {}}, "remaining_cap"),
        ({"past_subsidies": {"negotiation": 1}}, "size_remainder"),
        ({"monitoring_periods": []}, "monitoring_payment"),
        ({"costs": {"planning": 1}}, "last_monitoring_payment"),
        ({"accepted_on": "2022-03-31"}, "first_monitoring_payment"),
        ({"accepted_on": "2022-03-31"}, "monitoring_claim_deadline"),
    ],
)
def test_what_took_no_part_leaves_no_step(change: dict[str, Any], absent: str) -> None:
    assert absent in {step.step for step in assess(parse_request(FULL)).trace}
    trace = assess(parse_request(FULL | change)).trace
    assert absent not in {step.step for step in trace}
    assert {step.step for step in trace} >= {"rule_version", "totals", "plan_claim_deadline", "plan_claim_at_risk"}
