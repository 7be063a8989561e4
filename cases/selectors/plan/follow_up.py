"""What the plan says of its follow-up (モニタリング計画), and the lenders that are told."""

from __future__ import annotations

from typing import Final

from cases.models import Lender, Plan
from cases.selectors.plan.rows import stamp_of_plan

FACTS: Final = ("frequency", "follow_up_starts_on", "follow_up_months", "follow_up")


def follow_up_stamp(plan: Plan) -> int:
    """Return the number that a form of the follow-up must carry."""
    return stamp_of_plan(plan, FACTS)


def lenders_told(plan: Plan) -> list[Lender]:
    """Return the lenders of the enterprise, the main one first; `plan.case` must be loaded."""
    lenders = Lender.objects.for_agency(plan.agency_id).filter(enterprise_id=plan.case.enterprise_id)
    return sorted(lenders, key=lambda one: (one.role != "main", -one.balance_yen, one.pk))
