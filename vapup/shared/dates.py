"""Days: the counting of periods (民法140–143条), business days, fiscal years, Japanese dates, and the zone of Japan.

The counting follows the Civil Code, https://laws.e-gov.go.jp/law/129AC0000000089 : the first day is not counted
(140条), months run by the calendar (143条1項), and a period ends on the day before the corresponding day of its
last month, or on that month's last day where there is no corresponding day (143条2項).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import jpholiday

from vapup.shared.errors import DomainError
from vapup.shared.numbers import DASHES, half_width

ONE_DAY: Final = timedelta(days=1)
JAPAN: Final = ZoneInfo("Asia/Tokyo")

_WEEKDAYS: Final = "月火水木金土日"
_SATURDAY: Final = 5
_FISCAL_YEAR_STARTS: Final = 4
_LONGEST_SHOWN: Final = 30


class _Era(NamedTuple):
    name: str
    letter: str
    ligature: str
    first_day: date


_ERAS: Final = (
    _Era("令和", "R", "㋿", date(2019, 5, 1)),
    _Era("平成", "H", "㍻", date(1989, 1, 8)),
    _Era("昭和", "S", "㍼", date(1926, 12, 25)),
    _Era("大正", "T", "㍽", date(1912, 7, 30)),
)
_ERA_OF: Final = {mark: era for era in _ERAS for mark in (era.name, era.letter, era.ligature)}
_WEEKDAY_SUFFIX: Final = re.compile(r"\((?:[月火水木金土日]|[月火水木金土日]曜日?)\)$")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_WESTERN: Final = re.compile(r"([0-9]{4})(?:年|([-/.]))([0-9]{1,2})(?(2)\2|月)([0-9]{1,2})(?(2)|日)")
_JAPANESE: Final = re.compile(
    rf"({'|'.join(_ERA_OF)})([0-9]{{1,2}}|元)(?:年|([-/.]))([0-9]{{1,2}})(?(3)\3|月)([0-9]{{1,2}})(?(3)|日)"
)


class UnreadableDate(DomainError):
    """What was typed is no day of the calendar."""


@lru_cache(maxsize=8192)
def months_end(start: date, months: int) -> date:
    """Return the last day of the `months` that follow `start`, the day from which they are counted.

    `start` itself is not counted, so the period begins on the day after it. The end is never moved for a weekend
    or a holiday. 2024-04-30 and 6 months give 2024-10-31; 2024-08-29 gives 2025-02-28.
    """
    first = start + ONE_DAY
    years, month_index = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month_index + 1
    last_of_month = monthrange(year, month)[1]
    if first.day > last_of_month:
        return date(year, month, last_of_month)
    return date(year, month, first.day) - ONE_DAY


def fiscal_year(day: date) -> int:
    """Return the fiscal year (年度, from 1 April) that `day` falls in: 2026-03-31 is in 2025."""
    return day.year if day.month >= _FISCAL_YEAR_STARTS else day.year - 1


def previous_business_day(day: date) -> date:
    """Return `day` if offices are open on it, or else the last day before it on which they are.

    Closed are weekends, national holidays and the closure of public offices from 29 December to 3 January
    (行政機関の休日に関する法律1条, https://laws.e-gov.go.jp/law/363AC0000000091 ).
    """
    while not _is_business_day(day):
        day -= ONE_DAY
    return day


@lru_cache(maxsize=8192)
def _is_business_day(day: date) -> bool:
    if day.weekday() >= _SATURDAY or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return False
    return not jpholiday.is_holiday(day)


@lru_cache(maxsize=8192)
def day_off_name(day: date) -> str:
    """Return why public offices are closed on a day: 土曜日, the holiday's name, 年末年始 …; "" where they are open."""
    if holiday := jpholiday.is_holiday_name(day):
        return f"祝日({holiday})"
    if day.weekday() >= _SATURDAY:
        return f"{_WEEKDAYS[day.weekday()]}曜日"
    return "" if _is_business_day(day) else "年末年始"


def format_wareki(day: date) -> str:
    """Return the day in the Japanese calendar: 令和8年4月1日; the first year of an era is 元年.

    Raises:
        ValueError: the day lies before 大正 (1912-07-30).
    """
    for era in _ERAS:
        if day >= era.first_day:
            year = day.year - era.first_day.year + 1
            return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError(f"{day} lies before the eras that this product writes")


def format_wareki_weekday(day: date) -> str:
    """Return the day in the Japanese calendar with its weekday: 令和8年4月1日(水)."""
    return f"{format_wareki(day)}({_WEEKDAYS[day.weekday()]})"


def countdown(day: date, *, today: date) -> str:
    """Return how far away a day is: あと30日, 本日, 3日超過."""
    left = (day - today).days
    if left == 0:
        return "本日"
    return f"あと{left}日" if left > 0 else f"{-left}日超過"


def parse_japanese_date(text: str) -> date:
    """Read a day as people write it.

    Understood are 2026-04-01, 2026/4/1, 2026年4月1日, 20260401, R8.4.1 and 令和8年4月1日, also with 元年, full-width
    characters, the eras 大正 to 令和, and a weekday in brackets at the end.

    Raises:
        UnreadableDate: the text has another shape, names no day of the calendar, or a day outside its era.
    """
    written = _WEEKDAY_SUFFIX.sub("", half_width(text).translate(DASHES)).upper()
    if compact := _COMPACT.fullmatch(written):
        return _day(int(compact[1]), int(compact[2]), int(compact[3]), text)
    if western := _WESTERN.fullmatch(written):
        return _day(int(western[1]), int(western[3]), int(western[4]), text)
    if japanese := _JAPANESE.fullmatch(written):
        return _day_of_era(_ERA_OF[japanese[1]], japanese[2], (int(japanese[4]), int(japanese[5])), text)
    raise UnreadableDate(
        f"「{_shown(text)}」は日付として読めません。"
        "2026-04-01、2026/4/1、令和8年4月1日、R8.4.1 のように入力してください。"
    )


def _day_of_era(era: _Era, year_of_era: str, month_and_day: tuple[int, int], text: str) -> date:
    year = era.first_day.year + (1 if year_of_era == "元" else int(year_of_era)) - 1
    day = _day(year, *month_and_day, text)
    later_eras = [later for later in _ERAS if later.first_day > era.first_day]
    if day < era.first_day or (later_eras and day >= later_eras[-1].first_day):
        raise UnreadableDate(f"「{_shown(text)}」は{era.name}の期間にありません。元号と年を確かめてください。")
    return day


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableDate(f"「{_shown(text)}」という日はありません。年月日を確かめてください。") from None


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
