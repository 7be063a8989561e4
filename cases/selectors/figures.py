"""What is stored of an enterprise's figures: months of profit and loss, balance sheets, and how current they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import Section, Statement
from cases.models import Enterprise, MonthlyFigure, YearlyFigure
from cases.rules.accounts import ASSETS, Account, accounts

MOST_MONTHS: Final = 36
MOST_YEARS: Final = 5
MONTHS_A_YEAR: Final = 12
S = Section
PROFIT_LINES: Final = (
    ("売上高", ((S.SALES, 1),)),
    ("売上総利益", ((S.SALES, 1), (S.COST_OF_SALES, -1))),
    ("営業利益", ((S.SALES, 1), (S.COST_OF_SALES, -1), (S.SELLING_ADMIN, -1))),
)
ORDINARY: Final = (*PROFIT_LINES[-1][1], (S.NON_OPERATING_INCOME, 1), (S.NON_OPERATING_EXPENSE, -1))
NET: Final = (*ORDINARY, (S.EXTRAORDINARY_INCOME, 1), (S.EXTRAORDINARY_LOSS, -1), (S.INCOME_TAXES, -1))
LIABILITIES: Final = ((S.CURRENT_LIABILITIES, 1), (S.FIXED_LIABILITIES, 1))
BALANCE_LINES: Final = (
    ("流動資産", ((S.CURRENT_ASSETS, 1),)),
    ("固定資産", ((S.FIXED_ASSETS, 1),)),
    ("資産合計", tuple((one, 1) for one in Section if one in ASSETS)),
    ("負債合計", LIABILITIES),
    ("純資産合計", ((S.NET_ASSETS, 1),)),
)
SUMMARY: Final = (*PROFIT_LINES, ("経常利益", ORDINARY), ("当期純利益", NET))


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a closed year: its first or last day, and its lines by their names, in yen; None where unknown."""

    day: date
    lines: Sequence[tuple[str, int | None]]

    @property
    def month(self) -> str:
        """Return the month as addresses have it."""
        return f"{self.day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of an enterprise, as far as its page shows it.

    Attributes:
        months: of the last 36, the newest first; years: the last 5 closed ones, the newest first.
        newest: the last month with figures; behind: how many whole months have ended since, below 0 never.
        missing: months without figures between the first shown and the newest.
    """

    months: Sequence[Period]
    years: Sequence[Period]
    newest: date | None
    behind: int
    missing: Sequence[date]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is stored at all."""
        return not self.months and not self.years

    @property
    def year_ends(self) -> list[date]:
        """The last days of the closed years shown, the newest first."""
        return [year.day for year in self.years]

    @property
    def year_lines(self) -> list[tuple[str, list[int | None]]]:
        """The lines of the statements, each with its yen in every closed year."""
        labels = [label for label, _ in self.years[0].lines] if self.years else []
        return [(label, [year.lines[place][1] for year in self.years]) for place, label in enumerate(labels)]


def stored_figures(enterprise: Enterprise, *, today: date) -> Stored:
    """Return the figures of an enterprise as its page shows them."""
    first = _plus(today.replace(day=1), -MOST_MONTHS)
    rows = MonthlyFigure.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise, month__gte=first)
    months = _by_day(rows.values_list("month", "account", "yen"))
    closed = YearlyFigure.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise)
    years = _by_day(closed.values_list("ends_on", "account", "yen"))
    newest = max(months, default=None)
    return Stored(
        months=[_period(day, months[day], SUMMARY, BALANCE_LINES[2::2]) for day in sorted(months, reverse=True)],
        years=[_period(day, years[day], SUMMARY, BALANCE_LINES) for day in sorted(years, reverse=True)[:MOST_YEARS]],
        newest=newest,
        behind=_behind(newest, today),
        missing=_missing(set(months)),
    )


def month_figures(enterprise: Enterprise, month: date) -> Mapping[str, int]:
    """Return the stored yen of one month by account."""
    rows = MonthlyFigure.objects.for_agency(enterprise.agency_id).filter(enterprise=enterprise, month=month)
    return dict(rows.values_list("account", "yen"))


def accounts_by_section() -> list[tuple[Section, list[Account]]]:
    """Return the accounts of the chart by section, in the order of the statements."""
    return [(section, [one for one in accounts().values() if one.section is section]) for section in Section]


def _by_day(rows: Iterable[tuple[date, str, int]]) -> dict[date, dict[str, int]]:
    found: dict[date, dict[str, int]] = defaultdict(dict)
    for day, account, yen in rows:
        found[day][account] = yen
    return found


def _period(day: date, yen: Mapping[str, int], *lines: Sequence[tuple[str, Sequence[tuple[Section, int]]]]) -> Period:
    known = [account for account in map(accounts().get, yen) if account is not None]
    have = {account.statement for account in known}
    sums: dict[Section, int] = defaultdict(int)
    for account in known:
        sums[account.section] += account.factor * yen[account.id]
    found: list[tuple[str, int | None]] = []
    for group, statement in zip(lines, (Statement.PROFIT, Statement.BALANCE), strict=True):
        for label, terms in group:
            total = sum(sign * sums[section] for section, sign in terms)
            found.append((label, total if statement in have else None))
    return Period(day, found)


def _plus(month: date, count: int) -> date:
    years, place = divmod(month.month - 1 + count, MONTHS_A_YEAR)
    return date(month.year + years, place + 1, 1)


def _behind(newest: date | None, today: date) -> int:
    if newest is None:
        return 0
    return max(0, (today.year - newest.year) * MONTHS_A_YEAR + today.month - newest.month - 1)


def _missing(months: set[date]) -> list[date]:
    if not months:
        return []
    day, last, found = min(months), max(months), []
    while day < last:
        if day not in months:
            found.append(day)
        day = _plus(day, 1)
    return found
