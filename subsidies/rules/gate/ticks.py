"""What only a person can see: the points that somebody must tick before the gate opens."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from vapup.shared.rule_data import ParameterError, Source

FILE: Final = Path(__file__).resolve().parent / "ticks.toml"
_KEYS: Final = frozenset({"code", "sentence", "kinds", "frames", "source"})


@dataclass(frozen=True, slots=True)
class Tick:
    """One point that a person checks: which applications it belongs to, and on what it rests."""

    code: str
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
    return load_ticks(FILE)


def load_ticks(path: Path) -> tuple[Tick, ...]:
    """Read and check the points of a file.

    Raises:
        ParameterError: a row is incomplete, names an unknown kind or frame, or a code comes twice.
    """
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["tick"]
    found = tuple(map(_tick, rows))
    codes = [one.code for one in found]
    if len(set(codes)) != len(codes):
        raise ParameterError(f"ticks: a code comes twice among {codes}")
    return found


def _tick(row: Mapping[str, Any]) -> Tick:
    if set(row) - _KEYS or not _KEYS - {"frames"} <= set(row):
        raise ParameterError(f"ticks: a row must have {sorted(_KEYS)}, not {sorted(row)}")
    try:
        return Tick(
            code=row["code"],
            sentence=row["sentence"],
            kinds=frozenset(map(ApplicationKind, row["kinds"])),
            frames=frozenset(map(SchemeFrame, row.get("frames", SchemeFrame.values))),
            source=Source(**row["source"]),
        )
    except (TypeError, ValueError) as wrong:
        raise ParameterError(f"ticks: {row['code']}: {wrong}") from wrong
