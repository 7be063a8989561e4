"""Cells copied from a spreadsheet: with or without names and months, in yen or thousands; wrong ones get an answer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import CashItem
from cases.forms.plan.cash_heads import UnreadablePaste
from cases.forms.plan.cash_paste import MOST_CELLS, Pasted, read_paste
from cases.rules.cash_table import months_from

MONTHS = months_from(date(2025, 4, 1), 12)
APRIL, MAY, JUNE = MONTHS[:3]
WAGES = CashItem.PAID_PERSONNEL


def read(text: str, factor: int = 1) -> Pasted:
    return read_paste(text, MONTHS, factor=factor)


def test_bare_amounts_go_in_the_order_of_the_table() -> None:
    found = read("100\t200\n\t300\n")
    assert found.cells == {
        (APRIL, CashItem.SALES_CASH): "100",
        (MAY, CashItem.SALES_CASH): "200",
        (MAY, CashItem.COLLECTED): "300",
    }


def test_names_say_which_item_and_totals_are_left_out() -> None:
    found = read("人件費\t1,000\t△5\n合計\t9\t9\n 税 金 \t7\n")
    assert found.cells == {(APRIL, WAGES): "1,000", (MAY, WAGES): "△5", (APRIL, CashItem.PAID_TAXES): "7"}
    assert found.ignored == ("合計",)


@pytest.mark.parametrize(
    "head", ["項目\t2025-05\t2025-06", "\t2025年5月\t2025年6月", "\t5月\t6月", "\t2025/5/1\t2025/6/1"]
)
def test_a_row_of_months_says_which_column_is_which(head: str) -> None:
    found = read(f"{head}\n人件費\t1\t2\n")
    assert found.cells == {(MAY, WAGES): "1", (JUNE, WAGES): "2"}


def test_months_that_are_not_shown_are_left_out() -> None:
    assert read("\t2024-05\t2025-05\n人件費\t1\t2\n").cells == {(MAY, WAGES): "2"}


@pytest.mark.parametrize(
    "head",
    [
        "項目\tR7.5\tR7.6",
        "項目\t令和7年5月\t令和 7 年 6 月",
        "\t㋿7/5\tＲ７．６",
        "項目\t2025年5月 計画\t2025年6月 実績",
        '項目\t"2025年5月\n計画"\t"2025年6月\n計画"',
        "項目\t5月(予定)\t6月（見込）\t備考",
    ],
)
def test_months_of_the_era_and_of_our_own_workbook_are_read(head: str) -> None:
    assert read(f"{head}\n人件費\t1\t2\n").cells == {(MAY, WAGES): "1", (JUNE, WAGES): "2"}


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("項目\t2024-04\t2024-05", "2024-04"),
        ("項目\tR6.4\tR6.5", "R6.4"),
        ("項目\t\t前期4月\t前期5月", "前期4月"),
        ("資金繰表\t(単位:千円)", r"\(単位:千円\)"),
    ],
)
def test_headings_that_are_no_month_of_the_table_put_nothing_anywhere(head: str, named: str) -> None:
    with pytest.raises(UnreadablePaste, match=f"「{named}」.*2025年4月から2026年3月まで"):
        read(f"{head}\n人件費\t100\t200\n")


def test_a_title_above_the_months_is_passed_over() -> None:
    found = read("資金繰表\t\t\n項目\t5月\t6月\n人件費\t1\t2\n")
    assert found.cells == {(MAY, WAGES): "1", (JUNE, WAGES): "2"}


def test_bare_words_above_amounts_are_headings_too() -> None:
    with pytest.raises(UnreadablePaste, match="「前期」"):
        read("前期\t当期\n100\t200\n")


def test_a_month_stands_once() -> None:
    with pytest.raises(UnreadablePaste, match="「4月 実績」の列が2つ"):
        read("項目\t4月 計画\t4月 実績\n人件費\t100\t200\n")


def test_months_and_amounts_are_not_mixed_in_one_row() -> None:
    with pytest.raises(UnreadablePaste, match="月と金額が混ざっています"):
        read("4月\t100\n5月\t200\n")


def test_thousands_become_yen_and_words_stay_for_the_field_to_refuse() -> None:
    found = read("人件費\t1,234\t▲5\t未定\n", 1_000)
    assert list(found.cells.values()) == ["1,234,000", "△5,000", "未定"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "貼り付けたセルがありません"),
        ("\t\n\t\n", "貼り付けたセルがありません"),
        ('"閉じない\t1', "引用符"),
        ("\n".join(["100"] * 13), "13行あり、項目の数 12 より多くあります"),
        ("\t".join(["1"] * (MOST_CELLS + 1)), "セルが多すぎます"),
        ("人件費\t\n", "当てはまる金額がありません"),
    ],
)
def test_what_is_no_part_of_a_table_gets_an_answer(text: str, sentence: str) -> None:
    with pytest.raises(UnreadablePaste, match=sentence):
        read(text)


@given(st.text(alphabet=st.sampled_from('0123456789,.月年-\t\n"人件費△ x'), max_size=200))
def test_any_text_is_read_or_answered(text: str) -> None:
    try:
        found = read(text)
    except UnreadablePaste:
        return
    assert found.cells
    assert {month for month, _ in found.cells} <= set(MONTHS)
    assert all(cell.strip() == cell and cell for cell in found.cells.values())
