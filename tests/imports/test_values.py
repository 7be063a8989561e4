"""Cells as people fill them in: what is understood, and the sentence for what is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vapup.documents.inspection import Sheet
from vapup.imports.columns import BROKEN, FORMULA, MERGED, Column, Draft, Reads, SheetForm
from vapup.imports.enums import Verdict
from vapup.imports.sheets import drafts_of, letters
from vapup.imports.values import read_values


def read(reads: Reads, value: Any, *, flag: str = "", **column: Any) -> tuple[Any, str]:
    """Return what one cell gives, and what is said of it."""
    form = SheetForm("表", "", (Column(name="x", label="列", reads=reads, **column),), ("x",))
    draft = Draft(form, "表", 12, {"x": ("C", value, flag)})
    read_values(draft)
    assert {one.address for one in draft.messages} <= {"表!C12"}
    return draft.values["x"], "".join(one.text for one in draft.messages)


@pytest.mark.parametrize(
    "value", [{"day": "2024-04-01"}, "R6.4.1", "令和6年4月1日", "2024/4/1", "2024-04-01", 45383, "20240401"]
)
def test_a_day_may_be_written_in_many_ways(value: Any) -> None:
    assert read(Reads.DAY, value) == (date(2024, 4, 1), "")


@pytest.mark.parametrize(
    ("reads", "value", "expected"),
    [
        (Reads.YEN, "¥1,234,567円", 1_234_567),
        (Reads.YEN, 0, 0),
        (Reads.NUMBER, "２４", 24),  # full width
        (Reads.FLAG, "はい", True),
        (Reads.FLAG, "×", False),
        (Reads.FLAG, True, True),
        (Reads.CORPORATE_NUMBER, "T2021001052596", "2021001052596"),
        (Reads.CORPORATE_NUMBER, 2021001052596, "2021001052596"),
        (Reads.POSTAL_CODE, 100001, "010-0001"),
        (Reads.HOURS, "1:30", 90),
        (Reads.HOURS, 136.25, 8_175),
        (Reads.TEXT, "  髙﨑商店\u3000", "髙﨑商店"),
        (Reads.TEXT, "ABC㈱", "ABC㈱"),
        (Reads.CODE, 12, "12"),
        (Reads.TEXT, "\u3000 ", None),
    ],
)
def test_what_people_write_is_understood(reads: Reads, value: Any, expected: Any) -> None:
    assert read(reads, value) == (expected, "")


@pytest.mark.parametrize(
    ("reads", "value", "words"),
    [
        (Reads.DAY, "2024/2/30", "「2024/2/30」という日はありません"),
        (Reads.DAY, 45383.5, "日付として読めません"),
        (Reads.DAY, {"day": "1800-01-01"}, "1900年から2099年まで"),
        (Reads.YEN, "-5", "マイナス"),
        (Reads.YEN, "△5", "マイナス"),
        (Reads.YEN, 0.5, "小数"),
        (Reads.YEN, "12千円", "金額として読めません"),
        (Reads.YEN, {"day": "2024-04-01"}, "金額として読めません"),
        (Reads.YEN, 10**12 + 1, "扱える上限の1,000,000,000,000円"),
        (Reads.NUMBER, "1.5", "整数として読めません"),
        (Reads.CORPORATE_NUMBER, "1021001052596", "検査用数字"),
        (Reads.HOURS, "0", "1分以上"),
        (Reads.HOURS, "1.333", "時間として読めません"),
        (Reads.TEXT, "a\x07b", "制御文字"),
        (Reads.TEXT, "\u202eevil", "制御文字"),
        (Reads.TEXT, {"day": "2024-04-01"}, "日付の書式"),
    ],
)
def test_what_cannot_be_read_is_told(reads: Reads, value: Any, words: str) -> None:
    found, said = read(reads, value)
    assert found is None
    assert words in said
    assert said.startswith("「列」の")


@pytest.mark.parametrize(("flag", "words"), [(FORMULA, "数式"), (BROKEN, "エラー値"), (MERGED, "結合")])
def test_what_a_cell_is_matters_more_than_its_value(flag: str, words: str) -> None:
    found, said = read(Reads.YEN, 100, flag=flag)
    assert found is None
    assert words in said


def test_a_text_is_no_longer_than_its_column() -> None:
    assert "6です。5文字まで" in read(Reads.TEXT, "あいうえおか", most=5)[1]
    assert "必ず入力してください" in read(Reads.TEXT, None, required=True)[1]


FORM = SheetForm(
    "表", "", (Column(name="a", label="名前", required=True), Column(name="b", label="額(円)", reads=Reads.YEN)), ("a",)
)


def sheet(*rows: list[Any], hidden: bool = False, name: str = "表") -> Sheet:
    return Sheet(name=name, hidden=hidden, rows=rows, formulas=["B3"], errors=[], merged=[])


def test_heads_are_found_in_any_order_and_empty_rows_are_left_out() -> None:
    drafts = drafts_of([FORM], [sheet(["額（円）", " 名前 "], [None, " "], [5, "山田"])])
    assert [(one.number, one.cells) for one in drafts] == [(3, {"b": ("A", 5, ""), "a": ("B", "山田", FORMULA)})]


def test_strange_heads_and_sheets_are_told_and_missing_ones_refused() -> None:
    other = Sheet(name="メモ", hidden=True, rows=[["x"]], formulas=[], errors=[], merged=[])
    drafts = drafts_of([FORM], [sheet(["名前", "備考"], ["山田", "x"]), other])
    said = [(one.sheet, one.verdict, one.messages[0].text) for one in drafts if one.form is None]
    assert said[0][:2] == ("表", Verdict.WARNING)
    assert "見出し「備考」(B1)" in said[0][2]
    assert "非表示のシート「メモ」" in said[1][2]
    missing = drafts_of([FORM], [sheet(["額(円)"], [5])])
    assert [(one.verdict, one.messages[0].text) for one in missing] == [
        (Verdict.ERROR, "見出し「名前」がありません。1行目をひな形と同じ見出しにしてください。")
    ]
    twice = drafts_of([FORM], [sheet(["名前", "名前"], ["a", "b"])])
    assert twice[0].messages[0].text == (
        "見出し「名前」(A1)と「名前」(B1)は、どちらも「名前」の列です。一つにしてください。"
    )


def test_a_hidden_sheet_is_refused_with_how_much_it_hides() -> None:
    two = [FORM, SheetForm("別", "", FORM.columns, ("a",))]
    drafts = drafts_of(two, [sheet(["名前"], ["山田"], ["佐藤"], hidden=True)])
    assert [one.verdict for one in drafts] == [Verdict.ERROR]
    assert "非表示です。表示して内容(2行)を" in drafts[0].messages[0].text


def test_columns_are_counted_by_letters() -> None:
    assert [letters(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
