"""The mail server refuses, hangs, puts off, rejects, or cuts the line after a mail: nothing is lost, no page waits."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.test import Client
from django.test.utils import override_settings

from monitoring.enums import DeadlineKind, MailState
from monitoring.models import Deadline, Mail, Notice
from monitoring.services.delivery import deliver_waiting
from monitoring.services.sweep import plan_reminders
from tests.reliability import world
from tests.reliability.figures import Figures
from tests.reliability.processes import eventually, office
from tests.reliability.sink import SlowSink
from tests.smtp_sink import Mode
from vapup import clock
from vapup.accounts.models import Agency

DAY: Final = date(2026, 6, 1)
PASSING: Final = (
    Mode.REFUSE,
    Mode.HANG,
    Mode.HANG_AT_DATA,
    Mode.BUSY,
    Mode.BUSY_AT_DATA,
    Mode.CLOSED,
    Mode.DROP,
)
FOR_GOOD: Final = (Mode.REJECT, Mode.REJECT_DATA)
ROUNDS: Final = 5
PEOPLE: Final = 12
# Of the mail server in the trials that do not look at pages; with the real one a trial of hanging takes minutes.
IMPATIENT: Final = override_settings(EMAIL_TIMEOUT=0.3)
# What workers have in production; a page that waited for one attempt would take this long.
PATIENT: Final = {"REMINDER_SWEEP_SECONDS": "1", "MAIL_LEASE_SECONDS": "60", "EMAIL_TIMEOUT_SECONDS": "10"}
LONGEST_EXTRA_SECONDS: Final = 0.1
LONGEST_PAGE_SECONDS: Final = 3
PAUSE: Final = 0.1


def run(figures: Figures, sink: SlowSink, *, is_small: bool) -> None:
    """Try every way to fail, and look at what a page does meanwhile."""
    with IMPATIENT:
        for mode in PASSING:
            _passing(figures, sink, mode)
        for mode in FOR_GOOD:
            _for_good(figures, sink, mode)
        _one_address(figures, sink)
    _pages(figures, sink, posts=10 if is_small else 40)


def _due(sink: SlowSink) -> tuple[world.Staff, list[Mail], datetime]:
    """Store one reminder for each of some people; return their mails and the instant."""
    world.empty()
    sink.start_over(is_slow=False)
    staff = world.make_agencies(1, consultants=PEOPLE)[0]
    now = world.at(DAY, 9)
    world.make_deadlines(((who, DAY + timedelta(days=70), now) for who in staff.consultants), today=DAY)
    plan_reminders(now=now)
    return staff, list(Mail.objects.order_by("pk")), now


def _passing(figures: Figures, sink: SlowSink, mode: Mode) -> None:
    """Fail for some rounds; every mail waits longer each time, and comes when the server works again."""
    name = mode.name.lower()
    _, mails, now = _due(sink)
    sink.mode = mode
    waits: dict[int, list[timedelta]] = defaultdict(list)
    for _ in range(ROUNDS):
        deliver_waiting(now=now)
        waiting = Mail.objects.filter(state=MailState.WAITING)
        for pk, not_before in waiting.values_list("pk", "not_before"):
            waits[pk].append(not_before - now)
        now = max(waiting.values_list("not_before", flat=True))
    growing = [one for one in waits.values() if one == sorted(one) and one[-1] > one[0] > timedelta(0)]
    figures.exactly(f"{name}_mails_that_wait_longer_each_time", len(growing), len(mails), "mails")
    sink.mode = Mode.ACCEPT
    deliver_waiting(now=now)
    _report(figures, sink, name, mails)
    figures.exactly(f"{name}_failed", Mail.objects.filter(state=MailState.FAILED).count(), 0, "mails")
    extra = len(sink.message_ids) - len(mails)
    if mode is Mode.DROP:
        figures.known("drop_duplicates", extra, "mails")
    else:
        figures.exactly(f"{name}_duplicates", extra, 0, "mails")


def _report(figures: Figures, sink: SlowSink, name: str, mails: Sequence[Mail]) -> None:
    ids = {one.message_id for one in mails}
    figures.exactly(f"{name}_lost", len(ids - set(sink.message_ids)), 0, "mails")
    figures.exactly(f"{name}_unknown_ids", len(set(sink.message_ids) - ids), 0, "mails")


def _for_good(figures: Figures, sink: SlowSink, mode: Mode) -> None:
    """Every mail is rejected: it is marked, the admin is told, and the notice under the bell stands as before."""
    name = mode.name.lower()
    staff, mails, now = _due(sink)
    sink.mode = mode
    deliver_waiting(now=now)
    _visible(figures, name, staff, len(mails))
    sink.mode = Mode.ACCEPT
    deliver_waiting(now=now + timedelta(days=1))
    figures.exactly(f"{name}_sent_later", len(sink.message_ids), 0, "mails")


def _visible(figures: Figures, name: str, staff: world.Staff, failed: int) -> None:
    figures.exactly(f"{name}_failed", Mail.objects.filter(state=MailState.FAILED).count(), failed, "mails")
    told = Notice.objects.filter(recipient=staff.admin, reminder=None, is_urgent=True, title__startswith="メール")
    figures.exactly(f"{name}_told_the_admin", told.count(), failed, "notices")
    figures.exactly(f"{name}_notices", Notice.objects.exclude(reminder=None).count(), PEOPLE, "notices")


def _one_address(figures: Figures, sink: SlowSink) -> None:
    """One address is wrong: it alone fails, whatever stands in line behind it."""
    staff, mails, now = _due(sink)
    sink.rejected = {staff.consultants[0].user.email}
    deliver_waiting(now=now)
    _visible(figures, "one_address", staff, 1)
    _report(figures, sink, "one_address", [one for one in mails if one.recipient_id != staff.consultants[0].pk])
    sink.rejected = set()


def _pages(figures: Figures, sink: SlowSink, *, posts: int) -> None:
    """Save a day that makes reminders due, again and again, in turn with and without a mail server that answers."""
    world.empty()
    sink.start_over(is_slow=False)
    staff = world.make_agencies(1, consultants=0)[0]
    client = Client(SERVER_NAME="localhost")
    client.force_login(staff.admin.user)
    seconds: dict[Mode, list[float]] = {Mode.ACCEPT: [], Mode.HANG: []}
    first = clock.today() + timedelta(days=90)  # a day that managers and admins are reminded of at once
    with office(PATIENT) as processes:
        processes.start_worker("worker-1")
        processes.start_beat("beat")
        for mode, taken in seconds.items():
            sink.mode = mode
            _post(client, staff.agency, first)
            figures.exactly(f"{mode.name.lower()}_is_met_by_a_worker", _is_met(sink), 1, "of 1")
            for number in range(1, posts + 1):
                taken.append(_post(client, staff.agency, first + timedelta(days=number % 2)))
                time.sleep(PAUSE)
            first += timedelta(days=7)
        sink.mode = Mode.ACCEPT
    normal, hanging = (statistics.median(seconds[mode]) for mode in (Mode.ACCEPT, Mode.HANG))
    figures.known("page_seconds", normal, "s")
    figures.known("page_seconds_while_hanging", hanging, "s")
    figures.at_most("page_waits_longer_by", max(hanging - normal, 0), LONGEST_EXTRA_SECONDS, "s")
    figures.at_most("slowest_page_while_hanging", max(seconds[Mode.HANG]), LONGEST_PAGE_SECONDS, "s")
    figures.at_least("reminders_made_by_these_pages", Notice.objects.exclude(reminder=None).count(), 4, "notices")


def _post(client: Client, agency: Agency, expires_on: date) -> float:
    """Save another last day of the agency's certification, which is reminded of at once; return the seconds."""
    agency.refresh_from_db()
    values = {"name": agency.name, "version": str(agency.version), "certification_expires_on": expires_on.isoformat()}
    start = time.perf_counter()
    answer = client.post("/office/", values)
    seconds = time.perf_counter() - start
    assert answer.status_code == 302, answer.content.decode()
    row = Deadline.objects.get(agency=agency, kind=DeadlineKind.CERTIFICATION)
    assert row.claim_by == expires_on
    return seconds


def _is_met(sink: SlowSink) -> bool:
    """Wait until a worker talks to the mail server as it is now; one that hangs holds the worker for ten seconds."""
    before = sink.connections
    return eventually(lambda: sink.connections > before, seconds=30)
