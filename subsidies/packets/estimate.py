"""The estimate by work (業務別見積明細): cost lines grouped by category and monitoring period, and summed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from monitoring.models import MonitoringPeriod
from subsidies.enums import CostCategory
from subsidies.models import CostLine
from subsidies.packets.payload import Estimate, EstimateGroup, EstimateRow
from subsidies.rules.payments import PLAN_CATEGORIES
from subsidies.rules.request import MONITORING_CATEGORIES


def estimate_of(lines: Iterable[CostLine], periods: Sequence[MonitoringPeriod]) -> Estimate:
    """Return the estimate of our agency; `periods` come in the order that numbers them."""
    numbers = {period.pk: number for number, period in enumerate(periods, 1)}
    ordered = sorted(lines, key=lambda line: _order(line, numbers))
    groups = tuple(_group(key, tuple(rows), numbers) for key, rows in groupby(ordered, key=_key))
    plan_yen = _sum(ordered, PLAN_CATEGORIES)
    monitoring_yen = _sum(ordered, MONITORING_CATEGORIES)
    return Estimate(
        groups=groups,
        minutes=sum(group.minutes for group in groups),
        net_yen=sum(group.net_yen for group in groups),
        tax_yen=sum(group.tax_yen for group in groups),
        gross_yen=sum(group.gross_yen for group in groups),
        plan_yen=plan_yen,
        monitoring_yen=monitoring_yen,
        negotiation_yen=_sum(ordered, frozenset({CostCategory.NEGOTIATION})),
        monitoring_share_permille=permille(monitoring_yen, plan_yen + monitoring_yen),
    )


def numbered_lines(lines: Iterable[CostLine], periods: Sequence[MonitoringPeriod]) -> tuple[tuple[str, CostLine], ...]:
    """Return the lines with the numbers that the statement of the estimate gives them, such as 1-2."""
    numbers = {period.pk: number for number, period in enumerate(periods, 1)}
    ordered = sorted(lines, key=lambda line: _order(line, numbers))
    groups = enumerate((tuple(rows) for _, rows in groupby(ordered, key=_key)), 1)
    return tuple((f"{place}-{number}", line) for place, rows in groups for number, line in enumerate(rows, 1))


def permille(part: int, whole: int) -> int | None:
    """Return a share in tenths of a percent, rounded half up; none of nothing."""
    return (part * 2000 + whole) // (2 * whole) if whole else None


def _key(line: CostLine) -> tuple[str, int | None]:
    return line.category, line.period_id


def _order(line: CostLine, numbers: Mapping[int, int]) -> tuple[int, int, int, int]:
    category = list(CostCategory).index(CostCategory(line.category))
    return category, numbers.get(line.period_id or 0, 0), line.position, line.pk


def _group(key: tuple[str, int | None], lines: tuple[CostLine, ...], numbers: Mapping[int, int]) -> EstimateGroup:
    category, period_id = key
    label = str(CostCategory(category).label)
    rows = tuple(_row(line) for line in lines)
    return EstimateGroup(
        label=f"{label} 第{numbers[period_id]}回" if period_id else label,
        rows=rows,
        minutes=sum(row.minutes for row in rows),
        net_yen=sum(row.net_yen for row in rows),
        tax_yen=sum(row.tax_yen for row in rows),
        gross_yen=sum(row.gross_yen for row in rows),
    )


def _row(line: CostLine) -> EstimateRow:
    return EstimateRow(
        work=line.work,
        person=line.person,
        is_subcontracted=line.is_subcontracted,
        hourly_rate_yen=line.hourly_rate_yen,
        minutes=line.minutes,
        net_yen=line.net_yen,
        tax_percent=line.tax_percent,
        tax_yen=line.tax_yen,
        gross_yen=line.gross_yen,
    )


def _sum(lines: Iterable[CostLine], categories: frozenset[CostCategory]) -> int:
    return sum(line.gross_yen for line in lines if CostCategory(line.category) in categories)
