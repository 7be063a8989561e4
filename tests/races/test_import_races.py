"""One file brought in twice at once: the second finds everything registered, under whatever lock it waited for."""

from __future__ import annotations

from functools import partial

import pytest

from cases.models import Enterprise, Lender, PastUse
from cases.services.locking import lock_agency, lock_case
from subsidies.models import WorkEntry
from subsidies.services.diary.hours import lock_worker
from tests.builders import make_agency, make_enterprise, make_member
from tests.imports import stories
from tests.imports.files import Rows, sound_rows, workbook_of
from tests.imports.hours_files import said, table, uploaded
from tests.races.behind import behind
from tests.subsidies.hours_cases import MONDAY, NOW, TEXT, make_worker, make_working_case
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.imports.enums import BatchState, CommitMode
from vapup.imports.models import ImportBatch
from vapup.imports.move_in import forms
from vapup.imports.services.batches import commit_batch, locked, request_commit
from vapup.imports.services.undo import undo_batch

pytestmark = pytest.mark.usefixtures("sent")


@pytest.fixture
def consultant(db: None) -> Member:
    return make_member(make_agency())


def batches_of(consultant: Member) -> list[ImportBatch]:
    _, line = make_working_case(consultant)
    worker = make_worker(consultant)
    cells = [str(MONDAY), worker.name, "9:00", "12:00", "", "", "1-1", TEXT, "本社", line.case.number]
    found = [uploaded(consultant, table([cells])) for _ in range(2)]
    for one in found:
        mode = CommitMode.FLAWLESS_ROWS
        request_commit(actor=consultant, batch_id=one.pk, version=one.version, mode=mode, now=NOW)
    return found


def committing(batch: ImportBatch) -> partial[ImportBatch | None]:
    return partial(commit_batch, agency_id=batch.agency_id, batch_id=batch.pk, now=NOW, progress=lambda _: None)


def test_one_file_taken_twice_at_once_is_stored_once(consultant: Member) -> None:
    first, second = batches_of(consultant)
    late = behind(committing(first), committing(second), consultant)
    assert isinstance(late, ImportBatch), repr(late)
    assert (late.state, late.failure) == (
        BatchState.PREVIEWED,
        "取り込める行がありません。ファイルを直して、登録し直してください。",
    )
    assert "登録済みです" in said(late)[2][1]
    assert WorkEntry.objects.filter(agency=consultant.agency).count() == 1


def test_an_undo_waits_for_the_case_before_it_holds_the_person(consultant: Member) -> None:
    first, _ = batches_of(consultant)
    committing(first)()
    entry = WorkEntry.objects.get(agency=consultant.agency)
    undo = partial(undo_batch, actor=consultant, batch_id=first.pk, now=NOW)
    claiming, logging = partial(lock_case, consultant, entry.case_id), partial(lock_worker, consultant, entry.worker_id)
    late = behind(claiming, undo, consultant, then=logging)
    assert isinstance(late, ImportBatch), repr(late)
    assert late.state == BatchState.UNDONE
    assert not WorkEntry.objects.filter(agency=consultant.agency).exists()


@pytest.fixture
def mover(db: None) -> Member:
    return make_member(make_agency(), Role.MANAGER)


def moved_twice(mover: Member, rows: Rows) -> list[ImportBatch]:
    """Return two imports of one file, each shown and asked for."""
    found = [stories.uploaded(mover, workbook_of(rows)) for _ in range(2)]
    for one in found:
        mode = CommitMode.FLAWLESS_ROWS
        request_commit(actor=mover, batch_id=one.pk, version=one.version, mode=mode, now=NOW)
    return found


def test_lenders_and_past_uses_moved_in_twice_at_once_are_stored_once(mover: Member) -> None:
    number = "2021001052596"
    make_enterprise(mover.agency, corporate_number=number)
    found = sound_rows(1, consultant=mover.user.email)
    rows: Rows = {form.name: [] for form in forms.FORMS}
    for sheet in ("金融機関", "過去の利用"):
        rows[sheet] = [one | {"enterprise": number} for one in found[sheet]]
    first, second = moved_twice(mover, rows)
    late = behind(committing(first), committing(second), mover)
    assert isinstance(late, ImportBatch), repr(late)
    assert (late.state, late.error_count) == (BatchState.PREVIEWED, 2)
    assert Lender.objects.filter(agency=mover.agency).count() == 1
    assert PastUse.objects.filter(agency=mover.agency).count() == 1


def test_an_enterprise_without_a_number_is_not_moved_in_twice_unseen(mover: Member) -> None:
    rows: Rows = {form.name: [] for form in forms.FORMS}
    rows["事業者"] = sound_rows(1, consultant=mover.user.email)["事業者"]
    first, second = moved_twice(mover, rows)
    late = behind(committing(first), committing(second), mover)
    assert isinstance(late, ImportBatch), repr(late)
    assert (late.state, late.warning_count) == (BatchState.PREVIEWED, 1)
    assert "注意のある行が1行増えました" in late.failure
    assert Enterprise.objects.filter(agency=mover.agency).count() == 1
    # Whoever has seen the warning may register another enterprise of the same name.
    mode = CommitMode.FLAWLESS_ROWS
    request_commit(actor=mover, batch_id=late.pk, version=late.version, mode=mode, now=NOW)
    committing(late)()
    assert Enterprise.objects.filter(agency=mover.agency).count() == 2


def test_an_undo_takes_its_locks_in_the_order_of_a_commit(consultant: Member) -> None:
    first, _ = batches_of(consultant)
    committing(first)()
    undo = partial(undo_batch, actor=consultant, batch_id=first.pk, now=NOW)
    late = behind(
        partial(locked, consultant.agency_id, first.pk), undo, consultant, then=partial(lock_agency, consultant)
    )
    assert isinstance(late, ImportBatch), repr(late)
    assert late.state == BatchState.UNDONE
