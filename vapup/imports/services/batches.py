"""Take a file in, show what it would do, and do it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, BinaryIO, Final

from cases.models import Case, Enterprise
from cases.services.locking import EditedMeanwhile
from vapup import clock
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import require
from vapup.accounts.tenancy import tenant_scope
from vapup.documents.inspection import Inspected, inspect_table
from vapup.documents.services import store
from vapup.imports.columns import HEAD_ROW, Draft
from vapup.imports.enums import TAKEN, BatchState, CommitMode, ImportKind
from vapup.imports.importers import Asked, Writing
from vapup.imports.kinds import IMPORTERS
from vapup.imports.models import ImportBatch, ImportedRecord, ImportProgress, ImportRow
from vapup.imports.staging import count, drafts_of_rows, examined, keep_rows, newly_warned, say_again
from vapup.jobs import enqueue_on_commit
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

COMMIT_TASK: Final = "imports.commit_batch"
MOST_ATTEMPTS: Final = 3
LOST_AFTER: Final = timedelta(seconds=90)
GAVE_UP: Final = (
    f"{MOST_ATTEMPTS}回試みましたが、取込を終えられませんでした。何も登録していません。"
    "行を分けたファイルで試し、続くときはシステムの管理者に知らせてください。"
)
# What has a trail of its own, in which it is told how it came here.
WITH_TRAIL: Final = (Enterprise, Case)


class ImportRefused(DomainError):
    """The file has nothing to take, or the import is not in a state for what was asked."""


def upload_batch(
    *,
    actor: Member,
    kind: ImportKind,
    name: str,
    stream: BinaryIO,
    now: datetime,
    options: Mapping[str, Any] = MappingProxyType({}),
) -> ImportBatch:
    """Take a file in, examine every row, and return the batch with its preview; the office's data stays as it is.

    The file is inspected and its cells are read in the child process before anything is stored.

    Args:
        options: what was chosen for all rows, as plain JSON values.

    Raises:
        NotAllowed: the actor may not bring data in.
        UploadRefused, ScannerUnavailable: see `inspect_table`.
        ImportRefused: no sheet of it holds a row.
        DomainError: an importer that reads files in its own way cannot read this one.
    """
    importer = IMPORTERS[kind]
    require(actor, importer.action)
    inspected, sheets = inspect_table(name, stream)
    asked = Asked(actor, now, clock.day_of(now), options)
    drafts = importer.drafts_of(inspected, sheets, asked)
    if all(draft.form is None and not draft.is_faulty for draft in drafts):
        raise ImportRefused(f"「{inspected.filename}」に取り込む行がありません。ひな形の2行目から入力してください。")
    with unit_of_work():
        return _previewed(kind, inspected, drafts, asked)


def _previewed(kind: ImportKind, inspected: Inspected, drafts: Sequence[Draft], asked: Asked) -> ImportBatch:
    """Store the file, the verdict of every row, and who brought it."""
    actor = asked.actor
    document = store(
        inspected.content,
        agency_id=actor.agency_id,
        filename=inspected.filename,
        content_type=inspected.content_type,
    )
    own = {"agency_id": actor.agency_id, "uploaded_by": actor, "uploaded_at": asked.now}
    batch = ImportBatch(**own, kind=kind, document=document, options=dict(asked.options))
    batch.save()
    examined(IMPORTERS[kind], drafts, asked)
    keep_rows(batch, drafts)
    batch.state = BatchState.PREVIEWED
    batch.save()
    audit.record(actor, Verb.UPLOADED, batch, changes={"ファイル": [None, inspected.filename]})
    return batch


@unit_of_work()
def request_commit(*, actor: Member, batch_id: int, version: int, mode: CommitMode, now: datetime) -> ImportBatch:
    """Ask for a previewed batch, seen at `version`, to be taken; asked again while it is under way, nothing happens.

    Raises:
        ImportBatch.DoesNotExist: no such batch in the actor's agency.
        NotAllowed: the actor may not bring data in.
        EditedMeanwhile: another person did something with it.
        ImportRefused: it is not previewed, or has faults and everything or nothing was asked for.
    """
    batch = locked(actor.agency_id, batch_id)
    require(actor, IMPORTERS[ImportKind(batch.kind)].action, batch)
    if batch.state in {BatchState.COMMITTING, BatchState.COMMITTED}:
        return batch
    if batch.state != BatchState.PREVIEWED:
        raise ImportRefused(
            f"{batch}は「{batch.get_state_display()}」のため、取り込めません。ファイルを登録し直してください。"
        )
    if batch.version != version:
        raise EditedMeanwhile(
            f"{batch}の確認の結果が変わりました。今の内容を確かめてから、もう一度取り込んでください。"
        )
    bad = batch.error_count + batch.skipped_count
    if mode is CommitMode.ALL_OR_NOTHING and bad:
        raise ImportRefused(
            f"「{mode.label}」を選びましたが、取り込めない行が{bad:,}行あります。何も取り込んでいません。"
            "ファイルを直して登録し直すか、「誤りのない行だけ取り込む」を選んでください。"
        )
    batch.state, batch.mode, batch.failure, batch.attempts = BatchState.COMMITTING, mode, "", 0
    batch.committed_by, batch.requested_at = actor, now
    batch.version += 1
    batch.save()
    ImportProgress.objects.update_or_create(batch=batch, defaults={"agency_id": batch.agency_id, "done": 0})
    audit.record(actor, Verb.CHANGED, batch, changes={"取り込み方": [None, mode.label]})
    enqueue_on_commit(COMMIT_TASK, agency_id=batch.agency_id, batch_id=batch.pk)
    return batch


@unit_of_work()
def begin_attempt(*, agency_id: int, batch_id: int) -> bool:
    """Count an attempt to take a batch, and give up after too many; return whether it is still to be taken.

    The count commits before the work begins, so that a batch that kills its worker is not tried for ever.
    """
    batch = _free(agency_id, batch_id)
    if batch is None or batch.state != BatchState.COMMITTING:
        return False
    if batch.attempts >= MOST_ATTEMPTS:
        batch.state, batch.failure = BatchState.FAILED, GAVE_UP
        batch.version += 1
    else:
        batch.attempts += 1
    batch.save()
    return batch.state == BatchState.COMMITTING


@unit_of_work()
def commit_batch(
    *, agency_id: int, batch_id: int, now: datetime, progress: Callable[[float], None]
) -> ImportBatch | None:
    """Take the rows of a batch, all in this transaction, unless that is done or another worker is at it.

    The rows are examined once more, for the office may have changed since the preview. Where nothing may be taken any
    more, nothing is, and the batch says why.

    Args:
        progress: told from 0 to 1 how much is done.
    """
    batch = _free(agency_id, batch_id)
    if batch is None or batch.state != BatchState.COMMITTING or batch.committed_by_id is None:
        return None
    importer = IMPORTERS[ImportKind(batch.kind)]
    rows = list(ImportRow.objects.for_agency(agency_id).filter(batch=batch).order_by("place"))
    today = clock.day_of(now)
    actor = Member.objects.select_related("agency", "user").get(agency_id=agency_id, pk=batch.committed_by_id)
    asked = Asked(actor, now, today, batch.options)
    if importer.hold is not None:  # another import may write the same until what it writes to is locked
        importer.hold(actor, lambda: examined(importer, drafts_of_rows(importer, rows), asked))
    drafts = drafts_of_rows(importer, rows)
    plan = examined(importer, drafts, asked)
    unseen = newly_warned(rows, drafts)
    say_again(rows, drafts)
    count(batch, drafts)
    if refusal := _refusal(batch, drafts, unseen):
        batch.state, batch.failure = BatchState.PREVIEWED, refusal
        batch.version += 1
        batch.save()
        return batch
    writing = Writing(actor, now, today, batch.document.filename, progress)
    importer.write(plan, writing)
    _finish(batch, actor, writing, dict(zip(map(id, drafts), rows, strict=True)))
    return batch


def _refusal(batch: ImportBatch, drafts: list[Draft], unseen: int) -> str:
    """Return why nothing can be taken now, or nothing; `unseen` rows have warnings that nobody was shown."""
    bad = batch.error_count + batch.skipped_count
    if batch.mode == CommitMode.ALL_OR_NOTHING and bad:
        return f"確認した後に登録の内容が変わり、取り込めない行が{bad:,}行になりました。何も取り込んでいません。"
    if not any(draft.form is not None and draft.is_taken for draft in drafts):
        return "取り込める行がありません。ファイルを直して、登録し直してください。"
    if unseen:
        return (
            f"確認した後に登録の内容が変わり、注意のある行が{unseen:,}行増えました。何も取り込んでいません。"
            "今の内容を確かめてから、もう一度取り込んでください。"
        )
    return ""


def _finish(batch: ImportBatch, actor: Member, writing: Writing, rows: dict[int, ImportRow]) -> None:
    """Note what was made of which row, and write the trail: of the batch with its counts, and of each new case."""
    ImportedRecord.objects.bulk_create(
        [
            ImportedRecord(
                agency_id=batch.agency_id,
                batch=batch,
                row=rows[id(draft)],
                model=made._meta.label_lower,
                object_id=made.pk,
            )
            for draft, made in writing.made
        ],
        batch_size=2_000,
    )
    source = f"{batch}({batch.document.filename})"
    AuditEvent.objects.bulk_create(
        [
            audit.unsaved(actor, Verb.IMPORTED, made, changes={"取込": [None, f"{source} {draft.address()}"]})
            for draft, made in writing.made
            if isinstance(made, WITH_TRAIL)
        ],
        batch_size=2_000,
    )
    # A row may have changed nothing, where what it says is registered already; it still counts as taken.
    taken = ImportRow.objects.for_agency(batch.agency_id).filter(batch=batch, verdict__in=TAKEN)
    batch.options = {**batch.options, **writing.kept}
    batch.taken_count, batch.created_count = taken.exclude(number=HEAD_ROW).count(), len(writing.made)
    batch.state, batch.committed_at = BatchState.COMMITTED, writing.now
    batch.version += 1
    batch.save()
    audit.record(actor, Verb.IMPORTED, batch, changes=counted(made for _, made in writing.made))


def counted(made: Any) -> audit.Changes:
    """Return how many things of each kind were made, by their Japanese names, as changes from nothing."""
    names: Counter[str] = Counter(str(one._meta.verbose_name) for one in made)
    return {name: [None, number] for name, number in names.items()}


def locked(agency_id: int, batch_id: int) -> ImportBatch:
    """Return a batch under its lock.

    Raises:
        ImportBatch.DoesNotExist: no such batch in the agency.
    """
    batches = ImportBatch.objects.for_agency(agency_id).select_for_update(of=("self",), no_key=True)
    return batches.select_related("document").get(pk=batch_id)


def _free(agency_id: int, batch_id: int) -> ImportBatch | None:
    """Return a batch under its lock, or none while another worker holds it; nobody waits for that one."""
    batches = ImportBatch.objects.for_agency(agency_id)
    free = batches.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return free.select_related("document", "committed_by").filter(pk=batch_id).first()


def requeue(*, now: datetime) -> int:
    """Ask again for batches that have waited so long that their message or their worker must be lost; return how many.

    One that a worker is at is asked for in vain: it is locked.
    """
    found = 0
    for agency_id in Agency.objects.order_by("pk").values_list("pk", flat=True):
        with tenant_scope(agency_id):
            waiting = ImportBatch.objects.for_agency(agency_id).filter(
                state=BatchState.COMMITTING, requested_at__lte=now - LOST_AFTER
            )
            for pk in waiting.values_list("pk", flat=True):
                enqueue_on_commit(COMMIT_TASK, agency_id=agency_id, batch_id=pk)
                found += 1
    return found
