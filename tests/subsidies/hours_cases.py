"""Makers of workers and hours for tests; none calls a service."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from cases.enums import CaseStage
from cases.models import Case, CoAgency
from subsidies.enums import ApplicationKind, ApplicationState, WeekState
from subsidies.models import Application, CostLine, WorkEntry, Worker, WorkWeek
from subsidies.rules.work_time import Span, read_span
from subsidies.services.diary.hours import EntryInput
from tests.builders import make_case, make_cost_line
from vapup.accounts.models import Member
from vapup.clock import JAPAN

MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)
ACCEPTED = date(2026, 6, 1)
NOW = datetime.combine(FRIDAY, time(18), tzinfo=JAPAN)
TEXT = "資金繰り表の前提を社長に聞き取り"


def make_worker(member: Member, *, co_agency: CoAgency | None = None, name: str = "") -> Worker:
    """Store the member as a worker, or a person of another agency."""
    return Worker.objects.create(
        agency=member.agency,
        member=None if co_agency else member,
        co_agency=co_agency,
        name=name or str(member.user),
    )


def make_working_case(consultant: Member, *, accepted_on: date | None = ACCEPTED) -> tuple[Case, CostLine]:
    """Store a case in its planning, or in preparation without an acceptance, with a line: 100 hours at 10,000 yen."""
    case = make_case(consultant)
    if accepted_on is not None:
        days = ("usage_applied_on", "usage_accepted_on", "usage_decided_on", "accepted_on")
        Case.objects.filter(pk=case.pk).update(stage=CaseStage.PLANNING, **dict.fromkeys(days, accepted_on))
        case.refresh_from_db()
    return case, make_cost_line(case)


def entry_input(line: CostLine, day: date = MONDAY, text: str = "9-12", **more: Any) -> EntryInput:
    """Return what somebody typed."""
    facts = {"case_id": line.case_id, "cost_line_id": line.pk, "content": TEXT, **more}
    return EntryInput(worked_on=day, span=read_span(text), **facts)


def make_entry(worker: Worker, line: CostLine, day: date = MONDAY, text: str = "9-12", **more: Any) -> WorkEntry:
    """Store an entry, past the services."""
    span: Span = read_span(text)
    facts = {"cost_line": line, "content": TEXT, "entered_at": NOW, "entered_by": worker.member, **more}
    return WorkEntry.objects.create(
        agency=worker.agency,
        case=line.case,
        worker=worker,
        worked_on=day,
        starts_minute=span.starts,
        ends_minute=span.ends,
        break_minutes=span.rest,
        minutes=span.minutes,
        **facts,
    )


def make_week(worker: Worker, by: Member, *, state: WeekState = WeekState.SUBMITTED, monday: date = MONDAY) -> WorkWeek:
    """Store a week that was handed in by `by`, and approved by them too if it is approved."""
    decided = {"decided_by": by, "decided_at": NOW} if state == WeekState.APPROVED else {}
    return WorkWeek.objects.create(
        agency=worker.agency, worker=worker, monday=monday, state=state, requested_by=by, requested_at=NOW, **decided
    )


def make_claim(case: Case, state: ApplicationState = ApplicationState.SUBMITTED) -> Application:
    """Store a plan claim as it stands in a state."""
    facts: dict[str, Any] = {"submitted_on": FRIDAY, "payload": {}, "decided_at": NOW, "requested_at": NOW}
    people = {"decided_by": case.consultant, "requested_by": case.consultant}
    kind = ApplicationKind.PLAN_CLAIM
    return Application.objects.create(agency=case.agency, case=case, kind=kind, state=state, **facts, **people)
