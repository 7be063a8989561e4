"""`manage.py sweep_reminders` does once what the periodic task does, and says how much in one JSON object."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from celery.schedules import crontab
from django.core import mail as outbox
from django.core.management import call_command

from monitoring.enums import MailState
from monitoring.models import Heartbeat, Mail, Notice, Reminder
from monitoring.services import pulse
from tests.builders import make_case
from tests.monitoring.post import NOW, make_deadline
from tests.test_jobs import broker, waiting  # noqa: F401  a fixture
from vapup.accounts.models import Member
from vapup.celery import app, every
from vapup.commands import InvalidInput

AT = "2026-11-24T09:00+09:00"


def swept(*arguments: str) -> dict[str, int]:
    said = io.StringIO()
    call_command("sweep_reminders", *arguments, stdout=said)
    (line,) = said.getvalue().splitlines()
    found: dict[str, int] = json.loads(line)
    return found


def test_it_plans_and_sends_and_counts_persons(consultant: Member, manager: Member) -> None:
    make_deadline(make_case(consultant), remind_at=NOW)
    found = swept("--now", AT)
    # 30 days before: the consultant and the manager, each by notice and by mail; and two digests of the week.
    assert (found["planned"], found["late"], found["weekly"]) == (2, 0, 2)
    assert (found["sent"], found["failed"], found["retried"]) == (4, 0, 0)
    assert (Reminder.objects.count(), Notice.objects.count(), len(outbox.outbox)) == (4, 2, 4)
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"sweep", "mail", "weekly"}
    again = swept("--now", AT)
    assert set(again.values()) == {0}


def test_what_was_missed_is_late(consultant: Member) -> None:
    make_deadline(make_case(consultant), remind_at=NOW - timedelta(days=2))
    found = swept("--now", AT)
    assert (found["planned"], found["late"]) == (1, 1)
    assert any(one.subject.startswith("[vapup] 遅れて通知 ") for one in outbox.outbox)


def test_at_night_it_plans_and_sends_in_the_morning(consultant: Member) -> None:
    make_deadline(make_case(consultant), remind_at=NOW - timedelta(hours=9))
    night = swept("--now", "2026-11-24T00:00")  # without an offset: in Japan
    assert (night["planned"], night["sent"]) == (1, 0)
    morning = swept("--now", "2026-11-24T08:00")
    assert (morning["planned"], morning["sent"]) == (0, 2)


def test_without_now_it_is_now(db: None) -> None:
    assert set(swept()) == {"planned", "sent", "failed", "late", "lapsed", "weekly", "retried", "cancelled"}


@pytest.mark.parametrize("given", ["", "yesterday", "2026-13-01T00:00", "11/24 9:00", "2026-11-24T25:00"])
def test_an_unreadable_instant_is_refused_and_nothing_happens(consultant: Member, given: str) -> None:
    make_deadline(make_case(consultant), remind_at=NOW)
    with pytest.raises(InvalidInput) as refused:
        swept(f"--now={given}")
    assert (refused.value.code, refused.value.field) == ("invalid_datetime", "now")
    assert not Reminder.objects.exists()


def test_two_sweeps_at_once_by_task_write_everything_once(consultant: Member) -> None:
    make_deadline(make_case(consultant), remind_at=NOW)
    assert [pulse.sweep(now=NOW).planned for _ in range(2)] == [1, 0]
    assert Notice.objects.count() == 1


def test_the_schedule_is_a_wake_up_call_every_minute() -> None:
    entry: dict[str, Any] = app.conf.beat_schedule["sweep-reminders"]
    assert entry["schedule"] == crontab(minute="*")
    assert 60 <= entry["options"]["expires"] <= 300
    assert "eta" not in entry["options"]
    assert "countdown" not in entry["options"]
    assert every(2) == timedelta(seconds=2)
    daily = app.conf.beat_schedule["refresh-deadlines"]["schedule"]
    assert (daily.hour, daily.minute) == ({18}, {10})


@pytest.mark.usefixtures("broker")
@pytest.mark.parametrize(("due", "woken"), [(0, 1), (1, 1), (20, 1), (21, 2), (80, 4), (100_000, 4)])
def test_it_wakes_as_many_workers_as_there_is_work_for(due: int, woken: int) -> None:
    assert pulse.wake_delivery(due) == woken
    assert waiting() == [{"task": "monitoring.deliver_mails"}] * woken


@pytest.mark.usefixtures("broker")
def test_the_tasks_find_everything_in_the_rows() -> None:
    app.loader.import_default_modules()
    from tests.builders import make_agency, make_member  # noqa: PLC0415

    consultant = make_member(make_agency())
    make_deadline(make_case(consultant), remind_at=NOW)
    with time_machine.travel(AT, tick=False):  # a Monday has no mail before eight
        app.tasks["monitoring.sweep_reminders"].apply(throw=True)
        assert waiting() == [{"task": "monitoring.deliver_mails"}]
        app.tasks["monitoring.deliver_mails"].apply(throw=True)
        assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SENT}
        app.tasks["monitoring.weekly_digest"].apply(throw=True)


@pytest.mark.usefixtures("broker")
def test_the_daily_task_asks_for_each_agency_by_itself() -> None:
    app.loader.import_default_modules()
    from tests.builders import make_agency  # noqa: PLC0415

    ids = [make_agency().pk for _ in range(3)]
    app.tasks["subsidies.refresh_deadlines"].apply(throw=True)
    asked = waiting()
    assert sorted(one["agency_id"] for one in asked) == ids  # type: ignore[type-var]
    for one in asked:
        assert one["task"] == "subsidies.refresh_agency_deadlines"
        app.tasks["subsidies.refresh_agency_deadlines"].apply(kwargs={"agency_id": one["agency_id"]}, throw=True)
