"""A row of bare numbers above pasted cells: months where they can be nothing else, and a question where they can."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import CashItem
from cases.forms.plan.cash_heads import UnreadablePaste
from cases.forms.plan.cash_paste import Pasted, read_paste
from cases.rules.cash_table import months_from

MONTHS = months_from(date(2025, 4, 1), 12)
APRIL, MAY, JUNE = MONTHS[:3]
MARCH = MONTHS[-1]
WAGES = CashItem.PAID_PERSONNEL
FISCAL = "\t".join(map(str, (*range(4, 13), 1, 2, 3)))


def read(text: str, months: tuple[date, ...] = MONTHS) -> Pasted:
    return read_paste(text, months)


def line(*numbers: int) -> str:
    return "\t".join(map(str, numbers))


def test_a_year_of_bare_months_above_the_items_is_a_row_of_headings() -> None:
    found = read(f"項目\t{FISCAL}\n人件費\t{line(*range(100, 112))}\n")
    assert found.cells == {(month, WAGES): str(100 + at) for at, month in enumerate(MONTHS)}
    assert found.ignored == ()


def test_the_calendar_year_is_put_where_its_months_are() -> None:
    # January is the first month shown here; of a table that begins in April it is the tenth.
    months = months_from(date(2025, 1, 1), 12)
    assert read(f"\t{line(*range(1, 13))}\n人件費\t{line(*range(100, 112))}\n", months).cells == {
        (month, WAGES): str(100 + at) for at, month in enumerate(months)
    }
    assert read("\t1\t2\t3\n人件費\t7\t8\t9\n").cells == {(date(2026, at, 1), WAGES): str(6 + at) for at in (1, 2, 3)}


@pytest.mark.parametrize("head", [line(5, 6, 7), "５\t６\t７", line(202505, 202506, 202507)])
def test_bare_months_above_amounts_without_names_are_no_amounts(head: str) -> None:
    found = read(f"{head}\n100\t200\t300\n\t400\t\n")
    assert found.cells == {
        (MAY, CashItem.SALES_CASH): "100",
        (JUNE, CashItem.SALES_CASH): "200",
        (date(2025, 7, 1), CashItem.SALES_CASH): "300",
        (JUNE, CashItem.COLLECTED): "400",
    }


def test_all_twelve_items_stand_beneath_a_row_of_bare_months() -> None:
    found = read("\n".join([FISCAL, *[line(*[at * 1_000] * 12) for at in range(1, 13)]]))
    assert len(found.cells) == 12 * 12
    assert found.cells[APRIL, CashItem.SALES_CASH] == "1,000"
    assert found.cells[MARCH, CashItem.PAID_LOANS] == "12,000"


@pytest.mark.parametrize("corner", ["", "項目", "月"])
def test_beneath_names_a_single_bare_month_is_enough(corner: str) -> None:
    assert read(f"{corner}\t5\n人件費\t100\n").cells == {(MAY, WAGES): "100"}
    assert read(f"{corner}\t5\t6\t合計\n人件費\t100\t200\t300\n").cells == {(MAY, WAGES): "100", (JUNE, WAGES): "200"}


def test_years_above_the_months_say_which_months_they_are() -> None:
    months = months_from(date(2025, 4, 1), 24)
    found = read("\t2025\t\t2026\t\n\t11\t12\t1\t2\n人件費\t1\t2\t3\t4\n", months)
    assert [month for month, _ in found.cells] == [date(2025, 11, 1), date(2025, 12, 1), *MONTHS[9:11]]
    later = read("\tR8年\t\n\t4月\t5月\n人件費\t1\t2\n", months)
    assert [month for month, _ in later.cells] == [date(2026, 4, 1), date(2026, 5, 1)]


@pytest.mark.parametrize("year", ["2025年", "R7", "2025"])
def test_behind_december_the_fiscal_year_above_goes_on_into_the_next(year: str) -> None:
    """One year over twelve columns is the fiscal year; 24 months are shown, so that the year before could be hit."""
    months = months_from(date(2024, 4, 1), 24)
    found = read(f"\t{year}{chr(9) * 11}\n\t{FISCAL}\n人件費\t{line(*range(100, 112))}\n", months)
    assert [month for month, _ in found.cells] == list(months[12:])


@pytest.mark.parametrize(
    "heads",
    [
        "2025年4月\t5月\t6月\t7月\t8月\t9月\t10月\t11月\t12月\t2026年1月\t2月\t3月",
        "2025年4月\t5月\t6月\t7月\t8月\t9月\t10月\t11月\t12月\t1月\t2月\t3月",
        "4月\t5月\t6月\t7月\t8月\t9月\t10月\t11月\t12月\t2026年1月\t2月\t3月",
    ],
)
def test_a_year_written_once_holds_for_the_months_beside_it(heads: str) -> None:
    months = months_from(date(2024, 10, 1), 24)
    found = read(f"項目\t{heads}\n人件費\t{line(*range(100, 112))}\n", months)
    assert [month for month, _ in found.cells] == list(months[6:18])


@pytest.mark.parametrize("heads", ["項目\t4月\t5月\t6月", "\t4月\t5月\t6月", "項目\t4\t5\t6"])
def test_an_empty_margin_before_the_names_is_no_column(heads: str) -> None:
    found = read(f"\t{heads}\n\t人件費\t300\t310\t320\n\t賞与\t90\t91\t92\n")
    assert found.cells == {(APRIL, WAGES): "300", (MAY, WAGES): "310", (JUNE, WAGES): "320"}
    assert found.ignored == ("賞与",)


def test_an_empty_first_column_of_amounts_is_a_month_without_any() -> None:
    assert read("\t100\n\t200\n").cells == {(MAY, CashItem.SALES_CASH): "100", (MAY, CashItem.COLLECTED): "200"}


@pytest.mark.parametrize("nothing", ["-", "—", "#N/A"])
def test_a_word_for_nothing_is_no_name_that_would_shift_the_amounts(nothing: str) -> None:
    found = read(f"\t100\t200\n\t{nothing}\t300\n").cells
    assert found[MAY, CashItem.SALES_CASH] == "100"
    assert found[JUNE, CashItem.COLLECTED] == "300"


@pytest.mark.parametrize(
    "text", ["203105\t203106\t203107\n100\t200\t300\n", "項目\t203105\t203106\t203107\n人件費\t100\t200\t300\n"]
)
def test_bare_months_of_years_that_are_not_shown_get_an_answer(text: str) -> None:
    with pytest.raises(UnreadablePaste, match="当てはまる金額がありません"):
        read(text)


def test_names_behind_a_margin_of_other_words_are_refused_too() -> None:
    with pytest.raises(UnreadablePaste, match="左端の「賞与」は、この資金繰表の項目名"):
        read("区分\t内容\t4月\t5月\n\t賞与\t300\t310\n")


@pytest.mark.parametrize("text", ["\t2026\t2027\n人件費\t1\t2\n", "2026\t2027\n100\t200\n", "\t2031\n人件費\t1\n"])
def test_years_alone_are_no_months_and_no_amounts(text: str) -> None:
    with pytest.raises(UnreadablePaste, match=r"「20(26|31)」は、この資金繰表の月.*2025年4月から2026年3月まで"):
        read(text)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("4\t5\n100\t200\n", "「4」「5」の行"),  # two numbers may be two small amounts
        ("5\n100\n200\n", "「5」の行"),
        ("4\t4\t5\t5\n100\t90\t200\t210\n", "「4」「4」「5」…の行"),  # planned and actual side by side?
        ("前月繰越\t5\t6\n人件費\t100\t200\n", "「5」「6」の行"),
        ("2025\n100\n200\n", "「2025」の行"),
        ("202504\t202505\n100\t200\n", "「202504」「202505」の行"),
    ],
)
def test_what_may_be_months_and_amounts_alike_is_asked_about(text: str, quoted: str) -> None:
    with pytest.raises(UnreadablePaste, match=f"{quoted}が、月の見出しか金額か決められません"):
        read(text)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1\t2\t3\n", "1"),  # nothing stands beneath
        ("4\t500\t6\n1\t2\t3\n", "4"),
        ("4\t△5\t6\n1\t2\t3\n", "4"),
        ("2,026\t2,027\n1\t2\n", "2,026"),
        ("2031\n100\n", "2,031"),  # no year of the table
        ("202,504\t202,505\n1\t2\n", "202,504"),
        ("0\t1\t2\n10\t20\t30\n", "0"),
    ],
)
def test_amounts_stay_amounts(text: str, first: str) -> None:
    assert read(text).cells[APRIL, CashItem.SALES_CASH] == first


@pytest.mark.parametrize("head", ["10\t11\t12\t1\t2\t3\t4\t5", "10月\t11月\t12月\t1月\t2月\t3月\t4月\t5月"])
def test_months_in_order_beyond_the_table_are_not_put_into_the_year_before(head: str) -> None:
    with pytest.raises(UnreadablePaste, match=r"「10月?」から「5月?」までの8か月を.*順に当てはめられません"):
        read(f"\t{head}\n人件費\t{line(*range(100, 108))}\n")


def test_names_that_are_none_of_the_table_are_not_taken_for_its_items_in_order() -> None:
    with pytest.raises(UnreadablePaste, match=r"左端の「売上高」は、この資金繰表の項目名.*現金売上"):
        read("\t4\t5\t6\n売上高\t100\t200\t300\n")


@given(st.integers(0, 11), st.integers(3, 12), st.integers(1, 12))
def test_a_run_of_bare_months_is_never_an_amount(first: int, count: int, items: int) -> None:
    numbers = [(3 + first + at) % 12 + 1 for at in range(count)]
    rows = [line(*numbers), *[line(*[9_000 + row] * count) for row in range(items)]]
    if first + count > 12:
        with pytest.raises(UnreadablePaste, match="順に当てはめられません"):
            read("\n".join(rows))
        return
    found = read("\n".join(rows))
    assert {month for month, _ in found.cells} == set(MONTHS[first : first + count])
    assert set(found.cells.values()) == {f"{9_000 + row:,}" for row in range(items)}
