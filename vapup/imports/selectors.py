"""Reads of imports: the list of batches, the rows of one with the worst first, and how far a commit is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When

from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.imports.enums import BatchState, ImportKind, Verdict
from vapup.imports.models import ImportBatch, ImportProgress, ImportRow

ROWS_A_PAGE: Final = 50
BATCHES_A_PAGE: Final = 20
TONES: Final = {
    Verdict.ERROR: "error",
    Verdict.SKIPPED: "caution",
    Verdict.WARNING: "warning",
    Verdict.OK: "success",
}
STATE_TONES: Final = {
    BatchState.UPLOADED: "neutral",
    BatchState.PREVIEWED: "todo",
    BatchState.COMMITTING: "info",
    BatchState.COMMITTED: "success",
    BatchState.UNDONE: "neutral",
    BatchState.FAILED: "error",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A verdict that the rows can be narrowed to, and how many there are of it; "" stands for all."""

    value: str
    label: str
    count: int
    is_current: bool

    @property
    def url(self) -> str:
        """Return the address of the narrowed rows, on the same page."""
        return f"?verdict={self.value}#rows"


def batches_page(member: Member, number: str | None) -> Page[ImportBatch]:
    """Return a page of the agency's move-ins, the newest first."""
    return _page(ImportBatch.objects.for_agency(member.agency_id).filter(kind=ImportKind.MOVE_IN), number)


def hours_page(member: Member, number: str | None) -> Page[ImportBatch]:
    """Return a page of the imports of hours that a member may look into: their own, or all; the newest first."""
    found = ImportBatch.objects.for_agency(member.agency_id).filter(kind=ImportKind.HOURS)
    if not member.has_role(Role.MANAGER):
        found = found.filter(uploaded_by=member)
    return _page(found, number)


def _page(found: QuerySet[ImportBatch, Any], number: str | None) -> Page[ImportBatch]:
    related = found.select_related("document", "uploaded_by__user")
    return Paginator(related.order_by("-id"), BATCHES_A_PAGE).get_page(number)


def rows_page(batch: ImportBatch, *, verdict: str, number: str | None) -> Page[ImportRow]:
    """Return a page of the rows of a batch, of one verdict or of all: the worst first, then as in the file."""
    rows = _rows(batch)
    if verdict in Verdict.values:
        rows = rows.filter(verdict=verdict)
    worst = [When(verdict=one, then=Value(place)) for place, one in enumerate(Verdict)]
    ordered = rows.order_by(Case(*worst, default=Value(0), output_field=IntegerField()), "place")
    return Paginator(ordered, ROWS_A_PAGE).get_page(number)


def filters_of(batch: ImportBatch, *, verdict: str) -> list[Filter]:
    """Return what the rows can be narrowed to, with how many there are of each."""
    counts: dict[str, int] = {one.value: 0 for one in Verdict}
    for found in _rows(batch).values_list("verdict", flat=True):
        counts[found] += 1
    every = Filter("", "すべて", sum(counts.values()), verdict not in counts)
    return [every, *(Filter(one.value, one.label, counts[one], verdict == one) for one in Verdict if counts[one])]


def rows_done(batch: ImportBatch) -> int:
    """Return how many rows a commit under way has dealt with."""
    found = ImportProgress.objects.for_agency(batch.agency_id).filter(batch=batch)
    return found.values_list("done", flat=True).first() or 0


def _rows(batch: ImportBatch) -> QuerySet[ImportRow, Any]:
    return ImportRow.objects.for_agency(batch.agency_id).filter(batch=batch)
