"""Save the adjustments of the real balance sheet (実態貸借対照表) as one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cases.models import Plan, RealValue
from cases.selectors.plan.real import ADJUSTABLE, RealSheet, real_of
from cases.services.locking import EditedMeanwhile
from cases.services.plan.rows import Comparison, RowInput, compare_rows, store_rows
from cases.services.plan.writing import PlanRefused, lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import Member
from vapup.work import unit_of_work

PART: Final = "実態BS"


class RealRefused(PlanRefused):
    """What was to be adjusted is no asset and no debt."""


@unit_of_work()
def save_real(*, actor: Member, case_id: int, seen: int, rows: Sequence[RowInput]) -> audit.Changes:
    """Save the sheet that the user saw at the stamp `seen`, and return what changed.

    Raises:
        EditedMeanwhile: another person changed the sheet in between.
        RealRefused: an account that cannot be adjusted.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    stored = real_of(plan)
    if stored.stamp != seen:
        raise EditedMeanwhile
    known = {one.id for one in ADJUSTABLE}
    for entry in rows:
        if entry.values["account"] not in known and not entry.is_gone:
            raise RealRefused(
                f"「{entry.values['account']}」は資産と負債の科目にないため、調整できません。科目を選び直してください。"
            )
    found = compare_real(plan, stored, rows)
    store_rows(found, RealValue.objects.for_agency(plan.agency_id).filter(plan=plan))
    note_part(actor, plan, PART, found.changes)
    return found.changes


def compare_real(plan: Plan, stored: RealSheet, rows: Sequence[RowInput]) -> Comparison[RealValue]:
    """Return what saving a sheet would change, without saving it."""
    return compare_rows("調整", stored.values, rows, lambda: RealValue(agency_id=plan.agency_id, plan=plan))
