"""The frozen content of the applications that are letters: 変更の届出 and 取下げ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.models import Application
from vapup.documents.payload import to_json


@dataclass(frozen=True, slots=True)
class LetterPayload:
    """A letter to the council as it is printed."""

    kind: str
    number: int
    case_number: str
    frame: str
    council: str
    prepared_on: date
    applicant: str
    applicant_address: str
    representative: str
    agency: str
    agency_address: str
    accepted_on: date | None
    subject: str
    explanation: str


def letter_payload(application: Application, prepared_on: date) -> dict[str, Any]:
    """Return what a change or a withdrawal says, as plain JSON values."""
    case = application.case
    enterprise, agency = case.enterprise, case.agency
    letter = LetterPayload(
        kind=ApplicationKind(application.kind).label,
        number=application.number,
        case_number=case.number,
        frame=SchemeFrame(case.frame).label,
        council=case.council.name,
        prepared_on=prepared_on,
        applicant=enterprise.name,
        applicant_address=enterprise.address,
        representative=enterprise.representative,
        agency=agency.name,
        agency_address=agency.address,
        accepted_on=case.usage_accepted_on,
        subject=application.subject,
        explanation=application.explanation,
    )
    return to_json(letter)
