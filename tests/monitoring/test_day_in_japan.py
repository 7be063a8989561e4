"""The day that counts is that of Japan, whatever the time zone of the process; the clock may go back an hour."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine

from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline, Notice, Reminder
from monitoring.services.sweep import plan_reminders
from tests.builders import make_case
from tests.monitoring.deadline_cases import SAFE, claim_of, make_deadline, offsets
from vapup import clock
from vapup.accounts.models import Member
from vapup.clock import JAPAN

ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles")
# Seconds around the start of a day in Japan, and around 09:00 there, when the day of UTC begins.
BEFORE, START, ALMOST_NINE, NINE = (
    timedelta(seconds=-1),
    timedelta(0),
    timedelta(hours=9, seconds=-1),
    timedelta(hours=9),
)

pytestmark = pytest.mark.django_db


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the process live in a time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN)


def sweep_at(instant: datetime) -> int:
    with time_machine.travel(instant, tick=False):
        return plan_reminders(now=clock.now()).planned


@pytest.mark.parametrize("since", [START, ALMOST_NINE, NINE])
@pytest.mark.parametrize("left", [120, 30, 0])
def test_a_reminder_is_due_from_midnight_in_japan_on_and_not_a_second_before(
    zone: str, consultant: Member, left: int, since: timedelta
) -> None:
    case = make_case(consultant)
    make_deadline(case)
    day = start(SAFE - timedelta(days=left))
    sweep_at(day + BEFORE)
    earlier = offsets(consultant)
    assert left not in earlier
    assert sweep_at(day + since) == 1
    assert offsets(consultant) == [*earlier, left]
    assert sweep_at(day + timedelta(hours=24) + BEFORE) == 0


def test_a_deadline_lapses_when_its_last_day_is_over_in_japan(zone: str, consultant: Member) -> None:
    row = make_deadline(make_case(consultant))
    sweep_at(start(SAFE + timedelta(days=1)) + BEFORE)  # 23:59:59 of the last day
    row.refresh_from_db()
    assert row.state == DeadlineState.OPEN
    sweep_at(start(SAFE + timedelta(days=1)))
    row.refresh_from_db()
    assert row.state == DeadlineState.LAPSED


def test_the_words_of_a_notice_name_the_day_of_japan(zone: str, consultant: Member) -> None:
    make_deadline(make_case(consultant))
    sweep_at(start(SAFE) + BEFORE)
    sweep_at(start(SAFE))
    titles = list(Notice.objects.order_by("pk").values_list("title", flat=True))
    assert [title.split(":")[0] for title in titles] == ["あと1日", "本日"]
    assert "令和8年6月30日(火)" in Notice.objects.latest("pk").body


def test_the_ledger_looks_from_midnight_in_japan_on(zone: str, consultant: Member) -> None:
    row = claim_of(make_case(consultant))
    assert row.remind_at == start(SAFE - timedelta(days=120))
    assert row.kind == DeadlineKind.PLAN_CLAIM


@pytest.mark.parametrize("around", [START, NINE])
def test_a_clock_that_goes_back_an_hour_writes_and_takes_back_nothing(
    zone: str, consultant: Member, around: timedelta
) -> None:
    day = start(SAFE - timedelta(days=60))
    make_deadline(make_case(consultant), remind_at=day)
    now = day + around
    sweep_at(now)
    rows = list(Reminder.objects.order_by("pk").values()), list(Deadline.objects.order_by("pk").values())
    for minutes in (60, 45, 30, 15, 0):
        assert sweep_at(now - timedelta(minutes=minutes)) == 0
    assert (list(Reminder.objects.order_by("pk").values()), list(Deadline.objects.order_by("pk").values())) == rows
    assert not Reminder.objects.filter(is_late=True).exists()
