"""Cells copied from a spreadsheet, put into the cash table: rows are items, columns are months."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import CashItem
from cases.rules.accounts import folded
from vapup.shared.errors import DomainError
from vapup.shared.money import UnreadableYen, format_yen, parse_yen
from vapup.shared.numbers import half_width
from vapup.ui.text import shorten

MOST_CELLS: Final = 5_000
LONGEST_CELL: Final = 60
FIRST_YEAR_OF_REIWA: Final = 2019
_MONTH: Final = re.compile(
    r"(?:(?:(?P<year>20[0-9]{2})|(?:R|r|令和)(?P<era>[0-9]{1,2}|元))[年./-])?"
    r"(?P<month>1[0-2]|0?[1-9])月?(?:[./-]?0?1日?)?(?:\(?(?:計画|実績|予定|予想|見込)\)?)?"
)
_NAMES: Final = {folded(one.label): one for one in CashItem}


class UnreadablePaste(DomainError):
    """What was pasted is no part of a cash table."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a paste says.

    Attributes:
        cells: the text of each cell that is not empty, in yen where it can be read.
        ignored: the first cells of rows that are no items: totals and headings.
    """

    cells: Mapping[tuple[date, CashItem], str]
    ignored: tuple[str, ...]


def read_paste(text: str, months: Sequence[date], *, factor: int = 1) -> Pasted:
    """Read cells parted by tabs.

    A row that begins with the name of an item is that item's; without any such row, the rows are the items in the
    order of the table. A row of months says which column is which; without it, the columns begin with the first month.

    Args:
        factor: 1,000 where the amounts are written in thousands of yen.

    Raises:
        UnreadablePaste: no table, or more rows than items, or no cell for a month that is shown.
    """
    rows = _rows(text)
    columns, rows = _columns(rows, months)
    named = [(_NAMES.get(folded(row[0])), row) for row in rows]
    if any(item for item, _ in named):
        ignored = tuple(row[0].strip() for item, row in named if item is None and row[0].strip())
        lines = [(item, row[1:]) for item, row in named if item is not None]
    elif len(rows) > len(CashItem):
        raise UnreadablePaste(
            f"貼り付けた行が{len(rows)}行あり、項目の数 {len(CashItem)} より多くあります。"
            "左端に項目名の列を付けて、貼り付け直してください。"
        )
    else:
        ignored, lines = (), list(zip(CashItem, rows, strict=False))
    cells = {
        (columns[place], item): _in_yen(cell, factor)
        for item, row in lines
        for place, cell in enumerate(row)
        if place in columns and cell.strip()
    }
    if not cells:
        raise UnreadablePaste("貼り付けた表に、この資金繰表の月と項目に当てはまる金額がありません。")
    return Pasted(cells, ignored)


def _rows(text: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text.strip("\r\n"), newline=""), delimiter="\t", strict=True))
    except csv.Error:
        raise UnreadablePaste('表として読み取れません。引用符(")の対応を確かめて、貼り付け直してください。') from None
    found = [row for row in rows if any(cell.strip() for cell in row)]
    if not found:
        raise UnreadablePaste("貼り付けたセルがありません。Excelで範囲を選んでコピーし、貼り付けてください。")
    if sum(map(len, found)) > MOST_CELLS:
        raise UnreadablePaste(f"貼り付けたセルが多すぎます({MOST_CELLS:,}個まで)。範囲を分けて貼り付けてください。")
    return found


def _columns(rows: list[list[str]], months: Sequence[date]) -> tuple[dict[int, date], list[list[str]]]:
    """Return which month each column of amounts is, and the rows beneath the row of months, if there is one.

    Raises:
        UnreadablePaste: there are headings, but no month that is shown; or they cannot be told apart.
    """
    has_names = any(folded(row[0]) in _NAMES for row in rows)
    # A title stands alone in its row.
    top = next((place for place, row in enumerate(rows) if not has_names or any(map(str.strip, row[1:]))), 0)
    if folded(rows[top][0]) in _NAMES:
        return dict(enumerate(months)), rows
    # A column of names, where there is one, is not counted among those of amounts.
    heads = [cell.strip() for cell in rows[top][has_names:]]
    words = [cell for cell in heads if cell and not parsed_as_amount(cell)]
    if not words:
        return dict(enumerate(months)), rows
    found = {place: month for place, cell in enumerate(heads) if (month := _month(cell, months)) is not None}
    _check_heads(heads, words, found, months)
    return found, rows[top + 1 :]


def _check_heads(heads: Sequence[str], words: Sequence[str], found: Mapping[int, date], months: Sequence[date]) -> None:
    """Refuse headings that would put amounts into months that they do not name."""
    if not found:
        name = next((one for one in words if any(map(str.isdigit, one))), words[0])
        raise UnreadablePaste(
            f"1行目の「{shorten(name)}」は、この資金繰表の月({_named(months[0])}から{_named(months[-1])}まで)に"
            "当てはまりません。見出しか「最初の月」を直して、貼り付け直してください。"
        )
    if any(cell and parsed_as_amount(cell) for cell in heads):
        raise UnreadablePaste(
            "1行目に、月と金額が混ざっています。1行目の見出しを月だけにして、貼り付け直してください。"
        )
    for place, month in found.items():
        if month in list(found.values())[: list(found).index(place)]:
            raise UnreadablePaste(
                f"「{shorten(heads[place])}」の列が2つ以上あります。"
                f"{_named(month)}のように年を付けるか、どれか1つの列だけにして、貼り付け直してください。"
            )


def _named(month: date) -> str:
    return f"{month.year}年{month.month}月"


def _month(cell: str, months: Sequence[date]) -> date | None:
    """Return the month shown that a heading names: 2026-04, 2026年4月, R8.4, 4月 計画; the first of that name."""
    text = half_width(unicodedata.normalize("NFKC", cell))
    match = _MONTH.fullmatch(text)
    if match is None or not (match["year"] or match["era"] or "月" in text):
        return None
    year = int(match["year"]) if match["year"] else None
    if match["era"]:
        year = FIRST_YEAR_OF_REIWA - 1 + (1 if match["era"] == "元" else int(match["era"]))
    number = int(match["month"])
    return next((one for one in months if one.month == number and year in (None, one.year)), None)


def parsed_as_amount(cell: str) -> bool:
    """Tell whether a cell is an amount of money."""
    try:
        parse_yen(cell[:LONGEST_CELL])
    except UnreadableYen:
        return False
    return True


def _in_yen(cell: str, factor: int) -> str:
    """Return a cell as the field takes it; what is no amount stays as it is, so that the field can say so."""
    text = cell.strip()[:LONGEST_CELL]
    if not parsed_as_amount(text):
        return text
    return format_yen(parse_yen(text) * factor)
