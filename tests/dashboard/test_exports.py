"""Exported lists: no text is read as a formula, and figures stay figures."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.dashboard.exports import Format, Sheet, answer, as_csv, as_xlsx, harmless, record_export

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HOSTILE = (
    '=HYPERLINK("http://example.jp","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    " =1+1",
    "\u3000=1+1",
    "\uff1d1+1",
    "\uff0bcmd|' /C calc'!A0",
    "\uff0d1",
    "\uff20x",
    '=1,"2',
)
PLAIN = ("有限会社山田水産", "C-2026-0012", "1+1", "'quoted", "", "a=b", "2026-11-20", "△1,000", "_x0041_")
BEGINS = re.compile(r"[\s\0]*[=+@\uff1d\uff0b\uff0d\uff20-]|[\t\r\n]")


def sheet(*rows: list[Any]) -> Sheet:
    return Sheet("一覧", [(f"列{place}", 10) for place in range(len(rows[0]))], rows)


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def cells(content: bytes) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_begins_a_formula_is_text_in_both_kinds_of_files(text: str) -> None:
    written = read_csv(as_csv(sheet([text])))[1][0]
    assert written == "'" + text.replace("\0", "")
    ((cell,),) = cells(as_xlsx(sheet([text]), made_at=NOW))
    assert cell.data_type == "s"
    assert cell.quotePrefix


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_is_not_touched(text: str) -> None:
    assert harmless(text) == text
    ((cell, _),) = cells(as_xlsx(sheet([text, "x"]), made_at=NOW))
    assert (cell.value or "") == text


def test_figures_and_days_stay_what_they_are() -> None:
    rows = sheet([-1_234, 0, 999_999_999_999, date(2026, 12, 28), None, "文字"])
    assert as_csv(rows).decode("utf-8-sig").splitlines()[1] == '-1234,0,999999999999,"2026-12-28","","文字"'
    (row,) = cells(as_xlsx(rows, made_at=NOW))
    assert [cell.data_type for cell in row] == ["n", "n", "n", "d", "n", "s"]
    assert [cell.value for cell in row] == [-1_234, 0, 999_999_999_999, datetime(2026, 12, 28), None, "文字"]  # noqa: DTZ001
    assert row[0].number_format == "#,##0"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            "".join,
            st.tuples(st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\0", "", " ", "\uff1d"]), st.text(max_size=20)),
        ),
        min_size=50,
        max_size=50,
    )
)
def test_of_two_thousand_cells_none_is_a_formula(texts: list[str]) -> None:
    """F03: 40 examples of 50 cells."""
    rows = sheet(*([text, -7] for text in texts))
    content = as_xlsx(rows, made_at=NOW)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert b"<f>" not in file.read("xl/worksheets/sheet1.xml")
    for text_cell, figure in cells(content):
        assert text_cell.data_type != "f"
        assert (figure.data_type, figure.value) == ("n", -7)
    for text, figure_text in read_csv(as_csv(rows))[1:]:
        assert not BEGINS.match(text)
        assert figure_text == "-7"


def test_a_title_of_a_column_is_text_too() -> None:
    content = as_xlsx(Sheet("一覧", [("=1+1", 10)], [["x"]]), made_at=NOW)
    head = load_workbook(io.BytesIO(content)).active["A1"]
    assert (head.value, head.data_type) == ("=1+1", "s")


def test_the_name_of_the_file_has_the_day() -> None:
    for kind, ending in ((Format.CSV, "csv"), (Format.XLSX, "xlsx")):
        response = answer(Sheet("期限カレンダー", [("a", 5)], [["x"]]), kind, now=NOW, today=TODAY)
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert response["Content-Disposition"].endswith(f"_2026-11-20.{ending}")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_an_export_is_noted_with_what_left(consultant: Member) -> None:
    record_export(
        actor=consultant, sheet=sheet(["x"], ["y"]), format_=Format.CSV, conditions=["2026年11月", "状態: 済"]
    )
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor) == (Verb.DOWNLOADED, consultant)
    assert event.changes == {
        "一覧": [None, "一覧"],
        "条件": [None, "2026年11月、状態: 済"],
        "形式": [None, "csv"],
        "行数": [None, 2],
    }


def test_nobody_exports_without_a_log_in(db: None) -> None:
    assert Client().get("/calendar/export/").status_code == 302
