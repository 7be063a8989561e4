"""Everything that a colleague must know who takes a case over (引継書), gathered from what the other pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case, CoAgency, Note
from cases.selectors.banks import Board, bank_board
from cases.selectors.enterprises import trail
from cases.selectors.notes import notes_of
from cases.selectors.turns import Turn, turn_of
from subsidies.enums import ApplicationState, PaperStatus
from subsidies.models import Application, ReturnItem
from subsidies.models.applications import IN_THE_OFFICE
from subsidies.selectors.estimate.figures import Figures, figures_of
from subsidies.selectors.filing.applications import ApplicationRow, application_rows
from subsidies.selectors.filing.requirements import CaseRows, PaperSlot, requirements_of
from vapup.accounts.models import AuditEvent

NEWEST_NOTES: Final = 5
LATEST_EVENTS: Final = 10
SETTLED: Final = frozenset({PaperStatus.CHECKED, PaperStatus.LEFT_OUT})
# The office still works on these; what they lack matters.
WORKED_ON: Final = frozenset({*IN_THE_OFFICE, ApplicationState.RETURNED}) - {ApplicationState.CANCELLED}


@dataclass(frozen=True, slots=True)
class LackingPaper:
    """A paper that an application still needs: not there, not checked, or checked and lacking something."""

    application: str
    label: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """The sheet.

    Attributes:
        applications: all that were begun; none where not even the usage application was.
        return_items: what the council found wrong and nobody has answered yet.
        board: the lenders; `board.missing_consents` names whose consent is missing.
        notes: the pinned ones, then the newest.
        events: what was done last, the newest first.
    """

    case: Case
    turn: Turn
    applications: Sequence[ApplicationRow]
    return_items: Sequence[ReturnItem]
    papers: Sequence[LackingPaper]
    board: Board
    figures: Figures
    co_agencies: Sequence[CoAgency]
    notes: Sequence[Note]
    events: Sequence[AuditEvent]

    @property
    def missing_banks(self) -> tuple[str, ...]:
        """Return the lenders that have not agreed or, where nobody is asked to, whose receipt is still missing."""
        if self.board.needs_consent:
            return self.board.missing_consents
        return () if self.board.has_receipt else tuple(str(row.lender) for row in self.board.close)


def hand_over_of(case: Case, *, today: date) -> HandOver:
    """Return the sheet of a case as its rows stand now; `today` is what deadlines are counted down from."""
    applications = [row for row in application_rows(case) if row.application.pk is not None]
    rows = CaseRows(case)
    return HandOver(
        case=case,
        turn=turn_of(CaseStage(case.stage), SchemeFrame(case.frame)),
        applications=applications,
        return_items=_open_items(case),
        papers=[paper for row in applications for paper in _lacking(row.application, rows)],
        board=bank_board(case),
        figures=figures_of(case, today=today, rows=rows),
        co_agencies=rows.co_agencies,
        notes=_notes(case),
        events=list(trail(case)[:LATEST_EVENTS]),
    )


def _open_items(case: Case) -> list[ReturnItem]:
    items = ReturnItem.objects.for_agency(case.agency_id).filter(application__case=case, answer="")
    return list(items.select_related("application").order_by("application_id", "round", "id"))


def _lacking(application: Application, rows: CaseRows) -> list[LackingPaper]:
    if application.state not in WORKED_ON:
        return []
    needed = (slot for slot in requirements_of(application, case_rows=rows) if slot.is_needed)
    return [_lacking_paper(application, slot) for slot in needed if not _is_settled(slot)]


def _is_settled(slot: PaperSlot) -> bool:
    return slot.paper is not None and slot.paper.status in SETTLED


def _lacking_paper(application: Application, slot: PaperSlot) -> LackingPaper:
    status = PaperStatus(slot.paper.status) if slot.paper is not None else PaperStatus.NOT_STARTED
    return LackingPaper(application.name, slot.label, status.label, slot.paper.reason if slot.paper else "")


def _notes(case: Case) -> list[Note]:
    """Return every pinned note, then the newest of the others."""
    notes = notes_of(case).prefetch_related(None)  # whom they call is not shown
    newest = notes.filter(is_pinned=False).values("pk")[:NEWEST_NOTES]
    return list(notes.filter(Q(is_pinned=True) | Q(pk__in=newest)))
