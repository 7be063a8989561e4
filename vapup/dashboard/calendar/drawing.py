"""The calendar as a drawing: a lane for each case, a line for each claim, a mark for each day.

A drawing has its own units: it is `WIDTH` wide whatever the number of days, and scales with the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Final

from cases.models import Case
from monitoring.enums import DeadlineKind, DeadlineState
from vapup.dashboard.calendar.query import Span, View
from vapup.dashboard.calendar.rows import Row
from vapup.shared.dates import ONE_DAY

WIDTH: Final = 720
BAR: Final = 14
TEXT: Final = 17
GAP: Final = 9
TOP: Final = 6
AXIS: Final = 22
HALF: Final = 7  # of a mark
WIDE, NARROW = 14, 9  # characters, in units
Outline = Callable[[int, int], str]
SHORT: Final[Mapping[str, str]] = MappingProxyType(
    {
        DeadlineKind.PLAN_CLAIM: "計画策定",
        DeadlineKind.MONITORING_CLAIM: "伴走",
        DeadlineKind.NEGOTIATION_CLAIM: "交渉",
        DeadlineKind.FRAME_CLOSES: "枠の終了",
        DeadlineKind.PAPER: "書類",
        DeadlineKind.LETTER: "書面",
        DeadlineKind.CERTIFICATION: "認定",
        DeadlineKind.STANDSTILL: "一時停止",
        DeadlineKind.FISCAL_CLOSE: "決算",
        DeadlineKind.TAX_RETURN: "申告",
        DeadlineKind.RETENTION: "保存",
    }
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn: the class that colours it, and its outline."""

    css: str
    outline: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside a mark; `x` is their left end, `y` their base line."""

    x: int
    y: int
    text: str


@dataclass(slots=True)
class Lane:
    """All that is drawn of one case, and the same in words."""

    case: Case | None
    height: int = TOP
    shapes: list[Shape] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def in_words(self) -> str:
        """Return what the lane shows, for those who do not see it."""
        return "。".join(self.words)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The head with its days, and the lanes below it."""

    axis: list[Label]
    lanes: list[Lane]
    width: int = WIDTH
    axis_height: int = AXIS


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a day lies."""

    span: Span

    def left(self, day: date) -> int:
        """Return the left end of a day."""
        return (day - self.span.first).days * WIDTH // self.span.days

    def middle(self, day: date) -> int:
        """Return the middle of a day."""
        return (self.left(day) + self.left(day + ONE_DAY)) // 2

    def shows(self, day: date | None) -> bool:
        """Tell whether a day is among those drawn."""
        return day is not None and self.span.first <= day <= self.span.last


def drawing_of(rows: Sequence[Row], span: Span, *, today: date) -> Drawing:
    """Draw the rows; those of a case must stand together."""
    scale = _Scale(span)
    lanes = []
    for _, of_case in groupby(rows, key=lambda row: row.deadline.case_id):
        lanes.append(_lane(list(of_case), scale, today))
    return Drawing(list(_axis(scale)), lanes)


def _axis(scale: _Scale) -> Iterator[Label]:
    """Yield each day of a month, or each Monday of a quarter for which there is room."""
    for day in _days(scale.span):
        if scale.span.view is View.MONTH:
            text = str(day.day)
            yield Label(scale.middle(day) - _width(text) // 2, AXIS - 6, text)
        elif day.weekday() == 0 and scale.left(day) + _width("12/31") <= WIDTH:
            yield Label(scale.left(day), AXIS - 6, f"{day.month}/{day.day}")


def _days(span: Span) -> Iterator[date]:
    return (span.first + timedelta(days=number) for number in range(span.days))


def _lane(rows: list[Row], scale: _Scale, today: date) -> Lane:
    lane = Lane(rows[0].deadline.case)
    for row in rows:
        if row.is_claim:
            _claim_line(lane, row, scale)
    others = [row for row in rows if not row.is_claim and scale.shows(row.deadline.safe_by)]
    if others:
        _other_line(lane, others, scale)
    lane.height = max(lane.height, TOP + BAR + TEXT)
    _background(lane, scale, today)
    return lane


def _claim_line(lane: Lane, row: Row, scale: _Scale) -> None:
    """Draw the window of a claim, its safe day, and what became of it."""
    top, deadline = lane.height, row.deadline
    words = [(max(0, scale.left(row.opens_on or deadline.safe_by)), _name(row))]
    if window := _window(row, scale):
        left, right = window
        css = "calendar__window--held" if row.is_held else f"calendar__window--{_fate(row)}"
        lane.shapes.append(Shape(f"calendar__window {css}", f"M{left} {top + 3}H{right}V{top + BAR - 3}H{left}Z"))
    for day, css, outline, word in _marks(row):
        if scale.shows(day):
            middle = scale.middle(day)
            lane.shapes.append(Shape(css, outline(middle, top + HALF)))
            words.append((middle - HALF, f"{word} {day.month}/{day.day}"))
    lane.height = _write(lane, words, top + BAR)
    lane.words.append(_in_words(row))


def _other_line(lane: Lane, rows: Iterable[Row], scale: _Scale) -> None:
    """Draw the days on which no payment hangs, all on one line."""
    top, words = lane.height, []
    for row in rows:
        day = row.deadline.safe_by
        lane.shapes.append(Shape("calendar__other", _diamond(scale.middle(day), top + HALF)))
        words.append((scale.middle(day) - HALF, f"{_name(row)} {day.month}/{day.day}"))
        lane.words.append(_in_words(row))
    lane.height = _write(lane, words, top + BAR)


def _fate(row: Row) -> str:
    return "lapsed" if row.deadline.state == DeadlineState.LAPSED else "met" if row.claim_is_made else "open"


def _name(row: Row) -> str:
    if row.is_held:
        return "留保分"
    number = row.deadline.period_number
    is_counted = row.deadline.kind == DeadlineKind.MONITORING_CLAIM and number
    return f"{SHORT[row.deadline.kind]}{f'第{number}回' if is_counted else ''}"


def _window(row: Row, scale: _Scale) -> tuple[int, int] | None:
    first, last = row.opens_on or row.deadline.safe_by, row.deadline.claim_by
    if last < scale.span.first or first > scale.span.last:
        return None
    return max(0, scale.left(first)), min(WIDTH, scale.left(last + ONE_DAY))


def _marks(row: Row) -> Iterator[tuple[date, str, Outline, str]]:
    deadline, claim = row.deadline, row.claim
    yield deadline.safe_by, "calendar__safe", _diamond, "安全"
    if claim is not None and claim.submitted_on:
        yield claim.submitted_on, "calendar__filed", _dot, "申請"
    if claim is not None and claim.paid_on:
        yield claim.paid_on, "calendar__paid", _tick, "入金"
    if deadline.state == DeadlineState.LAPSED:
        yield deadline.lapses_on, "calendar__lapse", _cross, "失効"


def _write(lane: Lane, words: Sequence[tuple[int, str]], top: int) -> int:
    """Write words below a line, as high as they do not touch, and return where the next line begins."""
    ends: list[int] = []
    for x, text in sorted(words):
        left = max(0, min(x, WIDTH - _width(text)))
        level = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        ends[level : level + 1] = [left + _width(text) + NARROW]
        lane.labels.append(Label(left, top + TEXT * (level + 1) - 3, text))
    return top + TEXT * len(ends) + GAP


def _width(text: str) -> int:
    return sum(NARROW if one.isascii() else WIDE for one in text)


def _background(lane: Lane, scale: _Scale, today: date) -> None:
    """Put the weekends of a month, or the months of a quarter, behind a lane, and today's line in front of it."""
    is_month, bottom = scale.span.view is View.MONTH, lane.height
    behind = []
    for day in _days(scale.span):
        left = scale.left(day)
        if is_month and day.weekday() >= 5:
            behind.append(f"M{left} 0H{scale.left(day + ONE_DAY)}V{bottom}H{left}Z")
        elif not is_month and day.day == 1 and left:
            behind.append(f"M{left} 0H{left + 1}V{bottom}H{left}Z")
    lane.shapes.insert(0, Shape("calendar__behind", "".join(behind)))
    if scale.shows(today):
        lane.shapes.append(Shape("calendar__today", f"M{scale.middle(today)} 0V{bottom}"))


def _in_words(row: Row) -> str:
    deadline, claim = row.deadline, row.claim
    parts = [f"{row.name}{f' {row.about}' if row.about else ''}: 安全な期限 {deadline.safe_by}"]
    if row.opens_on is not None:
        parts.append(f"申請できる期間 {row.opens_on}から{deadline.claim_by}まで")
    if claim is not None and claim.submitted_on:
        parts.append(f"{claim.submitted_on}に申請")
    if claim is not None and claim.paid_on:
        parts.append(f"{claim.paid_on}に入金")
    return "、".join([*parts, row.chip.label])


def _diamond(x: int, y: int) -> str:
    return f"M{x} {y - HALF}L{x + HALF} {y}L{x} {y + HALF}L{x - HALF} {y}Z"


def _dot(x: int, y: int) -> str:
    return f"M{x - 6} {y}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z"


def _tick(x: int, y: int) -> str:
    return f"M{x - 6} {y}L{x - 2} {y + 5}L{x + 7} {y - 6}"


def _cross(x: int, y: int) -> str:
    return f"M{x - 6} {y - 6}L{x + 6} {y + 6}M{x + 6} {y - 6}L{x - 6} {y + 6}"
