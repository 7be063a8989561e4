"""The cells of a table that is to be imported: values, and what a value cannot show (formulas, errors, merged cells).

Runs in the child process alone, on a file that its judge has accepted. Nothing is worked out: of a formula the value
that the spreadsheet program kept is read, and its address is named.
"""

from __future__ import annotations

import csv
import io
import json
import math
import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from vapup.documents.judges.tables import decoded
from vapup.documents.judges.verdict import Unacceptable
from vapup.documents.kinds import Kind

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100
MOST_SHEETS: Final = 30
LONGEST_CELL: Final = 4_000  # characters
CSV_SHEET: Final = "CSV"
_CELL: Final = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ADDRESS: Final = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_IS_ERROR: Final = re.compile(rb"\bt=[\"']e[\"']")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s>/]")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Sheet = dict[str, Any]


def read_cells(path: Path, kind: Kind, output: Path) -> None:
    """Write the sheets of a table to `output` as JSON.

    Each has `name`, `hidden`, `rows` (lists of text, numbers, truth values, None, or {"day": "2024-04-01"}; the first
    is row 1 of the sheet), `formulas` and `errors` (addresses such as C12), and `merged` ([row, column] pairs from 0).

    Raises:
        Unacceptable: larger than an import may be, or not readable.
    """
    sheets = [_csv(path)] if kind is Kind.CSV else list(_workbook(path))
    output.write_text(json.dumps(sheets, ensure_ascii=False), encoding="utf-8")


def _csv(path: Path) -> Sheet:
    text = decoded(path.read_bytes())
    first = text.partition("\n")[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    try:
        rows = [
            [cell or None for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error:
        raise Unacceptable('CSVとして読み取れません。引用符(")の対応を確かめてください。') from None
    _check_size(CSV_SHEET, len(rows), max(map(len, rows), default=0))
    return {"name": CSV_SHEET, "hidden": False, "rows": rows, "formulas": [], "errors": [], "merged": []}


def _workbook(path: Path) -> Iterator[Sheet]:
    marks = dict(_marks(path))  # before the cells are laid out: a far-away cell would ask for all memory
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            for facts in book.sheets_metadata:
                if facts.typ is SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_name(facts.name)
                    yield {
                        "name": facts.name,
                        "hidden": facts.visible is not SheetVisibleEnum.Visible,
                        "rows": _rows(sheet),
                        "merged": _merged(sheet),
                        **marks.get(facts.name, {"formulas": [], "errors": []}),
                    }
    except CalamineError:
        raise Unacceptable("Excelブックとして読み取れません。Excelで開いて保存し直してください。") from None


def _rows(sheet: CalamineSheet) -> list[list[Any]]:
    return [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return {"day": cell.date().isoformat()} if cell.time() == datetime.min.time() else str(cell)
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        return int(cell)
    if isinstance(cell, str):
        return cell[:LONGEST_CELL] or None
    is_number = isinstance(cell, bool | int) or (isinstance(cell, float) and math.isfinite(cell))
    return cell if is_number else str(cell)  # JSON has no infinite number


def _merged(sheet: CalamineSheet) -> list[list[int]]:
    """Return the cells that are part of a merged range, the ranges cut to what an import may hold."""
    found: list[list[int]] = []
    for (top, left), (bottom, right) in (sheet.merged_cell_ranges or [])[:MOST_ROWS]:
        rows, columns = range(top, min(bottom, MOST_ROWS) + 1), range(left, min(right, MOST_COLUMNS) + 1)
        found += [[row, column] for row in rows for column in columns if len(found) < MOST_ROWS]
    return found


def _marks(path: Path) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield, by the name of the sheet, where formulas and errors stand."""
    with zipfile.ZipFile(path) as archive:
        parts = list(_parts(archive))
        if len(parts) > MOST_SHEETS:
            raise Unacceptable(f"シートが{len(parts)}枚あります。{MOST_SHEETS}枚までにしてください。")
        for name, part in parts:
            yield name, _marks_of(name, archive.read(part))


def _marks_of(name: str, xml: bytes) -> dict[str, list[str]]:
    formulas: list[str] = []
    errors: list[str] = []
    for head, body in _CELL.findall(xml):
        place = _ADDRESS.search(head)
        if place is None:
            continue
        _check_size(name, int(place[2]), _number(place[1]))
        if _FORMULA.search(body):
            formulas.append((place[1] + place[2]).decode())
        elif _IS_ERROR.search(head):
            errors.append((place[1] + place[2]).decode())
    return {"formulas": formulas, "errors": errors}


def _number(letters: bytes) -> int:
    """Return the number of a column, counted from 1: A, Z, AA are 1, 26, 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet with the part that holds its cells."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 (the judge refused entities)
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (ElementTree.ParseError, KeyError):
        raise Unacceptable("Excelブックとして読み取れません。Excelで開いて保存し直してください。") from None
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    members = set(archive.namelist())
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if part in members:
            yield sheet.get("name", ""), part


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise Unacceptable(
            f"シート「{name}」が{rows:,}行目まであります。{MOST_ROWS:,}行までです。下の空の行を削除するか、分けてください。"
        )
    if columns > MOST_COLUMNS:
        raise Unacceptable(f"シート「{name}」が{columns:,}列あります。{MOST_COLUMNS}列までにしてください。")
