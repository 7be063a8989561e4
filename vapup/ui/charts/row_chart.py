"""Rows below each other along one axis: how often something came (ranking), how long something took (spread)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vapup.ui.charts.filling import Area, filled
from vapup.ui.charts.legend import Entry, Key, key_of
from vapup.ui.charts.parts import LINE, NARROW, SMALL, WIDE, Anchor, Chart, Drawing, Label, Look, Shape, nothing
from vapup.ui.charts.scale import Scale, ticks_for
from vapup.ui.charts.words import MOST_NAMED, listed, sentences
from vapup.ui.charts.writing import shortened, width_of

ROW_WIDE: Final = 32
ROW_NARROW: Final = 48  # the name stands above its bar
THICK: Final = 18
GAP: Final = 8
BROADEST_NAME: Final = 230
VITAL_PERCENT: Final = 80
MEDIAN: Final = "chart__line chart__line--actual"


@dataclass(frozen=True, slots=True)
class Counted:
    """Something that came `count` times."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in days: half of all `count` cases lie between `low` and `high`."""

    label: str
    low: int
    median: int
    high: int
    count: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where the rows lie in a drawing, with all that is drawn around the data."""

    width: int
    height: int
    key: Key
    scale: Scale
    bars: tuple[tuple[int, int], ...]  # upper and lower end of each
    behind: tuple[Shape, ...]
    labels: tuple[Label, ...]


def running_percents(counts: Sequence[int]) -> tuple[int, ...]:
    """Return how much of the whole each count and those before it make up, in percent, rounded down."""
    total, so_far, found = sum(counts), 0, []
    for count in counts:
        so_far += count
        found.append(so_far * 100 // total if total else 0)
    return tuple(found)


def vital_few(counts: Sequence[int]) -> int:
    """Return how many of the first counts it takes to reach four fifths of the whole."""
    return 1 + sum(1 for percent in running_percents(counts) if percent < VITAL_PERCENT) if sum(counts) else 0


def ranking(*, id: str, title: str, rows: Sequence[Counted], unit: str = "件", is_printed: bool = False) -> Chart:
    """Draw a bar for each row, the most frequent first; those that make up four fifths of the whole are solid.

    Args:
        id: names the chart in its page; ASCII.
        title: what the chart shows, for those who do not see it; it is not drawn.
        rows: in the order of the drawing, the largest first.
    """
    known = [row for row in rows if row.count]
    if not known:
        return nothing(id, title, f"{title}はまだありません。", is_printed=is_printed)
    wide, narrow = (_ranked(width, known, unit) for width in (WIDE, NARROW))
    return Chart(id, title, _ranking_in_words(title, known, unit), wide, narrow, is_printed=is_printed)


def spread(*, id: str, title: str, rows: Sequence[Spread], is_printed: bool = False) -> Chart:
    """Draw for each row the middle half of all cases as a box, with a stroke at the median; days."""
    if not rows:
        return nothing(id, title, f"{title}はまだありません。", is_printed=is_printed)
    wide, narrow = (_spread(width, rows) for width in (WIDE, NARROW))
    return Chart(id, title, _spread_in_words(title, rows), wide, narrow, is_printed=is_printed)


def _ranked(width: int, rows: Sequence[Counted], unit: str) -> Drawing:
    counts = [row.count for row in rows]
    total, few = sum(counts), vital_few(counts)
    texts = [f"{count}{unit}({count * 100 // total}%)" for count in counts]
    entries = [Entry(f"多い順に合わせて{VITAL_PERCENT}%まで", Look.SOLID), Entry("そのほか", Look.LIGHT)]
    frame = _rows(width, [row.label for row in rows], texts, max(counts), entries[: 1 + (few < len(rows))])
    shapes: list[Shape] = []
    labels: list[Label] = []
    for place, (top, bottom) in enumerate(frame.bars):
        end = frame.scale.at(counts[place])
        shapes += filled(Area(frame.scale.near, top, end, bottom), Look.SOLID if place < few else Look.LIGHT)
        labels.append(Label(end + 6, bottom - 4, texts[place]))
    return _drawing(frame, shapes, labels)


def _spread(width: int, rows: Sequence[Spread]) -> Drawing:
    texts = [f"{row.median}日({row.count}件)" for row in rows]
    entries = (Entry("中央の半分(四分位)", Look.LIGHT), Entry("中央値", line=MEDIAN))
    frame = _rows(width, [row.label for row in rows], texts, max(row.high for row in rows), entries)
    shapes: list[Shape] = []
    labels: list[Label] = []
    for row, text, (top, bottom) in zip(rows, texts, frame.bars, strict=True):
        low, middle, high = (frame.scale.at(days) for days in (row.low, row.median, row.high))
        shapes += filled(Area(low, top, max(high, low + 1), bottom), Look.LIGHT)
        shapes.append(Shape(MEDIAN, (((middle, top - 3), (middle, bottom + 3)),)))
        labels.append(Label(max(high, middle) + 6, bottom - 4, text))
    return _drawing(frame, shapes, labels)


def _rows(width: int, names: Sequence[str], texts: Sequence[str], largest: int, entries: Sequence[Entry]) -> _Rows:
    """Lay out rows with their names beside them, or above them in a narrow drawing, and an axis below."""
    is_narrow, key = width <= NARROW, key_of(entries, width)
    room = width if is_narrow else BROADEST_NAME
    shown = [shortened(name, SMALL, room) for name in names]
    left = 2 if is_narrow else max(width_of(name, SMALL) for name in shown) + GAP
    right = width - max(width_of(text, SMALL) for text in texts) - GAP
    scale = Scale(ticks_for([largest], 4 if is_narrow else 6), left, right)
    height, top = ROW_NARROW if is_narrow else ROW_WIDE, key.height + GAP
    bars = tuple(
        (top + height * (place + 1) - GAP - THICK, top + height * (place + 1) - GAP) for place in range(len(names))
    )
    bottom = top + height * len(names)
    labels = [
        Label(0, upper - GAP, name) if is_narrow else Label(left - GAP, lower - 4, name, Anchor.END)
        for name, (upper, lower) in zip(shown, bars, strict=True)
    ]
    labels += [Label(scale.at(tick), bottom + LINE, str(tick), Anchor.MIDDLE, look="soft") for tick in scale.ticks[1:]]
    grid = tuple(((scale.at(tick), top), (scale.at(tick), bottom)) for tick in scale.ticks[1:])
    # Lines from top to bottom would cross the names of a narrow drawing.
    starts = tuple(((left, upper - 3), (left, lower + 3)) for upper, lower in bars) if is_narrow else ()
    zero = Shape("chart__zero", starts or (((left, top), (left, bottom)),))
    behind = (zero,) if is_narrow else (Shape("chart__grid", grid), zero)
    return _Rows(width, bottom + LINE + GAP, key, scale, bars, behind, tuple(labels))


def _drawing(frame: _Rows, shapes: Sequence[Shape], labels: Sequence[Label]) -> Drawing:
    return Drawing(
        frame.width,
        frame.height,
        (*frame.key.shapes, *frame.behind, *shapes),
        (*frame.key.labels, *frame.labels, *labels),
    )


def _ranking_in_words(title: str, rows: Sequence[Counted], unit: str) -> str:
    counts = [row.count for row in rows]
    few = vital_few(counts)
    return sentences(
        [
            f"{title}の横棒グラフ。多い順に{listed([f'{row.label} {row.count}{unit}' for row in rows])}",
            f"上位{few}区分で全体{sum(counts)}{unit}の{running_percents(counts)[few - 1]}%",
        ]
    )


def _spread_in_words(title: str, rows: Sequence[Spread]) -> str:
    longest = sorted(rows, key=lambda row: -row.median)[:MOST_NAMED]
    told = [f"{row.label} 中央値{row.median}日(四分位 {row.low}〜{row.high}日、{row.count}件)" for row in longest]
    return sentences([f"{title}の図。{len(rows)}区分。長い順に{listed(told)}"])
