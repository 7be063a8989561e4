"""Plan against actual: the arithmetic of months, and what is marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.rules.follow_up import deviation_rule
from monitoring.rules.variance import (
    Comparison,
    VarianceRow,
    compare,
    month_share,
    months_of,
    plan_place,
    says_the_same,
)
from vapup.documents.payload import from_json, to_json

BASE = date(2025, 3, 31)
FIRST_HALF = (date(2025, 4, 1), date(2025, 9, 30))
# Year 1 (to 2026-03): sales 120,000,007, purchases 60,000,000, salaries 24,000,000; year 2 has 132,000,000 of sales.
PLAN = {
    ("cash", 0): 14_000_000,
    ("sales", 1): 120_000_007,
    ("purchases", 1): 60_000_000,
    ("salaries", 1): 24_000_000,
    ("sales", 2): 132_000_000,
    ("cash", 1): 15_000_000,
    ("long_term_loans", 1): 80_000_000,
}


def booked(months: list[date], **yen: int) -> dict[tuple[str, date], int]:
    return {(account, month): amount for account, amount in yen.items() for month in months}


def compared(
    actual: dict[tuple[str, date], int],
    *,
    period: tuple[date, date] = FIRST_HALF,
    years: range = range(1, 6),
    plan: dict[tuple[str, int], int] = PLAN,
) -> Comparison:
    return compare(
        period=period,
        plan=plan,
        base_ends_on=BASE,
        years=years,
        plan_number=2,
        actual=actual,
        rule=deviation_rule(period[1]),
    )


def amounts(found: Comparison, row_id: str) -> tuple[int | None, int | None, int | None]:
    row = found.row(row_id)
    assert row is not None
    return row.plan_yen, row.actual_yen, row.difference_yen


def months(first: int, last: int, year: int = 2025) -> list[date]:
    return [date(year, month, 1) for month in range(first, last + 1)]


def test_half_a_year_is_six_twelfths() -> None:
    # 120,000,007 × 6 / 12 = 60,000,003.5: the half yen waits for the next month.
    found = compared(booked(months(4, 9), sales=9_500_000, purchases=5_000_000, salaries=2_100_000))
    assert amounts(found, "sales") == (60_000_003, 57_000_000, -3_000_003)
    assert amounts(found, "purchases") == (30_000_000, 30_000_000, 0)
    # Gross profit: 60 - 30 = 30 million planned, 57 - 30 = 27 million earned.
    assert amounts(found, "gross_profit") == (30_000_003, 27_000_000, -3_000_003)
    # Operating profit: 30 - 12 = 18 planned; 27 - 12.6 = 14.4 earned.
    assert amounts(found, "operating_profit") == (18_000_003, 14_400_000, -3_600_003)
    assert (found.missing, found.unplanned, len(found.compared)) == ((), (), 6)


def test_the_other_half_of_the_year_has_the_rest() -> None:
    half = (date(2025, 10, 1), date(2026, 3, 31))
    found = compared(booked([*months(10, 12), *months(1, 3, 2026)], sales=10_000_000), period=half)
    assert amounts(found, "sales")[0] == 60_000_004  # 120,000,007 - 60,000,003


def test_a_period_may_span_two_years_of_the_plan() -> None:
    # January to March of year 1: 120,000,007 less 9/12 of it, 90,000,005; April to June of year 2: 3 × 11,000,000.
    found = compared(booked(months(1, 6, 2026), sales=1), period=(date(2026, 1, 1), date(2026, 6, 30)))
    assert amounts(found, "sales")[0] == 30_000_002 + 33_000_000


def test_missing_months_are_named_and_left_out_on_both_sides() -> None:
    found = compared(booked(months(4, 7), sales=10_000_000))
    assert found.missing == (date(2025, 8, 1), date(2025, 9, 1))
    assert amounts(found, "sales") == (40_000_002, 40_000_000, -2)  # 120,000,007 × 4 / 12 = 40,000,002.3
    # A month with nothing but balances has no result yet.
    found = compared({**booked(months(4, 7), sales=1), ("cash", date(2025, 8, 1)): 5})
    assert date(2025, 8, 1) in found.missing


def test_months_outside_of_the_plan_are_named() -> None:
    found = compared(booked(months(1, 6), sales=10_000_000), period=(date(2025, 1, 1), date(2025, 6, 30)))
    assert found.unplanned == tuple(months(1, 3))
    assert amounts(found, "sales") == (30_000_001, 30_000_000, -1)  # 120,000,007 × 3 / 12 = 30,000,001.75
    nothing = compared({}, period=(date(2024, 4, 1), date(2024, 9, 30)))
    assert (nothing.rows, len(nothing.missing), len(nothing.unplanned)) == ((), 6, 6)
    after = compared(booked(months(4, 9), sales=1), years=range(1, 1))
    assert (after.rows, len(after.unplanned)) == ((), 6)


def test_large_differences_are_marked_by_both_measures() -> None:
    # 10 % of the line and 1 % of planned sales (60,000,000 → 600,000).
    found = compared(booked(months(4, 9), sales=9_010_000, purchases=5_500_000, salaries=2_000_000, rent=99_999))
    marked = {one.id: (one.is_large, one.is_worse) for one in found.rows}
    assert marked["sales"] == (False, True)  # 5,940,000 less than planned: 9.9 %
    assert marked["purchases"] == (True, True)  # 3,000,000 more: 10.0 %
    assert marked["salaries"] == (False, False)
    assert marked["rent"] == (False, True)  # nothing was planned, but 599,994 are less than 1 % of sales
    assert marked["gross_profit"] == (True, True)
    # The profits follow from the purchases: only their cause is asked for.
    assert [one.id for one in found.large] == ["purchases"]
    better = compared(booked(months(4, 9), sales=11_000_001, purchases=5_000_000, salaries=2_000_000)).row("sales")
    assert better is not None
    assert (better.is_large, better.is_worse) == (True, False)


def test_a_profit_is_asked_about_where_no_account_explains_it() -> None:
    # Five kinds of cost, each 550,000 over a plan of nothing: below 1 % of 60,000,000, together 2,750,000 of profit.
    small = dict.fromkeys(("rent", "freight", "advertising", "utilities", "other_expenses"), 91_666)
    found = compared(booked(months(4, 9), sales=10_000_000, purchases=5_000_000, salaries=2_000_000, **small))
    assert [one.id for one in found.large] == ["operating_profit"]
    assert sum(one.is_large for one in found.rows) == 4 + 1  # the profits from there on, and the section


def test_the_total_of_one_account_is_not_repeated() -> None:
    found = compared(booked(months(4, 9), sales=10_000_000, purchases=5_000_000, salaries=2_000_000, rent=100_000))
    shown = [one.id for one in found.shown]
    assert shown[:3] == ["sales", "purchases", "gross_profit"]
    assert shown[3:6] == ["salaries", "rent", "section:selling_admin"]
    assert found.row("section:sales") is not None


def test_lines_without_any_amount_are_left_out() -> None:
    found = compared(booked(months(4, 9), sales=10_000_000))
    ids = [one.id for one in found.rows]
    assert ids[0] == "sales"
    assert {"gross_profit", "operating_profit", "ordinary_profit", "profit_before_tax", "net_profit"} <= set(ids)
    assert "subcontracting" not in ids


def test_balances_are_compared_at_the_end_of_a_planned_year_only() -> None:
    sheet = {("cash", date(2026, 3, 1)): 12_000_000, ("long_term_loans", date(2026, 3, 1)): 82_000_000}
    year = compared({**booked(months(4, 12), sales=1), **sheet}, period=(date(2025, 4, 1), date(2026, 3, 31)))
    assert amounts(year, "cash") == (15_000_000, 12_000_000, -3_000_000)
    assert amounts(year, "debt") == (80_000_000, 82_000_000, 2_000_000)
    # Less money and more debt than planned are both worse.
    assert [one.is_worse for one in year.balances] == [True, True]
    half = compared({**booked(months(4, 9), sales=1), ("cash", date(2025, 9, 1)): 9_000_000})
    assert amounts(half, "cash") == (None, 9_000_000, None)
    none = compared(booked(months(4, 9), sales=1))
    assert amounts(none, "cash") == (None, None, None)


def test_a_plan_without_a_balance_sheet_has_no_planned_balances() -> None:
    # Its cash and its debt are those that follow from a base year of zeros.
    bare = {key: yen for key, yen in PLAN.items() if key[1] != 0}
    sheet = {("cash", date(2026, 3, 1)): 12_000_000, ("long_term_loans", date(2026, 3, 1)): 82_000_000}
    actual = {**booked(months(4, 12), sales=1), **sheet}
    found = compared(actual, period=(date(2025, 4, 1), date(2026, 3, 31)), plan=bare)
    assert amounts(found, "cash") == (None, 12_000_000, None)
    assert amounts(found, "debt") == (None, 82_000_000, None)


@pytest.mark.parametrize(
    ("plan", "actual", "text"),
    [
        (1000, 964, "96.4%"),
        (3, 1, "33.3%"),
        (0, 5, ""),
        (-5, 5, ""),
        (1000, -50, ""),
        (None, 1, ""),
        (9, 9, "100.0%"),
    ],
)
def test_how_much_of_the_plan_was_reached(plan: int | None, actual: int, text: str) -> None:
    assert VarianceRow("x", "x", "account", plan, actual).achieved == text


def test_a_month_belongs_to_the_period_that_its_last_day_is_in() -> None:
    assert months_of(date(2025, 4, 15), date(2025, 6, 30)) == tuple(months(4, 6))
    assert months_of(date(2025, 4, 1), date(2025, 6, 29)) == tuple(months(4, 5))
    assert months_of(date(2025, 12, 1), date(2026, 1, 31)) == (date(2025, 12, 1), date(2026, 1, 1))
    assert months_of(date(2025, 4, 10), date(2025, 4, 20)) == ()


def test_the_place_of_a_month_in_the_plan() -> None:
    assert plan_place(date(2025, 4, 1), BASE) == (1, 0)
    assert plan_place(date(2026, 3, 1), BASE) == (1, 11)
    assert plan_place(date(2026, 4, 1), BASE) == (2, 0)
    assert plan_place(date(2025, 3, 1), BASE) == (0, 11)
    assert plan_place(date(2024, 3, 1), BASE) == (-1, 11)


@given(st.integers(-(10**13), 10**13))
def test_the_twelve_months_add_up_to_the_year(yen: int) -> None:
    shares = [month_share(yen, place) for place in range(12)]
    assert sum(shares) == yen
    # Any months from the first one on have their part of the year, its fraction dropped towards zero.
    for count in range(1, 13):
        part = Fraction(yen * count, 12)
        assert sum(shares[:count]) == int(part)
    assert all(abs(Fraction(yen, 12) - one) < 1 for one in shares)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 800), st.integers(0, 800))
def test_each_month_is_in_one_of_two_adjoining_periods(first: date, one: int, two: int) -> None:
    middle, last = date.fromordinal(first.toordinal() + one), date.fromordinal(first.toordinal() + one + 1 + two)
    after = date.fromordinal(middle.toordinal() + 1)
    assert months_of(first, middle) + months_of(after, last) == months_of(first, last)


def test_a_comparison_is_stored_and_read_back() -> None:
    found = compared(booked(months(4, 8), sales=9_500_000))
    assert from_json(Comparison, to_json(found)) == found
    assert "計画比10%以上" in found.rule


def with_row(found: Comparison, row_id: str, **changed: object) -> Comparison:
    """Return a comparison with a line of it changed."""

    def of(rows: tuple[VarianceRow, ...]) -> tuple[VarianceRow, ...]:
        return tuple(replace(row, **changed) if row.id == row_id else row for row in rows)  # type: ignore[arg-type]

    return replace(found, rows=of(found.rows), balances=of(found.balances))


WHOLE_YEAR = (date(2025, 4, 1), date(2026, 3, 31))


def test_what_was_reckoned_in_another_way_says_the_same() -> None:
    live = compared(booked(months(4, 9), sales=9_500_000, purchases=5_000_000, cash=14_000_000))
    assert says_the_same(live, live)
    # Six floors of a twelfth of 120,000,007: 6 × 10,000,000; its sums and marks follow.
    old = with_row(live, "sales", plan_yen=60_000_000, is_large=True)
    assert says_the_same(with_row(old, "gross_profit", plan_yen=30_000_000, is_worse=False), live)
    assert says_the_same(with_row(live, "sales", plan_yen=60_000_003 - 6), live)
    assert not says_the_same(with_row(live, "sales", plan_yen=60_000_003 - 7), live)
    # A line without a whole yen in any month was left out.
    bare = replace(live, rows=tuple(row for row in live.rows if row.id != "salaries"))
    tiny = with_row(live, "salaries", plan_yen=5, actual_yen=0)
    assert says_the_same(bare, tiny)
    assert says_the_same(tiny, bare)
    assert not says_the_same(bare, live)


def test_books_that_changed_by_a_yen_do_not_say_the_same() -> None:
    books = booked(months(4, 9), sales=9_500_000, purchases=5_000_000, cash=14_000_000)
    kept = compared(books)
    assert not says_the_same(kept, compared(books | {("sales", date(2025, 5, 1)): 9_500_001}))
    assert not says_the_same(kept, compared(books | {("cash", date(2025, 9, 1)): 14_000_001}))
    # Of two lines that changed against each other the profit tells nothing.
    both = books | {("sales", date(2025, 5, 1)): 9_500_001, ("purchases", date(2025, 5, 1)): 5_000_001}
    assert not says_the_same(kept, compared(both))
    assert not says_the_same(kept, compared({key: yen for key, yen in books.items() if key[1].month != 9}))
    assert not says_the_same(kept, compared(books, years=range(2, 6)))


def test_planned_balances_that_changed_are_told_but_for_cash() -> None:
    last = [date(2026, 3, 1)]
    books = booked(last, sales=9_500_000, cash=14_000_000, long_term_loans=81_000_000)
    kept = compared(books, period=WHOLE_YEAR)
    assert amounts(kept, "debt")[0] == 80_000_000
    owed = compared(books, period=WHOLE_YEAR, plan=PLAN | {("long_term_loans", 1): 80_000_001})
    assert not says_the_same(kept, owed)
    # Cash follows from all the others: it moves where the way to reckon it does.
    cash = compared(books, period=WHOLE_YEAR, plan=PLAN | {("cash", 1): 15_000_001})
    assert says_the_same(kept, cash)


def test_a_period_of_less_than_a_month_has_nothing_to_compare() -> None:
    found = compared({}, period=(date(2025, 4, 1), date(2025, 4, 29)))
    assert (found.months, found.rows, found.balances) == ((), (), ())
