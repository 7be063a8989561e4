"""How wide a text is drawn, and how it is broken into lines that fit.

A server does not measure fonts; it counts. Widths are in tenths of the font's size, a little more than the fonts that
the style sheet names need, so that a text never leaves the room that was reckoned for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from unicodedata import combining, east_asian_width

FULL: Final = 10
EMOJI: Final = 14
BROAD: Final = "mwMW@%&"
SLIM: Final = " .,:;|!'()il/"
# What must not begin a line (行頭禁則); what stands before it goes down with it.
NEVER_FIRST: Final = frozenset(
    "、。,.・:;!?)」』】〕〉》）］｝，．：；！？ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々%％円"
)
ELLIPSIS: Final = "…"


def width_of(text: str, size: int) -> int:
    """Return the width of a text, rounded up, in the unit of `size`."""
    return -(-sum(_tenths(one) for one in text) * size // 10)


def _tenths(one: str) -> int:
    if combining(one):
        return 0
    if ord(one) >= 0x1F000:
        return EMOJI
    if east_asian_width(one) in "FWA" or one in BROAD:
        return FULL
    if one in SLIM:
        return 4
    return 8 if one.isupper() else 6


def wrapped(text: str, size: int, room: int, most: int) -> tuple[str, ...]:
    """Return a text in at most `most` lines no wider than `room`; … at its end says that some is left out."""
    if most < 1:
        return ()
    lines = list(_lines(text, size, room))
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], shortened("".join(lines[most - 1 : most + 1]), size, room))


def shortened(text: str, size: int, room: int) -> str:
    """Return a text no wider than `room`, its end replaced by … where it is too long."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + ELLIPSIS, size) > room:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def _lines(text: str, size: int, room: int) -> Iterator[str]:
    """Yield the lines, however many; line ends of the text are kept, empty lines are not."""
    for paragraph in text.splitlines():
        rest = paragraph.strip()
        while rest:
            end = _break(rest, size, room)
            yield rest[:end].rstrip()
            rest = rest[end:].lstrip()


def _break(text: str, size: int, room: int) -> int:
    """Return how many letters the first line takes: never 0, and no break before what must not begin a line."""
    end = 1
    while end < len(text) and width_of(text[: end + 1], size) <= room:
        end += 1
    if end == len(text):
        return end
    kept = _whole_word(text, end)
    while kept > 1 and text[kept] in NEVER_FIRST:
        kept -= 1
    return end if text[kept] in NEVER_FIRST else kept


def _whole_word(text: str, end: int) -> int:
    """Move a break out of a number or a word of Latin letters, where that leaves at least half a line."""
    start = end
    while start > 1 and _is_word(text[start - 1]) and _is_word(text[start]):
        start -= 1
    return start if start * 2 > end else end


def _is_word(one: str) -> bool:
    return one.isascii() and (one.isalnum() or one in ",.")
