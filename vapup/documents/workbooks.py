"""Tables as a workbook for spreadsheet programs: text is stored as text and never read as a formula, sums are numbers.

See https://owasp.org/www-community/attacks/CSV_Injection .
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
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
# Of one line of a cell, and the most that a row may have.
LINE_POINTS: Final = 14
HIGHEST_POINTS: Final = 408


@dataclass(frozen=True, slots=True)
class Hours:
    """A time that a cell shows as hours: 90 minutes as 1.5."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Hundredths of a percent that a cell shows as a percentage: 125 as 1.25%."""

    basis_points: int

    @property
    def value(self) -> float:
        """Return the number that the cell holds."""
        return self.basis_points / 10_000


@dataclass(frozen=True, slots=True)
class Formula:
    """What the program reckons, and what it comes to, for whoever opens the file without reckoning.

    `text` is made of places and operators alone: nothing that anybody typed ever stands in it.
    """

    text: str
    value: int | float
    is_rate: bool = False


Cell = str | int | date | Hours | Rate | Formula | None
# Where the rows of a table with a title begin, as formulas count rows.
FIRST_ROW: Final = 4


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, a title above the table, the head of each column with its width in characters, the cells.

    Without a title it is a list to work with: it begins at the top, and its columns can be filtered. Rows named in
    `sums`, counted from 0, are set in bold. `fixed` columns stay where they are when the others are moved.
    """

    name: str
    title: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]
    sums: frozenset[int] = frozenset()
    fixed: int = 0


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
        self.text, self.number, self.hours, self.day, self.rate = (
            {is_sum: book.add_format({**font, "border": 1, "bold": is_sum, **look}) for is_sum in (False, True)}
            for look in (
                {"text_wrap": True, "quote_prefix": True},
                {"num_format": "#,##0"},
                {"num_format": "#,##0.0#"},
                {"num_format": "yyyy-mm-dd", "align": "left"},
                {"num_format": "0.00%"},
            )
        )


def _write(sheet: Worksheet, table: Table, looks: _Looks) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    top = 2 if table.title else 0
    sheet.repeat_rows(top)
    if table.title:
        sheet.write_string(0, 0, table.title[:LONGEST_TEXT], looks.title)
    else:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    for place, (head, width) in enumerate(table.columns):
        sheet.set_column(place, place, width)
        sheet.write_string(top, place, head, looks.head)
    for number, row in enumerate(table.rows):
        if (lines := _lines(row, [width for _, width in table.columns])) > 1:
            sheet.set_row(top + 1 + number, min(lines * LINE_POINTS, HIGHEST_POINTS))
        for place, cell in enumerate(row):
            _cell(sheet, top + 1 + number, place, cell, looks, is_sum=number in table.sums)
    sheet.freeze_panes(top + 1, table.fixed)


def _lines(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """Return how many lines the longest text of a row takes; not every program measures the rows of a file itself."""
    texts = ((cell, width) for cell, width in zip(row, widths, strict=False) if isinstance(cell, str))
    return max((sum(_wrapped(line, width) for line in text.split("\n")) for text, width in texts), default=1)


def _wrapped(line: str, width: int) -> int:
    """Return the lines of a text without breaks in a column so many half-width letters wide."""
    halves = sum(2 if east_asian_width(letter) in "FWA" else 1 for letter in line)
    return max(-(-halves // max(width - 1, 1)), 1)


def _cell(sheet: Worksheet, row: int, place: int, cell: Cell, looks: _Looks, *, is_sum: bool) -> None:
    if isinstance(cell, str) and cell:
        sheet.write_string(row, place, cell[:LONGEST_TEXT], looks.text[is_sum])
    elif isinstance(cell, int):
        sheet.write_number(row, place, cell, looks.number[is_sum])
    elif isinstance(cell, Hours):
        sheet.write_number(row, place, cell.minutes / 60, looks.hours[is_sum])
    elif isinstance(cell, Rate):
        sheet.write_number(row, place, cell.value, looks.rate[is_sum])
    elif isinstance(cell, Formula):
        look = looks.rate if cell.is_rate else looks.number
        sheet.write_formula(row, place, cell.text, look[is_sum], cell.value)
    elif isinstance(cell, date):
        day = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 (workbooks know no time zones)
        sheet.write_datetime(row, place, day, looks.day[is_sum])
    else:
        sheet.write_blank(row, place, None, looks.text[is_sum])


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """A column that people fill in: its head, its look ("text", "number", "day" or "hours"), and what may be chosen."""

    head: str
    width: int
    look: str = "text"
    choices: Sequence[str] = ()
    hint: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class EntrySheet:
    """An empty sheet to be filled in from row 2 on."""

    name: str
    columns: Sequence[EntryColumn]


LISTS: Final = "一覧"
LAST_ENTRY_ROW: Final = 5_000
_LONGEST_HINT: Final = 255


def entry_workbook(sheets: Sequence[EntrySheet], guides: Sequence[Table], *, title: str, made_on: date) -> bytes:
    """Return a workbook to be filled in: guides first, then the sheets, then the lists that its cells choose from."""
    file = io.BytesIO()
    with Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": title, "created": datetime(made_on.year, made_on.month, made_on.day)})  # noqa: DTZ001
        book.formats[0].set_font_name("BIZ UDPゴシック")
        looks = _Looks(book)
        for guide in guides:
            _write(book.add_worksheet(guide.name), guide, looks)
        chosen = [column for sheet in sheets for column in sheet.columns if column.choices]
        places = {choices: place for place, choices in enumerate(dict.fromkeys(tuple(one.choices) for one in chosen))}
        for sheet in sheets:
            _entry_sheet(book.add_worksheet(sheet.name), sheet, places, _entry_looks(book, looks))
        _lists(book.add_worksheet(LISTS), chosen, places, looks)
    return file.getvalue()


def _entry_looks(book: Workbook, looks: _Looks) -> dict[str, Any]:
    font = {"font_name": "BIZ UDPゴシック", "font_size": 10}
    needed = {**font, "bold": True, "bg_color": "#FFE9B8", "border": 1, "text_wrap": True, "valign": "top"}
    formats = {"text": "@", "number": "#,##0", "day": "yyyy-mm-dd", "hours": "General"}
    made = {name: book.add_format({**font, "num_format": number}) for name, number in formats.items()}
    return {**made, "head": looks.head, "needed": book.add_format(needed)}


def _entry_sheet(
    sheet: Worksheet, entry: EntrySheet, places: dict[tuple[str, ...], int], looks: dict[str, Any]
) -> None:
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(entry.columns):
        sheet.set_column(place, place, column.width, looks[column.look])
        sheet.write_string(0, place, column.head, looks["needed" if column.is_needed else "head"])
        rule: dict[str, Any] = {"validate": "any"}
        if column.choices:
            letter = xl_col_to_name(places[tuple(column.choices)])
            last = len(column.choices) + 1
            rule = {"validate": "list", "source": f"='{LISTS}'!${letter}$2:${letter}${last}", "error_type": "warning"}
        if column.hint:
            rule |= {"input_title": column.head[:32], "input_message": column.hint[:_LONGEST_HINT]}
        if column.choices or column.hint:
            sheet.data_validation(1, place, LAST_ENTRY_ROW, place, rule)


def _lists(sheet: Worksheet, chosen: Sequence[EntryColumn], places: dict[tuple[str, ...], int], looks: _Looks) -> None:
    """Write each list once, under the head of the first column that uses it."""
    heads = {tuple(column.choices): column.head for column in reversed(chosen)}
    for choices, place in places.items():
        sheet.set_column(place, place, 34)
        sheet.write_string(0, place, heads[choices], looks.head)
        for row, choice in enumerate(choices, 1):
            sheet.write_string(row, place, choice, looks.text[False])
