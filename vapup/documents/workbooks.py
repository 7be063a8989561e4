"""Tables as a workbook for spreadsheet programs: text is stored as text and never read as a formula, sums are numbers.

See https://owasp.org/www-community/attacks/CSV_Injection .
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
A4: Final = 9
# The longest text that a cell of a workbook can hold.
LONGEST_TEXT: Final = 32_767


@dataclass(frozen=True, slots=True)
class Hours:
    """A time that a cell shows as hours: 90 minutes as 1.5."""

    minutes: int


Cell = str | int | date | Hours | None


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, a title above the table, the head of each column with its width in characters, the cells.

    Rows named in `sums`, counted from 0, are set in bold.
    """

    name: str
    title: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]
    sums: frozenset[int] = frozenset()


def workbook(tables: Sequence[Table], *, title: str, made_on: date) -> bytes:
    """Return the tables as one workbook, a sheet each; the same tables give the same bytes."""
    file = io.BytesIO()
    with Workbook(file, _OPTIONS) as book:
        noon = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001 (workbooks know no time zones)
        book.set_properties({"title": title, "created": noon})
        book.formats[0].set_font_name("BIZ UDPゴシック")
        looks = _Looks(book)
        for table in tables:
            _write(book.add_worksheet(table.name), table, looks)
    return file.getvalue()


class _Looks:
    """The formats of the cells, plain and in bold; `quote_prefix` keeps a text a text when somebody edits it."""

    def __init__(self, book: Workbook) -> None:
        font = {"font_name": "BIZ UDPゴシック", "font_size": 10, "valign": "top"}
        self.title = book.add_format({**font, "bold": True, "font_size": 12, "quote_prefix": True})
        self.head = book.add_format(
            {**font, "bold": True, "bg_color": "#E6E6E6", "border": 1, "text_wrap": True, "quote_prefix": True}
        )
        self.text, self.number, self.hours, self.day = (
            {is_sum: book.add_format({**font, "border": 1, "bold": is_sum, **look}) for is_sum in (False, True)}
            for look in (
                {"text_wrap": True, "quote_prefix": True},
                {"num_format": "#,##0"},
                {"num_format": "#,##0.0#"},
                {"num_format": "yyyy-mm-dd", "align": "left"},
            )
        )


def _write(sheet: Worksheet, table: Table, looks: _Looks) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.write_string(0, 0, table.title[:LONGEST_TEXT], looks.title)
    for place, (head, width) in enumerate(table.columns):
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, head, looks.head)
    for number, row in enumerate(table.rows):
        for place, cell in enumerate(row):
            _cell(sheet, number + 3, place, cell, looks, is_sum=number in table.sums)
    sheet.freeze_panes(3, 0)


def _cell(sheet: Worksheet, row: int, place: int, cell: Cell, looks: _Looks, *, is_sum: bool) -> None:
    if isinstance(cell, str) and cell:
        sheet.write_string(row, place, cell[:LONGEST_TEXT], looks.text[is_sum])
    elif isinstance(cell, int):
        sheet.write_number(row, place, cell, looks.number[is_sum])
    elif isinstance(cell, Hours):
        sheet.write_number(row, place, cell.minutes / 60, looks.hours[is_sum])
    elif isinstance(cell, date):
        day = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 (workbooks know no time zones)
        sheet.write_datetime(row, place, day, looks.day[is_sum])
    else:
        sheet.write_blank(row, place, None, looks.text[is_sum])


__all__ = ["Cell", "Hours", "Table", "workbook"]
