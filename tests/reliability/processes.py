"""Real Celery workers and beats of one trial: started, killed by SIGKILL, started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vapup.embedded.layout import CHECKOUT, Instance, instance
from vapup.embedded.processes import spawn

CELERY: Final = Path(sys.executable).parent / "celery"
END_SECONDS: Final = 20


class Office:
    """The workers and beats of a trial, by name; each writes a log into the folder of the instance."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.services: Instance = instance()
        self.env = {**os.environ, "CELERY_SKIP_CHECKS": "true", **env}  # a worker that is killed starts the sooner
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopped: list[subprocess.Popen[bytes]] = []

    def start_worker(self, name: str, *, concurrency: int = 1) -> None:
        """Start a worker process with `concurrency` children."""
        options = ["-c", str(concurrency), "-n", f"{name}@trial", "--without-mingle", "--without-gossip"]
        self._start(name, "worker", *options, "--without-heartbeat")

    def start_beat(self, name: str) -> None:
        """Start a beat with a schedule file of its own."""
        self._start(name, "beat", "-s", str(self.services.root / f"{name}-schedule"), "--pidfile=")

    def kill(self, name: str, *, main: bool = True, children: bool = True) -> int:
        """Send SIGKILL to a process, to its children, or to both; return how many signals were sent."""
        process = self.running[name]
        pids = children_of(process.pid) if children else []
        if main:
            pids.append(process.pid)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(pids)

    def gone(self) -> list[str]:
        """Return the names of what has ended since it was started, and forget it."""
        names = [name for name, process in self.running.items() if process.poll() is not None]
        for name in names:
            del self.running[name]
        return names

    def stop(self, name: str) -> None:
        """End a process as an operator would."""
        process = self.running.pop(name)
        process.terminate()
        self.stopped.append(process)

    def close(self) -> None:
        """End everything, orphans too."""
        for name in list(self.running):
            self.stop(name)
        for process in self.stopped:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=END_SECONDS)
        until = time.monotonic() + END_SECONDS
        while (pids := self._left()) and time.monotonic() < until:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)
        for process in self.stopped:
            process.wait()

    def _start(self, name: str, *command: str) -> None:
        self.running[name] = spawn(
            [CELERY, "-A", "vapup.celery", *command, "-l", "WARNING"],
            env=self.env,
            log=self.services.root / f"{name}.log",
            is_own_session=True,
        )

    def _left(self) -> list[int]:
        """Return the Celery processes of this instance, whoever their parent is now."""
        mark = f"VAPUP_INSTANCE={self.services.name}\0".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes() and b"celery" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found


@contextmanager
def office(env: Mapping[str, str]) -> Iterator[Office]:
    """Yield the processes of a trial and end them with it."""
    os.chdir(CHECKOUT)
    opened = Office(env)
    try:
        yield opened
    finally:
        opened.close()


def children_of(parent: int) -> list[int]:
    """Return the processes that a process has started and that still live."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{parent}/task").iterdir():
            found += [int(pid) for pid in (thread / "children").read_text().split()]
    return found


def eventually(is_so: Callable[[], bool], *, seconds: float, every: float = 0.2) -> bool:
    """Tell whether something comes true within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(every)
    return is_so()
