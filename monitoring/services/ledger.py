"""Keep the deadlines in step with the rows that they follow from, in the transaction that changes those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from cases.models import Case
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from monitoring.rules.clocks import Clock, days_of, state_of, state_without
from monitoring.rules.kinds import clock_kind, clock_kinds
from monitoring.rules.reminders import first_look
from vapup import clock as time_of_day
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope

# What makes people look again: with another day, state or person, reminders begin anew.
MOVES: Final = frozenset({"safe_by", "state", "consultant_id"})


def hold_cases(agency_id: int, case_ids: Iterable[int]) -> None:
    """Let nobody else write the deadlines of these cases until the transaction ends, and see all that others wrote.

    Two writers may hold different reasons of the same deadlines, one the case and one its enterprise. Whoever comes
    second waits here, before reading the rows that the deadlines follow from. The lock is no row's: a service that has
    the case may still have to wait for the enterprise.
    """
    ids = sorted(case_ids)
    with connection.cursor() as cursor:
        for pk in ids:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('deadlines of a case', %s))", [pk])
    _lock(Deadline.objects.for_agency(agency_id).filter(case_id__in=ids))


def keep_case(case: Case, clocks: Sequence[Clock], *, now: datetime) -> None:
    """Make the stored deadlines of a case those that its rows ask for; `hold_cases` comes before those are read."""
    _keep(case.agency_id, case, clocks, now)


def keep_agency(agency_id: int, _ids: frozenset[int], now: datetime) -> None:
    """Make the stored deadlines of an agency itself those of its row, and look at whom its other deadlines go to."""
    with tenant_scope(agency_id):
        agency = Agency.objects.select_for_update(no_key=True).get(pk=agency_id)
        _keep(agency_id, None, agency_clocks(agency), now)
        longest = max(kind.offsets[0] for kind in clock_kinds().values())
        horizon = time_of_day.day_of(now) + timedelta(days=longest)
        soon = Deadline.objects.for_agency(agency_id).filter(state=DeadlineState.OPEN, safe_by__lte=horizon)
        Deadline.objects.filter(pk__in=_lock(soon.filter(remind_at__gt=now))).update(remind_at=now)


def _lock(rows: QuerySet[Deadline]) -> list[int]:
    """Lock deadlines, everywhere in the same order, and return their ids."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def agency_clocks(agency: Agency) -> list[Clock]:
    """Return the deadlines of an agency: the end of its certification, where it is recorded."""
    expires_on = agency.certification_expires_on
    if expires_on is None:
        return []
    return [certification_clock(expires_on, subject="agency", about=agency.name)]


def certification_clock(expires_on: date, *, subject: str, about: str) -> Clock:
    """Return the deadline of a certification; it is counted from its own last day, which the notice names."""
    row = clock_kind(DeadlineKind.CERTIFICATION)
    return Clock(
        kind=DeadlineKind.CERTIFICATION,
        subject=subject,
        about=about,
        counted_from=expires_on,
        claim_by=expires_on,
        confirmed=row.confirmed,
        clause=row.clause,
        source_url=row.source.url,
    )


def _keep(agency_id: int, case: Case | None, clocks: Sequence[Clock], now: datetime) -> None:
    stored = Deadline.objects.for_agency(agency_id).filter(case=case).order_by("pk")
    rows = {(row.kind, row.subject): row for row in stored.select_for_update(of=("self",), no_key=True)}
    new: list[Deadline] = []
    moved: audit.Changes = {}
    for clock in clocks:
        row = rows.pop(clock.key, None)
        if row is None:
            new.append(new_row(agency_id, case, clock, now=now))
        else:
            _follow(row, clock, case, now, moved)
    for row in rows.values():
        _save(row, {"state": state_without(DeadlineState(row.state))}, now)
    Deadline.objects.bulk_create(new)
    if moved and case is not None:
        audit.record(None, Verb.CHANGED, case, changes=moved, reason="案件の内容に合わせた期限の見直し")


def new_row(agency_id: int, case: Case | None, clock: Clock, *, now: datetime) -> Deadline:
    """Return the unsaved row of a clock that begins to run, of a case or of the agency itself."""
    row = Deadline(agency_id=agency_id, case=case, kind=clock.kind)
    for name, value in _values(row, clock, case, now, before=None).items():
        setattr(row, name, value)
    row.remind_at = _look_at(row, now)
    row.changed_at = now
    return row


def _follow(row: Deadline, clock: Clock, case: Case | None, now: datetime, moved: audit.Changes) -> None:
    before, claim_by = DeadlineState(row.state), row.claim_by
    _save(row, _values(row, clock, case, now, before=before), now)
    if row.claim_by != claim_by:
        moved[f"期限 {row}: 最終日"] = [claim_by.isoformat(), row.claim_by.isoformat()]


def _values(
    row: Deadline, clock: Clock, case: Case | None, now: datetime, *, before: DeadlineState | None
) -> dict[str, Any]:
    days = days_of(clock.claim_by, extended_until=row.extended_until)
    return {
        "subject": clock.subject,
        "about": clock.about[:300],
        "period_number": clock.period,
        "consultant_id": case.consultant_id if case is not None else None,
        "counted_from": clock.counted_from,
        "claim_by": days.claim_by,
        "lapses_on": days.lapses_on,
        "safe_by": days.safe_by,
        "yen_at_risk": clock.yen_at_risk,
        "is_confirmed": clock.confirmed,
        "clause": clock.clause[:500],
        "source_url": clock.source_url,
        "met_on": clock.met_on,
        "met_by": clock.met_by,
        "state": state_of(clock, days, before=before, today=time_of_day.day_of(now)),
    }


def _save(row: Deadline, values: Mapping[str, Any], now: datetime) -> None:
    """Store what differs; where the day, the state or the person does, let the sweep look at it again."""
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    for name in changed:
        setattr(row, name, values[name])
    if changed & MOVES:
        row.remind_at = _look_at(row, now)
        changed.add("remind_at")
    row.version += 1
    row.changed_at = now
    row.save(update_fields=[*changed, "version", "changed_at"])


def _look_at(row: Deadline, now: datetime) -> datetime | None:
    """Return from when the sweep must look at an open deadline: now, or at the start of the first day that counts."""
    if row.state != DeadlineState.OPEN:
        return None
    today = time_of_day.day_of(now)
    day = first_look(clock_kind(row.kind), days_of(row.claim_by), today=today)
    return now if day == today else time_of_day.start_of(day)
