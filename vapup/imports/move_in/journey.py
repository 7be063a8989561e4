"""The way of a case up to its stage: which steps it must have taken, and which column or claim dates each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.workflow import WITH_MONITORING
from subsidies.enums import ApplicationKind
from vapup.imports.columns import Draft
from vapup.imports.move_in.book import Bundle

A, S = CaseAction, CaseStage


class Step(NamedTuple):
    """A step to a stage: what was done, and the column that says when; of `claim` steps it is in the plan claim."""

    stage: CaseStage
    action: CaseAction
    column: str
    claim: bool = False


_FIRST: Final = (
    Step(S.PREPARING, A.START_PREPARATION, "consulted_on"),
    Step(S.APPLIED, A.SUBMIT_USAGE, "usage_applied_on"),
    Step(S.ACCEPTED, A.RECORD_ACCEPTANCE, "usage_accepted_on"),
    Step(S.PLANNING, A.RECORD_DECISION, "usage_decided_on"),
)
_GUIDELINE: Final = (
    Step(S.EXPERT_APPOINTED, A.APPOINT_EXPERT, "appointed_on"),
    Step(S.STANDSTILL, A.REQUEST_STANDSTILL, "standstill_on"),
    Step(S.SURVEYED, A.RECORD_SURVEY, "report_on"),
    Step(S.AGREED, A.RECORD_MEETING, "agreed_on"),
)
_AGREED: Final = (Step(S.AGREED, A.RECORD_AGREEMENT, "agreed_on"),)
_CLAIMED: Final = (
    Step(S.PLAN_CLAIMED, A.SUBMIT_PLAN_CLAIM, "submitted_on", claim=True),
    Step(S.PLAN_DECIDED, A.RECORD_PLAN_DECISION, "decided_on", claim=True),
)
_MONITORING: Final = (Step(S.MONITORING, A.START_MONITORING, "paid_on", claim=True),)
_END: Final = (Step(S.COMPLETED, A.COMPLETE, "ended_on"),)
WAYS: Final[Mapping[SchemeFrame, tuple[Step, ...]]] = MappingProxyType(
    {
        frame: (
            *_FIRST,
            *(_GUIDELINE if frame is SchemeFrame.SME_GL else _AGREED),
            *_CLAIMED,
            *(_MONITORING if frame in WITH_MONITORING else ()),
            *_END,
        )
        for frame in SchemeFrame
    }
)
# Not every case of the guideline asks its creditors to stand still.
OPTIONAL: Final = frozenset({S.STANDSTILL})


class Taken(NamedTuple):
    """A step that the case took: the row and the column that date it, and the day, or None where it is missing."""

    step: Step
    row: Draft | None
    day: date | None


def plan_claim_of(bundle: Bundle) -> Draft | None:
    """Return the row of the plan claim."""
    return next((one for one in bundle.claims if one.values.get("kind") == ApplicationKind.PLAN_CLAIM), None)


def steps_of(bundle: Bundle) -> list[Taken]:
    """Return the steps up to the stage, in their order; one that a case may leave out is there only with its day."""
    if bundle.frame is None or bundle.stage is None:
        return []
    way = WAYS[bundle.frame]
    last = next((place for place, step in enumerate(way) if step.stage is bundle.stage), -1)
    found = [_taken(bundle, step) for step in way[: last + 1]]
    return [one for one in found if one.day or one.step.stage not in OPTIONAL or one.step.stage is bundle.stage]


def later_of(bundle: Bundle) -> Iterator[Taken]:
    """Yield the steps after the stage that are dated all the same."""
    if bundle.frame is None or bundle.stage is None:
        return
    way = WAYS[bundle.frame]
    stages = [step.stage for step in way]
    last = stages.index(bundle.stage) if bundle.stage in stages else -1
    yield from (one for one in (_taken(bundle, step) for step in way[last + 1 :]) if one.day)


def _taken(bundle: Bundle, step: Step) -> Taken:
    row = plan_claim_of(bundle) if step.claim else bundle.draft
    return Taken(step, row, row.values.get(step.column) if row else None)
