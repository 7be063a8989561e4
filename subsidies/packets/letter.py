"""The frozen content of the applications that are letters: 変更の届出 and 取下げ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import CaseStage
from cases.models import Case
from monitoring.enums import PeriodKind
from subsidies.enums import CLAIMS, SENT, ApplicationState
from subsidies.models import Application
from subsidies.packets.parties import content_fields, receipt_number_of
from subsidies.packets.payload import PacketContent
from subsidies.selectors import periods_of

# The council has, or had, a claim in these states.
KNOWN: Final = SENT | {ApplicationState.RETURNED, ApplicationState.REFUSED}


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """A claim of the case, and what the council decided and paid; whole yen."""

    name: str
    state: str
    decided_on: date | None
    decided_yen: int | None
    paid_on: date | None
    paid_yen: int | None


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """A planned monitoring period, both days inclusive."""

    number: int
    kind: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPayload(PacketContent):
    """A letter to the council as it is printed; it has no figures, so no calculation."""

    accepted_on: date | None
    decided_on: date | None
    subject: str
    explanation: str
    receipt_number: str = ""
    stage: str = ""
    claims: tuple[MadeClaim, ...] = ()
    periods: tuple[PlannedPeriod, ...] = ()


def letter_payload(application: Application, prepared_on: date) -> LetterPayload:
    """Return what a change or a withdrawal says.

    Raises:
        FormsMissing: no edition of the forms was in use on the key date.
    """
    case = application.case
    return LetterPayload(
        **content_fields(application, prepared_on),
        calculation=None,
        accepted_on=case.usage_accepted_on,
        decided_on=case.usage_decided_on,
        subject=application.subject,
        explanation=application.explanation,
        receipt_number=receipt_number_of(case),
        stage=CaseStage(case.stage).label,
        claims=_claims(case),
        periods=tuple(
            PlannedPeriod(number, PeriodKind(one.kind).label, one.starts_on, one.ends_on)
            for number, one in enumerate(periods_of(case), 1)
        ),
    )


def _claims(case: Case) -> tuple[MadeClaim, ...]:
    """Return the claims that the council knows of; what still lies in the office is none of its business."""
    claims = Application.objects.for_agency(case.agency_id).filter(case=case, kind__in=CLAIMS, state__in=KNOWN)
    return tuple(
        MadeClaim(
            name=one.name,
            state=ApplicationState(one.state).label,
            decided_on=one.decided_on,
            decided_yen=one.decided_yen,
            paid_on=one.paid_on,
            paid_yen=one.paid_yen,
        )
        for one in claims.order_by("id")
    )
