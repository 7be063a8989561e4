"""Cells copied from a spreadsheet, put into the cash table: rows are items, columns are months."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import CashItem
from cases.forms.plan.cash_heads import ITEMS, LONGEST_CELL, UnreadablePaste, columns_of, is_amount
from cases.rules.accounts import folded
from vapup.shared.money import format_yen, parse_yen
from vapup.ui.text import shorten

MOST_CELLS: Final = 5_000


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
        UnreadablePaste: no table, more rows than items, none that bears the name of an item, no cell for a month that
            is shown, or numbers that may be headings and amounts alike.
    """
    rows = _without_margin(_rows(text))
    columns, rows = columns_of(rows, months)
    named = [(ITEMS.get(folded(row[0])), row) for row in rows]
    if any(item for item, _ in named):
        ignored = tuple(row[0].strip() for item, row in named if item is None and row[0].strip())
        lines = [(item, row[1:]) for item, row in named if item is not None]
    elif len(rows) > len(CashItem):
        raise UnreadablePaste(
            f"貼り付けた行が{len(rows)}行あり、項目の数 {len(CashItem)} より多くあります。"
            "左端に項目名の列を付けて、貼り付け直してください。"
        )
    else:
        _check_names(rows, columns)
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


def _check_names(rows: Sequence[Sequence[str]], columns: Mapping[int, date]) -> None:
    """Refuse names that are none of the table's, where the columns of months begin after them."""
    for name in (cell.strip() for row in rows for cell in row[: min(columns, default=0)]):
        if name and not is_amount(name):
            raise UnreadablePaste(
                f"左端の「{shorten(name)}」は、この資金繰表の項目名(「{CashItem.SALES_CASH.label}」など)に当てはまりません。"
                "項目名を表のとおりにして、貼り付け直してください。"
            )


def _without_margin(rows: list[list[str]]) -> list[list[str]]:
    """Return the rows without the empty columns before the names of items; before anything else, one may be a month."""
    margin = min(next(place for place, cell in enumerate(row) if cell.strip()) for row in rows)
    return [row[margin:] for row in rows] if any(folded(row[margin]) in ITEMS for row in rows) else rows


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


def _in_yen(cell: str, factor: int) -> str:
    """Return a cell as the field takes it; what is no amount stays as it is, so that the field can say so."""
    text = cell.strip()[:LONGEST_CELL]
    if not is_amount(text):
        return text
    return format_yen(parse_yen(text) * factor)
