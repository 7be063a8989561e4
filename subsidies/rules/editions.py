"""Editions of the official form sets (様式の版), picked by the day on which the usage application was accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cases.enums import SchemeFrame
from subsidies.rules.loading import PARAMETERS_FOLDER, TABLES
from vapup.shared.errors import DomainError
from vapup.shared.rule_data import ParameterError, Row, Source, chain, in_force, read_named, read_rows

# Editions are named by the year of an era: h29, r4. In this order each layout follows the one before.
_ERAS: Final = "hr"
# What the forms of today call the council and the monitoring.
OFFICE: Final = "中小企業活性化協議会"
FOLLOW_UP: Final = "伴走支援"


class NoEdition(DomainError):
    """The product has no edition of the forms for that day."""


class FormMaker(StrEnum):
    """Whose sheet the product can print: the lead agency's alone, or that of every agency on the case."""

    LEAD = "lead"
    EACH = "each"


@dataclass(frozen=True, slots=True, eq=False)
class FormEdition:
    """One edition of a frame's forms; `confirmed` says whether the layouts follow the official files.

    `office` and `follow_up` are what it calls the council (behind the prefecture) and the monitoring.
    """

    frame: SchemeFrame
    edition: str
    label: str
    effective_from: date
    effective_to: date | None
    source: Source
    confirmed: bool
    office: str
    follow_up: str

    @property
    def id(self) -> str:
        """The name of the row in the rule data: normal.r6."""
        return f"{self.frame.value}.{self.edition}"


@dataclass(frozen=True, slots=True)
class FormLayouts:
    """A form that the product lays out: `id` is that of its row in the lists of documents."""

    id: str
    layouts: tuple[str, ...]
    maker: FormMaker

    def layout_of(self, edition: str) -> str:
        """Return the layout of an edition: its own, or that of the one before; the first where none is older."""
        older = [one for one in self.layouts if _age(one) <= _age(edition)]
        return older[-1] if older else self.layouts[0]


def edition_of(accepted_on: date, frame: SchemeFrame = SchemeFrame.NORMAL) -> FormEdition:
    """Return the edition that a case accepted on that day uses, for later claims too.

    Raises:
        NoEdition: no edition of the frame's forms was in use on that day.
    """
    found = in_force(form_editions().get(frame, ()), accepted_on)
    if found is None:
        raise NoEdition(f"{frame.label}の{accepted_on}の受理に使う様式は登録されていません。")
    return found


@lru_cache(maxsize=1)
def form_editions() -> Mapping[SchemeFrame, tuple[FormEdition, ...]]:
    """Return the editions of every frame's forms, oldest first; read and checked once."""
    return load_form_editions(PARAMETERS_FOLDER)


@lru_cache(maxsize=1)
def form_layouts() -> Mapping[str, FormLayouts]:
    """Return the forms that the product lays out, by id; read and checked once."""
    return load_form_layouts(PARAMETERS_FOLDER)


def load_form_layouts(folder: Path) -> Mapping[str, FormLayouts]:
    """Read and check the forms of a folder.

    Raises:
        ParameterError: a row is incomplete, or names an edition or a maker that nobody knows.
    """
    rows = read_named("form", folder, known=TABLES, build=_layouts)
    return MappingProxyType({row.id: row for row in rows})


def load_form_editions(folder: Path) -> Mapping[SchemeFrame, tuple[FormEdition, ...]]:
    """Read and check the editions of a folder.

    Raises:
        ParameterError: a row is incomplete or unknown, or the editions of a frame overlap or leave a gap.
    """
    editions = [_edition(row) for row in read_rows("edition", folder, known=TABLES)]
    return chain((edition.frame, edition) for edition in editions)


def _edition(row: Row) -> FormEdition:
    frame, name = row.text("frame"), row.text("id")
    if frame not in SchemeFrame.values or not _is_edition(name):
        raise ParameterError(f"editions: unknown edition {name} of the frame {frame}")
    edition = FormEdition(
        frame=SchemeFrame(frame),
        edition=name,
        label=row.text("label"),
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        source=row.source(),
        confirmed=row.truth("confirmed"),
        office=row.optional_text("office") or OFFICE,
        follow_up=row.optional_text("follow_up") or FOLLOW_UP,
    )
    row.finish()
    return edition


def _layouts(row: Row) -> FormLayouts:
    name, layouts, maker = row.text("id"), row.texts("layouts"), row.text("maker")
    if not layouts or not all(map(_is_edition, layouts)) or list(layouts) != sorted(layouts, key=_age):
        row.refuse(f"layouts of {name} are no editions, oldest first: {', '.join(layouts)}")
    if maker not in set(FormMaker):
        row.refuse(f"unknown maker {maker}")
    row.finish()
    return FormLayouts(name, layouts, FormMaker(maker))


def _is_edition(name: str) -> bool:
    return name[:1] in _ERAS and name[1:].isdecimal()


def _age(edition: str) -> tuple[int, int]:
    return _ERAS.index(edition[0]), int(edition[1:])
