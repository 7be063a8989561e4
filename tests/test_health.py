from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail as outbox
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from monitoring.enums import AlarmKind, MailKind, MailState
from monitoring.models import Alarm, Heartbeat, Mail, Notice
from monitoring.services import pulse
from tests.builders import make_agency, make_case, make_member
from tests.copied_database import copied_database
from tests.monitoring.post import make_deadline, make_mail, speak_to
from tests.smtp_sink import Mode, SmtpSink
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

LONG_AGO = timedelta(minutes=20)
SILENT = {"status": "reminders are silent"}


def test_it_answers_a_stranger_when_the_database_answers(db: None) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "sessionid" not in answer.cookies


def test_it_says_so_when_the_database_does_not_answer(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError("connection to server at 10.0.0.5, password=himitsu failed")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", gone)
        answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "database does not answer"}
    assert b"himitsu" not in answer.content


def test_work_that_was_done_or_is_not_due_is_no_silence(consultant: Member) -> None:
    case = make_case(consultant)
    make_deadline(case, remind_at=clock.now() - timedelta(minutes=14))
    make_mail(make_deadline(case), to=consultant, due_at=clock.now() + timedelta(hours=3))
    Heartbeat.objects.create(name="sweep", at=clock.now())
    assert Client().get("/healthz").status_code == 200


def test_when_the_sweep_is_silent_the_process_that_noticed_tells_the_admins_by_mail(
    consultant: Member, admin: Member, outsider: Member
) -> None:
    make_deadline(make_case(consultant), remind_at=clock.now() - LONG_AGO)
    for _ in range(3):
        answer = Client().get("/healthz")
        assert (answer.status_code, answer.json()) == (503, SILENT)
    (told,) = outbox.outbox
    assert told.to == [admin.user.email]
    assert told.subject == "[vapup] 通知の異常: 期限の確認が止まっています"
    assert "beat と worker" in str(told.body)
    assert Alarm.objects.get().kind == AlarmKind.SWEEP


def test_when_mail_is_silent_the_admins_find_it_in_their_notices(consultant: Member, admin: Member) -> None:
    make_mail(make_deadline(make_case(consultant)), to=consultant, due_at=clock.now() - LONG_AGO)
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "mail is silent"})
    assert Notice.objects.get().recipient == admin
    assert outbox.outbox == []  # by the other channel, and nothing by a page's hand


def test_both_may_be_silent(consultant: Member, admin: Member) -> None:
    case = make_case(consultant)
    make_mail(make_deadline(case), to=consultant, due_at=clock.now() - LONG_AGO)
    make_deadline(case, remind_at=clock.now() - LONG_AGO)
    assert Client().get("/healthz").json() == {"status": "reminders are silent, mail is silent"}


def test_it_is_green_again_once_the_work_is_done(committed: None) -> None:
    consultant = make_member(make_agency())
    make_deadline(make_case(consultant), remind_at=clock.now() - LONG_AGO)
    assert Client().get("/healthz").status_code == 503
    pulse.sweep(now=clock.now())
    assert Client().get("/healthz").status_code == 200
    assert Alarm.objects.get().cleared_at is not None


def test_what_a_stranger_reads_names_no_client(consultant: Member, admin: Member) -> None:
    make_deadline(make_case(consultant), remind_at=clock.now() - LONG_AGO)
    text = Client().get("/healthz").content.decode()
    assert "山田" not in text
    assert "1500000" not in text
    assert consultant.agency.name not in text


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        speak_to(server, settings)
        yield server


@pytest.mark.parametrize("mode", [Mode.HANG, Mode.REFUSE, Mode.REJECT, Mode.DROP])
def test_a_broken_mail_server_neither_delays_nor_changes_the_answer(
    sink: SmtpSink, committed: None, mode: Mode
) -> None:
    consultant = make_member(make_agency())
    make_member(consultant.agency, Role.ADMIN)
    sink.mode = mode
    make_deadline(make_case(consultant), remind_at=clock.now() - LONG_AGO)
    start = time.monotonic()
    status, body, close = _serve()
    assert time.monotonic() - start < 0.9  # the server hangs for a second
    assert (status[:3], body) == ("503", b'{"status": "reminders are silent"}')
    assert sink.connections == 0
    close()  # what a web server does when the answer is out
    assert time.monotonic() - start < 4
    told = Mail.objects.get(kind=MailKind.ALARM)
    assert told.attempts == 1
    assert told.state == (MailState.FAILED if mode is Mode.REJECT else MailState.WAITING)
    start, count = time.monotonic(), sink.connections
    _serve()[2]()  # once for each alarm: the next one who asks is not held up
    assert time.monotonic() - start < 0.9
    assert sink.connections == count


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of its own: between requests Django closes the connection of a transaction that was left open."""
    with django_db_blocker.unblock(), copied_database():
        yield


def _serve() -> tuple[str, bytes, Callable[[], None]]:
    """Do what a web server does up to the end of the answer; return status, body, and what it calls then."""
    said: list[str] = []

    def start_response(status: str, _headers: Any, _error: Any = None) -> Any:
        said.append(status)

    answer: Any = WSGIHandler()(RequestFactory().get("/healthz").environ, start_response)
    body = b"".join(answer)
    return said[0], body, answer.close
