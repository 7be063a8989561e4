"""How much money is at risk: each yen once, though several deadlines of a case may stand for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from monitoring.enums import DeadlineKind

# With one of these a case loses all that its other deadlines stand for too.
CONTAINS_ALL: Final = frozenset({DeadlineKind.PLAN_CLAIM, DeadlineKind.FRAME_CLOSES})


@dataclass(frozen=True, slots=True)
class AtRisk:
    """What one deadline stands for, in whole yen; the agency's own deadlines have no case."""

    case_id: int | None
    kind: DeadlineKind
    safe_by: date
    yen: int


def counted_once(rows: Iterable[AtRisk]) -> int:
    """Return the yen of these deadlines together.

    Of a case with a deadline that contains the others it is that figure; of any other case the sum.
    """
    whole: dict[int | None, int] = defaultdict(int)
    parts: dict[int | None, int] = defaultdict(int)
    for row in rows:
        if row.kind in CONTAINS_ALL:
            whole[row.case_id] = max(whole[row.case_id], row.yen)
        else:
            parts[row.case_id] += row.yen
    return sum(whole.values()) + sum(yen for case_id, yen in parts.items() if case_id not in whole)


def within(rows: Iterable[AtRisk], *, today: date, days: int) -> list[AtRisk]:
    """Return those whose safe day is at most `days` after today, or over."""
    last = today + timedelta(days=days)
    return [row for row in rows if row.safe_by <= last]
