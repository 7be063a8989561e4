"""Nobody wakes the sweep for a while, two do, the broker forgets everything, the clock goes back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import redis

from monitoring.models import Mail, Notice
from monitoring.services.delivery import deliver_batch
from monitoring.services.sweep import plan_reminders
from tests.reliability import oracle, world
from tests.reliability.figures import Figures
from tests.reliability.processes import eventually, office
from tests.reliability.sink import SlowSink
from vapup import clock
from vapup.accounts.models import Member
from vapup.clock import day_of
from vapup.embedded.layout import instance

# A Monday, far from new year; the last days of the deadlines are business days and weekends in turn.
FIRST_DAY: Final = date(2026, 6, 1)
# How long the sweep is off, and the hour of Japan at which it stops.
OFF: Final = (("1h", timedelta(hours=1), 23, 30), ("26h", timedelta(hours=26), 23, 0), ("8d", timedelta(days=8), 9, 0))
HOUR: Final = timedelta(hours=1)
ENV: Final = {"REMINDER_SWEEP_SECONDS": "1", "MAIL_LEASE_SECONDS": "5"}
WAIT_SECONDS: Final = 90
MAILS_AT_ONCE: Final = 500


def run(figures: Figures, sink: SlowSink, *, is_small: bool) -> None:
    """Try every outage; those that need time to pass get it from the argument of the sweep."""
    for name, off, hour, minute in OFF:
        _beat_off(figures, sink, name, world.at(FIRST_DAY + timedelta(days=9), hour, minute), off)
    _clock_back(figures, sink)
    _caught_up_by_processes(figures, sink)
    count = 60 if is_small else 300
    _at_once(figures, sink, "two_beats", count, beats=2, flushes=0)
    _at_once(figures, sink, "flushall", count, beats=1, flushes=5)


def _people() -> world.Staff:
    """Empty the tables and store one agency with three consultants."""
    world.empty()
    return world.make_agencies(1, consultants=3)[0]


def _spread(staff: world.Staff, start: date) -> list[oracle.Running]:
    """Store a deadline for each of 200 last days, from the one before the start on, so that something is due daily."""
    looked_at = world.at(start, 0)
    people: Sequence[Member] = staff.consultants
    rows = ((people[n % len(people)], start + timedelta(days=n - 1), looked_at) for n in range(200))
    return running(staff, rows, start)


def running(staff: world.Staff, rows: object, start: date) -> list[oracle.Running]:
    """Store deadlines and return them as the oracle sees them."""
    made = world.make_deadlines(rows, today=start)  # type: ignore[arg-type]
    return [
        oracle.Running(one.pk, one.safe_by, one.lapses_on, one.consultant_id or 0, staff.manager.pk, staff.admin.pk)
        for one in made
    ]


def _beat_off(figures: Figures, sink: SlowSink, name: str, stops: datetime, off: timedelta) -> None:
    """Sweep every hour, then not at all for a while, then every hour again; compare with the table of offsets."""
    staff = _people()
    sink.start_over(is_slow=False)
    deadlines = _spread(staff, FIRST_DAY)
    days = []
    now = world.at(FIRST_DAY, 0, 30)
    while now <= stops:
        days.append(_sweep(now))
        now += HOUR
    last = now - HOUR
    before, mails_before, late_before = set(world.written()), Mail.objects.count(), world.late()
    back = last + off
    days.append(_sweep(back))
    new, first = set(world.written()) - before, Mail.objects.count() - mails_before
    people = len({key[3] for key in new})
    for hours in range(1, 25):
        days.append(_sweep(back + hours * HOUR))
    told = world.written()
    wanted = oracle.told_by(deadlines, sorted(set(days)))
    _compare(figures, f"off_{name}", told, wanted)
    missed = oracle.missed(deadlines, last_sweep=day_of(last), next_sweep=day_of(back))
    wanted_late = {key for key in new if key[0] in missed}
    figures.known(f"off_{name}_caught_up", len(new), "notices")
    figures.known(f"off_{name}_late", len(wanted_late), "notices")
    wrongly = (world.late() - late_before) ^ wanted_late
    figures.exactly(f"off_{name}_wrongly_flagged", len(wrongly), 0, "notices")
    if name == "8d":
        figures.exactly("off_8d_mails_each", first / people, 1, "mails a person")
    _mails(figures, sink, f"off_{name}")


def _sweep(now: datetime) -> date:
    """Let the sweep run at an instant, and what it wakes; return the day in Japan."""
    plan_reminders(now=now)
    _deliver(now)
    return day_of(now)


def _deliver(now: datetime) -> None:
    while deliver_batch(now=now, limit=MAILS_AT_ONCE).sent:
        pass


def _compare(figures: Figures, name: str, told: Sequence[oracle.Key], wanted: set[oracle.Key]) -> None:
    figures.exactly(f"{name}_lost", len(wanted - set(told)), 0, "notices")
    figures.exactly(f"{name}_extra", len(told) - len(wanted & set(told)), 0, "notices")


def _mails(figures: Figures, sink: SlowSink, name: str) -> None:
    """Every mail came, once."""
    ids = set(Mail.objects.values_list("message_id", flat=True))
    figures.exactly(f"{name}_lost_mails", len(ids - set(sink.per_message_id)), 0, "mails")
    figures.exactly(f"{name}_extra_mails", len(sink.message_ids) - len(ids & set(sink.per_message_id)), 0, "mails")


def _clock_back(figures: Figures, sink: SlowSink) -> None:
    """The clock goes back by an hour again and again, over midnight too; nothing is written twice."""
    staff = _people()
    sink.start_over(is_slow=False)
    deadlines = _spread(staff, FIRST_DAY)
    hours = [world.at(FIRST_DAY, 0, 30) + n * HOUR for n in range(60)]
    for now in hours:
        for one in (now, now - HOUR, now):
            plan_reminders(now=one)
            _deliver(one)
    _compare(figures, "clock_back", world.written(), oracle.told_by(deadlines, sorted({day_of(one) for one in hours})))
    _deliver(hours[-1] + HOUR)
    _mails(figures, sink, "clock_back")


def _caught_up_by_processes(figures: Figures, sink: SlowSink) -> None:
    """Beat was off for eight days until now: real processes catch up, with one mail for each person."""
    staff = _people()
    sink.start_over()
    now = clock.now()
    today = clock.day_of(now)
    start = today - timedelta(days=8)
    deadlines = _spread(staff, start)
    plan_reminders(now=world.at(start, 0, 30))
    _deliver(world.at(start, 0, 40))
    before, mails_before = set(world.written()), Mail.objects.count()
    sink.start_over()
    with office(ENV) as processes:
        processes.start_worker("worker-1")
        processes.start_beat("beat")
        eventually(lambda: Notice.objects.count() > len(before) and world.unsent() == 0, seconds=WAIT_SECONDS)
        time.sleep(3)  # a second sweep finds nothing
    days = sorted({start, today, clock.today()})
    _compare(figures, "off_8d_processes", world.written(), oracle.told_by(deadlines, days))
    new = set(world.written()) - before
    figures.known("off_8d_processes_caught_up", len(new), "notices")
    figures.exactly(
        "off_8d_processes_mails", Mail.objects.count() - mails_before, len({key[3] for key in new}), "mails"
    )
    figures.exactly("off_8d_processes_at_the_sink", len(sink.message_ids), len({key[3] for key in new}), "mails")


def _at_once(figures: Figures, sink: SlowSink, name: str, count: int, *, beats: int, flushes: int) -> None:
    """Reminders become due one after the other while several beats wake the sweep, or the broker is emptied."""
    world.empty()
    sink.start_over()
    staff = world.make_agencies(3, consultants=count // 3)
    now = clock.now()
    today = clock.day_of(now)
    people = [consultant for one in staff for consultant in one.consultants]
    step = 15 / count
    world.make_deadlines(
        ((who, today + timedelta(days=70), now + timedelta(seconds=5 + n * step)) for n, who in enumerate(people)),
        today=today,
    )
    with office(ENV) as processes:
        for number in range(2):
            processes.start_worker(f"worker-{number}", concurrency=2)
        for number in range(beats):
            processes.start_beat(f"beat-{number}")
        for _ in range(flushes):
            time.sleep(4)
            redis.Redis(unix_socket_path=str(instance().redis_socket)).flushall()
        eventually(lambda: Mail.objects.count() >= count and world.unsent() == 0, seconds=WAIT_SECONDS)
        time.sleep(2)
    figures.exactly(f"{name}_lost", count - Notice.objects.values("deadline_id").distinct().count(), 0, "notices")
    figures.exactly(f"{name}_extra", Notice.objects.count() - count, 0, "notices")
    _mails(figures, sink, name)
