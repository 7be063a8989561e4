"""The trials themselves, smaller: every goal but that of time holds, on real processes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import pytest

from tests.reliability.figures import Figures
from tests.reliability.oracle import Running, missed, told_by, told_on
from vapup.embedded.layout import CHECKOUT

# A machine that runs the other tests beside it says nothing of seconds.
OF_TIME = ("seconds", "page_waits_longer_by", "slowest_page_while_hanging")


@pytest.mark.nightly
@pytest.mark.parametrize("trial", ["kills", "outages", "smtp", "silence"])
def test_nothing_is_lost_and_nothing_is_told_twice(trial: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.reliability", trial, "--small"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    figures = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(figures) > 5, ended.stderr
    broken = [one for one in figures if not one["holds"] and one["name"].removeprefix(f"{trial}_") not in OF_TIME]
    assert broken == [], ended.stderr
    assert ended.returncode == (0 if all(one["holds"] for one in figures) else 1)


def running(safe_by: date, lapses_on: date) -> Running:
    return Running(1, safe_by, lapses_on, consultant=10, manager=20, admin=30)


def test_the_oracle_tells_the_latest_offset_alone() -> None:
    """The safe day is 1 July: 60 days before it is 2 May, 30 is 1 June, 14 is 17 June, 7 is 24 June."""
    one = running(date(2026, 7, 1), date(2026, 7, 2))
    assert told_on(one, date(2026, 3, 2)) == set()
    assert told_on(one, date(2026, 3, 3)) == {(1, one.safe_by, 120, 10)}
    assert told_on(one, date(2026, 5, 31)) == {(1, one.safe_by, 60, 10)}
    assert told_on(one, date(2026, 6, 1)) == {(1, one.safe_by, 30, 10), (1, one.safe_by, 30, 20)}
    assert {key[3] for key in told_on(one, date(2026, 6, 24))} == {10, 20, 30}


def test_the_oracle_tells_of_a_loss_once() -> None:
    one = running(date(2026, 7, 3), date(2026, 7, 6))
    told = told_by([one], [date(2026, 7, 6), date(2026, 7, 7)])
    assert told == {(1, one.safe_by, -3, person) for person in (10, 20, 30)}


def test_the_oracle_knows_which_day_was_missed() -> None:
    """Days 17 June (14 before) and 24 June (7 before)."""
    one = running(date(2026, 7, 1), date(2026, 7, 2))
    assert missed([one], last_sweep=date(2026, 6, 16), next_sweep=date(2026, 6, 17)) == set()
    assert missed([one], last_sweep=date(2026, 6, 16), next_sweep=date(2026, 6, 18)) == {1}
    assert missed([one], last_sweep=date(2026, 6, 17), next_sweep=date(2026, 6, 24)) == set()


def test_a_figure_beside_its_goal_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    figures = Figures("trial")
    figures.exactly("lost", 0, 0, "mails")
    figures.known("mails", 7.12345, "mails")
    held = [figures.all_hold]
    figures.at_least("asked", 1, 1, "times")
    held.append(figures.all_hold)
    figures.at_most("seconds", 121, 120, "s")
    held.append(figures.all_hold)
    assert held == [True, True, False]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"name": "trial_lost", "value": 0, "unit": "mails", "goal": "= 0", "holds": True}
    assert lines[1] == {"name": "trial_mails", "value": 7.123, "unit": "mails", "goal": None, "holds": True}
    assert [line["holds"] for line in lines] == [True, True, True, False]
