"""Rows of the chooser and of local top-ups that cannot be trusted, and amounts at the edge of a programme."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules import chooser, top_ups
from subsidies.rules.assessment import assess
from subsidies.rules.assumptions import monitoring_kinds
from subsidies.rules.request import parse_request
from subsidies.rules.top_ups import Base, programmes, suggested_yen
from vapup.shared.rule_data import ParameterError


def _copy(folder: Path, target: Path, pattern: str, new: str) -> None:
    changed = 0
    for path in folder.glob("*.toml"):
        text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
        changed += count
        (target / path.name).write_text(text, encoding="utf-8")
    assert changed


@pytest.mark.parametrize(
    ("pattern", "new", "complaint"),
    [
        (r"^frames = \[", 'frames = ["mini", ', "unknown frame among mini"),
        (r"^frames = \[.*\]", "frames = []", "unknown frame"),
        (r"^floor_to_yen = 1_000", "floor_to_yen = 0", "floor_to_yen is not above 0: 0"),
        (r"^floor_to_yen = 1_000", "floor_to_yen = -1", "floor_to_yen is not above 0: -1"),
        (r"^max_yen = 200_000", 'max_yen = "200000"', "max_yen is not a whole number"),
        (r'^id = "nagano-cgc"', 'id = "kyoto-cgc"', "the id kyoto-cgc comes twice"),
        (r"^confirmed = false\nnote = .*", "confirmed = false", "says in note what is assumed"),
    ],
)
def test_a_programme_that_cannot_be_trusted_is_refused(tmp_path: Path, pattern: str, new: str, complaint: str) -> None:
    _copy(top_ups.FOLDER, tmp_path, pattern, new)
    with pytest.raises(ParameterError, match=complaint):
        top_ups.load_programmes(tmp_path)


def test_a_condition_in_doubt_says_what_is_assumed(tmp_path: Path) -> None:
    _copy(chooser.FOLDER, tmp_path, r"^confirmed = false\nnote = .*", "confirmed = false")
    with pytest.raises(ParameterError, match="says in note what is assumed"):
        chooser.load_conditions(tmp_path)


@pytest.mark.parametrize(
    ("base", "max_yen", "expected"),
    [
        # planning 900,001 yen, filed 600,001: subsidy floor(600,001 × 2/3) = 400,000, own burden 500,001
        (Base.PLAN_COST, None, 600_001),
        (Base.PLAN_OWN_BURDEN, None, 500_001),
        (Base.PLAN_SUBSIDY, None, 400_000),
        (Base.PLAN_OWN_BURDEN, 75_000, 75_000),
    ],
)
def test_a_programme_pays_of_what_its_source_says(base: Base, max_yen: int | None, expected: int) -> None:
    payload = {
        "frame": "normal",
        "accepted_on": "2025-04-01",
        "costs": {"planning": 900_001},
        "enterprise": {"annual_sales": 0, "interest_bearing_debt": 0},
        "estimates": {"planning": 600_001},
    }
    lines = assess(parse_request(payload)).lines
    known = next(one for one in programmes() if one.formula and one.formula.share == 1)
    assert known.formula
    programme = replace(known, formula=replace(known.formula, base=base, floor_to_yen=1, max_yen=max_yen))
    assert suggested_yen(programme, lines, past_yen=0, own_burden_yen=10**9) == expected


def test_a_day_on_which_the_frame_is_closed_knows_plain_monitoring_only() -> None:
    assert monitoring_kinds(SchemeFrame.VUP, date(2017, 5, 28)) == (CostCategory.MONITORING,)
    assert monitoring_kinds(SchemeFrame.VUP, date(2017, 5, 29)) == (CostCategory.MONITORING_CLOSING,)
