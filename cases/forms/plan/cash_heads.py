"""Which month each column of cells copied from a spreadsheet is: from a row of headings, or in the order of the table.

Spreadsheets write months as 2025-04, R7.4, 4月, 202504 or a bare 4, with the years in a row above them or not at all.
A bare number may be an amount too: where that cannot be told, it is said, and nothing is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, NoReturn

from cases.enums import CashItem
from cases.rules.accounts import folded
from vapup.shared.errors import DomainError
from vapup.shared.money import UnreadableYen, parse_yen
from vapup.shared.numbers import half_width
from vapup.ui.text import shorten

ITEMS: Final = {folded(one.label): one for one in CashItem}
LONGEST_CELL: Final = 60
FIRST_YEAR_OF_REIWA: Final = 2019
MONTHS_OF_YEAR: Final = 12
# So many bare numbers that follow on each other as months do are no amounts.
SURE_RUN: Final = 3
MOST_QUOTED: Final = 3
_YEAR: Final = r"(?:(?P<year>20[0-9]{2})|(?:R|r|令和)(?P<era>[0-9]{1,2}|元))"
_MONTH: Final = re.compile(
    rf"(?:{_YEAR}[年./-])?"
    r"(?P<month>1[0-2]|0?[1-9])月?(?:[./-]?0?1日?)?(?:\(?(?:計画|実績|予定|予想|見込)\)?)?"
)
_BARE_MONTH: Final = re.compile(r"(?P<year>20[0-9]{2})?(?P<month>(?(year)(?:0[1-9]|1[0-2])|(?:1[0-2]|0?[1-9])))")
_BARE_YEAR: Final = re.compile(rf"{_YEAR}年?")
# What stands in the corner above the names of items.
_CORNER: Final = frozenset({"", "項目", "科目", "勘定科目", "区分", "月", "年月", "年", "年度", "内訳"})
# The year, where a heading gives one, and the month.
Month = tuple[int | None, int]


class UnreadablePaste(DomainError):
    """What was pasted is no part of a cash table."""


def columns_of(rows: list[list[str]], months: Sequence[date]) -> tuple[dict[int, date], list[list[str]]]:
    """Return which month each column of amounts is, and the rows beneath the row of months, if there is one.

    Raises:
        UnreadablePaste: there are headings, but no month that is shown; or they cannot be told apart, or not from
            amounts.
    """
    has_names = any(folded(row[0]) in ITEMS for row in rows)
    # A title stands alone in its row.
    top = next((place for place, row in enumerate(rows) if not has_names or any(map(str.strip, row[1:]))), 0)
    if folded(rows[top][0]) in ITEMS:
        return dict(enumerate(months)), rows
    # A column of names, where there is one, is not counted among those of amounts.
    heads = _heads(rows[top], has_names=has_names)
    beneath = rows[top + 1 :]
    if len(beneath) > 1 and folded(beneath[0][0]) not in ITEMS:
        dated = _dated(heads, _heads(beneath[0], has_names=has_names))
        heads, beneath = (heads, beneath) if dated is None else (dated, beneath[1:])
    corner = folded(rows[top][0]) if has_names else None
    if beneath and (bare := _bare(heads, months, corner)) is not None:
        return _placed(heads, bare, months), beneath
    words = [cell for cell in heads if cell and not is_amount(cell)]
    if not words:
        return dict(enumerate(months)), rows
    found = _placed(heads, {place: one for place, cell in enumerate(heads) if (one := _month(cell))}, months)
    _check_heads(heads, words, found, months)
    return found, beneath


def is_amount(cell: str) -> bool:
    """Tell whether a cell is an amount of money."""
    try:
        parse_yen(cell[:LONGEST_CELL])
    except UnreadableYen:
        return False
    return True


def _heads(row: Sequence[str], *, has_names: bool) -> list[str]:
    return [cell.strip() for cell in row[has_names:]]


def _plain(cell: str) -> str:
    return half_width(unicodedata.normalize("NFKC", cell))


def _month(cell: str) -> Month | None:
    """Return the month that a heading names: 2026-04, 2026年4月, R8.4, 4月 計画."""
    text = _plain(cell)
    match = _MONTH.fullmatch(text)
    if match is None or not (match["year"] or match["era"] or "月" in text):
        return None
    return _year(match), int(match["month"])


def _year(match: re.Match[str]) -> int | None:
    if match["era"]:
        return FIRST_YEAR_OF_REIWA - 1 + (1 if match["era"] == "元" else int(match["era"]))
    return int(match["year"]) if match["year"] else None


def _dated(years: Sequence[str], months: Sequence[str]) -> list[str] | None:
    """Return the months with the years of the row above them; None where the two rows are something else.

    A year holds for the columns up to the next one, as merged cells are copied; one that is the fiscal year holds up
    to its last month, so that January behind December is of the year after.
    """
    above = [_BARE_YEAR.fullmatch(_plain(cell)) for cell in years]
    numbers = [_BARE_MONTH.fullmatch(_plain(cell).removesuffix("月")) for cell in months]
    if not any(above) or any(cell and not match for cell, match in zip(years, above, strict=True)):
        return None
    named = [one for one in numbers if one]
    if any(one["year"] for one in named) or not _is_run([(None, int(one["month"])) for one in named]):
        return None
    told = [*(_year(match) if match else None for match in above), *[None] * len(months)]
    return _with_years(months, numbers, told[: len(months)])


def _with_years(cells: Sequence[str], numbers: Sequence[re.Match[str] | None], told: Sequence[int | None]) -> list[str]:
    """Return the months, the first after each year that is told with that year; other cells as they are."""
    found: list[str] = []
    year: int | None = None
    for cell, number, new in zip(cells, numbers, told, strict=True):
        year = new or year
        if number is None:
            found.append(cell)
            continue
        found.append(f"{year}年{number['month']}月" if year else f"{number['month']}月")
        year = None
    return found


def _bare(heads: Sequence[str], months: Sequence[date], corner: str | None) -> dict[int, Month] | None:
    """Return the months of headings that are bare numbers; None where the row is no such row.

    Args:
        corner: what stands above the names of the items; None without names.

    Raises:
        UnreadablePaste: the numbers are years, or may be months and amounts alike.
    """
    numbers = {place: cell for place, cell in enumerate(heads) if cell and is_amount(cell)}
    if not numbers or any(_month(cell) for cell in heads):
        return None
    is_sure = len(numbers) >= SURE_RUN or corner in _CORNER
    if years := _years(list(numbers.values())):
        if is_sure or len(years) > 1:
            _not_shown(next(iter(numbers.values())), months)
        if {one.year for one in months} & set(years):
            _in_doubt(list(numbers.values()))
        return None
    matches = {place: match for place, cell in numbers.items() if (match := _BARE_MONTH.fullmatch(_plain(cell)))}
    found: dict[int, Month] = {place: (_year_of(match), int(match["month"])) for place, match in matches.items()}
    if len(found) < len(numbers) or len({year is None for year, _ in found.values()}) > 1:
        return None
    is_run = _is_run(list(found.values()))
    if is_run and is_sure:
        return found
    has_years = any(year for year, _ in found.values())
    if not has_years or (is_run and set(found.values()) & {(one.year, one.month) for one in months}):
        _in_doubt(list(numbers.values()))
    return None


def _year_of(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _years(cells: Sequence[str]) -> list[int]:
    """Return the years that bare numbers are, one after the other; nothing where they are something else."""
    found = [int(text) for text in map(_plain, cells) if re.fullmatch(r"20[0-9]{2}", text)]
    follow = all(after - before == 1 for before, after in pairwise(found))
    return found if len(found) == len(cells) and follow else []


def _is_run(found: Sequence[Month]) -> bool:
    """Tell whether months follow on each other; December is followed by January."""
    if not found:
        return False
    numbers = [(year or 0) * MONTHS_OF_YEAR + month for year, month in found]
    steps = [after - before for before, after in pairwise(numbers)]
    return all(step == 1 or (found[0][0] is None and step == 1 - MONTHS_OF_YEAR) for step in steps)


def _placed(heads: Sequence[str], named: Mapping[int, Month], months: Sequence[date]) -> dict[int, date]:
    """Return the months of the table that headings name; what is not shown is left out.

    Months without a year that follow on each other are so in the table too: they begin with the first of that name.

    Raises:
        UnreadablePaste: they follow on each other beyond the table, so that their year is not known.
    """
    values = list(named.values())
    if len(values) > 1 and all(year is None for year, _ in values) and _is_run(values):
        first = next(place for place, one in enumerate(months) if one.month == values[0][1])
        if first + len(values) > len(months):
            _beyond(heads, list(named), months)
        return dict(zip(named, months[first:], strict=False))
    dated = dict(zip(named, _carried(values), strict=True))
    found = {place: _shown(one, months) for place, one in dated.items()}
    return {place: month for place, month in found.items() if month is not None}


def _carried(values: Sequence[Month]) -> list[Month]:
    """Return months of which some have a year, each with its year: it is written where it changes, or at first only."""
    first = next((place for place, (year, _) in enumerate(values) if year is not None), None)
    if first is None:
        return list(values)
    found = list(values)
    for place in range(first + 1, len(found)):
        year, month = found[place]
        last, before = found[place - 1]
        if year is None and last is not None:
            found[place] = last + (month < before), month
    for place in range(first - 1, -1, -1):
        year, after = found[place + 1]
        month = found[place][1]
        found[place] = None if year is None else year - (month > after), month
    return found


def _shown(named: Month, months: Sequence[date]) -> date | None:
    year, number = named
    return next((one for one in months if one.month == number and year in (None, one.year)), None)


def _check_heads(heads: Sequence[str], words: Sequence[str], found: Mapping[int, date], months: Sequence[date]) -> None:
    """Refuse headings that would put amounts into months that they do not name."""
    if not found:
        _not_shown(next((one for one in words if any(map(str.isdigit, one))), words[0]), months)
    if any(cell and is_amount(cell) for cell in heads):
        raise UnreadablePaste(
            "1行目に、月と金額が混ざっています。1行目の見出しを月だけにして、貼り付け直してください。"
        )
    for place, month in found.items():
        if month in list(found.values())[: list(found).index(place)]:
            raise UnreadablePaste(
                f"「{shorten(heads[place])}」の列が2つ以上あります。"
                f"{_named(month)}のように年を付けるか、どれか1つの列だけにして、貼り付け直してください。"
            )


def _not_shown(name: str, months: Sequence[date]) -> NoReturn:
    raise UnreadablePaste(
        f"1行目の「{shorten(name)}」は、この資金繰表の月({_span(months)})に"
        "当てはまりません。見出しか「最初の月」を直して、貼り付け直してください。"
    )


def _beyond(heads: Sequence[str], places: Sequence[int], months: Sequence[date]) -> NoReturn:
    first, last = (shorten(heads[place]) for place in (places[0], places[-1]))
    raise UnreadablePaste(
        f"見出しの「{first}」から「{last}」までの{len(places)}か月を、この資金繰表の月({_span(months)})に"
        f"順に当てはめられません。「{_named(months[0])}」のように年を付けるか、「最初の月」を直して、貼り付け直してください。"
    )


def _in_doubt(cells: Sequence[str]) -> NoReturn:
    quoted = "".join(f"「{shorten(cell)}」" for cell in cells[:MOST_QUOTED])
    more = "…" if len(cells) > MOST_QUOTED else ""
    raise UnreadablePaste(
        f"{quoted}{more}の行が、月の見出しか金額か決められません。"
        "見出しなら「4月」のように「月」を付け、金額なら左端に項目名の列と、その上に月の行を付けて、貼り付け直してください。"
    )


def _span(months: Sequence[date]) -> str:
    return f"{_named(months[0])}から{_named(months[-1])}まで"


def _named(month: date) -> str:
    return f"{month.year}年{month.month}月"
