"""A file's way through the office, as tests play it; and what every table holds."""

from __future__ import annotations

import io
from datetime import datetime

from django.apps import apps
from django.db import connection

from tests.imports.files import NOW
from vapup.accounts.models import Member
from vapup.accounts.tenancy import tenant_scope
from vapup.imports.enums import CommitMode, ImportKind
from vapup.imports.models import ImportBatch
from vapup.imports.services.batches import commit_batch, request_commit, upload_batch
from vapup.imports.services.undo import undo_batch

# What an undo does not take back: the trail, the histories that the database keeps, the file and its import.
KEPT = {"accounts_auditevent", "documents_storeddocument"}


def untold(_part: float) -> None:
    """Tell nobody how far a commit is."""


def uploaded(actor: Member, content: bytes, *, name: str = "移行.xlsx", now: datetime = NOW) -> ImportBatch:
    with tenant_scope(actor.agency_id):
        return upload_batch(actor=actor, kind=ImportKind.MOVE_IN, name=name, stream=io.BytesIO(content), now=now)


def committed(
    actor: Member, batch: ImportBatch, mode: CommitMode = CommitMode.FLAWLESS_ROWS, *, now: datetime = NOW
) -> ImportBatch:
    told: list[float] = []
    with tenant_scope(actor.agency_id):
        request_commit(actor=actor, batch_id=batch.pk, version=batch.version, mode=mode, now=now)
        commit_batch(agency_id=actor.agency_id, batch_id=batch.pk, now=now, progress=told.append)
    assert told == sorted(told)
    return ImportBatch.objects.get(pk=batch.pk)


def undone(actor: Member, batch: ImportBatch) -> ImportBatch:
    with tenant_scope(actor.agency_id):
        return undo_batch(actor=actor, batch_id=batch.pk, now=NOW)


def tables() -> dict[str, list[str]]:
    """Return every row of every table that an undo restores."""
    found = {}
    for model in apps.get_models():
        table, names = model._meta.db_table, {field.name for field in model._meta.fields}
        if "pgh_id" not in names and table not in KEPT and not table.startswith("imports_"):
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608
                found[table] = [row[0] for row in cursor.fetchall()]
    return found
