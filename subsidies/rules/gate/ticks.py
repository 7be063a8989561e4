"""What only a person can see: the points that somebody must tick before the gate opens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.loading import PARAMETERS_FOLDER
from vapup.shared.rule_data import Row, Source, read_named

FOLDER: Final = PARAMETERS_FOLDER.parent / "ticks"
TABLES: Final = frozenset({"tick"})


@dataclass(frozen=True, slots=True)
class Tick:
    """One point that a person checks: which applications it belongs to, and on what it rests."""

    id: str
    sentence: str
    kinds: frozenset[ApplicationKind]
    frames: frozenset[SchemeFrame]
    source: Source


def ticks_for(kind: ApplicationKind, frame: SchemeFrame) -> tuple[Tick, ...]:
    """Return the points of an application in the order of the data."""
    return tuple(one for one in ticks() if kind in one.kinds and frame in one.frames)


@lru_cache(maxsize=1)
def ticks() -> tuple[Tick, ...]:
    """Return every point; read and checked once."""
    return load_ticks(FOLDER)


def load_ticks(folder: Path) -> tuple[Tick, ...]:
    """Read and check the points of a folder.

    Raises:
        ParameterError: a row is incomplete, names an unknown kind or frame, or two rows have the same id.
    """
    return read_named("tick", folder, known=TABLES, build=_tick)


def _tick(row: Row) -> Tick:
    kinds, frames = row.texts("kinds"), row.optional_texts("frames") or tuple(SchemeFrame.values)
    if not kinds or not set(kinds) <= set(ApplicationKind.values):
        row.refuse(f"unknown application among {', '.join(kinds)}")
    if not set(frames) <= set(SchemeFrame.values):
        row.refuse(f"unknown frame among {', '.join(frames)}")
    found = Tick(
        id=row.text("id"),
        sentence=row.text("sentence"),
        kinds=frozenset(map(ApplicationKind, kinds)),
        frames=frozenset(map(SchemeFrame, frames)),
        source=row.source(),
    )
    row.finish()
    return found
