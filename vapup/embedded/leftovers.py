"""What a killed keeper or a power cut leaves behind: servers that are still ending, and locks that nobody holds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from vapup.embedded.layout import Instance

PROCESSES: Final = Path("/proc")
ENDING_SECONDS: Final = 15


def clear_leftovers(kept: Instance) -> None:
    """Wait until no server of an earlier keeper is left, then remove its lock files. Only a new keeper may call this.

    PostgreSQL believes in a lock as long as any process has the number in it: after a power cut, or under a parent
    that does not collect its dead children, it would refuse to start for ever. Where the system does not say what a
    process works in, or an old server does not end, the locks stay and PostgreSQL decides.
    """
    if not (PROCESSES / "self" / "cwd").exists():
        return
    until = time.monotonic() + ENDING_SECONDS
    while _is_worked_in(kept.cluster, kept.sockets):
        if time.monotonic() > until:
            return
        time.sleep(0.05)
    for lock in (kept.cluster / "postmaster.pid", kept.sockets / ".s.PGSQL.5432.lock"):
        lock.unlink(missing_ok=True)


def _is_worked_in(*folders: Path) -> bool:
    """Tell whether a living process has one of the folders as its own: each server works in its folder."""
    for process in PROCESSES.glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() in folders:
                return True
        except OSError:  # it has ended, or is another user's
            continue
    return False
