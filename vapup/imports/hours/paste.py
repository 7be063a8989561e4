"""Rows pasted from a spreadsheet, as a file that is brought in like any other."""

from __future__ import annotations

import csv
import io
from typing import Final

from vapup.imports.hours.forms import COLUMNS, HEADS
from vapup.imports.sheets import folded_head
from vapup.shared.errors import DomainError

# A pasted first row with so many known heads is one; else the columns come in the order of the template.
ENOUGH_HEADS: Final = 2
NAME: Final = "貼付け.csv"


class UnreadablePaste(DomainError):
    """What was pasted is no table."""


def pasted_file(text: str) -> bytes:
    """Return pasted rows, their cells parted by tabs, as a CSV with heads.

    Raises:
        UnreadablePaste: a quotation mark is not closed, or nothing was pasted.
    """
    try:
        rows = list(csv.reader(io.StringIO(text.strip("\r\n"), newline=""), delimiter="\t", strict=True))
    except csv.Error:
        raise UnreadablePaste('表として読み取れません。引用符(")の対応を確かめて、貼り付け直してください。') from None
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise UnreadablePaste("貼り付けた行がありません。Excelで行を選んでコピーし、貼り付けてください。")
    if not _has_heads(rows[0]):
        rows.insert(0, list(HEADS))
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def _has_heads(row: list[str]) -> bool:
    known = {folded_head(word) for column in COLUMNS for word in (column.label, *column.synonyms)}
    return sum(folded_head(cell) in known for cell in row) >= ENOUGH_HEADS
