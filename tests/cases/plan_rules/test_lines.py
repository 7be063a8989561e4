from __future__ import annotations

from hypothesis import given

from cases.enums import Section, Trait
from cases.rules.accounts import ASSETS, CLAIMS, accounts
from cases.rules.statements import (
    Figures,
    Imbalance,
    LineKind,
    Profit,
    balance_lines,
    imbalances,
    profit,
    profit_lines,
    section_total,
    total_assets,
    total_claims,
    total_liabilities,
    trait_total,
)
from tests.cases.plan_rules.company import YEARS, any_figures, company, often


def thousands(figures: Figures, which: Profit, year: int = 0) -> int:
    yen = profit(figures, which, year)
    assert yen % 1000 == 0
    return yen // 1000


def test_the_profits_of_the_company() -> None:
    # 100,000 − (8,000 + 52,000 + 6,000 − 9,000) = 43,000; − 44,500 = −1,500; + 400 − 900 = −2,000; − 70 = −2,070
    assert thousands(company(), Profit.GROSS) == 43_000
    assert thousands(company(), Profit.OPERATING) == -1_500
    assert thousands(company(), Profit.ORDINARY) == -2_000
    assert thousands(company(), Profit.BEFORE_TAX) == -2_000
    assert thousands(company(), Profit.NET) == -2_070


def test_extraordinary_items_come_after_the_ordinary_profit() -> None:
    figures = company() | {("extraordinary_income", 0): 3_000_000, ("extraordinary_loss", 0): 500_000}
    assert thousands(figures, Profit.ORDINARY) == -2_000
    assert thousands(figures, Profit.BEFORE_TAX) == 500
    assert thousands(figures, Profit.NET) == 430


def test_sales_returns_lower_the_sales_and_purchase_returns_the_cost() -> None:
    figures = {("sales", 1): 100, ("sales_returns", 1): 7, ("purchases", 1): 60, ("purchase_returns", 1): 5}
    assert section_total(figures, Section.SALES, 1) == 93
    assert section_total(figures, Section.COST_OF_SALES, 1) == 55
    assert profit(figures, Profit.GROSS, 1) == 38


def test_the_profits_count_ever_more_sections() -> None:
    sizes = [len(which.sections) for which in Profit]
    assert sizes == [2, 3, 5, 7, 8]
    assert Profit.GROSS.sections == {Section.SALES, Section.COST_OF_SALES}
    assert Profit.NET.sections - Profit.BEFORE_TAX.sections == {Section.INCOME_TAXES}
    assert [which.label for which in Profit] == [
        "売上総利益",
        "営業利益",
        "経常利益",
        "税引前当期純利益",
        "当期純利益",
    ]


def test_the_lines_of_profit_and_loss_follow_the_statement() -> None:
    lines = profit_lines(company(), [0, 1])
    results = [
        (line.label, line.amounts[0] // 1000, line.amounts[1] // 1000) for line in lines if line.kind == "result"
    ]
    assert results == [
        ("売上総利益", 43_000, 45_500),
        ("営業利益", -1_500, 2_900),
        ("経常利益", -2_000, 2_500),
        ("税引前当期純利益", -2_000, 2_500),
        ("当期純利益", -2_070, 2_430),
    ]
    labels = [line.label for line in lines]
    assert labels[:4] == ["売上高", "売上値引・戻り高", "売上高合計", "期首棚卸高"]
    assert labels.index("売上原価合計") + 1 == labels.index("売上総利益")
    assert labels.index("販売費及び一般管理費合計") + 1 == labels.index("営業利益")
    assert labels.index("営業外費用合計") + 1 == labels.index("経常利益")
    assert labels[-1] == "当期純利益"


def test_the_lines_of_the_balance_sheet_end_each_side_with_its_total() -> None:
    lines = balance_lines(company(), [0])
    results = [(line.id, line.label, line.amounts[0] // 1000) for line in lines if line.kind is LineKind.RESULT]
    assert results == [
        ("total_assets", "資産合計", 54_000),
        ("total_liabilities", "負債合計", 54_000),
        ("total_claims", "負債・純資産合計", 54_000),
    ]
    sections = {line.id: line.amounts[0] // 1000 for line in lines if line.kind is LineKind.SECTION}
    assert sections == {
        "current_assets": 28_500,
        "fixed_assets": 25_500,
        "deferred_assets": 0,
        "current_liabilities": 16_000,
        "fixed_liabilities": 38_000,
        "net_assets": 0,
    }


def test_every_account_has_one_line_in_one_statement() -> None:
    lines = (*profit_lines({}, [0]), *balance_lines({}, [0]))
    shown = [line.id for line in lines if line.kind is LineKind.ACCOUNT]
    assert shown == list(accounts())
    # A section and an account may have one name (sales): their kind tells them apart.
    assert len({(line.kind, line.id) for line in lines}) == len(lines)
    assert all(line.amounts == {0: 0} for line in lines)


def test_amounts_keep_the_direction_of_the_account() -> None:
    lines = {line.id: line for line in balance_lines(company(), [0]) if line.kind is LineKind.ACCOUNT}
    assert lines["accumulated_depreciation"].amounts == {0: 18_000_000}
    assert lines["tangible_assets"].amounts == {0: 40_000_000}
    assert lines["retained_earnings"].amounts == {0: -10_000_000}


def test_totals_by_trait() -> None:
    figures = company()
    assert trait_total(figures, Trait.PERSONNEL, 0) == 27_000_000
    assert trait_total(figures, Trait.DEBT, 0) == 40_000_000
    assert trait_total(figures, Trait.OFFICER_DEBT, 0) == 3_000_000
    # 8,000 + 52,000 + 6,000 − 9,000 + freight 2,000
    assert trait_total(figures, Trait.VARIABLE, 0) == 59_000_000
    assert trait_total(figures, Trait.VARIABLE, 5) == 0


def test_a_sheet_that_does_not_balance_is_told_with_both_totals() -> None:
    figures = company() | {("cash", 0): 6_900_000}
    assert imbalances(company(), [0]) == ()
    (found,) = imbalances(figures, [0])
    assert found == Imbalance(0, assets_yen=53_900_000, claims_yen=54_000_000)
    assert found.difference_yen == -100_000
    assert found.text == "資産合計 53,900,000円と負債・純資産合計 54,000,000円が一致しません(差額 △100,000円)。"


def test_accounts_that_the_chart_does_not_know_count_nowhere() -> None:
    figures = company() | {("gone", 0): 5_000_000}
    assert profit(figures, Profit.NET, 0) == profit(company(), Profit.NET, 0)
    assert imbalances(figures, [0]) == ()
    assert "gone" not in {line.id for line in (*profit_lines(figures, [0]), *balance_lines(figures, [0]))}


@often
@given(figures=any_figures)
def test_sections_and_results_always_add_up(figures: Figures) -> None:
    sign = {one.id: one.profit_sign for one in accounts().values()}
    for year in YEARS:
        assert profit(figures, Profit.NET, year) == sum(
            sign[account] * yen for (account, held), yen in figures.items() if held == year
        )
        assert total_assets(figures, year) == sum(section_total(figures, one, year) for one in ASSETS)
        assert total_claims(figures, year) == sum(section_total(figures, one, year) for one in CLAIMS)
        net = section_total(figures, Section.NET_ASSETS, year)
        assert total_liabilities(figures, year) + net == total_claims(figures, year)


@often
@given(figures=any_figures)
def test_lines_show_the_same_totals_as_the_functions(figures: Figures) -> None:
    years = list(YEARS)
    lines = {
        (line.kind, line.id): line.amounts for line in (*profit_lines(figures, years), *balance_lines(figures, years))
    }
    for which in Profit:
        assert lines[LineKind.RESULT, which.value] == {year: profit(figures, which, year) for year in years}
    for section in Section:
        assert lines[LineKind.SECTION, section.value] == {year: section_total(figures, section, year) for year in years}
    found = {one.year for one in imbalances(figures, years)}
    assets, claims = lines[LineKind.RESULT, "total_assets"], lines[LineKind.RESULT, "total_claims"]
    assert found == {year for year in years if assets[year] != claims[year]}
