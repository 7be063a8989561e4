"""The cash table (資金繰表): months with blocks, carried forward; the lowest month; months that run short.

Amounts of items are whole yen and not negative: items that begin with `paid` take money out. A month is its first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from cases.enums import CashBlock, CashItem, Section, Trait
from cases.rules.accounts import Account, accounts
from cases.rules.repayment import Loan, schedules, totals
from cases.rules.statements import Figures, FlowRow, LineKind, cash_flow, section_total
from vapup.shared.money import format_yen, split_yen

MONTHS_OF_YEAR: Final = 12
EVEN: Final = (1,) * MONTHS_OF_YEAR

BLOCKS: Final[Mapping[CashBlock, tuple[CashItem, ...]]] = {
    CashBlock.OPERATING: (
        CashItem.SALES_CASH,
        CashItem.COLLECTED,
        CashItem.OTHER_RECEIVED,
        CashItem.PAID_PURCHASES,
        CashItem.PAID_PERSONNEL,
        CashItem.PAID_EXPENSES,
        CashItem.PAID_INTEREST,
        CashItem.PAID_TAXES,
    ),
    CashBlock.INVESTING: (CashItem.ASSETS_SOLD, CashItem.PAID_ASSETS),
    CashBlock.FINANCIAL: (CashItem.BORROWED, CashItem.PAID_LOANS),
}


@dataclass(frozen=True, slots=True)
class CashEntry:
    """An amount of one item in one month, in yen."""

    month: date
    item: CashItem
    yen: int
    is_actual: bool = False


@dataclass(frozen=True, slots=True)
class CashMonth:
    """One month of the table; closing = opening + the three blocks, and the next month opens with it.

    Attributes:
        is_actual: every amount is what happened.
        amounts: of every item, in its own direction.
        blocks: what each block brings in, net.
    """

    month: date
    is_actual: bool
    opening_yen: int
    amounts: Mapping[CashItem, int]
    blocks: Mapping[CashBlock, int]
    closing_yen: int

    @property
    def shortage_yen(self) -> int:
        """How much is missing at the end of the month; 0 where nothing is."""
        return max(-self.closing_yen, 0)

    @property
    def text(self) -> str:
        """The sentence for a month that runs short; "" for others."""
        if not self.shortage_yen:
            return ""
        return (
            f"{self.month.year}年{self.month.month}月末の残高が {format_yen(self.closing_yen)}円となり、"
            f"{self.shortage_yen:,}円不足します。"
        )


@dataclass(frozen=True, slots=True)
class CashLine:
    """One line of the table as pages show it; `amounts` by month."""

    id: str
    label: str
    kind: LineKind
    amounts: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class CashTable:
    """The months in order; never empty."""

    months: tuple[CashMonth, ...]

    @property
    def lowest(self) -> CashMonth:
        """The month that closes lowest, the first of them."""
        return min(self.months, key=lambda one: one.closing_yen)

    @property
    def short_months(self) -> tuple[CashMonth, ...]:
        """The months that close below zero, each with its shortage."""
        return tuple(one for one in self.months if one.shortage_yen)

    def lines(self) -> tuple[CashLine, ...]:
        """Return opening, the items and the net of each block, and closing."""
        found = [self._line("opening", "前月繰越", LineKind.RESULT, [one.opening_yen for one in self.months])]
        for block, items in BLOCKS.items():
            for item in items:
                amounts = [one.amounts[item] for one in self.months]
                found.append(self._line(item.value, item.label, LineKind.ACCOUNT, amounts))
            net = [one.blocks[block] for one in self.months]
            found.append(self._line(block.value, block.label, LineKind.SECTION, net))
        return (
            *found,
            self._line("closing", "次月繰越", LineKind.RESULT, [one.closing_yen for one in self.months]),
        )

    def _line(self, name: str, label: str, kind: LineKind, amounts: Sequence[int]) -> CashLine:
        months = (one.month for one in self.months)
        return CashLine(name, label, kind, dict(zip(months, amounts, strict=True)))


def direction(item: CashItem) -> int:
    """Return 1 where an item brings money in, -1 where it takes money out."""
    return -1 if item.value.startswith("paid") else 1


def months_from(first: date, count: int) -> tuple[date, ...]:
    """Return the first days of `count` months, beginning with the month of `first`."""
    start = first.year * MONTHS_OF_YEAR + first.month - 1
    return tuple(date(n // MONTHS_OF_YEAR, n % MONTHS_OF_YEAR + 1, 1) for n in range(start, start + count))


def cash_table(entries: Iterable[CashEntry], *, starts_on: date, months: int, opening_yen: int) -> CashTable:
    """Return the table of `months` months. A month with any actual amount shows actual amounts only.

    Raises:
        ValueError: `months` is below 1.
    """
    if months < 1:
        raise ValueError("a cash table has one month at least")
    held: dict[tuple[date, bool], dict[CashItem, int]] = {}
    for one in entries:
        amounts = held.setdefault((one.month, one.is_actual), {})
        amounts[one.item] = amounts.get(one.item, 0) + one.yen
    found: list[CashMonth] = []
    opening = opening_yen
    for month in months_from(starts_on, months):
        is_actual = (month, True) in held
        found.append(_month(month, held.get((month, is_actual), {}), opening, is_actual=is_actual))
        opening = found[-1].closing_yen
    return CashTable(tuple(found))


def proposed_months(
    figures: Figures,
    loans: Sequence[Loan],
    *,
    base_ends_on: date,
    shown: Sequence[date],
    years: int,
    seasons: Mapping[CashItem, Sequence[int]],
) -> tuple[CashEntry, ...]:
    """Propose the planned amounts of the months `shown` from the yearly figures (as `projected` returns them).

    An item with `seasons`, a weight for each month of the fiscal year, is split by them, any other into twelfths.
    Fractions of a yen go to the last month that has a weight, so that twelve months bring what the year's cash flow
    says and a month at rest stays so.
    Months before year 1 or after year `years` get nothing; zeros are left out.
    """
    first = months_from(base_ends_on, 2)[1]
    parts = {
        year: {
            item: _by_month(yen, seasons.get(item, EVEN)) for item, yen in yearly_items(figures, loans, year).items()
        }
        for year in range(1, years + 1)
    }
    found = []
    for month in shown:
        passed = (month.year - first.year) * MONTHS_OF_YEAR + month.month - first.month
        for item, part in parts.get(passed // MONTHS_OF_YEAR + 1, {}).items():
            if yen := part.get(passed % MONTHS_OF_YEAR):
                found.append(CashEntry(month, item, yen))
    return tuple(found)


def yearly_items(figures: Figures, loans: Sequence[Loan], year: int) -> dict[CashItem, int]:
    """Return what each item comes to in a planned year, in yen, none negative; their net is the year's increase.

    Sales are taken as collected, less what receivables grew by; purchases as paid, less what payables grew by. Without
    a balance sheet of the base year nothing is known to grow: sales count as collected, costs as paid.
    """
    taxes = section_total(figures, Section.INCOME_TAXES, year)
    flow = dict.fromkeys(FlowRow, 0) | {FlowRow.TAXES: -taxes}
    flow |= {FlowRow(line.id): line.amounts[year] for line in cash_flow(figures, [year]) if year in line.amounts}
    costs = _costs(figures, year)
    nets = {
        CashItem.COLLECTED: section_total(figures, Section.SALES, year) + flow[FlowRow.RECEIVABLES],
        CashItem.OTHER_RECEIVED: sum(section_total(figures, one, year) for one in _OTHER_INCOME),
        CashItem.PAID_PURCHASES: costs[CashItem.PAID_PURCHASES] - flow[FlowRow.STOCK] - flow[FlowRow.PAYABLES],
        CashItem.PAID_PERSONNEL: costs[CashItem.PAID_PERSONNEL],
        CashItem.PAID_EXPENSES: costs[CashItem.PAID_EXPENSES] - flow[FlowRow.OTHER_BALANCES] - flow[FlowRow.DIFFERENCE],
        CashItem.PAID_INTEREST: costs[CashItem.PAID_INTEREST],
        CashItem.PAID_TAXES: -flow[FlowRow.TAXES],
        CashItem.ASSETS_SOLD: flow[FlowRow.INVESTMENT],
        CashItem.BORROWED: flow[FlowRow.OFFICER_LOANS] + flow[FlowRow.EQUITY],
    }
    found = dict.fromkeys(CashItem, 0)
    for item, yen in (*nets.items(), *_of_loans(loans, year, flow[FlowRow.LOANS])):
        found[item if yen >= 0 else _OPPOSITE[item]] += abs(yen)
    return found


_OTHER_INCOME: Final = (Section.NON_OPERATING_INCOME, Section.EXTRAORDINARY_INCOME)
_PURCHASES: Final = frozenset({"opening_stock", "purchases", "purchase_returns", "subcontracting", "closing_stock"})
# Where an amount goes that turns out negative: the columns of the table hold no negative ones.
_OPPOSITE: Final = {
    CashItem.COLLECTED: CashItem.PAID_EXPENSES,
    CashItem.OTHER_RECEIVED: CashItem.PAID_EXPENSES,
    CashItem.PAID_PURCHASES: CashItem.OTHER_RECEIVED,
    CashItem.PAID_PERSONNEL: CashItem.OTHER_RECEIVED,
    CashItem.PAID_EXPENSES: CashItem.OTHER_RECEIVED,
    CashItem.PAID_INTEREST: CashItem.OTHER_RECEIVED,
    CashItem.PAID_TAXES: CashItem.OTHER_RECEIVED,
    CashItem.ASSETS_SOLD: CashItem.PAID_ASSETS,
    CashItem.BORROWED: CashItem.PAID_LOANS,
    CashItem.PAID_LOANS: CashItem.BORROWED,
}


def _month(month: date, given: Mapping[CashItem, int], opening: int, *, is_actual: bool) -> CashMonth:
    amounts = {item: given.get(item, 0) for item in CashItem}
    blocks = {block: sum(direction(item) * amounts[item] for item in items) for block, items in BLOCKS.items()}
    return CashMonth(month, is_actual, opening, amounts, blocks, opening + sum(blocks.values()))


def _by_month(yen: int, weights: Sequence[int]) -> dict[int, int]:
    """Return the parts of a year's amount by the place of their month; months without a weight are left out."""
    weighed = {place: weight for place, weight in enumerate(weights) if weight}
    whole = sum(weighed.values())
    return dict(zip(weighed, split_yen(yen, [Fraction(one, whole) for one in weighed.values()]), strict=True))


def _costs(figures: Figures, year: int) -> dict[CashItem, int]:
    """Return the costs that are paid, by item; depreciation is none, taxes have a row of the cash flow."""
    found = dict.fromkeys(CashItem, 0)
    for one in accounts().values():
        item = item_of(one)
        if item is not None:
            found[item] += -one.profit_sign * figures.get((one.id, year), 0)
    return found


def item_of(account: Account) -> CashItem | None:
    """Return the item by which a cost is paid; None for accounts that are no cost or, as depreciation, not paid."""
    is_cost = account.section in _PAID_SECTIONS and Trait.DEPRECIATION not in account.traits
    if not is_cost:
        return None
    if account.id in _PURCHASES:
        return CashItem.PAID_PURCHASES
    if Trait.PERSONNEL in account.traits:
        return CashItem.PAID_PERSONNEL
    return CashItem.PAID_INTEREST if Trait.INTEREST in account.traits else CashItem.PAID_EXPENSES


_PAID_SECTIONS: Final = frozenset(
    {Section.COST_OF_SALES, Section.SELLING_ADMIN, Section.NON_OPERATING_EXPENSE, Section.EXTRAORDINARY_LOSS}
)


def _of_loans(loans: Sequence[Loan], year: int, net: int) -> tuple[tuple[CashItem, int], ...]:
    """Return what is borrowed and repaid; without a repayment plan only the net change is known."""
    if not loans:
        return ((CashItem.BORROWED, net),)
    planned = totals(schedules(loans, [year]))[-1]
    return (CashItem.BORROWED, planned.borrowed_yen), (CashItem.PAID_LOANS, planned.repaid_yen)
