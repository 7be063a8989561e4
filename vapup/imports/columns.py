"""What a sheet of an import consists of: its columns, and how a row of it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Any, Final

import jaconv

from vapup.imports.enums import TAKEN, Verdict
from vapup.shared.numbers import DASHES

# [letter of the column, value, flag]: as it is stored with a row.
RawCell = tuple[str, Any, str]
FORMULA: Final = "formula"
BROKEN: Final = "broken"
MERGED: Final = "merged"
# Row 1 holds the heads; what is said of the sheet as a whole is said there.
HEAD_ROW: Final = 1


class Reads(Enum):
    """How the value of a cell is read, with the words that the guide uses for it."""

    TEXT = "文字"
    CODE = "文字(番号)"
    NUMBER = "整数"
    YEN = "円(整数)"
    DAY = "日付"
    CHOICE = "一覧から選ぶ"
    FLAG = "はい・いいえ"
    CORPORATE_NUMBER = "13桁の数字"
    POSTAL_CODE = "郵便番号"
    HOURS = "時間(0.25刻みなど)"
    CLOCK = "時刻(9:00)"
    LENGTH = "時間の長さ(1:30、1.5)"
    WORK = "番号か名前"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet.

    Attributes:
        name: how the program calls it; label: the head that people see; synonyms: other heads that mean it.
        most: characters of a text, or the largest number.
        choices: the values with their labels; both are understood.
        help: what to write, in one sentence; example: what a row may say.
        width: in characters.
    """

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    reads: Reads = Reads.TEXT
    required: bool = False
    most: int = 200
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    example: str | int | date = ""
    width: int = 14


@dataclass(frozen=True)
class SheetForm:
    """One sheet: its name, what it is for, and its columns; `label` names the columns that tell its rows apart."""

    name: str
    purpose: str
    columns: tuple[Column, ...]
    label: tuple[str, ...]
    required: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by the program's name."""
        return {column.name: column for column in self.columns}


@dataclass(frozen=True, slots=True)
class Message:
    """Something said of a row; `address` is a cell such as 事業者!C12, or the row as 事業者!12行."""

    level: Verdict
    address: str
    text: str


@dataclass
class Draft:
    """A row being examined: its cells as they stood, what was read from them, and what is said of it."""

    form: SheetForm | None
    sheet: str
    number: int
    cells: Mapping[str, RawCell]
    values: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def address(self, column: str = "") -> str:
        """Return the address of a cell, or of the row where the file has no such column."""
        cell = self.cells.get(column)
        return f"{self.sheet}!{cell[0]}{self.number}" if cell else f"{self.sheet}!{self.number}行"

    def fault(self, column: str, text: str) -> None:
        """Say what is wrong with a cell; the row cannot be taken."""
        self.messages.append(Message(Verdict.ERROR, self.address(column), text))

    def warn(self, column: str, text: str) -> None:
        """Say what should be looked at; the row is taken."""
        self.messages.append(Message(Verdict.WARNING, self.address(column), text))

    def skip(self, text: str) -> None:
        """Say why the row, faultless itself, cannot be taken: another row is missing."""
        self.messages.append(Message(Verdict.SKIPPED, self.address(), text))

    def shown(self, column: str) -> str:
        """Return what stands in a cell, as a sentence quotes it."""
        cell = self.cells.get(column)
        return quoted(cell[1] if cell else None)

    @property
    def verdict(self) -> Verdict:
        """The worst that is said of the row."""
        said = {message.level for message in self.messages}
        return next((one for one in Verdict if one in said), Verdict.OK)

    @property
    def is_faulty(self) -> bool:
        """Tell whether something in the row itself is wrong."""
        return any(one.level is Verdict.ERROR for one in self.messages)

    @property
    def is_taken(self) -> bool:
        """Tell whether the row can be taken."""
        return self.verdict in TAKEN

    @property
    def label(self) -> str:
        """Return what tells the row apart from its neighbours."""
        names = self.form.label if self.form else ()
        words = (self.cells[name][1] for name in names if name in self.cells)
        return " ".join(str(plain(word)) for word in words if word is not None)[:200]


def plain(value: Any) -> Any:
    """Return a stored value as a reader knows it: the day of {"day": …}."""
    return value["day"] if isinstance(value, dict) else value


def folded_label(value: Any) -> str:
    """Return a head, a label or a name without the differences that people do not see: width, case, spaces, dashes."""
    text = jaconv.z2h(str(plain(value) if value is not None else ""), kana=False, ascii=True, digit=True)
    return "".join(text.split()).translate(DASHES).lower()


def quoted(value: Any) -> str:
    """Return a value in the brackets of a sentence, shortened."""
    text = str(plain(value) if value is not None else "")
    return f"「{text if len(text) <= 30 else text[:30] + '…'}」"


def taken(drafts: Iterable[Draft]) -> list[Draft]:
    """Return the rows that can be taken."""
    return [draft for draft in drafts if draft.is_taken]
