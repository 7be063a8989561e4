"""Whatever a killed start or a power cut left behind, the next start works."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.embedded.instances import Place, eventually
from vapup.embedded.layout import service_user
from vapup.embedded.processes import spawn

HOLD_AGAIN = """
from vapup.embedded.layout import instance
from vapup.embedded.lease import ServicesFailed, hold
try:
    hold(instance())
except ServicesFailed as failed:
    print(failed)
"""


@contextmanager
def bystander() -> Iterator[int]:
    """Run a process of the servers' own user that has nothing to do with them; yield its number."""
    process = spawn(["sleep", "60"], user=service_user())
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def leave_lock(place: Place, pid: int) -> None:
    """Leave the lock files of a server that was number `pid` when the power went."""
    cluster, sockets = place.services.cluster, place.services.sockets
    content = f"{pid}\n{cluster}\n1700000000\n5432\n{sockets}\n\n        1         1\nready   \n"
    for file in (cluster / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        file.write_text(content)
        file.chmod(0o600)
        os.chown(file, cluster.stat().st_uid, cluster.stat().st_gid)


def test_a_half_made_cluster_is_made_anew(fresh_place: Place) -> None:
    fresh_place.services.cluster.mkdir(parents=True)
    (fresh_place.services.cluster / "PG_VERSION").write_text("15\n")
    (fresh_place.services.cluster / "base").mkdir()
    fresh_place.hold()
    assert fresh_place.is_up()
    assert (fresh_place.services.cluster / "vapup-created").exists()
    assert (fresh_place.services.cluster / "base" / "1").is_dir()


@pytest.mark.nightly
def test_a_start_that_was_killed_while_it_made_the_cluster_is_begun_again(fresh_place: Place) -> None:
    first = fresh_place.start(sys.executable, "-c", HOLD_AGAIN)
    assert eventually((fresh_place.services.cluster / "PG_VERSION").exists)
    os.kill(fresh_place.one("vapup.embedded.keeper"), signal.SIGKILL)
    fresh_place.part(first, how=signal.SIGKILL)
    assert not (fresh_place.services.cluster / "vapup-created").exists()
    fresh_place.hold()
    assert fresh_place.is_up()
    assert fresh_place.ask("SELECT count(*) FROM pg_database WHERE datname = 'vapup'") == 1


def test_stale_sockets_and_locks_do_not_stop_the_next_start(place: Place) -> None:
    place.part(place.hold())
    assert eventually(lambda: not place.processes())
    for name in (".s.PGSQL.5432", "redis.sock"):
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(place.services.sockets / name))
    with subprocess.Popen(["true"]) as gone:
        pass
    leave_lock(place, gone.pid)
    for lock in (place.services.users_lock, place.services.start_lock, place.services.keeper_lock):
        assert lock.exists()  # a lock is what the kernel holds, not the file
    place.hold()
    assert place.is_up()


def test_a_lock_whose_number_now_belongs_to_another_program_is_stale(place: Place) -> None:
    """After a power cut the old server's number may be anybody's; PostgreSQL alone would refuse to start."""
    place.part(place.hold())
    assert eventually(lambda: not place.processes())
    with bystander() as pid:
        leave_lock(place, pid)
        place.hold()
        assert place.is_up()
        assert Path(f"/proc/{pid}").exists()  # and it is left alone


def test_killed_servers_leave_nothing_that_stops_the_next_start(place: Place) -> None:
    user = place.hold()
    place.ask("CREATE TABLE kept AS SELECT 7 AS n")
    place.ask("CHECKPOINT")  # the tests' instances do not wait for the disk
    for word in ("/postgres -D", "redis-server", "vapup.embedded.keeper"):
        os.kill(place.one(word), signal.SIGKILL)
    place.part(user)
    assert eventually(lambda: not place.processes())
    assert (place.services.cluster / "postmaster.pid").exists()
    place.hold()
    assert place.ask("SELECT n FROM kept") == 7
    assert place.services.redis_socket.exists()


@pytest.mark.parametrize("pause", [0, pytest.param(1, marks=pytest.mark.nightly)])
def test_the_keepers_death_takes_the_servers_along_and_the_next_user_starts_again(place: Place, pause: int) -> None:
    place.hold()
    keeper, postgres = place.one("vapup.embedded.keeper"), place.one("/postgres -D")
    os.kill(keeper, signal.SIGKILL)
    if pause:
        assert eventually(lambda: not Path(f"/proc/{postgres}").exists())
        assert not place.is_up()
    place.hold()  # at once, while the old servers may still be ending
    assert place.is_up()
    assert place.one("vapup.embedded.keeper") != keeper
    assert eventually(lambda: len([told for told in place.processes().values() if "/postgres -D" in told]) == 1)
    assert place.is_up()


def test_a_server_that_cannot_start_is_told_with_its_log(place: Place) -> None:
    place.part(place.hold())
    assert eventually(lambda: not place.processes())
    (place.services.cluster / "PG_VERSION").write_text("9\n")
    ended = place.run(sys.executable, "-c", HOLD_AGAIN)
    assert ended.stdout.startswith("PostgreSQL did not start")
    assert str(place.services.log) in ended.stdout
    assert eventually(lambda: not place.processes())
    (place.services.cluster / "PG_VERSION").write_text("15\n")
    place.hold()
    assert place.is_up()


def test_a_start_whose_starter_was_killed_is_waited_for(fresh_place: Place) -> None:
    """The keeper outlives the process that started it; whoever comes next must not take it for ready."""
    first = fresh_place.start(sys.executable, "-c", HOLD_AGAIN)
    assert eventually((fresh_place.services.cluster / "PG_VERSION").exists)
    fresh_place.part(first, how=signal.SIGKILL)
    assert not (fresh_place.services.cluster / "vapup-created").exists()
    fresh_place.hold()
    assert fresh_place.is_up()
    assert fresh_place.one("vapup.embedded.keeper") > 0
