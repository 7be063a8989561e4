"""Parts of a claim: each agency's share, the filed work beside its cost, and the sheets for the worked hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitoring.models import MonitoringPeriod
from subsidies.models import CostLine
from subsidies.packets.estimate import estimate_of
from subsidies.packets.payload import EstimateGroup
from subsidies.packets.time_records import time_sheets
from subsidies.packets.time_sheets import TimeSheet
from subsidies.selectors.claiming.claims import ClaimedCategory, ClaimSheet
from subsidies.selectors.diary.of_claim import ClaimHours, hours_of


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
class ClaimPart:
    """The work of one agency in a claim, whole yen with tax, and the sheets for its hours."""

    work_groups: tuple[WorkGroup, ...]
    sheets: tuple[TimeSheet, ...]
    filed_yen: int
    cost_yen: int
    is_entered: bool

    @property
    def filed_minutes(self) -> int:
        """Return the minutes of all filed work."""
        return sum(one.filed.minutes for one in self.work_groups)

    @property
    def difference_yen(self) -> int:
        """Return the cost less what was filed."""
        return self.cost_yen - self.filed_yen


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
    """Return what was filed for each claimed category by work, beside its cost and the logged hours."""
    hours = hours_of(sheet.application)
    found = []
    for row in sheet.rows:
        filed = _filed(sheet, row, lines, periods, hours)
        found.append(WorkGroup(filed.label, filed, row.filed_yen, row.cost_yen, row.line is not None))
    return tuple(found)


def claim_part(
    sheet: ClaimSheet, lines: Sequence[CostLine], periods: Sequence[MonitoringPeriod], cost_yen: int | None
) -> ClaimPart:
    """Return the work of one agency: `lines` are its own, `cost_yen` is its cost, None while that is not known."""
    hours, groups = hours_of(sheet.application), []
    for row in sheet.rows:
        filed = _filed(sheet, row, lines, periods, hours)
        known = hours.of(row.category)
        own = {line.pk for line in lines}
        worked_yen = sum(one.gross_yen for one in known.works if one.line and one.line.pk in own) if known else 0
        groups.append(WorkGroup(filed.label, filed, filed.gross_yen, worked_yen, known is not None and known.is_kept))
    filed_yen = sum(one.filed_yen for one in groups)
    return ClaimPart(tuple(groups), time_sheets(sheet, lines), filed_yen, cost_yen or 0, cost_yen is not None)


def _filed(
    sheet: ClaimSheet,
    row: ClaimedCategory,
    lines: Sequence[CostLine],
    periods: Sequence[MonitoringPeriod],
    hours: ClaimHours,
) -> EstimateGroup:
    """Return the filed work of a category, each line with its logged hours where the category has any."""
    mine = sorted(_lines_of(sheet, row, lines), key=lambda line: (line.position, line.pk))
    groups = estimate_of(mine, periods).groups
    if not groups:
        return EstimateGroup(row.category.label, (), 0, 0, 0, 0)
    known = hours.of(row.category)
    if known is None or not known.is_kept:
        return groups[0]
    works = {one.line.pk: one for one in known.works if one.line}
    rows = (
        replace(filed, worked_minutes=works[line.pk].minutes, worked_yen=works[line.pk].gross_yen)
        for line, filed in zip(mine, groups[0].rows, strict=True)
    )
    return replace(groups[0], rows=tuple(rows))


def _lines_of(sheet: ClaimSheet, row: ClaimedCategory, lines: Sequence[CostLine]) -> list[CostLine]:
    period_id = sheet.application.period_id
    return [line for line in lines if line.category == row.category and line.period_id == period_id]
