"""Days in the spellings of forms, letters and spreadsheets, and what is refused with which sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vapup.shared.dates import UnreadableDate, format_wareki, format_wareki_weekday, parse_japanese_date

UNREADABLE = "「{}」は日付として読めません。2026-04-01、2026/4/1、令和8年4月1日、R8.4.1 のように入力してください。"
NO_SUCH_DAY = "「{}」という日はありません。年月日を確かめてください。"
NOT_IN_ERA = "「{}」は{}の期間にありません。元号と年を確かめてください。"
FULL_WIDTH = str.maketrans("0123456789-/.RHST", "０１２３４５６７８９－／．ＲＨＳＴ")
SPELLINGS = {
    date(2026, 4, 1): [
        *("2026-04-01", "2026-4-1", "2026/04/01", "2026/4/1", "2026.4.1", "20260401", "2026年4月1日", "2026年04月01日"),
        *("R8.4.1", "r8.4.1", "R08.04.01", "R8/4/1", "R8-4-1", "R8年4月1日", "令和8年4月1日", "令和08年04月01日"),
        *(
            "令和8.4.1",
            "令和8/4/1",
            "㋿8.4.1",
            "２０２６年４月１日",
            "２０２６－０４－０１",
            "Ｒ８．４．１",
            "令和８年４月１日",
        ),
        *(
            "2026年4月1日(水)",
            "2026-04-01(水曜)",
            "2026年4月1日（水曜日）",
            "令和 8 年 4 月 1 日",
            "\u30002026-04-01\u3000",
        ),
        *("2026‐04‐01", "2026–04–01", "2026—04—01", "2026ー04ー01", "2026−04−01", "2026\n-04-01"),
    ],
    date(2019, 5, 1): ["R1.5.1", "R元.5.1", "令和元年5月1日", "令和1年5月1日", "㋿元年5月1日"],
    date(2019, 4, 30): ["H31.4.30", "h31/4/30", "平成31年4月30日", "㍻31.4.30"],
    date(1989, 1, 8): ["H1.1.8", "H元.1.8", "平成元年1月8日"],
    date(1989, 1, 7): ["S64.1.7", "昭和64年1月7日", "㍼64.1.7"],
    date(1926, 12, 24): ["T15.12.24", "大正15年12月24日", "㍽15.12.24"],
    date(1912, 7, 30): ["T1.7.30", "大正元年7月30日"],
    date(2024, 2, 29): ["2024-02-29", "R6.2.29", "令和6年2月29日"],
}


@pytest.mark.parametrize(("day", "text"), [(day, text) for day, texts in SPELLINGS.items() for text in texts])
def test_a_day_is_read_in_any_usual_spelling(day: date, text: str) -> None:
    assert parse_japanese_date(text) == day
    assert type(parse_japanese_date(text)) is date


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "今日",
            "来年度",
            "4月1日",
            "2026年",
            "2026年4月",
            "26-04-01",
            "2026-4",
            "2026/4-1",
            "2026.4/1",
            "8.4.1",
        ),
        *("令8.4.1", "令和8年", "R8", "R.4.1", "X8.4.1", "明治45年7月29日", "M45.7.29", "2026年4月1", "2026-04-01日"),
        *("20260401T00:00", "2026-04-01 12:00", "1/4/2026", "April 1, 2026", "2026040", "202604011", "٢٠٢٦-٠٤-٠١"),
        *(
            "二〇二六年四月一日",
            "2026-04-01(火水)",
            "2026-04-01(Wed)",
            "-2026-04-01",
            "2026--04-01",
            "R100.4.1",
            "R8.4.001",
        ),
        *("\x00", "2026-04-01\x00", "<script>", "'; --", "{{ day }}", "R元元.4.1", "R8.4.元"),
    ],
)
def test_what_is_no_day_is_quoted_in_the_refusal(text: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_japanese_date(text)
    assert refused.value.message == UNREADABLE.format(text)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2025/2/29",
        "2026-04-31",
        "2026-13-01",
        "2026-00-10",
        "2026-01-00",
        "20260231",
        "0000-01-01",
        "R8.2.30",
    ],
)
def test_a_day_that_the_calendar_lacks_has_its_own_sentence(text: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_japanese_date(text)
    assert refused.value.message == NO_SUCH_DAY.format(text)
    assert "読めません" not in refused.value.message


@pytest.mark.parametrize(
    ("text", "era"),
    [
        *(("R1.4.30", "令和"), ("R0.5.1", "令和"), ("令和元年1月1日", "令和")),
        *(("H31.5.1", "平成"), ("H1.1.7", "平成"), ("平成38年4月1日", "平成")),
        *(("S64.1.8", "昭和"), ("昭和1年12月24日", "昭和"), ("㍼99.1.1", "昭和")),
        *(("T15.12.25", "大正"), ("T1.7.29", "大正")),
    ],
)
def test_a_day_outside_its_era_names_the_era(text: str, era: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_japanese_date(text)
    assert refused.value.message == NOT_IN_ERA.format(text, era)
    assert refused.value.message.endswith("確かめてください。")


@settings(max_examples=500)
@given(st.dates(date(1912, 7, 30), date(2117, 12, 31)))
def test_every_day_survives_being_written_and_typed(day: date) -> None:
    wareki = format_wareki(day)
    assert parse_japanese_date(wareki) == day
    assert parse_japanese_date(format_wareki_weekday(day)) == day
    assert parse_japanese_date(day.isoformat().translate(FULL_WIDTH)) == day
    assert parse_japanese_date(f"{day:%Y%m%d}") == day
    assert parse_japanese_date(f"{day.year}年{day.month}月{day.day}日") == day


@settings(max_examples=500)
@given(st.text(max_size=60))
def test_any_text_is_a_day_or_a_sentence(text: str) -> None:
    sentence, day = "「」ください。", None
    try:
        day = parse_japanese_date(text)
    except UnreadableDate as refused:
        sentence = refused.message
    assert day is None or type(day) is date
    assert sentence.startswith("「")
    assert sentence.endswith("ください。")
    assert len(sentence) < 110


@pytest.mark.parametrize(
    ("first", "written", "before"),
    [
        (date(2019, 5, 1), "令和元年5月1日(水)", "平成31年4月30日(火)"),
        (date(1989, 1, 8), "平成元年1月8日(日)", "昭和64年1月7日(土)"),
        (date(1926, 12, 25), "昭和元年12月25日(土)", "大正15年12月24日(金)"),
    ],
)
def test_an_era_begins_on_its_first_day(first: date, written: str, before: str) -> None:
    assert format_wareki_weekday(first) == written
    assert format_wareki_weekday(first - timedelta(days=1)) == before


def test_a_refusal_shows_no_more_than_the_beginning() -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_japanese_date("あ" * 31)
    assert refused.value.message == UNREADABLE.format("あ" * 30 + "…")
    with pytest.raises(UnreadableDate) as whole:
        parse_japanese_date("あ" * 30)
    assert whole.value.message == UNREADABLE.format("あ" * 30)
    with pytest.raises(ValueError, match="1912-07-29 lies before"):
        format_wareki(date(1912, 7, 29))
