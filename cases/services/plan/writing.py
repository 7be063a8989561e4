"""Write to the plan of a case: lock the version that is worked on, and note what changed."""

from __future__ import annotations

from cases.enums import PlanState
from cases.models import Case, Plan
from cases.services.locking import EditedMeanwhile, lock_case
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError


class PlanRefused(DomainError):
    """The plan cannot become what was asked for."""


class NoPlan(PlanRefused):
    """The case has no plan yet."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"案件 {case.number} には、まだ計画がありません。「計画を作り始める」から始めてください。")


class PlanClosed(PlanRefused):
    """The version is no draft: what was submitted or approved does not change."""

    def __init__(self, plan: Plan) -> None:
        way = (
            "変更するには、先に承認の依頼を取り下げてください。"
            if plan.state == PlanState.SUBMITTED
            else "変更するには、計画の概要の「計画を見直す」から新しい版を作ってください。"
        )
        super().__init__(f"第{plan.number}版は「{plan.get_state_display()}」のため、内容を変更できません。{way}")


def lock_plan(actor: Member, case_id: int, version: int | None) -> Plan:
    """Return the draft of the plan of a case, locked after its case, for whoever writes to the plan or its parts.

    Args:
        version: the plan's version that the user saw; None where the caller checks the part itself.

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
        NotAllowed: the actor may not write to the case.
        NoPlan: the case has no plan yet.
        PlanClosed: the version is submitted or approved.
        EditedMeanwhile: another person saved it in between.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    plan = locked(case)
    if not plan.is_open:
        raise PlanClosed(plan)
    check_plan_version(plan, version)
    return plan


def locked(case: Case) -> Plan:
    """Return the version of the plan that is worked on, else the approved one, locked; its case must be locked.

    Raises:
        NoPlan: the case has no plan yet.
    """
    plans = Plan.objects.for_agency(case.agency_id).filter(case=case).exclude(state=PlanState.REPLACED)
    found = plans.select_for_update(of=("self",), no_key=True).order_by("-number").first()
    if found is None:
        raise NoPlan(case)
    found.case = case
    return found


def check_plan_version(plan: Plan, version: int | None) -> None:
    """Refuse to write over what another person saved after `version` was shown; None is not compared.

    Raises:
        EditedMeanwhile: the plan has another version now.
    """
    if version is not None and plan.version != version:
        raise EditedMeanwhile


def note_part(actor: Member, plan: Plan, part: str, changes: audit.Changes) -> None:
    """Count the edit of a locked plan and record it in the trail of its case; nothing where nothing changed.

    Args:
        part: the name of the part, as the pages call it; each label of `changes` is written after it.
    """
    if not changes:
        return
    plan.version += 1
    plan.save(update_fields=["version"])
    named = {f"計画 第{plan.number}版 {part}: {label}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, plan.case, changes=named)
