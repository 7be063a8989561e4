"""What the papers of an application say, and what the records say that they should say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Final

from cases.enums import LegalForm, SchemeFrame
from cases.models import Case, Enterprise
from subsidies.enums import PaperPlace, PaperStatus
from subsidies.models import Application, Paper
from subsidies.rules.editions import NoEdition, edition_of
from subsidies.rules.gate.facts import AgencyFacts, PaperFacts, Place, SettlementFacts
from subsidies.rules.requirements import Copy, Maker, Requirement
from subsidies.selectors.filing.requirements import PaperSlot, requirements_of

# Papers that are about an agency alone, and papers between an agency and the enterprise, which may state either.
OF_AN_AGENCY: Final = frozenset({"certification_notice", "rate_table"})
OF_BOTH: Final = frozenset(
    {
        *("estimate", "estimate_statement", "claim_statement", "council_invoice", "contract"),
        *("gross_invoice", "transfer_proof", "own_share_receipt", "supporter_check"),
    }
)
# What these state is somebody whom the records do not have.
OF_OTHERS: Final = frozenset({Maker.WORKER, Maker.SUBCONTRACTOR, Maker.EXPERT})
OFFICIAL_FORMS: Final = frozenset(
    {
        *("usage_application", "reuse_application", "applicant_outline", "self_check", "estimate_statement"),
        *("plan_claim_form", "claim_self_check", "claim_statement", "time_record"),
        *("monitoring_claim_form", "monitoring_report", "negotiation_claim_form"),
    }
)
# The chain of editions that stands for the forms that have no rows of their own: all forms of a year come together.


@dataclass(frozen=True, slots=True)
class Amounts:
    """What papers should state, in whole yen: the filed total and the claimed cost where one agency has all of it."""

    usage_yen: int | None
    claim_yen: int | None
    settlements: Mapping[str, SettlementFacts] = field(default_factory=dict)

    def expected(self, requirement_id: str, agency_name: str) -> tuple[str, int] | None:
        """Return where the records give the amount of a paper, and the amount; None where they do not."""
        settlement = self.settlements.get(agency_name)
        by_id: dict[str, tuple[str, int | None]] = {
            "estimate": ("利用申請の費用の合計", self.usage_yen),
            "estimate_statement": ("利用申請の費用の合計", self.usage_yen),
            "claim_statement": ("請求する費用の合計", self.claim_yen),
            "time_record": ("請求する費用の合計", self.claim_yen),
        }
        if settlement is not None:
            by_id |= {
                "council_invoice": ("協議会あて請求書の額", settlement.council_invoice_yen),
                "transfer_proof": ("振込額", settlement.transferred_yen),
                "gross_invoice": ("事業者あて請求書の額", settlement.own_invoice_yen),
            }
        label, yen = by_id.get(requirement_id, ("", None))
        return None if yen is None else (label, yen)


def papers_of(
    application: Application, agencies: Mapping[int | None, AgencyFacts], amounts: Amounts
) -> tuple[PaperFacts, ...]:
    """Return every paper of the application's list that is needed or stored."""
    slots = requirements_of(application)
    edition = expected_edition(application.case.key_date, SchemeFrame(application.case.frame))
    told = (slot for slot in slots if slot.is_needed or slot.paper is not None)
    return tuple(_paper(slot, application.case, agencies, amounts, edition) for slot in told)


def expected_edition(key_date: date, frame: SchemeFrame) -> str:
    """Return the edition of the frame's forms that the key date picks, "" where none is known."""
    try:
        return edition_of(key_date, frame).edition
    except NoEdition:
        return ""


def _paper(
    slot: PaperSlot, case: Case, agencies: Mapping[int | None, AgencyFacts], amounts: Amounts, edition: str
) -> PaperFacts:
    paper, requirement = slot.paper or Paper(), slot.requirement
    agency = agencies[slot.co_agency.pk if slot.co_agency else None]
    return PaperFacts(
        key=slot.key,
        label=slot.label,
        is_needed=slot.is_needed,
        why=slot.why,
        status=PaperStatus(paper.status),
        reason=paper.reason,
        place=PaperPlace(paper.place),
        needs_original=requirement.copy is Copy.ORIGINAL,
        is_original=paper.is_original,
        issued_on=paper.issued_on,
        valid_until=paper.valid_until,
        max_age_months=requirement.max_age_months,
        stated_edition=paper.stated_edition,
        expected_edition=edition if _is_form(requirement) else "",
        stated_name=paper.stated_name,
        name=_closest(paper.stated_name, _names(requirement, case.enterprise, agency)),
        stated_address=paper.stated_address,
        address=_closest(paper.stated_address, _addresses(requirement, case.enterprise, agency)),
        stated_yen=paper.stated_yen,
        yen=amounts.expected(requirement.id, agency.name),
    )


def _is_form(requirement: Requirement) -> bool:
    return requirement.is_form or requirement.id in OFFICIAL_FORMS


def _names(requirement: Requirement, enterprise: Enterprise, agency: AgencyFacts) -> list[Place]:
    """Return whom a paper may name; a sole proprietor goes by the trade name or the own name."""
    if requirement.maker in OF_OTHERS:
        return []
    own = Place("支援機関の名称", agency.name)
    if requirement.id in OF_AN_AGENCY:
        return [own]
    names = [Place("事業者名", enterprise.name)]
    if enterprise.legal_form == LegalForm.SOLE_PROPRIETOR:
        names.append(Place("代表者氏名", enterprise.representative))
    return [*names, own] if requirement.id in OF_BOTH else names


def _addresses(requirement: Requirement, enterprise: Enterprise, agency: AgencyFacts) -> list[Place]:
    if requirement.maker in OF_OTHERS:
        return []
    own = [Place("支援機関の所在地", agency.party.address)] if agency.party.address else []
    if requirement.id in OF_AN_AGENCY:
        return own
    registered = [Place("事業者の所在地", enterprise.address)]
    return [*registered, *own] if requirement.id in OF_BOTH else registered


def _closest(stated: str, places: Iterable[Place]) -> Place | None:
    """Return the record that a paper most likely means; None where the records say nothing of the kind."""
    return max(places, key=lambda one: SequenceMatcher(None, stated, one.value).ratio(), default=None)
