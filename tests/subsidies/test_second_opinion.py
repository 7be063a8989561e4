"""The engine against the second opinion, on thousands of requests of every version."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from subsidies.rules.assessment import assess
from subsidies.rules.request import parse_request
from tests.subsidies.payloads import random_payloads
from tests.subsidies.second_opinion import NOTICES, Opinion

NAME_OF_ROW = re.compile(r"\(([^()]+@[0-9-]+)\)$")
CODES = {
    *("category_not_in_frame", "monitoring_exceeds_half", "monitoring_exceeds_ceiling", "total_exceeds_size_class"),
    *("reuse_not_allowed", "reuse_needs_council", "cost_exceeds_estimate", "holdback_without_monitoring"),
    *("negotiation_without_monitoring", "cap_binds"),
}


def answer_to(payload: dict[str, Any]) -> dict[str, Any]:
    return assess(parse_request(payload)).as_dict()


def _like(rows: list[dict[str, Any]], opinions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = opinions[0] if opinions else {}
    return [{name: row[name] for name in names} if names else row for row in rows]


def _unconfirmed(answer: dict[str, Any]) -> list[str]:
    messages = [one["message"] for one in answer["findings"] if one["code"] == "unconfirmed_rule"]
    return [found[1] for message in messages if (found := NAME_OF_ROW.search(message))]


def compare(payload: dict[str, Any]) -> Opinion:
    opinion, answer = Opinion(payload), answer_to(payload)
    assert answer["rule_version"] == opinion.version, payload
    assert answer["size_class"] == opinion.size, payload
    assert _like(answer["lines"], opinion.lines()) == opinion.lines(), payload
    assert answer["totals"] == opinion.totals(), payload
    assert answer["payments"] == opinion.payments, payload
    assert _like(answer["deadlines"], opinion.deadlines) == opinion.deadlines, payload
    named = [(one["code"], one["severity"], one["category"]) for one in answer["findings"]]
    assert [one for one in named if one[0] != "unconfirmed_rule"] == opinion.findings(), payload
    unconfirmed = _unconfirmed(answer)
    assert sorted(unconfirmed) == sorted(opinion.unconfirmed()), payload
    assert len(unconfirmed) == sum(one[0] == "unconfirmed_rule" for one in named), payload
    return opinion


@pytest.mark.parametrize("seed", [405, 2013, 2022, 2024])
def test_two_workings_agree_on_every_figure_day_and_finding(seed: int) -> None:
    opinions = [compare(payload) for payload in random_payloads(2_250, seed)]
    assert Counter(opinion.version for opinion in opinions) == dict.fromkeys(NOTICES, 250)
    assert {code for opinion in opinions for code, _, _ in opinion.findings()} == CODES


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(20))
def test_two_workings_agree_on_a_hundred_thousand_requests(seed: int) -> None:
    opinions = [compare(payload) for payload in random_payloads(5_400, 10_000 + seed)]
    assert len(opinions) == 5_400
    assert {opinion.version for opinion in opinions} == set(NOTICES)


def test_the_random_requests_reach_every_reading_without_a_source() -> None:
    names = {
        one.split("@")[0].split(".")[0] for payload in random_payloads(900, 1) for one in Opinion(payload).unconfirmed()
    }
    assert names == {
        *("rounding", "plan_claim_months", "size_remainder", "half_rounding", "holdback_lapse", "holdback_share"),
        *("monitoring_window_basis", "monitoring_claim_months"),
    }
    zero = sum(payment["amount"] == 0 for payload in random_payloads(900, 1) for payment in Opinion(payload).payments)
    assert zero > 50  # rows of 0 yen, which are easily dropped, are among them


def test_the_working_by_hand_of_one_request() -> None:
    """A request of normal-2024 with everything, so that the second opinion itself is checked by hand."""
    opinion = compare(
        {
            "frame": "normal",
            "accepted_on": "2025-05-12",
            "enterprise": {"annual_sales": 320_000_000, "interest_bearing_debt": 250_000_000},
            "costs": {"planning": 1_500_001, "negotiation": 150_001},
            "past_subsidies": {"planning": 1_100_000},
            "monitoring_periods": [
                {"category": "monitoring", "ends_on": "2027-03-31", "cost": 600_000},
                {"category": "monitoring", "ends_on": "2026-08-30", "cost": 400_000},
            ],
        }
    )
    # medium: floor(3,000,000 × 2/3) − 1,100,000 = 900,000 to share; cap of planning 2,000,000 − 1,100,000 = 900,000
    # planning min(1,000,000, 900,000, 900,000) = 900,000; monitoring min(666,666, 1,000,000, 0) = 0
    # negotiation min(floor(100,000.67), 100,000) = 100,000
    assert opinion.subsidies == {"planning": 900_000, "monitoring": 0, "negotiation": 100_000}
    assert [payment["amount"] for payment in opinion.payments] == [450_000, 450_000, 0, 0, 100_000]
    # 2026-08-30 + 6: from 31 August, no 31 February: 28 February 2027; with it the held half of 450,000
    assert [(one["claim_by"], one["yen_at_risk"]) for one in opinion.deadlines] == [
        ("2027-05-12", 1_000_000),
        ("2027-02-28", 450_000),
        ("2027-09-30", 100_000),
    ]
