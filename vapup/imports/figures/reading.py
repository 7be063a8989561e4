"""From a file to rows of text: codes, separators and sheets; nothing is known of accounts here."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from vapup.documents.inspection import Sheet
from vapup.documents.judges.cells import CSV_SHEET
from vapup.documents.judges.tables import decoded
from vapup.documents.judges.verdict import Unacceptable
from vapup.imports.sheets import short_names
from vapup.shared.errors import DomainError

PROBED_LINES: Final = 60
# Separators that accounting programs write; a tab wins over the commas inside of amounts.
TAB, COMMA, SPACE = "\t", ",", " "


class UnreadableTable(DomainError):
    """The bytes are no table of text."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet as text, row 1 first; "" where a cell is empty. A CSV has one sheet."""

    name: str
    rows: Sequence[Sequence[str]]


def csv_table(content: bytes) -> Table:
    """Return the rows of a CSV in UTF-8, with or without a mark, or in CP932.

    Raises:
        UnreadableTable: it is in another code, or its quotation marks do not match.
    """
    try:
        text = decoded(content)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)))
    except Unacceptable as unreadable:
        raise UnreadableTable(str(unreadable)) from None
    except csv.Error:
        raise UnreadableTable('CSVとして読み取れません。引用符(")の対応を確かめてください。') from None
    return Table(CSV_SHEET, rows)


def separator_of(text: str) -> str:
    """Return what separates the cells: what most of the first lines hold, a tab before a comma before a space."""
    lines = [line for line in text.split("\n", PROBED_LINES)[:PROBED_LINES] if line.strip()]
    for mark, found in ((TAB, TAB), (COMMA, COMMA), (SPACE, '" "')):
        if sum(found in line for line in lines) * 2 >= max(len(lines), 1):
            return mark
    return COMMA


def sheet_table(sheet: Sheet, name: str) -> Table:
    """Return the rows of a sheet that the child process read, under a name that a row can bear."""
    return Table(name, [[_text(cell) for cell in row] for row in sheet.rows])


def tables_of(filename: str, content: bytes, sheets: Sequence[Sheet]) -> list[Table]:
    """Return the tables of a file: of a CSV its text, of a workbook the sheets that can be seen.

    Raises:
        UnreadableTable: see `csv_table`.
    """
    if filename.lower().endswith(".csv"):
        return [csv_table(content)]
    seen = [sheet for sheet in sheets if not sheet.hidden]
    return [sheet_table(sheet, name) for sheet, name in zip(seen, short_names(seen), strict=True)]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dict):
        return str(cell.get("day", ""))
    return str(cell)
