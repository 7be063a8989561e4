"""Who must have been told what, worked out from the table of offsets alone: it knows nothing of sweeps and rows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from vapup.embedded.layout import CHECKOUT

TABLE: Final = CHECKOUT / "monitoring" / "parameters" / "clocks.toml"
Key = tuple[int, date, int, int]


@dataclass(frozen=True, slots=True)
class Running:
    """One open deadline that nobody touches: who has it, and who is told from which offset on."""

    pk: int
    safe_by: date
    lapses_on: date
    consultant: int
    manager: int
    admin: int


@lru_cache(maxsize=1)
def _plan_claim(table: Path = TABLE) -> tuple[tuple[int, ...], int, int]:
    rows = tomllib.loads(table.read_text(encoding="utf-8"))["clock"]
    (row,) = (one for one in rows if one["id"] == "plan_claim")
    return tuple(row["offsets"]), row["manager_from"][0], row["admin_from"][0]


def told_on(deadline: Running, day: date) -> set[Key]:
    """Return who is to know what of a deadline once a sweep ran on `day`, if none ran since the reminder before."""
    offsets, manager_from, admin_from = _plan_claim()
    if day >= deadline.lapses_on:
        offset = (deadline.safe_by - deadline.lapses_on).days
        people = [deadline.consultant, deadline.manager, deadline.admin]
    else:
        reached = [one for one in offsets if deadline.safe_by - timedelta(days=one) <= day]
        reached = [one for one in reached if deadline.safe_by - timedelta(days=one) < deadline.lapses_on]
        if not reached:
            return set()
        offset = min(reached)
        people = [deadline.consultant]
        people += [deadline.manager] if offset <= manager_from else []
        people += [deadline.admin] if offset <= admin_from else []
    return {(deadline.pk, deadline.safe_by, offset, one) for one in people}


def told_by(deadlines: Iterable[Running], days: Sequence[date]) -> set[Key]:
    """Return who is to know what after a sweep on each of these days, in their order; what is over is told once."""
    found: set[Key] = set()
    for deadline in deadlines:
        for day in days:
            found |= told_on(deadline, day)
            if day >= deadline.lapses_on:
                break
    return found


def missed(deadlines: Iterable[Running], *, last_sweep: date, next_sweep: date) -> set[int]:
    """Return the deadlines of which a day went by without a sweep on it: what is told of them then is late."""
    offsets, _, _ = _plan_claim()
    found = set()
    for one in deadlines:
        days = {one.safe_by - timedelta(days=offset) for offset in offsets} | {one.lapses_on}
        if any(last_sweep < day < next_sweep and day <= one.lapses_on for day in days):
            found.add(one.pk)
    return found
