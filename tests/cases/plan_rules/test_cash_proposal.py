from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import CashItem
from cases.rules.accounts import accounts
from cases.rules.cash_table import CashEntry, cash_table, direction, months_from, proposed_months, yearly_items
from cases.rules.indicators import simple_cash_flow
from cases.rules.repayment import Loan, schedules, totals
from cases.rules.seasons import Seasons
from cases.rules.statements import CASH, Figures, cash_flow, has_balance, projected
from tests.cases.plan_rules.company import PLANNED, any_figures, any_loans, company, loans, often

BASE_ENDS_ON = date(2026, 3, 31)
APRIL = date(2026, 4, 1)


def proposal(
    shown: Sequence[date],
    *,
    base_ends_on: date = BASE_ENDS_ON,
    seasons: Mapping[CashItem, Sequence[int]] = MappingProxyType({}),
) -> tuple[CashEntry, ...]:
    """Return what the plan below proposes for the months `shown`, its first year alone."""
    return proposed_months(plan(), loans(), base_ends_on=base_ends_on, shown=shown, years=1, seasons=seasons)


def plan(extra: Figures | None = None) -> dict[tuple[str, int], int]:
    return projected(company() | dict(extra or {}), loans(), [1])


def test_the_items_of_a_year_of_the_company() -> None:
    found = {item: yen // 1000 for item, yen in yearly_items(plan(), loans(), 1).items() if yen}
    assert found == {
        CashItem.COLLECTED: 104_000,
        CashItem.OTHER_RECEIVED: 400,
        # 53,000 + 5,500; stock as at the end of the year before
        CashItem.PAID_PURCHASES: 58_500,
        # Officers 4,800 + salaries 18,000 + welfare 2,900
        CashItem.PAID_PERSONNEL: 25_700,
        # Rent 4,000 + freight 2,100 + others 8,000, without depreciation
        CashItem.PAID_EXPENSES: 14_100,
        CashItem.PAID_INTEREST: 800,
        CashItem.PAID_TAXES: 70,
        CashItem.PAID_LOANS: 1_750,
    }


def test_growing_receivables_stock_and_payables_shift_the_payments() -> None:
    moved = {("receivables", 1): 13_000_000, ("stock", 1): 9_500_000, ("payables", 1): 7_200_000}
    found = yearly_items(plan(moved), loans(), 1)
    assert found[CashItem.COLLECTED] == 103_000_000
    assert found[CashItem.PAID_PURCHASES] == 58_500_000 + 500_000 - 200_000


def test_assets_sold_officers_and_capital_have_their_items() -> None:
    moved = {
        ("investments", 1): 0,
        ("accumulated_depreciation", 1): 20_800_000,
        ("officer_loans", 1): 2_000_000,
        ("capital", 1): 15_000_000,
    }
    found = yearly_items(plan(moved), loans(), 1)
    assert found[CashItem.ASSETS_SOLD] == 3_000_000
    assert found[CashItem.PAID_ASSETS] == 0
    # Capital 5,000 less 1,000 to officers
    assert found[CashItem.BORROWED] == 4_000_000
    assert found[CashItem.PAID_LOANS] == 1_750_000


def test_amounts_that_turn_negative_go_to_the_other_side() -> None:
    # Receivables grow by more than all sales: nothing is collected, and the rest is an expense.
    found = yearly_items(plan({("receivables", 1): 120_000_000}), loans(), 1)
    assert found[CashItem.COLLECTED] == 0
    assert found[CashItem.PAID_EXPENSES] == 14_100_000 + 4_000_000
    assert min(found.values()) == 0


def test_without_a_list_of_loans_the_net_change_is_shown() -> None:
    figures = projected(company() | {("long_term_loans", 1): 30_000_000}, [], [1])
    found = yearly_items(figures, [], 1)
    assert (found[CashItem.BORROWED], found[CashItem.PAID_LOANS]) == (0, 5_000_000)


def test_without_a_balance_sheet_sales_are_collected_and_costs_paid() -> None:
    # Profit and loss and the loans alone; a balance entered for a planned year moves nothing that is not known.
    bare = {key: yen for key, yen in company().items() if accounts()[key[0]].profit_sign}
    figures = projected(bare | {("receivables", 1): 50_000_000}, loans(), [1])
    found = {item: yen // 1000 for item, yen in yearly_items(figures, loans(), 1).items() if yen}
    assert found == {
        CashItem.COLLECTED: 104_000,
        CashItem.OTHER_RECEIVED: 400,
        CashItem.PAID_PURCHASES: 58_500,
        CashItem.PAID_PERSONNEL: 25_700,
        CashItem.PAID_EXPENSES: 14_100,
        CashItem.PAID_INTEREST: 800,
        CashItem.PAID_TAXES: 70,
        CashItem.PAID_LOANS: 1_750,
    }


def test_twelfths_with_the_remainder_in_the_last_month_of_the_year() -> None:
    entries = proposal(months_from(APRIL, 12))
    taxes = [one.yen for one in entries if one.item is CashItem.PAID_TAXES]
    # 70,000 = 11 × 5,833 + 5,837
    assert taxes == [5_833] * 11 + [5_837]
    assert {one.month for one in entries} == set(months_from(APRIL, 12))
    assert not any(one.is_actual for one in entries)
    table = cash_table(entries, starts_on=APRIL, months=12, opening_yen=7_000_000)
    assert table.months[-1].closing_yen == plan()[CASH, 1] == 10_480_000


def test_an_item_of_the_season_is_split_as_the_books_were() -> None:
    """70,000 of taxes by 3 : 0 : 1 and nothing after: 52,500, 0, 17,500; nothing else moves."""
    even = proposal(months_from(APRIL, 12))
    weights = (3_000_000, 0, 1_000_000, *[0] * 9)
    entries = proposal(months_from(APRIL, 12), seasons={CashItem.PAID_TAXES: weights})
    taxes = [one for one in entries if one.item is CashItem.PAID_TAXES]
    june = date(APRIL.year, 6, 1)
    assert [(one.month, one.yen) for one in taxes] == [(APRIL, 52_500), (june, 17_500)]
    assert [one for one in entries if one not in taxes] == [one for one in even if one.item is not CashItem.PAID_TAXES]


@pytest.mark.parametrize("first", [2, 3, 7])
def test_the_parts_of_a_season_add_up_to_the_year(first: int) -> None:
    """Thirds and sevenths of 70,000 leave fractions: none is lost, whatever month comes first."""
    weights = (first, 1, 1, 0, 5, 2, 1, 1, 1, 1, 1, 1)
    entries = proposal(months_from(APRIL, 12), seasons={CashItem.PAID_TAXES: weights})
    assert sum(one.yen for one in entries if one.item is CashItem.PAID_TAXES) == 70_000


def test_a_month_at_rest_gets_no_fraction_of_a_yen() -> None:
    """70,000 by 7 and ten times 3, of 37: floors of 13,243 and 5,675; February takes 5,682 and March stays at rest."""
    weights = (7, *[3] * 10, 0)
    entries = proposal(months_from(APRIL, 12), seasons={CashItem.PAID_TAXES: weights})
    taxes = [one.yen for one in entries if one.item is CashItem.PAID_TAXES]
    assert taxes == [13_243, *[5_675] * 9, 5_682]


def test_a_table_may_begin_within_a_year_and_reach_beyond_the_plan() -> None:
    february = date(2027, 2, 1)
    entries = proposal(months_from(february, 12))
    assert {one.month for one in entries} == {february, date(2027, 3, 1)}
    taxes = [one for one in entries if one.item is CashItem.PAID_TAXES]
    assert taxes == [
        CashEntry(february, CashItem.PAID_TAXES, 5_833),
        CashEntry(date(2027, 3, 1), CashItem.PAID_TAXES, 5_837),
    ]


def test_months_before_the_plan_get_nothing() -> None:
    january = date(2026, 1, 1)
    entries = proposal(months_from(january, 4))
    assert {one.month for one in entries} == {APRIL}


def test_a_year_may_end_in_any_month_of_any_length() -> None:
    for ends_on in (date(2026, 2, 28), date(2024, 2, 29), date(2026, 12, 31), date(2026, 6, 20)):
        first = months_from(ends_on, 2)[1]
        entries = proposal(months_from(ends_on, 14), base_ends_on=ends_on)
        assert {one.month for one in entries} == set(months_from(first, 12))


def test_a_year_without_figures_proposes_only_what_goes_on() -> None:
    figures = projected(company(), loans(), [1, 2])
    shown = months_from(APRIL, 24)
    entries = proposed_months(figures, loans(), base_ends_on=BASE_ENDS_ON, shown=shown, years=2, seasons={})
    assert {one.month.year * 12 + one.month.month for one in entries} == {2026 * 12 + n for n in range(4, 16)}


def _increases(figures: Figures, listed: list[Loan]) -> Mapping[int, int]:
    """Return by how much cash grows in each year: by the cash flow, or by what is known without a balance sheet."""
    if has_balance(figures, 0):
        return {line.id: line.amounts for line in cash_flow(figures, PLANNED)}["increase"]
    lent = {one.year: one.borrowed_yen - one.repaid_yen for one in totals(schedules(listed, PLANNED))}
    return {year: simple_cash_flow(figures, year) + lent.get(year, 0) for year in PLANNED}


weights = st.tuples(*[st.integers(0, 10**9)] * 12).filter(any)
any_seasons = st.dictionaries(st.sampled_from(CashItem), weights, max_size=3)


@often
@given(figures=any_figures, listed=any_loans(), seasons=any_seasons)
def test_the_months_of_every_plan_bring_what_its_cash_flow_says(
    figures: Figures, listed: list[Loan], seasons: Seasons
) -> None:
    found = projected(figures, listed, PLANNED)
    increases = _increases(found, listed)
    for year in PLANNED:
        items = yearly_items(found, listed, year)
        assert all(yen >= 0 for yen in items.values())
        assert sum(direction(item) * yen for item, yen in items.items()) == increases[year]
    shown = months_from(APRIL, 36)
    entries = proposed_months(found, listed, base_ends_on=BASE_ENDS_ON, shown=shown, years=3, seasons=seasons)
    table = cash_table(entries, starts_on=APRIL, months=36, opening_yen=found.get((CASH, 0), 0))
    closing = [found.get((CASH, 0), 0) + sum(increases[one] for one in PLANNED if one <= year) for year in PLANNED]
    assert [table.months[12 * year - 1].closing_yen for year in PLANNED] == closing
    if has_balance(found, 0):
        assert closing == [found[CASH, year] for year in PLANNED]
    assert all(one.yen > 0 for one in entries)
