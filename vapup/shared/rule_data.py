"""Reading rule data from TOML: every row dated, sourced and checked, or refused."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final, NoReturn, Protocol, TypeVar

_TYPE_NAMES: Final[Mapping[type, str]] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    date: "a date",
}

T = TypeVar("T")


class ParameterError(ValueError):
    """The rule data cannot be trusted; the message names the file, the row and what is wrong."""


@dataclass(frozen=True, slots=True)
class Source:
    """The public text that a row rests on, and the day on which a person last read it there."""

    title: str
    clause: str
    url: str
    checked_on: date

    @property
    def citation(self) -> str:
        """The source in one line, as findings and pages print it."""
        return f"{self.title} {self.clause} {self.url}"


class Named(Protocol):
    """A row with a name of its own."""

    @property
    def id(self) -> str:
        """The name by which a refusal calls the row."""


class Dated(Protocol):
    """A row in force from one day to another, both inclusive; no last day means until further notice."""

    @property
    def id(self) -> str:
        """The name by which a refusal calls the row."""

    @property
    def effective_from(self) -> date:
        """The first day on which the row holds."""

    @property
    def effective_to(self) -> date | None:
        """The last day on which the row holds."""


class Row:
    """One row of a table while it is being read; every taker refuses what is missing or of another type."""

    def __init__(self, values: Mapping[str, object], place: str) -> None:
        self._left = dict(values)
        self._place = place

    def text(self, key: str) -> str:
        """Take a text that is not empty."""
        return self._take(key, str) or self.refuse(f"{key} is empty")

    def optional_text(self, key: str) -> str | None:
        """Take a text that may be left out."""
        return self.text(key) if key in self._left else None

    def day(self, key: str) -> date:
        """Take a date."""
        return self._take(key, date)

    def optional_day(self, key: str) -> date | None:
        """Take a date that may be left out."""
        return self.day(key) if key in self._left else None

    def truth(self, key: str) -> bool:
        """Take true or false."""
        return self._take(key, bool)

    def optional_truth(self, key: str) -> bool:
        """Take true or false; false where it is left out."""
        return self.truth(key) if key in self._left else False

    def whole(self, key: str) -> int:
        """Take a whole number above 0."""
        value = self._take(key, int)
        if value <= 0:
            self.refuse(f"{key} is not above 0: {value}")
        return value

    def optional_whole(self, key: str) -> int | None:
        """Take a whole number above 0 that may be left out."""
        return self.whole(key) if key in self._left else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts."""
        values = self._left.pop(key, None)
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.refuse(f"{key} is not a list of texts")
        return tuple(values)

    def wholes(self, key: str) -> tuple[int, ...]:
        """Take a list of whole numbers of any sign."""
        values = self._left.pop(key, None)
        if not isinstance(values, list) or not values or not all(type(value) is int for value in values):
            self.refuse(f"{key} is not a list of whole numbers")
        return tuple(values)

    def optional_texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts that may be left out."""
        return self.texts(key) if key in self._left else ()

    def anything(self, key: str) -> object:
        """Take a value whose type depends on another field."""
        if key not in self._left:
            self.refuse(f"{key} is missing")
        return self._left.pop(key)

    def source(self) -> Source:
        """Take the source; a row without one is refused."""
        values = self.anything("source")
        if not isinstance(values, dict):
            self.refuse("source is not a table")
        row = Row(values, f"{self._place}, source")
        source = Source(row.text("title"), row.text("clause"), row.text("url"), row.day("checked_on"))
        row.finish()
        if not source.url.startswith(("https://", "http://")) or not source.url.isascii():
            self.refuse(f"source.url is no address: {source.url}")
        return source

    def finish(self) -> None:
        """Refuse every field that nobody took: a misspelt name must not pass as a comment."""
        if self._left:
            self.refuse(f"unknown field {', '.join(sorted(self._left))}")

    def refuse(self, reason: str) -> NoReturn:
        """Raise ParameterError with the place of this row."""
        raise ParameterError(f"{self._place}: {reason}")

    def _take(self, key: str, kind: type[T]) -> T:
        value = self.anything(key)
        if type(value) is not kind:
            self.refuse(f"{key} is not {_TYPE_NAMES[kind]}: {value!r}")
        return value


D = TypeVar("D", bound=Dated)
K = TypeVar("K", bound=Hashable)
N = TypeVar("N", bound=Named)


def read_rows(table: str, folder: Path, *, known: frozenset[str]) -> list[Row]:
    """Return the rows of one table from every file of the folder, in the order of file names.

    Args:
        known: the tables that files of the folder may have.

    Raises:
        ParameterError: a file is no TOML, holds a float, or has a table that nobody reads.
    """
    rows: list[Row] = []
    for path in sorted(folder.glob("*.toml")):
        content = _content(path, known)
        rows.extend(
            Row(values, f"{path.name}, [[{table}]] {number}") for number, values in enumerate(content.get(table, ()), 1)
        )
    return rows


def read_named(table: str, folder: Path, *, known: frozenset[str], build: Callable[[Row], N]) -> tuple[N, ...]:
    """Return what `build` makes of the rows of one table, which bear names of their own.

    Raises:
        ParameterError: as in `read_rows`, from `build`, or two rows have the same id.
    """
    found = tuple(build(row) for row in read_rows(table, folder, known=known))
    ids = [one.id for one in found]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise ParameterError(f"[[{table}]]: the id {', '.join(twice)} comes twice")
    return found


def _content(path: Path, known: frozenset[str]) -> Mapping[str, list[dict[str, object]]]:
    def refuse_float(written: str) -> NoReturn:
        raise ParameterError(f'{path.name}: {written} is a float; money is whole yen, a share is text such as "2/3"')

    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=refuse_float)
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{path.name}: {error}") from error
    for table, rows in content.items():
        if table not in known or not isinstance(rows, list):
            raise ParameterError(f"{path.name}: unknown table {table}; known are [[{']], [['.join(sorted(known))}]]")
    return content


def chain(rows: Iterable[tuple[K, D]]) -> dict[K, tuple[D, ...]]:
    """Group dated rows by key, oldest first, each of a group ending on the day before the next begins.

    Raises:
        ParameterError: a row ends before it begins, two rows of a key overlap, or leave days between them.
    """
    chains: dict[K, list[D]] = {}
    for key, row in rows:
        if row.effective_to is not None and row.effective_to < row.effective_from:
            raise ParameterError(f"{row.id} ends before it begins")
        chains.setdefault(key, []).append(row)
    return {key: _joined(members) for key, members in chains.items()}


def _joined(members: list[D]) -> tuple[D, ...]:
    members.sort(key=lambda row: row.effective_from)
    for earlier, later in pairwise(members):
        if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
            raise ParameterError(f"{earlier.id} overlaps {later.id}: close it with effective_to")
        if earlier.effective_to + timedelta(days=1) != later.effective_from:
            raise ParameterError(f"there is a gap between {earlier.id} and {later.id}")
    return tuple(members)


def in_force(members: Iterable[D], day: date) -> D | None:
    """Return the row in force on `day`, or none."""
    for row in members:
        if row.effective_from <= day and (row.effective_to is None or day <= row.effective_to):
            return row
    return None
