"""The pages of imports: who sees them, what they say, what they refuse, and that a second click changes nothing."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.models import Case, Enterprise, Note, PastUse
from tests.conftest import sign_in
from tests.documents.files import package, pdf, xlsx
from tests.imports.files import NOW, Row, Rows, sound_rows, workbook_of
from tests.imports.stories import committed, tables, undone, untold, uploaded
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.imports.columns import SheetForm
from vapup.imports.enums import BatchState, CommitMode
from vapup.imports.models import ImportBatch, ImportProgress
from vapup.imports.move_in import forms
from vapup.imports.services import batches
from vapup.imports.services.batches import MOST_ATTEMPTS, begin_attempt, commit_batch, request_commit, requeue
from vapup.imports.services.undo import UndoRefused

LIST, NEW, TEMPLATE = reverse("imports:list"), reverse("imports:new"), reverse("imports:template")


def file_of(content: bytes, name: str = "移行.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def small(mover: Member, count: int = 3) -> bytes:
    return workbook_of(sound_rows(count, consultant=mover.user.email))


def test_an_empty_office_is_told_how_to_begin(mover: Member) -> None:
    text = sign_in(mover).get(LIST).content.decode()
    assert "まだ何も取り込んでいません" in text
    assert NEW in text
    assert 'href="/imports/" aria-current="page"' in text


def test_only_leads_see_the_entry(consultant: Member, viewer: Member, admin: Member) -> None:
    for member in (consultant, viewer):
        assert LIST not in sign_in(member).get("/").content.decode()
        assert sign_in(member).get(LIST).status_code == 403
    assert can(admin, Action.MOVE_IN).allowed
    assert LIST in sign_in(admin).get("/").content.decode()


def test_the_template_holds_every_column_and_explains_it(mover: Member) -> None:
    answer = sign_in(mover).get(TEMPLATE)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["記入のしかた", *(form.name for form in forms.FORMS), "一覧"]
    for form in forms.FORMS:
        assert [cell.value for cell in book[form.name][1]] == [column.label for column in form.columns]
        listed = [rule for rule in book[form.name].data_validations.dataValidation if rule.type == "list"]
        assert len(listed) == sum(bool(one.choices) or one.reads.name == "FLAG" for one in form.columns)
    explained = {(row[0].value, row[1].value) for row in book["記入のしかた"].iter_rows(min_row=4)}
    assert {(form.name, column.label) for form in forms.FORMS for column in form.columns} <= explained


def test_an_unfilled_template_has_nothing_to_take(mover: Member) -> None:
    browser = sign_in(mover)
    answer = browser.post(NEW, {"file": file_of(browser.get(TEMPLATE).content)})
    assert answer.status_code == 422
    assert "取り込む行がありません" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_the_examples_of_the_guide_make_a_sound_file(mover: Member) -> None:
    rows = {form.name: [example_of(form, mover)] for form in forms.FORMS}
    batch = uploaded(mover, workbook_of(rows))
    assert [row.messages for row in batch.rows.exclude(messages=[])] == []
    assert committed(mover, batch, CommitMode.ALL_OR_NOTHING).taken_count == len(forms.FORMS)


def example_of(form: SheetForm, mover: Member) -> Row:
    row = {one.name: one.example for one in form.columns if one.example != ""}
    return row | ({"consultant": mover.user.email} if form is forms.CASES else {})


def test_upload_preview_commit_and_undo_in_the_browser(
    mover: Member, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    browser, before = sign_in(mover), tables()
    page = browser.post(NEW, {"file": file_of(small(mover))}, follow=True)
    batch = ImportBatch.objects.get()
    here = reverse("imports:batch", args=[batch.pk])
    assert page.redirect_chain == [(here, 302)]
    assert "取り込める行は <strong>" in page.content.decode()
    assert not Enterprise.objects.exists()
    form = {"version": batch.version, "mode": "all_or_nothing"}
    answer = browser.post(reverse("imports:commit", args=[batch.pk]), form)
    assert answer.status_code == 302
    waiting = browser.get(here).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "更新" in waiting
    ImportProgress.objects.update(done=7)
    part = browser.get(f"{here}?part=state", headers={"hx-request": "true"}).content.decode()
    assert f"{batch.row_count}行のうち 7行を処理しました" in part
    assert "<html" not in part
    commit_batch(agency_id=batch.agency_id, batch_id=batch.pk, now=NOW, progress=untold)
    done = browser.get(here).content.decode()
    assert "この取込を取り消す" in done
    assert "every 1s" not in done
    assert Case.objects.count() == 3
    undo = reverse("imports:undo", args=[batch.pk])
    assert "取り込む前の状態に戻します" in browser.get(undo).content.decode()
    assert browser.post(undo).status_code == 302
    assert browser.post(undo).status_code == 302  # a second click
    after = tables()
    own = {"django_session", "pghistory_context", "vapup_cache"}
    assert {table for table in after if after[table] != before[table]} <= own


def test_faults_come_first_and_can_be_looked_at_alone(mover: Member) -> None:
    rows = sound_rows(30, consultant=mover.user.email)
    rows["費用"][-1]["gross_yen"] = "たくさん"
    batch = uploaded(mover, workbook_of(rows))
    browser, here = sign_in(mover), reverse("imports:batch", args=[batch.pk])
    text = browser.get(here).content.decode()
    first_row = text.index("<tbody>")
    assert first_row < text.index("費用!H61") < text.index("K0000")
    only = browser.get(here, {"verdict": "error"}).content.decode()
    assert "費用!H61" in only
    assert "K0000" not in only
    skipped = browser.get(here, {"verdict": "skipped"}).content.decode()
    assert "案件「A0029」の費用!61行に誤りがあるため" in skipped
    assert "ページ" in text


def test_everything_or_nothing_is_refused_at_once_with_the_choice_kept(mover: Member) -> None:
    rows = sound_rows(3, consultant="だれか")
    batch = uploaded(mover, workbook_of(rows))
    form = {"version": batch.version, "mode": "all_or_nothing"}
    answer = sign_in(mover).post(reverse("imports:commit", args=[batch.pk]), form)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "取り込めない行が" in text
    assert 'value="all_or_nothing" checked' in " ".join(text.split()) or "checked" in text
    stale = sign_in(mover).post(
        reverse("imports:commit", args=[batch.pk]), form | {"version": 99, "mode": "flawless_rows"}
    )
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("移行.pdf", pdf(), "xlsx"),
        ("移行.xlsx", pdf(), "中身は違う種類"),
        ("移行.xlsx", b"", "0バイト"),
        ("移行.xls", b"\xd0\xcf\x11\xe0", "受け付けていません"),
        ("移行.xlsx", xlsx(**{"xl/bomb.xml": b"<a>" + b"0" * (210 * 1024 * 1024) + b"</a>"}), "展開すると200MB"),
        ("移行.xlsx", xlsx(**{"xl/x.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "DTD"),
        ("移行.xlsx", package({"hello.txt": "x"}), "中身はそうではありません"),
        ("移行.csv", "事業者コード\x00".encode(), "文字でないデータ"),
    ],
    ids=["pdf", "disguised", "empty", "old", "bomb", "entities", "archive", "binary"],
)
def test_hostile_and_wrong_files_are_refused_with_a_sentence(
    mover: Member, name: str, content: bytes, words: str
) -> None:
    answer = sign_in(mover).post(NEW, {"file": file_of(content, name)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_cell_far_away_does_not_ask_for_all_memory(mover: Member) -> None:
    content = small(mover, 1)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    answer = sign_in(mover).post(NEW, {"file": file_of(package(parts))})
    assert answer.status_code == 422
    assert "1,048,576行目まであります" in answer.content.decode()


def test_asking_twice_and_two_workers_take_a_file_once(mover: Member) -> None:
    batch = uploaded(mover, small(mover))
    first = request_commit(
        actor=mover, batch_id=batch.pk, version=batch.version, mode=CommitMode.FLAWLESS_ROWS, now=NOW
    )
    again = request_commit(
        actor=mover, batch_id=batch.pk, version=batch.version, mode=CommitMode.FLAWLESS_ROWS, now=NOW
    )
    assert again.version == first.version
    for _ in range(2):
        commit_batch(agency_id=mover.agency_id, batch_id=batch.pk, now=NOW, progress=untold)
    assert Enterprise.objects.count() == 3
    assert ImportBatch.objects.get().state == BatchState.COMMITTED


def test_a_batch_that_kills_its_workers_is_given_up_with_nothing_taken(mover: Member) -> None:
    batch = uploaded(mover, small(mover))
    request_commit(actor=mover, batch_id=batch.pk, version=batch.version, mode=CommitMode.FLAWLESS_ROWS, now=NOW)
    assert requeue(now=NOW) == 0
    assert requeue(now=NOW + batches.LOST_AFTER) == 1
    tried = [begin_attempt(agency_id=mover.agency_id, batch_id=batch.pk) for _ in range(MOST_ATTEMPTS + 2)]
    assert tried == [*[True] * MOST_ATTEMPTS, False, False]
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert "何も登録していません" in batch.failure
    assert not Enterprise.objects.exists()


def test_what_was_changed_or_is_used_keeps_the_import(mover: Member) -> None:
    batch = committed(mover, uploaded(mover, small(mover)))
    Enterprise.objects.filter(name="株式会社青空製作所0").update(phone="022-1")
    case = Case.objects.get(enterprise__name="株式会社青空製作所2")
    Note.objects.create(agency=mover.agency, case=case, author=mover, body="電話した")
    before = tables()
    with pytest.raises(UndoRefused) as refused:
        undone(mover, batch)
    lines = refused.value.message.split("\n")
    assert lines[1:] == [
        "・事業者!2行「K0000 株式会社青空製作所0」の事業者: 変更されています",
        "・案件!4行「A0002 K0002」の案件: 「メモ」が登録されています",
    ]
    assert tables() == before
    answer = sign_in(mover).post(reverse("imports:undo", args=[batch.pk]))
    assert answer.status_code == 422
    assert "「メモ」が登録されています" in answer.content.decode()


def test_a_registered_enterprise_is_used_and_not_registered_again(mover: Member) -> None:
    rows = sound_rows(2, consultant=mover.user.email)
    rows["事業者"][0]["corporate_number"] = "2021001052596"
    committed(mover, uploaded(mover, workbook_of(rows)))
    stored = Enterprise.objects.get(corporate_number="2021001052596")
    rows["事業者"][0]["name"] = "青空製作所(旧)"
    rows["金融機関"] = rows["過去の利用"] = []
    rows["事業者"].pop()
    for sheet in ("案件", "費用", "伴走支援の回"):
        rows[sheet] = [one for one in rows[sheet] if "0001" not in str(one.get("case", one.get("code")))]
    batch = uploaded(mover, workbook_of(rows))
    assert (batch.error_count, batch.warning_count) == (0, 1)
    batch = committed(mover, batch)
    assert Enterprise.objects.count() == 2
    assert stored.cases.count() == 2
    undone(mover, batch)
    assert stored.cases.count() == 1


def test_a_past_use_that_is_registered_is_not_deducted_twice(mover: Member) -> None:
    rows: Rows = {form.name: [] for form in forms.FORMS}
    found = sound_rows(1, consultant=mover.user.email)
    rows["事業者"] = [found["事業者"][0] | {"corporate_number": "2021001052596"}]
    (paid,) = found["過去の利用"]
    rows["過去の利用"] = [paid]
    committed(mover, uploaded(mover, workbook_of(rows)))
    assert PastUse.objects.count() == 1
    batch = uploaded(mover, workbook_of(rows))
    assert batch.error_count == 1
    (said,) = [text for row in batch.rows.filter(verdict="error") for _, _, text in row.messages]
    assert said == (
        "登録済みの過去の利用(405事業 通常枠 計画策定支援費用 100,000円、受理日 2022-06-01)とまったく同じです。"
        "二度差し引かれないように、この行を消してください。別の利用なら、取り込んだ後に事業者のページで登録してください。"
    )
    others: list[Row] = [{"paid_yen": 99_000}, {"accepted_on": None}, {"category": "伴走支援費用"}]
    rows["過去の利用"] = [paid | one for one in others]
    assert uploaded(mover, workbook_of(rows)).error_count == 0


def test_another_office_sees_nothing_of_it(mover: Member, outsider: Member) -> None:
    batch = uploaded(mover, small(mover))
    browser = sign_in(outsider)
    for name in ("imports:batch", "imports:undo"):
        assert browser.get(reverse(name, args=[batch.pk])).status_code == 404
    assert "移行.xlsx" not in browser.get(LIST).content.decode()
