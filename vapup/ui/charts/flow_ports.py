"""Where the arrows of the picture of a business leave and reach the boxes.

The room between two columns is a channel. On each side of it an arrow has a port of its own, high enough for the words
of the arrow if they stand there. So no two texts and no two ends of arrows come together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from vapup.ui.charts.parties import Flow
from vapup.ui.charts.parts import LINE, SMALL
from vapup.ui.charts.scale import Unit
from vapup.ui.charts.writing import wrapped

WORDS: Final = 96  # the room for words on a side of a channel
INSET: Final = 12  # of words from the box: the head of the arrow is there
LABEL_LINES: Final = 3
SLOT: Final = 16  # without words
BELOW_WORDS: Final = 10
BENEATH: Final = -1  # the column of competitors


class Side(Enum):
    """The side of a box."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"


@dataclass(frozen=True, slots=True)
class Port:
    """An end of an arrow at a box; `channel` counts from the left, 0 before the first column."""

    arrow: int
    box: str
    side: Side
    channel: int
    words: tuple[str, ...] = ()
    toward: int = 0  # orders the ports of a side: where the other end is

    @property
    def slot(self) -> int:
        """Return the height that it needs."""
        return len(self.words) * LINE + BELOW_WORDS if self.words else SLOT


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow with its two ends."""

    flow: Flow
    source: Port
    target: Port

    @property
    def is_direct(self) -> bool:
        """Tell whether it crosses one channel, from column to column."""
        sides = {self.source.side, self.target.side}
        return self.source.channel == self.target.channel and sides == {Side.LEFT, Side.RIGHT}

    @property
    def is_turning(self) -> bool:
        """Tell whether it turns in a channel, back to the column that it comes from."""
        is_one = self.source.channel == self.target.channel and self.source.side is self.target.side
        return is_one and self.source.side is not Side.TOP


def arrows_of(flows: Sequence[Flow], places: Mapping[str, tuple[int, int]], unit: Unit) -> tuple[Arrow, ...]:
    """Give each flow its ports. `places` has the column of each box, `BENEATH` for competitors, and its rank there."""
    last = max((column for column, _ in places.values()), default=0)
    raw = [_arrow(number, flow, places, last) for number, flow in enumerate(flows)]
    sides = {channel: _words_side(raw, channel, unit) for channel in {arrow.source.channel for arrow in raw}}
    return tuple(_worded(arrow, sides[arrow.source.channel], unit) for arrow in raw)


def _arrow(number: int, flow: Flow, places: Mapping[str, tuple[int, int]], last: int) -> Arrow:
    (one, rank_one), (two, rank_two) = places[flow.source], places[flow.target]
    source = _port(number, flow.source, one, _side(one, two, last), rank_two)
    target = _port(number, flow.target, two, _side(two, one, last), rank_one)
    return Arrow(flow, source, target)


def _side(own: int, other: int, last: int) -> Side:
    """Return the side from which a box of a column is joined with another column."""
    if own == BENEATH:
        return Side.TOP
    if other in {own, BENEATH}:
        return Side.LEFT if own == last and own else Side.RIGHT
    return Side.RIGHT if other > own else Side.LEFT


def _port(number: int, box: str, column: int, side: Side, toward: int) -> Port:
    channel = {Side.LEFT: column, Side.RIGHT: column + 1, Side.TOP: BENEATH}[side]
    return Port(number, box, side, channel, toward=toward)


def words_of(flow: Flow, unit: Unit) -> tuple[str, ...]:
    """Return the words of an arrow in lines: what goes, and below it how much."""
    amount = "" if flow.amount_yen is None else unit.written(flow.amount_yen)
    room = WORDS - INSET
    lines = wrapped(flow.label, SMALL, room, LABEL_LINES - 1 if amount else LABEL_LINES)
    return (*lines, *wrapped(amount, SMALL, room, 1))


def _words_side(arrows: Sequence[Arrow], channel: int, unit: Unit) -> Side:
    """Return the side of the boxes on which the words of a channel need less height."""
    tall = {Side.LEFT: 0, Side.RIGHT: 0}
    for side in tall:
        heights: dict[str, int] = {}
        for arrow in arrows:
            if arrow.is_direct and arrow.source.channel == channel:
                box = arrow.source.box if arrow.source.side is side else arrow.target.box
                heights[box] = heights.get(box, 0) + len(words_of(arrow.flow, unit)) * LINE + BELOW_WORDS
        tall[side] = max(heights.values(), default=0)
    return Side.RIGHT if tall[Side.RIGHT] <= tall[Side.LEFT] else Side.LEFT


def _worded(arrow: Arrow, side: Side, unit: Unit) -> Arrow:
    """Put the words to one end: that on the side chosen, or the end of the arrow that is not a competitor."""
    words = words_of(arrow.flow, unit)
    source, target = arrow.source, arrow.target
    at_source = source.side is side if arrow.is_direct else source.side is not Side.TOP
    with_words = source if at_source else target
    if with_words.side is Side.TOP:
        return arrow
    worded = Port(with_words.arrow, with_words.box, with_words.side, with_words.channel, words, with_words.toward)
    return Arrow(arrow.flow, worded, target) if at_source else Arrow(arrow.flow, source, worded)


def ports_of(arrows: Sequence[Arrow], box: str, side: Side) -> list[Port]:
    """Return the ports on a side of a box, in the order of what they are joined with."""
    ends = (end for arrow in arrows for end in (arrow.source, arrow.target))
    return sorted((end for end in ends if end.box == box and end.side is side), key=lambda end: (end.toward, end.arrow))


def height_for(arrows: Sequence[Arrow], box: str) -> int:
    """Return the height that the ports of a box need."""
    return max(sum(port.slot for port in ports_of(arrows, box, side)) for side in (Side.LEFT, Side.RIGHT))


def heights_at(ports: Sequence[Port], top: int, height: int) -> dict[int, int]:
    """Return where each arrow meets its box, spread over the height of the box; words stand above their line."""
    spare = height - sum(port.slot for port in ports)
    places: dict[int, int] = {}
    for number, port in enumerate(ports):
        upper = top + spare * number // len(ports)
        lower = top + spare * (number + 1) // len(ports) + port.slot
        middle = (upper + lower) // 2
        places[port.arrow] = middle + (port.slot // 2 - BELOW_WORDS + 3 if port.words else 0)
        top += port.slot
    return places
