"""Amounts on top of each other, such as the debt service to each lender, and a line of what is there to pay them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from vapup.ui.charts.filling import Area, filled
from vapup.ui.charts.frame import Frame, Plan, frame_of
from vapup.ui.charts.legend import Entry
from vapup.ui.charts.parts import (
    NARROW,
    SMALL,
    WIDE,
    Anchor,
    Chart,
    Drawing,
    Label,
    Look,
    Series,
    Shape,
    diamond,
    nothing,
)
from vapup.ui.charts.scale import Unit, ticks_for, unit_for
from vapup.ui.charts.words import ends_of, in_yen, listed, sentences
from vapup.ui.charts.writing import width_of

LOOKS: Final = tuple(Look[name] for name in ("SOLID", "RISING", "LIGHT", "GRID", "GREY", "FALLING", "UPRIGHT", "LEVEL"))
BROADEST: Final = 64
LINE: Final = "chart__line chart__line--available"


def stack(
    *,
    id: str,
    title: str,
    labels: Sequence[str],
    parts: Sequence[Series],
    available: Series | None = None,
    is_printed: bool = False,
) -> Chart:
    """Draw a bar of parts for each label, and a line over the bars.

    Args:
        id: names the chart in its page; ASCII.
        title: what the chart shows, for those who do not see it; it is not drawn.
        labels: what the bars are called, such as years.
        parts: none below zero; of more than eight, the smallest are drawn as one.
        available: what the bars are measured against; it may be below zero.
        is_printed: the drawing carries its style sheet, as a PDF needs it.

    Raises:
        ValueError: a part is below zero, or has not one amount for each label.
    """
    lines = [available] if available else []
    if any(len(one.values) != len(labels) for one in (*parts, *lines)):
        raise ValueError("each part needs an amount for each label")
    if any(amount < 0 for one in parts for amount in one.known):
        raise ValueError("what is stacked is not below zero")
    if not any(one.known for one in (*parts, *lines)):
        return nothing(id, title, f"{title}の金額がまだ入力されていません。", is_printed=is_printed)
    drawn = _folded(parts)
    wide, narrow = (_drawing(width, labels, drawn, available) for width in (WIDE, NARROW))
    return Chart(id, title, _described(title, labels, parts, available), wide, narrow, is_printed=is_printed)


def _folded(parts: Sequence[Series]) -> list[Series]:
    """Keep the largest parts in their order and add the others up, so that all can be told apart."""
    if len(parts) <= len(LOOKS):
        return list(parts)
    by_size = sorted(range(len(parts)), key=lambda place: -sum(parts[place].known))
    kept = sorted(by_size[: len(LOOKS) - 1])
    rest = [parts[place] for place in sorted(by_size[len(LOOKS) - 1 :])]
    return [*(parts[place] for place in kept), Series(f"その他({len(rest)}件)", _sums(rest))]


def _sums(parts: Sequence[Series]) -> list[int]:
    """Add up each label; what is not known counts as nothing."""
    return [sum(value or 0 for value in values) for values in zip(*(one.values for one in parts), strict=True)]


def _drawing(width: int, labels: Sequence[str], parts: Sequence[Series], available: Series | None) -> Drawing:
    sums = _sums(parts) if parts else []
    amounts = [*sums, *(available.known if available else [])]
    unit = unit_for(amounts)
    entries = [Entry(one.name, LOOKS[place]) for place, one in enumerate(parts)]
    if available:
        entries.append(Entry(available.name, line=LINE, is_marked=True))
    room = (max(0, *amounts) - min(0, *amounts)) // 10
    frame = frame_of(Plan(width, unit, ticks_for([*amounts, max(0, *amounts) + room]), tuple(entries), labels))
    slots = frame.slots(len(labels))
    shapes: list[Shape] = []
    for place, slot in enumerate(slots):
        shapes += _bar(frame, slot, [one.values[place] or 0 for one in parts])
    numbers = _numbers(frame, slots, sums, unit) if not available else []
    return frame.drawing([*shapes, *_line(frame, slots, available)], numbers)


def _bar(frame: Frame, slot: tuple[int, int], values: Sequence[int]) -> Iterator[Shape]:
    """Yield the parts of a bar from the zero line up; each end is reckoned from the sum, so that none is shifted."""
    half = max(min((slot[1] - slot[0]) * 3 // 10, BROADEST // 2), 1)
    middle, reached = (slot[0] + slot[1]) // 2, 0
    for place, value in enumerate(values):
        bottom, reached = frame.scale.at(reached), reached + value
        yield from filled(Area(middle - half, frame.scale.at(reached), middle + half, bottom), LOOKS[place])


def _numbers(frame: Frame, slots: Sequence[tuple[int, int]], sums: Sequence[int], unit: Unit) -> list[Label]:
    """Write the sums above the bars, if all fit."""
    room = slots[0][1] - slots[0][0]
    if any(width_of(unit.number(total), SMALL) > room for total in sums):
        return []
    pairs = zip(slots, sums, strict=True)
    return [
        Label((left + right) // 2, frame.scale.at(total) - 4, unit.number(total), Anchor.MIDDLE)
        for (left, right), total in pairs
    ]


def _line(frame: Frame, slots: Sequence[tuple[int, int]], available: Series | None) -> Iterator[Shape]:
    """Yield the line through the middles of the bars, on a white one that sets it off from them."""
    if available is None:
        return
    runs: list[list[tuple[int, int]]] = [[]]
    for (left, right), value in zip(slots, available.values, strict=True):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(((left + right) // 2, frame.scale.at(value)))
    strokes = tuple(tuple(run) for run in runs if len(run) > 1)
    if strokes:
        yield Shape("chart__casing", strokes)
        yield Shape(LINE, strokes)
    if marks := tuple(diamond(*point, 5) for run in runs for point in run):
        yield Shape("chart__point", marks, is_closed=True)


def _described(title: str, labels: Sequence[str], parts: Sequence[Series], available: Series | None) -> str:
    sums = _sums(parts) if parts else [0] * len(labels)
    said = [
        f"{title}の積み上げ棒グラフ。{len(labels)}区分",
        f"内訳は{listed([one.name for one in parts])}" if parts else "",
        ends_of(Series("合計", sums), labels),
    ]
    if available:
        said += [ends_of(available, labels), _short(labels, sums, available)]
    return sentences(said)


def _short(labels: Sequence[str], sums: Sequence[int], available: Series) -> str:
    """Say where the line stays below the bars, and by how much at worst."""
    gaps = [
        (total - value, labels[place])
        for place, (total, value) in enumerate(zip(sums, available.values, strict=True))
        if value is not None and value < total
    ]
    if not gaps:
        return f"{available.name}が合計を下回る区分はない"
    worst, label = max(gaps, key=lambda pair: pair[0])
    where = listed([one for _, one in gaps])
    return f"{available.name}が合計を下回るのは{where}、不足が最も大きいのは{label}の{in_yen(worst)}"
