"""How a case gets on, by the services that people use, for the tests of its clocks."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.enums import CaseAction
from cases.models import Case
from cases.services.procedure import advance_case
from subsidies.enums import ApplicationKind, CostCategory, ReturnCause
from subsidies.models import Application
from subsidies.services.filing import council
from subsidies.services.filing.applications import ApplicationKey, Beginning, begin_application
from tests.casework import application_at, submit_application
from tests.subsidies.claims_cases import make_line, make_settlement
from vapup.accounts.models import Member

PLAN_CLAIM = ApplicationKey(ApplicationKind.PLAN_CLAIM)
NEGOTIATION_CLAIM = ApplicationKey(ApplicationKind.NEGOTIATION_CLAIM)
FIRST, SECOND = (ApplicationKey(ApplicationKind.MONITORING_CLAIM, number) for number in (1, 2))
AGREED_ON, CLAIMED_ON = date(2025, 9, 1), date(2025, 10, 1)


def prepare_claim(case: Case, key: ApplicationKey, *, category: CostCategory, yen: int) -> Application:
    """Begin a claim, and store the costs and the payment that it needs before anybody approves it."""
    period = None
    if key.kind is ApplicationKind.MONITORING_CLAIM:
        period = list(case.monitoring_periods.order_by("ends_on"))[key.number - 1].pk
    begin_application(actor=case.consultant, case_id=case.pk, beginning=Beginning(kind=key.kind, period_id=period))
    claim = application_at(case, key)
    make_line(claim, yen, category=category)
    make_settlement(claim, contracted_on=claim.case.accepted_on)
    return claim


def claim_the_plan(case: Case, manager: Member) -> None:
    """Hand in the plan claim of a case that is in planning."""
    actor = case.consultant
    advance_case(actor=actor, case_id=case.pk, action=CaseAction.RECORD_AGREEMENT, occurred_on=AGREED_ON)
    prepare_claim(case, PLAN_CLAIM, category=CostCategory.PLANNING, yen=1_500_000)
    submit_application(case, actor, manager, key=PLAN_CLAIM, day=CLAIMED_ON)


def reach_monitoring(case: Case, manager: Member) -> None:
    """Have the plan claim paid."""
    claim_the_plan(case, manager)
    words: dict[str, Any] = {"actor": case.consultant, "case_id": case.pk, "today": CLAIMED_ON, "key": PLAN_CLAIM}
    council.record_acceptance(**words, accepted_on=CLAIMED_ON, receipt_number="")
    council.record_decision(**words, decided_on=CLAIMED_ON, decided_yen=500_000)
    council.record_payment(**words, paid_on=CLAIMED_ON, paid_yen=500_000)


def claim_a_period(case: Case, manager: Member, key: ApplicationKey, *, day: date) -> None:
    """Hand in the claim of a monitoring period."""
    prepare_claim(case, key, category=CostCategory.MONITORING, yen=500_000)
    submit_application(case, case.consultant, manager, key=key, day=day)


def give_back(case: Case, key: ApplicationKey, *, day: date) -> None:
    """Let the council return an application."""
    complaint = council.Complaint(cause=ReturnCause.MISSING, comment="通帳の写しがない。")
    council.record_return(
        case_id=case.pk, actor=case.consultant, returned_on=day, complaints=[complaint], today=day, key=key
    )
