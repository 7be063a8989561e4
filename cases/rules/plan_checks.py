"""What a reader of a plan would stumble over: places whose numbers contradict each other, with both values.

None of it blocks anything; a page lists the sentences, and the person who makes the plan decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cases.enums import Section, Trait
from cases.rules.accounts import COST, INCOME
from cases.rules.attribution import CLOSING_STOCK, OPENING_STOCK
from cases.rules.repayment import Loan, interest_by_year, overpaid, schedules
from cases.rules.statements import (
    BASE_YEAR,
    Figures,
    has_balance,
    imbalances,
    section_total,
    trait_total,
)
from cases.rules.wear import DEPRECIATED, WORN
from vapup.shared.money import format_yen

STOCK: Final = "stock"


class Doubt(StrEnum):
    """What contradicts what."""

    UNBALANCED = "unbalanced"
    LOANS_NOT_LISTED = "loans_not_listed"
    OVERPAID = "overpaid"
    NEGATIVE_CASH = "negative_cash"
    OPENING_STOCK = "opening_stock"
    CLOSING_STOCK = "closing_stock"
    INTEREST = "interest"
    WORN_OUT = "worn_out"


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction: the year of the plan, the sentence, and both values in yen."""

    doubt: Doubt
    year: int
    text: str
    found_yen: int
    other_yen: int


def findings(figures: Figures, loans: Sequence[Loan], years: Sequence[int]) -> tuple[Finding, ...]:
    """Return the contradictions of a plan, of figures as `projected` returns them, in the order of the years."""
    found = (
        *_unbalanced(figures, years),
        *loan_findings(figures, loans, years),
        *_negative_cash(figures, years),
        *_stock(figures, years),
        *_worn_out(figures, years),
        *_interest(figures, loans, years),
    )
    return tuple(sorted(found, key=lambda one: one.year))


def loan_findings(figures: Figures, loans: Sequence[Loan], years: Sequence[int]) -> tuple[Finding, ...]:
    """Return what contradicts in the list of loans; of the figures only the balance sheet of year 0 matters."""
    return (*_loans_not_listed(figures, loans), *_overpaid(loans, years))


def year_name(year: int) -> str:
    """Return how sentences call a year of the plan."""
    if year > 0:
        return f"計画{year}年目"
    return f"{-year}期前" if year else "基準年度"


def _unbalanced(figures: Figures, years: Sequence[int]) -> Iterator[Finding]:
    for one in imbalances(figures, years):
        text = f"{year_name(one.year)}:{one.text}"
        yield Finding(Doubt.UNBALANCED, one.year, text, one.assets_yen, one.claims_yen)


def _loans_not_listed(figures: Figures, loans: Sequence[Loan]) -> Iterator[Finding]:
    listed = sum(one.balance_yen for one in loans)
    booked = trait_total(figures, Trait.DEBT, 0)
    if loans and has_balance(figures, BASE_YEAR) and listed != booked:
        text = (
            f"基準年度:借入金の明細の合計 {format_yen(listed)}円と、貸借対照表の借入金 {format_yen(booked)}円が"
            f"一致しません(差額 {format_yen(listed - booked)}円)。"
        )
        yield Finding(Doubt.LOANS_NOT_LISTED, 0, text, listed, booked)


def _overpaid(loans: Sequence[Loan], years: Sequence[int]) -> Iterator[Finding]:
    for one in overpaid(schedules(loans, years)):
        yield Finding(Doubt.OVERPAID, one.year, one.text, one.planned_yen, one.owed_yen)


def _negative_cash(figures: Figures, years: Sequence[int]) -> Iterator[Finding]:
    for year in years:
        cash = trait_total(figures, Trait.CASH, year)
        if cash < 0 and has_balance(figures, year):
            text = f"{year_name(year)}:期末の現金及び預金が {format_yen(cash)}円となり、{-cash:,}円不足します。"
            yield Finding(Doubt.NEGATIVE_CASH, year, text, cash, 0)


def _stock(figures: Figures, years: Sequence[int]) -> Iterator[Finding]:
    """Compare the stock in the cost of sales with that of the sheets; blank counts as 0, as in the cost of sales.

    A year whose cost of sales has neither opening nor closing stock is left out: it has none (services, or purchases
    net of it). Stores that are no goods (貯蔵品) stand in the sheet only, so that a small difference is usual.
    """
    for year in years:
        pairs = (
            (Doubt.OPENING_STOCK, OPENING_STOCK, "期首棚卸高", "前期末の期末棚卸高", (CLOSING_STOCK, year - 1)),
            (Doubt.CLOSING_STOCK, CLOSING_STOCK, "期末棚卸高", "貸借対照表の棚卸資産", (STOCK, year)),
        )
        if not any(figures.get((account, year)) for _, account, *_ in pairs):
            continue
        for doubt, account, name, other_name, other in pairs:
            if other[0] == STOCK and not has_balance(figures, year):
                continue
            found, compared = figures.get((account, year), 0), figures.get(other)
            if compared is not None and found != compared:
                pair = f"{name} {format_yen(found)}円と、{other_name} {format_yen(compared)}円"
                text = f"{year_name(year)}:{pair}が一致しません。"
                yield Finding(doubt, year, text, found, compared)


def _worn_out(figures: Figures, years: Sequence[int]) -> Iterator[Finding]:
    """Find the planned years that write off more than was ever bought, whose fixed assets are worth less than 0."""
    for year in (year for year in years if year > BASE_YEAR and has_balance(figures, year)):
        bought = sum(figures.get((account, year), 0) for account in DEPRECIATED)
        worn = figures.get((WORN, year), 0)
        if worn > max(bought, 0):
            pair = f"減価償却累計額 {format_yen(worn)}円が、有形・無形固定資産 {format_yen(bought)}円"
            text = f"{year_name(year)}:{pair}を超えています。減価償却費か、設備の取得の計画を見直してください。"
            yield Finding(Doubt.WORN_OUT, year, text, worn, bought)


def _interest(figures: Figures, loans: Sequence[Loan], years: Sequence[int]) -> Iterator[Finding]:
    """Compare planned interest with that of the repayment plan; only a plan that has less than it owes is noted.

    A year without any profit and loss is not planned yet.
    """
    for year, due in interest_by_year(schedules(loans, years)).items():
        planned = trait_total(figures, Trait.INTEREST, year)
        is_planned = any(section_total(figures, one, year) for one in Section if one in INCOME | COST)
        if due > max(planned, 0) and year in years and is_planned:
            text = (
                f"{year_name(year)}:損益計画の支払利息 {format_yen(planned)}円が、"
                f"返済計画から計算した利息 {due:,}円を下回っています。"
            )
            yield Finding(Doubt.INTEREST, year, text, planned, due)
