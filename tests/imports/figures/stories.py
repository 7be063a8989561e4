"""A file of figures on its way through the office."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

from cases.models import Enterprise, MonthlyFigure, YearlyFigure
from tests.imports.figures.layouts import File
from tests.imports.figures.readers import DECIDED
from tests.imports.files import NOW
from tests.imports.stories import untold
from vapup.accounts.models import Member
from vapup.accounts.tenancy import tenant_scope
from vapup.imports.enums import CommitMode, ImportKind
from vapup.imports.models import ImportBatch
from vapup.imports.services.batches import commit_batch, request_commit, upload_batch
from vapup.imports.services.figures import choose_names
from vapup.imports.services.undo import undo_batch


def uploaded(actor: Member, enterprise: Enterprise, file: File, **options: Any) -> ImportBatch:
    chosen = {"enterprise": enterprise.pk, "end_month": 3, **options}
    with tenant_scope(actor.agency_id):
        return upload_batch(
            actor=actor,
            kind=ImportKind.FIGURES,
            name=file.name,
            stream=io.BytesIO(file.content),
            now=NOW,
            options=chosen,
        )


def decided(actor: Member, batch: ImportBatch, names: Mapping[str, tuple[str, bool]] = DECIDED) -> ImportBatch:
    with tenant_scope(actor.agency_id):
        return choose_names(actor=actor, batch_id=batch.pk, version=batch.version, names=names, now=NOW)


def committed(actor: Member, batch: ImportBatch) -> ImportBatch:
    with tenant_scope(actor.agency_id):
        request_commit(actor=actor, batch_id=batch.pk, version=batch.version, mode=CommitMode.ALL_OR_NOTHING, now=NOW)
        commit_batch(agency_id=actor.agency_id, batch_id=batch.pk, now=NOW, progress=untold)
    return ImportBatch.objects.get(pk=batch.pk)


def undone(actor: Member, batch: ImportBatch) -> ImportBatch:
    with tenant_scope(actor.agency_id):
        return undo_batch(actor=actor, batch_id=batch.pk, now=NOW)


def taken(actor: Member, enterprise: Enterprise, file: File, **options: Any) -> ImportBatch:
    """Let a file be taken, with the odd name decided."""
    return committed(actor, decided(actor, uploaded(actor, enterprise, file, **options)))


def stored_month(enterprise: Enterprise, month: str) -> dict[str, int]:
    rows = MonthlyFigure.objects.filter(enterprise=enterprise, month=date.fromisoformat(f"{month}-01"))
    return dict(rows.values_list("account", "yen"))


def stored_year(enterprise: Enterprise) -> dict[str, int]:
    return dict(YearlyFigure.objects.filter(enterprise=enterprise).values_list("account", "yen"))


def said(batch: ImportBatch) -> str:
    """Return everything that the preview says."""
    return "\n".join(text for row in batch.rows.order_by("place") for _, _, text in row.messages)
