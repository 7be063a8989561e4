"""Workbooks: whatever a text begins with, it stays a text; amounts are numbers; the same tables, the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from random import Random

import openpyxl

from vapup.documents.workbooks import Hours, Table, workbook

MADE_ON = date(2026, 4, 1)
CELLS = 2_000
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@", " =", "'=", "{=", "\0=", "%")
BODIES = (
    "1+1",
    "SUM(A1:A9)",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://127.0.0.1/","x")',
    'WEBSERVICE("http://127.0.0.1/")',
    "IMPORTXML(A1)",
    "10000",
    "株式会社髙﨑𠮷",
    "http://127.0.0.1/",
    "",
)


def hostile_cells() -> list[str]:
    draw = Random(20_260_401)
    return [draw.choice(STARTS) + draw.choice(BODIES) for _ in range(CELLS)]


def made(*rows: tuple[str | int | date | Hours | None, ...]) -> bytes:
    width = max(len(row) for row in rows)
    columns = [(f"=列{place}", 12) for place in range(width)]
    return workbook([Table("表", "=表題", columns, rows)], title="=題", made_on=MADE_ON)


def test_two_thousand_hostile_cells_are_no_formula() -> None:
    cells = hostile_cells()
    content = made(*(tuple(cells[start : start + 10]) for start in range(0, CELLS, 10)))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["表"]
    read = [cell for row in sheet.iter_rows(min_row=4) for cell in row]
    assert len(read) == CELLS
    assert sum(cell.data_type == "f" for row in sheet.iter_rows() for cell in row) == 0
    assert {cell.data_type for cell in read} == {"s"}
    assert all(cell.hyperlink is None for cell in read)
    assert all(cell.style and cell.quotePrefix for cell in read)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets"))
        assert b"<f>" not in xml
        assert b"<f " not in xml
        assert b"hyperlink" not in xml
        assert not [name for name in archive.namelist() if "externalLink" in name or "vba" in name]


def test_without_a_title_it_is_a_list_to_filter() -> None:
    content = workbook([Table("表", "", [("a", 5), ("b", 5)], [("x", 1), ("y", 2)])], title="題", made_on=MADE_ON)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["表"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["a", "b"], ["x", 1], ["y", 2]]
    assert (sheet.auto_filter.ref, sheet.freeze_panes, sheet.print_title_rows) == ("A1:B3", "A2", "$1:$1")


def test_what_was_typed_comes_back_as_it_was() -> None:
    texts = ("=1+1", "-5", "株式会社髙﨑𠮷", "a\nb", " 前の空白", "0012")
    sheet = openpyxl.load_workbook(io.BytesIO(made(texts)))["表"]
    assert tuple(cell.value for cell in sheet[4]) == texts


def test_amounts_are_numbers_and_hours_and_days_are_what_they_are() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made((-1_234_567, 0, Hours(90), MADE_ON, None))))["表"]
    below, zero, hours, day, nothing = sheet[4]
    assert (below.value, below.data_type, below.number_format) == (-1_234_567, "n", "#,##0")
    assert (zero.value, zero.number_format) == (0, "#,##0")
    assert hours.value == 1.5
    assert day.value == datetime(2026, 4, 1)  # noqa: DTZ001 (workbooks know no time zones)
    assert nothing.value is None


def test_the_largest_amount_keeps_every_yen() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made((999_999_999_999,))))["表"]
    assert sheet[4][0].value == 999_999_999_999


def test_the_same_tables_give_the_same_bytes() -> None:
    assert made(("a", 1)) == made(("a", 1))
    assert made(("a", 1)) != made(("a", 2))


def test_a_text_that_no_cell_can_hold_is_cut_and_not_lost() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made(("長" * 40_000,))))["表"]
    assert sheet[4][0].value == "長" * 32_767


def test_a_row_is_as_high_as_its_longest_text() -> None:
    columns = [("番号", 5), ("業務", 21)]
    rows = [(1, "短い"), (2, "髙" * 30), (3, "一\n二\n三"), (4, "a" * 20), (5, "長" * 5_000)]
    content = workbook([Table("表", "表題", columns, rows)], title="題", made_on=MADE_ON)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["表"]
    heights = [sheet.row_dimensions[number].height for number in range(4, 9)]
    # 30 wide letters are 60 halves, three lines of 20; typed breaks count; nothing is higher than a row may be.
    assert heights == [None, 3 * 14, 3 * 14, None, 408]
