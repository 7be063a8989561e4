"""Save what the plan says of its follow-up (モニタリング計画): how often, from when, how long, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cases.enums import Frequency
from cases.models import Plan
from cases.selectors.plan.follow_up import FACTS, follow_up_stamp
from cases.services.locking import EditedMeanwhile
from cases.services.plan.writing import PlanRefused, lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import Member
from vapup.work import unit_of_work

PART: Final = "モニタリング計画"
LONGEST_MONTHS: Final = 120


class FollowUpRefused(PlanRefused):
    """The follow-up cannot last that long."""


@unit_of_work()
def save_follow_up(*, actor: Member, case_id: int, seen: int, facts: Mapping[str, Any]) -> audit.Changes:
    """Save the facts named in `FACTS` that the user saw at the stamp `seen`, and return what changed.

    Raises:
        EditedMeanwhile: another person changed them in between.
        FollowUpRefused: fewer than 1 or more than 120 months, or fewer than one period of the frequency.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    if follow_up_stamp(plan) != seen:
        raise EditedMeanwhile
    changes = compare_follow_up(plan, facts)
    _check_length(plan)
    if changes:
        plan.save(update_fields=list(FACTS))
    note_part(actor, plan, PART, changes)
    return changes


def compare_follow_up(plan: Plan, facts: Mapping[str, Any]) -> audit.Changes:
    """Return what the facts change; the plan carries them afterwards, unsaved."""
    return audit.apply_changes(plan, {name: facts[name] for name in FACTS})


def _check_length(plan: Plan) -> None:
    months = plan.follow_up_months
    if not 1 <= months <= LONGEST_MONTHS:
        raise FollowUpRefused(
            f"モニタリングの期間は1から{LONGEST_MONTHS}か月までにしてください(入力は{months}か月です)。"
        )
    if plan.frequency and (step := Frequency(plan.frequency).months) > months:
        raise FollowUpRefused(
            f"モニタリングの期間 {months}か月は、頻度「{plan.get_frequency_display()}」の1回分 {step}か月より短いため、"
            "1回も行えません。期間か頻度を直してください。"
        )
