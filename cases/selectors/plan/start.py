"""What a new plan starts with: the closed years of the enterprise, and where each of them came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cases.enums import Statement
from cases.models import Enterprise, MonthlyFigure, YearlyFigure
from cases.models.plans import PAST_YEARS
from cases.rules.accounts import accounts
from cases.selectors.plan.versions import shifted
from vapup.shared.dates import ONE_DAY

MONTHS: Final = 12
Month = tuple[int, int]


class Source(StrEnum):
    """Where the figures of a closed year come from."""

    YEARLY = "yearly"
    MONTHLY = "monthly"
    PARTIAL = "partial"
    NONE = "none"

    @property
    def label(self) -> str:
        """The name shown on pages."""
        return {
            "yearly": "決算の実績",
            "monthly": "月次の実績",
            "partial": "月次の実績が12か月そろっていないため、取り込みません",
            "none": "実績がありません",
        }[self.value]


@dataclass(frozen=True, slots=True)
class PastYear:
    """A closed year of the enterprise.

    Attributes:
        year: 0 is the base year; −1 and −2 are before it.
        figures: yen by account; empty where there is nothing to take.
    """

    year: int
    ends_on: date
    profit_source: Source
    balance_source: Source
    figures: Mapping[str, int]

    @property
    def words(self) -> str:
        """Say in one line where the year comes from."""
        return (
            f"{self.ends_on:%Y年%-m月期}: 損益計算書は{self.profit_source.label}、"
            f"貸借対照表は{self.balance_source.label}"
        )


def proposed_base(enterprise: Enterprise, *, today: date) -> date:
    """Return the last closed year end: that of the newest yearly figures, else by the month in which the year ends."""
    rows = YearlyFigure.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise, ends_on__lte=today)
    newest = rows.order_by("-ends_on").values_list("ends_on", flat=True).first()
    if newest is not None:
        return newest
    month = enterprise.fiscal_year_end_month
    ends = (_month_end(year, month) for year in (today.year, today.year - 1))
    return next(day for day in ends if day <= today)


def past_years(enterprise: Enterprise, base_ends_on: date) -> tuple[PastYear, ...]:
    """Return the closed years up to the one that ends on `base_ends_on`, the oldest first.

    A statement comes from the yearly figures where they have it; else the profit and loss is the sum of twelve months,
    and the balance sheet that of the last month. Eleven months are no year: nothing is taken of them.
    """
    ends = {year: shifted(base_ends_on, year) for year in range(1 - PAST_YEARS, 1)}
    yearly, monthly = _yearly(enterprise, ends.values()), _monthly(enterprise, ends.values())
    return tuple(_past_year(year, day, yearly, monthly) for year, day in ends.items())


def booked_months(enterprise: Enterprise, ended: date) -> list[dict[str, int]]:
    """Return what was booked in each month of the fiscal year that ended on `ended`, in order, in one query."""
    return _year_of(_monthly(enterprise, [ended]), month_of(ended))


def month_of(day: date) -> Month:
    """Return the year and the month of a day."""
    return day.year, day.month


def _past_year(
    year: int, ends_on: date, yearly: Mapping[Month, dict[str, int]], monthly: Mapping[Month, dict[str, int]]
) -> PastYear:
    month = month_of(ends_on)
    closed = yearly.get(month, {})
    found, sources = {}, {}
    for statement in Statement:
        part = _of(statement, closed)
        sources[statement] = Source.YEARLY
        if not part:
            part, sources[statement] = _from_months(statement, month, monthly)
        found.update(part)
    return PastYear(year, ends_on, sources[Statement.PROFIT], sources[Statement.BALANCE], found)


def _from_months(
    statement: Statement, last: Month, monthly: Mapping[Month, dict[str, int]]
) -> tuple[dict[str, int], Source]:
    if statement is Statement.BALANCE:
        part = _of(statement, monthly.get(last, {}))
        return part, Source.MONTHLY if part else Source.NONE
    months = [_of(statement, one) for one in _year_of(monthly, last)]
    if not any(months):
        return {}, Source.NONE
    if not all(months):
        return {}, Source.PARTIAL
    return {name: sum(one.get(name, 0) for one in months) for name in {key for one in months for key in one}}, (
        Source.MONTHLY
    )


def _of(statement: Statement, figures: Mapping[str, int]) -> dict[str, int]:
    chart = accounts()
    return {name: yen for name, yen in figures.items() if name in chart and chart[name].statement is statement}


def _yearly(enterprise: Enterprise, ends: Iterable[date]) -> dict[Month, dict[str, int]]:
    """Return the yearly figures by the month in which the year ended."""
    years = {day.year for day in ends}
    rows = YearlyFigure.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise, ends_on__year__in=years)
    return _by_month(rows.values_list("ends_on", "account", "yen"))


def _monthly(enterprise: Enterprise, ends: Iterable[date]) -> dict[Month, dict[str, int]]:
    days = sorted(ends)
    first = _before(month_of(days[0]), MONTHS - 1)
    rows = MonthlyFigure.objects.for_agency(enterprise.agency_id).filter(
        enterprise=enterprise, month__range=(date(*first, 1), days[-1])
    )
    return _by_month(rows.values_list("month", "account", "yen"))


def _by_month(rows: Iterable[tuple[date, str, int]]) -> dict[Month, dict[str, int]]:
    found: dict[Month, dict[str, int]] = {}
    for day, account, yen in rows:
        found.setdefault(month_of(day), {})[account] = yen
    return found


def _year_of(monthly: Mapping[Month, dict[str, int]], last: Month) -> list[dict[str, int]]:
    """Return the figures of the twelve months up to `last`, in order; empty where nothing is booked."""
    return [monthly.get(_before(last, back), {}) for back in reversed(range(MONTHS))]


def _before(month: Month, back: int) -> Month:
    """Return the month that lies `back` months before."""
    years, index = divmod(month[0] * MONTHS + month[1] - 1 - back, MONTHS)
    return years, index + 1


def _month_end(year: int, month: int) -> date:
    following = _before((year, month), -1)
    return date(*following, 1) - ONE_DAY
