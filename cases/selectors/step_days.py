"""On which day a step of the case was taken, as far as the product knows it from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cases.enums import CaseAction
from cases.models import Case, GuidelineProcedure
from cases.selectors.banks import bank_board

# The day of the guideline's procedure that a step records.
OF_GUIDELINE: Final[Mapping[CaseAction, str]] = MappingProxyType(
    {
        CaseAction.APPOINT_EXPERT: "appointed_on",
        CaseAction.REQUEST_STANDSTILL: "standstill_requested_on",
        CaseAction.RECORD_SURVEY: "report_on",
        CaseAction.RECORD_MEETING: "meeting_on",
    }
)
AGREEMENTS: Final = frozenset({CaseAction.RECORD_AGREEMENT, CaseAction.RECORD_MEETING})


def proposed_day(case: Case, action: CaseAction, *, today: date) -> date:
    """Return what the form of a step offers as its day: the last one that it rests on, or today where there is none."""
    known = [_of_guideline(case, action)]
    if action in AGREEMENTS:
        board = bank_board(case)
        receipts = [row.stance.receipt_on for row in board.rows]
        known += [board.last_consent_on, *(receipts if action is CaseAction.RECORD_AGREEMENT else ())]
    return min(max((day for day in known if day is not None), default=today), today)


def _of_guideline(case: Case, action: CaseAction) -> date | None:
    name = OF_GUIDELINE.get(action)
    if name is None:
        return None
    rows = GuidelineProcedure.objects.for_agency(case.agency_id).filter(case=case)
    return rows.values_list(name, flat=True).first()
