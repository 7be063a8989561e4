"""Months and periods as files write them: 2025/04, 4月, 令和7年4月度, 自 R7.4.1 至 R8.3.31."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

YEAR: Final = 12
FIRST_YEAR, LAST_YEAR = 1990, 2099
ERAS: Final = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_YEAR: Final = r"(?:(?P<year>(?:19|20)[0-9]{2})|(?P<era>令和|平成|昭和|R|H|S)(?P<of>元|[0-9]{1,2}))(?:年度?|[/.-])"
_MONTH: Final = r"(?P<month>1[0-2]|0?[1-9])"
_HEAD: Final = re.compile(
    rf"(?:{_YEAR})?{_MONTH}(?P<mark>月)?(?:(?:[/.-])?(?:[0-9]{{1,2}})日?)?(?:度|分|期|末|残高|実績|金額|\(実績\))*"
)
_COMPACT: Final = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])")
_IN_TEXT: Final = re.compile(
    rf"{_YEAR}{_MONTH}(?P<mark>月)?(?:(?(mark)|[/.-])(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9])日?)?"
)
# A title may also say when it was printed.
_PRINTED: Final = re.compile(r"作成|出力日|出力時|印刷|発行|日時|エクスポート")


_BEGINS: Final = re.compile(r"自|開始")


@dataclass(frozen=True, slots=True)
class Span:
    """The months that a file is about, by their first days, both included; `first` is None where only the end is told.

    `is_month` tells that the file names one month (4月度), not a day.
    """

    first: date | None
    last: date


def month_of(head: str) -> tuple[int | None, int] | None:
    """Return the year, where it is told, and the month that a head names; None where it names none."""
    text = _plain(head)
    if compact := _COMPACT.fullmatch(text):
        return int(compact["year"]), int(compact["month"])
    match = _HEAD.fullmatch(text)
    if match is None or not (match["mark"] or match["year"] or match["era"]):
        return None
    return _year(match), int(match["month"])


def span_of(titles: Iterable[str]) -> Span | None:
    """Return the months that the lines above a table tell, the first that tell any; 自 and 至 may be lines apart."""
    begins: date | None = None
    for line in titles:
        found = list(_told(_plain(line))) if not _PRINTED.search(line) else []
        if not found:
            continue
        (first, has_day), (last, _) = found[0], found[-1]
        if len(found) > 1 and first <= last:
            return Span(first, last)
        if _BEGINS.search(line) and begins is None:
            begins = first
        elif begins is not None and begins <= first:
            return Span(begins, first)
        else:
            return Span(None if has_day else first, first)
    return Span(begins, begins) if begins is not None else None


def _told(text: str) -> Iterator[tuple[date, bool]]:
    for match in _IN_TEXT.finditer(text):
        year = _year(match)
        if year is not None and FIRST_YEAR <= year <= LAST_YEAR:
            yield date(year, int(match["month"]), 1), match["day"] is not None


def _year(match: re.Match[str]) -> int | None:
    if match["year"]:
        return int(match["year"])
    if match["era"]:
        return ERAS[match["era"]] + (1 if match["of"] == "元" else int(match["of"]))
    return None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate({0x2212: "-", 0x2010: "-", 0x301C: "~"}).split())


def plus(month: date, count: int) -> date:
    """Return the first day of the month that lies `count` months after another, or before it."""
    years, place = divmod(month.month - 1 + count, YEAR)
    return date(month.year + years, place + 1, 1)


def between(first: date, last: date) -> list[date]:
    """Return the first days of the months from one to another, both included."""
    count = (last.year - first.year) * YEAR + last.month - first.month
    return [plus(first, place) for place in range(count + 1)]


def month_end(month: date) -> date:
    """Return the last day of a month."""
    return plus(month, 1) - timedelta(days=1)


def year_start(month: date, end_month: int) -> date:
    """Return the first month of the fiscal year that a month lies in.

    Args:
        end_month: the last month of the fiscal year, 1 to 12.
    """
    return plus(month, -((month.month - end_month - 1) % YEAR))


def begins_year(month: date, end_month: int) -> bool:
    """Tell whether a month is the first of a fiscal year whose last month is `end_month`, 1 to 12."""
    return month.month == end_month % YEAR + 1


def dated(heads: Sequence[tuple[int | None, int]], last: date | None) -> list[date] | None:
    """Return the months of a row of heads, which follow each other; None where no year is told anywhere.

    Args:
        last: the month of the last head, where the file or the user tells it; years in the heads go before it.
    """
    told = next(((place, year, month) for place, (year, month) in enumerate(heads) if year is not None), None)
    if told is not None:
        place, year, month = told
        start = plus(date(year, month, 1), -place)
    elif last is not None:
        behind = (last.month - heads[-1][1]) % YEAR
        start = plus(last, -behind - len(heads) + 1)
    else:
        return None
    months = [plus(start, place) for place in range(len(heads))]
    follows = all(month.month == head[1] for month, head in zip(months, heads, strict=True))
    return months if follows else None
