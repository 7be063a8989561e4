"""The books of one company, and the files that accounting programs write of them: product by layout.

The company makes metal parts. Its year ends in March; every amount differs from month to month, so that a column that
was taken for another one is seen.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MONTHS: Final = tuple(
    f"{year}-{month:02d}" for year, month in [*((2025, m) for m in range(4, 13)), (2026, 1), (2026, 2), (2026, 3)]
)
Row = Sequence[object]


@dataclass(frozen=True)
class Entry:
    """An account of the books: its name, the account of the chart, and its amount in the first month and each step."""

    name: str
    account: str
    first: int
    step: int
    is_made: bool = False
    shown: int = 1  # how the books print it: -1 with the other sign

    def month(self, place: int) -> int:
        return self.first + self.step * place


SALES: Final = (Entry("売上高", "sales", 30_000_001, 100_003), Entry("売上値引・戻り高", "sales_returns", 120_007, 11))
MADE: Final = (
    Entry("期首材料棚卸高", "opening_stock", 1_200_000, 1_003, is_made=True),
    Entry("材料仕入高", "purchases", 9_000_011, 20_001, is_made=True),
    Entry("期末材料棚卸高", "closing_stock", 1_201_003, 1_003, is_made=True),
    Entry("賃金手当", "labour", 4_000_003, 1_001, is_made=True),
    Entry("法定福利費", "labour", 600_007, 151, is_made=True),
    Entry("外注加工費", "subcontracting", 2_000_009, 3_001, is_made=True),
    Entry("電力費", "factory_costs", 500_021, 701, is_made=True),
    Entry("減価償却費", "factory_depreciation", 800_000, 0, is_made=True),
)
GOODS: Final = (
    Entry("期首商品棚卸高", "opening_stock", 300_000, 501),
    Entry("商品仕入高", "purchases", 700_013, 1_301),
    Entry("期末商品棚卸高", "closing_stock", 300_501, 501),
)
ADMIN: Final = (
    Entry("役員報酬", "officer_pay", 900_000, 0),
    Entry("給料手当", "salaries", 2_100_017, 2_003),
    Entry("法定福利費", "welfare", 450_019, 307),
    Entry("地代家賃", "rent", 350_000, 0),
    Entry("荷造運賃", "freight", 410_023, 1_709),
    Entry("水道光熱費", "utilities", 90_029, 37),
    Entry("減価償却費", "depreciation", 150_000, 0),
    Entry("旅費交通費", "other_expenses", 60_031, 41),
    Entry("㈱髙橋商店手数料①", "other_expenses", 20_037, 43),
)
OUTSIDE: Final = (
    (Entry("受取利息", "non_operating_income", 1_009, 3), Entry("雑収入", "non_operating_income", 51_013, 7)),
    (Entry("支払利息", "interest", 210_011, -101),),
    (Entry("固定資産売却益", "extraordinary_income", 5_003, 1),),
    (Entry("前期損益修正損", "extraordinary_loss", 3_001, 1),),
    (Entry("法人税等", "income_taxes", 70_001, 19),),
)
CURRENT: Final = (
    Entry("現金", "cash", 250_003, 1_009),
    Entry("普通預金", "cash", 18_000_041, -50_021),
    Entry("売掛金", "receivables", 41_000_043, 301_003),
    Entry("貸倒引当金", "allowance", 400_000, 0, shown=-1),
    Entry("商品", "stock", 1_500_047, 1_511),
    Entry("前払費用", "other_current_assets", 330_049, 17),
)
FIXED: Final = (
    Entry("建物", "tangible_assets", 60_000_000, 0),
    Entry("減価償却累計額", "accumulated_depreciation", 22_000_000, 950_000, shown=-1),
    Entry("ソフトウェア", "intangible_assets", 900_000, -25_000),
    Entry("敷金", "investments", 2_000_000, 0),
)
OWED: Final = (
    Entry("買掛金", "payables", 15_000_051, 70_001),
    Entry("短期借入金", "short_term_loans", 12_000_000, -200_000),
    Entry("未払金", "other_current_liabilities", 3_100_053, 13),
)
LONG: Final = (Entry("長期借入金", "long_term_loans", 45_000_000, -600_000),)
CAPITAL: Final = Entry("資本金", "capital", 10_000_000, 0)
KEPT: Final = "繰越利益剰余金"
LOWERS: Final = frozenset({"sales_returns", "closing_stock", "allowance", "accumulated_depreciation"})


def total(entries: Iterable[Entry], place: int) -> int:
    """Return what entries add up to in a month."""
    return sum((-1 if one.account in LOWERS else 1) * one.month(place) for one in entries)


@dataclass(frozen=True)
class Month:
    """The totals of a month by name, as statements print them, and the amounts by account."""

    totals: Mapping[str, int]
    amounts: Mapping[str, int]
    retained: int


def month(place: int) -> Month:
    """Return one month, worked out here by plain addition."""
    sales, made, goods, admin = (total(one, place) for one in (SALES, MADE, GOODS, ADMIN))
    income, costs, gain, loss, taxes = (total(one, place) for one in OUTSIDE)
    gross = sales - made - goods
    operating = gross - admin
    ordinary = operating + income - costs
    before = ordinary + gain - loss
    current, fixed, owed, long_ = (total(one, place) for one in (CURRENT, FIXED, OWED, LONG))
    retained = current + fixed - owed - long_ - CAPITAL.first
    amounts: dict[str, int] = {}
    for one in (*SALES, *MADE, *GOODS, *ADMIN, *sum(OUTSIDE, ()), *CURRENT, *FIXED, *OWED, *LONG, CAPITAL):
        amounts[one.account] = amounts.get(one.account, 0) + one.month(place)
    amounts["retained_earnings"] = retained
    totals = {
        "売上高合計": sales,
        "当期製品製造原価": made,
        "売上原価": made + goods,
        "売上総利益": gross,
        "販売費及び一般管理費合計": admin,
        "営業利益": operating,
        "営業外収益合計": income,
        "営業外費用合計": costs,
        "経常利益": ordinary,
        "税引前当期純利益": before,
        "当期純利益": before - taxes,
        "流動資産合計": current,
        "固定資産合計": fixed,
        "資産合計": current + fixed,
        "流動負債合計": owed,
        "固定負債合計": long_,
        "負債合計": owed + long_,
        "純資産合計": CAPITAL.first + retained,
        "負債・純資産合計": current + fixed,
    }
    return Month(totals, amounts, retained)


@dataclass(frozen=True)
class Printed:
    """A line of a statement: its name, whether it is a total, the statement, and its amount month by month."""

    name: str
    kind: str  # heading, account, total
    statement: str
    yen: Sequence[int] = ()
    is_debit: bool = True


class Printer:
    """Prints statements line by line."""

    def __init__(self) -> None:
        self.every = [month(place) for place in range(12)]
        self.lines: list[Printed] = []
        self.of = ""

    def heading(self, name: str) -> None:
        self.lines.append(Printed(name, "heading", self.of))

    def entries(self, found: Iterable[Entry], *, is_debit: bool) -> None:
        for one in found:
            side = is_debit is (one.account not in LOWERS)
            yen = [one.shown * one.month(place) for place in range(12)]
            self.lines.append(Printed(one.name, "account", self.of, yen, side))

    def sums(self, *names: str, is_debit: bool) -> None:
        for name in names:
            yen = [one.totals[name] for one in self.every]
            self.lines.append(Printed(name, "total", self.of, yen, is_debit))

    def block(self, heading: str, found: Iterable[Entry], *sums: str, is_debit: bool) -> None:
        self.heading(heading)
        self.entries(found, is_debit=is_debit)
        self.sums(*sums, is_debit=is_debit)


def statement(*, with_made: bool = True) -> list[Printed]:
    """Return the lines of the balance sheet, the profit and loss statement and the statement of manufacturing costs."""
    printer = Printer()
    _print_balance(printer)
    _print_profit(printer)
    if with_made:
        printer.of = "製造原価報告書"
        printer.block("製造原価報告書", MADE, "当期製品製造原価", is_debit=True)
    return printer.lines


def _print_balance(printer: Printer) -> None:
    printer.of = "貸借対照表"
    printer.block("流動資産", CURRENT, "流動資産合計", is_debit=True)
    printer.block("固定資産", FIXED, "固定資産合計", "資産合計", is_debit=True)
    printer.block("流動負債", OWED, "流動負債合計", is_debit=False)
    printer.block("固定負債", LONG, "固定負債合計", "負債合計", is_debit=False)
    printer.block("純資産", [CAPITAL], is_debit=False)
    retained = [one.retained for one in printer.every]
    printer.lines.append(Printed(KEPT, "account", printer.of, retained, is_debit=False))
    printer.sums("純資産合計", "負債・純資産合計", is_debit=False)


def _print_profit(printer: Printer) -> None:
    printer.of = "損益計算書"
    printer.block("売上高", SALES, "売上高合計", is_debit=False)
    printer.block("売上原価", GOODS[:1], "当期製品製造原価", is_debit=True)
    printer.entries(GOODS[1:], is_debit=True)
    printer.sums("売上原価", is_debit=True)
    printer.sums("売上総利益", is_debit=False)
    printer.block("販売費及び一般管理費", ADMIN, "販売費及び一般管理費合計", is_debit=True)
    printer.sums("営業利益", is_debit=False)
    income, costs, gain, loss, taxes = OUTSIDE
    printer.entries(income, is_debit=False)
    printer.sums("営業外収益合計", is_debit=False)
    printer.entries(costs, is_debit=True)
    printer.sums("営業外費用合計", is_debit=True)
    printer.sums("経常利益", is_debit=False)
    printer.entries(gain, is_debit=False)
    printer.entries(loss, is_debit=True)
    printer.sums("税引前当期純利益", is_debit=False)
    printer.entries(taxes, is_debit=True)
    printer.sums("当期純利益", is_debit=False)


def sheet(rows: Sequence[Row], *, code: str = "cp932", mark: str = ",", is_quoted: bool = False) -> bytes:
    """Return rows as a CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=mark, quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL).writerows(rows)
    return file.getvalue().encode(code)


Write = Callable[[int], str]
