"""The same hours brought in twice at once: the second finds them registered, under whatever lock it waited for."""

from __future__ import annotations

from functools import partial

import pytest

from cases.services.locking import lock_case
from subsidies.models import WorkEntry
from subsidies.services.diary.hours import lock_worker
from tests.builders import make_agency, make_member
from tests.imports.hours_files import said, table, uploaded
from tests.races.behind import behind
from tests.subsidies.hours_cases import MONDAY, NOW, TEXT, make_worker, make_working_case
from vapup.accounts.models import Member
from vapup.imports.enums import BatchState, CommitMode
from vapup.imports.models import ImportBatch
from vapup.imports.services.batches import commit_batch, request_commit
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
