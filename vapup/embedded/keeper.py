"""The keeper: owns PostgreSQL and the broker of one instance and stops them when their last user is gone.

Every process that needs the services holds a shared lock on `users.lock` (see `lease`). The keeper waits for the
exclusive lock on that file, which the kernel grants when no user is left, even after SIGKILL; then it stops both
servers and ends. Standard library only: it runs before anything is installed or configured.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Final

from vapup.embedded.binaries import postgres_program, redis_program
from vapup.embedded.layout import READY, Instance, ServiceUser, instance, service_user
from vapup.embedded.leftovers import clear_leftovers
from vapup.embedded.processes import run_quietly, spawn

DATABASE: Final = "vapup"
OWNER: Final = "vapup"
START_SECONDS: Final = 30
STOP_SECONDS: Final = 20
THROWAWAY_OPTIONS: Final = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def main() -> int:
    """Start the servers, report on the pipe named by the first argument, keep them until the last user is gone."""
    kept, ready = instance(sys.argv[1]), int(sys.argv[2])
    keeper_lock = os.open(kept.keeper_lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(keeper_lock, fcntl.LOCK_EX)
    os.ftruncate(keeper_lock, 0)
    signal.signal(signal.SIGTERM, _end)
    servers: list[subprocess.Popen[bytes]] = []
    try:
        user = service_user()
        _prepare_folders(kept, user)
        servers.append(_start_postgres(kept, user))
        servers.append(_start_redis(kept, user))
    except (OSError, RuntimeError) as failed:
        _stop(servers)
        os.close(keeper_lock)
        _tell(ready, str(failed))
        return 1
    os.write(keeper_lock, READY)
    _tell(ready, "ok")
    try:
        users_lock = os.open(kept.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users_lock, fcntl.LOCK_EX)
    finally:
        os.ftruncate(keeper_lock, 0)
        _stop(servers)
        # Before the users' lock goes with this process: who waits for that one must not find a keeper any more.
        os.close(keeper_lock)
    return 0


def _tell(ready: int, word: str) -> None:
    """Report to the process that started this keeper, if it still lives."""
    with contextlib.suppress(BrokenPipeError):
        os.write(ready, f"{word}\n".encode())
    os.close(ready)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _prepare_folders(kept: Instance, user: ServiceUser | None) -> None:
    for folder in (kept.cluster, kept.sockets):
        folder.mkdir(mode=0o700, exist_ok=True)
        if user is not None:
            os.chown(folder, user.uid, user.gid)


def _start_postgres(kept: Instance, user: ServiceUser | None) -> subprocess.Popen[bytes]:
    """Start PostgreSQL on its socket only; a cluster whose creation was cut off is made anew."""
    clear_leftovers(kept)
    finished = kept.cluster / "vapup-created"
    if not finished.exists():
        shutil.rmtree(kept.cluster)
        _prepare_folders(kept, user)
        initdb: list[str | Path] = [postgres_program("initdb"), "-D", kept.cluster, "-U", OWNER, "-A", "trust"]
        run_quietly([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], user=user)
    command: list[str | Path] = [postgres_program("postgres"), "-D", kept.cluster, "-k", kept.sockets]
    command += ["-c", "listen_addresses=", "-c", "max_connections=120", "-c", "shared_buffers=64MB", "-c", "jit=off"]
    command += ["-c", "TimeZone=UTC", "-c", "log_min_messages=warning"]
    if kept.is_throwaway:
        command += THROWAWAY_OPTIONS
    server = spawn(command, user=user, log=kept.log, death_signal=signal.SIGINT)
    _wait_until_ready(kept, server)
    if not finished.exists():
        run_quietly([postgres_program("createdb"), "-h", kept.sockets, "-U", OWNER, DATABASE], user=user)
        finished.touch()
    return server


def _wait_until_ready(kept: Instance, server: subprocess.Popen[bytes]) -> None:
    probe = [str(postgres_program("pg_isready")), "-q", "-h", str(kept.sockets)]
    for _ in range(START_SECONDS * 50):
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start; see {kept.log}")
        if subprocess.run(probe, check=False).returncode == 0:
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL was not ready after {START_SECONDS} s; see {kept.log}")


def _start_redis(kept: Instance, user: ServiceUser | None) -> subprocess.Popen[bytes]:
    """Start the broker in memory: it only wakes workers, the truth is in PostgreSQL."""
    kept.redis_socket.unlink(missing_ok=True)
    command: list[str | Path] = [redis_program(), "--port", "0", "--unixsocket", kept.redis_socket]
    command += ["--unixsocketperm", "700", "--save", "", "--appendonly", "no", "--dir", kept.sockets]
    command += ["--maxmemory-policy", "noeviction", "--loglevel", "warning"]
    server = spawn(command, user=user, log=kept.log)
    for _ in range(START_SECONDS * 50):
        if kept.redis_socket.exists():
            return server
        if server.poll() is not None:
            break
        time.sleep(0.02)
    server.kill()
    raise RuntimeError(f"redis-server did not start; see {kept.log}")


def _stop(servers: list[subprocess.Popen[bytes]]) -> None:
    for server in reversed(servers):
        server.send_signal(signal.SIGINT)
    for server in servers:
        try:
            server.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


if __name__ == "__main__":
    raise SystemExit(main())
