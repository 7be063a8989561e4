"""What a reader of a plan would stumble over: places whose numbers contradict each other, with both values.

None of it blocks anything; a page lists the sentences, and the person who makes the plan decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cases.enums import Trait
from cases.rules.repayment import Loan, interest_by_year, overpaid, schedules
from cases.rules.statements import Figures, imbalances, trait_total

OPENING_STOCK = "opening_stock"
CLOSING_STOCK = "closing_stock"


class Doubt(StrEnum):
    """What contradicts what."""

    UNBALANCED = "unbalanced"
    LOANS_NOT_LISTED = "loans_not_listed"
    OVERPAID = "overpaid"
    NEGATIVE_CASH = "negative_cash"
    OPENING_STOCK = "opening_stock"
    CLOSING_STOCK = "closing_stock"
    INTEREST = "interest"


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
        *_loans_not_listed(figures, loans),
        *_overpaid(loans, years),
        *_negative_cash(figures, years),
        *_stock(figures, years),
        *_interest(figures, loans, years),
    )
    return tuple(sorted(found, key=lambda one: one.year))


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
    if loans and listed != booked:
        text = f"基準年度:借入金の明細の合計 {listed:,}円と、貸借対照表の借入金 {booked:,}円が一致しません。"
        yield Finding(Doubt.LOANS_NOT_LISTED, 0, text, listed, booked)


def _overpaid(loans: Sequence[Loan], years: Sequence[int]) -> Iterator[Finding]:
    for one in overpaid(schedules(loans, years)):
        yield Finding(Doubt.OVERPAID, one.year, one.text, one.planned_yen, one.owed_yen)


def _negative_cash(figures: Figures, years: Sequence[int]) -> Iterator[Finding]:
    for year in years:
        cash = trait_total(figures, Trait.CASH, year)
        if cash < 0:
            text = f"{year_name(year)}:期末の現金及び預金が {cash:,}円となり、{-cash:,}円不足します。"
            yield Finding(Doubt.NEGATIVE_CASH, year, text, cash, 0)


def _stock(figures: Figures, years: Sequence[int]) -> Iterator[Finding]:
    """Compare the stock in the cost of sales with that of the sheets, where the cost of sales has any.

    Stores that are no goods (貯蔵品) stand in the sheet only, so that a small difference is usual.
    """
    for year in years:
        pairs = (
            (Doubt.OPENING_STOCK, OPENING_STOCK, "期首棚卸高", "前期末の期末棚卸高", (CLOSING_STOCK, year - 1)),
            (Doubt.CLOSING_STOCK, CLOSING_STOCK, "期末棚卸高", "貸借対照表の棚卸資産", ("stock", year)),
        )
        for doubt, account, name, other_name, other in pairs:
            found, compared = figures.get((account, year)), figures.get(other)
            if found is not None and compared is not None and found != compared:
                text = f"{year_name(year)}:{name} {found:,}円と、{other_name} {compared:,}円が一致しません。"
                yield Finding(doubt, year, text, found, compared)


def _interest(figures: Figures, loans: Sequence[Loan], years: Sequence[int]) -> Iterator[Finding]:
    """Compare planned interest with that of the repayment plan; only a plan that has less than it owes is noted."""
    for year, due in interest_by_year(schedules(loans, years)).items():
        planned = trait_total(figures, Trait.INTEREST, year)
        if due > planned and year in years:
            text = (
                f"{year_name(year)}:損益計画の支払利息 {planned:,}円が、"
                f"返済計画から計算した利息 {due:,}円を下回っています。"
            )
            yield Finding(Doubt.INTEREST, year, text, planned, due)
