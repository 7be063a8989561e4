"""`make run` from its first line to Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.embedded.instances import Place, eventually
from vapup.embedded.supervisor import port_complaint

SUPERVISOR = (sys.executable, "-m", "vapup.embedded.supervisor")


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """Return what a process says up to the line with `word`."""
    said = ""
    assert process.stdout is not None
    while word not in said:
        line = process.stdout.readline()
        assert line, f"ended before {word!r}: {said}"
        said += line
    return said


@pytest.mark.parametrize("port", ["0", "65536", "-1", "", "http", "80 80", "8000.0", "８０８０", "1e3", "9" * 5000])
def test_what_is_no_port_is_refused(port: str) -> None:
    assert port_complaint(port) == f"PORT={port} is not a port number (1 to 65535)."


def test_a_busy_port_is_told_with_another_to_try(fresh_place: Place, busy_port: int) -> None:
    ended = fresh_place.run(*SUPERVISOR, str(busy_port))
    assert ended.returncode == 2
    found = re.fullmatch(
        rf"Port {busy_port} is in use or not allowed\. Try another:  PORT=(\d+) make run\n", ended.stderr
    )
    assert found
    assert 1024 <= int(found[1]) < 65536
    assert int(found[1]) != busy_port
    assert ended.stdout == ""
    assert not fresh_place.services.cluster.exists()  # nothing was started for it


def test_a_bad_port_is_exit_status_2_without_a_traceback(fresh_place: Place) -> None:
    ended = fresh_place.run(*SUPERVISOR, "eighty")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "PORT=eighty is not a port number (1 to 65535).\n"


@pytest.mark.parametrize("taken", [80, 65_500])
def test_the_other_port_may_be_used_by_anybody(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    def refuse(_self: socket.socket, address: object) -> None:
        raise PermissionError(13, f"no {address}")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    complaint = port_complaint(str(taken))
    assert complaint.startswith(f"Port {taken} is in use or not allowed.")
    assert "PORT=8123 make run" in complaint  # 80 + 123 is as forbidden, 65,500 + 123 is no port


@pytest.mark.nightly
def test_it_serves_and_ctrl_c_ends_everything(place: Place) -> None:
    port = free_port()
    supervisor = place.start(*SUPERVISOR, str(port))
    said = read_until(supervisor, "Ctrl-C stops everything")
    assert f"http://127.0.0.1:{port}" in said
    for log_in in ("consultant@example.jp", "manager@example.jp", "admin@example.jp", "viewer@example.jp"):
        assert log_in in said
    with urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10) as page:
        assert page.status == 200
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as page:
        assert page.read() == b'{"status": "ok"}'
    with pytest.raises(HTTPError) as missing:
        urlopen(f"http://127.0.0.1:{port}/nowhere/", timeout=10)
    assert missing.value.code == 404
    missing.value.close()
    told = " ".join(place.processes().values())
    for word in ("gunicorn", "worker", "beat", "redis-server", "/postgres -D"):
        assert word in told
    place.part(supervisor, how=signal.SIGINT)
    assert supervisor.returncode == 0
    assert place.processes() == {}
    assert port_complaint(str(port)) == ""


@pytest.mark.nightly
def test_a_killed_supervisor_leaves_nothing_that_stops_the_next_start(place: Place) -> None:
    port = free_port()
    first = place.start(*SUPERVISOR, str(port))
    read_until(first, "Ctrl-C stops everything")
    place.part(first, how=signal.SIGKILL)
    assert eventually(lambda: not place.processes(), seconds=30)
    second = place.start(*SUPERVISOR, str(port))
    read_until(second, "Ctrl-C stops everything")
    place.part(second, how=signal.SIGTERM)
    assert second.returncode == 0
    assert place.processes() == {}


@pytest.mark.nightly
def test_a_part_that_dies_is_told_and_ends_the_rest(place: Place) -> None:
    supervisor = place.start(*SUPERVISOR, str(free_port()))
    read_until(supervisor, "Ctrl-C stops everything")
    os.kill(place.one("celery -A vapup.celery beat"), signal.SIGKILL)
    assert "beat ended by itself" in read_until(supervisor, "ended by itself")
    assert supervisor.wait(timeout=60) == 1
    assert place.processes() == {}


@pytest.mark.nightly
def test_ctrl_c_before_the_first_page_ends_everything_too(fresh_place: Place) -> None:
    supervisor = fresh_place.start(*SUPERVISOR, str(free_port()))
    read_until(supervisor, "Starting PostgreSQL")
    assert eventually(fresh_place.services.cluster.exists)
    fresh_place.part(supervisor, how=signal.SIGINT)
    assert supervisor.returncode == 0
    assert eventually(lambda: not fresh_place.processes(), seconds=30)
