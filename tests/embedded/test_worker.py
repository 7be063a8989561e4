"""A packet is made once, whatever happens to the worker that makes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedded.instances import Place, eventually

CELERY = (Path(sys.executable).parent / "celery", "-A", "vapup.celery", "worker", "-c", "1", "-l", "WARNING")
# Asks for a draft of a case of the demonstration office, from a process of its own as a page would.
ASK = """
import django; django.setup()
from cases.models import Case
from subsidies.models import Packet
from subsidies.services.output.packets import request_packet
from vapup import clock
case = Case.objects.filter(frame="normal", stage="monitoring").order_by("pk")[0]
Packet.objects.all().delete()
for _ in range(1):
    print(request_packet(case_id=case.pk, actor=case.consultant, is_draft=True, today=clock.today()).pk)
"""
SWEEP = """
import django; django.setup()
from datetime import timedelta
from subsidies.services.output.packets import requeue
from vapup import clock
print(requeue(now=clock.now() + timedelta(seconds=31)))
"""


def python(place: Place, script: str) -> str:
    ended = place.run(sys.executable, "-c", script, DJANGO_SETTINGS_MODULE="vapup.settings")
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def worker(place: Place) -> subprocess.Popen[str]:
    return place.start(*CELERY, "--without-mingle", "--without-gossip")


def state(place: Place) -> object:
    return place.ask("SELECT json_agg(json_build_array(state, attempts)) FROM subsidies_packet")


@pytest.mark.nightly
def test_a_packet_whose_worker_was_killed_is_made_later_and_once(place: Place) -> None:
    place.hold()
    assert place.run(sys.executable, "manage.py", "prepare_demonstration", seconds=120).returncode == 0
    documents = place.ask("SELECT count(*) FROM documents_storeddocument")
    assert isinstance(documents, int)
    first = worker(place)
    packet = python(place, ASK)
    assert packet.isdigit()
    # Killed with its child once it has begun: the attempt is counted before the work begins.
    assert eventually(lambda: state(place) == [["queued", 1]], seconds=60), json.dumps(state(place))
    for pid in [pid for pid, told in place.processes().items() if "celery" in told]:
        os.kill(pid, signal.SIGKILL)
    place.part(first, how=signal.SIGKILL)
    assert state(place) == [["queued", 1]]
    second = worker(place)
    assert python(place, SWEEP) == "1"
    assert eventually(lambda: state(place) == [["done", 2]], seconds=60), json.dumps(state(place))
    assert place.ask("SELECT count(*) FROM documents_storeddocument") == documents + 2  # the PDF and the ZIP
    assert python(place, SWEEP) == "0"
    place.part(second, how=signal.SIGTERM)
