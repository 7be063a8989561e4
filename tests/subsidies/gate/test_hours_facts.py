"""What the gate compares of a claim's hours, and where it has nothing to compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from subsidies.enums import CostCategory
from subsidies.rules.gate import check
from subsidies.rules.gate.facts import HoursFacts, StintFacts
from tests.subsidies.gate.clean_facts import CLAIM_DAY, clean_plan_claim

WORKED = HoursFacts(
    category=CostCategory.PLANNING, gross_yen=1_400_000, with_excluded_yen=1_400_000, inside_yen=1_400_000
)
LATER = StintFacts(
    person="佐藤 花子",
    worked_on=date(2026, 3, 2),
    monday=date(2026, 3, 2),
    minutes=60,
    work="計画の策定支援",
    quoted_rate_yen=10_000,
)


def codes(hours: HoursFacts, **of_line: Any) -> set[str]:
    """Return what is found with these hours behind a claim of 1,500,000 yen of planning."""
    clean = clean_plan_claim()
    (line,) = clean.lines
    facts = replace(clean, hours=(hours,), lines=(replace(line, **of_line),))
    return {one.code for one in check(facts)} - {one.code for one in check(clean)}


def test_hours_of_another_amount_than_the_claim_took_over_are_found() -> None:
    assert "hours_changed" in codes(WORKED)  # 1,400,000 against 1,500,000


def test_a_claim_that_took_nothing_over_has_nothing_to_compare() -> None:
    assert "hours_changed" not in codes(WORKED, hours_yen=None)


def test_hours_of_a_category_that_is_not_claimed_are_not_compared() -> None:
    assert "hours_changed" not in codes(replace(WORKED, category=CostCategory.MONITORING))


@pytest.mark.parametrize("worked_to", [None, CLAIM_DAY])
def test_a_day_after_the_claim_is_found_whether_or_not_the_claim_says_its_days(worked_to: date | None) -> None:
    late = replace(WORKED, gross_yen=1_500_000, inside_yen=1_489_000, counted=(LATER,))
    assert "hours_after_claim" in codes(late, worked_to=worked_to)
