"""Indicators of a plan: marks to talk about (目安), never conditions that block anything.

Every value is an exact fraction; where a number has no meaning, a sentence says why. Years are those of the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from cases.enums import Section, Trait
from cases.rules.accounts import ASSETS, CLAIMS, accounts
from cases.rules.statements import (
    BASE_YEAR,
    Figures,
    Profit,
    has_balance,
    profit,
    section_total,
    total_assets,
    trait_total,
)
from vapup.shared.money import format_yen

LOCAL_BENCHMARK_SOURCE: Final = (
    "経済産業省 ローカルベンチマーク https://www.meti.go.jp/policy/economy/keiei_innovation/sangyokinyu/locaben/"
)
USUAL: Final = "一般に用いられる算式による目安です。金融機関により算式が異なります。"
NEGATIVE_EBITDA: Final = "償却前利益が赤字のため算定できません"
NET_CASH: Final = "実質無借金"
NO_BALANCE: Final = "基準年度の貸借対照表がないため算定できません"
IMPOSSIBLE: Final = "算定不可"
_CANNOT: Final = "算定できません"


class Unit(StrEnum):
    """What the value of an indicator counts, and so how it is shown."""

    RATE = "rate"
    YEN = "yen"
    TIMES = "times"
    MONTHS = "months"
    YEARS = "years"
    PLAN_YEAR = "plan_year"


_SUFFIX: Final = {Unit.RATE: "%", Unit.TIMES: "倍", Unit.MONTHS: "か月", Unit.YEARS: "年"}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Attributes:
        value: a rate of 1 is 100 %; None where a number has no meaning.
        text: why there is no number; "" where there is one.
        note: the definition, and what to keep in mind.
    """

    id: str
    label: str
    unit: Unit
    value: Fraction | None
    text: str = ""
    note: str = ""

    @property
    def shown(self) -> str:
        """The value as pages and papers print it (one decimal, half up), or the text."""
        if self.value is None:
            return self.text
        if self.unit is Unit.PLAN_YEAR:
            return f"計画{int(self.value)}年目"
        if self.unit is Unit.YEN:
            return f"{format_yen(_half_up(self.value))}円"
        return f"{_tenths(self.value * 100 if self.unit is Unit.RATE else self.value)}{_SUFFIX[self.unit]}"

    @property
    def reason(self) -> str:
        """Why there is no value, as a sentence for a note; "" where there is one, or a word in its place."""
        return self.text if self.text.endswith(_CANNOT) else ""

    @property
    def brief(self) -> str:
        """The value for a narrow column: 算定不可 where `reason` says why."""
        return IMPOSSIBLE if self.reason else self.shown


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What an account of the base year is worth above its book value (実態の調整), in the account's own direction.

    A receivable that is not worth 500 yen is -500; a debt of 500 that the books lack is 500; missing depreciation of
    500 is 500 on the accumulated depreciation. The last two lower the net assets.
    """

    account: str
    yen: int


@dataclass(frozen=True, slots=True)
class RealLine:
    """An account of the real balance sheet (実態貸借対照表), in yen."""

    account: str
    label: str
    book_yen: int
    adjustment_yen: int

    @property
    def real_yen(self) -> int:
        """Book value and adjustments."""
        return self.book_yen + self.adjustment_yen


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Break-even of a year, in yen: costs of goods and administration, split by the trait `variable`.

    Attributes:
        point_yen: the sales at which the operating profit is 0, rounded up; None where there is none.
        safety: how much of the sales lies above the point (安全余裕率); negative below it.
        text: why there is no point; "" where there is one.
    """

    sales_yen: int
    variable_yen: int
    fixed_yen: int
    point_yen: int | None
    safety: Fraction | None
    text: str = ""
    note: str = "営業利益を基準に、変動費とした科目以外の売上原価と販管費を固定費とした目安です。"


def local_benchmark(figures: Figures, year: int, *, employees: int | None) -> tuple[Indicator, ...]:
    """Return the six financial indicators of ローカルベンチマーク for a year, in the order of the sheet."""
    sales = section_total(figures, Section.SALES, year)
    operating = profit(figures, Profit.OPERATING, year)
    no_sales = "売上高がないため算定できません"
    return (
        _growth(sales, section_total(figures, Section.SALES, year - 1), has_figures=_has_sales(figures, year)),
        _rate("operating_margin", "営業利益率", operating, sales, no_sales, "営業利益 ÷ 売上高"),
        _productivity(operating, employees),
        _debt_multiple(figures, year),
        _working_capital_months(figures, year, sales, no_sales),
        _equity_ratio(figures, year),
    )


def ebitda(figures: Figures, year: int) -> int:
    """Return operating profit before depreciation (償却前営業利益), in yen."""
    return profit(figures, Profit.OPERATING, year) + trait_total(figures, Trait.DEPRECIATION, year)


def working_capital(figures: Figures, year: int) -> int:
    """Return receivables and stock less payables (運転資金), in yen."""
    held = trait_total(figures, Trait.TRADE_RECEIVABLES, year) + trait_total(figures, Trait.STOCK, year)
    return held - trait_total(figures, Trait.TRADE_PAYABLES, year)


def simple_cash_flow(figures: Figures, year: int) -> int:
    """Return net profit and depreciation (簡易キャッシュフロー), in yen: what repayments are measured against."""
    return profit(figures, Profit.NET, year) + trait_total(figures, Trait.DEPRECIATION, year)


def debt_repayment_years(figures: Figures, year: int) -> Indicator:
    """Return 債務償還年数 = (borrowings − cash − working capital) ÷ (ordinary profit + depreciation − taxes).

    This is the usual reading; no public text of the schemes fixes the formula, and banks differ. Loans of officers are
    left out; a working capital below zero counts as 0. The mark of about 10 years comes from the criteria of
    reconstruction plans.
    """
    debt = trait_total(figures, Trait.DEBT, year) - trait_total(figures, Trait.CASH, year)
    owed = debt - max(working_capital(figures, year), 0)
    taxes = section_total(figures, Section.INCOME_TAXES, year)
    source = profit(figures, Profit.ORDINARY, year) + trait_total(figures, Trait.DEPRECIATION, year) - taxes
    note = f"(借入金 − 現預金 − 正常運転資金) ÷ (経常利益 + 減価償却費 − 法人税等)。役員借入金は含みません。{USUAL}"
    if not has_balance(figures, year):
        return _without("debt_repayment_years", "債務償還年数", Unit.YEARS, NO_BALANCE, note)
    if owed <= 0:
        return _without("debt_repayment_years", "債務償還年数", Unit.YEARS, "要償還債務がありません", note)
    if source <= 0:
        text = "返済の原資となるキャッシュフローがないため算定できません"
        return _without("debt_repayment_years", "債務償還年数", Unit.YEARS, text, note)
    return Indicator("debt_repayment_years", "債務償還年数", Unit.YEARS, Fraction(owed, source), note=note)


def real_lines(figures: Figures, adjustments: Iterable[Adjustment]) -> tuple[RealLine, ...]:
    """Return the real balance sheet of the base year: every account with a book value or an adjustment."""
    moved: dict[str, int] = {}
    for one in adjustments:
        moved[one.account] = moved.get(one.account, 0) + one.yen
    lines = (
        RealLine(one.id, one.label, figures.get((one.id, BASE_YEAR), 0), moved.get(one.id, 0))
        for one in accounts().values()
        if one.section in ASSETS | CLAIMS
    )
    return tuple(line for line in lines if line.book_yen or line.adjustment_yen)


def adjustment_total(adjustments: Iterable[Adjustment]) -> int:
    """Return what the adjustments do to the net assets, in yen: assets raise them, liabilities lower them."""
    return sum(_weight(one.account) * one.yen for one in adjustments)


def real_net_assets(figures: Figures, adjustments: Iterable[Adjustment], year: int = BASE_YEAR) -> int:
    """Return 実態純資産, in yen: book net assets and the adjustments, which stay the same in planned years."""
    return section_total(figures, Section.NET_ASSETS, year) + adjustment_total(adjustments)


def insolvency_cured(figures: Figures, adjustments: Sequence[Adjustment], years: Iterable[int]) -> Indicator:
    """Return 債務超過解消年数: the first planned year with real net assets of 0 or more."""
    label, note = "債務超過解消年数", "実態純資産(簿価純資産 + 実態の調整)が0円以上になる最初の計画年度です。"
    if not has_balance(figures, BASE_YEAR):
        return _without("insolvency_cured", label, Unit.PLAN_YEAR, NO_BALANCE, note)
    net = {year: real_net_assets(figures, adjustments, year) for year in sorted(years) if year > BASE_YEAR}
    below = [year for year, yen in net.items() if yen < 0]
    if real_net_assets(figures, adjustments) >= 0:
        falls = f"基準年度は債務超過ではありませんが、計画{below[0]}年目に債務超過になります" if below else ""
        return _without("insolvency_cured", label, Unit.PLAN_YEAR, falls or "債務超過ではありません", note)
    cured = next((year for year, yen in net.items() if yen >= 0), None)
    if cured is None:
        return _without("insolvency_cured", label, Unit.PLAN_YEAR, "計画期間内に解消しません", note)
    again = next((year for year in below if year > cured), None)
    note += f"計画{again}年目に再び債務超過になります。" if again else ""
    return Indicator("insolvency_cured", label, Unit.PLAN_YEAR, Fraction(cured), note=note)


def ordinary_profit_year(figures: Figures, years: Iterable[int]) -> Indicator:
    """Return 経常黒字化年: the first planned year with an ordinary profit above 0."""
    label, note = "経常黒字化年", "経常利益が0円を超える最初の計画年度です。"
    planned = {year: profit(figures, Profit.ORDINARY, year) for year in sorted(years) if year > BASE_YEAR}
    losses = [year for year, yen in planned.items() if yen <= 0]
    if profit(figures, Profit.ORDINARY, BASE_YEAR) > 0:
        falls = f"基準年度は経常黒字ですが、計画{losses[0]}年目に黒字でなくなります" if losses else ""
        return _without("ordinary_profit_year", label, Unit.PLAN_YEAR, falls or "基準年度から経常黒字です", note)
    turned = next((year for year, yen in planned.items() if yen > 0), None)
    if turned is None:
        return _without("ordinary_profit_year", label, Unit.PLAN_YEAR, "計画期間内に黒字化しません", note)
    again = next((year for year in losses if year > turned), None)
    note += f"計画{again}年目に再び黒字でなくなります。" if again else ""
    return Indicator("ordinary_profit_year", label, Unit.PLAN_YEAR, Fraction(turned), note=note)


def break_even(figures: Figures, year: int) -> BreakEven:
    """Return 損益分岐点売上高 = fixed costs ÷ (1 − variable costs ÷ sales) of a year."""
    sales = section_total(figures, Section.SALES, year)
    costs = sum(section_total(figures, one, year) for one in (Section.COST_OF_SALES, Section.SELLING_ADMIN))
    variable = trait_total(figures, Trait.VARIABLE, year)
    fixed, margin = costs - variable, sales - variable
    text = _no_point(sales, margin)
    if text:
        return BreakEven(sales, variable, fixed, None, None, text)
    # A negative numerator under floor division rounds up.
    point = max(-(-fixed * sales // margin), 0)
    return BreakEven(sales, variable, fixed, point, Fraction(sales - point, sales))


def break_even_indicators(figures: Figures, year: int) -> tuple[Indicator, Indicator]:
    """Return 損益分岐点売上高 and 安全余裕率 of a year."""
    found = break_even(figures, year)
    point = None if found.point_yen is None else Fraction(found.point_yen)
    note = f"固定費 ÷ (1 − 変動費 ÷ 売上高)。{found.note}"
    return (
        Indicator("break_even", "損益分岐点売上高", Unit.YEN, point, found.text, note),
        Indicator(
            "safety", "安全余裕率", Unit.RATE, found.safety, found.text, "(売上高 − 損益分岐点売上高) ÷ 売上高。"
        ),
    )


def _no_point(sales: int, margin: int) -> str:
    if sales <= 0:
        return "売上高がないため算定できません"
    return "変動費が売上高以上で限界利益がないため算定できません" if margin <= 0 else ""


def _growth(sales: int, before: int, *, has_figures: bool) -> Indicator:
    text, note = "前年の売上高がないため算定できません", "当期売上高 ÷ 前期売上高 − 1"
    if not has_figures:
        note += f"。{LOCAL_BENCHMARK_SOURCE}"
        return _without("sales_growth", "売上増加率", Unit.RATE, "売上高が未入力です", note)
    return _rate("sales_growth", "売上増加率", sales - before, before, text, note)


def _has_sales(figures: Figures, year: int) -> bool:
    """Tell whether a year has sales at all: a year that nobody filled in did not lose all of them."""
    return any((one.id, year) in figures for one in accounts().values() if one.section is Section.SALES)


def _productivity(operating: int, employees: int | None) -> Indicator:
    name, label, note = "labour_productivity", "労働生産性", f"営業利益 ÷ 従業員数。{LOCAL_BENCHMARK_SOURCE}"
    if not employees or employees < 0:
        return _without(name, label, Unit.YEN, "従業員数が未入力または0人のため算定できません", note)
    return Indicator(name, label, Unit.YEN, Fraction(operating, employees), note=note)


def _debt_multiple(figures: Figures, year: int) -> Indicator:
    name, label = "debt_to_ebitda", "EBITDA有利子負債倍率"
    note = f"(借入金 − 現預金) ÷ (営業利益 + 減価償却費)。役員借入金は含みません。{LOCAL_BENCHMARK_SOURCE}"
    if not has_balance(figures, year):
        return _without(name, label, Unit.TIMES, NO_BALANCE, note)
    debt = trait_total(figures, Trait.DEBT, year) - trait_total(figures, Trait.CASH, year)
    earned = ebitda(figures, year)
    if debt <= 0:
        return _without(name, label, Unit.TIMES, NET_CASH, note)
    if earned <= 0:
        text = NEGATIVE_EBITDA if earned < 0 else "償却前利益が0円のため算定できません"
        return _without(name, label, Unit.TIMES, text, note)
    return Indicator(name, label, Unit.TIMES, Fraction(debt, earned), note=note)


def _working_capital_months(figures: Figures, year: int, sales: int, no_sales: str) -> Indicator:
    name, label = "working_capital_months", "営業運転資本回転期間"
    note = f"(売上債権 + 棚卸資産 − 買入債務) ÷ (売上高 ÷ 12)。{LOCAL_BENCHMARK_SOURCE}"
    if sales <= 0 or not has_balance(figures, year):
        return _without(name, label, Unit.MONTHS, no_sales if sales <= 0 else NO_BALANCE, note)
    return Indicator(name, label, Unit.MONTHS, Fraction(12 * working_capital(figures, year), sales), note=note)


def _equity_ratio(figures: Figures, year: int) -> Indicator:
    net, whole = section_total(figures, Section.NET_ASSETS, year), total_assets(figures, year)
    if not has_balance(figures, year):
        return _rate("equity_ratio", "自己資本比率", 0, 0, NO_BALANCE, "純資産 ÷ 総資産")
    return _rate("equity_ratio", "自己資本比率", net, whole, "総資産がないため算定できません", "純資産 ÷ 総資産")


def _rate(name: str, label: str, part: int, whole: int, text: str, note: str) -> Indicator:
    note = f"{note}。{LOCAL_BENCHMARK_SOURCE}"
    if whole <= 0:
        return _without(name, label, Unit.RATE, text, note)
    return Indicator(name, label, Unit.RATE, Fraction(part, whole), note=note)


def _without(name: str, label: str, unit: Unit, text: str, note: str) -> Indicator:
    return Indicator(name, label, unit, None, text, note)


def _weight(account: str) -> int:
    """Return how a yen more on an account changes the net assets."""
    one = accounts().get(account)
    if one is None or one.section not in ASSETS | CLAIMS:
        return 0
    is_liability = one.section in CLAIMS - {Section.NET_ASSETS}
    return -one.factor if is_liability else one.factor


def _half_up(value: Fraction) -> int:
    """Return the nearest whole number, halves away from zero."""
    doubled = abs(value) * 2 + 1
    nearest = doubled.numerator // (2 * doubled.denominator)
    return nearest if value >= 0 else -nearest


def _tenths(value: Fraction) -> str:
    """Return a value with one decimal, halves away from zero."""
    tenths = _half_up(value * 10)
    whole, rest = divmod(abs(tenths), 10)
    return f"{'△' if tenths < 0 else ''}{whole:,}.{rest}"
