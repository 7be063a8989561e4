"""The schedule (工程表): kinds of work and monitoring periods against the months from the key date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from cases.models import Case
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from subsidies.enums import CostCategory
from subsidies.models import CostLine
from subsidies.packets.sheets import ScheduleBlock, ScheduleRow, YearSpan
from subsidies.rules.payments import PLAN_CATEGORIES
from vapup.shared.dates import format_wareki

BAR: Final = "bar"
MARK: Final = "mark"
# So many months stand beside each other on a sheet on its side.
MONTHS_OF_BLOCK: Final = 24

Months = tuple[int, ...]  # counted from year 0, so that the next month is one more
Cell = Callable[[int], str]


def schedule_of(
    case: Case,
    lines: Sequence[CostLine],
    periods: Sequence[MonitoringPeriod],
    claim_by: Mapping[int, date],
    follow_up: str,
) -> tuple[ScheduleBlock, ...]:
    """Return the schedule in blocks of months.

    No row says when the plan will be made, so its work runs from the key date until the first monitoring period begins;
    without a period its rows are left to be filled in by hand.

    Args:
        periods: in the order that numbers them from 1.
        claim_by: the last day of each period's claim, by its number.
        follow_up: what the edition of the forms calls the monitoring.
    """
    first = _month(case.key_date)
    ends = [_month(one.ends_on) for one in periods] + [_month(day) for day in claim_by.values()]
    last = max([first, *ends])
    rows = [*_plan_rows(case, lines, periods), *_period_rows(lines, periods, claim_by, follow_up)]
    found = []
    for start in range(first, last + 1, MONTHS_OF_BLOCK):
        months = tuple(range(start, start + MONTHS_OF_BLOCK))
        laid = [ScheduleRow(*names, tuple(cell(month) for month in months)) for names, cell in rows]
        kept = tuple(row for row in laid if start == first or any(row.cells))
        found.append(ScheduleBlock(_years(months), tuple(month % 12 + 1 for month in months), kept))
    return tuple(found)


def _plan_rows(
    case: Case, lines: Sequence[CostLine], periods: Sequence[MonitoringPeriod]
) -> Iterator[tuple[tuple[str, str, str], Cell]]:
    first = _month(case.key_date)
    ends = max(first, _month(periods[0].starts_on) - 1) if periods else first - 1
    yield ("", "利用申請の受理", ""), lambda month: MARK if month == first else ""
    for category in CostCategory:
        if category in PLAN_CATEGORIES:
            yield from _work_rows(lines, category, lambda month: BAR if first <= month <= ends else "")
    yield ("", "計画の完成・金融機関への提出", ""), lambda _: ""
    yield from _work_rows(lines, CostCategory.NEGOTIATION, lambda _: "")


def _work_rows(
    lines: Sequence[CostLine], category: CostCategory, cell: Cell
) -> Iterator[tuple[tuple[str, str, str], Cell]]:
    """Yield each kind of work once, with everybody who does it."""
    persons: dict[str, dict[str, None]] = {}
    for line in lines:
        if line.category == category:
            persons.setdefault(line.work, {})[line.person] = None
    for work, names in persons.items():
        yield (category.label, work, "、".join(names)), cell


def _period_rows(
    lines: Sequence[CostLine], periods: Sequence[MonitoringPeriod], claim_by: Mapping[int, date], follow_up: str
) -> Iterator[tuple[tuple[str, str, str], Cell]]:
    for number, period in enumerate(periods, 1):
        names = dict.fromkeys(line.person for line in lines if line.period_id == period.pk)
        last_day = _month(claim_by[number]) if number in claim_by else None
        kind = "" if period.kind == PeriodKind.REGULAR else f"({period.get_kind_display()})"
        yield (follow_up, f"第{number}回{kind}", "、".join(names)), _period_cell(period, last_day)


def _period_cell(period: MonitoringPeriod, last_day: int | None) -> Cell:
    first, last = _month(period.starts_on), _month(period.ends_on)

    def cell(month: int) -> str:
        if month == last_day:
            return MARK
        return BAR if first <= month <= last else ""

    return cell


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _years(months: Iterable[int]) -> tuple[YearSpan, ...]:
    return tuple(YearSpan(year, len(list(group))) for year, group in groupby(months, key=_year))


def _year(month: int) -> str:
    """Return the year of the era in which a month ends: 令和7年."""
    last_day = date(month // 12, month % 12 + 1, 28)
    return f"{format_wareki(last_day).partition('年')[0]}年"
