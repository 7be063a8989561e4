"""The seeded faults: what is broken in which clean packet, the code that must be found, and what its message says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from cases.enums import Consent, LenderRole, SchemeFrame
from cases.models import Case, Enterprise, GuidelineProcedure, Lender, LenderStance
from subsidies.enums import PaperStatus, PaymentMethod
from subsidies.models import Application, Paper
from tests.subsidies.gate.rows import Packet, claim_packet, usage_packet
from vapup.accounts.models import Agency, Member

Make = Callable[[Member], Packet]
Break = Callable[[Packet], object]


def usage(member: Member) -> Packet:
    return usage_packet(member)


def early_usage(member: Member) -> Packet:
    return usage_packet(member, SchemeFrame.VUP)


def plan(member: Member) -> Packet:
    return claim_packet(member)


def early(member: Member) -> Packet:
    return claim_packet(member, SchemeFrame.VUP)


def guideline(member: Member) -> Packet:
    return claim_packet(member, SchemeFrame.SME_GL)


def settlement(**values: Any) -> Break:
    return lambda packet: packet.change(packet.settlement, **values)


def line(**values: Any) -> Break:
    return lambda packet: packet.change(packet.line, **values)


def stance(**values: Any) -> Break:
    return lambda packet: packet.change(packet.stance, **values)


def paper(requirement: str, **values: Any) -> Break:
    return lambda packet: packet.change(packet.papers[requirement], **values)


def agency(**values: Any) -> Break:
    return lambda packet: Agency.objects.filter(pk=packet.case.agency_id).update(**values)


def case(**values: Any) -> Break:
    return lambda packet: Case.objects.filter(pk=packet.case.pk).update(**values)


def steps(**values: Any) -> Break:
    return lambda packet: GuidelineProcedure.objects.filter(case=packet.case).update(**values)


def remove(requirement: str) -> Break:
    return lambda packet: Paper.objects.filter(pk=packet.papers[requirement].pk).delete()


def rename(name: str) -> Break:
    return lambda packet: Enterprise.objects.filter(pk=packet.enterprise.pk).update(name=name)


def guarantor(**values: Any) -> Break:
    return lambda packet: LenderStance.objects.filter(case=packet.case, lender__role=LenderRole.GUARANTOR).update(
        **values
    )


def new_bank(packet: Packet) -> None:
    Lender.objects.create(
        agency=packet.case.agency, enterprise=packet.enterprise, bank_name="北上信用金庫", balance_yen=5_000_000
    )


def filed(category: str, yen: int) -> Break:
    """Let the approved usage application have filed less than is claimed."""

    def change(packet: Packet) -> None:
        approved = Application.objects.get(case=packet.case, kind="usage")
        approved.assessed["costs"] |= {category: yen}
        approved.save()

    return change


FAULTS: list[tuple[str, str, Make, Break, str, tuple[str, str]]] = [
    (
        "dates",
        "hours before the acceptance",
        plan,
        line(worked_from=date(2025, 5, 11)),
        "work_before_acceptance",
        ("2025-05-11", "2025-05-12"),
    ),
    (
        "dates",
        "hours before the contract",
        plan,
        settlement(contracted_on=date(2025, 5, 21)),
        "work_before_contract",
        ("2025-05-20", "2025-05-21"),
    ),
    (
        "dates",
        "hours after the last consent",
        plan,
        line(worked_to=date(2026, 1, 13)),
        "work_after_completion",
        ("2026-01-13", "2026-01-12"),
    ),
    (
        "dates",
        "invoice before the last consent",
        plan,
        settlement(council_invoiced_on=date(2026, 1, 9)),
        "invoice_before_completion",
        ("2026-01-09", "2026-01-12"),
    ),
    (
        "dates",
        "transfer before the invoice",
        plan,
        settlement(transferred_on=date(2026, 1, 19)),
        "transfer_before_invoice",
        ("2026-01-19", "2026-01-20"),
    ),
    (
        "dates",
        "transfer after the claim",
        early,
        settlement(transferred_on=date(2026, 2, 21)),
        "after_submission",
        ("2026-02-21", "2026-02-20"),
    ),
    (
        "dates",
        "letter before the consultation",
        early_usage,
        stance(consultation_letter_on=date(2025, 3, 31)),
        "letter_before_consultation",
        ("2025-03-31", "2025-04-01"),
    ),
    (
        "dates",
        "letter after the application",
        early,
        stance(consultation_letter_on=date(2025, 5, 8)),
        "applied_before_letter",
        ("2025-05-08", "2025-05-07"),
    ),
    (
        "dates",
        "meeting before the report",
        guideline,
        steps(report_on=date(2026, 1, 6)),
        "meeting_before_report",
        ("2026-01-05", "2026-01-06"),
    ),
    ("documents", "no certificate", usage, remove("registry_certificate"), "paper_missing", ("未着手", "必要")),
    (
        "documents",
        "plan not checked",
        plan,
        paper("plan", status=PaperStatus.WORKING),
        "paper_unchecked",
        ("作業中", "必要"),
    ),
    (
        "documents",
        "invoice is a copy",
        plan,
        paper("council_invoice", is_original=False),
        "original_missing",
        ("写し", "原本"),
    ),
    (
        "documents",
        "letter left out",
        early_usage,
        paper("consultation_letter", status=PaperStatus.LEFT_OUT, reason="口頭で確認"),
        "paper_left_out",
        ("対象外", "口頭で確認"),
    ),
    (
        "documents",
        "amount on the estimate",
        usage,
        paper("estimate", stated_yen=1_400_000),
        "paper_amount_differs",
        ("1,400,000円", "1,500,000円"),
    ),
    (
        "banks",
        "guarantor does not agree",
        plan,
        guarantor(consent=Consent.REFUSED, consented_on=None),
        "lender_not_consented",
        ("不同意", "宮城県信用保証協会"),
    ),
    (
        "banks",
        "no letter of the main bank",
        usage,
        stance(confirmation_letter_on=None),
        "opening_letter_missing",
        ("確認書面", "なし"),
    ),
    ("banks", "no receipt of the plan", early, stance(receipt_on=None), "receipt_missing", ("受取書", "なし")),
    (
        "banks",
        "guarantor is not registered",
        plan,
        lambda packet: Lender.objects.filter(enterprise=packet.enterprise, role=LenderRole.GUARANTOR).update(
            role=LenderRole.OTHER
        ),
        "guarantor_missing",
        ("七十七銀行 石巻支店", "なし"),
    ),
    (
        "edition",
        "form of last year",
        usage,
        paper("usage_application", stated_edition="r6"),
        "edition_wrong",
        ("r6", "r7"),
    ),
    (
        "edition",
        "claim form of the year of the claim",
        plan,
        paper("plan_claim_form", stated_edition="令和8年度版"),
        "edition_wrong",
        ("令和8年度版", "r7"),
    ),
    (
        "names",
        "name with another glyph",
        usage,
        rename("株式会社高橋製作所"),
        "paper_name_differs",
        ("株式会社髙橋製作所", "株式会社高橋製作所"),
    ),
    (
        "names",
        "address of the register",
        usage,
        paper("registry_certificate", stated_address="宮城県石巻市魚町4-5"),
        "paper_address_differs",
        ("魚町4-5", "魚町1-2-3"),
    ),
    (
        "names",
        "somebody else paid",
        plan,
        settlement(payer="髙橋 一郎"),
        "payer_differs",
        ("髙橋 一郎", "株式会社髙橋製作所"),
    ),
    (
        "names",
        "paid to somebody else",
        plan,
        settlement(payee="青葉税理士法人"),
        "payee_differs",
        ("青葉税理士法人", "青葉会計事務所"),
    ),
    # 2025-02-09 and three months by the Civil Code end on 2025-05-09, a day before the submission.
    (
        "certificates",
        "certificate too old",
        usage,
        paper("registry_certificate", issued_on=date(2025, 2, 9)),
        "certificate_stale",
        ("2025-02-09", "2025-05-10"),
    ),
    (
        "certificates",
        "certification ran out",
        plan,
        agency(certification_expires_on=date(2026, 2, 19)),
        "certification_expired",
        ("2026-02-19", "2026-02-20"),
    ),
    (
        "certificates",
        "notice no longer valid",
        usage,
        paper("certification_notice", valid_until=date(2025, 5, 9)),
        "paper_expired",
        ("2025-05-09", "2025-05-10"),
    ),
    (
        "filed total",
        "statement differs",
        plan,
        line(statement_yen=1_499_999),
        "statement_differs",
        ("1,499,999円", "1,500,000円"),
    ),
    ("filed total", "hours differ", plan, line(hours_yen=1_450_000), "hours_differ", ("1,450,000円", "1,500,000円")),
    (
        "filed total",
        "invoice differs from what is assessed",
        plan,
        settlement(council_invoice_yen=1_000_000),
        "council_invoice_differs",
        ("1,000,000円", "500,000円"),
    ),
    ("payment", "paid in cash", plan, settlement(method=PaymentMethod.CASH), "not_by_transfer", ("現金", "500,000円")),
    (
        "payment",
        "together with other fees",
        plan,
        settlement(is_single_purpose=False),
        "not_single_purpose",
        ("ほかの支払と合算", "500,000円"),
    ),
    (
        "payment",
        "fee taken off",
        plan,
        settlement(fee_deducted_yen=660, transferred_yen=499_340),
        "fee_deducted",
        ("660円", "500,000円"),
    ),
    ("payment", "too little", early, settlement(transferred_yen=74_999), "transfer_differs", ("74,999円", "75,000円")),
    (
        "payment",
        "own invoice differs",
        guideline,
        settlement(own_invoice_yen=1_600_000),
        "own_invoice_differs",
        ("1,600,000円", "1,500,000円"),
    ),
]
