"""The cash flow of a plan's workbook is reckoned from its two statements, and follows when they are changed."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from cases.models import Plan
from cases.packets.plan_contents import plan_document
from cases.packets.plan_workbook import plan_workbook
from cases.rules.statements import CASH, FlowRow, cash_flow
from cases.selectors.plan.figures import sheet_of
from tests.cases.plan_papers.company import BALANCE, whole_plan
from tests.cases.plan_papers.reckoning import Book
from tests.cases.plans.making import make_figures
from vapup.accounts.models import Member

FLOW: Final = "キャッシュフロー計画"
ROWS: Final = {row: 4 + place for place, row in enumerate(FlowRow)}


@pytest.fixture
def plan(consultant: Member) -> Plan:
    return whole_plan(consultant)


def book_of(plan: Plan) -> Book:
    return Book(plan_workbook(plan_document(plan), lender="七十七銀行", own=[], made_on=date(2025, 10, 1)))


def column_of(year: int) -> str:
    """Return the column of a year: −2 is the first after the labels, B."""
    return "BCDEFGHI"[year + 2]


def flow(book: Book, year: int) -> dict[FlowRow, int]:
    return {row: int(book.value(FLOW, f"{column_of(year)}{at}")) for row, at in ROWS.items()}


def change(book: Book, sheet: str, label: str, year: int, yen: int) -> None:
    book.book[sheet][f"{column_of(year)}{book.row(sheet, label)}"].value += yen


def assert_equal_to_the_rules(plan: Plan, *, years: range, unknown: range) -> None:
    book, lines = book_of(plan), cash_flow(sheet_of(plan).figures, plan.all_years)
    assert [book.book[FLOW][f"A{at}"].value for at in ROWS.values()] == [line.label for line in lines]
    for line in lines:
        cells = [book.value(FLOW, f"{column_of(year)}{ROWS[FlowRow(line.id)]}") for year in years]
        assert cells == [line.amounts[year] for year in years], line.label
        assert not set(unknown) & set(line.amounts)
        assert all(book.book[FLOW][f"{column_of(year)}{ROWS[FlowRow(line.id)]}"].value is None for year in unknown)


def test_the_cash_flow_reckons_to_the_yen_what_the_page_shows(plan: Plan) -> None:
    # Of the closed years only the base year has a balance sheet, so that the flow begins with the first planned year.
    assert_equal_to_the_rules(plan, years=range(1, 6), unknown=range(-2, 1))
    formulas = [text for sheet, _, text in book_of(plan).formulas() if sheet == FLOW]
    assert len(formulas) == 18 * 5  # every row of every planned year


def test_closed_years_with_both_sheets_have_a_flow_and_a_sheet_that_does_not_balance_shows(plan: Plan) -> None:
    # The base year balances; the year before has 1,500,001 yen more of stock and of nothing else.
    make_figures(plan, {**BALANCE, "stock": BALANCE["stock"] + 1_500_001}, year=-1)
    assert_equal_to_the_rules(plan, years=range(6), unknown=range(-2, 0))
    base = flow(book_of(plan), 0)
    assert base[FlowRow.STOCK] == 1_500_001
    assert base[FlowRow.OPENING] == base[FlowRow.CLOSING] == BALANCE[CASH]
    parts = (FlowRow.OPERATING, FlowRow.INVESTING, FlowRow.FINANCIAL, FlowRow.DIFFERENCE)
    assert sum(base[one] for one in parts) == base[FlowRow.INCREASE] == 0
    assert base[FlowRow.DIFFERENCE] != 0


def test_an_amount_changed_on_another_sheet_goes_through_to_the_cash_flow(plan: Plan) -> None:
    book = book_of(plan)
    before = {year: flow(book, year) for year in (1, 2, 3)}
    change(book, "損益計画", "売上高", 1, 1_000_000)  # earned in cash
    change(book, "貸借対照表", "売上債権", 2, 500_000)  # not collected by the end of year 2, but in year 3
    change(book, "貸借対照表", "有形固定資産", 3, 300_000)  # bought
    moved = {
        year: {row: yen - before[year][row] for row, yen in flow(book, year).items() if yen != before[year][row]}
        for year in before
    }
    assert moved[1] == {
        FlowRow.BEFORE_TAX: 1_000_000,
        FlowRow.OPERATING: 1_000_000,
        FlowRow.INCREASE: 1_000_000,
        FlowRow.CLOSING: 1_000_000,
    }
    assert moved[2] == {
        FlowRow.RECEIVABLES: -500_000,
        FlowRow.OPERATING: -500_000,
        FlowRow.INCREASE: -500_000,
        FlowRow.OPENING: 1_000_000,
        FlowRow.CLOSING: 500_000,  # 1,000,000 of year 1 less 500,000
    }
    assert moved[3] == {
        FlowRow.RECEIVABLES: 500_000,
        FlowRow.OPERATING: 500_000,
        FlowRow.INVESTMENT: -300_000,
        FlowRow.INVESTING: -300_000,
        FlowRow.INCREASE: 200_000,
        FlowRow.OPENING: 500_000,
        FlowRow.CLOSING: 700_000,  # 1,000,000 − 500,000 + 500,000 − 300,000
    }


def test_the_cash_of_the_flow_is_that_of_the_balance_sheet(plan: Plan) -> None:
    book = book_of(plan)
    cash = book.row("貸借対照表", "現金及び預金")
    for year in range(1, 6):
        assert flow(book, year)[FlowRow.CLOSING] == book.value("貸借対照表", f"{column_of(year)}{cash}")


def test_without_a_balance_sheet_of_the_base_year_there_is_no_sheet_of_cash_flow(plan: Plan) -> None:
    plan.figures.filter(account__in=BALANCE, year__lte=0).delete()
    assert FLOW not in book_of(plan).book.sheetnames
