from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from vapup.documents.payload import ADDED, PayloadUnreadable, content_hash, from_json, to_json


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    paid_yen: int | None


@dataclass(frozen=True, slots=True)
class Whole:
    day: date
    closed_on: date | None
    is_new: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Grown:
    day: date
    closed_on: date | None
    is_new: bool
    parts: tuple[Part, ...]
    months: tuple[date, ...] = field(default=(), metadata=ADDED)
    note: str = ""


WHOLE = Whole(date(2026, 4, 1), None, is_new=True, parts=(Part("髙﨑𠮷 ㈱", 10**12), Part("", None)))
STORED = {
    "day": "2026-04-01",
    "closed_on": None,
    "is_new": True,
    "parts": [{"name": "髙﨑𠮷 ㈱", "paid_yen": 10**12}, {"name": "", "paid_yen": None}],
}


def test_content_goes_to_json_and_comes_back_the_same() -> None:
    assert to_json(WHOLE) == STORED
    assert from_json(Whole, STORED) == WHOLE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", "2026-02-30"),
        ("day", 20260401),
        ("is_new", 1),
        ("parts", "none"),
        ("parts", [{"name": "七十七銀行"}]),
        ("parts", [{"name": "七十七銀行", "paid_yen": 1.0}]),
        ("parts", [{"name": "七十七銀行", "paid_yen": True}]),
    ],
)
def test_content_of_another_type_is_refused(field: str, value: object) -> None:
    with pytest.raises(PayloadUnreadable):
        from_json(Whole, {**STORED, field: value})


@pytest.mark.parametrize("stored", [None, [], {}, {**STORED, "added": 1}])
def test_content_of_another_shape_is_refused(stored: object) -> None:
    with pytest.raises(PayloadUnreadable):
        from_json(Whole, stored)


def test_the_hash_depends_on_values_and_not_on_the_order_of_keys() -> None:
    backwards = dict(reversed(STORED.items()))
    assert content_hash(backwards) == content_hash(STORED)
    assert content_hash({**STORED, "is_new": False}) != content_hash(STORED)


def test_a_field_that_was_added_later_leaves_older_content_as_it_was() -> None:
    older = from_json(Grown, {**STORED, "note": ""})
    assert older.months == ()
    assert to_json(older) == {**STORED, "note": ""}
    newer = Grown(WHOLE.day, None, is_new=True, parts=WHOLE.parts, months=(date(2025, 2, 1),))
    assert to_json(newer) == {**STORED, "note": "", "months": ["2025-02-01"]}
    assert from_json(Grown, to_json(newer)) == newer
