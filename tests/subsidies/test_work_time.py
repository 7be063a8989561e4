"""The one field in which a time is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.rules.work_time import DAY, Span, UnreadableTime, proposed, read_clock, read_length, read_span
from vapup.shared.durations import length_of

NOON = 12 * 60


@pytest.mark.parametrize(
    ("text", "starts", "ends", "rest", "minutes"),
    [
        ("9-12", 540, 720, 0, 180),
        ("0900-1200", 540, 720, 0, 180),
        ("9:00〜12:30 休30", 540, 750, 30, 180),  # 3:30 less half an hour
        ("９：３０～１２", 570, 720, 0, 150),
        ("9.5-12", 570, 720, 0, 150),
        ("13.30-15", 810, 900, 0, 90),
        ("930-1015", 570, 615, 0, 45),
        ("9時半-12時", 570, 720, 0, 150),
        ("9時から12時まで", 540, 720, 0, 180),
        ("9-24", 540, 1440, 0, 900),
        ("9-18 休憩1時間", 540, 1080, 60, 480),
        ("9-18休1:00", 540, 1080, 60, 480),
    ],
)
def test_a_time_of_the_day_is_read_as_people_write_it(
    text: str, starts: int, ends: int, rest: int, minutes: int
) -> None:
    span = read_span(text)
    assert (span.starts, span.ends, span.rest, span.minutes) == (starts, ends, rest, minutes)


@pytest.mark.parametrize(
    ("text", "minutes"), [("1.5", 90), ("2", 120), ("90分", 90), ("1:30", 90), ("2h", 120), ("1時間半", 90)]
)
def test_a_length_alone_goes_on_from_the_last_entry(text: str, minutes: int) -> None:
    assert read_span(text, after=NOON) == Span(NOON, NOON + minutes)
    assert read_span(text) == Span(9 * 60, 9 * 60 + minutes)  # the day's first begins at nine


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9-9", "終了 9:00 が、開始 9:00 より後ではありません"),
        ("22-2", "終了 2:00 が、開始 22:00 より後ではありません"),
        ("9-12 休180", "休憩 3時間 が、9:00〜12:00 の 3時間 を使い切っています"),
        ("13", "「13」は時間として読めません"),  # 13 hours at one piece are a slip
        ("0", "時間として読めません"),
        ("9:75-10", "時間として読めません"),
        ("23-25", "時間として読めません"),
        ("9-12 休1234", "時間として読めません"),
        ("", "時間として読めません"),
        ("9-12" * 20, "時間として読めません"),
    ],
)
def test_what_is_no_time_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(UnreadableTime) as refused:
        read_span(text)
    assert said in refused.value.message


def test_a_length_that_passes_midnight_is_refused() -> None:
    with pytest.raises(UnreadableTime, match="23:00 から 2時間 では 24:00 を過ぎます"):
        read_span("2", after=23 * 60)


def test_the_proposed_time_follows_the_last_entry_and_stays_in_the_day() -> None:
    assert proposed(None) == Span(540, 600)
    assert proposed(NOON) == Span(720, 780)
    assert proposed(NOON, length=90) == Span(720, 810)
    assert proposed(DAY - 10) == Span(DAY - 60, DAY)


@given(st.integers(0, DAY - 2), st.integers(1, DAY), st.integers(0, 999))
def test_what_is_written_is_read_back(starts: int, length: int, rest: int) -> None:
    ends = min(DAY, starts + length)
    span = Span(starts, ends, rest if rest < ends - starts else 0)
    assert read_span(str(span)) == span
    assert length_of(span.minutes)


def test_a_time_is_shown_with_its_rest() -> None:
    assert Span(540, 720).shown == "9:00〜12:00"
    assert Span(540, 750, 30).shown == "9:00〜12:30(休30分)"


@pytest.mark.parametrize(("text", "minute"), [("9:00", 540), ("0900", 540), ("9時半", 570), ("24:00", 1440)])
def test_a_single_time_of_day_is_read(text: str, minute: int) -> None:
    assert read_clock(text) == minute


@pytest.mark.parametrize("text", ["", "9-12", "25:00", "9" * 100])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime):
        read_clock(text)


def test_a_length_is_read_or_left_open() -> None:
    assert [read_length(text) for text in ("1.5", "1:30", "90分", "9-12", "9" * 100)] == [90, 90, 90, None, None]
