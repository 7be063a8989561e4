"""Doors of the queue for imports: named, by ids, safe to run twice."""

from __future__ import annotations

from typing import Final

from celery import shared_task

from vapup import clock
from vapup.accounts.tenancy import tenant_scope
from vapup.imports.models import ImportBatch
from vapup.imports.progress import told_progress
from vapup.imports.services import batches

# Thousands of rows take seconds; what takes longer will never end, and is killed a little later.
SOFT_SECONDS: Final = 150
HARD_SECONDS: Final = 180


@shared_task(
    name="imports.commit_batch",
    acks_late=True,
    ignore_result=True,
    soft_time_limit=SOFT_SECONDS,
    time_limit=HARD_SECONDS,
)
def commit_batch(*, agency_id: int, batch_id: int) -> None:
    """Take one batch inside its agency's scope; an unforeseen failure leaves it to the sweep."""
    with tenant_scope(agency_id):
        is_due = batches.begin_attempt(agency_id=agency_id, batch_id=batch_id)
        row_count = ImportBatch.objects.for_agency(agency_id).values_list("row_count", flat=True).get(pk=batch_id)
    if is_due:
        with told_progress(agency_id, batch_id, row_count) as progress, tenant_scope(agency_id):
            batches.commit_batch(agency_id=agency_id, batch_id=batch_id, now=clock.now(), progress=progress)


@shared_task(name="imports.sweep_batches", ignore_result=True)
def sweep_batches() -> None:
    """Ask again for imports whose message was lost. Looks into all agencies, and touches nothing itself."""
    batches.requeue(now=clock.now())
