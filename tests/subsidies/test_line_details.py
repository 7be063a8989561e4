"""What stands beside a subsidy and in the steps to it, worked out again without the product's rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from subsidies.rules.assessment import assess
from subsidies.rules.request import parse_request
from tests.subsidies.payloads import random_payloads
from tests.subsidies.second_opinion import MAN, Opinion

DETAILS = (
    *("category", "estimate", "eligible", "two_thirds", "cap", "past"),
    *("remaining_cap", "shared_remainder", "limited_by"),
)
SHARING = ("planning", "monitoring")
MEDIUM = {"annual_sales": 100_000_000, "interest_bearing_debt": 0}


def _details(opinion: Opinion) -> Iterator[tuple[Any, ...]]:
    notice, past = opinion.notice, opinion.past
    used = past.get("planning", 0) + past.get("monitoring", 0)
    pool: int | None = None
    if notice.joint:
        pool = max(0, notice.joint * MAN - used)
    elif opinion.size and used:
        pool = max(0, opinion.size_total() * 2 // 3 - used)
    for category, subsidy in opinion.subsidies.items():
        first = (category, opinion.estimates.get(category), opinion.eligible(category))
        if category not in notice.caps:
            yield (*first, 0, None, past.get(category, 0), None, None, None)
            continue
        cap = None if notice.joint else notice.caps[category] * MAN
        left = None if cap is None else max(0, cap - past.get(category, 0))
        shared = pool if category in SHARING else None
        two_thirds = opinion.two_thirds(category)
        limited: str | None = None
        if subsidy < two_thirds:
            # of two equal limits the category's own one is named
            limited = "cap" if subsidy == left else "joint_cap" if notice.joint else "size_remainder"
        elif opinion.eligible(category) < opinion.costs[category]:
            limited = "estimate"
        yield (*first, two_thirds, cap, past.get(category, 0), left, shared, limited)
        if pool is not None and category in SHARING:
            pool -= subsidy


@pytest.mark.parametrize("seed", [3, 33])
def test_every_line_shows_what_its_subsidy_was_worked_out_from(seed: int) -> None:
    limits = set()
    for payload in random_payloads(1_350, seed):
        lines = assess(parse_request(payload)).as_dict()["lines"]
        expected = list(_details(Opinion(payload)))
        assert [tuple(line[name] for name in DETAILS) for line in lines] == expected, payload
        limits |= {line["limited_by"] for line in lines}
    assert limits == {None, "cap", "estimate", "joint_cap", "size_remainder"}


def _step_inputs(trace: list[dict[str, Any]], step: str) -> list[tuple[Any, ...]]:
    return [
        (row["category"], *row["inputs"].values(), row["result"])
        for row in trace
        if row["step"] == step and "eligible" not in row["inputs"]
    ]


def test_the_steps_about_periods_count_and_add_up_what_was_given() -> None:
    most = 0
    for payload in random_payloads(900, 13):
        trace, opinion = assess(parse_request(payload)).as_dict()["trace"], Opinion(payload)
        by_category: dict[str, list[int]] = {}
        running = []
        for number, period in enumerate(opinion.periods, 1):
            costs = by_category.setdefault(period["category"], [])
            costs.append(period["cost"])
            running.append((period["category"], number, sum(costs)))
        counted = {(category, len(costs), sum(costs)) for category, costs in by_category.items()}
        assert set(_step_inputs(trace, "cost")) == counted, payload
        assert [row[:3] for row in _step_inputs(trace, "monitoring_payment")] == running, payload
        everything = sum(payment["amount"] for payment in opinion.payments)
        assert _step_inputs(trace, "plan_claim_at_risk") == [(None, len(opinion.payments), everything)], payload
        most = max(most, *(len(costs) for costs in by_category.values()), 0)
    assert most >= 4


def test_the_size_class_shows_its_figures_and_limits() -> None:
    payload = {"frame": "normal", "accepted_on": "2025-05-12", "enterprise": MEDIUM, "costs": {"planning": 3}}
    trace = assess(parse_request(payload)).as_dict()["trace"]
    assert _step_inputs(trace, "size_class") == [(None, 100_000_000, 0, 100_000_000, 1_000_000_000, "medium")]
    assert _step_inputs(trace, "rule_version") == [(None, "2025-05-12", "normal-2024")]


@pytest.mark.parametrize(
    ("day", "costs", "past", "limit"),
    [
        # 2,000,000 of the cap are used: nothing is left of it, while 3,000,000 × 2/3 of the class leave nothing too
        ("2025-05-12", {"planning": 6}, {"planning": 2_000_000}, "補助上限額 2,000,000円の残り 0円"),
        ("2025-05-12", {"planning": 6}, {"planning": 1_999_999}, "補助上限額 2,000,000円の残り 1円"),
        # the class leaves 2,000,000 − 1,000,000 − 1,000,000 = 0, the cap of planning 1,000,000
        (
            *("2025-05-12", {"planning": 6}, {"planning": 1_000_000, "monitoring": 1_000_000}),
            "総額の目安(中規模)による残り 0円",
        ),
        (
            *("2025-05-12", {"planning": 6}, {"planning": 1_000_000, "monitoring": 999_999}),
            "総額の目安(中規模)による残り 1円",
        ),
        ("2022-03-31", {"planning": 6}, {"planning": 2_000_001}, "計画策定支援と伴走支援を合わせた上限の残り 0円"),
        ("2022-03-31", {"planning": 6}, {"planning": 1_999_999}, "計画策定支援と伴走支援を合わせた上限の残り 1円"),
    ],
)
def test_a_limit_that_binds_is_told_to_the_last_yen(
    day: str, costs: dict[str, int], past: dict[str, int], limit: str
) -> None:
    payload = {"frame": "normal", "accepted_on": day, "enterprise": MEDIUM, "costs": costs, "past_subsidies": past}
    left = int(limit.endswith(" 1円"))
    told = [found for found in assess(parse_request(payload)).findings if found.code == "cap_binds"]
    # two thirds of 6 yen are 4
    start = "計画策定支援費用の補助額は、補助率による 4円ではなく、"
    assert [found.message.partition("(根拠")[0] for found in told] == [f"{start}{limit}を限度に {left}円になります。"]
