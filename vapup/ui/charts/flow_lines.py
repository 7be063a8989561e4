"""The arrows of the picture of a business: through the channels between the columns and the lanes below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vapup.ui.charts.flow_boxes import Box
from vapup.ui.charts.flow_ports import INSET, WORDS, Arrow, Port, Side, heights_at, ports_of
from vapup.ui.charts.parts import LINE, Label, Point, Shape

FAN: Final = 36  # where the arrows cross a channel
FEW: Final = 16  # ends of arrows that cross a channel without crowding it
HEAD: Final = 14
TRACK: Final = 8  # between upright lines
EMPTY: Final = 28  # a channel without arrows
LANE: Final = 10  # between lines below the columns
TIP: Final = 10
HALF: Final = 5
Meeting = tuple[int, str]  # an arrow and a box


@dataclass(frozen=True, slots=True)
class Channel:
    """How wide the parts of a channel are: words or heads at the left, the fan, words or heads at the right."""

    left: int = 0
    fan: int = 0
    right: int = 0
    from_left: tuple[int, ...] = ()  # the arrows with an upright line, from the left edge of the fan
    from_right: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """Return the width of all parts."""
        return self.left + self.fan + self.right


def channels_of(arrows: Sequence[Arrow], columns: int) -> tuple[Channel, ...]:
    """Return the channels: before the first column, between the columns, and after the last."""
    return tuple(_channel(arrows, number, is_outer=number in {0, columns}) for number in range(columns + 1))


def _channel(arrows: Sequence[Arrow], number: int, *, is_outer: bool) -> Channel:
    ends = [end for arrow in arrows for end in (arrow.source, arrow.target) if end.channel == number]
    if not ends:
        return Channel(fan=0 if is_outer else EMPTY)
    upright = [end for end in ends if not arrows[end.arrow].is_direct]
    # The right side of a box is the left side of the channel.
    left, right = _tracks(upright, Side.RIGHT), _tracks(upright, Side.LEFT)
    crossing = len(ends) - len(upright)  # both ends of each
    fan = max(0 if is_outer else FAN + 2 * max(crossing - FEW, 0), TRACK * (len(left) + len(right) + 1))
    return Channel(_edge(ends, Side.RIGHT), fan, _edge(ends, Side.LEFT), left, right)


def _tracks(ends: Sequence[Port], side: Side) -> tuple[int, ...]:
    return tuple(sorted({end.arrow for end in ends if end.side is side}))


def _edge(ends: Sequence[Port], side: Side) -> int:
    of_side = [end for end in ends if end.side is side]
    if not of_side:
        return 0
    return WORDS + INSET // 2 if any(end.words for end in of_side) else HEAD


@dataclass(frozen=True, slots=True)
class Map:
    """All that the arrows are drawn by: the boxes placed, where channels begin, and the lanes below the columns.

    Arrows of a lower row of competitors pass above it (`rows`) and go up at the right of all boxes (`risers`).
    """

    arrows: Sequence[Arrow]
    boxes: Mapping[str, Box]
    channels: Sequence[Channel]
    starts: Sequence[int]
    lanes: Mapping[int, int]
    rows: Mapping[Meeting, int]
    risers: Mapping[Meeting, int]

    def shapes(self) -> Iterator[Shape]:
        """Yield each arrow with its head."""
        meets = self._meets()
        for number, arrow in enumerate(self.arrows):
            kind = arrow.flow.kind.value
            points = tuple(_straightened(self._points(number, arrow, meets)))
            yield Shape(f"chart__flow chart__flow--{kind}", ((*points[:-1], _short_of(points)),))
            yield Shape(f"chart__head chart__head--{kind}", (_head(arrow.target.side, points[-1]),), is_closed=True)

    def labels(self) -> Iterator[Label]:
        """Yield the words of the arrows, above their lines."""
        meets = self._meets()
        for port in (end for arrow in self.arrows for end in (arrow.source, arrow.target) if end.words):
            x, y = meets[port.arrow, port.box]
            left = x + INSET if port.side is Side.RIGHT else x - WORDS
            for row, text in enumerate(reversed(port.words)):
                yield Label(left, y - HALF - 3 - row * LINE, text)

    def _meets(self) -> dict[Meeting, Point]:
        """Return where each arrow meets each of its boxes."""
        found: dict[Meeting, Point] = {}
        for key, box in self.boxes.items():
            for side, x in ((Side.LEFT, box.left), (Side.RIGHT, box.right)):
                ports = ports_of(self.arrows, key, side)
                found |= {(arrow, key): (x, y) for arrow, y in heights_at(ports, box.top, box.height).items()}
            above = ports_of(self.arrows, key, Side.TOP)
            for number, port in enumerate(above):
                found[port.arrow, key] = box.left + (box.right - box.left) * (number + 1) // (len(above) + 1), box.top
        return found

    def _points(self, number: int, arrow: Arrow, meets: Mapping[Meeting, Point]) -> list[Point]:
        start, end = meets[number, arrow.source.box], meets[number, arrow.target.box]
        if arrow.is_direct:
            return [start, self._fan_edge(arrow.source, start), self._fan_edge(arrow.target, end), end]
        if arrow.is_turning:
            x = self._track(arrow.source)
            return [start, (x, start[1]), (x, end[1]), end]
        lane = self.lanes[number]
        way_in = [*self._to_lane(arrow.source, start, lane)]
        way_out = [*self._to_lane(arrow.target, end, lane)]
        return [*way_in, *reversed(way_out)]

    def _fan_edge(self, port: Port, at: Point) -> Point:
        start, channel = self.starts[port.channel], self.channels[port.channel]
        return (start + channel.left + (0 if port.side is Side.RIGHT else channel.fan), at[1])

    def _track(self, port: Port) -> int:
        """Return where the upright line of an arrow stands in its channel."""
        start, channel = self.starts[port.channel] + self.channels[port.channel].left, self.channels[port.channel]
        if port.side is Side.RIGHT:
            return start + TRACK * (channel.from_left.index(port.arrow) + 1)
        return start + channel.fan - TRACK * (channel.from_right.index(port.arrow) + 1)

    def _to_lane(self, port: Port, at: Point, lane: int) -> Iterator[Point]:
        """Yield the points from a box to the lane below the columns."""
        yield at
        if port.side is not Side.TOP:
            x = self._track(port)
            yield x, at[1]
            yield x, lane
        elif (meeting := (port.arrow, port.box)) in self.risers:
            row, x = self.rows[meeting], self.risers[meeting]
            yield at[0], row
            yield x, row
            yield x, lane
        else:
            yield at[0], lane


def _straightened(points: Sequence[Point]) -> Iterator[Point]:
    """Leave out points that repeat the one before."""
    for number, point in enumerate(points):
        if number == 0 or point != points[number - 1]:
            yield point


def _short_of(points: Sequence[Point]) -> Point:
    """Return where the line ends, a little before the tip, so that it does not blunt it."""
    (x1, y1), (x2, y2) = points[-2], points[-1]
    if x1 == x2:
        return x2, y2 - TIP + 2 if y2 > y1 else y2 + TIP - 2
    return (x2 - TIP + 2 if x2 > x1 else x2 + TIP - 2), y2


def _head(side: Side, tip: Point) -> tuple[Point, ...]:
    """Return the head of an arrow that reaches a side of a box."""
    x, y = tip
    if side is Side.TOP:
        return (x, y), (x - HALF, y - TIP), (x + HALF, y - TIP)
    back = x - TIP if side is Side.LEFT else x + TIP
    return (x, y), (back, y - HALF), (back, y + HALF)
