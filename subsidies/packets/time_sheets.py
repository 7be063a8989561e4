"""What a sheet of the time record (従事時間管理表) says, frozen. Times are minutes, amounts whole yen without tax."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from subsidies.rules.work_time import clock_of
from vapup.shared.dates import format_wareki, format_wareki_weekday

# A sheet with more rows than this runs over its page: its head is then repeated on each.
ROWS_OF_A_PAGE: Final = 16


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A piece of work; `starts` and `ends` count from midnight, the end may be 24:00, `rest` is the break."""

    day: date
    starts: int
    ends: int
    rest: int
    minutes: int
    number: str
    content: str
    place: str

    @property
    def weekday(self) -> str:
        """Return the day of the week: 月."""
        return format_wareki_weekday(self.day)[-2]

    @property
    def starts_at(self) -> str:
        """Return when it began: 9:00."""
        return clock_of(self.starts)

    @property
    def ends_at(self) -> str:
        """Return when it ended: 12:30."""
        return clock_of(self.ends)

    @property
    def rest_time(self) -> str:
        """Return the break: 1:00, or nothing."""
        return clock_of(self.rest) if self.rest else ""

    @property
    def time(self) -> str:
        """Return the time that is charged: 3:30."""
        return clock_of(self.minutes)


@dataclass(frozen=True, slots=True)
class TimeWork:
    """The time of one piece of work on a sheet; `amount_yen` is None where the statement alone tells it."""

    number: str
    work: str
    rate_yen: int
    minutes: int
    amount_yen: int | None

    @property
    def time(self) -> str:
        """Return the time: 12:30."""
        return clock_of(self.minutes)


@dataclass(frozen=True, slots=True)
class TimeSheet:
    """A sheet for the hours of one person in one month; both days are inclusive, none where the work has no days yet.

    Attributes:
        works: the filed works of the person with their numbers in the statement.
        agency_name: another agency that the person belongs to, empty for the one whose form it is.
        rows: the logged hours; none of a sheet that is filled in by hand.
        sums: their time, and what it is worth, by work.
        earlier_minutes: of the same person on the same claim in the months before.
        approval: who approved the weeks of the rows and when, and what is not approved.
        claim: to which claim the works belong, where the sheet is printed without one.
    """

    person: str
    month: date | None
    worked_from: date | None
    worked_to: date | None
    rate_yen: int | None
    works: tuple[str, ...]
    qualification: str = ""
    agency_name: str = ""
    rows: tuple[TimeRow, ...] = ()
    sums: tuple[TimeWork, ...] = ()
    earlier_minutes: int = 0
    approval: str = ""
    claim: str = ""

    @property
    def month_label(self) -> str:
        """Return the month as a form shows it: 令和7年5月, or room to write it."""
        return format_wareki(self.month).removesuffix("1日") if self.month else "令和　　年　　月"

    @property
    def minutes(self) -> int:
        """Return the time of the month."""
        return sum(row.minutes for row in self.rows)

    @property
    def time(self) -> str:
        """Return the time of the month: 63:30."""
        return clock_of(self.minutes)

    @property
    def earlier_time(self) -> str:
        """Return the time of the months before."""
        return clock_of(self.earlier_minutes)

    @property
    def total_time(self) -> str:
        """Return the time up to this month."""
        return clock_of(self.earlier_minutes + self.minutes)

    @property
    def amount_yen(self) -> int | None:
        """Return what the month is worth, None where the statement alone tells amounts."""
        known = [one.amount_yen for one in self.sums if one.amount_yen is not None]
        return sum(known) if known and len(known) == len(self.sums) else None

    @property
    def is_long(self) -> bool:
        """Tell whether it runs over its page."""
        return len(self.rows) > ROWS_OF_A_PAGE
