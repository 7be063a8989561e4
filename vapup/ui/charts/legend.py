"""The key of a chart: a sample of each look with its name, in as many rows as the width needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from vapup.ui.charts.filling import Area, filled
from vapup.ui.charts.parts import LINE, SMALL, Label, Look, Shape, diamond
from vapup.ui.charts.writing import shortened, width_of

ROW: Final = 20
SAMPLE: Final = 28
GAP: Final = 6  # between a sample and its name
BETWEEN: Final = 18
ABOVE: Final = 14  # from the top of a row to its base line


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in the key; it is an area with a look, or a line with classes, its points marked or not."""

    name: str
    look: Look | None = None
    line: str = ""
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """What the key draws, and how high it is."""

    height: int
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]


def key_of(entries: Iterable[Entry], width: int) -> Key:
    """Lay the entries out from the left, in rows; a name too long for a row is shortened."""
    shapes: list[Shape] = []
    labels: list[Label] = []
    x, y = 0, 0
    for entry in entries:
        name = shortened(entry.name, SMALL, width - SAMPLE - GAP)
        taken = SAMPLE + GAP + width_of(name, SMALL)
        if x and x + taken > width:
            x, y = 0, y + ROW
        shapes += _sample(entry, x, y)
        labels.append(Label(x + SAMPLE + GAP, y + ABOVE, name))
        x += taken + BETWEEN
    return Key(y + ROW if labels else 0, tuple(shapes), tuple(labels))


def _sample(entry: Entry, x: int, y: int) -> tuple[Shape, ...]:
    if entry.look is not None:
        return filled(Area(x, y + 3, x + SAMPLE, y + LINE - 1), entry.look)
    middle = y + ROW // 2 - 1
    line = Shape(entry.line, (((x, middle), (x + SAMPLE, middle)),))
    mark = (Shape("chart__point", (diamond(x + SAMPLE // 2, middle, 4),), is_closed=True),) if entry.is_marked else ()
    return (line, *mark)
