"""What each kind of deadline is about, read from `monitoring/parameters/clocks.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from monitoring.enums import DeadlineKind
from vapup.shared.rule_data import ParameterError, Row, Source, read_named

FOLDER: Final = Path(__file__).resolve().parent.parent / "parameters"
TABLES: Final = frozenset({"clock"})
_PAIR: Final = 2


@dataclass(frozen=True, slots=True)
class Escalation:
    """From how many days before the safe day on somebody is reminded too, and from when if it was acknowledged."""

    offset: int
    offset_acknowledged: int

    def includes(self, offset: int, *, is_acknowledged: bool) -> bool:
        """Tell whether a reminder of this offset goes to them."""
        return offset <= (self.offset_acknowledged if is_acknowledged else self.offset)


@dataclass(frozen=True, slots=True)
class ClockKind:
    """One row.

    Attributes:
        action: the next act, as a sentence without a subject.
        loses: what is lost after the day, "" where it merely comes.
        after: the next act once the day is over, "" where it merely comes.
        offsets: days before the safe day on which people are reminded, the earliest first; negative ones come after it.
        is_event: the day merely comes; nothing lapses.
        months: how long the period is where the law says so in months.
        fiscal_years: how many fiscal years it has where the law counts them.
    """

    id: DeadlineKind
    action: str
    loses: str
    after: str
    clause: str
    offsets: tuple[int, ...]
    manager: Escalation
    admin: Escalation
    is_event: bool
    months: int | None
    fiscal_years: int | None
    confirmed: bool
    note: str
    source: Source


@lru_cache(maxsize=1)
def clock_kinds() -> Mapping[DeadlineKind, ClockKind]:
    """Return the rows of this product by kind; read and checked once."""
    return MappingProxyType({row.id: row for row in load_clock_kinds(FOLDER)})


def clock_kind(kind: str) -> ClockKind:
    """Return the row of a kind."""
    return clock_kinds()[DeadlineKind(kind)]


def load_clock_kinds(folder: Path) -> tuple[ClockKind, ...]:
    """Read and check the rows of a folder.

    Raises:
        ParameterError: a row lacks a field, names what nobody knows, is unconfirmed without saying what is assumed,
            its offsets do not descend, it says not what is lost, or a kind has no row.
    """
    rows = read_named("clock", folder, known=TABLES, build=_clock_kind)
    if missing := set(DeadlineKind) - {row.id for row in rows}:
        raise ParameterError(f"[[clock]]: no row for {', '.join(sorted(missing))}")
    return rows


def _clock_kind(row: Row) -> ClockKind:
    name = row.text("id")
    if name not in DeadlineKind.values:
        row.refuse(f"unknown kind {name}")
    found = ClockKind(
        id=DeadlineKind(name),
        action=row.text("action"),
        loses=row.optional_text("loses") or "",
        after=row.optional_text("after") or "",
        clause=row.text("clause"),
        offsets=_offsets(row),
        manager=_escalation(row, "manager_from"),
        admin=_escalation(row, "admin_from"),
        is_event=row.truth("is_event"),
        months=row.optional_whole("months"),
        fiscal_years=row.optional_whole("fiscal_years"),
        confirmed=row.truth("confirmed"),
        note=row.optional_text("note") or "",
        source=row.source(),
    )
    if {bool(found.loses), bool(found.after)} != {not found.is_event}:
        row.refuse("a day that merely comes loses nothing; every other says in loses what is lost, in after what to do")
    if not found.confirmed and not found.note:
        row.refuse("a row that is not confirmed says in note what is assumed")
    row.finish()
    return found


def _offsets(row: Row) -> tuple[int, ...]:
    offsets = row.wholes("offsets")
    if list(offsets) != sorted(set(offsets), reverse=True):
        row.refuse(f"offsets do not descend: {offsets}")
    return offsets


def _escalation(row: Row, key: str) -> Escalation:
    figures = row.wholes(key)
    if len(figures) != _PAIR or figures[1] > figures[0]:
        row.refuse(f"{key} is no pair of an offset and a later one: {figures}")
    return Escalation(*figures)
