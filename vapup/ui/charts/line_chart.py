"""Money at the end of each month: what it was drawn through, what is planned dashed, the lowest month marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from vapup.ui.charts.frame import Frame, Plan, frame_of
from vapup.ui.charts.legend import Entry
from vapup.ui.charts.parts import (
    NARROW,
    STRONG,
    WIDE,
    Anchor,
    Chart,
    Drawing,
    Label,
    Look,
    Point,
    Series,
    Shape,
    Stroke,
    diamond,
    held,
    nothing,
)
from vapup.ui.charts.scale import ticks_for, unit_for
from vapup.ui.charts.words import ends_of, in_yen, listed, sentences
from vapup.ui.charts.writing import shortened

SPACING: Final = 5  # of the strokes below zero
Values = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class _Course:
    """The amounts of the months: what was where it is known, else what is planned."""

    labels: Sequence[str]
    actual: Values
    planned: Values

    @property
    def merged(self) -> list[int | None]:
        pairs = zip(self.actual, self.planned, strict=True)
        return [was if was is not None else plan for was, plan in pairs]

    @property
    def lowest(self) -> int:
        """Return the place of the lowest month, the first of several."""
        known = [(value, place) for place, value in enumerate(self.merged) if value is not None]
        return min(known)[1]

    @property
    def amounts(self) -> list[int]:
        return [value for value in (*self.actual, *self.planned) if value is not None]


def line(
    *, id: str, title: str, labels: Sequence[str], actual: Values, planned: Values, is_printed: bool = False
) -> Chart:
    """Draw amounts over 1 to 36 months, or more.

    Args:
        id: names the chart in its page; ASCII.
        title: what the chart shows, for those who do not see it; it is not drawn.
        labels: the months.
        actual: whole yen where the month is closed, else None.
        planned: whole yen, None where nothing was planned; a month may have both.
        is_printed: the drawing carries its style sheet, as a PDF needs it.

    Raises:
        ValueError: the three are not equally long.
    """
    if not len(labels) == len(actual) == len(planned):
        raise ValueError("each month needs an actual and a planned amount, or None for it")
    course = _Course(labels, actual, planned)
    if not course.amounts:
        return nothing(id, title, f"{title}の金額がまだ入力されていません。", is_printed=is_printed)
    wide, narrow = (_drawing(width, course) for width in (WIDE, NARROW))
    return Chart(id, title, _described(title, course), wide, narrow, is_printed=is_printed)


def _drawing(width: int, course: _Course) -> Drawing:
    unit = unit_for(course.amounts)
    frame = frame_of(Plan(width, unit, ticks_for(course.amounts), _entries(course), course.labels, callouts=1))
    middles = [(left + right) // 2 for left, right in frame.slots(len(course.labels))]
    merged = [_points(frame, middles, course.merged)]
    low = course.merged[course.lowest] or 0
    x, y = middles[course.lowest], frame.scale.at(low)
    words = f"最低 {course.labels[course.lowest]} {unit.written(low)}"
    words = shortened(words, STRONG, width)
    top = frame.callout_line(0)
    shapes = [
        *_below_zero(frame, merged[0]),
        Shape("chart__guide", (((x, top + 5), (x, y)),)),
        *_lines("chart__line chart__line--planned", _points(frame, middles, _joined(course))),
        *_lines("chart__line chart__line--actual", _points(frame, middles, course.actual)),
        Shape("chart__lowest", (diamond(x, y, 6),), is_closed=True),
    ]
    look = "negative-strong" if low < 0 else "strong"
    return frame.drawing(shapes, [Label(held(x, words, STRONG, 0, width), top, words, Anchor.MIDDLE, STRONG, look)])


def _entries(course: _Course) -> tuple[Entry, ...]:
    """Name only what is drawn."""
    entries = []
    if any(value is not None for value in course.actual):
        entries.append(Entry("実績", line="chart__line chart__line--actual"))
    if any(value is not None for value in course.planned):
        entries.append(Entry("計画", line="chart__line chart__line--planned"))
    if any(amount < 0 for amount in course.amounts):
        entries.append(Entry("0円未満", Look.BELOW))
    return tuple(entries)


def _joined(course: _Course) -> list[int | None]:
    """Return the planned amounts, begun at the last actual one where the plan goes on from it."""
    joined = list(course.planned)
    for place in range(len(joined) - 1):
        goes_on = course.actual[place] is not None and course.actual[place + 1] is None
        if goes_on and joined[place] is None and joined[place + 1] is not None:
            joined[place] = course.actual[place]
    return joined


def _points(frame: Frame, middles: Sequence[int], values: Values) -> list[Point | None]:
    return [None if value is None else (middles[place], frame.scale.at(value)) for place, value in enumerate(values)]


def _lines(css: str, points: Sequence[Point | None]) -> Iterator[Shape]:
    """Yield the lines between gaps, and a point for each month that stands alone."""
    runs = list(_runs(points))
    if strokes := tuple(run for run in runs if len(run) > 1):
        yield Shape(css, strokes)
    if alone := tuple(diamond(*run[0], 3) for run in runs if len(run) == 1):
        yield Shape("chart__point", alone, is_closed=True)


def _runs(points: Sequence[Point | None]) -> Iterator[Stroke]:
    run: list[Point] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
        elif run:
            yield tuple(run)
            run = []


def _below_zero(frame: Frame, points: Sequence[Point | None]) -> Iterator[Shape]:
    """Hatch what lies between the zero line and the months below it, with upright strokes."""
    strokes = tuple(
        ((x, frame.zero), (x, y))
        for run in _runs(points)
        for one, two in pairwise(run)
        for x in range(one[0], two[0])
        if x % SPACING == 0 and (y := _between(one, two, x)) > frame.zero
    )
    if strokes:
        yield Shape("chart__hatch chart__hatch--below", strokes)


def _between(one: Point, two: Point, x: int) -> int:
    return one[1] + (two[1] - one[1]) * (x - one[0]) // (two[0] - one[0])


def _described(title: str, course: _Course) -> str:
    merged, labels = course.merged, course.labels
    low = merged[course.lowest] or 0
    below = [labels[place] for place, value in enumerate(merged) if value is not None and value < 0]
    parts = [
        f"{title}の折れ線グラフ。{labels[0]}から{labels[-1]}まで{len(labels)}か月",
        f"最も少ないのは{labels[course.lowest]}の{in_yen(low)}",
        *(
            ends_of(Series(name, values), labels)
            for name, values in (("実績", course.actual), ("計画", course.planned))
        ),
        f"0円を下回るのは{listed(below)}" if below else "0円を下回る月はない",
    ]
    return sentences(parts)
