"""What the further sheets of a usage application print: the rate table, the schedule, and what each frame asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """A person's hourly rate (単価表), whole yen; the rate is without consumption tax."""

    person: str
    qualification: str
    hourly_rate_yen: int
    is_subcontracted: bool
    works: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearSpan:
    """A year above the months of a schedule, and how many of its months follow."""

    label: str
    months: int


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One line of the schedule; each cell is a month: `bar` (work), `mark` (a last day falls in it) or empty."""

    group: str
    label: str
    person: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduleBlock:
    """The months that fit beside each other on a sheet, and the rows that have anything in them."""

    years: tuple[YearSpan, ...]
    months: tuple[int, ...]
    rows: tuple[ScheduleRow, ...]


@dataclass(frozen=True, slots=True)
class Expert:
    """The third-party expert of the guideline's procedure and its days; empty where nothing is recorded yet."""

    name: str
    office: str
    listed_by: str
    agreed_on: date | None
    appointed_on: date | None
    standstill_requested_on: date | None
    standstill_until: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of support that the frame pays for, and whether this application asks for it."""

    text: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class CapLeft:
    """How far earlier uses ate up the limit of a category, whole yen; no limit where only a joint one applies."""

    label: str
    cap_yen: int | None
    past_yen: int
    remaining_yen: int | None
    subsidy_yen: int


@dataclass(frozen=True, slots=True)
class Sheets:
    """All of them; empty in payloads that were frozen before these sheets were printed.

    `agency_rates` are those of each agency, the lead one first; empty where the estimate does not tell agencies apart.
    """

    rates: tuple[Rate, ...] = ()
    schedule: tuple[ScheduleBlock, ...] = ()
    expert: Expert | None = None
    bank_terms: str = ""
    caps: tuple[CapLeft, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    agency_rates: tuple[tuple[Rate, ...], ...] = ()


NO_SHEETS: Final = Sheets()
