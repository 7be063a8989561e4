"""Why imported hours cannot be taken back: their week was handed in since, or a claim holds them."""

from __future__ import annotations

from cases.services.locking import lock_case
from subsidies.models import WorkEntry
from subsidies.selectors.diary.locks import lock_reasons
from subsidies.services.diary.hours import lock_worker
from vapup.accounts.models import Member
from vapup.imports.importers import Made, Objections


def objections(actor: Member, made: Made) -> Objections:
    """Lock the cases, then the people whose hours they are, as everybody does, and yield what is fixed since."""
    entries = WorkEntry.objects.for_agency(actor.agency_id).filter(pk__in=made.get(WorkEntry, ()))
    for pk in sorted(set(entries.values_list("case_id", flat=True))):
        lock_case(actor, pk)
    for pk in sorted(set(entries.values_list("worker_id", flat=True))):
        lock_worker(actor, pk)
    stored = list(entries.select_related("case", "worker", "cost_line").order_by("pk"))
    for pk, reason in lock_reasons(stored).items():
        if reason:
            yield WorkEntry, pk, f"固定されています。{reason}"
