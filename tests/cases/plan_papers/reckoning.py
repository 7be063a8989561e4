"""Reckons the formulas of a plan's workbook apart from the product: sums, MIN, a share, and the interest of a year."""

from __future__ import annotations

import re
from fractions import Fraction
from io import BytesIO
from typing import Final

from openpyxl import load_workbook

PLACE: Final = r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)"
TERM: Final = re.compile(rf"([+-]?)(?:{PLACE}|(\d+))")
INTEREST: Final = re.compile(rf"INT\(\({PLACE}\+{PLACE}\)\*ROUND\({PLACE}\*10000,0\)/20000\)")
SHARE: Final = re.compile(rf"{PLACE}/{PLACE}")
LEAST: Final = re.compile(r"MIN\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)")


class Book:
    """A workbook whose formulas are reckoned when they are asked for."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(BytesIO(content))

    def value(self, sheet: str, place: str) -> int | Fraction:
        """Return what a cell comes to; an empty one counts as 0."""
        held = self.book[sheet][place].value
        if isinstance(held, str) and held.startswith("="):
            return self._formula(sheet, held[1:])
        return Fraction(str(held or 0)) if isinstance(held, float) else int(held or 0)

    def _formula(self, sheet: str, text: str) -> int | Fraction:
        if found := INTEREST.fullmatch(text):
            opening, closing, rate = self._places(sheet, found.groups())
            return int((opening + closing) * Fraction(rate * 10_000) // 20_000)
        if found := SHARE.fullmatch(text):
            part, whole = self._places(sheet, found.groups())
            return Fraction(part) / Fraction(whole)
        if found := LEAST.fullmatch(text):
            cells = self.book[sheet][text[4:-1]][0]
            return min(self.value(sheet, cell.coordinate) for cell in cells)
        return self._sum(sheet, text)

    def _sum(self, sheet: str, text: str) -> int | Fraction:
        total: int | Fraction = 0
        end = 0
        for found in TERM.finditer(text):
            assert found.start() == end, text
            end = found.end()
            sign, other, column, row, number = found.groups()
            amount = int(number) if number else self.value(other or sheet, f"{column}{row}")
            total += -amount if sign == "-" else amount
        assert end == len(text), text
        return total

    def _places(self, sheet: str, groups: tuple[str | None, ...]) -> list[int | Fraction]:
        return [self.value(groups[at] or sheet, f"{groups[at + 1]}{groups[at + 2]}") for at in range(0, len(groups), 3)]

    def formulas(self) -> list[tuple[str, str, str]]:
        """Return the sheet, the place and the text of every formula."""
        return [
            (sheet.title, cell.coordinate, str(cell.value))
            for sheet in self.book
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]

    def row(self, sheet: str, label: str, column: int = 1) -> int:
        """Return the row with a text in a column."""
        cells = (one for (one,) in self.book[sheet].iter_rows(min_col=column, max_col=column))
        return int(next(one.row for one in cells if one.value == label))
