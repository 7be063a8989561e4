"""Write what a plan says in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cases.models import Plan
from cases.selectors.plan.rows import stamp_of_plan
from cases.services.locking import EditedMeanwhile
from cases.services.plan.writing import lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import Member
from vapup.work import unit_of_work

TEXTS: Final = ("outline", "market", "finances", "distress_causes", "policy", "support_asked")
PART: Final = "概況と方針"


@unit_of_work()
def save_texts(*, actor: Member, case_id: int, seen: int, facts: Mapping[str, Any]) -> audit.Changes:
    """Save the texts named in `TEXTS`, which the user saw at the stamp `seen`, and return what changed.

    Raises:
        EditedMeanwhile: another person changed them in between.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    if stamp_of_plan(plan, TEXTS) != seen:
        raise EditedMeanwhile
    changes = compare_texts(plan, facts)
    if changes:
        plan.save(update_fields=list(TEXTS))
        note_part(actor, plan, PART, changes)
    return changes


def compare_texts(plan: Plan, facts: Mapping[str, Any]) -> audit.Changes:
    """Return what saving texts would change; `plan` carries them afterwards, unsaved."""
    return audit.apply_changes(plan, {name: facts[name] for name in TEXTS})
