from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import Section
from cases.rules.accounts import ASSETS, CLAIMS, accounts
from cases.rules.indicators import (
    Adjustment,
    RealLine,
    adjustment_total,
    insolvency_cured,
    real_lines,
    real_net_assets,
)
from cases.rules.statements import Figures, projected, section_total
from tests.cases.plan_rules.company import YEARS, any_figures, company, loans, often, yen

# Receivables that will not be paid, a pension that the books lack, missing depreciation, land worth more.
ADJUSTMENTS = (
    Adjustment("receivables", -2_000_000),
    Adjustment("other_fixed_liabilities", 1_500_000),
    Adjustment("accumulated_depreciation", 800_000),
    Adjustment("tangible_assets", 300_000),
)


def test_the_real_net_assets_of_the_company() -> None:
    # 0 − 2,000 − 1,500 − 800 + 300
    assert adjustment_total(ADJUSTMENTS) == -4_000_000
    assert real_net_assets(company(), ADJUSTMENTS) == -4_000_000
    assert real_net_assets(company(), ()) == 0
    # Year 1 earns 2,430.
    assert real_net_assets(projected(company(), loans(), [1]), ADJUSTMENTS, 1) == -1_570_000


def test_the_real_sheet_shows_book_adjustment_and_value() -> None:
    lines = {line.account: line for line in real_lines(company(), ADJUSTMENTS)}
    assert lines["receivables"] == RealLine("receivables", "売上債権", 12_000_000, -2_000_000)
    assert lines["receivables"].real_yen == 10_000_000
    assert lines["other_fixed_liabilities"] == RealLine("other_fixed_liabilities", "その他の固定負債", 0, 1_500_000)
    assert lines["accumulated_depreciation"].real_yen == 18_800_000
    assert lines["cash"].adjustment_yen == 0
    assert "deferred_assets" not in lines
    assert "sales" not in lines


def test_several_adjustments_of_one_account_add_up() -> None:
    twice = (Adjustment("stock", -100), Adjustment("stock", -50))
    (line,) = (one for one in real_lines(company(), twice) if one.account == "stock")
    assert line.adjustment_yen == -150
    assert adjustment_total(twice) == -150


@pytest.mark.parametrize(
    ("account", "effect"),
    [
        ("stock", 100),
        ("allowance", -100),
        ("accumulated_depreciation", -100),
        ("payables", -100),
        ("officer_loans", -100),
        ("capital", 100),
        ("gone", 0),
        # An account of profit and loss has no place in a sheet.
        ("sales", 0),
        ("rent", 0),
        ("closing_stock", 0),
    ],
)
def test_what_a_hundred_more_on_an_account_does(account: str, effect: int) -> None:
    assert adjustment_total([Adjustment(account, 100)]) == effect


@pytest.mark.parametrize(
    ("net", "shown", "remark"),
    [
        ((-50, -20, 0, 30), "計画2年目", ""),
        ((-50, 1, 20, 30), "計画1年目", ""),
        ((-50, 1, -20, 30), "計画1年目", "計画2年目に再び債務超過になります。"),
        ((-50, -40, -30, -1), "計画期間内に解消しません", ""),
        ((0, 1, 2, 3), "債務超過ではありません", ""),
        ((9, 5, -2, 3), "基準年度は債務超過ではありませんが、計画2年目に債務超過になります", ""),
    ],
)
def test_the_year_in_which_the_insolvency_is_cured(net: tuple[int, ...], shown: str, remark: str) -> None:
    # Half of it is an adjustment: the books show 1,000 more than is there.
    figures = {("retained_earnings", year): amount + 1_000 for year, amount in enumerate(net)}
    adjustments = [Adjustment("investments", -1_000)]
    found = insolvency_cured(figures, adjustments, YEARS)
    assert found.shown == shown
    assert found.note.endswith(remark or "最初の計画年度です。")
    assert insolvency_cured(figures, [], YEARS).shown == "債務超過ではありません"


def test_a_plan_of_the_company_that_cures_nothing_in_time() -> None:
    found = projected(company(), loans(), [1])
    assert insolvency_cured(found, ADJUSTMENTS, [0, 1]).shown == "計画期間内に解消しません"
    assert insolvency_cured(found, ADJUSTMENTS[3:], [0, 1]).shown == "債務超過ではありません"
    assert insolvency_cured(found, ADJUSTMENTS[:1], [0, 1]).shown == "計画1年目"


@often
@given(
    figures=any_figures,
    adjustments=st.lists(st.builds(Adjustment, st.sampled_from(sorted(accounts())), yen), max_size=8),
)
def test_the_real_sheet_and_the_total_say_the_same(figures: Figures, adjustments: list[Adjustment]) -> None:
    lines = real_lines(figures, adjustments)
    moved = 0
    for line in lines:
        account = accounts()[line.account]
        side = -1 if account.section in CLAIMS - {Section.NET_ASSETS} else 1
        moved += side * account.factor * line.adjustment_yen
        assert account.section in ASSETS | CLAIMS
        assert line.book_yen or line.adjustment_yen
    assert moved == adjustment_total(adjustments)
    assert real_net_assets(figures, adjustments) == section_total(figures, Section.NET_ASSETS, 0) + moved
    found = insolvency_cured(figures, adjustments, YEARS)
    if found.value is not None:
        year = int(found.value)
        assert real_net_assets(figures, adjustments, year) >= 0
        assert all(real_net_assets(figures, adjustments, before) < 0 for before in range(year))
