"""One small company in round figures, and random figures of any company; years as in a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

from cases.rules.accounts import accounts
from cases.rules.repayment import Loan, LoanChange

M: Final = 1_000_000
YEARS: Final = range(-2, 4)
PLANNED: Final = range(1, 4)
LARGEST: Final = 10**12
MAIN_BANK, SECOND_BANK = 7, 8

# In thousands of yen, so that a reader can add them up: operating loss 1,500, ordinary loss 2,000, net loss 2,070.
PROFIT_0: Final = {
    "sales": 100_000,
    "opening_stock": 8_000,
    "purchases": 52_000,
    "subcontracting": 6_000,
    "closing_stock": 9_000,
    "officer_pay": 6_000,
    "salaries": 18_000,
    "welfare": 3_000,
    "rent": 4_000,
    "freight": 2_000,
    "depreciation": 3_000,
    "other_expenses": 8_500,
    "non_operating_income": 400,
    "interest": 900,
    "income_taxes": 70,
}
# Assets 54,000 = liabilities 54,000 + net assets 0.
BALANCE_0: Final = {
    "cash": 7_000,
    "receivables": 12_000,
    "allowance": 120,
    "stock": 9_000,
    "other_current_assets": 620,
    "tangible_assets": 40_000,
    "accumulated_depreciation": 18_000,
    "intangible_assets": 500,
    "investments": 3_000,
    "payables": 7_000,
    "short_term_loans": 5_000,
    "other_current_liabilities": 4_000,
    "long_term_loans": 35_000,
    "officer_loans": 3_000,
    "capital": 10_000,
    "retained_earnings": -10_000,
}
# Operating profit 2,900, ordinary profit 2,500, net profit 2,430.
PROFIT_1: Final = PROFIT_0 | {
    "sales": 104_000,
    "opening_stock": 9_000,
    "purchases": 53_000,
    "subcontracting": 5_500,
    "officer_pay": 4_800,
    "welfare": 2_900,
    "freight": 2_100,
    "depreciation": 2_800,
    "other_expenses": 8_000,
    "interest": 800,
}


def of_year(year: int, thousands: Mapping[str, int]) -> dict[tuple[str, int], int]:
    """Return figures of one year, in yen, from thousands."""
    return {(account, year): amount * 1000 for account, amount in thousands.items()}


def company() -> dict[tuple[str, int], int]:
    """Return the closed year 0 and the profit and loss planned for year 1; no sheet is planned."""
    return of_year(0, PROFIT_0 | BALANCE_0) | of_year(1, PROFIT_1)


def loans() -> list[Loan]:
    """Return the loans of the company: 40,000 thousand as in its sheet; 1,750 thousand are repaid in year 1."""
    return [
        Loan(1, MAIN_BANK, "第一銀行 証書貸付", 20 * M, 200, changes=(LoanChange(1, repaid_yen=1 * M),)),
        Loan(2, SECOND_BANK, "第二信金 証書貸付", 15 * M, 150, changes=(LoanChange(1, repaid_yen=750_000),)),
        Loan(3, MAIN_BANK, "第一銀行 手形貸付", 5 * M, 250, is_short_term=True),
    ]


# Enough to meet every kind of figure at every commit; the statements have a long run of their own at night.
# A busy machine is no fault of the rules: no deadline.
often: Final = settings(max_examples=40, deadline=None)

yen: Final = st.one_of(st.integers(-LARGEST, LARGEST), st.integers(-999, 999), st.just(0))
owed: Final = st.one_of(st.integers(0, LARGEST), st.integers(0, 999))
any_figures: Final = st.dictionaries(
    st.tuples(st.sampled_from(sorted(accounts())), st.sampled_from(YEARS)), yen, max_size=40
)


@st.composite
def any_loans(draw: st.DrawFn) -> list[Loan]:
    """Draw up to four loans with changes in some of the planned years."""
    found = []
    for number in range(draw(st.integers(0, 4))):
        years = draw(st.sets(st.sampled_from(PLANNED)))
        changes = tuple(LoanChange(year, draw(owed), draw(owed)) for year in sorted(years))
        rate, is_short = draw(st.integers(0, 2_000)), draw(st.booleans())
        found.append(Loan(number, draw(st.integers(1, 2)), f"借入{number}", draw(owed), rate, is_short, changes))
    return found
