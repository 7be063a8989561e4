"""Cells copied from a spreadsheet, put into the cash table: rows are items, columns are months."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import CashItem
from cases.rules.accounts import folded
from vapup.shared.errors import DomainError
from vapup.shared.money import UnreadableYen, format_yen, parse_yen

MOST_CELLS: Final = 5_000
LONGEST_CELL: Final = 60
_MONTH: Final = re.compile(r"(?:(20[0-9]{2})[年./-])?(1[0-2]|0?[1-9])月?(?:[./-]?0?1日?)?")
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
    """Return which month each column of amounts is, and the rows beneath the row of months, if there is one."""
    heads = [_month(cell, months) for cell in rows[0]]
    named = {place: month for place, month in enumerate(heads) if month is not None}
    if not named or any(parsed_as_amount(cell) for place, cell in enumerate(rows[0]) if place not in named):
        return dict(enumerate(months)), rows
    # A column of names, where there is one, is not counted among those of amounts.
    has_names = any(folded(row[0]) in _NAMES for row in rows[1:])
    return {place - has_names: month for place, month in named.items()}, rows[1:]


def _month(cell: str, months: Sequence[date]) -> date | None:
    """Return the month shown that a heading names: 2026-04, 2026年4月, 4月; the first of that name."""
    match = _MONTH.fullmatch("".join(cell.split()))
    if match is None or not (match[1] or "月" in cell):
        return None
    return next((one for one in months if one.month == int(match[2]) and match[1] in (None, str(one.year))), None)


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
