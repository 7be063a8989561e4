"""Which steps lead a demonstration case to its stage, and on which days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from cases.enums import CaseAction, CaseStage, SchemeFrame

A, S = CaseAction, CaseStage
TO_APPLIED: Final = (A.START_PREPARATION, A.SUBMIT_USAGE)
TO_ACCEPTED: Final = (*TO_APPLIED, A.RECORD_ACCEPTANCE)
TO_PLANNING: Final = (*TO_ACCEPTED, A.RECORD_DECISION)
TO_AGREED: Final = (*TO_PLANNING, A.RECORD_AGREEMENT)
TO_CLAIMED: Final = (*TO_AGREED, A.SUBMIT_PLAN_CLAIM)
TO_DECIDED: Final = (*TO_CLAIMED, A.RECORD_PLAN_DECISION)
TO_MONITORING: Final = (*TO_DECIDED, A.START_MONITORING)

PATHS: Final[Mapping[CaseStage, tuple[CaseAction, ...]]] = MappingProxyType(
    {
        S.CONSULTATION: (),
        S.PREPARING: (A.START_PREPARATION,),
        S.APPLIED: TO_APPLIED,
        S.USAGE_RETURNED: (*TO_APPLIED, A.RETURN_USAGE),
        S.REJECTED: (*TO_APPLIED, A.REJECT_USAGE),
        S.ACCEPTED: TO_ACCEPTED,
        S.WITHDRAWN: (*TO_ACCEPTED, A.WITHDRAW),
        S.PLANNING: TO_PLANNING,
        S.LAPSED: (*TO_PLANNING, A.LAPSE),
        S.EXPERT_APPOINTED: (*TO_PLANNING, A.APPOINT_EXPERT),
        S.STANDSTILL: (*TO_PLANNING, A.APPOINT_EXPERT, A.REQUEST_STANDSTILL),
        S.SURVEYED: (*TO_PLANNING, A.APPOINT_EXPERT, A.REQUEST_STANDSTILL, A.RECORD_SURVEY),
        S.AGREED: TO_AGREED,
        S.PLAN_CLAIMED: TO_CLAIMED,
        S.CLAIM_RETURNED: (*TO_CLAIMED, A.RETURN_PLAN_CLAIM),
        S.PLAN_DECIDED: TO_DECIDED,
        S.MONITORING: TO_MONITORING,
        S.COMPLETED: (*TO_MONITORING, A.COMPLETE),
    }
)


def steps(
    stage: CaseStage, consulted_on: date, timeline: Mapping[str, int], frame: SchemeFrame
) -> tuple[tuple[CaseAction, date], ...]:
    """Return the actions that lead to `stage`, each with its day; `timeline` counts days from the consultation."""
    way = (one for action in PATHS[stage] for one in _in_frame(action, frame))
    return tuple((action, consulted_on + timedelta(days=timeline[action.value])) for action in way)


def _in_frame(action: CaseAction, frame: SchemeFrame) -> tuple[CaseAction, ...]:
    """Return the actions that take the place of one in a frame: the guideline has a way to the agreement of its own."""
    is_guideline = frame is SchemeFrame.SME_GL and action is A.RECORD_AGREEMENT
    return (A.APPOINT_EXPERT, A.REQUEST_STANDSTILL, A.RECORD_SURVEY, A.RECORD_MEETING) if is_guideline else (action,)


def period_days(start: date, lengths: list[int]) -> list[tuple[date, date]]:
    """Return consecutive periods of `lengths` months, each from the first of a month to a month's last day."""
    found = []
    first = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    for months in lengths:
        index = first.year * 12 + first.month - 1 + months
        following = date(index // 12, index % 12 + 1, 1)
        found.append((first, following - timedelta(days=1)))
        first = following
    return found


def text_of(case: Mapping[str, Any], name: str) -> str:
    """Return a text of a case's description, empty where it has none."""
    return str(case.get(name, ""))
