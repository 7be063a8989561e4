"""The papers, bank letters and figures that a demonstration application needs before it may be handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final

from cases.enums import CaseAction, Consent, ExpertList, LenderRole, Scheme, SchemeFrame
from cases.models import Case, GuidelineProcedure, Lender
from cases.services.banks import record_stance
from cases.services.guideline import record_guideline
from subsidies.enums import ApplicationKind, PaperPlace, PaperStatus, PaymentMethod
from subsidies.models import Application
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.claiming.shares import AgencyShare
from subsidies.selectors.diary.worked import Worked, worked_of
from subsidies.selectors.filing.requirements import PaperSlot, requirements_of
from subsidies.selectors.gate.verdict import gate_of
from subsidies.services.claiming.claims import save_claim_lines, save_settlement
from subsidies.services.filing.gate import tick
from subsidies.services.filing.papers import PaperAddress, record_paper
from vapup.accounts.models import Member
from vapup.clock import JAPAN
from vapup.work import unit_of_work

DAYS_PAPER: Final = 5
DAYS_LETTER: Final = 12
# Which day of the guideline's procedure a step of the case is.
GUIDELINE: Final[Mapping[CaseAction, tuple[str, ...]]] = MappingProxyType(
    {
        CaseAction.APPOINT_EXPERT: ("appointed_on",),
        CaseAction.REQUEST_STANDSTILL: ("standstill_requested_on",),
        CaseAction.RECORD_SURVEY: ("report_on",),
        CaseAction.RECORD_MEETING: ("meeting_on",),
    }
)
EXPERT: Final = {
    "expert_name": "宮沢 理一",
    "expert_office": "宮沢公認会計士事務所",
    "expert_list": ExpertList.HEADQUARTERS,
}


@unit_of_work()  # the deadlines follow once, not after each of some twenty papers
def answer_gate(application: Application, *, consultant: Member, manager: Member, day: date) -> None:
    """Gather the letters and papers of an application, and tick what a person has to see, before `day`."""
    for lender in application.case.enterprise.lenders.all():
        _letters(application, lender, consultant=consultant, day=day)
    for slot in requirements_of(application):
        if slot.is_needed:
            _paper(application, slot, actor=consultant, day=day - timedelta(days=DAYS_PAPER))
    for row in gate_of(application, today=day).ticks:
        if row.done is None:
            tick(actor=manager, case_id=application.case_id, application_id=application.pk, code=row.tick.id)


def record_guideline_step(case: Case, action: CaseAction, *, actor: Member, day: date) -> None:
    """Record what a step of the guideline's procedure says of itself, on its day."""
    stored = GuidelineProcedure.objects.for_agency(case.agency_id).filter(case=case).first()
    facts: dict[str, Any] = dict.fromkeys(GUIDELINE[action], day)
    if action is CaseAction.APPOINT_EXPERT:
        facts |= {**EXPERT, "main_creditors_agreed_on": day - timedelta(days=6)}
    if action is CaseAction.REQUEST_STANDSTILL:
        facts["standstill_until"] = day + timedelta(days=180)
    version = stored.version if stored else 1
    record_guideline(actor=actor, case_id=case.pk, version=version, facts=facts, today=day)


def enter_claim(application: Application, *, actor: Member, day: date) -> None:
    """Enter what a claim cost, and how the enterprise paid its share, as filed."""
    case = application.case
    accepted_on = case.usage_accepted_on or case.key_date
    sheet = claim_of(application)
    worked = worked_of(application)
    lines = {
        row.category: _figures([one for one in worked if one.line and one.line.category == row.category])
        for row in sheet.rows
    }
    version = application.version
    save_claim_lines(actor=actor, application_id=application.pk, version=version, lines=lines, today=day)
    for share in claim_of(application).agencies:
        save_settlement(
            actor=actor,
            application_id=application.pk,
            co_agency_id=share.co_agency.pk if share.co_agency else None,
            version=1,
            facts=_settlement(case, share, day, accepted_on),
            today=day,
        )


def _figures(worked: Sequence[Worked]) -> dict[str, Any]:
    """Return what a category cost, and when it was worked on, as its hours say."""
    yen = sum(one.gross_yen for one in worked)
    return {
        "cost_yen": yen,
        "statement_yen": yen,
        "hours_yen": yen,
        "worked_from": min((one.first_on for one in worked if one.first_on), default=None),
        "worked_to": max((one.last_on for one in worked if one.last_on), default=None),
    }


def _settlement(case: Case, share: AgencyShare, day: date, accepted_on: date) -> dict[str, Any]:
    return {
        "contracted_on": accepted_on + timedelta(days=7),
        "cost_yen": share.cost_yen,
        "council_invoiced_on": day - timedelta(days=2),
        "council_invoice_yen": share.council_yen,
        "own_invoiced_on": day - timedelta(days=12),
        "own_invoice_yen": share.own_yen,
        "method": PaymentMethod.TRANSFER,
        "transferred_on": day - timedelta(days=6),
        "transferred_yen": share.own_yen,
        "withheld_yen": 0,
        "has_gross_invoice": False,
        "is_single_purpose": True,
        "fee_deducted_yen": 0,
        "payer": case.enterprise.name,
        "payee": case.agency.name,
    }


def _letters(application: Application, lender: Lender, *, consultant: Member, day: date) -> None:
    facts = dict(_stance(application, lender, day))
    if not facts:
        return
    stored = application.case.stances.filter(lender=lender).first()
    record_stance(
        actor=consultant,
        case_id=application.case_id,
        lender_id=lender.pk,
        version=stored.version if stored else 1,
        facts=facts,
        today=day,
    )


def _stance(application: Application, lender: Lender, day: date) -> Iterator[tuple[str, Any]]:
    """Yield what a lender has said by the day of an application: a letter before, its agreement after the planning."""
    is_vup = Scheme.of(SchemeFrame(application.case.frame)) is Scheme.VUP
    letter_on = day - timedelta(days=DAYS_LETTER)
    if application.kind == ApplicationKind.USAGE and lender.role == LenderRole.MAIN:
        yield "asked_on", letter_on - timedelta(days=6)
        yield ("consultation_letter_on" if is_vup else "confirmation_letter_on"), letter_on
    if application.kind == ApplicationKind.PLAN_CLAIM:
        agreed_on = day - timedelta(days=24)
        yield "plan_handed_on", agreed_on - timedelta(days=14)
        if is_vup and lender.role == LenderRole.MAIN:
            yield "receipt_on", agreed_on
        if not is_vup:
            yield "consent", Consent.AGREED
            yield "consented_on", agreed_on


def _paper(application: Application, slot: PaperSlot, *, actor: Member, day: date) -> None:
    facts: dict[str, Any] = {
        "status": PaperStatus.CHECKED,
        "reason": "",
        "place": PaperPlace.OFFICE,
        "is_original": True,
        "issued_on": day,
        "valid_until": None,
        "stated_edition": "",
        "stated_name": "",
        "stated_address": "",
        "stated_yen": None,
    }
    address = PaperAddress(case_id=application.case_id, application_id=application.pk, key=slot.key)
    version = slot.paper.version if slot.paper else 0
    record_paper(actor=actor, address=address, version=version, facts=facts, now=datetime.combine(day, time(11), JAPAN))
