"""An import of the access tests' world: a previewed file with a faulty row, and who may call its addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case
from cases.workflow import OPEN_STAGES
from tests.access_figures import play_figures
from tests.imports.files import sound_rows, workbook_of
from tests.imports.stories import untold
from vapup import clock
from vapup.accounts.models import Member
from vapup.documents.models import StoredDocument
from vapup.imports.enums import BatchState, ImportKind, Verdict
from vapup.imports.models import ImportBatch, ImportedRecord, ImportProgress, ImportRow
from vapup.imports.services.batches import commit_batch

IMPORTS: Final = {
    "imports:list": ("ma", None),
    "imports:new": ("ma", "ma"),
    "imports:template": ("ma", None),
    "imports:batch": ("ma", None),
    "imports:commit": ("ma", "ma"),
    "imports:undo": ("ma", "ma"),
    "imports:hours": ("com", "com"),
    "imports:hours_template": ("com", None),
    "imports:hours_batch": ("cm", None),
    "imports:hours_commit": ("cm", "cm"),
    "imports:hours_undo": ("cm", "cm"),
}


def import_rows(by: Member, case: Case, document: StoredDocument) -> dict[str, str | int]:
    """Store an import with one row, as if a case had come from it, and return its id."""
    own = {"agency_id": by.agency_id}
    batch = ImportBatch.objects.create(
        **own,
        kind=ImportKind.MOVE_IN,
        document=document,
        state=BatchState.PREVIEWED,
        row_count=1,
        error_count=1,
        uploaded_by=by,
    )
    said = ["error", "案件!C2", "「406事業」は一覧にありません。"]
    row = ImportRow.objects.create(
        **own, batch=batch, place=0, sheet="案件", number=2, label="A001", verdict=Verdict.ERROR, messages=[said]
    )
    ImportedRecord.objects.create(**own, batch=batch, row=row, model="cases.case", object_id=case.pk)
    ImportProgress.objects.create(**own, batch=batch)
    hours = ImportBatch.objects.create(
        **own, kind=ImportKind.HOURS, document=document, state=BatchState.PREVIEWED, uploaded_by=case.consultant
    )
    return {"batch_id": batch.pk, "hours_batch_id": hours.pk}


def play_imports(write: Callable[..., object], consultant: str) -> None:
    """Let a file come, be taken and be taken back, each by the form of its page."""
    rows = sound_rows(1, consultant=consultant)
    write("m", "imports:new", file=SimpleUploadedFile("移行.xlsx", workbook_of(rows)))
    batch = ImportBatch.objects.latest("pk")
    here = {"batch_id": batch.pk}
    write("m", "imports:commit", kwargs=here, mode="all_or_nothing", version=batch.version)
    commit_batch(agency_id=batch.agency_id, batch_id=batch.pk, now=clock.now(), progress=untold)
    write("a", "imports:undo", kwargs=here)
    _play_hours(write)
    play_figures(write)


def _play_hours(write: Callable[..., object]) -> None:
    """Let pasted hours come, be taken and be taken back."""
    case = Case.objects.filter(stage__in=OPEN_STAGES).order_by("-pk")[0]
    pasted = f"日付\t開始\t終了\t業務内容\t案件番号\n2025-06-20\t9:00\t10:00\t主要行に返済計画の案を説明\t{case.number}"
    write("m", "imports:hours", pasted=pasted)
    batch = ImportBatch.objects.latest("pk")
    here = {"hours_batch_id": batch.pk}
    write("m", "imports:hours_commit", kwargs=here, mode="all_or_nothing", version=batch.version)
    commit_batch(agency_id=batch.agency_id, batch_id=batch.pk, now=clock.now(), progress=untold)
    write("m", "imports:hours_undo", kwargs=here)
