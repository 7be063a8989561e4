"""Reminders while workers are killed at random: nothing is lost, nothing stands twice under a bell."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitoring.enums import Channel
from monitoring.models import Deadline, Mail, Notice, Reminder
from tests.reliability import world
from tests.reliability.figures import Figures
from tests.reliability.processes import Office, children_of, eventually, office
from tests.reliability.sink import SlowSink
from vapup import clock

SEED: Final = 20_250_401
WORKERS: Final = ("worker-1", "worker-2")
CHILDREN: Final = 1
ENV: Final = {"REMINDER_SWEEP_SECONDS": "1", "MAIL_LEASE_SECONDS": "5"}
ALL_DONE_SECONDS: Final = 120
LONGEST_SECONDS: Final = 300
LONGEST_PAUSE: Final = 0.2
POLL_SECONDS: Final = 0.05
# Half of the kills leave the worker's main process, which makes a new child at once.
PARTS: Final = ("child", "child", "main", "both")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is to be done: `spread` is over how many seconds the reminders become due."""

    reminders: int
    kills: int
    spread: int


FULL: Final = Size(reminders=1_000, kills=50, spread=40)
SMALL: Final = Size(reminders=120, kills=8, spread=6)


def run(figures: Figures, sink: SlowSink, *, is_small: bool) -> None:
    """Let the reminders become due one after the other and kill workers, their children, or both meanwhile."""
    size = SMALL if is_small else FULL
    world.empty()
    sink.start_over()
    deadlines = _prepare(size)
    start = time.monotonic()
    with office(ENV) as processes:
        for name in WORKERS:
            processes.start_worker(name, concurrency=CHILDREN)
        processes.start_beat("beat")
        killed, signals = _kill_at_random(processes, sink, size)
        last_kill = time.monotonic() - start
        eventually(lambda: _is_done(processes, size), seconds=LONGEST_SECONDS - (time.monotonic() - start))
        seconds = time.monotonic() - start
    _report(figures, sink, deadlines)
    figures.known("load_of_the_machine", os.getloadavg()[0], "processes")
    figures.known("seconds_to_the_last_kill", last_kill, "s")
    figures.known("sigkills", signals, "signals")
    figures.at_least("kills", killed, size.kills, "times")
    figures.at_most("duplicate_mails", sum(sink.per_message_id.values()) - len(sink.per_message_id), killed, "mails")
    figures.at_most("seconds", seconds, ALL_DONE_SECONDS, "s")


def _prepare(size: Size) -> list[Deadline]:
    staff = world.make_agencies(10, consultants=size.reminders // 10)
    now = clock.now()
    today = clock.day_of(now)
    # 70 days before the last one its consultant is reminded, and nobody else.
    people = [consultant for one in staff for consultant in one.consultants]
    step = size.spread / size.reminders
    return world.make_deadlines(
        ((who, today + timedelta(days=70), now + timedelta(seconds=n * step)) for n, who in enumerate(people)),
        today=today,
    )


def _kill_at_random(processes: Office, sink: SlowSink, size: Size) -> tuple[int, int]:
    """Kill a worker's main process, its child, or both, at random points of the work; return kills and signals.

    A point is a number of mails that have come: only a worker that works can be killed at its work.
    """
    chance = random.Random(SEED)
    kills = signals = 0
    step = size.reminders * 19 // 20 // size.kills
    while kills < size.kills:
        point = kills * step + chance.randrange(step)
        _working(processes, sink, point)
        time.sleep(chance.uniform(0, LONGEST_PAUSE))
        name, part = chance.choice(_working(processes, sink, point)), chance.choice(PARTS)
        signals += processes.kill(name, main=part != "child", children=part != "main")
        kills += 1
    return kills, signals


def _working(processes: Office, sink: SlowSink, mails: int) -> list[str]:
    """Wait until so many mails have come and somebody works; return who."""
    until = time.monotonic() + LONGEST_SECONDS
    while len(sink.came_at) < mails or not (names := _up(processes)):
        assert time.monotonic() < until, f"{len(sink.came_at)} of {mails} mails came; see {processes.services.root}"
        _start_again(processes)
        time.sleep(POLL_SECONDS)
    return names


def _up(processes: Office) -> list[str]:
    """Return the workers that have all their children; start again what has ended."""
    _start_again(processes)
    return [name for name in WORKERS if len(children_of(processes.running[name].pid)) == CHILDREN]


def _start_again(processes: Office) -> None:
    for name in processes.gone():
        if name in WORKERS:
            processes.start_worker(name, concurrency=CHILDREN)


def _is_done(processes: Office, size: Size) -> bool:
    _start_again(processes)
    return Mail.objects.count() >= size.reminders and world.unsent() == 0


def _report(figures: Figures, sink: SlowSink, deadlines: Sequence[Deadline]) -> None:
    wanted = len(deadlines)
    notices = Notice.objects.exclude(reminder=None)
    told = set(notices.values_list("deadline_id", flat=True))
    figures.exactly("lost_notices", len({one.pk for one in deadlines} - told), 0, "notices")
    figures.exactly("notices", notices.count(), wanted, "notices")
    by_mail = Reminder.objects.filter(channel=Channel.MAIL)
    figures.exactly("reminders_by_mail", by_mail.count(), wanted, "reminders")
    ids = set(by_mail.values_list("mail__message_id", flat=True))
    figures.exactly("message_ids", len(ids), wanted, "mails")
    figures.exactly("lost_mails", len(ids - set(sink.per_message_id)), 0, "mails")
    figures.exactly("unknown_mails", len(set(sink.per_message_id) - ids), 0, "mails")
    # One reminder for each person: whoever got a mail twice got it under one Message-ID.
    figures.exactly("people_with_two_ids", sum(len(one) > 1 for one in sink.per_recipient.values()), 0, "people")
    figures.exactly("mails_not_marked_sent", world.unsent(), 0, "mails")
