"""A length of time is written the same way in sentences and on pages."""

from __future__ import annotations

import pytest

from vapup.shared.durations import length_of
from vapup.ui.templatetags.vapup import hours


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, "0分"), (20, "20分"), (60, "1時間"), (90, "1時間30分"), (6_000, "100時間")]
)
def test_a_length_is_written_in_hours_and_minutes(minutes: int, expected: str) -> None:
    assert length_of(minutes) == expected
    assert hours(minutes) == expected


def test_a_page_marks_what_is_below_nothing() -> None:
    assert hours(-80) == "△1時間20分"
