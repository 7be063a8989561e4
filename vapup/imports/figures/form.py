"""Lines of figures as rows of an import: what is stored of each, and how it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from cases.enums import Section
from vapup.documents.inspection import Inspected, Sheet
from vapup.imports.columns import Draft, SheetForm
from vapup.imports.figures.layout import ASKED, Layout, Options, UnreadableFigures
from vapup.imports.figures.lines import MOST_LINES, Line, Reading, Role, read
from vapup.imports.figures.products import AUTO
from vapup.imports.figures.reading import tables_of
from vapup.imports.importers import FILE, Asked
from vapup.imports.sheets import letters
from vapup.shared.collector import collector_paused

FORMS: Final = (SheetForm("試算表", "勘定科目ごとの金額です。", (), ("name",)),)
LAYOUT, LINE, NAME = "layout", "line", "name"


def options_of(asked: Asked) -> Options:
    """Return what was chosen for a file, from the plain values that are stored with it."""
    chosen = asked.options
    return Options(
        product=chosen.get("product") or AUTO,
        first=_month(chosen.get("first")),
        last=_month(chosen.get("last")),
        basis=chosen.get("basis") or ASKED,
        end_month=int(chosen.get("end_month") or 3),
        today=asked.today,
    )


def _month(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@collector_paused()
def drafts_of_file(inspected: Inspected, sheets: Sequence[Sheet], asked: Asked) -> list[Draft]:
    """Return the lines of a file as rows, and first one for the file itself with how it is laid out.

    Raises:
        UnreadableTable, UnreadableFigures: it is no table, or none of figures.
    """
    tables = tables_of(inspected.filename, inspected.content, sheets)
    reading = read(inspected.filename, tables, options_of(asked))
    if len(reading.lines) > MOST_LINES:
        raise UnreadableFigures(f"金額のある行が{len(reading.lines):,}行あります。{MOST_LINES:,}行までにしてください。")
    if not reading.lines:
        raise UnreadableFigures("見出しの下に、金額のある行がありません。試算表を書き出し直してください。")
    return [Draft(None, FILE, 1, {LAYOUT: ("", reading.layout.stored(), "")}), *map(draft_of, reading.lines)]


def draft_of(line: Line) -> Draft:
    """Return a line as a row."""
    stored = [line.key, line.role.value, line.is_made, line.hint and line.hint.value, line.yen, line.faults]
    cells = {NAME: (letters(line.place), line.name, ""), LINE: ("", stored, "")}
    return Draft(FORMS[0], line.sheet, line.number, cells)


def reading_of(drafts: Sequence[Draft]) -> tuple[Draft, Sequence[Draft], Reading]:
    """Return the row of the file, the rows of its lines, and what was read."""
    head, *rows = drafts
    return head, rows, Reading(Layout.restored(_value(head.cells, LAYOUT)), [_line_of(draft) for draft in rows])


def _line_of(draft: Draft) -> Line:
    key, role, is_made, hint, yen, faults = _value(draft.cells, LINE)
    place, name = 0, str(_value(draft.cells, NAME))
    section = Section(hint) if hint else None
    return Line(draft.sheet, draft.number, place, name, key, Role(role), is_made, section, list(yen), list(faults))


def _value(cells: Mapping[str, Any], name: str) -> Any:
    return cells[name][1]
