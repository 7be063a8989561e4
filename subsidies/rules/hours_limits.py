"""From when on the reader of hours is warned: dated rows of `subsidies/hours/limits.toml`, none of them confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from subsidies.rules.loading import PARAMETERS_FOLDER
from vapup.shared.rule_data import Row, Source, chain, in_force, read_rows

FOLDER: Final = PARAMETERS_FOLDER.with_name("hours")


@dataclass(frozen=True, slots=True)
class Limits:
    """One dated row; minutes are of one person's day over all cases.

    Attributes:
        late_days: an entry may be this many days younger than its work.
        shortest_text: characters that a text has at least, without spaces and signs.
        copied_times: so many entries with one text are called copies.
        months_after_period: how long after its period work on monitoring may still be.
        vague_words: say nothing when nothing else is said.
    """

    effective_from: date
    effective_to: date | None
    note_minutes: int
    warning_minutes: int
    late_days: int
    shortest_text: int
    copied_times: int
    months_after_period: int
    vague_words: tuple[str, ...]
    confirmed: bool
    note: str
    source: Source

    @property
    def id(self) -> str:
        """The name by which a refusal calls the row."""
        return f"limit@{self.effective_from}"


def limits_on(day: date) -> Limits | None:
    """Return the row in force on a day, or None before the first."""
    return in_force(all_limits(), day)


@lru_cache(maxsize=1)
def all_limits() -> tuple[Limits, ...]:
    """Return the rows of this product, oldest first; read and checked once."""
    return load_limits(FOLDER)


def load_limits(folder: Path) -> tuple[Limits, ...]:
    """Read the rows of a folder.

    Raises:
        ParameterError: a row lacks something, warns later than it notes, or two rows overlap or leave a gap.
    """
    return chain(("limit", _limits(row)) for row in read_rows("limit", folder, known=frozenset({"limit"})))["limit"]


def _limits(row: Row) -> Limits:
    found = Limits(
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        note_minutes=row.whole("note_minutes"),
        warning_minutes=row.whole("warning_minutes"),
        late_days=row.whole("late_days"),
        shortest_text=row.whole("shortest_text"),
        copied_times=row.whole("copied_times"),
        months_after_period=row.whole("months_after_period"),
        vague_words=row.texts("vague_words"),
        confirmed=row.truth("confirmed"),
        note=row.text("note"),
        source=row.source(),
    )
    if found.warning_minutes <= found.note_minutes:
        row.refuse("warning_minutes is not above note_minutes")
    row.finish()
    return found
