"""The months that a report leaves out, and the consent to that: to the months that somebody was shown, to no others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitoring.rules.variance import Comparison

# What a month lacks: the id that a page sends back, and the word for it.
ACTUAL: Final = "actual"
PLANNED: Final = "planned"
LACKS: Final = {ACTUAL: "実績", PLANNED: "計画"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A month, by its first day, that lacks something, by its id in `LACKS`."""

    lacks: str
    month: date

    @property
    def id(self) -> str:
        """What a page sends back of it: actual:2025-09."""
        return f"{self.lacks}:{self.month:%Y-%m}"


def gaps_of(comparison: Comparison) -> tuple[Gap, ...]:
    """Return what a report on these figures leaves out."""
    without = {ACTUAL: comparison.missing, PLANNED: comparison.unplanned}
    return tuple(Gap(lacks, month) for lacks, months in without.items() for month in months)


def unseen(gaps: Sequence[Gap], seen: Collection[str]) -> tuple[Gap, ...]:
    """Return the gaps that are not among the ids that somebody was shown."""
    return tuple(one for one in gaps if one.id not in seen)


def told(gaps: Sequence[Gap]) -> str:
    """Return the gaps in words: 2025年8月、2025年9月の実績."""
    found = []
    for lacks, label in LACKS.items():
        if months := [f"{one.month.year}年{one.month.month}月" for one in gaps if one.lacks == lacks]:
            found.append(f"{'、'.join(months)}の{label}")
    return "、".join(found)
