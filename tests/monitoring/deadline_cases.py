"""Deadlines as tests look at them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine

from cases.enums import CaseStage
from cases.models import Case
from monitoring.enums import Channel, DeadlineKind
from monitoring.models import Deadline, Reminder
from monitoring.services.sweep import plan_reminders
from subsidies.services.deadlines import refresh_agency
from tests.builders import make_cost_line, make_ready_case
from tests.subsidies.claims_cases import accept
from vapup.accounts.models import Agency, Member
from vapup.clock import start_of
from vapup.work import touch, unit_of_work

# What the sweep and the counting of changes write; everything else follows from the case.
APART = frozenset({"version", "changed_at", "remind_at"})
COLUMNS = tuple(field.attname for field in Deadline._meta.concrete_fields if field.attname not in APART)


SAFE = date(2026, 6, 30)
LAPSES = date(2026, 7, 1)


def at(day: date, hour: int = 3, minute: int = 0) -> datetime:
    """Return an instant in UTC; 03:00 there is noon in Japan."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def follow_case(case: Case) -> None:
    """Let the deadlines follow rows that a test has written past the services."""
    with unit_of_work():
        touch("case", case.agency_id, case.pk)


def follow_agency(agency_id: int) -> None:
    """Let the deadlines follow an agency that a test has written past the services."""
    with unit_of_work():
        touch("agency", agency_id, agency_id)


def deadline(case: Case, kind: DeadlineKind, *, period: int | None = None) -> Deadline:
    """Return the one deadline of a kind, and of a monitoring period by its ordinal."""
    rows = Deadline.objects.filter(case=case, kind=kind)
    return rows.get(period_number=period) if period is not None else rows.get()


def shown(case: Case, *kinds: DeadlineKind) -> list[tuple[Any, ...]]:
    """Return kind, period, last day, safe day, yen and state of the deadlines of a case, by their last day."""
    rows = Deadline.objects.filter(case=case, kind__in=kinds or tuple(DeadlineKind)).order_by("claim_by", "kind", "pk")
    return [
        (one.kind, one.period_number, str(one.claim_by), str(one.safe_by), one.yen_at_risk, one.state) for one in rows
    ]


def stored(agency_id: int) -> list[dict[str, Any]]:
    """Return the deadlines of an agency without what the sweep writes."""
    return list(Deadline.objects.filter(agency_id=agency_id).order_by("pk").values(*COLUMNS))


def assert_in_step(agency_id: int) -> None:
    """Fail where the stored deadlines are not those that the rows of the agency ask for now."""
    before = {row["id"]: row for row in stored(agency_id)}
    refresh_agency(agency_id=agency_id)
    moved = [(before.get(row["id"]), row) for row in stored(agency_id) if before.get(row["id"]) != row]
    assert not moved, f"these deadlines were not what the rows ask for (stored, wanted): {moved}"


def reminders(**filters: Any) -> list[tuple[int, int, str]]:
    """Return recipient, offset and channel of each reminder in the order in which they were planned."""
    rows = Reminder.objects.filter(**filters).order_by("pk")
    return [(one.recipient_id, one.offset_days, one.channel) for one in rows]


def left(days: int, hour: int = 3) -> datetime:
    """Return noon in Japan, or another hour in UTC, so many days before the safe day."""
    return at(SAFE - timedelta(days=days), hour)


def make_deadline(
    case: Case | None = None,
    *,
    agency: Agency | None = None,
    kind: DeadlineKind = DeadlineKind.PLAN_CLAIM,
    subject: str = "",
    remind_at: datetime | None = None,
    safe_by: date = SAFE,
    claim_by: date | None = None,
    yen: int = 1_000_000,
) -> Deadline:
    """Store an open deadline that must be looked at from 120 days before its safe day on."""
    last = claim_by or safe_by
    owner = agency or (case.agency if case is not None else None)
    assert owner is not None
    return Deadline.objects.create(
        agency=owner,
        case=case,
        consultant_id=case.consultant_id if case is not None else None,
        kind=kind,
        subject=subject,
        counted_from=date(2024, 6, 30),
        claim_by=last,
        lapses_on=last + timedelta(days=1),
        safe_by=safe_by,
        yen_at_risk=yen,
        clause="2年",
        source_url="https://example.jp/",
        remind_at=remind_at or start_of(safe_by - timedelta(days=120)),
    )


def accepted_case(consultant: Member, *, number: str = "") -> Case:
    """Store a case that lacks nothing, accepted on Monday 2025-05-12, with the clocks of its claims.

    Two years on, the last day of its plan claim is Wednesday 2027-05-12.
    """
    case = make_ready_case(consultant, number=number)
    accepted_on = date(2025, 5, 12)
    dates = {"usage_applied_on": accepted_on, "usage_accepted_on": accepted_on, "accepted_on": accepted_on}
    Case.objects.filter(pk=case.pk).update(**dates, stage=CaseStage.PLANNING)
    follow_case(case)
    return Case.objects.get(pk=case.pk)


def claim_of(case: Case) -> Deadline:
    """Let a case be accepted, and return its plan claim as its rows ask for it: so it stays when they are followed.

    The council accepted on 2024-06-30, a month's end: two years run from 1 July 2024 to Tuesday 2026-06-30.
    """
    make_cost_line(case, gross_yen=1_500_000)
    accept(case)
    accepted_on = date(2024, 6, 30)
    days = {"usage_applied_on": accepted_on, "usage_accepted_on": accepted_on, "accepted_on": accepted_on}
    Case.objects.filter(pk=case.pk).update(**days)
    with time_machine.travel(left(130), tick=False):
        follow_case(case)
    return Deadline.objects.get(case=case, kind=DeadlineKind.PLAN_CLAIM)


def offsets(member: Member) -> list[int]:
    """Return the offsets of the notices of a member in their order."""
    return [offset for who, offset, channel in reminders() if who == member.pk and channel == Channel.IN_APP]


def sweep_daily(first: int, last: int) -> None:
    for days in range(first, last - 1, -1):
        plan_reminders(now=left(days))
