"""`make run`: prepare the database, start web server, worker and beat, print the address, stop everything on Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from vapup.embedded.binaries import ProgramMissing
from vapup.embedded.layout import CHECKOUT, Instance, instance
from vapup.embedded.lease import ServicesFailed, hold, release
from vapup.embedded.processes import die_with_parent, spawn

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 60
STOP_SECONDS: Final = 15


class Stopped(Exception):
    """Ctrl-C, or another wish to end."""


def main() -> int:
    """Run until told to stop; return the exit status."""
    die_with_parent()
    signal.signal(signal.SIGINT, _stop_wanted)
    signal.signal(signal.SIGTERM, _stop_wanted)
    port = sys.argv[1] if len(sys.argv) > 1 else "8000"
    complaint = port_complaint(port)
    if complaint:
        print(complaint, file=sys.stderr)
        return 2
    services = instance()
    children: list[subprocess.Popen[bytes]] = []
    try:
        print("Starting PostgreSQL and the broker")
        hold(services)
        return _serve(services, int(port), children)
    except (ProgramMissing, ServicesFailed) as failed:
        print(failed, file=sys.stderr)
        return 1
    except Stopped:
        print("\nStopping")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end(children)
        release(services, wait_seconds=STOP_SECONDS)


def port_complaint(port: str) -> str:
    """Return why the web server cannot use `port`, or an empty text."""
    if not port.isascii() or not port.isdigit() or len(port) > 5 or not 0 < int(port) < 2**16:
        return f"PORT={port} is not a port number (1 to 65535)."
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(port)))
        except OSError:
            another = int(port) + 123 if 1024 <= int(port) < 2**16 - 123 else 8123
            return f"Port {port} is in use or not allowed. Try another:  PORT={another} make run"
    return ""


def _serve(services: Instance, port: int, children: list[subprocess.Popen[bytes]]) -> int:
    address = f"http://{HOST}:{port}"
    env = {**os.environ, "PUBLIC_ORIGIN": address, "DJANGO_SETTINGS_MODULE": "vapup.settings"}
    print("Preparing the database and the demonstration data")
    prepared = spawn([sys.executable, "manage.py", "prepare_demonstration"], env=env)
    children.append(prepared)
    if prepared.wait() != 0:
        return 1
    bin_folder = Path(sys.executable).parent
    celery: list[str | Path] = [bin_folder / "celery", "-A", "vapup.celery"]
    web: list[str | Path] = [bin_folder / "gunicorn", "vapup.wsgi", "-b", f"{HOST}:{port}", "-w", "2", "--preload"]
    commands: dict[str, list[str | Path]] = {
        "web": [*web, "--timeout", "60", "--log-level", "warning"],
        "worker": [*celery, "worker", "-c", "1", "-l", "WARNING", "--without-mingle", "--without-gossip"],
        "beat": [*celery, "beat", "-l", "WARNING", "-s", services.root / "beat-schedule", "--pidfile="],
    }
    running = {}
    for name, command in commands.items():
        running[name] = spawn(command, env=env, log=services.root / f"{name}.log", is_own_session=True)
        children.append(running[name])
    _wait_for_first_page(f"{address}/healthz", running["web"], services)
    print(_welcome(address, services), flush=True)
    while True:
        for name, child in running.items():
            if child.poll() is not None:
                print(f"{name} ended by itself; see {services.root / name}.log", file=sys.stderr)
                return 1
        time.sleep(0.3)


def _wait_for_first_page(url: str, web: subprocess.Popen[bytes], services: Instance) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if _serves_pages(url):
            return
        time.sleep(0.05)
        if web.poll() is not None:
            break
    raise ServicesFailed(f"the web server did not answer; see {services.root / 'web.log'}")


def _serves_pages(url: str) -> bool:
    """Tell whether the web server and its database answer; late reminders or mails keep no page from being shown."""
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except HTTPError as unwell:
        with unwell:
            return b"silent" in unwell.read()
    except (URLError, ConnectionError, TimeoutError):
        return False


def _welcome(address: str, services: Instance) -> str:
    log_ins = (services.root / "demonstration.txt").read_text(encoding="utf-8")
    return f"\n  vapup  {address}\n\n{log_ins}\n  Ctrl-C stops everything. Logs: {services.root}\n"


def _stop_wanted(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    os.chdir(CHECKOUT)
    raise SystemExit(main())
