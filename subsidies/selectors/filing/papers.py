"""The papers desk (書類): what an application needs, how far each paper is, and what is stored of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from subsidies.enums import OPEN_STATES, PaperPlace, PaperStatus
from subsidies.models import Application, Paper, PaperVersion
from subsidies.rules.requirements import Copy, Maker
from subsidies.selectors.filing.requirements import PaperSlot, requirements_of
from vapup.accounts.models import AuditEvent

TONES: Final[Mapping[PaperStatus, str]] = MappingProxyType(
    {
        PaperStatus.NOT_STARTED: "todo",
        PaperStatus.WORKING: "info",
        PaperStatus.CHECKED: "success",
        PaperStatus.CHECKED_LACKING: "warning",
        PaperStatus.LEFT_OUT: "neutral",
    }
)
COUNTED: Final = 50  # events of a case among which the newest about a paper is looked for


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper as the desk shows it. `seen` names it with its version for the bulk check, "" where none is due."""

    slot: PaperSlot
    status: PaperStatus
    place: PaperPlace
    versions: tuple[PaperVersion, ...]
    is_stale: bool
    seen: str

    @property
    def tone(self) -> str:
        """Return the tone of the status."""
        return TONES[self.status]

    @property
    def issued_on(self) -> date | None:
        """Return the day of issue that was recorded."""
        return self.slot.paper.issued_on if self.slot.paper else None

    @property
    def is_wrong_copy(self) -> bool:
        """Tell whether the council wants the original and the office says that it has a copy."""
        paper = self.slot.paper
        is_at_hand = paper is not None and self.status in {PaperStatus.CHECKED, PaperStatus.CHECKED_LACKING}
        return is_at_hand and self.slot.requirement.copy is Copy.ORIGINAL and not (paper and paper.is_original)


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """The needed papers of one maker."""

    maker: Maker
    rows: tuple[PaperRow, ...]

    @property
    def done_count(self) -> int:
        """Return how many of them need no more work."""
        return sum(row.status in {PaperStatus.CHECKED, PaperStatus.LEFT_OUT} for row in self.rows)


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many needed papers have a status; `value` is "" for all of them."""

    value: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class PapersPage:
    """The desk of one application; `groups` hold what the chosen status leaves, `unneeded` all that is not needed."""

    groups: tuple[PaperGroup, ...]
    unneeded: tuple[PaperRow, ...]
    counts: tuple[StatusCount, ...]
    is_open: bool

    @property
    def has_checkable(self) -> bool:
        """Tell whether any shown paper can be marked as checked in bulk."""
        return self.is_open and any(row.seen for group in self.groups for row in group.rows)


def papers_page_of(application: Application, *, today: date, status: str = "") -> PapersPage:
    """Return the desk of an application; a `status` that does not exist shows all."""
    rows = tuple(row_of(slot, application, today=today) for slot in requirements_of(application))
    needed = tuple(row for row in rows if row.slot.is_needed)
    chosen = status if status in PaperStatus.values else ""
    shown = [row for row in needed if not chosen or row.status == chosen]
    makers = dict.fromkeys(row.slot.requirement.maker for row in shown)
    groups = (PaperGroup(one, tuple(row for row in shown if row.slot.requirement.maker is one)) for one in makers)
    return PapersPage(
        groups=tuple(groups),
        unneeded=tuple(row for row in rows if not row.slot.is_needed),
        counts=_counts(needed, chosen),
        is_open=application.state in OPEN_STATES,
    )


def row_of(slot: PaperSlot, application: Application, *, today: date) -> PaperRow:
    """Return one paper of the list; its age counts on the day of filing, or today before that."""
    paper = slot.paper
    status = PaperStatus(paper.status) if paper else PaperStatus.NOT_STARTED
    place = PaperPlace(paper.place) if paper else PaperPlace.NOWHERE
    versions = tuple(paper.versions.all()) if paper else ()
    is_due = status in {PaperStatus.NOT_STARTED, PaperStatus.WORKING} and (place != PaperPlace.NOWHERE or versions)
    return PaperRow(
        slot=slot,
        status=status,
        place=place,
        versions=versions,
        is_stale=status is not PaperStatus.LEFT_OUT and slot.is_stale_on(application.submitted_on or today),
        seen=f"{slot.key}:{paper.version}" if paper and is_due else "",
    )


def _counts(needed: Iterable[PaperRow], chosen: str) -> tuple[StatusCount, ...]:
    statuses = [row.status for row in needed]
    each = (StatusCount(one.value, one.label, statuses.count(one), chosen == one) for one in PaperStatus)
    return (StatusCount("", "必要な書類", len(statuses), not chosen), *each)


def version_of(application: Application, version_id: int) -> PaperVersion | None:
    """Return an uploaded version of a paper of the application, or None."""
    versions = PaperVersion.objects.for_agency(application.agency_id).select_related("paper", "document")
    found = versions.filter(pk=version_id, paper__application=application).first()
    if found is not None:
        found.paper.application = application
    return found


def label_of(application: Application, paper: Paper) -> str:
    """Return what the list calls a stored paper; the row's own name where the list no longer has it."""
    slots = requirements_of(application)
    return next((slot.label for slot in slots if slot.paper and slot.paper.pk == paper.pk), paper.requirement)


def latest_change(application: Application, label: str) -> AuditEvent | None:
    """Return the newest event of the case that tells of a paper, if it is among the latest."""
    events = AuditEvent.objects.for_agency(application.agency_id).filter(
        object_type="case", object_id=application.case_id
    )
    name = f"書類 {application.name} {label}"
    newest = events.order_by("-pk")[:COUNTED]
    return next((event for event in newest if any(key.startswith(name) for key in event.changes)), None)
