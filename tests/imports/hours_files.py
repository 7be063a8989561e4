"""Tables of hours for tests: as a CSV in any code, or as a workbook with times as spreadsheets keep them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from xlsxwriter import Workbook

from tests.subsidies.hours_cases import NOW
from vapup.accounts.models import Member
from vapup.imports.enums import BatchState, CommitMode, ImportKind
from vapup.imports.models import ImportBatch, ImportRow
from vapup.imports.services.batches import commit_batch, request_commit, upload_batch

HEADS = ("日付", "従事者", "開始", "終了", "休憩", "時間", "業務", "業務内容", "場所・相手方", "案件番号")
Cells = Sequence[Any]


def table(rows: Sequence[Cells], heads: Cells = HEADS, *, code: str = "utf-8") -> bytes:
    """Return rows below their heads as a CSV."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([heads, *rows])
    return file.getvalue().encode(code)


def workbook(rows: Sequence[Cells], heads: Cells = HEADS, *, sheet: str = "業務日誌") -> bytes:
    """Return rows as a workbook; days and times are what spreadsheets make of them, a text with = is a formula."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        looks: dict[type, Any] = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            time: book.add_format({"num_format": "h:mm"}),
        }
        page.write_row(0, 0, heads)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("="):
                    page.write_formula(number, place, cell)
                elif isinstance(cell, date | time) and not isinstance(cell, datetime):
                    page.write_datetime(number, place, cell, looks[type(cell)])
                else:
                    page.write(number, place, cell)
    return file.getvalue()


def uploaded(actor: Member, content: bytes, name: str = "時間.csv", **options: int | None) -> ImportBatch:
    """Bring a table in; `options` are the person and the case of rows that name none."""
    chosen = {"worker": None, "case": None, **options}
    return upload_batch(
        actor=actor, kind=ImportKind.HOURS, name=name, stream=io.BytesIO(content), now=NOW, options=chosen
    )


def committed(actor: Member, batch: ImportBatch, mode: CommitMode = CommitMode.FLAWLESS_ROWS) -> ImportBatch:
    """Ask for a batch and take it, as the queue does."""
    asked = request_commit(actor=actor, batch_id=batch.pk, version=batch.version, mode=mode, now=NOW)
    assert asked.state == BatchState.COMMITTING
    done = commit_batch(agency_id=batch.agency_id, batch_id=batch.pk, now=NOW, progress=lambda _: None)
    assert done is not None
    return done


def said(batch: ImportBatch) -> dict[int, tuple[str, str]]:
    """Return verdict and sentences by the number of the row."""
    rows = ImportRow.objects.filter(batch=batch).order_by("place")
    return {
        row.number: (row.verdict, " ".join(f"{address} {text}" for _, address, text in row.messages)) for row in rows
    }
