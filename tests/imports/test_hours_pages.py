"""The pages of imported hours: paste or upload, the preview, what was refused, the template, and the printed month."""

from __future__ import annotations

import io
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from subsidies.models import CostLine, WorkEntry, Worker
from tests.conftest import sign_in
from tests.imports.hours_files import HEADS, table
from tests.subsidies.hours_cases import MONDAY, TEXT, make_entry, make_worker, make_working_case
from vapup.accounts.models import Member
from vapup.imports.enums import BatchState
from vapup.imports.models import ImportBatch

PAGE = "imports:hours"


@pytest.fixture
def diary(consultant: Member) -> tuple[Worker, CostLine]:
    """A person, and a line of a case accepted on 1 June 2026."""
    _, line = make_working_case(consultant)
    return make_worker(consultant), line


def test_pasted_rows_go_to_their_preview(diary: tuple[Worker, CostLine]) -> None:
    worker, line = diary
    assert worker.member is not None
    browser = sign_in(worker.member)
    week = browser.get(reverse("subsidies:hours")).content.decode()
    assert f'action="{reverse(PAGE)}"' in week
    pasted = f"日付\t開始\t終了\t内容\t案件番号\n{MONDAY}\t9:00\t12:00\t{TEXT}\t{line.case.number}\n"
    answer = browser.post(reverse(PAGE), {"pasted": pasted, "worker": worker.pk})
    batch = ImportBatch.objects.get()
    assert answer["Location"] == reverse("imports:hours_batch", args=[batch.pk])
    assert batch.options == {"worker": worker.pk, "case": None}
    preview = browser.get(answer["Location"]).content.decode()
    assert "業務が空です" in preview
    assert reverse("imports:hours_commit", args=[batch.pk]) in preview
    asked = {"version": batch.version, "mode": "flawless_rows"}
    taken = browser.post(reverse("imports:hours_commit", args=[batch.pk]), asked)
    assert taken["Location"] == answer["Location"]
    batch.refresh_from_db()
    assert batch.state == BatchState.COMMITTING
    assert batch.document.filename in browser.get(reverse(PAGE)).content.decode()


def test_what_cannot_be_read_keeps_the_input(diary: tuple[Worker, CostLine]) -> None:
    worker, _ = diary
    assert worker.member is not None
    browser = sign_in(worker.member)
    for sent, said in (
        ({}, "行を貼り付けるか、ファイルを選んでください。"),
        ({"pasted": '"開いたまま'}, "表として読み取れません。"),
        ({"pasted": "日付\t開始\t終了\t業務内容"}, "取り込む行がありません"),
        ({"file": SimpleUploadedFile("時間.pdf", b"%PDF-1.4")}, "取り込めるのは、Excelブック(xlsx)とCSVです"),
        ({"file": SimpleUploadedFile("時間.csv", table([])), "pasted": "a"}, "どちらか一つにしてください"),
    ):
        answer = browser.post(reverse(PAGE), {"worker": worker.pk, **sent})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert said in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_others_do_not_see_it_and_the_template_holds_every_head(
    diary: tuple[Worker, CostLine], manager: Member
) -> None:
    worker, _ = diary
    browser = sign_in(manager)
    file = SimpleUploadedFile("時間.csv", table([[str(MONDAY), "", "9:00", "10:00", "", "", "", TEXT, "", ""]]))
    browser.post(reverse(PAGE), {"worker": worker.pk, "file": file})
    batch = ImportBatch.objects.get()
    book = load_workbook(io.BytesIO(browser.get(reverse("imports:hours_template")).content))
    assert tuple(cell.value for cell in next(book["業務日誌"].iter_rows())) == HEADS
    assert browser.get(reverse("imports:batch", args=[batch.pk])).status_code == HTTPStatus.NOT_FOUND
    assert worker.member is not None
    other = sign_in(worker.member)
    assert other.get(reverse("imports:hours_batch", args=[batch.pk])).status_code == HTTPStatus.FORBIDDEN
    assert "まだ何も取り込んでいません" in other.get(reverse(PAGE)).content.decode()


def test_a_month_is_taken_from_the_week_and_from_the_case(diary: tuple[Worker, CostLine]) -> None:
    worker, line = diary
    assert worker.member is not None
    make_entry(worker, line)
    browser = sign_in(worker.member)
    url = reverse("subsidies:hours_record", args=[line.case.number, worker.pk])
    case = reverse("subsidies:case_hours", args=[line.case.number])
    week = f"{reverse('subsidies:hours')}?week={MONDAY}"
    for page in (week, case):
        assert f"{url}?month=2026-11" in browser.get(page).content.decode()
    answer = browser.get(f"{url}?month=2026-11")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store, private")
    assert browser.get(f"{url}?month=2026-10").status_code == HTTPStatus.FOUND
    assert browser.get(f"{url}?month=13").status_code == HTTPStatus.FOUND
    stranger = reverse("subsidies:hours_record", args=["C-1999-0001", worker.pk])
    assert browser.get(f"{stranger}?month=2026-11").status_code == HTTPStatus.NOT_FOUND
    WorkEntry.objects.all().delete()
    assert "従事時間管理表" not in browser.get(case).content.decode()
