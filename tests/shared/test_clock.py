"""The clock: Japan's day whatever the machine's time zone, and its use on the days on which rules change."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import time_machine

from vapup import clock

ROOT = Path(__file__).resolve().parents[2]
ZONES = ["UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"]
JST = timezone(timedelta(hours=9))
INSTANTS = [
    # (in Japan, the day there); midnight in Japan is 15:00 UTC of the day before, midnight UTC is 09:00 in Japan
    (datetime(2026, 3, 31, 0, 0, 0, tzinfo=JST), date(2026, 3, 31)),
    (datetime(2026, 3, 31, 8, 59, 59, tzinfo=JST), date(2026, 3, 31)),
    (datetime(2026, 3, 31, 9, 0, 0, tzinfo=JST), date(2026, 3, 31)),
    (datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=JST), date(2026, 3, 31)),
    (datetime(2026, 4, 1, 0, 0, 0, tzinfo=JST), date(2026, 4, 1)),
    (datetime(2026, 4, 1, 8, 59, 59, tzinfo=JST), date(2026, 4, 1)),
    (datetime(2026, 4, 1, 9, 0, 0, tzinfo=JST), date(2026, 4, 1)),
    (datetime(2025, 12, 31, 23, 59, 59, tzinfo=JST), date(2025, 12, 31)),
    (datetime(2026, 1, 1, 0, 0, 0, tzinfo=JST), date(2026, 1, 1)),
    (datetime(2028, 2, 29, 23, 59, 59, tzinfo=JST), date(2028, 2, 29)),
    (datetime(2028, 3, 1, 0, 0, 0, tzinfo=JST), date(2028, 3, 1)),
]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run the process as on a machine of that time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield str(request.param)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("instant", "day"), INSTANTS)
def test_today_is_the_day_in_japan(zone: str, instant: datetime, day: date) -> None:
    with time_machine.travel(instant, tick=False):
        assert clock.today() == day
        assert clock.now() == instant
        assert clock.now().utcoffset() == timedelta(0), zone


def test_the_machines_own_day_would_have_been_wrong(zone: str) -> None:
    """The instants above can tell the difference: by local reckoning some of them are another day."""
    local = [instant.astimezone().date() for instant, _ in INSTANTS]
    wrong = sum(day != there for day, (_, there) in zip(local, INSTANTS, strict=True))
    # by UTC the day is wrong before 09:00 in Japan; Kiritimati is five hours ahead, Los Angeles sixteen or 17 behind
    assert wrong == {"UTC": 6, "Asia/Tokyo": 0, "America/Los_Angeles": 8, "Pacific/Kiritimati": 3}[zone]
    assert all(clock.JAPAN.utcoffset(instant.replace(tzinfo=None)) == timedelta(hours=9) for instant, _ in INSTANTS)


@pytest.mark.parametrize("zone_name", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_a_process_of_any_time_zone_says_the_same_day(zone_name: str) -> None:
    """A fresh process, so that neither settings nor the first use of the clock keep a zone of their own."""
    program = (
        "import django, time_machine, time; django.setup()\n"
        "from datetime import datetime, timezone\n"
        "from vapup import clock\n"
        "for hour, minute, second in ((14, 59, 59), (15, 0, 0), (23, 59, 59)):\n"
        "    instant = datetime(2026, 3, 31, hour, minute, second, tzinfo=timezone.utc)\n"
        "    with time_machine.travel(instant, tick=False):\n"
        "        print(clock.today(), clock.now().isoformat())\n"
    )
    environment = {**os.environ, "TZ": zone_name, "DJANGO_SETTINGS_MODULE": "vapup.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout.splitlines()[:3] == [
        "2026-03-31 2026-03-31T14:59:59+00:00",  # 23:59:59 in Japan
        "2026-04-01 2026-03-31T15:00:00+00:00",  # 00:00 in Japan
        "2026-04-01 2026-03-31T23:59:59+00:00",  # 08:59:59 in Japan
    ]
    assert ended.stderr == ""


def test_the_clock_goes_on() -> None:
    with time_machine.travel(datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), tick=False) as traveller:
        assert clock.today() == date(2026, 3, 31)
        traveller.shift(timedelta(seconds=1))
        assert clock.today() == date(2026, 4, 1)
        traveller.shift(timedelta(days=1))
        assert clock.today() == date(2026, 4, 2)
