"""Letters between the enterprise and its lenders: their content, frozen, and their print on A4, as PDF or as Word.

The layouts are our own; the schemes leave the form of these letters free. Fields and reservations follow, checked
2025-11-21: https://obatax.jp/souki-jizennsoudannsho (事前相談書: not a party to the plan, no promise of support),
https://keieikaizen.fukuoka-kyogikai.go.jp/souki_keieikaizen/souki_request/ (受取書),
https://keieikaizen.fukuoka-kyogikai.go.jp/keieikaizen/request-4/ (主要金融機関の確認書面, 同意書) and
https://www.zenginkyo.or.jp/adr/sme/sme-guideline/ (一時停止の要請).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from cases.enums import LenderRole, LetterFormat, LetterKind, Scheme, SchemeFrame
from cases.models import Case, Enterprise, GuidelineProcedure, Lender, LenderStance
from vapup.accounts.models import Agency
from vapup.documents.payload import content_hash, to_json
from vapup.documents.rendering import RenderedPdf, render_html, render_pdf
from vapup.documents.word import word_from_html
from vapup.shared.errors import DomainError

BY_SCHEME: Final[Mapping[Scheme, tuple[LetterKind, ...]]] = MappingProxyType(
    {
        Scheme.VUP: (LetterKind.CONSULTATION, LetterKind.RECEIPT),
        Scheme.IMPROVEMENT: (LetterKind.CONFIRMATION, LetterKind.CONSENT),
    }
)
TEMPLATES: Final[Mapping[LetterKind, str]] = MappingProxyType(
    {
        LetterKind.CONSULTATION: "documents/letters/consultation.html",
        LetterKind.RECEIPT: "documents/letters/receipt.html",
        LetterKind.CONFIRMATION: "documents/letters/confirmation.html",
        LetterKind.CONSENT: "documents/letters/consent.html",
        LetterKind.STANDSTILL: "documents/letters/standstill.html",
    }
)
PROGRAMMES: Final[Mapping[SchemeFrame, str]] = MappingProxyType(
    {
        SchemeFrame.NORMAL: "経営改善計画策定支援事業(405事業)",
        SchemeFrame.SME_GL: "経営改善計画策定支援事業(405事業 中小版GL枠)",
        SchemeFrame.VUP: "早期経営改善計画策定支援事業(Vアップ事業)",
        SchemeFrame.VUP_BANK: "早期経営改善計画策定支援事業(Vアップ事業)",
    }
)
PLANS: Final[Mapping[SchemeFrame, str]] = MappingProxyType(
    {
        SchemeFrame.NORMAL: "経営改善計画書",
        SchemeFrame.SME_GL: "事業再生計画書",
        SchemeFrame.VUP: "早期経営改善計画書",
        SchemeFrame.VUP_BANK: "早期経営改善計画書",
    }
)
# From roomy to dense; the last one also puts typed paragraphs on one line.
DENSITIES: Final = (0, 1, 2)
NAME_IN_FILENAME: Final = 30


class LetterNotOffered(DomainError):
    """The frame of the case has no letter of this kind."""


@dataclass(frozen=True, slots=True)
class Party:
    """The enterprise or the agency as the letter names it."""

    name: str
    representative: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Bank:
    """The lender as the letter names it; amounts in whole yen.

    Attributes:
        self_name: what it calls itself: 当金融機関, or 当協会 for a guarantee corporation.
        your_name: what others call it in a letter to it.
    """

    name: str
    branch: str
    contact: str
    self_name: str
    your_name: str
    balance_yen: int
    guaranteed_yen: int


@dataclass(frozen=True, slots=True)
class Expert:
    """The third-party expert of the guideline's procedure; all empty in the other frames."""

    name: str
    office: str
    appointed_on: date | None
    requested_on: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that one letter prints."""

    kind: str
    title: str
    case_number: str
    prepared_on: date
    council: str
    programme: str
    plan: str
    bank: Bank
    enterprise: Party
    agency: Party
    expert: Expert
    asked_on: date | None
    plan_handed_on: date | None
    conditions: str

    @property
    def conditions_in_one_line(self) -> str:
        """Return the typed conditions without their line breaks."""
        return "/".join(line.strip() for line in self.conditions.splitlines() if line.strip())


def letters_of(frame: SchemeFrame) -> tuple[LetterKind, ...]:
    """Return the kinds of letters that a frame has."""
    standstill = (LetterKind.STANDSTILL,) if frame is SchemeFrame.SME_GL else ()
    return (*BY_SCHEME[Scheme.of(frame)], *standstill)


def letter_of(
    kind: LetterKind, case: Case, stance: LenderStance, procedure: GuidelineProcedure, *, prepared_on: date
) -> Letter:
    """Return what a letter prints, from the records as they stand now.

    Raises:
        LetterNotOffered: the frame has no such letter.
    """
    frame, lender = SchemeFrame(case.frame), stance.lender
    if kind not in letters_of(frame):
        offered = "、".join(f"「{one.label}」" for one in letters_of(frame))
        raise LetterNotOffered(
            f"案件 {case.number} は「{frame.label}」で、この枠に「{kind.label}」はありません。"
            f"作成できるのは{offered}です。"
        )
    return Letter(
        kind=kind.value,
        title=kind.label,
        case_number=case.number,
        prepared_on=prepared_on,
        council=case.council.name,
        programme=PROGRAMMES[frame],
        plan=PLANS[frame],
        bank=_bank(lender, stance),
        enterprise=_enterprise(case.enterprise),
        agency=_agency(case.agency),
        expert=_expert(procedure),
        asked_on=stance.asked_on,
        plan_handed_on=stance.plan_handed_on,
        conditions=stance.conditions,
    )


def letter_pdf(letter: Letter) -> RenderedPdf:
    """Print a letter on one page: as roomy as the text allows."""
    template, identifier = TEMPLATES[LetterKind(letter.kind)], content_hash(to_json(letter))
    for density in DENSITIES:
        pdf = render_pdf(template, {"letter": letter, "density": density}, identifier=identifier)
        if pdf.page_count == 1:
            break
    return pdf


def letter_word(letter: Letter) -> bytes:
    """Return a letter as .docx, with the words of its PDF, for whoever goes on writing it."""
    html = render_html(TEMPLATES[LetterKind(letter.kind)], {"letter": letter, "density": DENSITIES[0]})
    title = f"{letter.case_number} {letter.enterprise.name} {letter.title}"
    return word_from_html(html, title=title, author=letter.agency.name, made_on=letter.prepared_on)


def letter_filename(letter: Letter, format_: LetterFormat) -> str:
    """Return the name of the file: C-2026-0012_事前相談書_七十七銀行.pdf."""
    bank = "".join(one if one.isalnum() else "_" for one in letter.bank.name[:NAME_IN_FILENAME])
    return f"{letter.case_number}_{letter.title}_{bank}.{format_.value}"


def _bank(lender: Lender, stance: LenderStance) -> Bank:
    is_guarantor = lender.role == LenderRole.GUARANTOR
    return Bank(
        name=lender.bank_name,
        branch=lender.branch_name,
        contact=stance.contact,
        self_name="当協会" if is_guarantor else "当金融機関",
        your_name="貴協会" if is_guarantor else "貴金融機関",
        balance_yen=lender.balance_yen,
        guaranteed_yen=lender.guaranteed_yen,
    )


def _enterprise(enterprise: Enterprise) -> Party:
    representative = f"{enterprise.representative_title} {enterprise.representative}".strip()
    return Party(enterprise.name, representative, _address(enterprise), enterprise.phone)


def _agency(agency: Agency) -> Party:
    return Party(agency.name, agency.representative, _address(agency), agency.phone)


def _address(owner: Enterprise | Agency) -> str:
    return f"〒{owner.postal_code} {owner.address}" if owner.postal_code else owner.address


def _expert(procedure: GuidelineProcedure) -> Expert:
    return Expert(
        procedure.expert_name,
        procedure.expert_office,
        procedure.appointed_on,
        procedure.standstill_requested_on,
        procedure.standstill_until,
    )
