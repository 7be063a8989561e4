"""Claims that the council still has: as long as there is one, the last payment of the case is to come."""

from __future__ import annotations

from cases.enums import CaseAction
from cases.models import Case
from subsidies.enums import CLAIMS, WITH_COUNCIL
from subsidies.models import Application


def objection_of_claims(case: Case, action: CaseAction) -> str:
    """Return why a case cannot be completed: its unpaid claims with their states; "" for every other step.

    A claim that came back is no reason: where nobody mends it, nothing will ever be paid for it.
    """
    if action is not CaseAction.COMPLETE:
        return ""
    claims = Application.objects.for_agency(case.agency_id).filter(case=case, kind__in=CLAIMS)
    with_council = claims.filter(state__in=WITH_COUNCIL).only("kind", "number", "state").order_by("id")
    unpaid = [f"{one.name}は「{one.get_state_display()}」" for one in with_council]
    if not unpaid:
        return ""
    return (
        f"入金まで済んでいない支払申請があるため、案件 {case.number} を完了にできません。"
        f"{'、'.join(unpaid)}です。申請のページで決定と入金を記録してから、完了にしてください。"
    )
