"""Worker, beat or mail server stop: the health check turns red in time, and the admins hear of it some other way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import time_machine
from django.test import Client

from monitoring.enums import MailKind
from monitoring.models import Alarm, Heartbeat, Mail, Notice
from monitoring.services import pulse
from tests.reliability import world
from tests.reliability.figures import Figures
from tests.reliability.processes import Office, eventually, office
from tests.reliability.sink import SlowSink
from tests.smtp_sink import Mode
from vapup import clock

ENV: Final = {"REMINDER_SWEEP_SECONDS": "1", "MAIL_LEASE_SECONDS": "5", "EMAIL_TIMEOUT_SECONDS": "2"}
MINUTE: Final = timedelta(minutes=1)
LONGEST_MINUTES: Final = 15
SHORTEST_MINUTES: Final = 10
LOOKED_MINUTES: Final = 25
START_SECONDS: Final = 30
AGENCIES: Final = 3
Stop = Callable[[Office, SlowSink], object]


def run(figures: Figures, sink: SlowSink, *, is_small: bool) -> None:
    """Stop each part in turn, with something due and, where it matters, without."""
    _stopped(figures, sink, "worker", lambda processes, _: processes.stop("worker"), is_due=True)
    _stopped(figures, sink, "beat", lambda processes, _: processes.stop("beat"), is_due=True)
    _stopped(figures, sink, "beat_with_nothing_due", lambda processes, _: processes.stop("beat"), is_due=False)
    _stopped(figures, sink, "smtp", lambda _, server: setattr(server, "mode", Mode.REFUSE), is_due=True, by_mail=False)


def _stopped(figures: Figures, sink: SlowSink, name: str, stop: Stop, *, is_due: bool, by_mail: bool = True) -> None:
    """Start real processes, stop one part once all work, and let an hour go by on the clock of the web process."""
    world.empty()
    sink.start_over(is_slow=False)
    staff = world.make_agencies(AGENCIES, consultants=2)
    admins = {one.admin.user.email for one in staff}
    with office(ENV) as processes:
        processes.start_worker("worker")
        processes.start_beat("beat")
        _make_due(staff, clock.now() + timedelta(days=1))
        works = eventually(
            lambda: Heartbeat.objects.filter(name__in=("sweep", "mail")).count() == 2, seconds=START_SECONDS
        )
        figures.exactly(f"{name}_worked_before", works, 1, "of 1")
        figures.exactly(f"{name}_green_before", _health(clock.now()), HTTPStatus.OK, "status")
        stop(processes, sink)
        eventually(lambda: all(one.poll() is not None for one in processes.stopped), seconds=START_SECONDS)
        since = clock.now()
        if is_due:
            _make_due(staff, since)
        if by_mail:
            _look(figures, sink, name, since, admins)
            return
        eventually(lambda: Mail.objects.filter(attempts__gt=0, sent_at=None).exists(), seconds=START_SECONDS)
    # From here on the clock is ahead, and nothing that runs by the real one may take part.
    since = Mail.objects.filter(sent_at=None).order_by("due_at")[0].due_at
    _look(figures, sink, name, since, admins, meanwhile=_as_every_minute)


def _as_every_minute(now: datetime) -> None:
    """Do what beat and worker do each minute."""
    pulse.sweep(now=now)
    pulse.deliver(now=now)


def _make_due(staff: list[world.Staff], remind_at: datetime) -> None:
    today = clock.day_of(remind_at)
    last = today + timedelta(days=70)
    world.make_deadlines(((one.consultants[0], last, remind_at) for one in staff), today=today)


def _health(now: datetime) -> int:
    with time_machine.travel(now, tick=True):
        return Client(SERVER_NAME="localhost").get("/healthz").status_code


def _look(
    figures: Figures,
    sink: SlowSink,
    name: str,
    since: datetime,
    admins: set[str],
    *,
    meanwhile: Callable[[datetime], object] | None = None,
) -> None:
    """Ask the health check every minute; report when it turned red, and who was told."""
    red = LOOKED_MINUTES
    for minutes in range(1, LOOKED_MINUTES):
        now = since + minutes * MINUTE
        if meanwhile is not None:
            meanwhile(now)
        if _health(now) != HTTPStatus.OK:
            red = min(red, minutes)
    figures.at_most(f"{name}_minutes_until_red", red, LONGEST_MINUTES, "min")
    figures.at_least(f"{name}_minutes_of_patience", red, SHORTEST_MINUTES, "min")
    figures.exactly(f"{name}_alarms", Alarm.objects.count(), 1, "alarms")
    if meanwhile is None:
        alarms = Mail.objects.filter(kind=MailKind.ALARM).values_list("message_id", flat=True)
        came = [one for one in sink.messages if one.message_id in set(alarms)]
        figures.exactly(f"{name}_mails_of_the_alarm", len(came), len(admins), "mails")
        told = {address for one in came for address in one.recipients}
    else:
        urgent = Notice.objects.filter(reminder=None, is_urgent=True, title__startswith="通知の異常")
        figures.exactly(f"{name}_notices_of_the_alarm", urgent.count(), len(admins), "notices")
        told = set(urgent.values_list("recipient__user__email", flat=True))
    figures.exactly(f"{name}_admins_told", 100 * len(told & admins) / len(admins), 100, "%")
