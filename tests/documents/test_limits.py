"""The process that prints has bounds: too much memory fails alone, in words where that is possible."""

from __future__ import annotations

import subprocess
import sys

import pytest
from celery import current_app
from celery.signals import worker_process_init
from django.conf import settings

from subsidies import tasks
from subsidies.enums import PacketState
from subsidies.models import Packet
from subsidies.services.output import printing
from subsidies.services.output.packets import request_packet
from tests.subsidies.packet_cases import PREPARED_ON, make_ready_case
from vapup import celery
from vapup.accounts.models import Member

CHILD = """
import resource, sys
from vapup.limits import limit_memory
limit_memory(int(sys.argv[1]))
limit_memory(10**6)  # a bound cannot be lifted again
try:
    block = bytearray(int(sys.argv[2]) * 1024 * 1024)
except MemoryError:
    print("refused", end=" ")
else:
    print("given", end=" ")
print(resource.getrlimit(resource.RLIMIT_AS)[1] // 1024 // 1024, resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


@pytest.mark.parametrize(("wanted", "answer"), [(50, "given 400 0"), (500, "refused 400 0")])
def test_a_process_gets_no_more_memory_than_its_bound(wanted: int, answer: str) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD, "400", str(wanted)], check=True, capture_output=True, text=True
    )
    assert child.stdout.strip() == answer


def test_every_process_of_the_worker_is_bounded_before_its_first_task() -> None:
    assert celery.bound_process in {receiver() for _, receiver, *_ in worker_process_init.receivers}
    assert settings.RENDER_MEMORY_MB == 1500


def test_a_process_makes_way_for_a_fresh_one() -> None:
    assert current_app.conf.worker_max_tasks_per_child == 100
    resident = current_app.conf.worker_max_memory_per_child * 1024
    assert resident < settings.RENDER_MEMORY_MB * 1024 * 1024


def test_a_packet_is_ended_before_the_broker_gives_it_to_another() -> None:
    limits = tasks.render_packet.soft_time_limit, tasks.render_packet.time_limit
    assert limits == (60, 75)
    assert limits[1] < current_app.conf.broker_transport_options["visibility_timeout"]


def test_a_packet_that_wants_too_much_memory_fails_with_words(
    consultant: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = request_packet(case_id=make_ready_case(consultant).pk, actor=consultant, is_draft=True, today=PREPARED_ON)

    def exhausted(*_args: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr("subsidies.packets.printing.merge", exhausted)
    tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)
    found = Packet.objects.get(pk=packet.pk)
    assert (found.state, found.failure) == (PacketState.FAILED, printing.TOO_LARGE)
