"""Clean applications as plain facts: of each kind one with which the gate finds nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.enums import Consent, LenderRole, SchemeFrame
from subsidies.enums import ApplicationKind, CostCategory, PaperPlace, PaperStatus
from subsidies.rules.gate.facts import (
    AgencyFacts,
    ClaimFacts,
    GateFacts,
    LenderFacts,
    LineFacts,
    PaperFacts,
    Party,
    Place,
    ProcedureFacts,
    SettlementFacts,
)

ENTERPRISE = Party(name="株式会社髙橋製作所", address="宮城県石巻市魚町1-2-3", kana="タカハシセイサクショ")
AGENCY = AgencyFacts(
    party=Party(name="青葉会計事務所", address="宮城県仙台市青葉区1-1"), certification_expires_on=date(2028, 3, 31)
)
NAME = Place("事業者名", ENTERPRISE.name)
ADDRESS = Place("事業者の所在地", ENTERPRISE.address)
CLAIM_DAY = date(2026, 2, 20)
USAGE_DAY = date(2025, 5, 10)


def paper(key: str, label: str, **said: Any) -> PaperFacts:
    """Return a paper that is checked, in the office and an original."""
    made = PaperFacts(key=key, label=label, status=PaperStatus.CHECKED, place=PaperPlace.OFFICE, is_original=True)
    return replaced(made, **said)


def replaced(one: PaperFacts, **said: Any) -> PaperFacts:
    """Return a paper that says something else."""
    values = {name: getattr(one, name) for name in one.__dataclass_fields__}
    return PaperFacts(**{**values, **said})


def clean_usage(frame: SchemeFrame = SchemeFrame.NORMAL) -> GateFacts:
    """Return a usage application with a letter of the main bank and fresh papers."""
    return GateFacts(
        kind=ApplicationKind.USAGE,
        frame=frame,
        key_date=date(2025, 5, 12),
        day=USAGE_DAY,
        enterprise=ENTERPRISE,
        agencies=(AGENCY,),
        procedure=ProcedureFacts(consulted_on=date(2025, 4, 1)),
        lenders=(
            LenderFacts(
                name="七十七銀行 石巻支店",
                role=LenderRole.MAIN,
                balance_yen=100_000_000,
                consultation_letter_on=date(2025, 4, 20),
                confirmation_letter_on=date(2025, 4, 20),
            ),
        ),
        papers=(
            paper("usage_application", "利用申請書", stated_edition="R7", expected_edition="r7", needs_original=True),
            paper(
                "registry_certificate",
                "履歴事項全部証明書",
                needs_original=True,
                max_age_months=3,
                issued_on=date(2025, 4, 1),
                stated_name=ENTERPRISE.name,
                name=NAME,
                stated_address=ENTERPRISE.address,
                address=ADDRESS,
            ),
            paper("certification_notice", "認定通知書", valid_until=date(2028, 3, 31)),
            paper("estimate", "見積書", stated_yen=3_000_000, yen=("利用申請の費用の合計", 3_000_000)),
        ),
    )


def clean_plan_claim(frame: SchemeFrame = SchemeFrame.NORMAL) -> GateFacts:
    """Return a plan claim of 1,500,000 yen of cost: 1,000,000 of subsidy, of which half is due now, and 500,000 own."""
    due_yen, own_yen = 500_000, 500_000
    line = LineFacts(
        category=CostCategory.PLANNING,
        cost_yen=1_500_000,
        statement_yen=1_500_000,
        hours_yen=1_500_000,
        worked_from=date(2025, 5, 20),
        worked_to=date(2025, 12, 20),
        filed_yen=1_500_000,
    )
    settlement = SettlementFacts(
        agency=AGENCY,
        due_council_yen=due_yen,
        due_own_yen=own_yen,
        contracted_on=date(2025, 5, 16),
        cost_yen=1_500_000,
        council_invoiced_on=date(2026, 1, 20),
        council_invoice_yen=due_yen,
        own_invoiced_on=date(2026, 1, 20),
        own_invoice_yen=own_yen,
        transferred_on=date(2026, 1, 30),
        transferred_yen=own_yen,
        payer=ENTERPRISE.name,
        payee=AGENCY.name,
    )
    guideline = frame is SchemeFrame.SME_GL
    return GateFacts(
        kind=ApplicationKind.PLAN_CLAIM,
        frame=frame,
        key_date=date(2025, 5, 12),
        day=CLAIM_DAY,
        enterprise=ENTERPRISE,
        agencies=(AGENCY,),
        procedure=ProcedureFacts(
            consulted_on=date(2025, 4, 1),
            applied_on=date(2025, 5, 7),
            accepted_on=date(2025, 5, 12),
            decided_on=date(2025, 5, 15),
            claim_by=date(2027, 5, 12),
            main_creditors_agreed_on=date(2025, 6, 1) if guideline else None,
            appointed_on=date(2025, 6, 5) if guideline else None,
            standstill_requested_on=date(2025, 6, 10) if guideline else None,
            report_on=date(2025, 12, 1) if guideline else None,
            meeting_on=date(2026, 1, 5) if guideline else None,
        ),
        lenders=_lenders(),
        papers=(
            paper("plan_claim_form", "費用支払申請書", stated_edition="r7", expected_edition="r7", needs_original=True),
            paper("council_invoice", "請求書", stated_yen=due_yen, yen=("協議会あて請求書の額", due_yen)),
        ),
        lines=(line,),
        settlements=(settlement,),
        claim=ClaimFacts(due_council_yen=due_yen, due_own_yen=own_yen, filed_total_yen=3_000_000),
    )


def _lenders() -> tuple[LenderFacts, ...]:
    main = LenderFacts(
        name="七十七銀行 石巻支店",
        role=LenderRole.MAIN,
        balance_yen=100_000_000,
        guaranteed_yen=30_000_000,
        consultation_letter_on=date(2025, 4, 20),
        confirmation_letter_on=date(2025, 4, 20),
        plan_handed_on=date(2025, 12, 25),
        receipt_on=date(2025, 12, 25),
        consent=Consent.AGREED,
        consented_on=date(2026, 1, 10),
    )
    guarantor = LenderFacts(
        name="宮城県信用保証協会",
        role=LenderRole.GUARANTOR,
        plan_handed_on=date(2025, 12, 25),
        consent=Consent.AGREED,
        consented_on=date(2026, 1, 12),
    )
    return (main, guarantor)


def clean_monitoring_claim() -> GateFacts:
    """Return the claim of a monitoring period: 300,000 yen of cost, 200,000 from the council, 100,000 own."""
    plan = clean_plan_claim()
    line = LineFacts(
        category=CostCategory.MONITORING,
        cost_yen=300_000,
        statement_yen=300_000,
        hours_yen=300_000,
        worked_from=date(2026, 4, 10),
        worked_to=date(2026, 10, 20),
        filed_yen=900_000,
        earlier_yen=600_000,
    )
    settlement = SettlementFacts(
        agency=AGENCY,
        due_council_yen=200_000,
        due_own_yen=100_000,
        cost_yen=300_000,
        council_invoiced_on=date(2026, 10, 25),
        council_invoice_yen=200_000,
        own_invoiced_on=date(2026, 10, 25),
        own_invoice_yen=100_000,
        transferred_on=date(2026, 11, 5),
        transferred_yen=89_790,
        withheld_yen=10_210,
        has_gross_invoice=True,
        payer="カ)タカハシセイサクシヨ",
        payee=AGENCY.name,
    )
    procedure = ProcedureFacts(
        consulted_on=date(2025, 4, 1),
        applied_on=date(2025, 5, 7),
        accepted_on=date(2025, 5, 12),
        decided_on=date(2025, 5, 15),
        period_starts_on=date(2026, 4, 1),
        period_ends_on=date(2026, 9, 30),
        claim_by=date(2027, 3, 31),
    )
    return GateFacts(
        kind=ApplicationKind.MONITORING_CLAIM,
        frame=SchemeFrame.NORMAL,
        key_date=plan.key_date,
        day=date(2026, 11, 10),
        enterprise=ENTERPRISE,
        agencies=(AGENCY,),
        procedure=procedure,
        lenders=plan.lenders,
        lines=(line,),
        settlements=(settlement,),
        claim=ClaimFacts(
            due_council_yen=200_000, due_own_yen=100_000, filed_total_yen=2_400_000, earlier_total_yen=2_100_000
        ),
    )
