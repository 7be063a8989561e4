"""Parts of a claim: each agency's share, the filed work beside its cost, and the sheets for the worked hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monitoring.models import MonitoringPeriod
from subsidies.models import CostLine
from subsidies.packets.estimate import estimate_of
from subsidies.packets.payload import EstimateGroup
from subsidies.selectors.claims import ClaimedCategory, ClaimSheet
from vapup.shared.dates import format_wareki


@dataclass(frozen=True, slots=True)
class AgencyPart:
    """One agency's part of a claim in whole yen; none is known until the cost of every agency is.

    Attributes:
        agency: counts the agencies from 0, the lead one, as forms do.
        now_yen: what it invoices to the council now, `released_yen` included.
        released_yen: its part of the held half of the plan that is paid with this claim.
        later_yen: what it will invoice with the first monitoring claim.
        own_yen: what the enterprise pays to it, before any income tax is withheld.
        invoiced_on: the day of its invoice to the council.
    """

    agency: int
    name: str
    cost_yen: int | None
    now_yen: int | None
    released_yen: int | None
    later_yen: int | None
    own_yen: int | None
    invoiced_on: date | None = None


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """The filed work of one category beside what it cost; `is_actual` tells whether that was entered yet."""

    category: str
    filed: EstimateGroup
    filed_yen: int
    cost_yen: int
    is_actual: bool

    @property
    def difference_yen(self) -> int:
        """Return the cost less what was filed."""
        return self.cost_yen - self.filed_yen


@dataclass(frozen=True, slots=True)
class TimeSheet:
    """A sheet for the hours of one person in one month; both days are inclusive, none where the work has no days yet.

    `works` are the filed works of the person with their numbers in the statement.
    """

    person: str
    month: date | None
    worked_from: date | None
    worked_to: date | None
    rate_yen: int | None
    works: tuple[str, ...]

    @property
    def month_label(self) -> str:
        """Return the month as a form shows it: 令和7年5月, or room to write it."""
        return format_wareki(self.month).removesuffix("1日") if self.month else "令和　　年　　月"


def agency_parts(sheet: ClaimSheet) -> tuple[AgencyPart, ...]:
    """Return the part of every agency, the lead one first."""
    return tuple(
        AgencyPart(
            agency=place,
            name=one.name,
            cost_yen=one.cost_yen,
            now_yen=one.council_yen,
            released_yen=_released(one.cost_yen, one.council_yen, one.later_yen, one.own_yen),
            later_yen=one.later_yen,
            own_yen=one.own_yen,
            invoiced_on=one.settlement.council_invoiced_on if one.settlement else None,
        )
        for place, one in enumerate(sheet.agencies)
    )


def _released(cost: int | None, now: int | None, later: int | None, own: int | None) -> int | None:
    """Return what of `now` is a held half: all but this claim's own subsidy, less its part that comes later."""
    if cost is None or now is None or later is None or own is None:
        return None
    return now - (cost - own - later)


def work_groups(
    sheet: ClaimSheet, lines: Sequence[CostLine], periods: Sequence[MonitoringPeriod]
) -> tuple[WorkGroup, ...]:
    """Return what was filed for each claimed category by work, beside its cost."""
    found = []
    for row in sheet.rows:
        groups = estimate_of(_lines_of(sheet, row, lines), periods).groups
        filed = groups[0] if groups else EstimateGroup(row.category.label, (), 0, 0, 0, 0)
        found.append(WorkGroup(filed.label, filed, row.filed_yen, row.cost_yen, row.line is not None))
    return tuple(found)


def _lines_of(sheet: ClaimSheet, row: ClaimedCategory, lines: Sequence[CostLine]) -> list[CostLine]:
    period_id = sheet.application.period_id
    return [line for line in lines if line.category == row.category and line.period_id == period_id]


def time_sheets(sheet: ClaimSheet, groups: Sequence[WorkGroup]) -> tuple[TimeSheet, ...]:
    """Return a sheet for every person and month of the worked days; subcontracted work has sheets of its own maker."""
    people = dict.fromkeys(row.person for one in groups for row in one.filed.rows if not row.is_subcontracted)
    days = [(row.line.worked_from, row.line.worked_to) for row in sheet.rows if row.line]
    first = min((one for one, _ in days if one), default=None)
    last = max((one for _, one in days if one), default=None)
    months: list[tuple[date | None, date | None]] = [*_months(first, last)] or [(None, None)]
    return tuple(_sheet(person, month, groups) for person in people for month in months)


def _months(first: date | None, last: date | None) -> Iterator[tuple[date, date]]:
    """Yield the first and the last worked day of every month between two days, both inclusive."""
    if first is None or last is None:
        return
    start = first
    while start <= last:
        following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        yield start, min(last, date.fromordinal(following.toordinal() - 1))
        start = following


def _sheet(person: str, days: tuple[date | None, date | None], groups: Sequence[WorkGroup]) -> TimeSheet:
    first, last = days
    mine = [
        (f"{place}-{number} {row.work}", row.hourly_rate_yen)
        for place, group in enumerate(groups, 1)
        for number, row in enumerate(group.filed.rows, 1)
        if row.person == person and not row.is_subcontracted
    ]
    rates = {rate for _, rate in mine}
    return TimeSheet(
        person=person,
        month=first.replace(day=1) if first else None,
        worked_from=first,
        worked_to=last,
        rate_yen=rates.pop() if len(rates) == 1 else None,
        works=tuple(work for work, _ in mine),
    )
