"""The editions of the official forms, which sheets the product lays out for each, and the sources of all rule data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.editions import FormEdition, form_editions, form_layouts
from subsidies.rules.requirements_rows import Requirement, requirements
from subsidies.rules.sources import SourcedRow, sourced_rows
from vapup.dashboard.rules.affected import Counts, count_of


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition with the live cases that use it."""

    edition: FormEdition
    is_current: bool
    case_count: int


@dataclass(frozen=True, slots=True)
class FormRow:
    """An official form or a sheet that the product prints: in which edition it has which layout, "" where it is none.

    `newest` is the row of its latest list, which says where the form comes from.
    """

    application: str
    newest: Requirement
    layouts: tuple[str, ...]
    is_printed: bool


@dataclass(frozen=True, slots=True)
class FrameForms:
    """The editions of one frame, oldest first, and its forms."""

    frame: SchemeFrame
    editions: tuple[EditionRow, ...]
    forms: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A public text, the rows of the rule data that rest on it, and the day on which it was read last."""

    title: str
    url: str
    clauses: tuple[str, ...]
    rows: int
    unconfirmed: int
    checked_on: date


def forms_by_frame(counts: Counts, *, today: date) -> list[FrameForms]:
    """Return the editions and forms of every frame."""
    return [FrameForms(frame, tuple(_editions(frame, counts, today)), _forms(frame)) for frame in SchemeFrame]


def editions_during(frame: SchemeFrame, first: date, last: date | None) -> list[FormEdition]:
    """Return the editions that cases accepted between two days use, both inclusive."""
    return [
        one
        for one in form_editions().get(frame, ())
        if (last is None or one.effective_from <= last) and (one.effective_to is None or first <= one.effective_to)
    ]


def _editions(frame: SchemeFrame, counts: Counts, today: date) -> Iterator[EditionRow]:
    for one in form_editions().get(frame, ()):
        is_current = one.effective_from <= today and (one.effective_to is None or today <= one.effective_to)
        yield EditionRow(one, is_current, count_of(one, counts))


@lru_cache(maxsize=8)
def _forms(frame: SchemeFrame) -> tuple[FormRow, ...]:
    found = []
    for kind in ApplicationKind:
        by_id: dict[str, list[Requirement]] = {}
        for one in requirements().get((frame, kind), ()):
            if one.is_form or one.id in form_layouts():
                by_id.setdefault(one.id, []).append(one)
        found += [_form(kind, rows, frame) for rows in by_id.values()]
    return tuple(found)


def _form(kind: ApplicationKind, rows: list[Requirement], frame: SchemeFrame) -> FormRow:
    layouts = form_layouts().get(rows[0].id)
    cells = []
    for edition in form_editions().get(frame, ()):
        is_listed = any(_holds(row, edition.effective_from) for row in rows)
        printed = layouts.layout_of(edition.edition) if layouts else ""
        cells.append((f"{printed.upper()}の割付" if printed else "名称のみ") if is_listed else "")
    newest = max(rows, key=lambda row: row.effective_from)
    return FormRow(kind.label, newest, tuple(cells), layouts is not None)


def _holds(row: Requirement, day: date) -> bool:
    return row.effective_from <= day and (row.effective_to is None or day <= row.effective_to)


@lru_cache(maxsize=1)
def _every_row() -> tuple[SourcedRow, ...]:
    return sourced_rows()


@lru_cache(maxsize=2)
def sources(*, only_unconfirmed: bool) -> tuple[SourceRow, ...]:
    """Return the public texts that rows of the rule data rest on, those of most rows first."""
    grouped: dict[tuple[str, str], list[SourcedRow]] = {}
    for row in _every_row():
        if not only_unconfirmed or not row.confirmed:
            grouped.setdefault((row.source.title, row.source.url), []).append(row)
    found = [_source(title, url, rows) for (title, url), rows in grouped.items()]
    return tuple(sorted(found, key=lambda one: (-one.rows, one.title)))


def _source(title: str, url: str, rows: list[SourcedRow]) -> SourceRow:
    clauses = tuple(dict.fromkeys(row.source.clause for row in rows))
    unconfirmed = sum(not row.confirmed for row in rows)
    return SourceRow(title, url, clauses, len(rows), unconfirmed, min(row.source.checked_on for row in rows))
