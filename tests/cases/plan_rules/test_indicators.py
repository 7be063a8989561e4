from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.accounts import accounts
from cases.rules.indicators import (
    LOCAL_BENCHMARK_SOURCE,
    NEGATIVE_EBITDA,
    NET_CASH,
    USUAL,
    Adjustment,
    BreakEven,
    Indicator,
    Unit,
    break_even,
    break_even_indicators,
    debt_repayment_years,
    ebitda,
    insolvency_cured,
    local_benchmark,
    ordinary_profit_year,
    simple_cash_flow,
    working_capital,
)
from cases.rules.repayment import Loan, LoanChange
from cases.rules.statements import Figures, projected
from tests.cases.plan_rules.company import PLANNED, YEARS, any_figures, company, loans, often

# A base year with a balance sheet: what rests on balances is reckoned with it only.
BOOKS = {("capital", 0): 1}


def benchmark(figures: Figures, year: int = 1, employees: int | None = 8) -> dict[str, Indicator]:
    return {one.id: one for one in local_benchmark({**BOOKS, **figures}, year, employees=employees)}


def plan() -> dict[tuple[str, int], int]:
    return projected(company(), loans(), [1])


def test_the_six_indicators_of_the_company() -> None:
    found = benchmark(plan())
    assert [(one.label, one.value) for one in found.values()] == [
        ("売上増加率", Fraction(4, 100)),
        ("営業利益率", Fraction(2_900, 104_000)),
        ("労働生産性", Fraction(2_900_000, 8)),
        # 38,250 − 10,480 over 2,900 + 2,800
        ("EBITDA有利子負債倍率", Fraction(27_770, 5_700)),
        # (12,000 + 9,000 − 7,000) over a twelfth of 104,000
        ("営業運転資本回転期間", Fraction(14_000 * 12, 104_000)),
        # 10,000 − 7,570 over 54,000 + cash 3,480 − depreciation 2,800
        ("自己資本比率", Fraction(2_430, 54_680)),
    ]
    assert [one.shown for one in found.values()] == ["4.0%", "2.8%", "362,500円", "4.9倍", "1.6か月", "4.4%"]
    assert all(LOCAL_BENCHMARK_SOURCE in one.note for one in found.values())
    assert all(one.text == "" for one in found.values())


def test_no_sales_have_no_rates() -> None:
    found = benchmark({("salaries", 1): 5, ("receivables", 1): 7})
    # Nobody filled in the sales of the year: they did not shrink to nothing.
    assert found["sales_growth"].shown == "売上高が未入力です"
    assert benchmark({("sales", 1): 5})["sales_growth"].shown == "前年の売上高がないため算定できません"
    assert found["operating_margin"].shown == "売上高がないため算定できません"
    assert found["working_capital_months"].shown == "売上高がないため算定できません"
    assert found["sales_growth"].value is None
    assert found["equity_ratio"].value == 0


def test_sales_that_shrink_or_vanish_have_a_negative_growth() -> None:
    assert benchmark({("sales", 0): 200, ("sales", 1): 150})["sales_growth"].shown == "△25.0%"
    assert benchmark({("sales", 0): 200, ("sales", 1): 0})["sales_growth"].shown == "△100.0%"
    assert benchmark({("sales", 0): 200})["sales_growth"].shown == "売上高が未入力です"
    assert benchmark({("sales", 0): 200, ("sales_returns", 0): 200})["sales_growth"].value is None


@pytest.mark.parametrize("employees", [None, 0, -1])
def test_without_employees_there_is_no_productivity(employees: int | None) -> None:
    found = benchmark(plan(), employees=employees)["labour_productivity"]
    assert found.value is None
    assert found.shown == "従業員数が未入力または0人のため算定できません"


@pytest.mark.parametrize(
    ("debt", "cash", "loss", "shown"),
    [
        (100, 30, 0, "7.0倍"),
        (100, 100, 0, NET_CASH),
        (0, 5, 0, NET_CASH),
        (100, 30, 10, "償却前利益が0円のため算定できません"),
        (100, 30, 25, NEGATIVE_EBITDA),
        # More cash than debt stays true beside a loss.
        (30, 100, 25, NET_CASH),
    ],
)
def test_debt_beside_earnings_says_what_a_number_cannot(debt: int, cash: int, loss: int, shown: str) -> None:
    figures = {
        ("long_term_loans", 1): debt,
        ("cash", 1): cash,
        ("sales", 1): 10,
        ("rent", 1): loss,
        # Depreciation lowers the profit and is added again; what is not operating does not count.
        ("depreciation", 1): 4,
        ("non_operating_income", 1): 999,
    }
    assert ebitda(figures, 1) == 10 - loss
    assert benchmark(figures)["debt_to_ebitda"].shown == shown


def test_loans_of_officers_are_no_borrowings() -> None:
    figures = {("officer_loans", 1): 500, ("sales", 1): 10}
    assert benchmark(figures)["debt_to_ebitda"].shown == NET_CASH
    assert "役員借入金は含みません" in benchmark(figures)["debt_to_ebitda"].note
    assert debt_repayment_years({**BOOKS, **figures}, 1).shown == "要償還債務がありません"


def test_negative_net_assets_are_a_negative_ratio_and_no_assets_none() -> None:
    found = benchmark({("cash", 1): 100, ("long_term_loans", 1): 125, ("retained_earnings", 1): -25})
    assert found["equity_ratio"].shown == "△25.0%"
    assert benchmark({})["equity_ratio"].shown == "総資産がないため算定できません"
    assert benchmark({("cash", 1): -1})["equity_ratio"].value is None


def test_a_working_capital_below_zero_is_a_negative_period() -> None:
    figures = {("sales", 1): 1_200, ("payables", 1): 250}
    assert working_capital(figures, 1) == -250
    assert benchmark(figures)["working_capital_months"].shown == "△2.5か月"


def test_the_years_of_repayment_of_the_company() -> None:
    found = debt_repayment_years(plan(), 1)
    # 38,250 − 10,480 − working capital 14,000 = 13,770 over 2,500 + 2,800 − 70 = 5,230
    assert found.value == Fraction(13_770, 5_230)
    assert found.shown == "2.6年"
    assert USUAL in found.note
    assert "目安" in found.note


def test_the_years_of_repayment_without_a_number() -> None:
    lossy = debt_repayment_years(company(), 0)
    # 40,000 − 7,000 − 14,000 is owed; − 2,000 + 3,000 − 70 = 930 repays it in 20.4 years
    assert lossy.value == Fraction(19_000, 930)
    worse = company() | {("rent", 0): 5_000_000}
    assert debt_repayment_years(worse, 0).shown == "返済の原資となるキャッシュフローがないため算定できません"
    rich = company() | {("cash", 0): 26_000_000}
    assert debt_repayment_years(rich, 0).shown == "要償還債務がありません"


def test_a_negative_working_capital_does_not_add_to_the_debt() -> None:
    figures = {("long_term_loans", 1): 100, ("payables", 1): 40, ("sales", 1): 10}
    assert debt_repayment_years({**BOOKS, **figures}, 1).value == 10


def test_net_profit_and_depreciation() -> None:
    assert simple_cash_flow(company(), 0) == -2_070_000 + 3_000_000
    assert simple_cash_flow(company(), 1) == 2_430_000 + 2_800_000


@pytest.mark.parametrize(
    ("profits", "shown", "remark"),
    [
        ((-5, -1, 0, 3), "計画3年目", ""),
        ((-5, 1, 2, 3), "計画1年目", ""),
        ((0, 1, 2, 3), "計画1年目", ""),
        ((-5, 2, -1, 3), "計画1年目", "計画2年目に再び黒字でなくなります。"),
        ((-5, -4, -3, 0), "計画期間内に黒字化しません", ""),
        ((5, 1, 2, 3), "基準年度から経常黒字です", ""),
        ((5, 1, 0, 3), "基準年度は経常黒字ですが、計画2年目に黒字でなくなります", ""),
    ],
)
def test_the_year_of_the_turn(profits: tuple[int, ...], shown: str, remark: str) -> None:
    figures = {("non_operating_income", year): yen for year, yen in enumerate(profits)}
    found = ordinary_profit_year(figures, YEARS)
    assert found.shown == shown
    assert found.note.endswith(remark or "最初の計画年度です。")
    assert (found.value is None) == (not shown.startswith("計画") or "しません" in shown)


def test_the_break_even_of_the_company() -> None:
    found = break_even(company(), 0)
    # Variable 59,000 of 100,000; fixed 57,000 + 44,500 − 59,000 = 42,500; 42,500 ÷ 0.41 = 103,658.5… thousand
    assert (found.variable_yen, found.fixed_yen) == (59_000_000, 42_500_000)
    assert found.point_yen == 103_658_537
    assert found.safety == Fraction(100_000_000 - 103_658_537, 100_000_000)
    assert found.text == ""
    assert "目安" in found.note


@pytest.mark.parametrize(
    ("sales", "purchases", "rent", "expected"),
    [
        (100, 60, 30, BreakEven(100, 60, 30, 75, Fraction(1, 4))),
        (100, 60, 0, BreakEven(100, 60, 0, 0, Fraction(1))),
        (100, 60, -5, BreakEven(100, 60, -5, 0, Fraction(1))),
        (3, 1, 1, BreakEven(3, 1, 1, 2, Fraction(1, 3))),
        (100, 100, 5, BreakEven(100, 100, 5, None, None, "変動費が売上高以上で限界利益がないため算定できません")),
        (100, 120, 5, BreakEven(100, 120, 5, None, None, "変動費が売上高以上で限界利益がないため算定できません")),
        (0, 0, 5, BreakEven(0, 0, 5, None, None, "売上高がないため算定できません")),
    ],
)
def test_break_even_at_its_ends(sales: int, purchases: int, rent: int, expected: BreakEven) -> None:
    assert break_even({("sales", 1): sales, ("purchases", 1): purchases, ("rent", 1): rent}, 1) == expected


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (Fraction(1, 3), Unit.RATE, "33.3%"),
        (Fraction(2, 3), Unit.RATE, "66.7%"),
        (Fraction(-2, 3), Unit.RATE, "△66.7%"),
        (Fraction(5, 100), Unit.TIMES, "0.1倍"),
        (Fraction(-5, 100), Unit.TIMES, "△0.1倍"),
        (Fraction(-4, 100), Unit.TIMES, "0.0倍"),
        (Fraction(12_345_678, 10), Unit.MONTHS, "1,234,567.8か月"),
        (Fraction(999, 100), Unit.YEARS, "10.0年"),
        (Fraction(-5, 2), Unit.YEN, "△3円"),
        (Fraction(2_469_135, 2), Unit.YEN, "1,234,568円"),
        (Fraction(4), Unit.PLAN_YEAR, "計画4年目"),
    ],
)
def test_values_are_shown_half_up(value: Fraction, unit: Unit, shown: str) -> None:
    assert Indicator("x", "指標", unit, value).shown == shown
    assert Indicator("x", "指標", unit, None, text="なし").shown == "なし"


def bare() -> dict[tuple[str, int], int]:
    """Return the company without its balance sheet: profit and loss, and one loan of 30 million."""
    figures = {key: yen for key, yen in company().items() if accounts()[key[0]].profit_sign}
    loan = Loan(1, 1, "証書貸付", 30_000_000, changes=(LoanChange(1, repaid_yen=2_000_000),))
    return projected(figures, [loan], [1])


def test_without_a_balance_sheet_nothing_that_rests_on_one_is_told() -> None:
    for year in (0, 1):
        found = {one.id: one for one in local_benchmark(bare(), year, employees=8)}
        resting = [
            *(found[name] for name in ("debt_to_ebitda", "working_capital_months", "equity_ratio")),
            debt_repayment_years(bare(), year),
            insolvency_cured(bare(), [Adjustment("receivables", -5)], [0, 1]),
        ]
        assert {one.shown for one in resting} == {"基準年度の貸借対照表がないため算定できません"}
        assert {one.brief for one in resting} == {"算定不可"}
        assert found["operating_margin"].value is not None
    assert {one.id: one.shown for one in local_benchmark(bare(), 1, employees=8)}["sales_growth"] == "4.0%"


@pytest.mark.parametrize(
    ("text", "brief", "reason"),
    [
        (NEGATIVE_EBITDA, "算定不可", NEGATIVE_EBITDA),
        (NET_CASH, NET_CASH, ""),
        ("売上高が未入力です", "売上高が未入力です", ""),
        ("要償還債務がありません", "要償還債務がありません", ""),
    ],
)
def test_a_long_sentence_leaves_the_table_for_a_note(text: str, brief: str, reason: str) -> None:
    one = Indicator("x", "指標", Unit.RATE, None, text=text)
    assert (one.brief, one.reason) == (brief, reason)
    assert (Indicator("x", "指標", Unit.RATE, Fraction(1)).brief, one.shown) == ("100.0%", text)


def test_the_break_even_among_the_indicators() -> None:
    point, safety = break_even_indicators(company(), 0)
    # 100,000,000 of sales, 103,658,537 needed
    assert [(one.label, one.shown) for one in (point, safety)] == [
        ("損益分岐点売上高", "103,658,537円"),
        ("安全余裕率", "△3.7%"),
    ]
    assert [one.brief for one in break_even_indicators({}, 0)] == ["算定不可"] * 2


@often
@given(figures=any_figures, employees=st.none() | st.integers(-5, 500))
def test_every_plan_has_a_number_or_a_sentence_for_every_indicator(figures: Figures, employees: int | None) -> None:
    found = projected(figures, [], PLANNED)
    for year in PLANNED:
        shown = [*local_benchmark(found, year, employees=employees), debt_repayment_years(found, year)]
        assert len(shown) == 7
        for one in (*shown, ordinary_profit_year(found, YEARS)):
            assert (one.value is None) == bool(one.text)
            assert one.shown
            assert one.note
        point = break_even(found, year)
        assert (point.point_yen is None) == bool(point.text)
        if point.point_yen is not None:
            margin = Fraction(point.sales_yen - point.variable_yen, point.sales_yen)
            # One yen less of sales would not cover the fixed costs.
            assert point.point_yen * margin >= point.fixed_yen
            assert point.point_yen == 0 or (point.point_yen - 1) * margin < point.fixed_yen
