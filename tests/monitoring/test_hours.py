"""When mails may go out, in Japan: 09:00 there is 00:00 UTC."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitoring.rules.hours import send_from
from vapup.clock import JAPAN

DAY = (2026, 11, 21)


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (0, 0, (21, 8, 0)),
        (7, 59, (21, 8, 0)),
        (8, 0, (21, 8, 0)),
        (8, 1, (21, 8, 1)),
        (19, 59, (21, 19, 59)),
        (20, 0, (22, 8, 0)),
        (23, 59, (22, 8, 0)),
    ],
)
def test_between_eight_and_twenty_a_mail_goes_at_once_else_at_the_next_opening(
    hour: int, minute: int, expected: tuple[int, int, int]
) -> None:
    sent = send_from(datetime(*DAY, hour, minute, tzinfo=JAPAN), from_hour=8, until_hour=20)
    assert sent == datetime(2026, 11, *expected, tzinfo=JAPAN)


def test_the_time_zone_of_the_instant_does_not_matter() -> None:
    # 22:30 UTC on the 20th is 07:30 on the 21st in Japan; 23:00 UTC is 08:00 there.
    assert send_from(datetime(2026, 11, 20, 22, 30, tzinfo=UTC), from_hour=8, until_hour=20) == datetime(
        2026, 11, 20, 23, 0, tzinfo=UTC
    )


def test_an_office_may_take_mails_round_the_clock() -> None:
    for hour in range(24):
        now = datetime(*DAY, hour, 17, 3, tzinfo=JAPAN)
        assert send_from(now, from_hour=0, until_hour=24) == now


def test_what_comes_on_the_last_evening_of_a_month_or_year_goes_on_the_next_morning() -> None:
    assert send_from(datetime(2026, 12, 31, 21, 0, tzinfo=JAPAN), from_hour=8, until_hour=20) == datetime(
        2027, 1, 1, 8, 0, tzinfo=JAPAN
    )
    assert send_from(datetime(2028, 2, 28, 21, 0, tzinfo=JAPAN), from_hour=9, until_hour=18) == datetime(
        2028, 2, 29, 9, 0, tzinfo=JAPAN
    )
