"""The books of the demonstration's enterprises: made from yearly amounts, believable month by month, and stored.

The one in its follow-up has years of its own: its fiscal year ended half a year before the follow-up began, whatever
day the demonstration is made on, so that plan, periods and closes always fall into place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from cases.enums import Trait
from cases.models import Enterprise, MonthlyFigure, YearlyFigure
from cases.rules.accounts import ASSETS, accounts
from vapup.demonstration.ledger import MONTHS, BookedLoan, BookedMonth, Ledger, Moves, add_months, spread, year_figures
from vapup.shared.dates import ONE_DAY

FOLDER: Final = Path(__file__).parent
THOUSAND, PERMILLE, HALF_YEAR = 1_000, 1_000, 6
MONTHS_KEPT: Final = 36
# A trial balance is there so many days after its month, and a closed year after two months.
DAYS_TO_CLOSE, MONTHS_TO_CLOSE = 12, 2
PAST: Final = (-2, -1, 0)
# The standstill of the guideline's procedure was asked for so many days ago.
DAYS_OF_STANDSTILL: Final = 82
# Accounts that are the same each month; the others vary by a few permille.
EVEN: Final = frozenset(
    {"factory_depreciation", "depreciation", "officer_pay", "rent", "labour", "salaries", "welfare"}
)
YEARS_END: Final = frozenset({"income_taxes"})
STEPS: Final = (3, -5, 1, 6, -4, 2, -6, 5, 0, -2, 4, -4)

Years = Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Times:
    """The days of a plan and its follow-up, by the day on which the demonstration is looked at.

    Attributes:
        follow_up: the first day of the follow-up, the first of a month.
        today: the day that it is looked at.
    """

    follow_up: date
    today: date

    @property
    def base_ends_on(self) -> date:
        """Return the last day of the base year: year 1 and the follow-up's first half year end together."""
        return add_months(self.follow_up, -HALF_YEAR) - ONE_DAY

    @property
    def last_month(self) -> date:
        """Return the last month that has a trial balance, by its first day."""
        return add_months((self.today - timedelta(days=DAYS_TO_CLOSE)).replace(day=1), -1)

    @property
    def standstill(self) -> date:
        """Return the month from which nothing is repaid."""
        return (self.today - timedelta(days=DAYS_OF_STANDSTILL)).replace(day=1)

    def first_month(self, year: int) -> date:
        """Return the first month of a year of the plan."""
        return add_months(self.base_ends_on.replace(day=1), MONTHS * (year - 1) + 1)

    def year_end(self, year: int) -> date:
        """Return the last day of a year of the plan."""
        return self.first_month(year + 1) - ONE_DAY

    def is_closed(self, year: int) -> bool:
        """Tell whether the accounts of a year are settled."""
        return add_months(self.first_month(year + 1), MONTHS_TO_CLOSE) <= self.today


def described(name: str) -> dict[str, Any]:
    """Return what `books.toml` says of an enterprise."""
    found: dict[str, Any] = tomllib.loads((FOLDER / "books.toml").read_text(encoding="utf-8"))[name]
    return found


def past_of(told: Mapping[str, Any]) -> dict[int, dict[str, int]]:
    """Return the closed years as described, in yen by year of the plan."""
    rows = told["past"].items()
    return {year: {name: yen[place] * THOUSAND for name, yen in rows} for place, year in enumerate(PAST)}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the books of an enterprise, year after year; see `books.toml` for what `told` has."""

    told: Mapping[str, Any]
    times: Times
    loans: Sequence[BookedLoan]
    repaid: Mapping[int, Mapping[str, int]]  # by year of the plan and loan

    def past(self) -> Ledger:
        """Return the books up to the end of the base year."""
        ledger = self._opened()
        for place, (year, yen) in enumerate(past_of(self.told).items()):
            stock_yen = self.told["stock"][place + 1] * THOUSAND
            invested_yen = self.told["invested"][place] * THOUSAND
            self._write(ledger, year, yen, stock_yen=stock_yen, invested_yen=invested_yen)
        return ledger

    def actual(self, ledger: Ledger, plan: Years) -> None:
        """Go on with what became of the planned years, up to the last month that has a trial balance."""
        for year in (1, 2):
            permille = {name: one for name, one in self.told["actual"][str(year)].items() if name != "slump"}
            booked = ((name, yen) for name, yen in plan[year].items() if accounts()[name].profit_sign)
            actual = {name: yen * permille.get(name, PERMILLE) // PERMILLE for name, yen in booked}
            invested_yen = plan[year]["tangible_assets"] - plan[year - 1]["tangible_assets"]
            self._write(ledger, year, actual, stock_yen=plan[year]["stock"], invested_yen=invested_yen)

    def _opened(self) -> Ledger:
        opening = {name: yen * THOUSAND for name, yen in self.told["opening"].items()}
        owed = {one.key: one.balance_yen + one.monthly_yen * MONTHS * len(PAST) for one in self.loans}
        opening["stock"] = self.told["stock"][0] * THOUSAND
        opening["short_term_loans"] = sum(owed[one.key] for one in self.loans if one.is_short_term)
        opening["long_term_loans"] = sum(owed.values()) - opening["short_term_loans"]
        opening["retained_earnings"] = sum(_side(name) * yen for name, yen in opening.items())
        first = past_of(self.told)[PAST[0]]
        traded = (first["sales"] // MONTHS, (first["purchases"] + first["subcontracting"]) // MONTHS)
        return Ledger(self.loans, opening, owed, traded, self.told["bonus"] * THOUSAND)

    def _write(self, ledger: Ledger, year: int, yen: Mapping[str, int], *, stock_yen: int, invested_yen: int) -> None:
        first, before = self.times.first_month(year), ledger.sheet["stock"]
        parts = {name: self._parts(name, year, amount) for name, amount in yen.items() if name != "interest"}
        invested = spread(invested_yen, [1] * MONTHS)
        for place in range(MONTHS):
            month = add_months(first, place)
            if month > self.times.last_month:
                return
            stock = before + (stock_yen - before) * (place + 1) // MONTHS
            moves = Moves(self._repaid(year, place, month), stock, invested[place])
            ledger.book(month, {name: one[place] for name, one in parts.items()}, moves)

    def _parts(self, name: str, year: int, yen: int) -> list[int]:
        """Divide a year among its months; each half year has its half, so that plan and actual stay comparable."""
        if name in YEARS_END:
            return [0] * (MONTHS - 1) + [yen]
        half = yen // 2
        weights = self._weights(name, year)
        parts = spread(half, weights[:HALF_YEAR]) + spread(yen - half, weights[HALF_YEAR:])
        slump = self.told["actual"].get(str(year), {}).get("slump") if _follows_sales(name) else None
        return [part * slump[place] // PERMILLE for place, part in enumerate(parts)] if slump else parts

    def _weights(self, name: str, year: int) -> list[int]:
        first, turn = self.times.first_month(year), len(name) * 5 + year * 7
        flat = [PERMILLE] * MONTHS
        if name in EVEN:
            return flat
        seasons = [self.told["season"][add_months(first, place).month - 1] for place in range(MONTHS)]
        wave = [STEPS[(turn + place * 5) % len(STEPS)] for place in range(MONTHS)]
        base = seasons if _follows_sales(name) else flat
        return [weight * (PERMILLE + step) for weight, step in zip(base, wave, strict=True)]

    def _repaid(self, year: int, place: int, month: date) -> dict[str, int]:
        if year <= 0:
            return {one.key: one.monthly_yen for one in self.loans if one.monthly_yen}
        if month >= self.times.standstill:
            return {}
        return {key: spread(yen, [1] * MONTHS)[place] for key, yen in self.repaid[year].items() if yen}


def loans_of(told: Sequence[Mapping[str, Any]]) -> list[BookedLoan]:
    """Return the loans as the plan describes them."""
    return [
        BookedLoan(
            key=one["key"],
            balance_yen=one["balance"] * THOUSAND,
            rate_basis_points=one["rate"],
            monthly_yen=one["monthly"] * THOUSAND,
            is_short_term=one.get("short", False),
        )
        for one in told
    ]


def closed_years(months: Sequence[BookedMonth], times: Times) -> dict[int, dict[str, int]]:
    """Return the figures of the years that are closed, by year of the plan."""
    found = {}
    for year in (*PAST, 1, 2):
        own = [one for one in months if times.first_month(year) <= one.month <= times.year_end(year)]
        if len(own) == MONTHS and times.is_closed(year):
            found[year] = year_figures(own)
    return found


def keep_years(enterprise: Enterprise, years: Mapping[date, Mapping[str, int]]) -> None:
    """Store closed years by the day on which each ends; accounts without an amount are left out."""
    own = {"agency_id": enterprise.agency_id, "enterprise": enterprise}
    YearlyFigure.objects.bulk_create(
        YearlyFigure(**own, ends_on=ends_on, account=name, yen=yen)
        for ends_on, figures in years.items()
        for name, yen in _rows(figures)
    )


def keep_months(enterprise: Enterprise, months: Sequence[BookedMonth]) -> None:
    """Store the last three years of the books month by month."""
    own = {"agency_id": enterprise.agency_id, "enterprise": enterprise}
    MonthlyFigure.objects.bulk_create(
        MonthlyFigure(**own, month=one.month, account=name, yen=yen)
        for one in months[-MONTHS_KEPT:]
        for name, yen in _rows(one.figures)
    )


def _rows(figures: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    return ((name, figures[name]) for name in accounts() if figures.get(name))


def _follows_sales(name: str) -> bool:
    return name == "sales" or (name in accounts() and Trait.VARIABLE in accounts()[name].traits)


def _side(name: str) -> int:
    """Return 1 where a balance stands among the assets, -1 where it is a claim."""
    one = accounts()[name]
    return one.factor if one.section in ASSETS else -one.factor
