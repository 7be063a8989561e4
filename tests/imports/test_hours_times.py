"""Times of spreadsheets: what a cell may mean, and that a row which may mean two things is asked about."""

from __future__ import annotations

from typing import Any

import pytest

from subsidies.rules.work_time import UnreadableTime, read_clock, read_length
from vapup.imports.hours.times import UnreadableCell, clock_in, lengths_in, rests_in, span_in


@pytest.mark.parametrize(
    ("value", "minute"),
    [
        ("9:00", 540),
        ("９：００", 540),
        ("0900", 540),
        (900, 540),
        (9, 540),
        ("9時半", 570),
        ("09:00:00", 540),
        (0.375, 540),
        ("0.375", 540),
        (0.39583333333333, 570),
        ("午後1時30分", 810),
        ("1:30 PM", 810),
        ("12:00 PM", 720),
        ("12:30 AM", 30),
        ("24:00", 1_440),
        (2400, 1_440),
        ("1 day, 0:00:00", 1_440),
        ({"day": "1899-12-31"}, 1_440),
        ({"day": "1899-12-30"}, 0),
    ],
)
def test_a_time_of_day_in_every_shape(value: Any, minute: int) -> None:
    assert clock_in(value) == minute


@pytest.mark.parametrize(
    "value", ["朝", "25:00", "9:60", "9-12", 0.3755, True, {"day": "2026-11-16"}, "", "9" * 500, "=A1", -1]
)
def test_what_is_no_time_is_quoted(value: Any) -> None:
    with pytest.raises(UnreadableCell):
        clock_in(value)


def test_one_after_the_start_is_the_end_of_the_day() -> None:
    assert clock_in(1, after=600) == 1_440
    assert clock_in(1) == 60
    assert lengths_in("0:30") == (30,)


@pytest.mark.parametrize(
    ("value", "readings"),
    [
        (1.5, (90,)),
        ("1:30", (90,)),
        ("90分", (90,)),
        ("1時間半", (90,)),
        (90, (90,)),
        (2, (120, 2)),
        (0.0625, (90,)),
        (0.5, (30, 720)),
        ("01:30:00", (90,)),
    ],
)
def test_a_length_says_all_that_it_may_mean(value: Any, readings: tuple[int, ...]) -> None:
    assert lengths_in(value) == readings


def test_a_break_counts_minutes_first() -> None:
    assert rests_in(60) == (60,)
    assert rests_in(1) == (1, 60)
    assert span_in(540, 1_080, rests_in(1), ()).rest == 60
    assert span_in(540, 1_080, rests_in(45), ()).minutes == 495


def test_the_cells_of_a_row_settle_each_other() -> None:
    # 9:00 to 18:00 less an hour is eight hours, written as a part of the day: 8/24.
    assert span_in(540, 1_080, rests_in(1 / 24), lengths_in(8 / 24)).minutes == 480
    assert span_in(540, None, (), lengths_in("1:30")).ends == 630
    assert span_in(540, None, rests_in("0:30"), lengths_in(2)).ends == 690


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((540, 1_080, (), (480,)), "9時間 ですが、「時間」は 8時間"),
        ((540, 540, (), ()), "終了 9:00 が、開始 9:00 より後ではありません"),
        ((540, 600, (60,), ()), "休憩 1時間 が、9:00〜10:00 の時間を使い切っています"),
        ((540, None, (), ()), "「終了」も「時間」も空です"),
        ((540, None, (), (15, 360)), "15分 とも 6時間 とも読めます"),
        ((540, 1_080, (6, 144), ()), "6分 とも 2時間24分 とも読めます"),
        ((1_380, None, (), (120,)), "24:00 を過ぎます"),
    ],
)
def test_a_row_that_contradicts_itself_names_both(cells: tuple[Any, ...], said: str) -> None:
    with pytest.raises(UnreadableCell, match=said):
        span_in(*cells)


def test_the_readers_of_the_typed_diary_take_single_words() -> None:
    assert (read_clock("9.30"), read_length("2h"), read_length("朝")) == (570, 120, None)
    with pytest.raises(UnreadableTime, match="朝"):
        read_clock("朝")
