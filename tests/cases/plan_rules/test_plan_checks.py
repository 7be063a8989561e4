from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given

from cases.enums import Statement
from cases.rules.accounts import accounts
from cases.rules.plan_checks import Doubt, Finding, findings, year_name
from cases.rules.repayment import Loan, LoanChange
from cases.rules.statements import Figures, has_balance, projected
from tests.cases.plan_rules.company import YEARS, M, any_figures, any_loans, company, loans, often
from vapup.shared.money import format_yen


def found(extra: Figures | None = None, listed: list[Loan] | None = None) -> list[Finding]:
    chosen = loans() if listed is None else listed
    return list(findings(projected(company() | dict(extra or {}), chosen, [0, 1]), chosen, [0, 1]))


def test_a_plan_whose_numbers_agree_has_no_finding() -> None:
    assert found() == []
    assert found(listed=[]) == []


def test_a_closed_year_that_does_not_balance() -> None:
    (one,) = found({("payables", 0): 7_000_100})
    assert (one.doubt, one.year, one.found_yen, one.other_yen) == (Doubt.UNBALANCED, 0, 54_000_000, 54_000_100)
    assert one.text.startswith("基準年度:資産合計 54,000,000円と負債・純資産合計 54,000,100円が一致しません")


def test_loans_that_are_not_those_of_the_books() -> None:
    (one,) = found(listed=loans()[:2])
    assert one == Finding(
        Doubt.LOANS_NOT_LISTED,
        0,
        "基準年度:借入金の明細の合計 35,000,000円と、貸借対照表の借入金 40,000,000円が"
        "一致しません(差額 △5,000,000円)。",
        35_000_000,
        40_000_000,
    )


def test_more_repaid_than_owed() -> None:
    changed = replace(loans()[2], changes=(LoanChange(1, repaid_yen=6 * M),))
    (one,) = found(listed=[*loans()[:2], changed])
    assert (one.doubt, one.year, one.found_yen, one.other_yen) == (Doubt.OVERPAID, 1, 6 * M, 5 * M)
    assert "第一銀行 手形貸付" in one.text


def test_cash_below_zero_in_a_planned_year() -> None:
    # 10,480 − 11,000 thousand
    (one,) = found({("sales", 1): 93_000_000})
    assert (one.doubt, one.found_yen) == (Doubt.NEGATIVE_CASH, -520_000)
    assert one.text == "計画1年目:期末の現金及び預金が △520,000円となり、520,000円不足します。"


def test_stock_of_the_cost_of_sales_beside_that_of_the_sheets() -> None:
    opening, closing = found({("opening_stock", 1): 8_000_000, ("stock", 1): 9_200_000})
    assert opening.text == "計画1年目:期首棚卸高 8,000,000円と、前期末の期末棚卸高 9,000,000円が一致しません。"
    assert closing.text == "計画1年目:期末棚卸高 9,000,000円と、貸借対照表の棚卸資産 9,200,000円が一致しません。"
    assert (opening.doubt, closing.doubt) == (Doubt.OPENING_STOCK, Doubt.CLOSING_STOCK)
    assert (closing.found_yen, closing.other_yen) == (9_000_000, 9_200_000)


def test_a_cost_of_sales_without_stock_contradicts_no_stock() -> None:
    # A control that holds 0 stands for no stock in the cost of sales: services, or purchases net of it.
    none = {("opening_stock", 1): 0, ("closing_stock", 1): 0}
    assert found({**none, ("sales", 1): 104_000_000}) == []


@pytest.mark.parametrize("typed", [{("opening_stock", 1): 0}, {}])
def test_a_year_that_closes_with_stock_opens_with_that_of_the_year_before(typed: Figures) -> None:
    # Year 1 left its opening stock out: the cost of sales lacks 9,000 thousand, the profit is too high by as much.
    years = {key: yen for key, yen in company().items() if key != ("opening_stock", 1)} | dict(typed)
    (one,) = findings(projected(years, loans(), [1]), loans(), [1])
    assert (one.doubt, one.found_yen, one.other_yen) == (Doubt.OPENING_STOCK, 0, 9_000_000)
    assert one.text == "計画1年目:期首棚卸高 0円と、前期末の期末棚卸高 9,000,000円が一致しません。"


def test_a_year_that_sold_all_of_its_stock_has_none_in_its_sheet() -> None:
    (one,) = found({("closing_stock", 1): 0, ("sales", 1): 120_000_000})
    assert (one.doubt, one.found_yen, one.other_yen) == (Doubt.CLOSING_STOCK, 0, 9_000_000)


def test_a_plan_without_a_balance_sheet_contradicts_none() -> None:
    # P/L and loans alone, as the early stage of the scheme asks for: no cash, no books, no stock of a sheet.
    bare = {key: yen for key, yen in company().items() if accounts()[key[0]].statement is Statement.PROFIT}
    assert findings(projected(bare, loans(), [1]), loans(), [0, 1]) == ()
    # A year that nobody planned yet lacks no interest.
    assert findings(projected({}, loans(), [1]), loans(), [0, 1]) == ()


def test_more_written_off_than_was_ever_bought() -> None:
    bought = company()["tangible_assets", 0] + company().get(("intangible_assets", 0), 0)
    (one,) = found({("accumulated_depreciation", 1): bought + 1, ("retained_earnings", 1): 0})
    assert (one.doubt, one.year, one.found_yen, one.other_yen) == (Doubt.WORN_OUT, 1, bought + 1, bought)
    assert one.text.startswith(
        f"計画1年目:減価償却累計額 {bought + 1:,}円が、有形・無形固定資産 {bought:,}円を超えています。"
    )
    assert found({("accumulated_depreciation", 1): bought}) == []


def test_less_interest_planned_than_the_loans_cost() -> None:
    # The loans cost 734,375 in year 1; 800,000 are planned.
    assert found({("interest", 1): 734_375}) == []
    (one,) = found({("interest", 1): 734_374})
    assert one.doubt is Doubt.INTEREST
    assert one.text == (
        "計画1年目:損益計画の支払利息 734,374円が、返済計画から計算した利息 734,375円を下回っています。"
    )


def test_findings_follow_the_years() -> None:
    extra = {("payables", 0): 1, ("sales", 1): 50_000_000, ("interest", 1): 0}
    assert [one.year for one in found(extra)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("year", "name"), [(-2, "2期前"), (-1, "1期前"), (0, "基準年度"), (1, "計画1年目"), (10, "計画10年目")]
)
def test_years_have_names(year: int, name: str) -> None:
    assert year_name(year) == name
    assert name in year_name(year)


@often
@given(figures=any_figures, listed=any_loans())
@example(figures={("interest", -2): -1}, listed=[])
@example(figures={("accumulated_depreciation", 0): 1, ("intangible_assets", 0): -2}, listed=[])
def test_every_plan_is_read_to_its_end(figures: Figures, listed: list[Loan]) -> None:
    plan = projected(figures, listed, YEARS)
    all_found = findings(plan, listed, list(YEARS))
    assert [one.year for one in all_found] == sorted(one.year for one in all_found)
    for one in all_found:
        assert f"{format_yen(one.found_yen)}円" in one.text
        assert one.doubt is Doubt.NEGATIVE_CASH or f"{format_yen(one.other_yen)}円" in one.text
        assert one.found_yen != one.other_yen
        assert not (one.doubt is Doubt.UNBALANCED and one.year > 0)
    cash = [plan.get(("cash", year), 0) for year in YEARS if has_balance(plan, year)]
    assert sum(one.doubt is Doubt.NEGATIVE_CASH for one in all_found) == sum(yen < 0 for yen in cash)
