"""The days of an application as a drawing: from the top in the order of the procedure, to the right as time passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from subsidies.rules.gate.dates import inversions
from subsidies.rules.gate.days import DERIVED, Day, Moment, days_of
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
    known = tuple(one for one in days_of(facts) if one.moment not in DERIVED)
    days = [_shown_day(facts, one) for one in known]
    first = min(days)
    span = max((max(days) - first).days, 1)
    words = _words(facts)
    return tuple(
        TimelineEntry(number, _title(facts, one), day, (day - first).days * FULL_WIDTH // span, words.get(one, ""))
        for number, (one, day) in enumerate(zip(known, days, strict=True), 1)
    )


def _shown_day(facts: GateFacts, one: Day) -> date:
    """Return the day as it is drawn: what was submitted is checked as of today, and drawn where it was."""
    return facts.submitted_on or one.day if one.moment is Moment.SUBMITTED else one.day


def _title(facts: GateFacts, one: Day) -> str:
    """Return the name of a day; before the submission its day is only what it would be today."""
    is_planned = one.moment is Moment.SUBMITTED and facts.submitted_on is None
    return f"{facts.kind.label}の提出予定(今日)" if is_planned else one.title


def _words(facts: GateFacts) -> dict[Day, str]:
    """Return for every day in the wrong order what it should not come before or after."""
    said: dict[Day, list[str]] = {}
    for one in inversions(facts):
        said.setdefault(one.later, []).append(f"{_title(facts, one.earlier)}({one.earlier.day})より前")
        said.setdefault(one.earlier, []).append(f"{_title(facts, one.later)}({one.later.day})より後")
    return {day: "、".join(words) for day, words in said.items()}
