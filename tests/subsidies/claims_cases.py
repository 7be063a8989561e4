"""Accepted cases with their usage application and claims, for the tests of claims."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case, CoAgency
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application, ClaimLine, Settlement
from subsidies.selectors import assess_request_of
from tests.builders import make_case, make_cost_line
from vapup import clock
from vapup.accounts.models import Member

APPLIED_ON, ACCEPTED_ON, DECIDED_ON = date(2025, 5, 7), date(2025, 5, 12), date(2025, 5, 26)


def accept(case: Case) -> Case:
    """Let the council have accepted the case, and freeze what it filed."""
    case.stage, case.costs_locked = CaseStage.PLANNING, True
    case.usage_applied_on, case.usage_accepted_on, case.accepted_on = APPLIED_ON, ACCEPTED_ON, ACCEPTED_ON
    case.usage_decided_on = DECIDED_ON
    case.save()
    make_application(
        case,
        kind=ApplicationKind.USAGE,
        state=ApplicationState.DECIDED,
        submitted_on=APPLIED_ON,
        accepted_on=ACCEPTED_ON,
        decided_on=DECIDED_ON,
        assessed=assess_request_of(case).as_dict(),
    )
    return case


def accepted_case(
    consultant: Member, filed: Mapping[CostCategory, int], *, frame: SchemeFrame = SchemeFrame.NORMAL
) -> Case:
    """Store an accepted case that filed these costs, in yen, without monitoring periods."""
    case = make_case(consultant, frame=frame)
    for category, yen in filed.items():
        make_cost_line(case, category=category, gross_yen=yen)
    return accept(case)


def make_application(case: Case, **fields: Any) -> Application:
    """Store an application as somebody approved it where its state says so."""
    by = {
        "requested_by": case.consultant,
        "requested_at": clock.now(),
        "decided_by": case.consultant,
        "decided_at": clock.now(),
    }
    fresh = {"agency_id": case.agency_id, "case": case}
    is_begun = fields.get("state", ApplicationState.PREPARING) != ApplicationState.PREPARING
    return Application.objects.create(**fresh, **((by if is_begun else {}) | fields))


def make_claim(case: Case, period: MonitoringPeriod | None = None, **fields: Any) -> Application:
    """Store the plan claim of a case, or the claim of one of its monitoring periods."""
    if period is not None:
        fields = {"kind": ApplicationKind.MONITORING_CLAIM, "period": period, **fields}
    return make_application(case, **{"kind": ApplicationKind.PLAN_CLAIM, **fields})


def make_line(claim: Application, cost_yen: int, *, category: CostCategory = CostCategory.PLANNING) -> ClaimLine:
    """Store what a category of a claim really cost."""
    return ClaimLine.objects.create(agency_id=claim.agency_id, application=claim, category=category, cost_yen=cost_yen)


def make_settlement(claim: Application, *, co_agency: CoAgency | None = None, **fields: Any) -> Settlement:
    """Store one agency's contract, invoices and transfer."""
    return Settlement.objects.create(agency_id=claim.agency_id, application=claim, co_agency=co_agency, **fields)


def make_co_agency(case: Case, name: str = "駅前会計") -> CoAgency:
    """Store another agency on a case."""
    return CoAgency.objects.create(agency_id=case.agency_id, case=case, name=name)
