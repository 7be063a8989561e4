"""The rows of `clocks.toml`: complete, sourced, and refused where they cannot be trusted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitoring.enums import DeadlineKind
from monitoring.rules.kinds import FOLDER, Escalation, clock_kind, clock_kinds, load_clock_kinds
from vapup.shared.rule_data import ParameterError

K = DeadlineKind
TEXT = (FOLDER / "clocks.toml").read_text(encoding="utf-8")
CLAIMS = (K.PLAN_CLAIM, K.MONITORING_CLAIM, K.NEGOTIATION_CLAIM, K.FRAME_CLOSES)
EVENTS = {K.FISCAL_CLOSE, K.TAX_RETURN, K.RETENTION}


def test_every_kind_has_a_row() -> None:
    assert set(clock_kinds()) == set(DeadlineKind)
    assert clock_kind("plan_claim") is clock_kinds()[K.PLAN_CLAIM]


@pytest.mark.parametrize("kind", CLAIMS)
def test_money_is_reminded_of_from_a_third_of_a_year_to_after_the_day(kind: DeadlineKind) -> None:
    row = clock_kind(kind)
    assert row.offsets == (120, 60, 30, 14, 7, 3, 1, 0, -1, -2, -3, -5)
    assert (row.manager, row.admin) == (Escalation(30, 14), Escalation(7, 3))


@pytest.mark.parametrize("kind", DeadlineKind)
def test_only_what_merely_comes_loses_nothing(kind: DeadlineKind) -> None:
    row = clock_kind(kind)
    assert row.is_event is (kind in EVENTS)
    assert bool(row.loses) is bool(row.after) is not row.is_event
    assert 0 in row.offsets
    assert row.action
    assert row.clause


@pytest.mark.parametrize("kind", DeadlineKind)
def test_every_row_has_a_public_source_and_says_what_is_assumed(kind: DeadlineKind) -> None:
    row = clock_kind(kind)
    assert row.source.url.startswith("https://")
    assert date(2026, 1, 1) <= row.source.checked_on
    assert row.confirmed or row.note


def test_what_the_law_counts_is_a_figure_of_the_data() -> None:
    assert clock_kind(K.TAX_RETURN).months == 2
    assert clock_kind(K.RETENTION).fiscal_years == 5
    assert clock_kind(K.PLAN_CLAIM).months is None


def test_an_escalation_waits_longer_once_somebody_takes_care() -> None:
    manager = Escalation(30, 14)
    told = {offset: (manager.includes(offset, is_acknowledged=False), manager.includes(offset, is_acknowledged=True))
            for offset in (31, 30, 15, 14, 0, -5)}  # fmt: skip
    assert told == {
        31: (False, False),
        30: (True, False),
        15: (True, False),
        14: (True, True),
        0: (True, True),
        -5: (True, True),
    }


def load(tmp_path: Path, text: str) -> None:
    (tmp_path / "clocks.toml").write_text(text, encoding="utf-8")
    load_clock_kinds(tmp_path)


def test_the_rows_as_they_are_load_from_anywhere(tmp_path: Path) -> None:
    load(tmp_path, TEXT)


REFUSED = [
    ('id = "plan_claim"', 'id = "plan_claims"', "unknown kind plan_claims"),
    ('id = "plan_claim"', 'id = "paper"', "the id paper comes twice"),
    ('action = "計画策定の支払申請を協議会に提出する"\n', "", "action is missing"),
    ('action = "計画策定の支払申請を協議会に提出する"', 'action = ""', "action is empty"),
    ('after = "協議会に確認する"\n', "", "a day that merely comes loses nothing"),
    ('loses = "計画策定・伴走支援・金融機関交渉の補助金のすべて"\n', "", "a day that merely comes loses nothing"),
    ('loses = "計画策定・伴走支援・金融機関交渉の補助金のすべて"', "loses = 5", "loses is not text"),
    ("is_event = false", "is_event = true", "a day that merely comes loses nothing"),
    ("is_event = false", 'is_event = "no"', "is_event is not true or false"),
    ("offsets = [120, 60,", "offsets = [60, 120,", "offsets do not descend"),
    ("offsets = [120, 60,", "offsets = [60, 60,", "offsets do not descend"),
    ("offsets = [120, 60, 30, 14, 7, 3, 1, 0, -1, -2, -3, -5]", "offsets = []", "offsets is not a list of whole"),
    ("manager_from = [30, 14]", "manager_from = [14, 30]", "manager_from is no pair"),
    ("manager_from = [30, 14]", "manager_from = [30]", "manager_from is no pair"),
    ("admin_from = [7, 3]", "admin_from = [7, 3, 1]", "admin_from is no pair"),
    ("confirmed = true", "confirmed = false", "says in note what is assumed"),
    ("confirmed = true", "confirmed = true\nmonthz = 2", "unknown field monthz"),
    ("months = 2", "months = 0", "months is not above 0"),
    ("fiscal_years = 5", 'fiscal_years = "5"', "fiscal_years is not a whole number"),
    ('url = "https://keieikaizen', 'url = "keieikaizen', "source.url is no address"),
    ("[[clock]]", "[[clocks]]", "unknown table"),
]


@pytest.mark.parametrize(("written", "instead", "reason"), REFUSED)
def test_a_row_that_cannot_be_trusted_is_refused(tmp_path: Path, written: str, instead: str, reason: str) -> None:
    assert written in TEXT
    with pytest.raises(ParameterError, match=reason):
        load(tmp_path, TEXT.replace(written, instead, 1))


def test_a_kind_without_a_row_is_refused(tmp_path: Path) -> None:
    start = TEXT.index('[[clock]]\nid = "retention"')
    with pytest.raises(ParameterError, match="no row for retention"):
        load(tmp_path, TEXT[:start])
