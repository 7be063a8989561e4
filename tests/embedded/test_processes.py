"""Child processes end with their parent, run as whom they should, and say what went wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedded.instances import eventually
from vapup.embedded.layout import CHECKOUT, service_user
from vapup.embedded.processes import run_quietly, spawn

PARENT = """
from vapup.embedded.processes import spawn
child = spawn(["sleep", "60"])
print(child.pid, flush=True)
child.wait()
"""


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(") ", 1)[1][0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_dies_with_its_parent_however_that_ends(how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.send_signal(how)
        parent.wait(timeout=10)
    assert eventually(lambda: not is_alive(child))


def test_output_goes_to_a_log_that_its_owner_alone_reads(tmp_path: Path) -> None:
    log = tmp_path / "out.log"
    for word in ("one", "two"):
        assert spawn(["sh", "-c", f"echo {word}; echo {word}-error >&2"], log=log).wait(timeout=10) == 0
    assert log.read_text() == "one\none-error\ntwo\ntwo-error\n"
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_child_gets_the_environment_and_the_session_it_was_given(tmp_path: Path) -> None:
    log = tmp_path / "out.log"
    script = "import os; print(os.environ.get('HOME'), os.environ['ONLY'], os.getsid(0) == os.getpid())"
    spawn([sys.executable, "-c", script], log=log, env={"ONLY": "this"}, is_own_session=True).wait(timeout=10)
    spawn([sys.executable, "-c", script], log=log, env={"ONLY": "this"}).wait(timeout=10)
    assert log.read_text().splitlines() == ["None this True", "None this False"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_drops_every_right_of_its_groups() -> None:
    user = service_user()
    assert user is not None
    wanted = f"{user.uid} {user.gid} {user.gid}"
    run_quietly(["sh", "-c", f'test "$(id -u) $(id -g) $(id -G)" = "{wanted}"'], user=user)
    with pytest.raises(RuntimeError):
        run_quietly(["test", "-r", "/etc/shadow"], user=user)


def test_a_failure_is_told_with_the_programs_own_words() -> None:
    with pytest.raises(RuntimeError, match=r"^sh failed: no room here$"):
        run_quietly(["sh", "-c", "echo working; echo no room here >&2; exit 3"], user=None)
    with pytest.raises(RuntimeError, match=r"^sh failed: only this$"):
        run_quietly(["sh", "-c", "echo only this; exit 1"], user=None)
    run_quietly(["true"], user=None)
