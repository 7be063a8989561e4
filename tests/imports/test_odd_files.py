"""Files that are odd and not wrong: names too long for a row, and numbers that no table holds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest

from subsidies.models import CostLine, WorkEntry, Worker
from tests.imports.files import sound_rows, workbook_of
from tests.imports.hours_files import committed, said, uploaded, workbook
from tests.imports.stories import uploaded as moved_in
from tests.subsidies.hours_cases import MONDAY, TEXT, make_worker, make_working_case
from vapup.accounts.models import Member
from vapup.documents.inspection import Sheet
from vapup.imports.columns import Column, Reads, SheetForm
from vapup.imports.models import ImportRow
from vapup.imports.sheets import drafts_of, short_names

LONG = "二〇二六年度上半期の全従事者の業務日誌をまとめたシート(確認済み)"


@pytest.fixture
def diary(consultant: Member) -> tuple[Worker, CostLine]:
    _, line = make_working_case(consultant)
    return make_worker(consultant), line


def cells(diary: tuple[Worker, CostLine], rest: Any = "") -> list[Any]:
    worker, line = diary
    return [str(MONDAY), worker.name, "9:00", "12:00", rest, "", "1-1", TEXT, "本社", line.case.number]


def rewritten(content: bytes, part: str, old: str, new: str) -> bytes:
    """Return a workbook with words of a part replaced, as a program other than Excel may write them."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            data = read.read(name)
            if name == part:
                text = data.decode()
                assert re.search(old, text), text
                data = re.sub(old, new, text).encode()
            written.writestr(name, data)
    return found.getvalue()


def test_the_only_sheet_may_have_a_name_of_any_length(diary: tuple[Worker, CostLine]) -> None:
    assert len(LONG) > 31
    content = rewritten(workbook([cells(diary)]), "xl/workbook.xml", "業務日誌", LONG)
    assert diary[0].member is not None
    batch = uploaded(diary[0].member, content, "時間.xlsx")
    assert said(batch) == {2: ("ok", "")}
    assert ImportRow.objects.get(batch=batch).sheet == LONG[:31]
    committed(diary[0].member, batch)
    assert WorkEntry.objects.count() == 1


def test_sheets_that_begin_alike_are_numbered(mover: Member) -> None:
    content = workbook_of(sound_rows(1, consultant=mover.user.email))
    for place, sheet in enumerate(("金融機関", "過去の利用"), 1):
        content = rewritten(content, "xl/workbook.xml", f'name="{sheet}"', f'name="{LONG}その{place}"')
    batch = moved_in(mover, content)
    odd = ImportRow.objects.filter(batch=batch, sheet__startswith=LONG[:20]).order_by("place")
    assert [(one.sheet, one.number) for one in odd] == [(LONG[:31], 1), (f"{LONG[:29]}~2", 1)]
    assert [f"シート「{LONG}その{n}」は" in odd[n - 1].messages[0][2] for n in (1, 2)] == [True, True]


def sheet(name: str, *rows: Sequence[Any]) -> Sheet:
    return Sheet(name, hidden=False, rows=rows, formulas=(), errors=(), merged=())


def test_names_are_told_apart_within_their_length() -> None:
    names = short_names([sheet(one) for one in ("表", "表", "あ" * 40, "あ" * 31, "あ" * 32)])
    assert names == ["表", "表~2", "あ" * 31, "あ" * 29 + "~2", "あ" * 29 + "~3"]
    form = SheetForm("表", "", (Column(name="x", label="列", reads=Reads.TEXT),), ("x",))
    twice = drafts_of((form,), [sheet("表", ["列"], ["一"]), sheet("表", ["列"], ["二"])])
    assert len({(one.sheet, one.number) for one in twice}) == len(twice)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "inf"])
def test_a_number_that_is_none_is_named_with_its_cell(diary: tuple[Worker, CostLine], number: str) -> None:
    content = rewritten(workbook([cells(diary, 424_242)]), "xl/worksheets/sheet1.xml", ">424242<", f">{number}<")
    assert diary[0].member is not None
    batch = uploaded(diary[0].member, content, "時間.xlsx")
    assert said(batch)[2][0] == "error"
    assert "E2" in said(batch)[2][1]
