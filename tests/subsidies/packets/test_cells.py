"""Tables of applications filled with hostile texts hold no formula; and no other code writes tables than what is tried.

The two writers themselves are tried with two thousand cells each in tests/documents/test_workbooks.py and
tests/dashboard/test_exports.py.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from random import Random

import openpyxl
import pytest
from django.conf import settings

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.packets.payload import PacketContent
from subsidies.packets.tables import tables_of
from tests.documents.test_workbooks import BODIES, STARTS
from tests.subsidies.packet_cases import PREPARED_ON
from tests.subsidies.packets.planting import replanted, richest
from vapup.accounts.models import Member
from vapup.documents.workbooks import workbook

K, F = ApplicationKind, SchemeFrame
CELLS = 2_000
WITH_TABLES = (
    *((K.USAGE, frame) for frame in F),
    *((K.PLAN_CLAIM, frame) for frame in F),
    *((K.MONITORING_CLAIM, frame) for frame in (F.NORMAL, F.SME_GL, F.VUP)),
    *((K.NEGOTIATION_CLAIM, frame) for frame in (F.NORMAL, F.VUP)),
)
WRITES = re.compile(r"csv\.(?:writer|DictWriter)\(|\bWorkbook\(|\.to_(?:csv|excel)\(")
APPS = ("vapup", "cases", "subsidies", "monitoring")


def kinds_of_cells(content: PacketContent) -> Counter[str]:
    """Write the tables of an application, look into the file, and count its cells by their kind."""
    file = workbook(tables_of(content), title="=1+1", made_on=PREPARED_ON)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets")]
        assert not any(re.search(rb"<f[ >]|hyperlink", sheet) for sheet in sheets)
        assert not any("externalLink" in name or "vba" in name for name in archive.namelist())
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(file)) for row in sheet.iter_rows() for cell in row]
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")
    return Counter(cell.data_type for cell in cells if cell.value is not None)


def test_two_thousand_cells_of_applications_hold_no_formula(consultant: Member) -> None:
    draw = Random(20_261_120)
    found: Counter[str] = Counter()
    planted: list[str] = []

    def hostile(_: str, __: str) -> str:
        planted.append(draw.choice(STARTS[:-1]) + draw.choice(BODIES))
        return planted[-1]

    for kind, frame in WITH_TABLES:
        found += kinds_of_cells(replanted(richest(consultant, kind, frame), hostile))
    assert found["f"] == 0
    assert found["s"] >= CELLS
    assert found["n"] >= CELLS / 10  # amounts stay numbers
    assert set(found) <= {"s", "n", "d"}
    assert len(planted) >= CELLS


@pytest.mark.parametrize("kind", [K.CHANGE, K.WITHDRAWAL])
def test_letters_have_no_tables(consultant: Member, kind: ApplicationKind) -> None:
    assert tables_of(richest(consultant, kind, F.NORMAL)) == ()


def test_nothing_else_writes_tables() -> None:
    root = Path(settings.BASE_DIR)
    files = (path for app in APPS for path in (root / app).rglob("*.py"))
    writers = {str(path.relative_to(root)) for path in files if WRITES.search(path.read_text(encoding="utf-8"))}
    # What was pasted is only written for our own reader.
    told = {"vapup/documents/workbooks.py", "vapup/dashboard/exports.py"}
    assert writers == told | {"vapup/imports/hours/paste.py"}
