"""The heads of tables of figures, by what they mean: header words decide, never the order of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from cases.rules.accounts import folded
from vapup.imports.figures.months import month_of

FEWEST_MONTHS: Final = 2


class Part(StrEnum):
    """What a column of a table holds."""

    CODE = "code"
    NAME = "name"
    SUB = "sub"
    STATEMENT = "statement"
    SECTION = "section"
    KIND = "kind"
    MONTH = "month"
    ADJUSTMENT = "adjustment"
    OPENING = "opening"
    DEBIT = "debit"
    CREDIT = "credit"
    CLOSING = "closing"
    DEBIT_BALANCE = "debit_balance"
    CREDIT_BALANCE = "credit_balance"
    BOOKED = "booked"
    TOTAL = "total"


WORDS: Final[Mapping[Part, str]] = {
    Part.CODE: r"(勘定)?科目コード|コード|code|科目(番号|cd)|勘定コード",
    Part.NAME: r"(勘定)?科目(名称?|・区分名?|名?(または|又は)区分名)?|勘定科目・?(補助科目)?名?|account_item_name",
    Part.SUB: r"補助科目(名称?|コード)?|補助(コード)?|取引先(名)?|品目|部門(名|コード)?|内訳|セグメント.*|枝番",
    Part.STATEMENT: r"出力帳票|帳票(名|区分|種類)?|財務諸表(種類|名)?|表(区分|名)",
    Part.SECTION: r"(大|中|小)?(分類|区分)名?|科目区分|カテゴリー?|決算書表示名|(parent_)?account_category_name",
    Part.KIND: r"行(区分|種別|タイプ)|識別(区分|フラグ)?|タイプ|明細区分|見出行|total_line|レコード区分",
    Part.ADJUSTMENT: r"決算(整理)?(仕訳|月|調整|修正)?|決算整理(後|計)?|整理月|期末整理|adjustment",
    Part.OPENING: r"(前[月期]末?|期首|開始|前)?(繰越|残|繰越残)高?|前残高?|期首|opening_balance",
    Part.DEBIT: r"(当月|期間|当期|期中)?借方(金額|発生(額|高)?|合計|取引)?|debit_amount|借方\(?期間\)?",
    Part.CREDIT: r"(当月|期間|当期|期中)?貸方(金額|発生(額|高)?|合計|取引)?|credit_amount|貸方\(?期間\)?",
    Part.CLOSING: r"(当[月期]末?|期末|月末|差引|現在)?残高(金額)?|金額(\(円\))?|当期(金額|累計)?|累計残?高?|clos.+",
    Part.DEBIT_BALANCE: r"(当月|期末|当期)?借方残(高)?|残高\(?借方\)?",
    Part.CREDIT_BALANCE: r"(当月|期末|当期)?貸方残(高)?|残高\(?貸方\)?",
    Part.BOOKED: r"当月(発生|金額|実績|純?増減|計)?[額高]?|単月(金額|実績)?|期間(発生|金額|残高|増減|累計)[額高]?",
    Part.TOTAL: r"(期間|年間|通期|当期|年度)?(合計|累計|計)(金額)?|通期|年間|期末残高|当期累計",
}
# Where a head fits several, in this order; 残高 alone is the closing one.
ORDER: Final = (
    *(Part.DEBIT_BALANCE, Part.CREDIT_BALANCE, Part.ADJUSTMENT, Part.CODE, Part.NAME, Part.SUB, Part.STATEMENT),
    *(Part.SECTION, Part.KIND, Part.BOOKED, Part.CLOSING, Part.TOTAL, Part.OPENING, Part.DEBIT, Part.CREDIT),
)
_PATTERNS: Final = {part: re.compile(WORDS[part]) for part in ORDER}
# Heads that tell that the opening balance is that of the year, not of the month.
OF_THE_YEAR: Final = re.compile(r"期首|前期|opening")
CUMULATIVE: Final = re.compile(r"累計|期首から|当期残高")


@dataclass(frozen=True, slots=True)
class Heads:
    """The columns of a table by what they hold, each by its place from 0.

    Attributes:
        months: the places of the month columns with what their heads tell.
        words: the heads as they stand, by part.
    """

    row: int
    parts: Mapping[Part, int]
    months: Sequence[tuple[int, tuple[int | None, int]]]
    words: Mapping[Part, str]

    @property
    def is_by_month(self) -> bool:
        """Tell whether the table has a column for each month (推移表)."""
        return len(self.months) >= FEWEST_MONTHS

    @property
    def opens_the_year(self) -> bool:
        """Tell whether the opening balance is that of the year's beginning."""
        return bool(OF_THE_YEAR.search(self.words.get(Part.OPENING, "")))


@lru_cache(maxsize=4_096)
def part_of(head: str) -> Part | None:
    """Return what a head means, months aside; None where it means nothing."""
    word = folded(head).lower()
    return next((part for part in ORDER if _PATTERNS[part].fullmatch(word)), None) if word else None


def heads_of(row: Sequence[str], number: int) -> Heads | None:
    """Return the columns that a row names, or None where it is no row of heads."""
    parts: dict[Part, int] = {}
    words: dict[Part, str] = {}
    months: list[tuple[int, tuple[int | None, int]]] = []
    for place, head in enumerate(row):
        part = part_of(head)
        if part is not None:
            if part not in parts:
                parts[part], words[part] = place, folded(head)
        elif (month := month_of(head)) is not None and head:
            months.append((place, month))
    if Part.NAME not in parts and Part.SECTION in parts:
        parts[Part.NAME] = parts.pop(Part.SECTION)
    amounts = {Part.CLOSING, Part.DEBIT_BALANCE, Part.BOOKED, Part.TOTAL} & set(parts)
    if Part.NAME not in parts or not (amounts or len(months) >= FEWEST_MONTHS):
        return None
    return Heads(number, _sensible(parts, len(months)), months, words)


def _sensible(parts: dict[Part, int], month_count: int) -> Mapping[Part, int]:
    """Read a lone total as the balance, and the end balance beside months as their total."""
    if month_count < FEWEST_MONTHS and Part.CLOSING not in parts and Part.TOTAL in parts:
        parts[Part.CLOSING] = parts.pop(Part.TOTAL)
    if month_count >= FEWEST_MONTHS and Part.CLOSING in parts and Part.TOTAL not in parts:
        parts[Part.TOTAL] = parts.pop(Part.CLOSING)
    return parts
