"""The frame of a chart with an axis of amounts: key, unit, grid, zero line, and the names below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from vapup.ui.charts.legend import Entry, key_of
from vapup.ui.charts.parts import DESCENT, LINE, NARROW, SMALL, Anchor, Drawing, Label, Shape
from vapup.ui.charts.scale import Scale, Unit
from vapup.ui.charts.writing import width_of, wrapped

PLOT_WIDE: Final = 250
PLOT_NARROW: Final = 200
RIGHT: Final = 10
MOST_LINES: Final = 3
# So many labels are passed over, as the months of a year allow.
SKIPS: Final = (1, 2, 3, 4, 6, 12, 24, 36)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a frame is drawn for: its width, the amounts of the ticks, the entries of the key, the names below.

    `callouts` is how many rows of text are kept free between the key and the grid, `note` stands behind the unit.
    """

    width: int
    unit: Unit
    ticks: tuple[int, ...]
    entries: tuple[Entry, ...]
    names: Sequence[str]
    callouts: int = 0
    note: str = ""

    @property
    def heading(self) -> str:
        """Return what is written above the axis."""
        return f"単位: {self.unit.name}{f'({self.note})' if self.note else ''}"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a chart may draw, and what is drawn already: `behind` the data and `before` them."""

    left: int
    right: int
    top: int
    bottom: int
    width: int
    height: int
    scale: Scale
    behind: tuple[Shape, ...]
    before: tuple[Shape, ...]
    labels: tuple[Label, ...]

    @property
    def zero(self) -> int:
        """Return where zero lies."""
        return self.scale.at(0)

    def drawing(self, shapes: Sequence[Shape], labels: Sequence[Label]) -> Drawing:
        """Return the whole drawing with the data in it."""
        return Drawing(self.width, self.height, (*self.behind, *shapes, *self.before), (*self.labels, *labels))

    def callout_line(self, row: int) -> int:
        """Return the base line of a row of text above the grid; row 0 is the lowest."""
        return self.top - 10 - row * LINE

    def slots(self, count: int) -> tuple[tuple[int, int], ...]:
        """Return the left and right ends of so many slots of the same width beside each other."""
        span = self.right - self.left
        ends = [self.left + span * number // count for number in range(count + 1)]
        return tuple(pairwise(ends))


def frame_of(plan: Plan) -> Frame:
    """Lay out the frame around the data."""
    key = key_of(plan.entries, plan.width)
    left = max(width_of(plan.unit.number(tick), SMALL) for tick in plan.ticks) + 8
    right = plan.width - RIGHT
    top = key.height + LINE + 12 + plan.callouts * LINE
    bottom = top + (PLOT_NARROW if plan.width <= NARROW else PLOT_WIDE)
    scale = Scale(plan.ticks, bottom, top)
    names = _names(plan.names, left, right, bottom)
    lowest = max((label.bottom for label in names), default=bottom + DESCENT)
    # The zero line lies above the data: bars end at it, from both sides.
    zero = Shape("chart__zero", (((left, scale.at(0)), (right, scale.at(0))),))
    grid = Shape("chart__grid", tuple(((left, scale.at(tick)), (right, scale.at(tick))) for tick in plan.ticks if tick))
    return Frame(
        left,
        right,
        top,
        bottom,
        plan.width,
        lowest + 4,
        scale,
        (*key.shapes, grid),
        (zero,),
        (*key.labels, Label(0, key.height + SMALL, plan.heading, look="soft"), *_ticks(plan, scale, left), *names),
    )


def _ticks(plan: Plan, scale: Scale, left: int) -> tuple[Label, ...]:
    return tuple(
        Label(
            left - 6, scale.at(tick) + DESCENT, plan.unit.number(tick), Anchor.END, look="negative" if tick < 0 else ""
        )
        for tick in plan.ticks
    )


def _names(names: Sequence[str], left: int, right: int, bottom: int) -> tuple[Label, ...]:
    """Write the names below their slots, broken into lines; where they do not fit, only every second, third …"""
    count, span = len(names), right - left
    skip = _skip(names, left, span)
    return tuple(
        Label(_inside(left + span * (2 * place + 1) // (2 * count), line, right), y, line, Anchor.MIDDLE)
        for place, name in enumerate(names)
        if place % skip == 0
        for row, line in enumerate(_lines(name, _room(left, span, count, skip)))
        if (y := bottom + (row + 1) * LINE + DESCENT)
    )


def _room(left: int, span: int, count: int, skip: int) -> int:
    """Return how wide a name may be: its slots, less what the edges push the first and the last name inwards."""
    slots = min(span * skip // count, span)
    last = (count - 1) // skip * skip
    beside = left + span // (2 * count), RIGHT + span * (2 * (count - last) - 1) // (2 * count)
    return slots - 3 - sum(max(0, slots // 2 - one) for one in beside)


def _lines(name: str, room: int) -> tuple[str, ...]:
    """Break a name where a year ends, if both sides fit, else anywhere."""
    if width_of(name, SMALL) > room and "年" in name:
        year, _, rest = name.partition("年")
        both = (f"{year}年", rest.strip())
        if rest and all(width_of(one, SMALL) <= room for one in both):
            return both
    return wrapped(name, SMALL, room, MOST_LINES)


def _skip(names: Sequence[str], left: int, span: int) -> int:
    """Return how many slots a name may take: as few as let every written name stand whole, or those of four letters."""
    count = max(len(names), 1)
    for skip in SKIPS:
        room = _room(left, span, count, skip)
        if room >= 2 * SMALL and all(_fits(name, room) for name in names[::skip]):
            return skip
    return next((skip for skip in SKIPS if _room(left, span, count, skip) >= 4 * SMALL), count)


def _fits(name: str, room: int) -> bool:
    """Tell whether a name stands whole: on one line, broken after its year, or in lines of more than a letter."""
    lines = _lines(name, room)
    is_whole = "".join("".join(lines).split()) == "".join(name.split())
    if not is_whole or len(lines) == 1:
        return is_whole
    is_dated = "年" in name and name[0].isdigit()
    return lines[0].endswith("年") if is_dated else min(len(line) for line in lines) > 1


def _inside(x: int, line: str, right: int) -> int:
    """Keep the first and the last name within the drawing."""
    half = -(-width_of(line, SMALL) // 2)
    return max(half, min(x, right + RIGHT - half))
