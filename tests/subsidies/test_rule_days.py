"""The rule data against its hand-typed table, and each rule on its first and last day and on the days beside them."""

from __future__ import annotations

import itertools
import tomllib
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.assessment import assess
from subsidies.rules.editions import form_editions
from subsidies.rules.loading import PARAMETERS_FOLDER
from subsidies.rules.parameters import FrameNotOpen, rule_version_on, rule_versions
from subsidies.rules.request import InvalidRequest, parse_request
from subsidies.rules.size_class import SizeClass
from subsidies.rules.version import SPECS, Key, Parameter
from tests.subsidies.rule_table import ROWS
from tests.subsidies.second_opinion import NOTICES

ONE_DAY = timedelta(days=1)
EDITIONS = {
    SchemeFrame.NORMAL: ["r3", "r4", "r6", "r7"],
    SchemeFrame.SME_GL: ["r4", "r6", "r7"],
    SchemeFrame.VUP: ["h29", "r4", "r6", "r7"],
    SchemeFrame.VUP_BANK: ["r6", "r7"],
}
BORDERS = [pytest.param(name, notice, id=name) for name, notice in NOTICES.items()]


def _written() -> list[dict[str, Any]]:
    files = sorted(PARAMETERS_FOLDER.glob("*.toml"))
    return [row for path in files for row in tomllib.loads(path.read_text(encoding="utf-8")).get("parameter", [])]


def _name(frame: str, day: date) -> str | None:
    try:
        return rule_version_on(SchemeFrame(frame), day).name
    except FrameNotOpen:
        return None


def _key(name: str, about: str) -> Key:
    category = CostCategory(about) if about in CostCategory.values else None
    return Key(name, category, SizeClass(about) if about and category is None else None)


def _found(frame: str, key: Key, day: date) -> Parameter | None:
    try:
        return rule_version_on(SchemeFrame(frame), day).parameters.get(key)
    except FrameNotOpen:
        return None


def test_the_rule_data_says_what_the_table_says() -> None:
    written = Counter(
        (
            *(row["frame"], row["name"], row.get("category") or row.get("size_class") or ""),
            *(str(row["effective_from"]), str(row.get("effective_to", "")), row["value"], row["confirmed"]),
        )
        for row in _written()
    )
    assert written == Counter(ROWS)
    assert max(written.values()) == 1
    assert {row[1] for row in ROWS} == SPECS.keys()


@pytest.mark.parametrize("row", [pytest.param(row, id="-".join(row[:4])) for row in ROWS])
def test_a_row_holds_from_its_first_to_its_last_day_and_not_beside_them(
    row: tuple[str, str, str, str, str, int | str, bool],
) -> None:
    frame, name, about, first, last, value, confirmed = row
    expected = Fraction(value) if SPECS[name].unit == "share" else value
    days = [
        date.fromisoformat(first),
        date.fromisoformat(last or ("2028-01-31" if frame == "vup_bank" else "2099-12-31")),
    ]
    for day in days:
        found = _found(frame, _key(name, about), day)
        assert found is not None
        assert (found.value, found.confirmed, found.effective_from) == (expected, confirmed, days[0])
    for beside in (days[0] - ONE_DAY, days[1] + ONE_DAY):
        neighbour = _found(frame, _key(name, about), beside)
        if last or beside < days[0]:
            assert neighbour is None or neighbour.effective_from != days[0]


def test_every_row_can_be_looked_up_by_a_person() -> None:
    rows = _written()
    for row in rows:
        source = row["source"]
        assert source.keys() == {"title", "clause", "url", "checked_on"}
        assert source["url"].startswith("http"), row
        assert date(2026, 1, 1) <= source["checked_on"] <= date(2099, 12, 31)
        assert source["title"].strip(), row
        assert source["clause"].strip(), row
        assert row["confirmed"] or not row["note"].endswith("。"), "the sentence of the finding adds its own full stop"
    assert len({row["source"]["url"] for row in rows}) >= 8


@pytest.mark.parametrize(("name", "notice"), BORDERS)
def test_a_version_holds_from_its_first_to_its_last_day(name: str, notice: Any) -> None:
    first, last = date.fromisoformat(notice.first), date.fromisoformat(notice.last or "2099-12-31")
    assert [_name(notice.frame, day) for day in (first, first + ONE_DAY, last - ONE_DAY, last)] == [name] * 4
    assert _name(notice.frame, first - ONE_DAY) != name
    after = _name(notice.frame, last + ONE_DAY)
    assert after == name if notice.last is None else after != name


@pytest.mark.parametrize(
    ("frame", "day"),
    [
        ("normal", "2013-03-07"),
        ("normal", "2000-01-01"),
        ("sme_gl", "2022-04-14"),
        ("sme_gl", "2022-04-01"),
        ("vup", "2017-05-28"),
        ("vup_bank", "2024-01-31"),
        ("vup_bank", "2028-02-01"),
    ],
)
def test_a_closed_frame_is_refused_with_frame_and_day(frame: str, day: str) -> None:
    payload: dict[str, Any] = {"frame": frame, "accepted_on": day}
    payload["enterprise"] = {"annual_sales": 0, "interest_bearing_debt": 0}
    with pytest.raises(InvalidRequest) as refused:
        parse_request(payload)
    assert (refused.value.code, refused.value.field) == ("frame_not_open", "accepted_on")
    assert day in refused.value.message
    assert SchemeFrame(frame).label in refused.value.message


FULL = {"planning": 3_000_003, "monitoring": 300_000}
LARGE = {"annual_sales": 1_000_000_000, "interest_bearing_debt": 0}


@pytest.mark.parametrize(
    ("frame", "day", "costs", "figures"),
    [
        # (subsidy in all, payments of the plan, months until the plan claim)
        # joint cap: planning min(2,000,002, 2,000,000), nothing left for monitoring; no halves
        ("normal", "2022-03-31", FULL, (2_000_000, [2_000_000], 24)),
        # own caps: planning 2,000,000 in halves, monitoring 200,000
        ("normal", "2022-04-01", FULL, (2_200_000, [1_000_000, 1_000_000], 24)),
        ("vup", "2022-03-31", {"planning": 225_000, "monitoring_interim": 75_000}, (150_000, [150_000], 12)),
        ("vup", "2022-04-01", {"planning": 225_000, "monitoring_interim": 75_000}, (200_000, [75_000, 75_000], 12)),
        ("vup", "2024-04-01", {"planning": 225_000, "monitoring_interim": 75_000}, (200_000, [75_000, 75_000], 12)),
        ("vup_bank", "2025-01-31", {"planning": 225_000, "monitoring_interim": 75_000}, (150_000, [150_000], 12)),
        ("vup_bank", "2025-02-01", {"planning": 225_000, "monitoring_interim": 75_000}, (150_000, [150_000], 12)),
        ("sme_gl", "2022-04-15", {"due_diligence": 3, "planning": 6}, (6, [1, 1, 2, 2], 24)),
    ],
)
def test_the_same_case_on_both_sides_of_a_border(
    frame: str, day: str, costs: dict[str, int], figures: tuple[int, list[int], int]
) -> None:
    result = assess(parse_request({"frame": frame, "accepted_on": day, "enterprise": LARGE, "costs": costs}))
    assert result.totals.subsidy_yen == figures[0]
    assert [payment.amount_yen for payment in result.payments] == figures[1]
    assert [deadline.months for deadline in result.deadlines] == [figures[2]]


def test_pieces_of_a_frame_follow_each_other_without_gap_or_repetition() -> None:
    for frame, pieces in rule_versions().items():
        assert [one.frame for one in pieces] == [frame] * len(pieces)
        for earlier, later in itertools.pairwise(pieces):
            assert earlier.effective_to == later.effective_from - ONE_DAY
            assert earlier.parameters != later.parameters or earlier.name != later.name
        assert pieces[-1].effective_to == (date(2028, 1, 31) if frame == "vup_bank" else None)


def test_every_frame_has_an_edition_on_every_day_since_it_opened() -> None:
    assert {*form_editions()} == {*SchemeFrame}
    for frame, editions in form_editions().items():
        assert [one.edition for one in editions] == EDITIONS[SchemeFrame(frame)]
        assert editions[0].effective_from == rule_versions()[SchemeFrame(frame)][0].effective_from
        assert editions[-1].effective_to is None
        assert [one.id for one in editions] == [f"{frame}.{one.edition}" for one in editions]
        for earlier, later in itertools.pairwise(editions):
            assert earlier.effective_to == later.effective_from - ONE_DAY
