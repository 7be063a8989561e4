"""What merging two enterprises does to their caps, shown by `cases`, which need not know the rules of the subsidy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template

from cases.models import Enterprise
from subsidies.selectors.caps.ledger import CapRow, FrameLedger, cap_ledger_of
from vapup import clock

register = template.Library()


@dataclass(frozen=True, slots=True)
class CapChange:
    """What is left of one cap for the enterprise that stays, in yen, before and after the merge."""

    label: str
    before: int
    after: int
    is_over: bool


@register.inclusion_tag("subsidies/_caps_together.html")
def caps_together(kept: Enterprise, gone: Enterprise) -> dict[str, Any]:
    """Compare the caps of `kept` alone with those of both together."""
    today = clock.today()
    alone = {(frame.frame, row.label): row for frame, row in _rows(cap_ledger_of(kept, today=today))}
    both = _rows(cap_ledger_of(kept, today=today, also=gone))
    return {"changes": [_change(frame, row, alone.get((frame.frame, row.label))) for frame, row in both]}


def _rows(frames: tuple[FrameLedger, ...]) -> Iterator[tuple[FrameLedger, CapRow]]:
    for frame in frames:
        for row in frame.rows:
            if row.cap_yen is not None and (row.used_yen or row.open_yen):
                yield frame, row


def _change(frame: FrameLedger, row: CapRow, before: CapRow | None) -> CapChange:
    free_yen = before.free_yen if before else row.cap_yen or 0
    return CapChange(f"{frame.frame.label} {row.label}", free_yen, row.free_yen, row.is_over)
