"""Several workers at once, dead workers, and a mail server that hangs: pages and other workers go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from monitoring.enums import MailState
from monitoring.models import Mail, MonitoringPeriod
from monitoring.services import pulse
from monitoring.services.delivery import Delivered, deliver_batch, deliver_waiting
from tests.builders import make_agency, make_case, make_member
from tests.conftest import sign_in
from tests.copied_database import copied_database
from tests.monitoring.post import NOW, make_deadline, make_mail, speak_to
from tests.smtp_sink import Mode, SmtpSink
from vapup.accounts.models import Member
from vapup.accounts.tenancy import sweep_scope

FORBIDDEN = ("cases_lender", "subsidies_costline", "subsidies_application", "cases_note", "documents_storeddocument")


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        speak_to(server, settings)
        yield server


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Member]:
    """A consultant in a database of its own, in which other connections see what is written."""
    with django_db_blocker.unblock(), copied_database():
        yield make_member(make_agency())


def write_mails(to: Member, count: int) -> list[Mail]:
    case = make_case(to)
    return [make_mail(make_deadline(case), to=to) for _ in range(count)]


def in_threads(count: int, found: list[Delivered]) -> list[threading.Thread]:
    def work() -> None:
        try:
            found.append(deliver_waiting(now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for one in threads:
        one.start()
    return threads


def test_workers_share_the_mails_and_send_each_once(sink: SmtpSink, committed: Member) -> None:
    mails = write_mails(committed, 60)
    found: list[Delivered] = []
    for thread in in_threads(4, found):
        thread.join(60)
    assert sum(one.sent for one in found) == 60
    assert sorted(sink.message_ids) == sorted(one.message_id for one in mails)
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_no_lock_and_no_transaction_is_held_while_the_server_hangs(sink: SmtpSink, committed: Member) -> None:
    (mail,) = write_mails(committed, 1)
    sink.mode = Mode.HANG
    found: list[Delivered] = []
    (thread,) = in_threads(1, found)
    _wait_for(lambda: sink.connections == 1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        )
        assert cursor.fetchone() == (0,)
    with transaction.atomic():
        row = Mail.objects.select_for_update(nowait=True).get(pk=mail.pk)  # raises if anybody holds it
        assert row.leased_until == NOW + timedelta(seconds=120)
    assert deliver_batch(now=NOW).claimed == 0  # leased: a second worker leaves it alone
    thread.join(30)
    assert [one.retried for one in found] == [1]


def test_what_a_dead_worker_held_goes_out_after_its_lease(sink: SmtpSink, committed: Member) -> None:
    (mail,) = write_mails(committed, 1)
    Mail.objects.update(leased_until=NOW + timedelta(seconds=120), attempts=1)
    assert deliver_batch(now=NOW + timedelta(seconds=119)).claimed == 0
    assert deliver_batch(now=NOW + timedelta(seconds=120)).sent == 1
    assert sink.message_ids == [mail.message_id]


def test_a_worker_that_was_too_slow_does_not_undo_what_another_recorded(sink: SmtpSink, committed: Member) -> None:
    (mail,) = write_mails(committed, 1)
    sink.mode = Mode.HANG
    found: list[Delivered] = []
    (thread,) = in_threads(1, found)
    _wait_for(lambda: sink.connections == 1)
    sink.mode = Mode.ACCEPT  # for the second worker, who finds the lease over
    assert deliver_batch(now=NOW + timedelta(seconds=121)).sent == 1
    thread.join(30)
    assert found[0].retried == 0
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENT, 2)


def test_a_page_never_waits_for_a_mail_server_that_hangs(
    sink: SmtpSink, committed: Member, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT = 10
    case = make_case(committed)
    make_deadline(case, remind_at=NOW)
    pulse.sweep(now=NOW)
    assert Mail.objects.filter(state=MailState.WAITING).exists()
    sink.mode = Mode.HANG
    client = sign_in(committed)
    page = reverse("monitoring:period_new", args=[case.number])
    start = time.monotonic()
    answer = client.post(page, {"starts_on": "2026-04-01", "ends_on": "2026-09-30"})
    assert answer.status_code == 302
    assert time.monotonic() - start < 5
    assert MonitoringPeriod.objects.count() == 1
    assert sink.connections == 0  # sending is no page's business


@pytest.mark.parametrize("table", FORBIDDEN)
def test_the_sweep_and_delivery_can_not_read_a_clients_figures(db: None, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), sweep_scope(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  a constant of this test


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_case SET stage = 'done'",
        "DELETE FROM monitoring_mail",
        "DELETE FROM monitoring_deadline",
        "SELECT annual_sales_yen FROM cases_enterprise",
        "UPDATE accounts_member SET roles = '{admin}'",
    ],
)
def test_the_sweep_and_delivery_can_not_do_what_is_not_theirs(db: None, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), sweep_scope(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_everything_runs_as_that_role(sink: SmtpSink, committed: Member, settings: LazySettings) -> None:
    """With a role that may do nothing the sweep and the delivery do nothing: they never work as the owner."""
    write_mails(committed, 1)
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE vapup_nobody NOLOGIN")
        try:
            settings.SWEEPER_ROLE = "vapup_nobody"
            for work in (deliver_batch, pulse.sweep, pulse.deliver):
                with pytest.raises(ProgrammingError, match="permission denied"):
                    work(now=NOW)
        finally:
            settings.SWEEPER_ROLE = "vapup_sweeper"
            cursor.execute("DROP ROLE vapup_nobody")


def _wait_for(is_so: Any) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)
