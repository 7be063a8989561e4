"""Times of day and lengths of time as spreadsheets hold them: texts, whole numbers, and fractions of a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from subsidies.rules.work_time import DAY, Span, UnreadableTime, clock_of, read_clock, read_length
from vapup.imports.columns import quoted
from vapup.shared.durations import HOUR, length_of
from vapup.shared.errors import DomainError

# What a spreadsheet makes of 24:00, which is a whole day: by its format a date before all dates, or a length.
MIDNIGHTS: Final = {"1899-12-30": 0, "1899-12-31": DAY, "1900-01-01": DAY}
_WHOLE_DAY: Final = re.compile(r"1 day, 0?0:00:00")
_SECONDS: Final = re.compile(r"([0-9]{1,2}:[0-5][0-9]):00(?:\.0+)?")
_NUMBER: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]+)?")
_FRACTION: Final = re.compile(r"0?\.[0-9]{3,}")
_AFTERNOON: Final = re.compile(r"(午前|午後|am|pm)?(.+?)(am|pm)?", re.IGNORECASE)
# A fraction of a day is that many minutes only if it is within a second of them.
A_SECOND: Final = 1 / HOUR
LONGEST_IN_HOURS: Final = 12
# How long a break, and a piece of work, are where a number may be read in two ways.
REST: Final = (5, 4 * HOUR)
PIECE: Final = (15, 10 * HOUR)


class UnreadableCell(DomainError):
    """What stands in the cell is no time."""


def clock_in(value: Any, *, after: int = -1) -> int:
    """Return the minute of the day that a cell says: "9:00", 900, 0.375, 24:00.

    Args:
        after: a number that may be read in two ways means the one after this minute.

    Raises:
        UnreadableCell: it is no time of a day.
    """
    if isinstance(value, dict):
        if (found := MIDNIGHTS.get(str(value["day"]))) is None:
            raise UnreadableCell(f"{quoted(value)}は日付です。9:00 のように時刻を入力してください。")
        return found
    if isinstance(value, float) and 0 < value < 1:
        return _whole(value * DAY, value)
    if isinstance(value, str) and _FRACTION.fullmatch(value.strip()):
        return _whole(float(value) * DAY, value)
    if value == 1 and after >= HOUR and not isinstance(value, bool):
        return DAY
    return _clock(str(value))


def _clock(text: str) -> int:
    if _WHOLE_DAY.fullmatch(text):
        return DAY
    found = _AFTERNOON.fullmatch(_SECONDS.sub(r"\1", text.strip()))
    half = (found[1] or found[3] or "").lower() if found else ""
    try:
        minute = read_clock(found[2] if found else text)
    except UnreadableTime:
        raise UnreadableCell(f"{quoted(text)}は時刻として読めません。9:00 や 0900 のように入力してください。") from None
    if half and minute >= 12 * HOUR:
        minute -= 12 * HOUR if minute < 13 * HOUR else 0
    return minute + 12 * HOUR if half in {"午後", "pm"} and minute < 12 * HOUR else minute


def lengths_in(value: Any) -> tuple[int, ...]:
    """Return the minutes that a cell may mean, the likeliest first: 1.5 is hours, 0.0625 that part of a day.

    Raises:
        UnreadableCell: it is no length of time.
    """
    text = str(value).strip()
    if isinstance(value, bool | dict) or _WHOLE_DAY.fullmatch(text):
        raise UnreadableCell(f"{quoted(value)}は時間の長さとして読めません。1:30 や 1.5 のように入力してください。")
    if _NUMBER.fullmatch(text):
        return _of_number(float(text), value)
    minutes = read_length(_SECONDS.sub(r"\1", text))
    if minutes is None:
        raise UnreadableCell(f"{quoted(value)}は時間の長さとして読めません。1:30 や 1.5 のように入力してください。")
    return (minutes,)


def _of_number(number: float, value: Any) -> tuple[int, ...]:
    found = []
    if number <= LONGEST_IN_HOURS and _is_whole(number * HOUR):
        found.append(round(number * HOUR))
    if 0 < number < 1 and _is_whole(number * DAY):
        found.append(round(number * DAY))
    if number.is_integer() and number < DAY:
        found.append(round(number))
    if not found:
        raise UnreadableCell(f"{quoted(value)}は、分に直せる時間ではありません。1:30 や 1.5 のように入力してください。")
    return tuple(dict.fromkeys(found))


def rests_in(value: Any) -> tuple[int, ...]:
    """Return the minutes that a break may mean; a whole number means minutes, as when hours are typed.

    Raises:
        UnreadableCell: it is no length of time.
    """
    found = lengths_in(value)
    if _NUMBER.fullmatch(str(value).strip()) and float(value).is_integer():
        return tuple(sorted(found, key=lambda one: one != round(float(value))))
    return found


def span_in(starts: int, ends: int | None, rests: Sequence[int], lengths: Sequence[int]) -> Span:
    """Return the time that the cells of a row mean together.

    Args:
        rests, lengths: what the break and the length may mean; empty where the cell is.

    Raises:
        UnreadableCell: they contradict each other, or may mean several times.
    """
    if ends is None:
        return _from_length(starts, rests, lengths)
    whole = ends - starts
    if whole <= 0:
        raise UnreadableCell(
            f"終了 {clock_of(ends)} が、開始 {clock_of(starts)} より後ではありません。"
            "日をまたぐ時間は、日ごとに分けて入力してください。"
        )
    if not lengths:
        return _checked(Span(starts, ends, _rest(rests)))
    for rest in rests or (0,):
        if whole - rest in lengths:
            return _checked(Span(starts, ends, rest))
    rest = (rests or (0,))[0]
    raise UnreadableCell(
        f"開始 {clock_of(starts)}〜終了 {clock_of(ends)} から休憩 {length_of(rest)} を引くと {length_of(whole - rest)}"
        f" ですが、「時間」は {length_of(lengths[0])} です。どちらかを直してください。"
    )


def _from_length(starts: int, rests: Sequence[int], lengths: Sequence[int]) -> Span:
    if not lengths:
        raise UnreadableCell("「終了」も「時間」も空です。どちらかを入力してください。")
    length, rest = _likely("時間", lengths, *PIECE), _rest(rests)
    ends = starts + length + rest
    if ends > DAY:
        raise UnreadableCell(
            f"{clock_of(starts)} から {length_of(ends - starts)} では 24:00 を過ぎます。日ごとに分けてください。"
        )
    return Span(starts, ends, rest)


def _rest(rests: Sequence[int]) -> int:
    """Return the break where only its own cell tells it."""
    return _likely("休憩", rests, *REST) if rests else 0


def _likely(label: str, found: Sequence[int], least: int, most: int) -> int:
    """Return the only one of several readings that people mean."""
    likely = found if len(found) == 1 else [one for one in found if least <= one <= most]
    if len(likely) != 1:
        readings = " とも ".join(map(length_of, found))
        raise UnreadableCell(f"「{label}」が {readings} とも読めます。1:30 や 90分 のように入力してください。")
    return likely[0]


def _checked(span: Span) -> Span:
    if span.minutes <= 0:
        raise UnreadableCell(
            f"休憩 {length_of(span.rest)} が、{clock_of(span.starts)}〜{clock_of(span.ends)} の時間を使い切っています。"
            "休憩か時刻を直してください。"
        )
    return span


def _is_whole(minutes: float) -> bool:
    return abs(minutes - round(minutes)) <= A_SECOND and round(minutes) > 0


def _whole(minutes: float, value: Any) -> int:
    if not _is_whole(minutes):
        raise UnreadableCell(f"{quoted(value)}は、分に直せる時刻ではありません。9:00 のように入力してください。")
    return round(minutes)
