"""Deadlines and claims as the tests of the calendar and of its feed need them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from cases.models import Case
from monitoring.enums import DeadlineKind
from monitoring.models import Deadline
from monitoring.rules.clocks import days_of
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.selectors import assessment_of
from tests.builders import make_ready_case
from tests.monitoring.deadline_cases import follow_case
from vapup.accounts.models import Agency, Member

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)  # noon in Japan, a Friday
TODAY = date(2026, 11, 20)
ACCEPTED_ON = date(2026, 5, 12)
_serial = count(1)


def make_deadline(case: Case, claim_by: date, *, kind: DeadlineKind = DeadlineKind.PAPER, **facts: Any) -> Deadline:
    """Store a deadline of a case; its safe day and its lapse follow from its last day."""
    return _deadline(case.agency, claim_by, kind, case=case, consultant=case.consultant, **facts)


def make_office_deadline(agency: Agency, claim_by: date, **facts: Any) -> Deadline:
    """Store the deadline of an agency's own certification."""
    return _deadline(agency, claim_by, DeadlineKind.CERTIFICATION, **facts)


def _deadline(agency: Agency, claim_by: date, kind: DeadlineKind, **facts: Any) -> Deadline:
    days = days_of(claim_by)
    values = {
        "counted_from": ACCEPTED_ON,
        "subject": f"paper:{next(_serial)}",
        "clause": "交付規程",
        "source_url": "https://www.chusho.meti.go.jp/",
        "changed_at": NOON,
        **facts,
    }
    return Deadline.objects.create(
        agency=agency,
        kind=kind,
        claim_by=days.claim_by,
        safe_by=days.safe_by,
        lapses_on=days.lapses_on,
        **values,
    )


def make_accepted_case(consultant: Member, *, number: str = "C-2026-0012") -> Case:
    """Store an accepted case of the normal frame with its approved figures and its deadlines.

    Of 3,150,000 yen the council pays two thirds: 1,000,000 for the plan in two halves of 500,000, 333,333 and 666,667
    for the two periods, and 100,000 for the negotiation. The periods end on 2026-09-30 and 2027-03-31; six months later
    their claims end, on 2027-03-31 and 2027-09-30.
    """
    case = make_ready_case(consultant, number=number)
    Case.objects.filter(pk=case.pk).update(accepted_on=ACCEPTED_ON, planned_accepted_on=ACCEPTED_ON)
    case.refresh_from_db()
    Application.objects.create(
        agency=case.agency,
        case=case,
        state=ApplicationState.ACCEPTED,
        submitted_on=date(2026, 5, 1),
        accepted_on=ACCEPTED_ON,
        assessment=assessment_of(case).as_dict(),
    )
    follow_case(case)
    return case


def make_claim(case: Case, kind: ApplicationKind, *, period: int | None = None, **facts: Any) -> Application:
    """Store a claim that the council has, of a monitoring period by its ordinal, and let the deadlines follow."""
    chosen = list(case.monitoring_periods.order_by("ends_on"))[period - 1] if period else None
    claim = Application.objects.create(
        agency=case.agency,
        case=case,
        kind=kind,
        number=period or 1,
        period=chosen,
        **{"state": ApplicationState.SUBMITTED, **facts},
    )
    follow_case(case)
    return claim
