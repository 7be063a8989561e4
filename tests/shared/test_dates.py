"""The counting of periods by the Civil Code, business days, and days as people write them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest

from vapup.shared.dates import (
    countdown,
    fiscal_year,
    format_wareki,
    format_wareki_weekday,
    months_end,
    parse_japanese_date,
    previous_business_day,
)
from vapup.shared.errors import DomainError

ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2024-03-31", "2024-09-30"),  # from 1 April: a month's first day
        ("2024-04-30", "2024-10-31"),  # from 1 May, corresponding day 1 November
        ("2024-02-29", "2024-08-31"),
        ("2024-06-30", "2024-12-31"),
        ("2024-08-31", "2025-02-28"),  # from 1 September, corresponding day 1 March
        ("2024-08-30", "2025-02-28"),  # from 31 August, no 31 February
        ("2024-08-29", "2025-02-28"),  # from 30 August, no 30 February
        ("2024-08-28", "2025-02-28"),  # from 29 August, no 29 February in 2025
        ("2024-08-27", "2025-02-27"),  # from 28 August, corresponding day 28 February
        ("2023-08-28", "2024-02-28"),  # from 29 August, corresponding day 29 February 2024
        ("2023-08-31", "2024-02-29"),
        ("2025-09-30", "2026-03-31"),
        ("2025-10-31", "2026-04-30"),
        ("2025-12-31", "2026-06-30"),
        ("2025-05-20", "2025-11-20"),
        ("2026-02-28", "2026-08-31"),
    ],
)
def test_six_months_end_as_the_civil_code_counts(start: str, end: str) -> None:
    assert months_end(date.fromisoformat(start), 6) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-04-15", 24, "2026-04-15"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2024-02-28", 24, "2026-02-28"),  # from 29 February 2024, no such day in 2026: the month's last day
        ("2024-02-28", 12, "2025-02-28"),
        ("2025-06-02", 12, "2026-06-02"),
        ("2024-12-31", 12, "2025-12-31"),
        ("2025-01-31", 1, "2025-02-28"),
    ],
)
def test_years_end_as_the_civil_code_counts(start: str, months: int, end: str) -> None:
    assert months_end(date.fromisoformat(start), months) == date.fromisoformat(end)


def _end_by_walking(start: date, months: int) -> date:
    """Count with a calendar in hand: walk day by day into the last month, then to its corresponding day or its end."""
    first = day = start + ONE_DAY
    crossed = 0
    while crossed < months:
        day += ONE_DAY
        crossed += day.day == 1
    while day.day != first.day:
        tomorrow = day + ONE_DAY
        if tomorrow.month != day.month:
            return day
        day = tomorrow
    return day - ONE_DAY


@pytest.mark.parametrize("months", [6, 12, 24])
def test_every_day_of_nine_years_agrees_with_walking_the_calendar(months: int) -> None:
    days = (date(2019, 1, 1) + timedelta(days=offset) for offset in range(9 * 365 + 2))
    differing = [
        (day, months_end(day, months)) for day in days if months_end(day, months) != _end_by_walking(day, months)
    ]
    assert differing == []


@pytest.mark.parametrize("months", [6, 12, 24])
def test_a_later_start_never_ends_earlier(months: int) -> None:
    ends = [months_end(date(2023, 1, 1) + timedelta(days=offset), months) for offset in range(800)]
    assert ends == sorted(ends)


def test_the_last_day_of_a_month_gives_the_last_day_of_a_month() -> None:
    for month in range(1, 13):
        end = months_end(date(2025, month, monthrange(2025, month)[1]), 6)
        assert end.day == monthrange(end.year, end.month)[1]


@pytest.mark.parametrize(
    ("day", "business_day"),
    [
        pytest.param("2026-03-31", "2026-03-31", id="a Tuesday is one"),
        pytest.param("2025-08-31", "2025-08-29", id="Sunday goes back to Friday"),
        pytest.param("2026-09-23", "2026-09-18", id="autumn equinox after a citizens' holiday, Monday off, weekend"),
        pytest.param("2025-05-06", "2025-05-02", id="a substitute holiday at the end of a golden week"),
        pytest.param("2024-12-31", "2024-12-27", id="the year-end closure, then a weekend"),
        pytest.param("2026-01-03", "2025-12-26", id="back over the new year"),
        pytest.param("2026-12-29", "2026-12-28", id="the first day of the closure"),
        pytest.param("2027-01-04", "2027-01-04", id="the first day after it"),
    ],
)
def test_the_previous_business_day_skips_weekends_holidays_and_the_new_year(day: str, business_day: str) -> None:
    assert previous_business_day(date.fromisoformat(day)) == date.fromisoformat(business_day)


@pytest.mark.parametrize(("day", "year"), [("2026-03-31", 2025), ("2026-04-01", 2026), ("2026-12-31", 2026)])
def test_a_fiscal_year_begins_in_april(day: str, year: int) -> None:
    assert fiscal_year(date.fromisoformat(day)) == year


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("2026-04-01", "令和8年4月1日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1926-12-24", "大正15年12月24日"),
    ],
)
def test_days_are_written_and_read_in_the_japanese_calendar(day: str, written: str) -> None:
    assert format_wareki(date.fromisoformat(day)) == written
    assert parse_japanese_date(written) == date.fromisoformat(day)


def test_the_weekday_stands_in_brackets() -> None:
    assert format_wareki_weekday(date(2026, 4, 1)) == "令和8年4月1日(水)"


def test_days_before_the_eras_are_not_written() -> None:
    with pytest.raises(ValueError, match="1912-07-29"):
        format_wareki(date(1912, 7, 29))


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-01",
        "2026-4-1",
        "2026/4/1",
        "2026.4.1",
        "20260401",
        "2026年4月1日",
        "R8.4.1",
        "r8/4/1",
        "Ｒ８．４．１",
        "R08.04.01",
        "令和8年4月1日",
        "令和８年４月１日(水)",
        "令和8年4月1日（水曜日）",
        "㋿8年4月1日",
        " 令和 8年 4月 1日 ",
        "２０２６／０４／０１",
        "2026−04−01",
        "20２６ー4ー1",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_japanese_date(text) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("H31.4.30", "2019-04-30"),
        ("R1.5.1", "2019-05-01"),
        ("R元.5.1", "2019-05-01"),
        ("S64.1.7", "1989-01-07"),
        ("昭和元年12月25日", "1926-12-25"),
        ("H1.1.8", "1989-01-08"),
    ],
)
def test_the_borders_of_the_eras_are_read(text: str, day: str) -> None:
    assert parse_japanese_date(text) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["2026-02-29", "令和8年2月29日", "20261301", "0000-01-01", "R8.4.31"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="という日はありません") as refused:
        parse_japanese_date(text)
    assert text in refused.value.message


@pytest.mark.parametrize("text", ["H31.5.1", "S64.1.8", "R1.4.30", "R0.1.1", "H0.12.31", "T1.7.29", "昭和1年12月24日"])
def test_a_day_outside_its_era_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="期間にありません") as refused:
        parse_japanese_date(text)
    assert text in refused.value.message


@pytest.mark.parametrize(
    "text", ["", "明日", "8.4.1", "2026-4/1", "2026年4月", "26/4/1", "4/1/2026", "M45.7.29", "2026-04-01T00:00"]
)
def test_what_is_no_day_is_refused_with_examples(text: str) -> None:
    with pytest.raises(DomainError, match="日付として読めません") as refused:
        parse_japanese_date(text)
    assert f"「{text}」" in refused.value.message
    assert "R8.4.1" in refused.value.message


def test_a_long_text_is_named_by_its_beginning() -> None:
    with pytest.raises(DomainError) as refused:
        parse_japanese_date("あ" * 10_000)
    assert len(refused.value.message) < 150


def test_how_far_away_a_day_is() -> None:
    today = date(2026, 4, 1)
    found = [countdown(today + timedelta(days=days), today=today) for days in (30, 0, -3)]
    assert found == ["あと30日", "本日", "3日超過"]
