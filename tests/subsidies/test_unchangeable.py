"""What the rules hand out stays as it was handed out: nobody changes a rule or a figure by accident."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import date
from typing import Any

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.assessment import assess
from subsidies.rules.editions import edition_of
from subsidies.rules.request import parse_request
from subsidies.rules.terms import terms_on

RESULT = assess(
    parse_request(
        {
            "frame": "normal",
            "accepted_on": "2025-05-12",
            "enterprise": {"annual_sales": 0, "interest_bearing_debt": 0},
            "costs": {"planning": 3},
        }
    )
)
TERMS = terms_on(SchemeFrame.NORMAL, date(2025, 5, 12))
HANDED_OUT: list[Any] = [
    *(RESULT, RESULT.request, RESULT.rule_version, RESULT.trace[0], RESULT.trace[0].kind, RESULT.rule_version.source),
    *(RESULT.rule_version.get("rate"), TERMS, TERMS.sizes, TERMS.pool, TERMS.by_category[CostCategory.PLANNING]),
    edition_of(date(2025, 5, 12)),
]


@pytest.mark.parametrize("value", HANDED_OUT, ids=lambda value: type(value).__name__)
def test_a_value_of_the_rules_cannot_be_changed(value: Any) -> None:
    for field in fields(value):
        with pytest.raises(FrozenInstanceError):
            setattr(value, field.name, None)


@pytest.mark.parametrize("value", [*RESULT.lines, *RESULT.payments, *RESULT.deadlines, *RESULT.findings, RESULT.totals])
def test_a_figure_of_an_answer_cannot_be_changed(value: Any) -> None:
    with pytest.raises(AttributeError):
        setattr(value, value._fields[0], None)


def test_the_lists_of_an_answer_cannot_grow() -> None:
    for rows in (RESULT.lines, RESULT.payments, RESULT.deadlines, RESULT.findings, RESULT.trace_rows, RESULT.trace):
        assert isinstance(rows, tuple)
