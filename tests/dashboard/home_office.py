"""Helpers of the tests of the home page."""

from __future__ import annotations

from datetime import datetime

from cases.models import Case
from subsidies.enums import ApplicationState
from subsidies.models import Application
from subsidies.models.applications import IN_THE_OFFICE
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.models import Member


def home(member: Member, query: str = "") -> str:
    """Return the home page of a member."""
    answer = sign_in(member).get(f"/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def apply_for(
    case: Case, state: ApplicationState, *, by: Member, at: datetime | None = None, note: str = ""
) -> Application:
    """Store the application of a case in `state`."""
    now = at or clock.now()
    is_decided = state in {ApplicationState.APPROVED, ApplicationState.SENT_BACK}
    return Application.objects.create(
        agency_id=case.agency_id,
        case=case,
        state=state,
        requested_by=by,
        submitted_on=None if state in IN_THE_OFFICE else now.date(),
        requested_at=now,
        decided_by=by if is_decided else None,
        decided_at=now if is_decided else None,
        decision_note=note,
        assessment={},
        assessed={},
        payload={},
    )
