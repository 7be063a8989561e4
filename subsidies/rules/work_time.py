"""The time of a piece of work as people type it in one field: 9-12, 0900-1200, 9:00〜12:30 休30, 1.5."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from vapup.shared.durations import HOUR, length_of
from vapup.shared.errors import DomainError
from vapup.shared.numbers import DASHES, half_width

DAY: Final = 24 * HOUR
WORKDAY_STARTS: Final = 9 * HOUR
USUAL_LENGTH: Final = HOUR
# A bare number is a length up to this many hours; nobody works longer at one piece.
LONGEST_BARE: Final = 12 * HOUR
LONGEST_TEXT: Final = 40

_DASHES: Final = DASHES | str.maketrans(dict.fromkeys("~〜～", "-"))
_CLOCK: Final = r"[0-9]{1,2}(?:[:.][0-9]{2}|\.5|時[0-9]{1,2}分|時半|時)?|[0-9]{3,4}"
_SPAN: Final = re.compile(rf"(?P<start>{_CLOCK})(?:-|から)(?P<end>{_CLOCK})(?:まで)?(?:休憩?(?P<rest>.+))?")
_LENGTH: Final = re.compile(
    r"(?:(?P<clock>[0-9]{1,2}):(?P<sixtieths>[0-5][0-9])|(?P<minutes>[0-9]{1,3})分"
    r"|(?P<hours>[0-9]{1,2}(?:\.[0-9]{1,2})?)(?:時間|h)?(?:(?P<more>[0-9]{1,2})分|(?P<half>半))?)"
)
_EXAMPLES: Final = "9-12、0900-1200、9:00〜12:30 休30、1.5(前の終わりから1時間半)"


class UnreadableTime(DomainError):
    """What was typed is no time of a day."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time of one day in minutes from midnight: the end is exclusive and may be 24:00; `rest` is the break."""

    starts: int
    ends: int
    rest: int = 0

    @property
    def minutes(self) -> int:
        """Return the time that is charged."""
        return self.ends - self.starts - self.rest

    @property
    def shown(self) -> str:
        """Return the time as lists show it: 9:00〜12:30(休30分)."""
        rest = f"(休{length_of(self.rest)})" if self.rest else ""
        return f"{clock_of(self.starts)}〜{clock_of(self.ends)}{rest}"

    def __str__(self) -> str:
        rest = f" 休{self.rest}" if self.rest else ""
        return f"{clock_of(self.starts)}-{clock_of(self.ends)}{rest}"


def clock_of(minute: int) -> str:
    """Write a minute of the day: 9:00, 13:05, 24:00."""
    return f"{minute // HOUR}:{minute % HOUR:02d}"


def proposed(after: int | None, *, length: int = USUAL_LENGTH) -> Span:
    """Return the time that a new entry starts with: after the last one of the day, or from the usual start of work."""
    starts = WORKDAY_STARTS if after is None else min(after, DAY - length)
    return Span(starts, starts + length)


def read_span(text: str, *, after: int | None = None) -> Span:
    """Read the time of a piece of work; a length alone goes on from `after`, the end of the day's last entry.

    Raises:
        UnreadableTime: the text has another shape, ends before it starts, or rests longer than it lasts.
    """
    written = _plain(text)
    if len(written) > LONGEST_TEXT:
        raise _unreadable(text)
    if found := _SPAN.fullmatch(written):
        span = Span(_clock(found["start"], text), _clock(found["end"], text), _rest(found["rest"], text))
    elif (length := _length(written)) is not None and 0 < length <= LONGEST_BARE:
        starts = WORKDAY_STARTS if after is None else after
        span = Span(starts, starts + length)
    else:
        raise _unreadable(text)
    _check(span)
    return span


def read_clock(text: str) -> int:
    """Read a time of day and return its minute from midnight: 9:00, 0900, 9時半, 24:00.

    Raises:
        UnreadableTime: the text has another shape.
    """
    written = _plain(text)
    if len(written) > LONGEST_TEXT or not re.fullmatch(_CLOCK, written):
        raise _unreadable(text)
    return _clock(written, text)


def read_length(text: str) -> int | None:
    """Read a length of time and return its minutes: 1.5, 1:30, 90分, 1時間半; None for anything else."""
    written = _plain(text)
    return None if len(written) > LONGEST_TEXT else _length(written)


def _check(span: Span) -> None:
    if span.ends > DAY:
        raise UnreadableTime(
            f"{clock_of(span.starts)} から {length_of(span.ends - span.starts)} では 24:00 を過ぎます。"
            "日をまたぐ時間は、日ごとに分けて記入してください。"
        )
    if span.ends <= span.starts:
        raise UnreadableTime(
            f"終了 {clock_of(span.ends)} が、開始 {clock_of(span.starts)} より後ではありません。"
            "日をまたぐ時間は、日ごとに分けて記入してください。"
        )
    if span.minutes <= 0:
        raise UnreadableTime(
            f"休憩 {length_of(span.rest)} が、{clock_of(span.starts)}〜{clock_of(span.ends)} の"
            f" {length_of(span.ends - span.starts)} を使い切っています。休憩か時刻を直してください。"
        )


def _plain(text: str) -> str:
    return half_width(text).translate(_DASHES).lower()


def _clock(written: str, text: str) -> int:
    """Return the minute of the day: 9, 9:30, 9.30, 9.5, 930, 0930, 9時半, 9時30分."""
    if written.isdigit() and len(written) > 2:
        hours, minutes = int(written[:-2]), int(written[-2:])
    else:
        parts = re.split(r"[:.時]", re.sub(r"半|\.5$", ":30", written).replace("分", "").replace("時:", "時"))
        hours, minutes = int(parts[0]), int(parts[1]) if len(parts) > 1 and parts[1] else 0
    if minutes >= HOUR or hours * HOUR + minutes > DAY:
        raise _unreadable(text)
    return hours * HOUR + minutes


def _rest(written: str | None, text: str) -> int:
    if written is None:
        return 0
    if written.isdigit():
        return int(written) if len(written) <= 3 else _refuse(text)
    length = _length(written)
    return _refuse(text) if length is None else length


def _length(written: str) -> int | None:
    """Return whole minutes of 1.5, 2h, 1:30, 90分, 1時間30分, 1時間半; None for anything else."""
    found = _LENGTH.fullmatch(written)
    if found is None:
        return None
    if found["minutes"]:
        return int(found["minutes"])
    if found["clock"]:
        return int(found["clock"]) * HOUR + int(found["sixtieths"])
    minutes = Fraction(found["hours"]) * HOUR + int(found["more"] or 0) + (HOUR // 2 if found["half"] else 0)
    return int(minutes) if minutes.denominator == 1 else None


def _refuse(text: str) -> int:
    raise _unreadable(text)


def _unreadable(text: str) -> UnreadableTime:
    shown = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
    return UnreadableTime(f"「{shown}」は時間として読めません。{_EXAMPLES} のように入力してください。")
