"""What every chart is made of: shapes, texts, a drawing, and the chart with its words.

One unit of a drawing is one pixel at its natural size. Colours are classes of `static/css/charts.css`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from vapup.ui.charts.writing import width_of

WIDE: Final = 720
NARROW: Final = 340
SMALL: Final = 12
STRONG: Final = 13
SMALLEST: Final = 11  # pixels of a text on a screen
SCREEN: Final = 900
LINE: Final = 16  # from one base line to the next
DESCENT: Final = 4  # below a base line

Point = tuple[int, int]
Stroke = tuple[Point, ...]


class Anchor(Enum):
    """Which end of a text its `x` is."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Look(Enum):
    """How an area is filled, so that it is told apart in black and white; the values are classes."""

    RISING = "rising"
    SOLID = "solid"
    LIGHT = "light"
    GRID = "grid"
    UPRIGHT = "upright"
    GREY = "grey"
    FALLING = "falling"
    LEVEL = "level"
    BELOW = "below"  # what is short: below zero, or not covered


@dataclass(frozen=True, slots=True)
class Series:
    """A name and its whole yen, one for each label; None where the amount is not known."""

    name: str
    values: Sequence[int | None]

    @property
    def known(self) -> list[int]:
        """Return the amounts that are known."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True, slots=True)
class Shape:
    """Strokes drawn in one way: the classes, and the points of each stroke."""

    css: str
    strokes: tuple[Stroke, ...]
    is_closed: bool = False

    @property
    def outline(self) -> str:
        """Return the strokes as the path of an SVG."""
        end = "Z" if self.is_closed else ""
        return "".join(f"M{'L'.join(f'{x} {y}' for x, y in stroke)}{end}" for stroke in self.strokes)

    def moved(self, right: int, down: int) -> Shape:
        """Return it elsewhere."""
        return replace(self, strokes=tuple(tuple((x + right, y + down) for x, y in one) for one in self.strokes))


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text; `y` is its base line, `look` a class that may be empty."""

    x: int
    y: int
    text: str
    anchor: Anchor = Anchor.START
    size: int = SMALL
    look: str = ""

    @property
    def width(self) -> int:
        """Return the room that the text takes at most."""
        return width_of(self.text, self.size)

    @property
    def left(self) -> int:
        """Return its left end."""
        return self.x - {Anchor.START: 0, Anchor.MIDDLE: -(-self.width // 2), Anchor.END: self.width}[self.anchor]

    @property
    def right(self) -> int:
        """Return its right end."""
        return self.left + self.width

    @property
    def top(self) -> int:
        """Return its upper end."""
        return self.y - self.size + 1

    @property
    def bottom(self) -> int:
        """Return its lower end."""
        return self.y + DESCENT

    @property
    def css(self) -> str:
        """Return its classes."""
        looks = f" chart__text--{self.look}" if self.look else ""
        return f"chart__text chart__text--{self.anchor.value} chart__text--{self.size}{looks}"

    def moved(self, right: int, down: int) -> Label:
        """Return it elsewhere."""
        return replace(self, x=self.x + right, y=self.y + down)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture `width` × `height` units large; later shapes lie above earlier ones, texts above all."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]

    @property
    def shown_width(self) -> int:
        """Return the width on a screen: a very wide drawing is made a little smaller, its texts 11 pixels high."""
        return max(min(self.width, SCREEN), -(-self.width * SMALLEST // SMALL))


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn: `wide` for pages and paper, `narrow` for phones (None: the wide one scrolls).

    `empty` says why there is nothing to draw, and is "" where there is. `id` is unique in its page.
    """

    id: str
    title: str
    description: str
    wide: Drawing | None
    narrow: Drawing | None = None
    empty: str = ""
    is_printed: bool = False


def nothing(id: str, title: str, why: str, *, is_printed: bool) -> Chart:
    """Return the chart of no data; `why` says in a sentence what is missing."""
    return Chart(id, title, why, None, empty=why, is_printed=is_printed)


def box(left: int, top: int, right: int, bottom: int) -> Stroke:
    """Return the corners of a rectangle; its ends may come in either order."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def diamond(x: int, y: int, half: int) -> Stroke:
    """Return the corners of a diamond around a point."""
    return ((x, y - half), (x + half, y), (x, y + half), (x - half, y))


def held(x: int, text: str, size: int, left: int, right: int) -> int:
    """Return where the middle of a text comes nearest to `x` without leaving the room between `left` and `right`."""
    half = -(-width_of(text, size) // 2)
    return max(left + half, min(x, right - half))
