"""What the lenders said to the plan, and the steps of the guideline's procedure, as claims print them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cases.enums import CaseStage, Consent, ExpertList, LenderRole, SchemeFrame
from cases.models import Case, GuidelineProcedure, LenderStance
from subsidies.packets.parties import sorted_lenders


@dataclass(frozen=True, slots=True)
class LenderAnswer:
    """What a lender said to the plan, and on which day."""

    bank_name: str
    branch_name: str
    consent: str
    consented_on: date | None
    receipt_on: date | None
    conditions: str
    balance_yen: int = 0
    guaranteed_yen: int = 0
    role: str = ""
    plan_handed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Guideline:
    """The steps of the guideline's procedure; only its frame has them."""

    expert: str
    expert_office: str
    appointed_on: date | None
    standstill_requested_on: date | None
    standstill_until: date | None
    report_on: date | None
    meeting_on: date | None
    meeting_place: str
    expert_list: str = ""
    main_creditors_agreed_on: date | None = None


def lender_answers(case: Case) -> tuple[LenderAnswer, ...]:
    """Return what each lender said, the main bank first."""
    stances = {one.lender_id: one for one in LenderStance.objects.for_agency(case.agency_id).filter(case=case)}
    found = []
    for lender in sorted_lenders(case.enterprise):
        stance = stances.get(lender.pk, LenderStance())
        found.append(
            LenderAnswer(
                bank_name=lender.bank_name,
                branch_name=lender.branch_name,
                consent=Consent(stance.consent).label,
                consented_on=stance.consented_on,
                receipt_on=stance.receipt_on,
                conditions=stance.conditions,
                balance_yen=lender.balance_yen,
                guaranteed_yen=lender.guaranteed_yen,
                role=LenderRole(lender.role).label,
                plan_handed_on=stance.plan_handed_on,
            )
        )
    return tuple(found)


def guideline_of(case: Case) -> Guideline | None:
    """Return the steps of the guideline's procedure; None in other frames, and before the case has begun."""
    if case.frame != SchemeFrame.SME_GL or case.stage == CaseStage.CONSULTATION:
        return None
    kept = GuidelineProcedure.objects.for_agency(case.agency_id).filter(case=case).first() or GuidelineProcedure()
    return Guideline(
        expert=kept.expert_name,
        expert_office=kept.expert_office,
        appointed_on=kept.appointed_on,
        standstill_requested_on=kept.standstill_requested_on,
        standstill_until=kept.standstill_until,
        report_on=kept.report_on,
        meeting_on=kept.meeting_on,
        meeting_place=kept.meeting_place,
        expert_list=ExpertList(kept.expert_list).label if kept.expert_list else "",
        main_creditors_agreed_on=kept.main_creditors_agreed_on,
    )
