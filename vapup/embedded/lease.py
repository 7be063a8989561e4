"""A lease on the embedded services: they run while at least one process holds one."""

from __future__ import annotations

import atexit
import fcntl
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from vapup.embedded.binaries import postgres_program, redis_program
from vapup.embedded.layout import CHECKOUT, READY, Instance

READY_SECONDS: Final = 60

_held: dict[Path, int] = {}
# The keepers that this process started: kept, so that they are reaped and not warned of.
_started: list[subprocess.Popen[bytes]] = []


class ServicesFailed(RuntimeError):
    """The embedded services could not be started; the message says why."""


def hold(services: Instance) -> None:
    """Start the services if they are down and keep them up until this process ends. Safe to call again.

    Raises:
        ServicesFailed: a server did not start.
        ProgramMissing: PostgreSQL or Redis is not installed; the message holds the command to run.
    """
    if services.root in _held:
        return
    postgres_program("postgres")
    redis_program()
    services.root.mkdir(parents=True, exist_ok=True)
    starting = _open(services.start_lock)
    try:
        fcntl.flock(starting, fcntl.LOCK_EX)
        lease = _open(services.users_lock)
        # Blocks while a keeper that found no users is stopping its servers.
        fcntl.flock(lease, fcntl.LOCK_SH)
        try:
            _find_or_start_keeper(services)
        except (OSError, ServicesFailed):
            os.close(lease)
            raise
        _held[services.root] = lease
    finally:
        os.close(starting)


def release(services: Instance, *, wait_seconds: float = 0) -> None:
    """Give up this process's lease; wait up to `wait_seconds` for the servers to be gone if nobody else uses them."""
    lease = _held.pop(services.root, None)
    if lease is None:
        return
    os.close(lease)
    until = time.monotonic() + wait_seconds
    while is_kept(services) and time.monotonic() < until:
        time.sleep(0.05)
    for keeper in _started:
        keeper.poll()


def is_kept(services: Instance) -> bool:
    """Tell whether a keeper is running for these services."""
    if not services.keeper_lock.exists():
        return False
    probe = _open(services.keeper_lock)
    try:
        # Shared, so that two processes that look at once do not take each other for the keeper.
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(probe)
    return False


@atexit.register
def _part_from_keepers() -> None:
    """Leave the keepers to outlive this process, as they must, without a warning of running children."""
    for keeper in _started:
        if keeper.poll() is None:
            keeper.returncode = 0


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _find_or_start_keeper(services: Instance) -> None:
    """Make sure of a keeper whose servers are up; one without is starting for a process since killed, or stopping."""
    until = time.monotonic() + READY_SECONDS
    while is_kept(services):
        if services.keeper_lock.read_bytes() == READY:
            return
        if time.monotonic() > until:
            raise ServicesFailed(f"the services neither start nor stop; see {services.log}")
        time.sleep(0.02)
    _start_keeper(services)


def _start_keeper(services: Instance) -> None:
    reading, writing = os.pipe()
    with services.log.open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "vapup.embedded.keeper", services.name, str(writing)],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(writing,),
            start_new_session=True,
        )
    os.close(writing)
    _started.append(keeper)
    answer = _read_line(reading)
    if answer != "ok":
        raise ServicesFailed(answer or f"the keeper ended without a word; see {services.log}")


def _read_line(reading: int) -> str:
    try:
        readable, _, _ = select.select([reading], [], [], READY_SECONDS)
        return os.read(reading, 4096).decode().strip() if readable else ""
    finally:
        os.close(reading)
