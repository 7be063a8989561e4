"""From the rows of a file to lines: accounts, totals, headings and breakdowns, each with its amounts in yen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cases.enums import Section
from cases.rules.accounts import folded
from vapup.imports.figures.amounts import UnreadableAmount, amounts_of, read_amount
from vapup.imports.figures.heads import Heads, Part, heads_of, part_of
from vapup.imports.figures.layout import Layout, Options, layout_of
from vapup.imports.figures.reading import Table
from vapup.imports.figures.totals import SECTIONS, Facts, facts_of

MOST_LINES: Final = 20_000
LONGEST_NAME: Final = 90  # what makes a name of a factory's own fits behind it


class Role(StrEnum):
    """What a line of a file is."""

    ACCOUNT = "account"
    TOTAL = "total"
    SUBTOTAL = "subtotal"
    DETAIL = "detail"
    MEMO = "memo"


@dataclass(slots=True)
class Line:
    """One row with amounts.

    Attributes:
        number: of the row, from 1; letter: of the column of its name.
        key: the folded name.
        is_made: the row stands in the block of manufacturing costs (製造原価).
        hint: the section that headings above put it in.
        yen: amounts as `Layout.columns` names them; faults: what could not be read, as whole sentences.
    """

    sheet: str
    number: int
    place: int
    name: str
    key: str
    role: Role
    is_made: bool
    hint: Section | None
    yen: Sequence[int]
    faults: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was read."""

    layout: Layout
    lines: Sequence[Line]


# Headings and totals behind which another section begins.
BEGINS: Final[Mapping[str, Section]] = {
    "販売費一般管理費": Section.SELLING_ADMIN,
    "販売管理費": Section.SELLING_ADMIN,
    "販管費": Section.SELLING_ADMIN,
    "流動資産": Section.CURRENT_ASSETS,
    "固定資産": Section.FIXED_ASSETS,
    "流動負債": Section.CURRENT_LIABILITIES,
    "固定負債": Section.FIXED_LIABILITIES,
    "純資産": Section.NET_ASSETS,
    "売上原価": Section.COST_OF_SALES,
    **SECTIONS,
}
FOLLOWS: Final[Mapping[str, Section | None]] = {
    "売上総利益": Section.SELLING_ADMIN,
    "営業利益": None,
    "流動資産合計": Section.FIXED_ASSETS,
    "流動負債合計": Section.FIXED_LIABILITIES,
    "負債合計": Section.NET_ASSETS,
}
# What tables write in a column for the kind of a row, folded.
NOWHERE: Final = 1_000_000  # the place of a column that this table has not
SUMS: Final = "合計行"
ACCOUNTS: Final = frozenset({"明細行"})
MAKING: Final = ("製造原価報告書", "製造原価", "生産原価", "製造経費明細", "当期製品製造原価")
OTHER_STATEMENTS: Final = ("損益計算書", "貸借対照表", "損益", "貸借")


def read(filename: str, tables: Sequence[Table], options: Options) -> Reading:
    """Return the lines of the tables of a file.

    Raises:
        UnreadableFigures: see `layout_of`; also, no row holds an amount.
    """
    layout, found = layout_of(filename, tables, options)
    lines: list[Line] = []
    for table, heads in found:
        lines += _Reader(table, heads, layout).lines()
    return Reading(layout, lines)


class _Reader:
    """Goes through one table, and remembers under which heading it is."""

    def __init__(self, table: Table, heads: Heads, layout: Layout) -> None:
        self.table, self.layout = table, layout
        self.keys: dict[str, tuple[str, bool]] = {}
        self.is_made = any(word in table.name for word in MAKING)
        self.hint: Section | None = None
        self.ordinary: dict[str, str] = {}
        self._set(heads)

    def _set(self, heads: Heads) -> None:
        self.heads, parts = heads, heads.parts
        self.name = parts[Part.NAME]
        self.sub = parts.get(Part.SUB)
        self.above = [parts[part] for part in (Part.STATEMENT, Part.SECTION) if part in parts]
        self.kind = parts.get(Part.KIND)
        places = [place for place, _ in heads.months] if self.layout.is_by_month else []
        parts_of_amounts = self.layout.columns[len(self.layout.months) :]
        places += [parts.get(Part(name), NOWHERE) for name in parts_of_amounts]
        self.is_simple = self.layout.unit == 1 and self.sub is None and self.kind is None and not self.above
        self.places = places
        straight = list(range(places[0], places[0] + len(places))) if places else []
        self.slice = slice(straight[0], straight[-1] + 1) if places and straight == places else None
        self.last = max([*places, self.name])

    def lines(self) -> Iterator[Line]:
        """Yield the rows with a name and an amount; headings tell where the next ones belong."""
        sheet, ordinary, account = self.table.name, self.ordinary, Role.ACCOUNT
        for number, row in enumerate(self.table.rows[self.heads.row + 1 :], self.heads.row + 2):
            place = self.name
            # An ordinary row of an account whose name was met before needs no closer look.
            if self.slice is not None and len(row) > self.last and (key := ordinary.get(row[place])) is not None:
                try:
                    yen = tuple(map(int, row[self.slice]))
                except ValueError:
                    pass
                else:
                    yield Line(sheet, number, place, row[place], key, account, self.is_made, self.hint, yen)
                    continue
            if (line := self._closer(row, number)) is not None:
                yield line

    def _closer(self, row: Sequence[str], number: int) -> Line | None:
        """Return the line of any row with a name and an amount; of a heading, remember what it says."""
        name = self._name(row)
        if not name:
            return None
        known = self.keys.get(name)
        if known is None:
            known = self.keys[name] = folded(name)[:LONGEST_NAME], part_of(name) is Part.NAME
        key, is_head = known
        if is_head and self._repeats(row, number):
            return None
        if self.above or self.kind is not None:
            self._look_above(row)
        return self._line(row, number, name, key)

    def _name(self, row: Sequence[str]) -> str:
        """Return the name; where it is indented by columns, the first text before the amounts."""
        if len(row) <= self.name:
            return ""
        name = row[self.name].strip()
        if name or self.sub is not None:
            return name
        stop = min([*self.places, len(row)])
        for place in range(self.name + 1, stop):
            if row[place].strip() and place not in self.above:
                return row[place].strip()
        return ""

    def _repeats(self, row: Sequence[str], number: int) -> bool:
        """Tell whether a row holds heads again, and go by them from here on if they say as much."""
        heads = heads_of(row, number - 1)
        if heads is None:
            return False
        if len(heads.months) == len(self.heads.months) and set(heads.parts) >= set(self.heads.parts):
            self._set(heads)
        else:
            self.layout.faults.append(
                f"シート「{self.table.name}」の{number}行目の見出しが、"
                f"{self.heads.row + 1}行目の見出しと違う列になっています。"
                "表ごとにファイルを分けるか、同じ形式で書き出してください。"
            )
        return True

    def _look_above(self, row: Sequence[str]) -> None:
        for place in self.above:
            word = folded(row[place]) if place < len(row) else ""
            if word:
                self._enter(word)

    def _enter(self, word: str) -> None:
        """Remember the statement or section that a heading names."""
        if any(word.startswith(one) for one in MAKING):
            self.is_made = True
        elif any(word.startswith(one) for one in OTHER_STATEMENTS):
            self.is_made, self.hint = False, None
        bare = word.replace("の部", "").replace("及び", "").replace("・", "")
        if bare in BEGINS:
            self.hint = BEGINS[bare]

    def _line(self, row: Sequence[str], number: int, name: str, key: str) -> Line | None:
        faults: list[str] = []
        cells = self._cells(row)
        try:
            yen = amounts_of(cells, self.layout.unit)
        except UnreadableAmount:
            yen = self._one_by_one(cells, faults)
        if not any(yen) and not faults and not any(map(str.strip, cells)):
            self._enter(key)
            return None
        kind = folded(row[self.kind]) if self.kind is not None and self.kind < len(row) else ""
        facts = facts_of(key)
        if kind == SUMS and not facts.is_sum:
            key = f"{key}合計"
            facts = facts_of(key)
        role = self._role(row, kind, facts)
        short = name[:LONGEST_NAME]
        line = Line(self.table.name, number, self.name, short, key, role, self.is_made, self.hint, yen, faults or ())
        if role is Role.TOTAL or facts.is_made:
            self._leave(facts)
        elif role is Role.ACCOUNT and self.is_simple and name == row[self.name] and len(name) <= LONGEST_NAME:
            self.ordinary[name] = key
        return line

    def _cells(self, row: Sequence[str]) -> Sequence[str]:
        if self.slice is not None and len(row) > self.last:
            return row[self.slice]
        return [row[place] if place < len(row) else "" for place in self.places]

    def _one_by_one(self, cells: Sequence[str], faults: list[str]) -> list[int]:
        found = []
        for column, cell in zip(self.layout.columns, cells, strict=False):
            try:
                found.append(read_amount(cell, self.layout.unit))
            except UnreadableAmount as unreadable:
                faults.append(f"{column}の{unreadable.message}")
                found.append(0)
        return found

    def _role(self, row: Sequence[str], kind: str, facts: Facts) -> Role:
        if self.sub is not None and self.sub < len(row) and row[self.sub].strip():
            return Role.DETAIL
        if facts.is_memo:
            return Role.MEMO
        if kind in ACCOUNTS:
            return Role.ACCOUNT
        if facts.total is not None:
            return Role.TOTAL
        return Role.SUBTOTAL if facts.is_sum else Role.ACCOUNT

    def _leave(self, facts: Facts) -> None:
        """Know what follows a total."""
        if facts.is_made:
            self.is_made = False
        if facts.total is not None and facts.total.label in FOLLOWS:
            self.hint = FOLLOWS[facts.total.label]
