"""Start child processes that cannot outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from vapup.embedded.layout import ServiceUser

PR_SET_PDEATHSIG: Final = 1


def die_with_parent(sent: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send `sent` to this process when its parent ends, however it ends (Linux only)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0)


def spawn(
    command: Sequence[str | Path],
    *,
    user: ServiceUser | None = None,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    is_own_session: bool = False,
) -> subprocess.Popen[bytes]:
    """Start `command` as `user`; it gets `death_signal` when this process ends. Output goes to `log`, or is inherited.

    A child with its own session does not hear the terminal's Ctrl-C: its parent stops it in order.
    """
    options: dict[str, Any] = {}
    if user is not None:
        options = {"user": user.uid, "group": user.gid, "extra_groups": []}
    if log is not None:
        output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        options |= {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            env=dict(env) if env is not None else None,
            start_new_session=is_own_session,
            preexec_fn=lambda: die_with_parent(death_signal),  # noqa: PLW1509
            **options,
        )
    finally:
        if log is not None:
            os.close(output)


def run_quietly(command: Sequence[str | Path], *, user: ServiceUser | None) -> None:
    """Run `command` as `user` to its end, or to this process's; raise with its output when it fails."""
    options: dict[str, Any] = {"preexec_fn": lambda: die_with_parent(signal.SIGKILL)}
    if user is not None:
        options |= {"user": user.uid, "group": user.gid, "extra_groups": []}
    result = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, cwd="/", **options
    )
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {result.stderr.strip() or result.stdout.strip()}")
