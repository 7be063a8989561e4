"""Embedded services of one test: started by real processes, looked at from outside."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from vapup.embedded.keeper import DATABASE, OWNER
from vapup.embedded.layout import CHECKOUT, Instance

HOLD = """
import sys
from vapup.embedded.layout import instance
from vapup.embedded.lease import hold, release
services = instance()
hold(services)
print("held", flush=True)
sys.stdin.readline()
"""


@dataclass
class Place:
    """An instance of a name that no other test has, and the processes that use it."""

    services: Instance
    users: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "VAPUP_INSTANCE": self.services.name}

    def run(self, *command: str | Path, seconds: int = 60, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a command on this instance to its end."""
        return subprocess.run(
            [str(part) for part in command],
            cwd=CHECKOUT,
            env={**self.env, **changed},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def start(self, *command: str | Path) -> subprocess.Popen[str]:
        """Start a command on this instance; it is killed at the end of the test if it still runs."""
        user = subprocess.Popen(
            [str(part) for part in command],
            cwd=CHECKOUT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.users.append(user)
        return user

    def hold(self) -> subprocess.Popen[str]:
        """Start a process that uses the services, and return it when they are up."""
        user = self.start(sys.executable, "-c", HOLD)
        assert user.stdout is not None
        first = user.stdout.readline()
        assert first == "held\n", first + user.stdout.read()
        return user

    def part(self, user: subprocess.Popen[str], *, how: signal.Signals | None = None) -> None:
        """End a user, by its own end or by a signal."""
        if how is None:
            user.communicate("\n", timeout=30)
        else:
            user.send_signal(how)
            user.communicate(timeout=30)

    def ask(self, query: str) -> object:
        """Return the first value that a statement answers with, if any."""
        with psycopg.connect(host=str(self.services.sockets), user=OWNER, dbname=DATABASE) as connection:
            cursor = connection.execute(query.encode())
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def is_up(self) -> bool:
        """Tell whether PostgreSQL answers and the broker's socket is there."""
        try:
            return self.ask("SELECT 1") == 1 and self.services.redis_socket.exists()
        except psycopg.OperationalError:
            return False

    def processes(self) -> dict[int, str]:
        """Return every process that belongs to the instance, by what it works in, was told, or was started with."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                told = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                known = told + str((entry / "cwd").readlink()) + (entry / "environ").read_text(errors="replace")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            is_ours = str(self.services.root) in known or f"VAPUP_INSTANCE={self.services.name}\0" in known
            if is_ours and int(entry.name) != os.getpid():
                found[int(entry.name)] = told
        return found

    def one(self, word: str) -> int:
        """Return the one process whose command line has `word`."""
        (pid,) = (pid for pid, told in self.processes().items() if word in told)
        return pid

    def end(self) -> None:
        """Kill what is left and remove the folder."""
        for user in self.users:
            if user.poll() is None:
                user.kill()
            user.communicate(timeout=30)
        eventually(lambda: not self.processes(), seconds=15)
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.services.root, ignore_errors=True)


def eventually(is_so: Callable[[], bool], *, seconds: float = 10) -> bool:
    """Tell whether something comes true within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.05)
    return is_so()
