"""Who is to be reminded of a deadline on a day, and when it must be looked at next. Days are those of Japan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from monitoring.rules.clocks import Days
from monitoring.rules.kinds import ClockKind


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Somebody asked to be left alone until a day, which is never after the safe one."""

    member_id: int
    until: date


@dataclass(frozen=True, slots=True)
class Office:
    """Who works in an agency now, by id; only people who may log in."""

    members: frozenset[int]
    managers: tuple[int, ...]
    admins: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What decides who is reminded of one deadline.

    Attributes:
        consultant_id: who has the case; None for the agency's own deadlines.
        is_acknowledged: whether somebody has said to take care of it since its day was set.
    """

    kind: ClockKind
    days: Days
    consultant_id: int | None
    office: Office
    is_acknowledged: bool = False
    snoozes: Sequence[Snoozed] = field(default=())


@dataclass(frozen=True, slots=True)
class Due:
    """One person to be reminded, of one offset: how many days before the safe day it was due (negative: after it)."""

    member_id: int
    offset: int


def due_reminders(reminded: Reminded, *, today: date) -> tuple[Due, ...]:
    """Return whom the day makes reminders due for: of each person the latest offset alone, so that nothing floods.

    Once it is too late everybody is told; a day that merely came is told to nobody.
    """
    if today >= reminded.days.lapses_on:
        if reminded.kind.is_event:
            return ()
        return tuple(Due(one, lapse_offset(reminded.days)) for one in _everybody(reminded))
    due = _due_offset(reminded.days.safe_by, _offsets(reminded), today)
    if due is None:
        return ()
    found = []
    for member_id in _recipients(reminded, due):
        offset = _own_offset(reminded, member_id, due, today)
        if offset is not None:
            found.append(Due(member_id, offset))
    return tuple(found)


def news_of(due: Due, days: Days, *, told: int | None, today: date) -> Due | None:
    """Return what to tell somebody who was told of the offset `told` at last, or None where they know it already.

    An open deadline whose lapse they were told of had come back, and is lost again: that is told as of the day on which
    it is found. On the same day nobody is told twice.
    """
    if told is None or due.offset < told:
        return due
    again = Due(due.member_id, (days.safe_by - today).days)
    is_lost_again = today >= days.lapses_on and again.offset < told
    return again if is_lost_again else None


def lapse_offset(days: Days) -> int:
    """Return the offset of the notice that it is too late: a negative number of days."""
    return (days.safe_by - days.lapses_on).days


def next_look(reminded: Reminded, *, today: date) -> date | None:
    """Return the first day after `today` on which something becomes due, or None after the last."""
    safe_by = reminded.days.safe_by
    days = {safe_by - timedelta(days=offset) for offset in _offsets(reminded)}
    days.add(reminded.days.lapses_on)
    days.update(one.until for one in reminded.snoozes)
    return min((day for day in days if day > today), default=None)


def first_look(kind: ClockKind, days: Days, *, today: date) -> date:
    """Return the day on which a deadline with these days must be looked at first: today, or when it becomes due."""
    return max(today, days.safe_by - timedelta(days=kind.offsets[0]))


def _offsets(reminded: Reminded) -> Iterator[int]:
    """Yield the offsets that come before it is too late."""
    last = lapse_offset(reminded.days)
    return (offset for offset in reminded.kind.offsets if offset > last)


def _due_offset(safe_by: date, offsets: Iterable[int], today: date) -> int | None:
    left = (safe_by - today).days
    return min((offset for offset in offsets if offset >= left), default=None)


def _own_offset(reminded: Reminded, member_id: int, due: int, today: date) -> int | None:
    """Return the offset that is due for somebody, who may have asked to be left alone for a while."""
    until = next((one.until for one in reminded.snoozes if one.member_id == member_id), None)
    if until is None:
        return due
    if today < until:
        return None
    wake = (reminded.days.safe_by - until).days
    return min(wake, due)


def _recipients(reminded: Reminded, offset: int) -> tuple[int, ...]:
    """Return the consultant, and above them whoever this offset goes to; whoever has left is replaced from above."""
    kind, office = reminded.kind, reminded.office
    consultant_id = reminded.consultant_id
    chosen = [consultant_id] if consultant_id is not None and consultant_id in office.members else []
    if kind.manager.includes(offset, is_acknowledged=reminded.is_acknowledged) or not chosen:
        chosen.extend(office.managers)
    if kind.admin.includes(offset, is_acknowledged=reminded.is_acknowledged) or not chosen:
        chosen.extend(office.admins)
    return tuple(dict.fromkeys(chosen))


def _everybody(reminded: Reminded) -> tuple[int, ...]:
    """Return all who must know that something was lost."""
    office = reminded.office
    own = (reminded.consultant_id,) if reminded.consultant_id in office.members else ()
    return tuple(dict.fromkeys(one for one in (*own, *office.managers, *office.admins) if one is not None))
