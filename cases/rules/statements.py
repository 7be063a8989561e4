"""The three statements of a plan: totals, lines, the projection of planned years, and the cash flow (indirect method).

Figures are whole yen by (account id, year), in the account's own direction (`cases.rules.accounts`). Year 0 is the
base year, the last one closed; years below it are past, years above it planned. What is not there counts as 0, but
for balances of planned years: `projected` carries those on from the year before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cases.enums import Section, Statement, Trait
from cases.rules.accounts import ASSETS, CLAIMS, COST, INCOME, Account, accounts
from cases.rules.repayment import Loan, schedules
from cases.rules.wear import WORN, worn_at
from vapup.shared.money import format_yen

Figures = Mapping[tuple[str, int], int]

CASH: Final = "cash"
RETAINED: Final = "retained_earnings"
BASE_YEAR: Final = 0
SHORT_TERM: Final = "short_term_loans"
LONG_TERM: Final = "long_term_loans"
# What `projected` works out itself; a page offers no field for these in planned years. Loans only where some are given.
DERIVED: Final = frozenset({CASH, RETAINED})
DERIVED_FROM_LOANS: Final = frozenset({SHORT_TERM, LONG_TERM})


class Profit(StrEnum):
    """The profits of the profit and loss statement, from the top down."""

    GROSS = "gross_profit"
    OPERATING = "operating_profit"
    ORDINARY = "ordinary_profit"
    BEFORE_TAX = "profit_before_tax"
    NET = "net_profit"

    @property
    def label(self) -> str:
        """The name shown on pages."""
        return _PROFITS[self]

    @property
    def sections(self) -> frozenset[Section]:
        """The sections that the profit counts in."""
        return frozenset(_BEFORE[self])


_PROFITS: Final = {
    Profit.GROSS: "売上総利益",
    Profit.OPERATING: "営業利益",
    Profit.ORDINARY: "経常利益",
    Profit.BEFORE_TAX: "税引前当期純利益",
    Profit.NET: "当期純利益",
}
_ORDER: Final = tuple(one for one in Section if one in INCOME | COST)
_LAST: Final = {
    Section.COST_OF_SALES: Profit.GROSS,
    Section.SELLING_ADMIN: Profit.OPERATING,
    Section.NON_OPERATING_EXPENSE: Profit.ORDINARY,
    Section.EXTRAORDINARY_LOSS: Profit.BEFORE_TAX,
    Section.INCOME_TAXES: Profit.NET,
}
_BEFORE: Final = {found: _ORDER[: _ORDER.index(last) + 1] for last, found in _LAST.items()}


class LineKind(StrEnum):
    """What a line of a statement is: an account, the total of a section, or a result."""

    ACCOUNT = "account"
    SECTION = "section"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement.

    Attributes:
        id: the account, the section, the profit or the row of the cash flow.
        amounts: yen by year, every year asked for; the cash flow leaves out years that cannot be reckoned.
    """

    id: str
    label: str
    kind: LineKind
    amounts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A year whose balance sheet does not balance; both totals in yen."""

    year: int
    assets_yen: int
    claims_yen: int

    @property
    def difference_yen(self) -> int:
        """Assets less liabilities and net assets."""
        return self.assets_yen - self.claims_yen

    @property
    def text(self) -> str:
        """The sentence for a page."""
        return (
            f"資産合計 {format_yen(self.assets_yen)}円と負債・純資産合計 {format_yen(self.claims_yen)}円が一致しません"
            f"(差額 {format_yen(self.difference_yen)}円)。"
        )


def section_total(figures: Figures, section: Section, year: int) -> int:
    """Return the total of a section in a year, in yen."""
    return _total(figures, year, lambda one: one.section is section)


def trait_total(figures: Figures, trait: Trait, year: int) -> int:
    """Return the total of the accounts with a trait in a year, in yen."""
    return _total(figures, year, lambda one: trait in one.traits)


def profit(figures: Figures, which: Profit, year: int) -> int:
    """Return a profit of a year, in yen; a loss is negative."""
    return sum(section_total(figures, section, year) * (1 if section in INCOME else -1) for section in _BEFORE[which])


def total_assets(figures: Figures, year: int) -> int:
    """Return the assets of a year, in yen."""
    return sum(section_total(figures, section, year) for section in ASSETS)


def total_claims(figures: Figures, year: int) -> int:
    """Return the liabilities and net assets of a year, in yen."""
    return sum(section_total(figures, section, year) for section in CLAIMS)


def has_balance(figures: Figures, year: int) -> bool:
    """Tell whether a year has a balance sheet: an amount on any account of it; a planned year goes by the base year.

    A plan may be made of profit and loss alone. Its balances are then not known, whatever follows from the others.
    """
    known = min(year, BASE_YEAR)
    return any(figures.get((one.id, known)) for one in accounts().values() if one.statement is Statement.BALANCE)


def imbalances(figures: Figures, years: Iterable[int]) -> tuple[Imbalance, ...]:
    """Return the years whose assets differ from liabilities and net assets."""
    found = (Imbalance(year, total_assets(figures, year), total_claims(figures, year)) for year in years)
    return tuple(one for one in found if one.difference_yen)


def profit_lines(figures: Figures, years: Sequence[int]) -> tuple[Line, ...]:
    """Return the profit and loss statement: accounts, the total of each section, and the profits in their places."""
    lines: list[Line] = []
    for section in _ORDER:
        lines += _section_lines(figures, section, years)
        if (which := _LAST.get(section)) is not None:
            amounts = {year: profit(figures, which, year) for year in years}
            lines.append(Line(which, which.label, LineKind.RESULT, amounts))
    return tuple(lines)


def balance_lines(figures: Figures, years: Sequence[int]) -> tuple[Line, ...]:
    """Return the balance sheet: accounts, the total of each section, 資産合計, 負債合計 and 負債・純資産合計."""
    lines: list[Line] = []
    for section in (one for one in Section if one in ASSETS | CLAIMS):
        lines += _section_lines(figures, section, years)
        if (result := _RESULTS.get(section)) is not None:
            name, label, total = result
            lines.append(Line(name, label, LineKind.RESULT, {year: total(figures, year) for year in years}))
    return tuple(lines)


def total_liabilities(figures: Figures, year: int) -> int:
    """Return the liabilities of a year, in yen."""
    return total_claims(figures, year) - section_total(figures, Section.NET_ASSETS, year)


_RESULTS: Final[Mapping[Section, tuple[str, str, Callable[[Figures, int], int]]]] = {
    Section.DEFERRED_ASSETS: ("total_assets", "資産合計", total_assets),
    Section.FIXED_LIABILITIES: ("total_liabilities", "負債合計", total_liabilities),
    Section.NET_ASSETS: ("total_claims", "負債・純資産合計", total_claims),
}


def projected(figures: Figures, loans: Sequence[Loan], years: Iterable[int]) -> dict[tuple[str, int], int]:
    """Return the figures with what follows from the others in the planned years among `years` (those above 0).

    Balances without an entry stay as they were the year before (an entry of 0 is 0), accumulated depreciation grows by
    the year's (`cases.rules.wear`). Retained earnings grow by the net profit. Borrowings follow the repayment plan
    where `loans` has any: what the books of year 0 show beyond the loans listed is kept unchanged; without books there
    is nothing beyond them. Cash is what makes the sheet balance, and may be negative: the page says so. Without a
    balance sheet of year 0 the planned balances mean nothing but for the borrowings (`has_balance`).
    """
    found = dict(figures)
    planned = sorted(year for year in years if year > 0)
    balances = [one for one in accounts().values() if one.statement is Statement.BALANCE]
    borrowings = _borrowings(figures, loans, planned)
    for year in range(1, max(planned, default=0) + 1):
        spent = trait_total(found, Trait.DEPRECIATION, year)
        found.setdefault((WORN, year), worn_at(figures, found, year, spent_yen=spent))
        for one in balances:
            found.setdefault((one.id, year), found.get((one.id, year - 1), 0))
        found.update({key: yen for key, yen in borrowings.items() if key[1] == year})
        found[RETAINED, year] = found.get((RETAINED, year - 1), 0) + profit(found, Profit.NET, year)
        found[CASH, year] = 0
        found[CASH, year] = total_claims(found, year) - total_assets(found, year)
    return found


def cash_flow(figures: Figures, years: Iterable[int]) -> tuple[Line, ...]:
    """Return the cash flow by the indirect method, of figures as `projected` returns them.

    A closed year is left out of the amounts where it or the year before has no balance sheet, planned ones where the
    base year has none. `difference` is what remains
    where a sheet does not balance; opening cash and the increase always add up to closing cash.
    """
    shown = [year for year in years if _has_flow(figures, year)]
    flows = {year: _flow(figures, year) for year in shown}
    return tuple(Line(row, row.label, row.kind, {year: flows[year][row] for year in shown}) for row in FlowRow)


class FlowRow(StrEnum):
    """The rows of the cash flow, in order; a positive amount brings money in."""

    BEFORE_TAX = "profit_before_tax"
    TAXES = "taxes"
    DEPRECIATION = "depreciation"
    RECEIVABLES = "receivables"
    STOCK = "stock"
    PAYABLES = "payables"
    OTHER_BALANCES = "other_balances"
    OPERATING = "operating"
    INVESTMENT = "investment"
    INVESTING = "investing"
    LOANS = "loans"
    OFFICER_LOANS = "officer_loans"
    EQUITY = "equity"
    FINANCIAL = "financial"
    DIFFERENCE = "difference"
    INCREASE = "increase"
    OPENING = "opening_cash"
    CLOSING = "closing_cash"

    @property
    def label(self) -> str:
        """The name shown on pages."""
        return _FLOWS[self][0]

    @property
    def kind(self) -> LineKind:
        """Whether the row is a total or a result of others."""
        return _FLOWS[self][1]


_FLOWS: Final = {
    FlowRow.BEFORE_TAX: ("税引前当期純利益", LineKind.ACCOUNT),
    FlowRow.TAXES: ("法人税等", LineKind.ACCOUNT),
    FlowRow.DEPRECIATION: ("減価償却費", LineKind.ACCOUNT),
    FlowRow.RECEIVABLES: ("売上債権の増減", LineKind.ACCOUNT),
    FlowRow.STOCK: ("棚卸資産の増減", LineKind.ACCOUNT),
    FlowRow.PAYABLES: ("仕入債務の増減", LineKind.ACCOUNT),
    FlowRow.OTHER_BALANCES: ("その他の資産・負債の増減", LineKind.ACCOUNT),
    FlowRow.OPERATING: ("営業活動によるキャッシュフロー", LineKind.SECTION),
    FlowRow.INVESTMENT: ("固定資産・繰延資産の取得と売却", LineKind.ACCOUNT),
    FlowRow.INVESTING: ("投資活動によるキャッシュフロー", LineKind.SECTION),
    FlowRow.LOANS: ("借入金の増減", LineKind.ACCOUNT),
    FlowRow.OFFICER_LOANS: ("役員借入金の増減", LineKind.ACCOUNT),
    FlowRow.EQUITY: ("資本金等の増減", LineKind.ACCOUNT),
    FlowRow.FINANCIAL: ("財務活動によるキャッシュフロー", LineKind.SECTION),
    FlowRow.DIFFERENCE: ("貸借の不一致による差額", LineKind.ACCOUNT),
    FlowRow.INCREASE: ("現金及び預金の増減", LineKind.RESULT),
    FlowRow.OPENING: ("期首の現金及び預金", LineKind.ACCOUNT),
    FlowRow.CLOSING: ("期末の現金及び預金", LineKind.RESULT),
}


def _total(figures: Figures, year: int, is_meant: Callable[[Account], bool]) -> int:
    return sum(one.factor * figures.get((one.id, year), 0) for one in accounts().values() if is_meant(one))


def _section_lines(figures: Figures, section: Section, years: Sequence[int]) -> list[Line]:
    lines = [
        Line(one.id, one.label, LineKind.ACCOUNT, {year: figures.get((one.id, year), 0) for year in years})
        for one in accounts().values()
        if one.section is section
    ]
    total = {year: section_total(figures, section, year) for year in years}
    return [*lines, Line(section.value, f"{section.label}合計", LineKind.SECTION, total)]


def _borrowings(figures: Figures, loans: Sequence[Loan], years: Sequence[int]) -> dict[tuple[str, int], int]:
    """Return the two accounts of borrowings in the planned years; nothing where no loan is listed."""
    if not loans or not years:
        return {}
    short = figures.get((SHORT_TERM, 0), 0)
    listed_short = sum(one.balance_yen for one in loans if one.is_short_term)
    owed = short + figures.get((LONG_TERM, 0), 0)
    unlisted = owed - sum(one.balance_yen for one in loans) if has_balance(figures, BASE_YEAR) else 0
    # What is not listed and stands as short term in the books (an overdraft, discounted bills) stays there. The part
    # of long loans that falls due within a year stands there too, but that part is listed.
    kept_short = min(max(unlisted, 0), max(short - listed_short, 0))
    found: dict[tuple[str, int], int] = {}
    plans = schedules(loans, range(1, max(years) + 1))
    for year in range(1, max(years) + 1):
        closing = {one.loan.id: one.in_year(year).closing_yen for one in plans}
        found[SHORT_TERM, year] = kept_short + sum(closing[one.id] for one in loans if one.is_short_term)
        found[LONG_TERM, year] = unlisted - kept_short + sum(closing[one.id] for one in loans if not one.is_short_term)
    return found


def _has_flow(figures: Figures, year: int) -> bool:
    """Tell whether a year has a flow: a planned one where the base year has a sheet, a closed one with both sheets."""
    of_sheet = {one.id for one in accounts().values() if one.statement is Statement.BALANCE}
    known = {kept for account, kept in figures if account in of_sheet}
    return has_balance(figures, year) if year > 0 else {year - 1, year} <= known


def flow_row(one: Account) -> FlowRow | None:
    """Return the row of the cash flow that the change of a balance counts in, assets with a minus; None for cash.

    Accounts of the profit and loss statement have none either.
    """
    if one.statement is Statement.PROFIT or Trait.CASH in one.traits:
        return None
    if found := [row for trait, row in _OF_TRAIT.items() if trait in one.traits]:
        return found[0]
    return _OF_SECTION.get(one.section, FlowRow.OTHER_BALANCES)


def _flow(figures: Figures, year: int) -> dict[FlowRow, int]:
    """Return the amounts of one year. Every balance is in one row only, so that the rows add up to the increase."""

    net = profit(figures, Profit.NET, year)
    before_tax = profit(figures, Profit.BEFORE_TAX, year)
    depreciation = trait_total(figures, Trait.DEPRECIATION, year)
    changes = _changes(figures, year)
    rows = changes | {
        FlowRow.BEFORE_TAX: before_tax,
        FlowRow.TAXES: net - before_tax,
        FlowRow.DEPRECIATION: depreciation,
        FlowRow.INVESTMENT: changes[FlowRow.INVESTMENT] - depreciation,
        # Capital paid in, and what left the retained earnings without passing through the profit (dividends).
        FlowRow.EQUITY: changes[FlowRow.EQUITY] - net,
    }
    opening, closing = (trait_total(figures, Trait.CASH, at) for at in (year - 1, year))
    return rows | _totals(rows, opening=opening, increase=closing - opening)


def _changes(figures: Figures, year: int) -> dict[FlowRow, int]:
    """Return what the balances of each row brought in within a year."""
    found = dict.fromkeys(FlowRow, 0)
    for one in accounts().values():
        if (row := flow_row(one)) is not None:
            yen = figures.get((one.id, year), 0) - figures.get((one.id, year - 1), 0)
            found[row] += one.factor * (-yen if one.section in ASSETS else yen)
    return found


_OF_TRAIT: Final = {
    Trait.TRADE_RECEIVABLES: FlowRow.RECEIVABLES,
    Trait.STOCK: FlowRow.STOCK,
    Trait.TRADE_PAYABLES: FlowRow.PAYABLES,
    Trait.DEBT: FlowRow.LOANS,
    Trait.OFFICER_DEBT: FlowRow.OFFICER_LOANS,
}
_OF_SECTION: Final = {
    Section.FIXED_ASSETS: FlowRow.INVESTMENT,
    Section.DEFERRED_ASSETS: FlowRow.INVESTMENT,
    Section.NET_ASSETS: FlowRow.EQUITY,
}
# The rows that each subtotal of the cash flow is the sum of.
FLOW_PARTS: Final = {
    FlowRow.OPERATING: tuple(FlowRow)[:7],
    FlowRow.INVESTING: (FlowRow.INVESTMENT,),
    FlowRow.FINANCIAL: (FlowRow.LOANS, FlowRow.OFFICER_LOANS, FlowRow.EQUITY),
}


def _totals(rows: Mapping[FlowRow, int], *, opening: int, increase: int) -> dict[FlowRow, int]:
    parts = {total: sum(rows[one] for one in own) for total, own in FLOW_PARTS.items()}
    return parts | {
        FlowRow.DIFFERENCE: increase - sum(parts.values()),
        FlowRow.INCREASE: increase,
        FlowRow.OPENING: opening,
        FlowRow.CLOSING: opening + increase,
    }
