"""The books and the plan of the demonstration balance, agree with each other, and tell one story on any day."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest

from cases.enums import CashItem
from cases.rules.statements import Profit, imbalances, profit, total_assets, total_claims
from monitoring.rules.follow_up import deviation_rule
from monitoring.rules.variance import Comparison, compare
from vapup.demonstration.books import PAST, Times, closed_years, described, past_of
from vapup.demonstration.ledger import MONTHS, add_months, spread, year_figures
from vapup.demonstration.office import DAYS_TO_FIRST_PERIOD, FOLDER
from vapup.demonstration.planned import FOLLOWED, Written, times_of, write_books
from vapup.demonstration.planning import YEARS, interest_of, plan_told, repayments_of, seasonal
from vapup.demonstration.story import period_days

TODAY = date(2026, 11, 19)
# Days of every month, so that the fiscal year ends in each of them, and first and last days of months.
DAYS = tuple(
    date(2026, month, day)
    for month, day in zip(range(1, 13), (1, 28, 31, 30, 2, 15, 31, 1, 29, 12, 30, 31), strict=True)
)
CONSULTED, LENGTHS = 520, [6, 3, 3, 6]
SALES_LOST = ["sales", "purchases", "subcontracting"]


def test_the_days_of_these_tests_are_those_of_the_case() -> None:
    rows = tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))["case"]
    (row,) = (one for one in rows if (one["enterprise"], one["frame"]) == FOLLOWED)
    assert row["consulted"] == CONSULTED
    assert [one["months"] for one in row["periods"]] == LENGTHS


@cache
def story(today: date) -> tuple[Times, Written]:
    """Return the books as written on a day; they are made once for all tests."""
    times = times_of(today - timedelta(days=CONSULTED), DAYS_TO_FIRST_PERIOD, today)
    return times, write_books(times)


def as_figures(amounts: Mapping[str, int], year: int = 0) -> dict[tuple[str, int], int]:
    """Return amounts as the rules take them."""
    return {(name, year): yen for name, yen in amounts.items()}


def planned(written: Written) -> dict[tuple[str, int], int]:
    """Return the plan's profit and loss by account and year."""
    return {key: yen for year, amounts in written.plan.items() for key, yen in as_figures(amounts, year).items()}


def compared(today: date) -> list[Comparison]:
    """Return plan and actual of the three periods that are reported on."""
    times, written = story(today)
    actual = {(name, one.month): yen for one in written.ledger.months for name, yen in one.figures.items()}
    first = today - timedelta(days=CONSULTED - DAYS_TO_FIRST_PERIOD)
    return [
        compare(
            period=period,
            plan=planned(written),
            base_ends_on=times.base_ends_on,
            years=YEARS,
            plan_number=1,
            actual=actual,
            rule=deviation_rule(period[1]),
        )
        for period in period_days(first, LENGTHS)[:3]
    ]


@pytest.mark.parametrize("today", DAYS)
def test_the_books_balance_every_month_and_cash_is_what_flowed(today: date) -> None:
    months = story(today)[1].ledger.months
    assert len(months) >= 3 * MONTHS + 13
    before = None
    for one in months:
        figures = as_figures(one.figures)
        assert total_assets(figures, 0) == total_claims(figures, 0), one.month
        assert one.balance["short_term_loans"] + one.balance["long_term_loans"] == sum(one.owed.values())
        net = sum(-yen if item.value.startswith("paid") else yen for item, yen in one.cash.items())
        assert before is None or one.balance["cash"] == before.balance["cash"] + net
        assert before is None or one.month == add_months(before.month, 1)
        assert min(one.cash.values()) >= 0, one.month
        assert min(yen for name, yen in one.figures.items() if name != "retained_earnings") >= 0, one.month
        before = one
    assert min(one.balance["cash"] for one in months) > 40_000_000  # two weeks of sales at the least


def test_interest_follows_from_what_is_owed() -> None:
    told = {one["key"]: one["rate"] for one in plan_told()["loan"]}
    months = story(TODAY)[1].ledger.months
    for before, one in pairwise(months):
        assert one.profit["interest"] == sum(yen * told[key] // 120_000 for key, yen in before.owed.items())
    # A loan of 380,000,000 yen at 1.60 % costs 506,666 yen a month.
    assert 380_000_000 * 160 // 120_000 == 506_666


@pytest.mark.parametrize("today", DAYS)
def test_closed_years_are_the_sums_of_their_months_and_those_described(today: date) -> None:
    times, written = story(today)
    years = closed_years(written.ledger.months, times)
    assert list(years) == [-2, -1, 0, 1]
    for year, yen in past_of(described("kitazawa")).items():
        assert {name: years[year][name] for name in yen} == yen
    own = [one for one in written.ledger.months if times.first_month(1) <= one.month <= times.year_end(1)]
    assert years[1]["sales"] == sum(one.profit["sales"] for one in own)
    assert years[1]["cash"] == own[-1].balance["cash"]
    assert years[1] == year_figures(own)


@pytest.mark.parametrize("today", DAYS)
def test_debt_falls_by_the_repayments_until_the_standstill(today: date) -> None:
    times, written = story(today)
    owed = {one.month: sum(one.owed.values()) for one in written.ledger.months}
    assert owed[times.base_ends_on.replace(day=1)] == 980_000_000
    # Before the plan 6,500,000 yen a month: 3.0 + 1.2 + 0.9 + 1.4 million.
    assert owed[times.first_month(0)] == 980_000_000 + 11 * 6_500_000
    # In the first planned year 45,000,000 yen, shared by the balances.
    assert owed[times.year_end(1).replace(day=1)] == 935_000_000
    later = [owed[month] for month in owed if month >= add_months(times.standstill, -1)]
    assert len(set(later)) == 1


@pytest.mark.parametrize("today", DAYS)
def test_the_year_ends_with_the_first_period_whatever_day_it_is(today: date) -> None:
    times, written = story(today)
    first, second, third, fourth = period_days(today - timedelta(days=CONSULTED - DAYS_TO_FIRST_PERIOD), LENGTHS)
    assert times.follow_up == first[0]
    assert times.year_end(1) == first[1]
    assert times.year_end(2) == fourth[1]
    assert second[1] < today - timedelta(days=24)  # its report is finished, and the lenders were told
    assert third[0] < today < fourth[0]
    assert written.ledger.months[-1].month == times.last_month >= second[1].replace(day=1)


@pytest.mark.parametrize("today", DAYS)
def test_only_the_lost_orders_are_marked(today: date) -> None:
    good, lost, running = compared(today)
    assert [one.id for one in good.large] == []
    assert [one.id for one in lost.large] == SALES_LOST
    assert (len(good.months), len(good.missing), len(lost.missing)) == (6, 0, 0)
    assert [one.id for one in running.large] == (SALES_LOST if running.compared else [])
    sales, operating = lost.row("sales"), lost.row("operating_profit")
    assert sales is not None
    assert operating is not None
    assert sales.is_worse
    assert sales.achieved.startswith("7")  # three quarters of the plan
    assert (operating.plan_yen or 0) > 0 > (operating.actual_yen or 0)


@pytest.mark.parametrize("today", DAYS)
def test_what_the_reports_say_in_words_holds_on_any_day(today: date) -> None:
    _, lost, _ = compared(today)
    months = {one.month: one for one in story(today)[1].ledger.months}
    closing = months[lost.months[-1]]
    sales = lost.row("sales")
    assert sales is not None
    assert 10 * (sales.actual_yen or 0) <= 8 * (sales.plan_yen or 0)  # 計画を2割以上下回った
    assert 10 * closing.balance["cash"] > 9 * closing.profit["sales"]  # ほぼ月商の水準
    assert closing.balance["capital"] + closing.balance["retained_earnings"] < 0  # 純資産は簿価でもマイナスとなった
    first_year = closed_years(story(today)[1].ledger.months, story(today)[0])[1]
    loss = profit(as_figures(first_year), Profit.ORDINARY, 0)
    assert round(loss, -6) == -27_000_000
    plan = planned(story(today)[1])
    assert round(loss - profit(plan, Profit.ORDINARY, 1), -6) == -7_000_000
    assert round(loss - profit(plan, Profit.ORDINARY, 0), -6) == 23_000_000


def test_seasons_move_the_sales_but_not_the_half_years() -> None:
    times, written = story(TODAY)
    sales = [one.profit["sales"] for one in written.ledger.months if one.month >= times.first_month(0)][:MONTHS]
    assert sum(sales) == 1_240_000_000
    assert sum(sales[:6]) == sum(sales[6:])
    assert max(sales) > 1.1 * min(sales)
    august = next(one.month for one in written.ledger.months if one.month.month == 8)
    by_month = {one.month: one.profit["sales"] for one in written.ledger.months}
    assert by_month[august] < by_month[add_months(august, 1)]


def test_the_plan_is_the_base_year_with_measures_and_assumptions() -> None:
    plan = planned(story(TODAY)[1])
    # 1,240 + 12 + 16 − 14 − 18 million of sales in the first year; 1,240 + 76 + 32 − 28 − 36 in the fifth.
    assert [plan["sales", year] for year in (0, 1, 5)] == [1_240_000_000, 1_236_000_000, 1_284_000_000]
    ordinary = [profit(plan, Profit.ORDINARY, year) for year in range(6)]
    assert ordinary == sorted(ordinary)
    assert [yen > 0 for yen in ordinary] == [False, False, True, True, True, True]
    assert all(plan["interest", year] == yen for year, yen in interest_of(plan_told()).items())


def test_repayments_are_shared_by_the_balances() -> None:
    found = repayments_of(plan_told())
    assert {year: sum(one.values()) for year, one in found.items()} == {
        year: yen * 1_000 for year, yen in zip(YEARS, plan_told()["repayments"]["total"], strict=True)
    }
    # 45,000,000 × 380 ÷ 980 = 17,448,979, and 8,265,306 of 180: whole thousands, the rest goes to the largest loan.
    assert found[1]["main"] == 17_451_000
    assert found[1]["third"] == 8_265_000
    assert all(yen % 1_000 == 0 for one in found.values() for yen in one.values())


@pytest.mark.parametrize(
    ("yen", "weights", "parts"), [(100, [1, 1, 1], [33, 33, 34]), (7, [0, 7], [0, 7]), (0, [3], [0])]
)
def test_an_amount_is_spread_without_a_rest(yen: int, weights: list[int], parts: list[int]) -> None:
    assert spread(yen, weights) == parts
    assert sum(spread(-1_001, [5, 3, 2])) == -1_001


def test_bonuses_move_personnel_costs_within_half_a_year() -> None:
    first = date(2026, 1, 1)
    months = [add_months(first, place) for place in range(MONTHS)]
    even = {(month, CashItem.PAID_PERSONNEL): 30_000_000 for month in months}
    found = seasonal(even | {(first, CashItem.COLLECTED): 5}, first)
    assert sum(found[month, CashItem.PAID_PERSONNEL] for month in months[:6]) == 180_000_000
    assert found[date(2026, 6, 1), CashItem.PAID_PERSONNEL] > 1.4 * found[first, CashItem.PAID_PERSONNEL]
    assert found[first, CashItem.COLLECTED] == 5


def test_the_years_of_the_draft_balance_and_follow_each_other() -> None:
    years = past_of(described("yamada"))
    figures = {key: yen for year, amounts in years.items() for key, yen in as_figures(amounts, year).items()}
    assert imbalances(figures, PAST) == ()
    for year in PAST[1:]:
        grown = figures["retained_earnings", year] - figures["retained_earnings", year - 1]
        assert grown == profit(figures, Profit.NET, year)
        worn = figures["accumulated_depreciation", year] - figures["accumulated_depreciation", year - 1]
        assert worn == figures["factory_depreciation", year] + figures["depreciation", year]
        assert figures["long_term_loans", year - 1] - figures["long_term_loans", year] == 28_000_000  # as the case says
    # What the case tells of them: three losses, and a simple cash flow of 9,000,000 yen.
    assert all(profit(figures, Profit.ORDINARY, year) < 0 for year in PAST)
    worn = figures["factory_depreciation", 0] + figures["depreciation", 0]
    assert profit(figures, Profit.NET, 0) + worn == 9_000_000
