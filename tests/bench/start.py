"""From a fresh clone to the first page, the second start, and the memory of all processes together."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench.report import report
from vapup.embedded.layout import CHECKOUT

PORT = 8907
LONGEST_SECONDS = 300


def first_page() -> None:
    """Clone the committed state into an empty folder, run it twice, and report seconds and memory."""
    with tempfile.TemporaryDirectory(prefix="vapup-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        clone = Path(folder) / "vapup"
        subprocess.run(["git", "clone", "-q", str(CHECKOUT), str(clone)], check=True)
        report("fresh_clone_to_first_page", _run_once(clone, wants_memory=False), "s")
        report("second_run_to_first_page", _run_once(clone, wants_memory=True), "s")


def _run_once(clone: Path, *, wants_memory: bool) -> float:
    env = {key: value for key, value in os.environ.items() if key not in {"VAPUP_INSTANCE", "VIRTUAL_ENV", "MAKEFLAGS"}}
    start = time.perf_counter()
    make = subprocess.Popen(
        ["make", "run"], cwd=clone, env={**env, "PORT": str(PORT)}, start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for_log_in_page(start)
        seconds = time.perf_counter() - start
        if wants_memory:
            time.sleep(5)
            report("memory_of_all_processes", _proportional_memory(str(clone)) / 2**20, "MB")
    finally:
        os.killpg(make.pid, signal.SIGINT)
        make.wait(timeout=60)
    left = _processes(str(clone))
    report("processes_left_after_ctrl_c", len(left), "processes")
    return seconds


def _wait_for_log_in_page(start: float) -> None:
    while time.perf_counter() - start < LONGEST_SECONDS:
        try:
            with urlopen(f"http://127.0.0.1:{PORT}/accounts/login/", timeout=5) as page:
                if page.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise TimeoutError(f"no page after {LONGEST_SECONDS} s")


def _processes(clone: str) -> list[Path]:
    """Return the processes of a checkout: those that name it, and their descendants."""
    parents: dict[int, int] = {}
    named: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if clone in (entry / "cmdline").read_text() and int(entry.name) != os.getpid():
                named.add(int(entry.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    grew = True
    while grew:
        found = {pid for pid, parent in parents.items() if parent in named} - named
        named |= found
        grew = bool(found)
    return [Path("/proc") / str(pid) for pid in sorted(named)]


def _proportional_memory(clone: str) -> int:
    """Return the proportional set size (shared pages counted once) of all processes of the checkout, in bytes."""
    total = 0
    for entry in _processes(clone):
        for line in (entry / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total
