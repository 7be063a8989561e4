"""A file through the reader and the check, without the database."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from tests.imports.figures.layouts import File
from vapup.documents.inspection import Sheet
from vapup.documents.kinds import Kind, Limits
from vapup.documents.sandbox import judge
from vapup.imports.figures.checking import Checked, checked
from vapup.imports.figures.layout import Options
from vapup.imports.figures.lines import Reading, read
from vapup.imports.figures.mapping import Names
from vapup.imports.figures.reading import UnreadableTable, tables_of

# The one name of the books that no chart knows, as it is folded.
ODD: Final = "(株)髙橋商店手数料1"
DECIDED: Final[Mapping[str, tuple[str, bool]]] = {ODD: ("other_expenses", False)}
TODAY: Final = date(2026, 6, 1)


def sheets_of(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook as the child process reads them."""
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder, "file.xlsx"), Path(folder, "cells")
        path.write_bytes(content)
        told = judge(Kind.XLSX, path, output, Limits(), wants_cells=True)
        if "refused" in told:
            raise UnreadableTable(told["refused"])
        return [Sheet(**one) for one in json.loads(output.read_text(encoding="utf-8"))]


def reading_of(file: File, options: Options | None = None) -> Reading:
    sheets = sheets_of(file.content) if file.name.endswith(".xlsx") else []
    return read(file.name, tables_of(file.name, file.content, sheets), options or Options(today=TODAY))


def checked_of(
    file: File, options: Options | None = None, decided: Mapping[str, tuple[str, bool]] = DECIDED
) -> Checked:
    return checked(reading_of(file, options), Names(decided))
