"""The small readers: amounts, months, separators, heads, units, names; and which reading a total decides for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from cases.enums import Section
from tests.imports.figures.books import Row, sheet
from tests.imports.figures.layouts import File
from tests.imports.figures.readers import TODAY, checked_of, reading_of
from vapup.documents.inspection import Sheet
from vapup.imports.figures.amounts import UnreadableAmount, amounts_of, read_amount
from vapup.imports.figures.heads import Part, heads_of, part_of
from vapup.imports.figures.layout import CUMULATED, Options, UnreadableFigures, unit_of
from vapup.imports.figures.lines import Role
from vapup.imports.figures.mapping import Names, remembered_name
from vapup.imports.figures.months import Span, dated, month_of, span_of, year_start
from vapup.imports.figures.reading import UnreadableTable, csv_table, separator_of, tables_of
from vapup.imports.figures.totals import facts_of

HEADS = ("勘定科目", "2025-04", "2025-05")


def table(*rows: Row, heads: Row = HEADS, above: Row = ("推移表",), code: str = "utf-8") -> File:
    return File("x.csv", sheet([above, heads, *rows], code=code), "other")


@pytest.mark.parametrize(
    ("cell", "unit", "yen"),
    [
        ("1,234", 1, 1_234),
        ("△1,234", 1, -1_234),
        ("▲ 1,234", 1, -1_234),
        ("(1,234)", 1, -1_234),
        ("\uff081\uff0c234\uff09", 1, -1_234),
        ("−1,234", 1, -1_234),
        ("1,234-", 1, -1_234),
        ("¥1,234円", 1, 1_234),
        ("\uff11\uff0c\uff12\uff13\uff14", 1, 1_234),
        ("1234.00", 1, 1_234),
        ("1.5", 1_000, 1_500),
        ("12", 1_000_000, 12_000_000),
        ("", 1, 0),
        ("-", 1, 0),
        ("―", 1, 0),
    ],
)
def test_amounts_are_read_as_books_print_them(cell: str, unit: int, yen: int) -> None:
    assert read_amount(cell, unit) == yen
    assert list(amounts_of([cell, "7"], unit)) == [yen, 7 * unit]


@pytest.mark.parametrize("cell", ["1.5", "12,34", "abc", "1e9", "△△5", "()", "円", "9" * 16, "3%"])
def test_what_is_no_amount_is_quoted(cell: str) -> None:
    with pytest.raises(UnreadableAmount, match="「"):
        read_amount(cell, 1)


@pytest.mark.parametrize(
    ("head", "month"),
    [
        ("4月", (None, 4)),
        ("04月度", (None, 4)),
        ("2025年4月", (2025, 4)),
        ("2025/04", (2025, 4)),
        ("2025-04", (2025, 4)),
        ("2025-04-01", (2025, 4)),
        ("202504", (2025, 4)),
        ("令和7年4月", (2025, 4)),
        ("R7.4", (2025, 4)),
        ("H31.4", (2019, 4)),
        ("令和元年5月", (2019, 5)),
        ("\uff14月", (None, 4)),
        ("4", None),
        ("13月", None),
        ("残高", None),
    ],
)
def test_months_are_read_from_heads(head: str, month: tuple[int | None, int] | None) -> None:
    assert month_of(head) == month


@pytest.mark.parametrize(
    ("titles", "span"),
    [
        (["自 令和 7年 4月 1日 至 令和 8年 3月31日"], Span(date(2025, 4, 1), date(2026, 3, 1))),
        (["2025/04/01 ~ 2025/06/30"], Span(date(2025, 4, 1), date(2025, 6, 1))),
        (["残高試算表 2025年6月"], Span(date(2025, 6, 1), date(2025, 6, 1))),
        (["2025年6月30日現在"], Span(None, date(2025, 6, 1))),
        (["事業年度(自) 2025-04-01", "事業年度(至) 2026-03-31"], Span(date(2025, 4, 1), date(2026, 3, 1))),
        (["作成日時 2026/05/12 10:00", "R7.4.1 ~ R7.4.30"], Span(date(2025, 4, 1), date(2025, 4, 1))),
        (["第12期", "株式会社青空"], None),
    ],
)
def test_the_period_is_told_by_the_lines_above(titles: Sequence[str], span: Span | None) -> None:
    assert span_of(titles) == span


def test_heads_without_a_year_follow_the_last_month_of_the_file() -> None:
    heads = [(None, month) for month in (4, 5, 6)]
    assert dated(heads, date(2026, 3, 1)) == [date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)]
    assert dated([(None, 12), (None, 1)], date(2026, 1, 1)) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert dated(heads, None) is None
    assert dated([(2025, 4), (None, 6)], None) is None  # May is missing
    assert year_start(date(2026, 3, 1), 3) == date(2025, 4, 1)
    assert year_start(date(2026, 1, 1), 12) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("mark", "text"), [("\t", "題\na\t1,234\t5\n"), (",", "a,b\nc,d\n"), (" ", '"a" "b"\n"c" "d"\n')]
)
def test_the_separator_is_what_most_lines_hold(mark: str, text: str) -> None:
    assert separator_of(text) == mark


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp932"])
def test_every_code_that_programs_write_is_read(code: str) -> None:
    assert csv_table("①㈱髙﨑,1\r\n".encode(code)).rows == [["①㈱髙﨑", "1"]]


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(UnreadableTable, match="文字コード"):
        csv_table(b"\x81\xff\xfe")
    with pytest.raises(UnreadableTable, match="引用符"):
        csv_table(b'a,"' + b"x" * 200_000)


def test_heads_decide_whatever_their_order() -> None:
    heads = heads_of(("構成比", "残高", "貸方", "科目名", "借方", "前残高"), 3)
    assert heads is not None
    assert {part: heads.parts[part] for part in (Part.NAME, Part.CLOSING, Part.OPENING)} == {
        Part.NAME: 3,
        Part.CLOSING: 1,
        Part.OPENING: 5,
    }
    assert heads_of(("日付", "金額"), 0) is None
    assert part_of("借方残高") is Part.DEBIT_BALANCE
    assert part_of("決算整理") is Part.ADJUSTMENT
    assert part_of("期首残高") is Part.OPENING


def test_a_unit_line_multiplies_and_leaves_room_for_rounding() -> None:
    assert [unit_of([line]) for line in ("単位:千円", "(単位 百万円)", "表示単位:円", "千円の力")] == [
        1_000,
        1_000_000,
        1,
        1,
    ]
    file = table(("売上高", "10", "20"), ("売上総利益", "11", "22"), above=("推移表 単位:千円",))
    found = checked_of(file)
    assert found.sums["sales"] == [10_000, 20_000]
    # One line may have been cut off by almost 1,000 yen: 11,000 is near enough to 10,000, and 22,000 not to 20,000.
    assert [one.differences for one in found.differing] == [[(1, 22_000, 20_000)]]


@pytest.mark.parametrize(("closing", "shown"), [(40, 1), (-40, -1)])
def test_a_total_decides_which_sign_a_line_was_printed_with(closing: int, shown: int) -> None:
    file = table(
        ("期首商品棚卸高", 50, 0),
        ("商品仕入高", 600, 0),
        ("期末商品棚卸高", closing, 0),
        ("売上原価", 610, 0),
        ("売上総利益", -610, 0),
    )
    found = checked_of(file)
    assert found.sums["closing_stock"][0] == 40
    assert next(one.factor for one in found.taken if "期末" in one.line.name) == shown
    assert found.differing == []


def test_a_name_that_is_an_account_and_a_total_is_counted_once() -> None:
    file = table(
        ("現金", 10, 10), ("普通預金", 90, 80), ("現金及び預金", 100, 90), ("売掛金", 5, 5), ("流動資産", 105, 95)
    )
    found = checked_of(file)
    assert list(found.sums["cash"]) == [100, 90]
    assert found.differing == []
    alone = checked_of(table(("現金及び預金", 100, 90), ("流動資産", 100, 90)))
    assert list(alone.sums["cash"]) == [100, 90]
    twice = checked_of(table(("売上高", 7, 8), ("売上高", 7, 8), ("売上総利益", 7, 8)))
    assert list(twice.sums["sales"]) == [7, 8]


def test_the_profit_of_the_year_is_an_account_in_the_balance_sheet() -> None:
    rows = [("資本金", 100, 100), ("繰越利益剰余金", 30, 30), ("当期純損益金額", 5, 9), ("純資産合計", 135, 139)]
    found = checked_of(table(*rows))
    assert list(found.sums["retained_earnings"]) == [35, 39]
    memo = checked_of(table(*rows[:2], ("当期純利益", 5, 9), ("純資産合計", 130, 130)))
    assert list(memo.sums["retained_earnings"]) == [30, 30]  # the profit is inside already


def test_a_loss_is_a_negative_profit() -> None:
    found = checked_of(
        table(("売上高", 5, 9), ("地代家賃", 7, 3), ("営業損失", 2, -6), ("営業利益又は営業損失", -2, 6))
    )
    assert found.differing == []
    assert sum(one.total is not None for one in found.taken) == 2


def test_the_adjustment_goes_into_the_last_month() -> None:
    heads = (*HEADS, "決算整理", "合計")
    file = table(("売上高", 5, 6, 7, 18), ("現金", 50, 60, 4, 64), ("普通預金", 1, 1, 0, 1), heads=heads)
    found = checked_of(file)
    assert list(found.sums["sales"]) == [5, 13]
    assert list(found.sums["cash"]) == [51, 65]  # the column of balances holds changes: 60 + 4 = 64
    balances = checked_of(table(("現金", 50, 60, 64, 64), ("普通預金", 1, 1, 2, 2), heads=heads))
    assert list(balances.sums["cash"]) == [51, 66]


def test_months_without_bookings_and_months_to_come_are_left() -> None:
    heads = ("勘定科目", *(f"2026-{month:02d}" for month in range(4, 9)))
    found = checked_of(
        table(("売上高", 5, 6, 0, 0, 0), ("現金", 50, 60, 60, 60, 60), heads=heads), Options(today=TODAY)
    )
    assert found.count == 2
    kept = checked_of(table(("現金", 50, 60, 60, 60, 60), heads=heads))
    assert kept.count == 2


def test_running_totals_become_months() -> None:
    file = table(("売上高", 5, 11), ("売上総利益", 5, 11))
    found = checked_of(file, Options(today=TODAY, basis=CUMULATED))
    assert list(found.sums["sales"]) == [5, 6]


def test_one_name_means_different_things_in_shop_and_factory() -> None:
    names = Names({"水道光熱費(製造原価)": ("labour", True)})
    decided = names.find("水道光熱費", is_made=True, hint=None)
    assert decided is not None
    assert decided.account is not None
    assert (decided.account.id, decided.is_negated) == ("labour", True)
    ids = {}
    for key, is_made, hint in (
        ("水道光熱費", False, None),
        ("減価償却費", True, None),
        ("給料手当", True, None),
        ("外注費", False, Section.SELLING_ADMIN),
        ("外注費", False, Section.COST_OF_SALES),
        ("普通預金(七十七)", False, None),
        ("111現金", False, None),
        ("貸倒引当金", False, Section.FIXED_ASSETS),
    ):
        chosen = names.find(key, is_made=is_made, hint=hint)
        ids[key, is_made, hint] = chosen and chosen.account and chosen.account.id
    assert list(ids.values()) == [
        *(
            "utilities",
            "factory_depreciation",
            "labour",
            "other_expenses",
            "subcontracting",
            "cash",
            "cash",
            "investments",
        )
    ]
    assert names.find("まったく知らない科目", is_made=False, hint=None) is None
    assert remembered_name("電力費", is_made=True) == "電力費(製造原価)"


def test_names_tell_totals_sums_and_memos() -> None:
    assert facts_of("営業損失").total == facts_of("営業損失の部").total
    assert [facts_of(key).is_sum for key in ("流動資産合計", "売上債権合計", "株主資本", "会議費")] == [
        True,
        True,
        True,
        False,
    ]
    assert facts_of("うち当期純利益").is_memo
    assert facts_of("賞与引当金").lowers is False
    assert facts_of("貸倒引当金").lowers


def test_breakdowns_and_memos_are_not_taken() -> None:
    heads = ("勘定科目", "補助科目", "2025-04", "2025-05")
    reading = reading_of(
        table(("普通預金", "", 5, 6), ("普通預金", "本店", 5, 6), ("うち当座預金", "", 1, 1), heads=heads)
    )
    assert [line.role for line in reading.lines] == [Role.ACCOUNT, Role.DETAIL, Role.MEMO]


def test_heads_with_other_columns_further_down_are_a_fault() -> None:
    file = table(("売上高", 5, 6), ("勘定科目", "残高"), ("現金", 7))
    assert "3行目の見出し" not in str(reading_of(file).layout.faults)
    assert "4行目の見出しが、2行目の見出しと違う列" in reading_of(file).layout.faults[0]


def test_too_many_months_are_refused() -> None:
    heads = ("勘定科目", *(f"{2020 + place // 12}-{place % 12 + 1:02d}" for place in range(40)))
    with pytest.raises(UnreadableFigures, match="月の列が40列"):
        reading_of(table(("売上高", *range(40)), heads=heads))


def test_months_without_a_year_ask_for_it() -> None:
    layout = reading_of(table(("売上高", 5, 6), heads=("科目", "4月", "5月"))).layout
    assert "何年の月か、ファイルから分かりません" in layout.faults[0]
    told = reading_of(table(("売上高", 5, 6), heads=("科目", "4月", "5月")), Options(last=date(2026, 3, 1))).layout
    assert told.months == [date(2025, 4, 1), date(2025, 5, 1)]


def test_sheets_with_long_names_alike_are_told_apart() -> None:
    long = "令和7年度の貸借対照表および損益計算書のうち本社と工場を合わせた"
    rows = [("勘定科目", "2025-04", "2025-05"), ("売上高", 5, 6)]
    # A workbook cannot have such names, other programs' files can.
    sheets = [Sheet(f"{long}{end}", False, rows, [], [], []) for end in ("もの甲", "もの乙")]  # noqa: FBT003
    names = [one.name for one in tables_of("x.xlsx", b"", sheets)]
    assert names == [f"{long}もの甲"[:31], f"{long}もの乙"[:29] + "~2"]
