"""A second way to work out the days of a deadline and what is due, which shares no code with `monitoring.rules`.

Only the calendar of holidays is the library's.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

import jpholiday

CLAIMS = (120, 60, 30, 14, 7, 3, 1, 0, -1, -2, -3, -5)
EVENTS = (30, 7, 0)


def after_months(day: date, months: int) -> date:
    """Return the last day of some months, of which the first day is the one after `day` (民法140–143条)."""
    begin = day + timedelta(days=1)
    index = begin.year * 12 + begin.month - 1 + months
    year, month = index // 12, index % 12 + 1
    length = monthrange(year, month)[1]
    return date(year, month, length) if begin.day > length else date(year, month, begin.day) - timedelta(days=1)


def business_day(day: date) -> date:
    """Return the last day up to `day` on which offices are open."""
    while day.weekday() > 4 or jpholiday.is_holiday(day) or not "0103" < day.strftime("%m%d") < "1229":
        day -= timedelta(days=1)
    return day


@dataclass
class Book:
    """What the oracle knows of one deadline."""

    claim_by: date
    is_event: bool
    is_met: bool = False
    is_gone: bool = False
    is_over: bool = False
    extended: date | None = None
    acknowledged: set[date] = field(default_factory=set)
    snoozed: dict[tuple[date, int], date] = field(default_factory=dict)

    @property
    def last(self) -> date:
        return max(self.claim_by, self.extended or self.claim_by)

    @property
    def safe(self) -> date:
        return business_day(self.last)

    @property
    def is_open(self) -> bool:
        return not (self.is_met or self.is_gone or self.is_over)

    def follow(self, today: date) -> None:
        """Let a day that was over run again where it lies ahead now."""
        if self.last >= today:
            self.is_over = False

    def due(self, today: date) -> int | None:
        """Return the latest offset that has come, the lapse included; None where nothing has."""
        left = (self.safe - today).days
        if today > self.last:
            return None if self.is_event else (self.safe - self.last).days - 1
        listed = EVENTS if self.is_event else CLAIMS
        return min((one for one in listed if left <= one > (self.safe - self.last).days - 1), default=None)
