"""A packet read back by other programs: poppler, qpdf and pikepdf; and where its words stand on their pages."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Final

import pikepdf

POINTS: Final = 72 / 25.4
# What a page keeps clear at least: at its sides, and above and below, where its number and its edition stand.
SIDE: Final = 14 * POINTS
ABOVE: Final = 6 * POINTS
PAGE: Final = re.compile(r'<page width="([0-9.]+)" height="([0-9.]+)">(.*?)</page>', re.DOTALL)
WORD: Final = re.compile(r'<word xMin="([-0-9.]+)" yMin="([-0-9.]+)" xMax="([-0-9.]+)" yMax="([-0-9.]+)">(.*?)</word>')


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box in points from the upper left corner of its page, counted from 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str

    def covers(self, other: Word) -> bool:
        """Tell whether two words of a page are written over each other, by more than their edges touch."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        heart, other_heart = self._heart, other._heart
        tall = min(heart[1], other_heart[1]) - max(heart[0], other_heart[0])
        return self.page == other.page and wide > 1 and tall > 0

    @property
    def _heart(self) -> tuple[float, float]:
        """Return where the letters themselves stand; a box reaches as far as the tallest letter of the font could."""
        quarter = (self.bottom - self.top) / 4
        return self.top + quarter, self.bottom - quarter


def run(*command: str | Path) -> str:
    """Return what a program prints; it must end well and complain of nothing."""
    words = [str(one) for one in command]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", errors="replace", check=False)
    assert (done.returncode, done.stderr) == (0, ""), f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def pages_of(path: Path) -> list[str]:
    """Return the text of every page, laid out."""
    return run("pdftotext", "-layout", path, "-").split("\f")[:-1]


def squeezed(text: str) -> str:
    """Return a text without its white space: a name may be broken anywhere."""
    return re.sub(r"\s", "", text)


def in_order(path: Path) -> str:
    """Return the words in the order in which they were written, so that those of a cell stay together."""
    return squeezed(run("pdftotext", "-raw", path, "-"))


def words_of(path: Path) -> Iterator[tuple[float, float, list[Word]]]:
    """Yield the width and the height of every page with its words."""
    for number, (width, height, body) in enumerate(PAGE.findall(run("pdftotext", "-bbox", path, "-")), 1):
        yield float(width), float(height), [_word(number, *match) for match in WORD.findall(body)]


def _word(page: int, left: str, top: str, right: str, bottom: str, text: str) -> Word:
    return Word(page, float(left), float(top), float(right), float(bottom), unescape(text))


def outside(path: Path) -> list[Word]:
    """Return the words that do not stand on their page with some paper around them."""
    return [
        word
        for width, height, words in words_of(path)
        for word in words
        if word.left < SIDE or word.right > width - SIDE or word.top < ABOVE or word.bottom > height - ABOVE
    ]


def overwritten(path: Path) -> list[tuple[Word, Word]]:
    """Return the words that are written over others."""
    found = []
    for _, _, words in words_of(path):
        kept = sorted(words, key=lambda one: one.top)
        for place, one in enumerate(kept):
            for other in kept[place + 1 :]:
                if other.top > one.bottom:
                    break
                if one.covers(other):
                    found.append((one, other))
    return found


def fonts_left_out(path: Path) -> list[str]:
    """Return the fonts that are not inside the file."""
    rows = run("pdffonts", path).splitlines()[2:]
    assert rows
    return [row for row in rows if row.split()[-5] != "yes"]


def bookmarks_of(path: Path) -> list[tuple[str, int]]:
    """Return the bookmarks with the page that each leads to, counted from 1."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        places: dict[tuple[int, int], int] = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        return [(item.title, places[_target(item)]) for item in outline.root]


def _target(item: pikepdf.OutlineItem) -> tuple[int, int]:
    assert isinstance(item.destination, pikepdf.Array)
    page: pikepdf.Object = item.destination[0]
    return page.objgen


def check_sound(path: Path) -> None:
    """Check the syntax and the streams of a file; a warning is a failure, as qpdf ends with 3."""
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", path)


def chapters_of_file(path: Path, label: str) -> list[tuple[str, int]]:
    """Return the bookmarks below one of the first level, with the page that each leads to, counted from 1."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        places: dict[tuple[int, int], int] = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        item = next(one for one in outline.root if one.title == label)
        return [(one.title, places[_target(one)]) for one in item.children]
