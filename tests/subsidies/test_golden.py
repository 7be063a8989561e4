"""Worked cases: the requests and figures of tests/golden/assess.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from subsidies.rules.assessment import assess
from subsidies.rules.request import parse_request

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "assess.jsonl"
CASES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def _named_alike(rows: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep of each answer row what the worked case states."""
    names = expected[0].keys() if expected else ()
    return [{name: row[name] for name in names} for row in rows]


def test_there_are_thirty_worked_cases() -> None:
    assert len(CASES) == 30


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_worked_case_gives_its_figures(case: dict[str, Any]) -> None:
    expected = case["expected"]
    answer = assess(parse_request(case["request"])).as_dict()
    for name in ("rule_version", "size_class", "totals"):
        assert answer[name] == expected[name]
    for name in ("lines", "payments", "deadlines"):
        assert _named_alike(answer[name], expected[name]) == expected[name]
    codes = {finding["code"] for finding in answer["findings"]} - {"unconfirmed_rule"}
    assert sorted(codes) == expected["findings"]
