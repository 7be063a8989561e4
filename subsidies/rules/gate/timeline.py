"""The days of an application as a drawing: from the top in the order of the procedure, to the right as time passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from subsidies.rules.gate.dates import inversions
from subsidies.rules.gate.days import DERIVED, Day, days_of
from subsidies.rules.gate.facts import GateFacts

FULL_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One day in the order of the procedure.

    Attributes:
        permille: its place between the first day of the timeline (0) and the last (1000).
        words: which other day it is in the wrong order with, in words; "" where it is in order.
    """

    number: int
    label: str
    day: date
    permille: int
    words: str

    @property
    def is_inverted(self) -> bool:
        """Tell whether the day is in the wrong order with another."""
        return bool(self.words)


def timeline(facts: GateFacts) -> tuple[TimelineEntry, ...]:
    """Return the known days of an application in the order of the procedure, numbered from 1."""
    days = tuple(one for one in days_of(facts) if one.moment not in DERIVED)
    first, last = min(one.day for one in days), max(one.day for one in days)
    span = max((last - first).days, 1)
    words = _words(facts)
    return tuple(
        TimelineEntry(number, one.title, one.day, (one.day - first).days * FULL_WIDTH // span, words.get(one, ""))
        for number, one in enumerate(days, 1)
    )


def _words(facts: GateFacts) -> dict[Day, str]:
    """Return for every day in the wrong order what it should not come before or after."""
    said: dict[Day, list[str]] = {}
    for one in inversions(facts):
        said.setdefault(one.later, []).append(f"{one.earlier.title}({one.earlier.day})より前")
        said.setdefault(one.earlier, []).append(f"{one.later.title}({one.later.day})より後")
    return {day: "、".join(words) for day, words in said.items()}
