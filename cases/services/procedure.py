"""Move a case along the procedure (段階): one locked transaction that writes the step, the dates and the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models import Case, CaseStep
from cases.selectors.objections import objection_to
from cases.services.cases import CaseRefused, check_dates
from cases.services.locking import lock_case
from cases.workflow import target_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.work import unit_of_work

# Which date of the case an action records. A later submission keeps the first 利用申請日; its step has its own day.
RECORDS: Final[Mapping[CaseAction, tuple[str, ...]]] = MappingProxyType(
    {
        CaseAction.SUBMIT_USAGE: ("usage_applied_on",),
        CaseAction.RECORD_ACCEPTANCE: ("usage_accepted_on", "accepted_on"),
        CaseAction.RECORD_DECISION: ("usage_decided_on",),
    }
)
RETURNS: Final = frozenset({CaseAction.RETURN_USAGE, CaseAction.RETURN_PLAN_CLAIM})


@unit_of_work()
def advance_case(*, actor: Member, case_id: int, action: CaseAction, occurred_on: date, reason: str = "") -> Case:
    """Do `action` on a case: change its stage, record its dates, its step and who did it.

    The acceptance fixes 受理日 and, once and for all, the date that picks rules and forms (`accepted_on`).

    Args:
        occurred_on: the day on which it happened, not before any earlier step.

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
        NotAllowed: the actor may not record steps of this case.
        TransitionRefused: the stage or the frame does not have this step, or a needed reason is missing.
        CaseRefused: `occurred_on` lies before an earlier date, and the sentence names both; or another part of the
            product objects: a case is not completed before its claims are paid.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.REGISTER_COUNCIL, case)
    source = CaseStage(case.stage)
    target = target_of(source, action, frame=SchemeFrame(case.frame), reason=reason)
    if objection := objection_to(case, action):
        raise CaseRefused(objection)
    _check_order(case, action, occurred_on)
    values: dict[str, object] = {"stage": target, **dict.fromkeys(RECORDS.get(action, ()), occurred_on)}
    if action in RETURNS:
        values["returned_count"] = case.returned_count + 1
    changes = audit.apply_changes(case, values)
    check_dates(case)
    case.version += 1
    case.save(update_fields=[*values, "version"])
    step = CaseStep(case=case, action=action, from_stage=source, to_stage=target, occurred_on=occurred_on)
    _record_step(actor, step, reason=reason.strip(), changes=changes)
    return case


def _record_step(actor: Member, step: CaseStep, *, reason: str, changes: audit.Changes) -> None:
    step.agency_id, step.actor, step.reason = step.case.agency_id, actor, reason
    step.save()
    what = f"{CaseAction(step.action).label}({step.occurred_on})"
    audit.record(actor, Verb.ADVANCED, step.case, changes={"操作": [None, what], **changes}, reason=reason)


def _check_order(case: Case, action: CaseAction, occurred_on: date) -> None:
    if occurred_on < case.consulted_on:
        raise CaseRefused(
            f"「{action.label}」の日付 {occurred_on} は 初回相談日 {case.consulted_on} より前です。"
            "どちらかを直してください。"
        )
    previous = case.steps.order_by("-occurred_on", "-id").first()
    if previous is not None and occurred_on < previous.occurred_on:
        raise CaseRefused(
            f"「{action.label}」の日付 {occurred_on} は 「{previous.get_action_display()}」の日付 "
            f"{previous.occurred_on} より前です。日付を確かめてください。"
        )
