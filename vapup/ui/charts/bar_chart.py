"""Bars beside each other, such as plan and actual, from a zero line up and down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from vapup.ui.charts.filling import Area, filled
from vapup.ui.charts.frame import Frame, Plan, frame_of
from vapup.ui.charts.legend import Entry
from vapup.ui.charts.parts import NARROW, SMALL, WIDE, Anchor, Chart, Drawing, Label, Look, Series, Shape, nothing
from vapup.ui.charts.scale import Unit, ticks_for, unit_for
from vapup.ui.charts.words import ends_of, in_yen, listed, sentences

LOOKS: Final = (Look.RISING, Look.SOLID, Look.LIGHT, Look.GRID)
BROADEST: Final = 56
BETWEEN: Final = 2  # bars of a group
SLACK: Final = 3  # half of what digits are reckoned too broad


def bars(*, id: str, title: str, labels: Sequence[str], series: Sequence[Series], is_printed: bool = False) -> Chart:
    """Draw a group of bars for each label.

    Args:
        id: names the chart in its page; ASCII.
        title: what the chart shows, for those who do not see it; it is not drawn.
        labels: what the groups are called, such as closed years.
        series: one to four, in the order of the bars in a group: the plan first (hatched), then what came (solid).
        is_printed: the drawing carries its style sheet, as a PDF needs it.

    Raises:
        ValueError: a series has not one amount for each label, or there are more than four.
    """
    if len(series) > len(LOOKS) or any(len(one.values) != len(labels) for one in series):
        raise ValueError("a series needs an amount for each label, and only four are told apart")
    amounts = [amount for one in series for amount in one.known]
    if not amounts:
        return nothing(id, title, f"{title}の金額がまだ入力されていません。", is_printed=is_printed)
    wide, narrow = (_drawing(width, labels, series, amounts) for width in (WIDE, NARROW))
    return Chart(id, title, _described(title, labels, series), wide, narrow, is_printed=is_printed)


def _drawing(width: int, labels: Sequence[str], series: Sequence[Series], amounts: Sequence[int]) -> Drawing:
    unit = unit_for(amounts)
    entries = tuple(Entry(one.name, LOOKS[place]) for place, one in enumerate(series))
    frame = frame_of(Plan(width, unit, _ticks(amounts), entries, labels))
    shapes: list[Shape] = []
    numbers: list[Label] = []
    areas: list[Area] = []
    breadth = _breadth(frame, len(labels), len(series))
    for place, slot in enumerate(frame.slots(len(labels))):
        values = [one.values[place] for one in series]
        for look, value, area in _group(frame, slot, breadth, values):
            shapes += filled(area, look)
            areas.append(area)
            numbers.append(_number(area, value, unit, frame))
    return frame.drawing(shapes, numbers if _has_room(numbers, areas, frame) else ())


def _has_room(numbers: Sequence[Label], areas: Sequence[Area], frame: Frame) -> bool:
    """Tell whether every number stands beside the axis, in the drawing, and touches no other one and no bar."""
    if any(one.left < frame.left or one.right > frame.width for one in numbers):
        return False
    rooms = [Area(one.left + SLACK, one.top, one.right - SLACK, one.bottom) for one in numbers]
    own = zip(rooms, areas, strict=True)
    if any(room.touches(other) for room, bar in own for other in areas if other is not bar):
        return False
    return not any(one.touches(two) for one, two in combinations(rooms, 2))


def _ticks(amounts: Sequence[int]) -> tuple[int, ...]:
    """Return ticks that leave room for the number at the end of the longest bars."""
    low, high = min(0, *amounts), max(0, *amounts)
    room = (high - low) // 9
    return ticks_for([low - room if low else 0, high + room if high else 0])


def _breadth(frame: Frame, groups: int, bars_each: int) -> int:
    """Return the width of a bar with the gap to the next; a fifth of a group stays free."""
    return max(min((frame.right - frame.left) * 4 // (5 * groups * bars_each), BROADEST), BETWEEN + 2)


def _group(
    frame: Frame, slot: tuple[int, int], breadth: int, values: Sequence[int | None]
) -> Iterator[tuple[Look, int, Area]]:
    """Yield the bars of a group, centred in its slot; what is not known has none."""
    left = (slot[0] + slot[1] - breadth * len(values)) // 2
    for place, value in enumerate(values):
        if value is not None:
            end, x = frame.scale.at(value), left + place * breadth
            yield LOOKS[place], value, Area(x, min(end, frame.zero), x + breadth - BETWEEN, max(end, frame.zero))


def _number(area: Area, value: int, unit: Unit, frame: Frame) -> Label:
    """Write an amount at the end of its bar."""
    y = area.bottom + SMALL + 1 if value < 0 else area.top - 4
    middle = (area.left + area.right) // 2
    return Label(middle, min(y, frame.bottom), unit.number(value), Anchor.MIDDLE, look="negative" if value < 0 else "")


def _described(title: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    parts = [f"{title}の棒グラフ。{len(labels)}区分", *(ends_of(one, labels) for one in series)]
    if len(series) == 2:
        parts.append(_difference(labels, *series))
    parts += [f"{one.name}が0円を下回るのは{listed(below)}" for one in series if (below := _below(one, labels))]
    return sentences(parts)


def _below(series: Series, labels: Sequence[str]) -> list[str]:
    return [labels[place] for place, value in enumerate(series.values) if value is not None and value < 0]


def _difference(labels: Sequence[str], plan: Series, actual: Series) -> str:
    """Say where two series are furthest apart."""
    gaps = [
        (two - one, labels[place])
        for place, (one, two) in enumerate(zip(plan.values, actual.values, strict=True))
        if one is not None and two is not None
    ]
    if not gaps:
        return ""
    gap, label = max(gaps, key=lambda pair: abs(pair[0]))
    if not gap:
        return f"{actual.name}と{plan.name}に差はない"
    return f"{actual.name}から{plan.name}を引いた差が最も大きいのは{label}の{in_yen(gap)}"
