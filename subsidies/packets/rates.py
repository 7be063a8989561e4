"""The rate table (単価表) of an agency: who works at which hourly rate, as the estimate says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from subsidies.models import CostLine
from subsidies.packets.sheets import Rate

# 佐藤 花子(税理士): the qualification stands in the last brackets.
_PERSON: Final = re.compile(r"(?P<person>.*\S)\s*[((](?P<qualification>[^()()]+)[))]\s*")


def rates_of(lines: Iterable[CostLine]) -> tuple[Rate, ...]:
    """Return every person once for each rate, in the order of the estimate, with the work done at it."""
    works: dict[tuple[str, int, bool], dict[str, None]] = {}
    for line in lines:
        key = (line.person, line.hourly_rate_yen, line.is_subcontracted)
        works.setdefault(key, {})[line.work] = None
    return tuple(_rate(*key, tuple(found)) for key, found in works.items())


def person_and_qualification(text: str) -> tuple[str, str]:
    """Return the name and what stands in brackets behind it; the whole text where nothing does."""
    found = _PERSON.fullmatch(text)
    return (found["person"], found["qualification"]) if found else (text, "")


def _rate(person: str, hourly_rate_yen: int, is_subcontracted: bool, works: tuple[str, ...]) -> Rate:  # noqa: FBT001
    name, qualification = person_and_qualification(person)
    return Rate(name, qualification, hourly_rate_yen, is_subcontracted, works)
