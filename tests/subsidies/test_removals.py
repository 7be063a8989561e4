"""Changed rule data: take away a finding, a version or a mark of doubt, and the second opinion disagrees."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from subsidies.rules import assessment, parameters
from subsidies.rules.findings import find
from subsidies.rules.loading import PARAMETERS_FOLDER
from subsidies.rules.request import InvalidRequest, parse_request
from subsidies.rules.terms import terms_on
from tests.subsidies.payloads import random_payloads
from tests.subsidies.second_opinion import NOTICES
from tests.subsidies.test_second_opinion import CODES, compare
from vapup.shared.rule_data import ParameterError

ROW_START = "\n[[parameter]]\n"


def _doubted() -> list[tuple[str, int, str]]:
    """Return file, position and name of every row that is not confirmed."""
    found = []
    for path in sorted(PARAMETERS_FOLDER.glob("*.toml")):
        rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("parameter", [])
        for number, row in enumerate(rows):
            if not row["confirmed"]:
                about = row.get("category") or row.get("size_class")
                found.append((path.name, number, "-".join(filter(None, (row["name"], row["frame"], about)))))
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the rule data that the rules read instead of their own."""
    copied = Path(shutil.copytree(PARAMETERS_FOLDER, tmp_path / "parameters"))
    monkeypatch.setattr(parameters, "PARAMETERS_FOLDER", copied)
    _forget()
    yield copied
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for remembered in (parameters.rule_versions, parameters.rule_version_on, terms_on):
        remembered.cache_clear()


def _ask_for_second_opinions() -> None:
    for payload in random_payloads(900, 21):
        compare(payload)


def test_nothing_taken_away_nothing_to_disagree_on(folder: Path) -> None:
    _ask_for_second_opinions()


@pytest.mark.parametrize(("file", "number", "name"), [pytest.param(*row, id=row[2]) for row in _doubted()])
def test_a_mark_of_doubt_is_missed(folder: Path, file: str, number: int, name: str) -> None:
    head, *rows = (folder / file).read_text(encoding="utf-8").split(ROW_START)
    assert "\nconfirmed = false\n" in rows[number]
    rows[number] = rows[number].replace("\nconfirmed = false\n", "\nconfirmed = true\n")
    (folder / file).write_text(ROW_START.join([head, *rows]), encoding="utf-8")
    with pytest.raises(AssertionError):
        _ask_for_second_opinions()


@pytest.mark.parametrize("version", NOTICES)
def test_a_rule_version_is_missed(folder: Path, version: str) -> None:
    path = folder / "versions.toml"
    head, *rows = path.read_text(encoding="utf-8").split("\n[[version]]\n")
    others = [row for row in rows if not row.startswith(f'id = "{version}"\n')]
    assert len(others) == len(rows) - 1 == len(NOTICES) - 1
    path.write_text("\n[[version]]\n".join([head, *others]), encoding="utf-8")
    with pytest.raises((AssertionError, ParameterError, InvalidRequest)):
        _ask_for_second_opinions()


@pytest.mark.parametrize("code", sorted({*CODES, "unconfirmed_rule"}))
def test_a_finding_is_missed(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(assessment, "find", lambda *facts: tuple(one for one in find(*facts) if one.code != code))
    with pytest.raises(AssertionError):
        _ask_for_second_opinions()


def _change(path: Path, name: str, frame: str, old: str, new: str) -> None:
    head, *rows = path.read_text(encoding="utf-8").split(ROW_START)
    changed = [
        row.replace(old, new) if row.startswith(f'name = "{name}"\nframe = "{frame}"\n') else row for row in rows
    ]
    assert changed != rows
    path.write_text(ROW_START.join([head, *changed]), encoding="utf-8")


def test_another_share_needs_no_other_arithmetic(folder: Path) -> None:
    _change(folder / "payment.toml", "holdback_share", "vup", '"1/2"', '"2/5"')
    _change(folder / "size_class.toml", "monitoring_share_max", "normal", '"1/2"', '"2/5"')
    vup = {"frame": "vup", "accepted_on": "2025-04-01", "costs": {"planning": 7}}
    # floor(7 × 2/3) = 4; three fifths of it at once: floor(2.4) = 2, the other 2 with the first monitoring
    assert [one.amount_yen for one in assessment.assess(parse_request(vup)).payments] == [2, 2]
    vup["costs"] = {"planning": 225_000}
    assert [one.amount_yen for one in assessment.assess(parse_request(vup)).payments] == [90_000, 60_000]
    normal: dict[str, Any] = {"frame": "normal", "accepted_on": "2025-04-01"}
    normal["enterprise"] = {"annual_sales": 0, "interest_bearing_debt": 0}
    for planning, found in ((3, False), (2, True)):  # 2 of 5 are two fifths, 2 of 4 are more
        normal["costs"] = {"planning": planning, "monitoring": 2}
        codes = {one.code for one in assessment.assess(parse_request(normal)).findings}
        assert ("monitoring_exceeds_half" in codes) == found


@pytest.mark.parametrize(("yen", "is_taken"), [("0", False), ("1", True)])
def test_the_smallest_amount_of_a_rule_is_one_yen(folder: Path, yen: str, is_taken: bool) -> None:
    _change(folder / "caps.toml", "cap_yen", "vup_bank", "150_000", yen)
    bank = {"frame": "vup_bank", "accepted_on": "2025-04-01", "costs": {"planning": 225_000}}
    if is_taken:
        assert assessment.assess(parse_request(bank)).totals.subsidy_yen == 1
    else:
        with pytest.raises(ParameterError, match="0 is no whole number of yen above 0"):
            parse_request(bank)
