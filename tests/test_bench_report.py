"""The figures of `make bench`: one JSON object a line, ratios of pairs."""

from __future__ import annotations

import json
import runpy
from itertools import chain
from typing import Any

import pytest

from tests.sources import ROOT

# Loaded by its path: importing the package would make Django ready on the instance of the benchmarks.
REPORT: dict[str, Any] = runpy.run_path(str(ROOT / "tests" / "bench" / "report.py"))


def test_a_figure_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    REPORT["report"]("案件一覧", 12.34567, "ms", ratio=1.23456, against="bare page")
    REPORT["report"]("queries", 7, "queries")
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) == {
        "name": "案件一覧",
        "value": 12.346,
        "unit": "ms",
        "ratio": 1.235,
        "against": "bare page",
    }
    assert json.loads(second) == {"name": "queries", "value": 7, "unit": "queries", "ratio": None, "against": None}
    assert "案件一覧" in first  # readable, not escaped


def test_pairs_are_measured_in_turn_and_their_ratio_is_the_median_of_ratios(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    # Three rounds of (first, second): 2/1, 9/3, 4/1 → medians 4 and 1, median ratio 3 (not 4/1).
    ticks = iter(list(chain.from_iterable((0.0, spent) for spent in (2, 1, 9, 3, 4, 1))))
    monkeypatch.setattr("time.perf_counter", lambda: next(ticks))
    found = REPORT["paired"](lambda: order.append("a"), lambda: order.append("b"), rounds=3)
    assert found == (4, 1, 3)
    assert order == ["a", "b"] * 3
