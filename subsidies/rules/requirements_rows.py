"""Rows of the dated lists of documents: what an application needs, who makes it, in which form, and on what source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.rules.loading import PARAMETERS_FOLDER
from vapup.shared.rule_data import Row, Source, chain, read_rows

FOLDER: Final = PARAMETERS_FOLDER / "requirements"
COUNCILS_FOLDER: Final = PARAMETERS_FOLDER / "councils"
TABLES: Final = frozenset({"requirement"})
COUNCIL_TABLES: Final = frozenset({"extra", "note"})
_ID_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_CODE_LENGTH: Final = 2

E = TypeVar("E", bound=StrEnum)


class Copy(StrEnum):
    """Whether the council wants the original (原本) or a copy (写し)."""

    ORIGINAL = "original"
    COPY = "copy"
    EITHER = "either"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The word that lists print."""
        return _COPY_LABELS[self]


class Maker(StrEnum):
    """Who makes a document or provides it."""

    ENTERPRISE = "enterprise"
    JOINT = "joint"
    LEAD_AGENCY = "lead_agency"
    AGENCY = "agency"
    WORKER = "worker"
    BANK = "bank"
    REGISTRY_OFFICE = "registry_office"
    SUBCONTRACTOR = "subcontractor"
    EXPERT = "expert"

    @property
    def label(self) -> str:
        """The word that lists print."""
        return _MAKER_LABELS[self]


class Per(StrEnum):
    """How many of a document an application needs.

    MAIN_LENDER is one letter of a main or sub-main bank, EACH_MAIN_LENDER one of each of them, LENDER one of every
    creditor. WORKER is a sheet of every worker, kept together by agency.
    """

    ONCE = "once"
    AGENCY = "agency"
    WORKER = "worker"
    LENDER = "lender"
    MAIN_LENDER = "main_lender"
    EACH_MAIN_LENDER = "each_main_lender"
    PERIOD = "period"

    @property
    def label(self) -> str:
        """What lists add to a title, "" where there is one document."""
        return _PER_LABELS[self]


class Condition(StrEnum):
    """When a document is needed; a document with several conditions needs all of them to hold."""

    ALWAYS = "always"
    CORPORATION = "corporation"
    SOLE_PROPRIETOR = "sole_proprietor"
    SCHEDULE = "schedule"
    UNLESS_BANK_SIGNS = "unless_bank_signs"
    FIRST_USE = "first_use"
    REUSE = "reuse"
    NET_OF_WITHHOLDING = "net_of_withholding"
    GUARANTEE_RELEASE = "guarantee_release"
    FIRST_CLAIM = "first_claim"
    LAST_CLAIM = "last_claim"
    INTERIM = "interim"
    YEAR_END = "year_end"
    SUBCONTRACT = "subcontract"
    STANDSTILL = "standstill"
    BY_CHOICE = "by_choice"


_COPY_LABELS: Final[Mapping[Copy, str]] = MappingProxyType(
    {Copy.ORIGINAL: "原本", Copy.COPY: "写し", Copy.EITHER: "原本・写し", Copy.UNKNOWN: "未確認"}
)
_MAKER_LABELS: Final[Mapping[Maker, str]] = MappingProxyType(
    {
        Maker.ENTERPRISE: "事業者",
        Maker.JOINT: "事業者と支援機関(連名)",
        Maker.LEAD_AGENCY: "代表支援機関",
        Maker.AGENCY: "各支援機関",
        Maker.WORKER: "従事者",
        Maker.BANK: "金融機関",
        Maker.REGISTRY_OFFICE: "法務局",
        Maker.SUBCONTRACTOR: "外部委託先",
        Maker.EXPERT: "第三者支援専門家",
    }
)
_PER_LABELS: Final[Mapping[Per, str]] = MappingProxyType(
    {
        Per.ONCE: "",
        Per.AGENCY: "支援機関ごと",
        Per.WORKER: "従事者ごと",
        Per.LENDER: "金融機関ごと",
        Per.MAIN_LENDER: "主要または準主要の金融機関",
        Per.EACH_MAIN_LENDER: "主要・準主要の金融機関ごと",
        Per.PERIOD: "対象期間ごと",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Requirement:
    """One document of one application in one frame, for key dates from one day to another, both inclusive.

    `form` is the number of the official form ("" where the form is free), `council` the code of the prefecture that
    alone asks for it ("" for all), `max_age_months` how old it may be on the day of filing.
    """

    id: str
    frame: SchemeFrame
    application: ApplicationKind
    effective_from: date
    effective_to: date | None
    title: str
    form: str
    copy: Copy
    maker: Maker
    per: Per
    conditions: tuple[Condition, ...]
    max_age_months: int | None
    note: str
    source: Source
    confirmed: bool
    council: str = ""

    @property
    def label(self) -> str:
        """The title after the form's number, as lists show it."""
        return f"{self.form} {self.title}".strip()

    @property
    def is_form(self) -> bool:
        """Whether it is one of the numbered official forms (別紙), which the application itself consists of."""
        return self.form.startswith("別紙")


@dataclass(frozen=True, slots=True, eq=False)
class CouncilNote:
    """What a council says about its documents without naming one."""

    id: str
    council: str
    effective_from: date
    effective_to: date | None
    text: str
    source: Source
    confirmed: bool


List = Mapping[tuple[SchemeFrame, ApplicationKind], tuple[Requirement, ...]]


@lru_cache(maxsize=1)
def requirements() -> List:
    """Return every row by frame and application, in the order of the lists; read and checked once."""
    return load_requirements(FOLDER, COUNCILS_FOLDER)


@lru_cache(maxsize=1)
def council_notes() -> tuple[CouncilNote, ...]:
    """Return what councils add in words; read and checked once."""
    return load_council_notes(COUNCILS_FOLDER)


def load_requirements(folder: Path, councils: Path | None = None) -> List:
    """Read and check the lists of a folder, and the extras of the councils after them.

    Raises:
        ParameterError: a row is incomplete, names what nobody knows, is unconfirmed without saying what is assumed,
            or two rows of a document overlap or leave days between them.
    """
    found = [_requirement(row) for row in read_rows("requirement", folder, known=TABLES)]
    if councils is not None:
        found += [_requirement(row, is_extra=True) for row in read_rows("extra", councils, known=COUNCIL_TABLES)]
    chain(((one.frame, one.application, one.council, one.id), one) for one in found)
    lists: dict[tuple[SchemeFrame, ApplicationKind], list[Requirement]] = {}
    for one in found:
        lists.setdefault((one.frame, one.application), []).append(one)
    return {key: tuple(members) for key, members in lists.items()}


def load_council_notes(folder: Path) -> tuple[CouncilNote, ...]:
    """Read and check the notes of the councils in a folder.

    Raises:
        ParameterError: a row is incomplete or unknown.
    """
    notes = []
    for row in read_rows("note", folder, known=COUNCIL_TABLES):
        note = CouncilNote(
            id=_id(row),
            council=_council(row),
            effective_from=row.day("effective_from"),
            effective_to=row.optional_day("effective_to"),
            text=row.text("text"),
            source=row.source(),
            confirmed=row.truth("confirmed"),
        )
        row.finish()
        notes.append(note)
    return tuple(notes)


def _requirement(row: Row, *, is_extra: bool = False) -> Requirement:
    found = Requirement(
        id=_id(row),
        frame=_frame(row),
        application=_application(row),
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        title=row.text("title"),
        form=row.optional_text("form") or "",
        copy=_one_of(Copy, row.text("copy"), row),
        maker=_one_of(Maker, row.text("maker"), row),
        per=_one_of(Per, row.text("per"), row),
        conditions=_conditions(row),
        max_age_months=row.optional_whole("max_age_months"),
        note=row.optional_text("note") or "",
        source=row.source(),
        confirmed=row.truth("confirmed"),
        council=_council(row) if is_extra else "",
    )
    if not found.confirmed and not found.note:
        row.refuse("a row that is not confirmed says in note what is assumed")
    row.finish()
    return found


def _id(row: Row) -> str:
    found = row.text("id")
    return found if set(found) <= _ID_CHARACTERS else row.refuse(f"{found} has other characters than a-z, 0-9 and _")


def _council(row: Row) -> str:
    code = row.text("council")
    return code if code.isdecimal() and len(code) == _CODE_LENGTH else row.refuse(f"{code} is no prefecture code")


def _frame(row: Row) -> SchemeFrame:
    value = row.text("frame")
    return SchemeFrame(value) if value in SchemeFrame.values else row.refuse(f"unknown frame {value}")


def _application(row: Row) -> ApplicationKind:
    value = row.text("application")
    return ApplicationKind(value) if value in ApplicationKind.values else row.refuse(f"unknown application {value}")


def _conditions(row: Row) -> tuple[Condition, ...]:
    conditions = tuple(_one_of(Condition, value, row) for value in row.texts("conditions"))
    if not conditions or (Condition.ALWAYS in conditions and len(conditions) > 1):
        row.refuse("conditions are one or more, and always stands alone")
    return conditions


def _one_of(kind: type[E], value: str, row: Row) -> E:
    if value not in set(kind):
        row.refuse(f"unknown {kind.__name__.lower()} {value}")
    return kind(value)
