"""Find the deadlines that must be looked at, and put what follows into the outbox: notices, mails, lapses.

One transaction takes a batch of deadlines of all agencies, locked row by row, and writes everything that they make due.
So a notice is there exactly once however often the sweep runs, and what was missed is caught up by the next run. What
makes the sweep of one agency fail holds up no other one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final

from django.db.models import F, Min, QuerySet

from cases.models import Case
from monitoring.enums import Channel, DeadlineState
from monitoring.models import Acknowledgement, Deadline, Notice, Reminder, ReminderSettings, Snooze
from monitoring.rules.clocks import Days
from monitoring.rules.kinds import clock_kind
from monitoring.rules.reminders import Due, Office, Reminded, Snoozed, due_reminders, news_of, next_look
from monitoring.selectors.words import CaseName, is_urgent, notice_body, notice_title
from monitoring.services.outbox import mails_for
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.tenancy import sweep_scope
from vapup.clock import day_of, start_of
from vapup.shared.apart import error_of, for_each

BATCH: Final = 1_000


@dataclass(slots=True)
class Planned:
    """How many reminders were written, how many of them late, and how many deadlines were found lapsed."""

    planned: int = 0
    late: int = 0
    lapsed: int = 0

    def add(self, other: Planned) -> None:
        """Count another batch too."""
        self.planned += other.planned
        self.late += other.late
        self.lapsed += other.lapsed


@dataclass(frozen=True, slots=True)
class Told:
    """One reminder to be written: of which deadline, to whom, and whether its day was missed."""

    deadline: Deadline
    due: Due
    is_late: bool


@dataclass(slots=True)
class _Batch:
    """What is known of a batch of deadlines, each kind of row read once."""

    rows: Sequence[Deadline]
    names: Mapping[int, CaseName]
    offices: Mapping[int, Office]
    acknowledged: frozenset[tuple[int, date]]
    snoozes: Mapping[tuple[int, date], tuple[Snoozed, ...]]
    latest: Mapping[tuple[int, date, int], int]
    settings: Mapping[int, ReminderSettings]
    told: list[Told] = field(default_factory=list)


def plan_reminders(*, now: datetime) -> Planned:
    """Write everything that is due and not written yet, of all agencies; return how much that was.

    Raises as `plan_into`.
    """
    counts = Planned()
    plan_into(counts, now=now)
    return counts


def plan_into(counts: Planned, *, now: datetime) -> None:
    """Write what is due, batch by batch, and count it as soon as it is stored.

    All agencies are handled together. Where that fails, each is handled by itself, so that only the one that it is due
    to goes without; its rows stay due, and the alarm of `silence` goes off. A failure that does not come again did no
    harm.

    Raises:
        ExceptionGroup: what failed for some agencies, after all others were swept.
    """
    if error_of(partial(_plan, Deadline.objects.all(), counts, now)) is not None:
        for_each(_agencies_due(now), partial(_plan_agency, counts, now), what="the deadlines of some agencies")


def _agencies_due(now: datetime) -> list[int]:
    with sweep_scope():
        due = Deadline.objects.filter(remind_at__lte=now).order_by("agency_id")
        return list(due.values_list("agency_id", flat=True).distinct())


def _plan_agency(counts: Planned, now: datetime, agency_id: int) -> None:
    _plan(Deadline.objects.for_agency(agency_id), counts, now)


def _plan(deadlines: QuerySet[Deadline], counts: Planned, now: datetime) -> None:
    """Handle a batch after the other until none of the deadlines is due that nobody else has."""
    due = deadlines.filter(remind_at__lte=now).order_by("remind_at", "pk")
    is_full = True
    while is_full:
        with sweep_scope():
            rows = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH])
            batch = _handle(_batch(rows), now) if rows else Planned()
        counts.add(batch)
        is_full = len(rows) == BATCH


def _handle(batch: _Batch, now: datetime) -> Planned:
    today = day_of(now)
    for row in batch.rows:
        _look(batch, row, today)
    _write(batch, now)
    Deadline.objects.bulk_update([row for row in batch.rows if row.lapses_on > today], ["remind_at"])
    lapsed = _end([row for row in batch.rows if row.lapses_on <= today], now)
    return Planned(len(batch.told), sum(one.is_late for one in batch.told), lapsed)


def _look(batch: _Batch, row: Deadline, today: date) -> None:
    """Note whom a deadline makes due today, and when it must be looked at next."""
    reminded = _reminded(batch, row)
    was_missed = row.remind_at is not None and day_of(row.remind_at) < today
    for due in due_reminders(reminded, today=today):
        told = batch.latest.get((row.pk, row.safe_by, due.member_id))
        news = news_of(due, reminded.days, told=told, today=today)
        if news is not None:
            batch.told.append(Told(row, news, was_missed))
    day = next_look(reminded, today=today)
    row.remind_at = start_of(day) if day else None


def _reminded(batch: _Batch, row: Deadline) -> Reminded:
    return Reminded(
        kind=clock_kind(row.kind),
        days=Days(row.claim_by, row.lapses_on, row.safe_by),
        consultant_id=row.consultant_id,
        office=batch.offices[row.agency_id],
        is_acknowledged=(row.pk, row.safe_by) in batch.acknowledged,
        snoozes=batch.snoozes.get((row.pk, row.safe_by), ()),
    )


def _batch(rows: Sequence[Deadline]) -> _Batch:
    ids = [row.pk for row in rows]
    agencies = {row.agency_id for row in rows}
    acknowledged = Acknowledgement.objects.filter(deadline_id__in=ids).values_list("deadline_id", "safe_by")
    cases = Case.objects.filter(pk__in={row.case_id for row in rows if row.case_id})
    return _Batch(
        rows=rows,
        names={pk: CaseName(*name) for pk, *name in cases.values_list("pk", "number", "enterprise__name")},
        offices=_offices(agencies),
        acknowledged=frozenset(acknowledged),
        snoozes=_snoozes(Snooze.objects.filter(deadline_id__in=ids)),
        latest=_latest(ids),
        settings={one.agency_id: one for one in ReminderSettings.objects.filter(agency_id__in=agencies)},
    )


def _latest(ids: Sequence[int]) -> dict[tuple[int, date, int], int]:
    """Return the latest offset that each person was told of a deadline with this safe day.

    An earlier one is not told any more, even if the clock of the machine went back over midnight.
    """
    told = Reminder.objects.filter(deadline_id__in=ids, channel=Channel.IN_APP)
    rows = told.values_list("deadline_id", "safe_by", "recipient_id").annotate(latest=Min("offset_days"))
    return {(deadline_id, safe_by, member_id): latest for deadline_id, safe_by, member_id, latest in rows}


def _offices(agencies: Iterable[int]) -> dict[int, Office]:
    members: dict[int, list[Member]] = {agency_id: [] for agency_id in agencies}
    for member in Member.objects.active().filter(agency_id__in=members).order_by("pk"):
        members[member.agency_id].append(member)
    return {
        agency_id: Office(
            members=frozenset(one.pk for one in found),
            managers=tuple(one.pk for one in found if one.has_role(Role.MANAGER)),
            admins=tuple(one.pk for one in found if one.has_role(Role.ADMIN)),
        )
        for agency_id, found in members.items()
    }


def _snoozes(rows: QuerySet[Snooze]) -> dict[tuple[int, date], tuple[Snoozed, ...]]:
    """Return the newest of each member by deadline and safe day."""
    newest: dict[tuple[int, date], dict[int, date]] = defaultdict(dict)
    for one in rows.order_by("pk"):
        newest[one.deadline_id, one.safe_by][one.member_id] = one.until
    return {key: tuple(Snoozed(*pair) for pair in by_member.items()) for key, by_member in newest.items()}


def _write(batch: _Batch, now: datetime) -> None:
    """Write the reminders of a batch with what carries them: a notice at once, a mail for later."""
    mails = mails_for([(one.deadline, one.due) for one in batch.told], batch.settings, now=now)
    reminders = Reminder.objects.bulk_create(
        Reminder(
            agency_id=one.deadline.agency_id,
            deadline=one.deadline,
            safe_by=one.deadline.safe_by,
            offset_days=one.due.offset,
            recipient_id=one.due.member_id,
            channel=channel,
            is_late=one.is_late,
            mail=mails[one.deadline.pk, one.due.member_id] if channel is Channel.MAIL else None,
            planned_at=now,
        )
        for one in batch.told
        for channel in Channel
    )
    Notice.objects.bulk_create(
        _notice(batch, one, reminder, now) for one, reminder in zip(batch.told, reminders[:: len(Channel)], strict=True)
    )


def _notice(batch: _Batch, told: Told, reminder: Reminder, now: datetime) -> Notice:
    row, today = told.deadline, day_of(now)
    return Notice(
        agency_id=row.agency_id,
        recipient_id=told.due.member_id,
        reminder=reminder,
        deadline=row,
        title=notice_title(row, today=today),
        body=notice_body(row, batch.names.get(row.case_id) if row.case_id else None, today=today),
        is_urgent=is_urgent(row, today=today),
        made_at=now,
    )


def _end(rows: Sequence[Deadline], now: datetime) -> int:
    """Record what is over: a day that merely came has passed, all else has lapsed, with an event in the trail."""
    by_state: dict[DeadlineState, list[Deadline]] = defaultdict(list)
    for row in rows:
        by_state[DeadlineState.PASSED if clock_kind(row.kind).is_event else DeadlineState.LAPSED].append(row)
    for state, ended in by_state.items():
        Deadline.objects.filter(pk__in=[row.pk for row in ended]).update(
            state=state, remind_at=None, lapsed_recorded_at=now, version=F("version") + 1, changed_at=now
        )
    lapsed = by_state[DeadlineState.LAPSED]
    AuditEvent.objects.bulk_create(_lapse(row) for row in lapsed)
    return len(lapsed)


def _lapse(row: Deadline) -> AuditEvent:
    return AuditEvent(
        agency_id=row.agency_id,
        actor_label="システム",
        verb=Verb.LAPSED,
        object_type="case" if row.case_id else "agency",
        object_id=row.case_id or row.agency_id,
        object_label=str(row)[:300],
        changes={f"期限 {row}: 状態": [DeadlineState.OPEN.label, DeadlineState.LAPSED.label]},
        reason=f"最終日 {row.claim_by} までに手続きの記録がありません。",
    )
