from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings

from cases.enums import Statement
from cases.rules.accounts import accounts
from cases.rules.repayment import Loan, LoanChange, schedules, totals
from cases.rules.statements import (
    CASH,
    LONG_TERM,
    RETAINED,
    SHORT_TERM,
    Figures,
    FlowRow,
    Line,
    LineKind,
    Profit,
    cash_flow,
    has_balance,
    imbalances,
    profit,
    projected,
    total_assets,
    total_claims,
)
from cases.rules.wear import WORN
from tests.cases.plan_rules.company import (
    BALANCE_0,
    PLANNED,
    YEARS,
    M,
    any_figures,
    any_loans,
    company,
    loans,
    of_year,
    often,
)


def flow(figures: Figures, years: Sequence[int] = tuple(YEARS)) -> dict[str, dict[int, int]]:
    """Return the cash flow by row and year."""
    return {line.id: dict(line.amounts) for line in cash_flow(figures, years)}


def test_a_plan_without_a_planned_sheet_carries_the_balances_on() -> None:
    found = projected(company(), loans(), [0, 1])
    # 7,000 + net profit 2,430 + depreciation 2,800 − repaid 1,750
    assert found[CASH, 1] == 10_480_000
    assert found[RETAINED, 1] == -10_000_000 + 2_430_000
    assert found[LONG_TERM, 1] == 33_250_000
    assert found[SHORT_TERM, 1] == 5_000_000
    assert found["receivables", 1] == 12_000_000
    # 18,000 + depreciation of the year 2,800: what wears out is not bought anew unless somebody plans it.
    assert found[WORN, 1] == 20_800_000
    assert imbalances(found, [0, 1]) == ()


def test_the_cash_flow_of_the_company() -> None:
    rows = flow(projected(company(), loans(), [0, 1]), [0, 1])
    assert {row: amounts[1] // 1000 for row, amounts in rows.items() if amounts[1]} == {
        "profit_before_tax": 2_500,
        "taxes": -70,
        "depreciation": 2_800,
        "operating": 5_230,
        "loans": -1_750,
        "financial": -1_750,
        "increase": 3_480,
        "opening_cash": 7_000,
        "closing_cash": 10_480,
    }
    assert all(list(amounts) == [1] for amounts in rows.values()), "there is no sheet before year 0"


def test_balances_that_were_entered_move_cash_the_other_way() -> None:
    sheet = BALANCE_0 | {"receivables": 13_000, "stock": 8_500, "payables": 7_400, "accumulated_depreciation": 20_800}
    entered = of_year(1, {name: yen for name, yen in sheet.items() if name not in {CASH, RETAINED}})
    found = projected(company() | entered, loans(), [1])
    rows = flow(found, [1])
    # 10,480 − receivables 1,000 + stock 500 + payables 400; no asset bought: the sheet shows all of the depreciation.
    assert found[CASH, 1] == (10_480 - 1_000 + 500 + 400) * 1000
    assert rows["receivables"] == {1: -1_000_000}
    assert rows["stock"] == {1: 500_000}
    assert rows["payables"] == {1: 400_000}
    assert rows["investment"] == {1: 0}


def test_other_balances_officers_and_capital_have_their_rows() -> None:
    moved = {
        ("other_current_assets", 1): 700_000,
        ("other_current_liabilities", 1): 4_300_000,
        ("allowance", 1): 150_000,
        ("other_fixed_liabilities", 1): 50_000,
        ("officer_loans", 1): 2_000_000,
        ("capital", 1): 12_000_000,
        ("deferred_assets", 1): 600_000,
        ("investments", 1): 2_500_000,
    }
    rows = flow(projected(company() | moved, loans(), [1]), [1])
    # − 80 more advances + 300 + allowance 30 + 50
    assert rows["other_balances"] == {1: 300_000}
    assert rows["officer_loans"] == {1: -1_000_000}
    assert rows["equity"] == {1: 2_000_000}
    # − deferred 600 + deposits back 500
    assert rows["investment"] == {1: -100_000}
    assert rows["difference"] == {1: 0}


def test_fixed_assets_wear_out_year_by_year_unless_a_balance_is_entered() -> None:
    spent = {("depreciation", year): 3_000_000 for year in PLANNED} | {("factory_depreciation", 2): 500_000}
    found = projected(company() | spent, [], PLANNED)
    # 18,000 + 3,000 + 3,500 + 3,000
    assert [found[WORN, year] for year in PLANNED] == [21_000_000, 24_500_000, 27_500_000]
    assert flow(found)["investment"] == {1: 0, 2: 0, 3: 0}
    # What is entered holds, and the next year goes on from it: 1,000 less worn than planned is an asset bought.
    entered = projected(company() | spent | {(WORN, 2): 23_500_000}, [], PLANNED)
    assert [entered[WORN, year] for year in PLANNED] == [21_000_000, 23_500_000, 26_500_000]
    assert flow(entered)["investment"] == {1: 0, 2: -1_000_000, 3: 0}


def test_profit_and_depreciation_are_the_cash_of_a_year_in_which_nothing_else_moves() -> None:
    # Profit 2,000, depreciation 3,000: cash grows by 5,000, and nothing is bought that nobody planned.
    figures = of_year(0, BALANCE_0) | of_year(1, {"sales": 5_000, "depreciation": 3_000})
    found = projected(figures, [], [1])
    assert found[CASH, 1] - found[CASH, 0] == 5_000_000
    assert flow(found, [1])["investment"] == {1: 0}


def test_assets_booked_at_what_is_left_do_not_wear_out_twice() -> None:
    # Without accumulated depreciation in the books an entered 19,200 holds the year's 2,800 already.
    books = company() | {(WORN, 0): 0, ("tangible_assets", 0): 22_000_000}
    found = projected(books | {("tangible_assets", 1): 19_200_000}, loans(), [1, 2])
    assert (found[WORN, 1], found[WORN, 2]) == (0, 0)
    assert found[CASH, 1] == 10_480_000
    # Without an entry they wear out as others do.
    assert projected(books, loans(), [1])[CASH, 1] == 10_480_000


def test_without_a_balance_sheet_borrowings_are_those_of_the_loans_alone() -> None:
    bare = {key: yen for key, yen in company().items() if accounts()[key[0]].statement is Statement.PROFIT}
    loan = Loan(1, 1, "証書貸付", 30 * M, changes=(LoanChange(1, repaid_yen=2 * M), LoanChange(2, repaid_yen=2 * M)))
    found = projected(bare, [loan], [0, 1, 2])
    assert [found[LONG_TERM, year] for year in (1, 2)] == [28_000_000, 26_000_000]
    assert not has_balance(found, 0)
    assert not has_balance(found, 2)
    assert has_balance(projected(company(), [], [1]), 1)
    # Nobody knows what the balances were: no year has a cash flow.
    assert all(amounts == {} for amounts in flow(found, [0, 1, 2]).values())


def test_an_entry_of_zero_is_zero_and_no_entry_is_as_before() -> None:
    figures = company() | {("receivables", 2): 0}
    found = projected(figures, [], PLANNED)
    assert [found["receivables", year] for year in (1, 2, 3)] == [12_000_000, 0, 0]
    assert [found["stock", year] for year in (1, 2, 3)] == [9_000_000] * 3
    # Profit and loss is not carried on: year 2 earns nothing.
    assert ("sales", 2) not in found
    assert profit(found, Profit.NET, 2) == 0


def test_what_was_entered_for_derived_accounts_gives_way() -> None:
    entered = {(CASH, 1): 99, (RETAINED, 1): 99, (LONG_TERM, 1): 99, (SHORT_TERM, 1): 99}
    found = projected(company() | entered, loans(), [1])
    assert found == projected(company(), loans(), [1])
    assert 99 not in found.values()


def test_closed_years_stay_as_they_were() -> None:
    figures = company() | {(CASH, -1): 5, ("sales", -2): 7, (CASH, 0): 1}
    found = projected(figures, loans(), YEARS)
    assert {key: yen for key, yen in found.items() if key[1] <= 0} == {
        key: yen for key, yen in figures.items() if key[1] <= 0
    }
    assert projected(figures, loans(), [-2, -1, 0]) == figures
    assert figures == company() | {(CASH, -1): 5, ("sales", -2): 7, (CASH, 0): 1}


def test_years_between_are_projected_even_where_only_the_last_is_asked_for() -> None:
    assert projected(company(), loans(), [3]) == projected(company(), loans(), [1, 2, 3])


def test_without_a_list_of_loans_the_entered_borrowings_hold() -> None:
    found = projected(company() | {(LONG_TERM, 1): 30_000_000}, [], [1])
    assert found[LONG_TERM, 1] == 30_000_000
    assert flow(found, [1])["loans"] == {1: -5_000_000}


def test_borrowings_beyond_the_listed_loans_stay_as_they_are() -> None:
    # 40,000 in the books; only the 20,000 of one bank are listed, of which 1,000 are repaid.
    found = projected(company(), loans()[:1], [1])
    assert found[SHORT_TERM, 1] == 5_000_000
    assert found[LONG_TERM, 1] == 34_000_000
    assert flow(found, [1])["loans"] == {1: -1_000_000}


def test_the_part_due_within_a_year_follows_the_list_of_loans() -> None:
    # The books show 5,000 of the long loans as due within a year; all 40,000 are listed as long.
    listed = [Loan(1, 1, "証書貸付", 40 * M, changes=(LoanChange(1, repaid_yen=5 * M),))]
    found = projected(company(), listed, [1])
    assert (found[SHORT_TERM, 1], found[LONG_TERM, 1]) == (0, 35_000_000)
    assert flow(found, [1])["loans"] == {1: -5_000_000}


def test_a_loan_listed_above_the_books_moves_cash_by_its_repayments_only() -> None:
    listed = [Loan(1, 1, "証書貸付", 50 * M, changes=(LoanChange(1, borrowed_yen=3 * M, repaid_yen=5 * M),))]
    found = projected(company(), listed, [1])
    assert found[SHORT_TERM, 1] + found[LONG_TERM, 1] == 38_000_000
    assert flow(found, [1])["loans"] == {1: -2_000_000}


def test_a_base_year_out_of_balance_is_seen_in_the_cash_flow_of_year_1_only() -> None:
    figures = company() | {("stock", 0): 9_300_000}
    found = projected(figures, loans(), PLANNED)
    assert [one.year for one in imbalances(found, range(4))] == [0]
    # 300 of assets that nobody financed: they are missing in the cash that makes the next sheet balance.
    assert flow(found)["difference"] == {1: -300_000, 2: 0, 3: 0}
    assert found[CASH, 1] == 10_480_000 - 300_000


def test_cash_below_zero_is_not_hidden() -> None:
    found = projected(company() | {("sales", 1): 90_000_000}, loans(), [1])
    assert found[CASH, 1] == 10_480_000 - 14_000_000
    assert flow(found, [1])["closing_cash"] == {1: -3_520_000}


def test_the_cash_flow_of_closed_years_needs_both_sheets() -> None:
    before = of_year(-1, BALANCE_0 | {"cash": 9_000, "retained_earnings": -7_830, "long_term_loans": 34_830})
    rows = flow(company() | before, [-2, -1, 0])
    assert list(rows["increase"]) == [0]
    assert rows["opening_cash"] == {0: 9_000_000}
    assert rows["closing_cash"] == {0: 7_000_000}
    # Retained earnings fell by 2,170, the loss was 2,070: 100 of dividend.
    assert rows["equity"] == {0: -100_000}
    assert rows["loans"] == {0: 170_000}
    assert rows["difference"] == {0: 0}


def test_the_rows_of_the_cash_flow_are_named_and_ordered() -> None:
    lines: tuple[Line, ...] = cash_flow(company(), [1])
    assert [line.id for line in lines] == list(FlowRow)
    assert [line.label for line in lines if line.kind is LineKind.SECTION] == [
        "営業活動によるキャッシュフロー",
        "投資活動によるキャッシュフロー",
        "財務活動によるキャッシュフロー",
    ]
    assert [line.label for line in lines if line.kind is LineKind.RESULT] == [
        "現金及び預金の増減",
        "期末の現金及び預金",
    ]


def assert_worn(figures: Figures, found: Figures, year: int) -> None:
    """Assert that assets wear out by the year's depreciation where nobody entered them; else see `test_wear`."""
    grown = found[WORN, year] - found.get((WORN, year - 1), 0)
    spent = found.get(("depreciation", year), 0) + found.get(("factory_depreciation", year), 0)
    if (WORN, year) in figures:
        assert found[WORN, year] == figures[WORN, year]
    elif figures.get((WORN, 0)) or not {("tangible_assets", year), ("intangible_assets", year)} & figures.keys():
        assert grown == spent


def assert_statements_agree(figures: Figures, listed: list[Loan]) -> None:
    """Assert that every planned year balances and that cash is what the cash flow says."""
    found = projected(figures, listed, YEARS)
    assert imbalances(found, PLANNED) == ()
    rows = flow(found)
    base_gap = total_assets(figures, 0) - total_claims(figures, 0)
    for year in PLANNED:
        net = profit(found, Profit.NET, year)
        assert found[RETAINED, year] == found.get((RETAINED, year - 1), 0) + net
        assert_worn(figures, found, year)
        if not has_balance(figures, 0):
            assert all(year not in amounts for amounts in rows.values())
            continue
        opening = found.get((CASH, year - 1), 0)
        parts = rows["operating"][year] + rows["investing"][year] + rows["financial"][year]
        gap = -base_gap if year == 1 else 0
        assert rows["difference"][year] == gap
        assert found[CASH, year] == opening + parts + gap
        assert rows["closing_cash"][year] == found[CASH, year]
        assert rows["profit_before_tax"][year] + rows["taxes"][year] == net


@often
@given(figures=any_figures, listed=any_loans())
@example(figures={}, listed=[])
def test_the_three_statements_balance_in_every_planned_year_of_every_plan(figures: Figures, listed: list[Loan]) -> None:
    assert_statements_agree(figures, listed)


@pytest.mark.nightly
@settings(max_examples=5_000, deadline=None)
@given(figures=any_figures, listed=any_loans())
def test_the_three_statements_balance_in_thousands_of_plans(figures: Figures, listed: list[Loan]) -> None:
    assert_statements_agree(figures, listed)


@often
@given(figures=any_figures, listed=any_loans())
def test_borrowings_change_by_what_the_repayment_plan_says(figures: Figures, listed: list[Loan]) -> None:
    found = projected(figures, listed, PLANNED)
    if not listed:
        return
    rows = flow(found, PLANNED)["loans"]
    for one in totals(schedules(listed, PLANNED)):
        if has_balance(figures, 0):
            assert rows[one.year] == one.borrowed_yen - one.repaid_yen
        else:
            assert found[SHORT_TERM, one.year] + found[LONG_TERM, one.year] == one.closing_yen


@often
@given(figures=any_figures, listed=any_loans())
def test_a_projection_of_a_projection_changes_nothing(figures: Figures, listed: list[Loan]) -> None:
    found = projected(figures, listed, PLANNED)
    assert projected(found, listed, PLANNED) == found
    balances = {one.id for one in accounts().values() if one.statement is Statement.BALANCE}
    assert {(account, year) for account in balances for year in PLANNED} <= found.keys()
    assert all(found[key] == yen for key, yen in figures.items() if key[0] not in balances)


@often
@given(figures=any_figures)
def test_the_cash_flow_of_closed_years_adds_up_whatever_the_books_say(figures: Figures) -> None:
    rows = flow(figures, [-1, 0])
    for year in rows["increase"]:
        parts = ("operating", "investing", "financial", "difference")
        assert sum(rows[part][year] for part in parts) == rows["increase"][year]
        assert rows["closing_cash"][year] == figures.get((CASH, year), 0)
        assert rows["opening_cash"][year] == figures.get((CASH, year - 1), 0)
        before = total_assets(figures, year - 1) - total_claims(figures, year - 1)
        assert rows["difference"][year] == total_assets(figures, year) - total_claims(figures, year) - before
