"""Work is asked for after the commit, through a real broker, and never at the cost of a page."""

from __future__ import annotations

import json
import socket
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from kombu import Connection, pools

from subsidies.enums import PacketState
from subsidies.models import Packet
from subsidies.services.output import packets
from tests.builders import make_agency, make_member, make_ready_case
from tests.copied_database import copied_database
from vapup import clock
from vapup.accounts.models import Member
from vapup.celery import app as queue
from vapup.embedded.lease import hold
from vapup.jobs import enqueue_on_commit

TASK = "tests.nothing"


@contextmanager
def sending_to(url: str) -> Iterator[None]:
    """Let the application speak to another broker, and forget its connections before and after."""
    before = queue.conf.broker_url
    _forget(url)
    try:
        yield
    finally:
        _forget(before)


def _forget(url: str) -> None:
    application: Any = queue  # its types know neither the pools nor that the address may change
    pools.reset()
    application.amqp._producer_pool = None
    application._pool = None
    application.conf.broker_url = application.conf.broker_write_url = url


def waiting() -> list[dict[str, object]]:
    """Take every message from the queue: (task, its ids)."""
    found: list[dict[str, object]] = []
    with Connection(settings.CELERY_BROKER_URL) as broker:
        channel: Any = broker.channel()
        while (raw := channel.client.rpop("celery")) is not None:
            message = json.loads(raw)
            args = json.loads(b64decode(message["body"]))
            found.append({"task": message["headers"]["task"], **args[1]})
    return found


@pytest.fixture
def broker(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The embedded broker, empty, and a database of its own in which commits happen."""
    hold(settings.EMBEDDED)
    with django_db_blocker.unblock(), copied_database(), sending_to(settings.CELERY_BROKER_URL):
        waiting()
        yield
        waiting()


def test_a_message_is_sent_after_the_commit_and_not_before(broker: None) -> None:
    with transaction.atomic():
        enqueue_on_commit(TASK, agency_id=1, packet_id=2)
        assert waiting() == []
    assert waiting() == [{"task": TASK, "agency_id": 1, "packet_id": 2}]


def test_nothing_is_sent_when_the_transaction_fails(broker: None) -> None:
    with transaction.atomic():
        enqueue_on_commit(TASK, agency_id=1)
        transaction.set_rollback(True)
    with transaction.atomic():
        with transaction.atomic():
            enqueue_on_commit(TASK, agency_id=2)
            transaction.set_rollback(True)
        enqueue_on_commit(TASK, agency_id=3)
    assert waiting() == [{"task": TASK, "agency_id": 3}]


def test_a_packet_is_asked_for_by_the_ids_of_its_committed_row(broker: None) -> None:
    member = _member()
    case = make_ready_case(member)
    packet = packets.request_packet(case_id=case.pk, actor=member, is_draft=True, today=clock.today())
    assert waiting() == [{"task": packets.RENDER_TASK, "agency_id": member.agency_id, "packet_id": packet.pk}]
    assert Packet.objects.get().state == PacketState.QUEUED


@pytest.mark.parametrize("fault", ["no socket", "nobody listens", "refused port"])
def test_without_a_broker_the_work_is_kept_and_the_sweep_asks_again(broker: None, tmp_path: Path, fault: str) -> None:
    member = _member()
    case = make_ready_case(member)
    dead = tmp_path / "s"
    if fault == "nobody listens":
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(dead))
    start = time.monotonic()
    with sending_to("redis://127.0.0.1:1/0" if fault == "refused port" else f"redis+socket://{dead}"):
        packet = packets.request_packet(case_id=case.pk, actor=member, is_draft=True, today=clock.today())
    assert time.monotonic() - start < 5  # a page waits for one quick try
    assert waiting() == []
    assert Packet.objects.get(pk=packet.pk).state == PacketState.QUEUED
    assert packets.requeue(now=clock.now() + packets.REQUEUE_AFTER) == 1
    assert waiting() == [{"task": packets.RENDER_TASK, "agency_id": packet.agency_id, "packet_id": packet.pk}]


def test_messages_are_acknowledged_late_and_given_back_by_a_lost_worker() -> None:
    queue.loader.import_default_modules()
    found: Any = queue.conf
    assert (found.task_acks_late, found.task_reject_on_worker_lost, found.worker_prefetch_multiplier) == (True, True, 1)
    visible = found.broker_transport_options["visibility_timeout"]
    assert visible > found.task_time_limit > found.task_soft_time_limit  # a running task is never given to a second
    render: Any = queue.tasks[packets.RENDER_TASK]
    assert render.time_limit < found.task_time_limit
    assert render.soft_time_limit < render.time_limit
    assert render.acks_late


def test_the_schedule_names_registered_tasks_and_sweeps_every_minute() -> None:
    queue.loader.import_default_modules()
    entries = queue.conf.beat_schedule
    assert {entry["task"] for entry in entries.values()} <= set(queue.tasks)
    sweep = entries["render-waiting-packets"]
    assert sweep["schedule"] == crontab(minute="*")
    assert sweep["options"]["expires"] >= 60  # sweeps that no worker took do not pile up
    assert str(queue.conf.timezone) == "UTC"


def test_ended_sessions_are_cleared_and_others_kept(db: None) -> None:
    for key, days in (("ended", -1), ("running", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=clock.now() + timedelta(days=days))
    queue.loader.import_default_modules()
    queue.tasks["accounts.clear_sessions"].apply(throw=True)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]


def _member() -> Member:
    return make_member(make_agency())
