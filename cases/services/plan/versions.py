"""The life of a plan: its first version, the approval of a version, and the next one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from cases.enums import PlanState
from cases.models import Case, Plan
from cases.selectors.plan.versions import plans_of
from cases.services.locking import lock_case
from cases.services.plan.base_year import check_over, move_base, take_past
from cases.services.plan.copy import copy_parts
from cases.services.plan.writing import PlanRefused, check_plan_version, lock_plan, locked
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.work import unit_of_work

# What a new version takes over from the one before.
KEPT: Final = (
    *("base_ends_on", "years", "outline", "market", "finances", "distress_causes", "policy", "support_asked"),
    *("follow_up", "frequency", "follow_up_starts_on", "follow_up_months"),
    *("cash_starts_on", "cash_months", "cash_opening_yen"),
)


@unit_of_work()
def start_plan(*, actor: Member, case_id: int, base_ends_on: date, years: int, today: date) -> Plan:
    """Make the first version of the plan of a case, with the closed years that the enterprise has figures of.

    Args:
        base_ends_on: the last day of the base year.
        years: how many years are planned.

    Raises:
        Case.DoesNotExist, NotAllowed: no such case, or not the actor's to write to.
        PlanRefused: the case has a plan, or the base year is not over.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    if plans_of(case).exists():
        raise PlanRefused("この案件には、すでに計画があります。計画の概要を開いてください。")
    check_over(base_ends_on, today)
    plan = Plan(agency_id=actor.agency_id, case=case, number=1, base_ends_on=base_ends_on, years=years)
    plan.prepared_by = actor
    plan.save()
    past = take_past(plan, {})
    changes = audit.initial_values(plan, ("base_ends_on", "years"))
    changes["取り込んだ実績"] = [None, [one.words for one in past]]
    _tell(actor, Verb.CREATED, plan, changes)
    return plan


@unit_of_work()
def submit_plan(*, actor: Member, case_id: int, version: int, now: datetime) -> Plan:
    """Ask for the approval of the draft that the user saw at `version`; from then on it does not change.

    Raises:
        NoPlan, PlanClosed, EditedMeanwhile, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, version)
    values = {"state": PlanState.SUBMITTED, "submitted_by": actor, "submitted_at": now, "returned_because": ""}
    return _move(actor, Verb.APPROVAL_REQUESTED, plan, values)


@unit_of_work()
def withdraw_plan(*, actor: Member, case_id: int, version: int) -> Plan:
    """Take back the request for approval: the version is a draft again.

    Raises:
        NoPlan, EditedMeanwhile, NotAllowed: as in `lock_plan`.
        PlanRefused: it does not wait for approval.
    """
    plan = _waiting(actor, case_id, version, Action.EDIT_CASE)
    return _move(actor, Verb.REQUEST_WITHDRAWN, plan, {"state": PlanState.DRAFT})


@unit_of_work()
def return_plan(*, actor: Member, case_id: int, version: int, reason: str) -> Plan:
    """Send a version back to whoever prepared it, with the reason: it is a draft again.

    Raises:
        NoPlan, EditedMeanwhile, PlanRefused: as in `withdraw_plan`.
        NotAllowed: the actor may not decide on it.
    """
    plan = _waiting(actor, case_id, version, Action.APPROVE_PLAN)
    return _move(actor, Verb.SENT_BACK, plan, {"state": PlanState.DRAFT, "returned_because": reason}, reason=reason)


@unit_of_work()
def approve_plan(*, actor: Member, case_id: int, version: int, now: datetime) -> Plan:
    """Approve the version that the user saw at `version`; the one that held until now becomes an old one.

    Raises:
        NoPlan, EditedMeanwhile, PlanRefused: as in `withdraw_plan`.
        NotAllowed: the actor submitted it, and the agency does not allow self-approval; or is no manager.
    """
    plan = _waiting(actor, case_id, version, Action.APPROVE_PLAN)
    for old in plans_of(plan.case).filter(state=PlanState.APPROVED):
        old.case = plan.case
        _move(actor, Verb.CHANGED, old, {"state": PlanState.REPLACED})
    verb = Verb.SELF_APPROVED if plan.submitted_by_id == actor.pk else Verb.APPROVED
    return _move(actor, verb, plan, {"state": PlanState.APPROVED, "approved_by": actor, "approved_at": now})


@unit_of_work()
def revise_plan(
    *, actor: Member, case_id: int, version: int, because: str, base_ends_on: date, years: int, today: date
) -> Plan:
    """Make a draft with all parts of the approved version that the user saw at `version`; that one goes on to hold.

    Args:
        base_ends_on: the last day of the base year of the draft; another one takes the closed years anew.
        years: how many years the draft plans.

    Raises:
        NoPlan, EditedMeanwhile, NotAllowed: as in `lock_plan`.
        PlanRefused: the version is not approved: one is in work already; or as in `move_base`.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    old = locked(case)
    check_plan_version(old, version)
    if old.state != PlanState.APPROVED:
        raise PlanRefused(
            f"第{old.number}版が「{old.get_state_display()}」です。先にその版を仕上げてから、新しい版を作ってください。"
        )
    taken = {name: getattr(old, name) for name in KEPT}
    new = Plan.objects.create(
        agency_id=old.agency_id, case=case, number=old.number + 1, prepared_by=actor, revised_because=because, **taken
    )
    copy_parts(old, new)
    moved = move_base(new, base_ends_on=base_ends_on, years=years, today=today)
    _tell(actor, Verb.CREATED, new, {"元の版": [None, f"第{old.number}版"], **moved}, reason=because)
    return new


def _waiting(actor: Member, case_id: int, version: int, action: Action) -> Plan:
    case = lock_case(actor, case_id)
    plan = locked(case)
    require(actor, action, plan)
    check_plan_version(plan, version)
    if plan.state != PlanState.SUBMITTED:
        raise PlanRefused(f"第{plan.number}版は「{plan.get_state_display()}」で、承認を待っていません。")
    return plan


def _move(actor: Member, verb: Verb, plan: Plan, values: dict[str, Any], *, reason: str = "") -> Plan:
    changes = audit.apply_changes(plan, values)
    plan.version += 1
    plan.save(update_fields=[*values, "version"])
    _tell(actor, verb, plan, changes, reason=reason)
    return plan


def _tell(actor: Member, verb: Verb, plan: Plan, changes: audit.Changes, *, reason: str = "") -> None:
    """Record what happened to a version in the trail of its case."""
    case: Case = plan.case
    named = {f"計画 第{plan.number}版: {label}": pair for label, pair in changes.items()}
    audit.record(actor, verb, case, changes=named, reason=reason)
