"""Books that balance: month by month, what was booked leads to the balances at its end and to the cash that flowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cases.enums import CashItem
from cases.rules.statements import Profit, profit

MONTHS: Final = 12
BONUS_MONTHS: Final = (6, 12)
# Of the sales of the month before, and of its purchases, so much is still open at the end of a month, in tenths.
UNCOLLECTED, UNPAID = 9, 5
PERSONNEL: Final = ("labour", "officer_pay", "salaries", "welfare")
BOUGHT: Final = ("purchases", "subcontracting")
EXPENSES: Final = (
    *("factory_costs", "rent", "freight", "advertising", "utilities", "other_expenses", "non_operating_expense"),
)
# Interest is counted in hundredths of a percent a year.
MONTHLY_POINTS: Final = 120_000


@dataclass(frozen=True, slots=True)
class BookedLoan:
    """A loan at the end of the base year, in yen, and what was repaid on it each month until then."""

    key: str
    balance_yen: int
    rate_basis_points: int
    monthly_yen: int
    is_short_term: bool = False


@dataclass(frozen=True, slots=True)
class BookedMonth:
    """A month of the books, in yen: what was booked, the balances at its end, and the cash that flowed."""

    month: date
    profit: Mapping[str, int]
    balance: Mapping[str, int]
    cash: Mapping[CashItem, int]
    owed: Mapping[str, int]

    @property
    def figures(self) -> dict[str, int]:
        """Return everything that a trial balance shows."""
        return {**self.profit, **self.balance}


@dataclass(frozen=True, slots=True)
class Moves:
    """What a month brings beside its profit, in yen: repayments by loan, the stock at its end, and investments."""

    repaid: Mapping[str, int]
    stock_yen: int
    invested_yen: int


@dataclass
class Ledger:
    """Books that go on month by month.

    Attributes:
        sheet: the balances at the end of the last month.
        owed: of each loan at the end of the last month.
        traded: sales and purchases of the last month.
        bonus_yen: set aside each month for the bonuses.
    """

    loans: Sequence[BookedLoan]
    sheet: dict[str, int]
    owed: dict[str, int]
    traded: tuple[int, int]
    bonus_yen: int
    months: list[BookedMonth] = field(default_factory=list)

    def book(self, month: date, booked: Mapping[str, int], moves: Moves) -> BookedMonth:
        """Add a month; the interest follows from what is owed at its beginning."""
        profit_of = {**booked, "interest": self._interest()}
        before, after = self.sheet, self._closing(month, profit_of, moves)
        cash = _flows(profit_of, before, after, moves)
        after["cash"] = before["cash"] + sum(
            -yen if item.value.startswith("paid") else yen for item, yen in cash.items()
        )
        found = BookedMonth(month, profit_of, after, cash, dict(self.owed))
        self.sheet, self.traded = after, (profit_of["sales"], _sum(profit_of, BOUGHT))
        self.months.append(found)
        return found

    def _interest(self) -> int:
        return sum(self.owed[one.key] * one.rate_basis_points // MONTHLY_POINTS for one in self.loans)

    def _closing(self, month: date, booked: Mapping[str, int], moves: Moves) -> dict[str, int]:
        """Return the balances at the end of a month, but for the cash."""
        after = dict(self.sheet)
        sales, bought = self.traded
        after["receivables"] = booked["sales"] + sales * UNCOLLECTED // 10
        after["payables"] = _sum(booked, BOUGHT) + bought * UNPAID // 10
        after["stock"] = moves.stock_yen
        after["tangible_assets"] += moves.invested_yen
        after["accumulated_depreciation"] += booked["factory_depreciation"] + booked["depreciation"]
        paid = BONUS_PARTS if month.month in BONUS_MONTHS else 0
        after["other_current_liabilities"] += self.bonus_yen * (1 - paid)
        for one in self.loans:
            self.owed[one.key] -= moves.repaid.get(one.key, 0)
        after["short_term_loans"] = sum(self.owed[one.key] for one in self.loans if one.is_short_term)
        after["long_term_loans"] = sum(self.owed[one.key] for one in self.loans if not one.is_short_term)
        after["retained_earnings"] += profit({(name, 0): yen for name, yen in booked.items()}, Profit.NET, 0)
        return after


BONUS_PARTS: Final = MONTHS // len(BONUS_MONTHS)


def year_figures(months: Sequence[BookedMonth]) -> dict[str, int]:
    """Return a year as its months make it: the sums of what was booked, and the balances at its end."""
    booked = {name: sum(one.profit[name] for one in months) for name in months[0].profit}
    return {**booked, **months[-1].balance}


def spread(yen: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount by weights; the parts are whole yen and add up to it."""
    whole, passed, found = sum(weights), 0, []
    for weight in weights:
        found.append(yen * (passed + weight) // whole - yen * passed // whole)
        passed += weight
    return found


def add_months(month: date, count: int) -> date:
    """Return the first day of the month that lies `count` months after one."""
    years, index = divmod(month.month - 1 + count, MONTHS)
    return date(month.year + years, index + 1, 1)


def _sum(booked: Mapping[str, int], names: Sequence[str]) -> int:
    return sum(booked[name] for name in names)


def _flows(
    booked: Mapping[str, int], before: Mapping[str, int], after: Mapping[str, int], moves: Moves
) -> dict[CashItem, int]:
    def grown(name: str) -> int:
        return after[name] - before[name]

    return {
        CashItem.COLLECTED: booked["sales"] - grown("receivables"),
        CashItem.OTHER_RECEIVED: booked["non_operating_income"],
        CashItem.PAID_PURCHASES: _sum(booked, BOUGHT) + grown("stock") - grown("payables"),
        CashItem.PAID_PERSONNEL: _sum(booked, PERSONNEL) - grown("other_current_liabilities"),
        CashItem.PAID_EXPENSES: _sum(booked, EXPENSES),
        CashItem.PAID_INTEREST: booked["interest"],
        CashItem.PAID_TAXES: booked["income_taxes"],
        CashItem.PAID_ASSETS: moves.invested_yen,
        CashItem.PAID_LOANS: sum(moves.repaid.values()),
    }
