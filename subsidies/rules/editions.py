"""Editions of the official forms (様式の版), picked by the day on which the usage application was accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from cases.enums import SchemeFrame
from subsidies.rules.loading import PARAMETERS_FOLDER, TABLES
from vapup.shared.errors import DomainError
from vapup.shared.rule_data import ParameterError, Row, Source, chain, in_force, read_rows

FORM_CODES: Final = frozenset({"annex_1", "annex_1_1", "annex_1_2", "annex_1_3"})


class NoEdition(DomainError):
    """The product has no edition of the form for that day."""


@dataclass(frozen=True, slots=True, eq=False)
class FormEdition:
    """One edition of one form; `confirmed` says whether its layout follows the official file."""

    form: str
    frame: SchemeFrame
    edition: str
    effective_from: date
    effective_to: date | None
    source: Source
    confirmed: bool

    @property
    def id(self) -> str:
        """The name of the row in the rule data: annex_1.normal.r6."""
        return f"{self.form}.{self.frame.value}.{self.edition}"


def edition_of(form_code: str, accepted_on: date, frame: SchemeFrame = SchemeFrame.NORMAL) -> FormEdition:
    """Return the edition that a case accepted on that day uses, for later claims too.

    Raises:
        NoEdition: there is no such form in the frame, or no edition for that day.
    """
    found = in_force(form_editions().get((form_code, frame), ()), accepted_on)
    if found is None:
        raise NoEdition(f"{frame.label}の{accepted_on}の受理に使う様式({form_code})は登録されていません。")
    return found


@lru_cache(maxsize=1)
def form_editions() -> Mapping[tuple[str, SchemeFrame], tuple[FormEdition, ...]]:
    """Return the editions of every form by code and frame, oldest first; read and checked once."""
    return load_form_editions(PARAMETERS_FOLDER)


def load_form_editions(folder: Path) -> Mapping[tuple[str, SchemeFrame], tuple[FormEdition, ...]]:
    """Read and check the editions of a folder.

    Raises:
        ParameterError: a row is incomplete or unknown, or the editions of a form overlap or leave a gap.
    """
    editions = [_edition(row) for row in read_rows("edition", folder, known=TABLES)]
    return chain(((edition.form, edition.frame), edition) for edition in editions)


def _edition(row: Row) -> FormEdition:
    form, frame = row.text("form"), row.text("frame")
    if form not in FORM_CODES or frame not in SchemeFrame.values:
        raise ParameterError(f"editions: unknown form {form} of the frame {frame}")
    edition = FormEdition(
        form=form,
        frame=SchemeFrame(frame),
        edition=row.text("id"),
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        source=row.source(),
        confirmed=row.truth("confirmed"),
    )
    row.finish()
    return edition
