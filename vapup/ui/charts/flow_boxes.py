"""The boxes of the picture of a business: what is written in them, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from vapup.ui.charts.parties import Party, Place
from vapup.ui.charts.parts import LINE, SMALL, STRONG, Label
from vapup.ui.charts.scale import Unit
from vapup.ui.charts.writing import wrapped

BROAD: Final = 144  # of a box
PADDING: Final = 8
APART: Final = 18  # between boxes of a column
BENEATH: Final = 24  # between rows of competitors
NAME_LINES: Final = 6
AMOUNT_LINES: Final = 2
COLUMNS: Final = (
    (Place.SUPPLIER, Place.SUBCONTRACTOR),
    (Place.FUNCTION,),
    (Place.CUSTOMER,),
    (Place.END_CUSTOMER,),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in a box."""

    text: str
    size: int = SMALL
    look: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A party with the lines of its box; `left` and `top` are 0 until it is placed."""

    party: Party
    lines: tuple[Line, ...]
    height: int
    left: int = 0
    top: int = 0

    @property
    def key(self) -> str:
        """Return what tells it from the others."""
        return self.party.key

    @property
    def right(self) -> int:
        """Return its right edge."""
        return self.left + BROAD

    @property
    def bottom(self) -> int:
        """Return its lower edge."""
        return self.top + self.height

    def labels(self) -> Iterator[Label]:
        """Yield its lines, in the middle of its height."""
        top = self.top + (self.height - len(self.lines) * LINE) // 2
        for row, line in enumerate(self.lines):
            yield Label(self.left + PADDING, top + row * LINE + SMALL, line.text, size=line.size, look=line.look)


def columns_of(parties: Sequence[Party]) -> tuple[tuple[Party, ...], ...]:
    """Return the parties of each column that has any, suppliers before subcontractors."""
    columns = (tuple(party for place in places for party in parties if party.place is place) for places in COLUMNS)
    return tuple(column for column in columns if column)


def box_of(party: Party, unit: Unit, *, tag: str, comment_lines: int, least: int) -> Box:
    """Return a box high enough for its text, and at least so high; `tag` says what the party is, or is empty."""
    room = BROAD - 2 * PADDING
    lines = [
        *([Line(tag, look="soft")] if tag else []),
        *(Line(text, STRONG, "strong") for text in wrapped(party.name, STRONG, room, NAME_LINES)),
        *(Line(text) for text in wrapped(_amount(party, unit), SMALL, room, AMOUNT_LINES)),
        *(Line(text, look="soft") for text in wrapped(party.comment, SMALL, room, comment_lines)),
    ]
    return Box(party, tuple(lines), max(len(lines) * LINE + 2 * PADDING, least))


def _amount(party: Party, unit: Unit) -> str:
    amount = "" if party.amount_yen is None else unit.written(party.amount_yen)
    if party.share_tenths is None:
        return amount
    share = f"{party.share_tenths // 10}.{party.share_tenths % 10}%"
    return f"{amount}({share})" if amount else share


def placed(columns: Iterable[Sequence[Box]], lefts: Sequence[int], top: int) -> dict[str, Box]:
    """Stand the boxes of each column below each other, shorter columns in the middle of the highest."""
    stacks = list(columns)
    highest = max(_height(stack) for stack in stacks) if stacks else 0
    boxes: dict[str, Box] = {}
    for stack, left in zip(stacks, lefts, strict=True):
        y = top + (highest - _height(stack)) // 2
        for box in stack:
            boxes[box.key] = replace(box, left=left, top=y)
            y += box.height + APART
    return boxes


def _height(stack: Sequence[Box]) -> int:
    return sum(box.height for box in stack) + APART * (len(stack) - 1)


def in_rows(boxes: Sequence[Box], width: int, top: int, lanes: Mapping[int, int]) -> dict[str, Box]:
    """Stand boxes beside each other, in as many rows as the width needs; `lanes` is the room kept above a row."""
    each = per_row(width)
    stood: dict[str, Box] = {}
    for row, first in enumerate(range(0, len(boxes), each)):
        of_row = boxes[first : first + each]
        top += lanes.get(row, 0)
        for place, box in enumerate(of_row):
            stood[box.key] = replace(box, left=place * (BROAD + APART), top=top)
        top += max(box.height for box in of_row) + BENEATH
    return stood


def per_row(width: int) -> int:
    """Return how many boxes stand beside each other."""
    return max((width + APART) // (BROAD + APART), 1)
