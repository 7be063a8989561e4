"""The embedded services run while somebody uses them, and only then."""

from __future__ import annotations

import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.embedded.instances import HOLD, Place, eventually
from vapup.embedded.layout import service_user
from vapup.embedded.lease import hold, is_kept, release

LISTENING = "0A"  # the state in /proc/net/tcp


def tcp_ports_of(pids: list[int]) -> set[str]:
    """Return the TCP addresses that any of the processes listens on."""
    sockets = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            target = str(link.readlink())
            if target.startswith("socket:["):
                sockets.add(target.removeprefix("socket:[").rstrip("]"))
    listening = set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            cells = row.split()
            if cells[3] == LISTENING and cells[9] in sockets:
                listening.add(cells[1])
    return listening


def test_a_fresh_instance_answers_on_its_socket_only_and_as_nobody_special(fresh_place: Place) -> None:
    fresh_place.hold()
    assert fresh_place.ask("SELECT current_database() || '/' || current_user") == "vapup/vapup"
    assert fresh_place.ask("SHOW listen_addresses") == ""
    assert fresh_place.ask("SELECT datcollate FROM pg_database WHERE datname = 'vapup'") == "C.UTF-8"
    postgres, redis = fresh_place.one("/postgres -D"), fresh_place.one("redis-server")
    assert tcp_ports_of([postgres, redis]) == set()
    for pid in (postgres, redis):
        assert Path(f"/proc/{pid}").stat().st_uid != 0
    for folder in (fresh_place.services.cluster, fresh_place.services.sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    user = service_user()
    if user is not None:
        assert fresh_place.services.cluster.stat().st_uid == user.uid
    assert stat.S_IMODE(fresh_place.services.users_lock.stat().st_mode) == 0o600


@pytest.mark.parametrize("how", [None, signal.SIGKILL])
def test_the_end_of_the_last_user_stops_both_servers(place: Place, how: signal.Signals | None) -> None:
    user = place.hold()
    assert place.is_up()
    place.part(user, how=how)
    assert eventually(lambda: not place.processes())
    assert not place.is_up()
    assert not (place.services.cluster / "postmaster.pid").exists()  # stopped in order, not killed


def test_the_servers_stay_for_the_user_who_is_left(place: Place) -> None:
    first = place.hold()
    keeper = place.one("vapup.embedded.keeper")
    second = place.hold()
    place.part(first, how=signal.SIGKILL)
    assert not eventually(lambda: not place.is_up(), seconds=1)
    assert place.one("vapup.embedded.keeper") == keeper
    place.part(second)
    assert eventually(lambda: not place.processes())


def test_data_outlives_the_servers(place: Place) -> None:
    user = place.hold()
    place.ask("CREATE TABLE kept AS SELECT 42 AS n")
    place.part(user)
    place.hold()  # waits for the old servers' end by itself
    assert place.ask("SELECT n FROM kept") == 42
    assert place.is_up()


def test_users_that_come_and_go_at_once_all_get_servers(place: Place) -> None:
    """The moment in which a keeper stops is the one in which the next user must not believe it."""
    place.part(place.hold())
    for _ in range(5):
        user = place.hold()  # right behind the end of the one before
        assert place.is_up()
        place.part(user)
    assert eventually(lambda: not place.processes())


def test_many_first_users_start_one_keeper(fresh_place: Place) -> None:
    users = [fresh_place.start(sys.executable, "-c", HOLD) for _ in range(4)]
    for user in users:
        assert user.stdout is not None
        assert user.stdout.readline() == "held\n"
    assert fresh_place.one("vapup.embedded.keeper") > 0
    assert fresh_place.one("/postgres -D") > 0
    for user in users:
        fresh_place.part(user)
    assert eventually(lambda: not fresh_place.processes())


def test_two_instances_live_side_by_side(new_place: Callable[[], Place]) -> None:
    one, other = new_place(), new_place()
    one.hold()
    user = other.hold()
    one.ask("CREATE TABLE mine AS SELECT 1")
    assert other.ask("SELECT to_regclass('mine')::text") is None
    other.part(user)
    assert eventually(lambda: not other.processes())
    assert one.ask("SELECT count(*) FROM mine") == 1


def test_holding_twice_is_one_lease(place: Place) -> None:
    hold(place.services)
    hold(place.services)
    assert is_kept(place.services)
    release(place.services, wait_seconds=20)
    assert not is_kept(place.services)
    assert eventually(lambda: not place.processes())
    release(place.services)  # nothing to give up: no complaint


def test_nothing_is_kept_where_nothing_was_started(fresh_place: Place) -> None:
    assert not is_kept(fresh_place.services)
    assert not fresh_place.services.root.exists()
