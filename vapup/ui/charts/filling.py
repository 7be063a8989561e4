"""Rectangles filled so that they differ without colours: plain, or hatched by strokes that end at their edges.

The strokes are drawn one by one: the patterns of SVG need ids, which two charts on a page would have to share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vapup.ui.charts.parts import Look, Shape, Stroke, box

SPACING: Final = 6
PLAIN: Final = {Look.SOLID, Look.LIGHT, Look.GREY}


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle, `left` < `right` and `top` < `bottom` where it has a size at all."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def is_seen(self) -> bool:
        """Tell whether there is something to draw."""
        return self.right > self.left and self.bottom > self.top

    def touches(self, other: Area) -> bool:
        """Tell whether the two have a point in common that is not on their edges."""
        is_beside = self.right <= other.left or other.right <= self.left
        return not is_beside and self.top < other.bottom and other.top < self.bottom


def filled(area: Area, look: Look) -> tuple[Shape, ...]:
    """Return the shapes that draw an area in its look: a ground with a border, and the strokes of a hatched one."""
    if not area.is_seen:
        return ()
    corners = box(area.left, area.top, area.right, area.bottom)
    ground = Shape(f"chart__fill chart__fill--{look.value}", (corners,), is_closed=True)
    if look in PLAIN:
        return (ground,)
    strokes = tuple(_strokes(area, look))
    css = "chart__hatch chart__hatch--below" if look is Look.BELOW else "chart__hatch"
    return (ground, Shape(css, strokes)) if strokes else (ground,)


def _strokes(area: Area, look: Look) -> Iterator[Stroke]:
    if look is Look.RISING:
        yield from _rising(area)
    if look is Look.FALLING:
        yield from _falling(area)
    if look in {Look.UPRIGHT, Look.GRID, Look.BELOW}:
        for x in range(area.left + 4, area.right, SPACING):
            yield (x, area.top), (x, area.bottom)
    if look in {Look.LEVEL, Look.GRID}:
        # Counted from below, so that a short bar and a tall one begin alike.
        for y in range(area.bottom - 4, area.top, -SPACING):
            yield (area.left, y), (area.right, y)


def _rising(area: Area) -> Iterator[Stroke]:
    """Yield strokes from lower left to upper right: on each, x + y stays the same."""
    for total in range(area.left + area.top + SPACING, area.right + area.bottom, SPACING):
        start = max(area.left, total - area.bottom)
        end = min(area.right, total - area.top)
        if end > start:
            yield (start, total - start), (end, total - end)


def _falling(area: Area) -> Iterator[Stroke]:
    """Yield strokes from upper left to lower right: on each, y − x stays the same."""
    for total in range(area.top - area.right + SPACING, area.bottom - area.left, SPACING):
        start = max(area.left, area.top - total)
        end = min(area.right, area.bottom - total)
        if end > start:
            yield (start, start + total), (end, end + total)
