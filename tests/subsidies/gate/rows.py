"""Clean applications as rows: of each kind one whose gate opens. Nothing here calls a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cases.enums import CaseStage, Consent, LegalForm, LenderRole, SchemeFrame
from cases.models import Case, Enterprise, GuidelineProcedure, Lender, LenderStance
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory, PaperPlace, PaperStatus
from subsidies.models import Application, ClaimLine, GateTick, Paper, Settlement
from subsidies.rules.gate.ticks import ticks_for
from subsidies.selectors import assess_request_of
from subsidies.selectors.filing.requirements import requirements_of
from tests.builders import make_case, make_cost_line, make_enterprise, make_lender
from vapup import clock
from vapup.accounts.models import Member

USAGE_DAY: Final = date(2025, 5, 10)
CLAIM_DAY: Final = date(2026, 2, 20)
NAME: Final = "株式会社髙橋製作所"
ADDRESS: Final = "宮城県石巻市魚町1-2-3"


@dataclass(frozen=True)
class Figures:
    """Costs of a plan claim in whole yen, tax included, and what follows from them."""

    costs: dict[CostCategory, int]
    due_now_yen: int
    own_yen: int

    @property
    def cost_yen(self) -> int:
        return sum(self.costs.values())


# Two thirds, of which the council pays half now; the rest of the cost is the own share.
FIGURES: Final = {
    # 1,500,000 × 2/3 = 1,000,000
    SchemeFrame.NORMAL: Figures({CostCategory.PLANNING: 1_500_000}, 500_000, 500_000),
    # 225,000 × 2/3 = 150,000
    SchemeFrame.VUP: Figures({CostCategory.PLANNING: 225_000}, 75_000, 75_000),
    # 3,000,000 × 2/3 + 1,500,000 × 2/3 = 3,000,000
    SchemeFrame.SME_GL: Figures(
        {CostCategory.DUE_DILIGENCE: 3_000_000, CostCategory.PLANNING: 1_500_000}, 1_500_000, 1_500_000
    ),
}


@dataclass(frozen=True)
class Packet:
    """A clean application with the rows around it, for tests to break one of them."""

    application: Application
    case: Case
    enterprise: Enterprise
    main: Lender
    stance: LenderStance
    day: date
    papers: dict[str, Paper] = field(default_factory=dict)
    settlement: Settlement | None = None
    line: ClaimLine | None = None

    def change(self, row: Any, **values: Any) -> None:
        """Write values into a row, past every service."""
        type(row).objects.filter(pk=row.pk).update(**values)

    def fresh(self) -> Application:
        """Return the application as its rows stand now."""
        found = Application.objects.select_related("case__enterprise", "case__agency", "case__council", "period")
        return found.get(pk=self.application.pk)


def usage_packet(consultant: Member, frame: SchemeFrame = SchemeFrame.NORMAL) -> Packet:
    """Store a usage application that lacks nothing on `USAGE_DAY`."""
    case = _case(consultant, frame)
    figures = FIGURES[frame]
    for category, cost_yen in figures.costs.items():
        make_cost_line(case, category=category, gross_yen=cost_yen)
    main, stance = _main_bank(case)
    application = Application.objects.create(agency=case.agency, case=case)
    packet = Packet(application, case, case.enterprise, main, stance, USAGE_DAY)
    _papers(packet, consultant)
    _ticks(packet, consultant)
    return packet


def claim_packet(consultant: Member, frame: SchemeFrame = SchemeFrame.NORMAL) -> Packet:
    """Store a plan claim that lacks nothing on `CLAIM_DAY`, after a usage application that was accepted."""
    case = _case(consultant, frame)
    figures = FIGURES[frame]
    for category, cost_yen in figures.costs.items():
        make_cost_line(case, category=category, gross_yen=cost_yen)
    main, stance = _main_bank(case)
    _accept(case)
    _plan_with_banks(case, stance)
    application = Application.objects.create(agency=case.agency, case=case, kind=ApplicationKind.PLAN_CLAIM)
    lines = [
        ClaimLine.objects.create(
            agency=case.agency,
            application=application,
            category=category,
            cost_yen=cost_yen,
            statement_yen=cost_yen,
            hours_yen=cost_yen,
            worked_from=date(2025, 5, 20),
            worked_to=date(2025, 12, 20),
        )
        for category, cost_yen in figures.costs.items()
    ]
    settlement = _settlement(application, figures)
    packet = Packet(application, case, case.enterprise, main, stance, CLAIM_DAY, {}, settlement, lines[-1])
    _papers(packet, consultant)
    _ticks(packet, consultant)
    return packet


def _case(consultant: Member, frame: SchemeFrame) -> Case:
    agency = consultant.agency
    type(agency).objects.filter(pk=agency.pk).update(
        certification_expires_on=date(2028, 3, 31), address="宮城県仙台市青葉区1-1"
    )
    agency.refresh_from_db()
    enterprise = make_enterprise(agency, name=NAME, legal_form=LegalForm.COMPANY)
    case = make_case(consultant, enterprise=enterprise, frame=frame)
    Case.objects.filter(pk=case.pk).update(difficulty="売上の減少", support_outlook="条件変更に応じる見込み")
    case.refresh_from_db()
    return case


def _main_bank(case: Case) -> tuple[Lender, LenderStance]:
    main = make_lender(case.enterprise)
    stance = LenderStance.objects.create(
        agency=case.agency,
        case=case,
        lender=main,
        consultation_letter_on=date(2025, 4, 20),
        confirmation_letter_on=date(2025, 4, 20),
    )
    return main, stance


def _accept(case: Case) -> None:
    usage = Application.objects.create(agency=case.agency, case=case)
    days = {"usage_applied_on": date(2025, 5, 7), "usage_accepted_on": date(2025, 5, 12)}
    Case.objects.filter(pk=case.pk).update(
        stage=CaseStage.AGREED, usage_decided_on=date(2025, 5, 15), accepted_on=date(2025, 5, 12), **days
    )
    case.refresh_from_db()
    Application.objects.filter(pk=usage.pk).update(
        state=ApplicationState.DECIDED, submitted_on=date(2025, 5, 7), assessed=assess_request_of(case).as_dict()
    )


def _plan_with_banks(case: Case, stance: LenderStance) -> None:
    LenderStance.objects.filter(pk=stance.pk).update(
        plan_handed_on=date(2025, 12, 25),
        receipt_on=date(2025, 12, 25),
        consent=Consent.AGREED,
        consented_on=date(2026, 1, 10),
    )
    Lender.objects.filter(pk=stance.lender_id).update(guaranteed_yen=30_000_000)
    guarantor = Lender.objects.create(
        agency=case.agency, enterprise=case.enterprise, bank_name="宮城県信用保証協会", role=LenderRole.GUARANTOR
    )
    LenderStance.objects.create(
        agency=case.agency, case=case, lender=guarantor, consent=Consent.AGREED, consented_on=date(2026, 1, 12)
    )
    if case.frame == SchemeFrame.SME_GL:
        GuidelineProcedure.objects.create(
            agency=case.agency,
            case=case,
            expert_name="専門 太郎",
            main_creditors_agreed_on=date(2025, 6, 1),
            appointed_on=date(2025, 6, 5),
            standstill_requested_on=date(2025, 6, 10),
            report_on=date(2025, 12, 1),
            meeting_on=date(2026, 1, 5),
        )


def _settlement(application: Application, figures: Figures) -> Settlement:
    return Settlement.objects.create(
        agency=application.agency,
        application=application,
        contracted_on=date(2025, 5, 16),
        cost_yen=figures.cost_yen,
        council_invoiced_on=date(2026, 1, 20),
        council_invoice_yen=figures.due_now_yen,
        own_invoiced_on=date(2026, 1, 20),
        own_invoice_yen=figures.own_yen,
        transferred_on=date(2026, 1, 30),
        transferred_yen=figures.own_yen,
        is_single_purpose=True,
        payer=NAME,
        payee=application.agency.name,
    )


def _papers(packet: Packet, by: Member) -> None:
    """Store every needed paper as checked; forms in the edition of 2025, the certificate a month old."""
    for slot in requirements_of(packet.fresh()):
        if not slot.is_needed:
            continue
        is_registry = slot.requirement.id == "registry_certificate"
        packet.papers[slot.requirement.id] = Paper.objects.create(
            agency=packet.application.agency,
            application=packet.application,
            requirement=slot.requirement.id,
            co_agency=slot.co_agency,
            lender=slot.lender,
            status=PaperStatus.CHECKED,
            place=PaperPlace.OFFICE,
            is_original=True,
            stated_edition="r7",
            issued_on=date(2025, 4, 10) if is_registry else None,
            stated_name=NAME if is_registry else "",
            stated_address=ADDRESS if is_registry else "",
            checked_by=by,
            checked_at=clock.now(),
        )


def _ticks(packet: Packet, by: Member) -> None:
    application = packet.application
    GateTick.objects.bulk_create(
        GateTick(agency=application.agency, application=application, code=one.id, ticked_by=by)
        for one in ticks_for(ApplicationKind(application.kind), SchemeFrame(packet.case.frame))
    )
