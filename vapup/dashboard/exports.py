"""Lists as files for spreadsheet programs, in which no text is ever read as a formula.

A program takes a text that begins with = + - @ for a formula, and runs it. `vapup.documents.workbooks` stores every
text as one; in a CSV file, which knows no types, such a text gets an apostrophe in front. Numbers and dates stay what
they are.
See https://owasp.org/www-community/attacks/CSV_Injection .
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Member
from vapup.clock import day_of
from vapup.documents.workbooks import Cell, Formula, Hours, Rate, Table, workbook
from vapup.work import unit_of_work

# Programs read the full-width forms as the plain ones, and skip white space in front.
_BEGINS_FORMULA: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_BEGINS_CELL: Final = ("\t", "\r", "\n")


class Format(StrEnum):
    """The kinds of files that a list can be had as; the value is the ending of the name."""

    CSV = "csv"
    XLSX = "xlsx"
    ICS = "ics"  # of lists whose rows have days

    @property
    def content_type(self) -> str:
        """Return the type that a browser is told."""
        if self is Format.CSV:
            return "text/csv; charset=utf-8"
        if self is Format.ICS:
            return "text/calendar; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list to be written: its name, the head of each column with the column's width in characters, and the cells."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


def as_csv(sheet: Sheet) -> bytes:
    """Return the list as CSV in UTF-8 with a byte order mark, which Excel needs to read Japanese."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([title for title, _ in sheet.columns])
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet, *, made_at: datetime) -> bytes:
    """Return the list as a workbook of one sheet; the day of its making is noted in it."""
    table = Table(sheet.name, "", sheet.columns, sheet.rows)
    return workbook([table], title=sheet.name, made_on=day_of(made_at))


def answer(sheet: Sheet, format_: Format, *, now: datetime, today: date) -> HttpResponse:
    """Return the list as a file to be saved, named after the list and the day."""
    content = as_csv(sheet) if format_ is Format.CSV else as_xlsx(sheet, made_at=now)
    return saved(content, format_, f"{sheet.name}_{today}")


def workbook_of(sheets: Sequence[Sheet], name: str, *, now: datetime, today: date) -> HttpResponse:
    """Return several lists as one workbook to be saved, a sheet each."""
    tables = [Table(sheet.name, "", sheet.columns, sheet.rows) for sheet in sheets]
    return saved(workbook(tables, title=name, made_on=day_of(now)), Format.XLSX, f"{name}_{today}")


def saved(content: bytes, format_: Format, name: str) -> HttpResponse:
    """Return content as a file to be saved as `name` with the format's ending, which nobody else may keep."""
    response = HttpResponse(content, content_type=format_.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{format_}")
    response.headers["Content-Disposition"] = disposition or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response


@unit_of_work()
def record_export(*, actor: Member, sheet: Sheet, format_: Format, conditions: Iterable[str]) -> None:
    """Note in the trail who took which list away, under which conditions, and how long it was."""
    changes = {
        "一覧": [None, sheet.name],
        "条件": [None, "、".join(conditions)],
        "形式": [None, format_.value],
        "行数": [None, len(sheet.rows)],
    }
    audit.record(actor, Verb.DOWNLOADED, actor.agency, changes=changes)


def _csv_cell(cell: Cell) -> str | float:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, Hours):
        return cell.minutes / 60
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Rate | Formula):
        return cell.value
    return "" if cell is None else cell


def harmless(text: str) -> str:
    """Return `text` with an apostrophe in front if a spreadsheet program would take it for a formula."""
    plain = text.replace("\0", "")
    begins = plain.startswith(_BEGINS_CELL) or plain.lstrip().startswith(_BEGINS_FORMULA)
    return f"'{plain}" if begins else plain
