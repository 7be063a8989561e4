"""Where the change of a plan against its base year comes from: measures, assumptions, and what is left over.

Every yen has one place: change = Σ measures + Σ assumptions + carried + worn + other, for each account and for each
profit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cases.rules.accounts import Account, accounts
from cases.rules.statements import Figures, Profit, profit

BASE_YEAR: Final = 0
OPENING_STOCK: Final = "opening_stock"
CLOSING_STOCK: Final = "closing_stock"
SHOWN_PROFITS: Final = (Profit.OPERATING, Profit.ORDINARY, Profit.NET)


class Cause(StrEnum):
    """What a part of a change comes from."""

    MEASURE = "measure"
    ASSUMPTION = "assumption"
    CARRIED = "carried"
    WORN = "worn"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name shown on pages."""
        return _CAUSES[self]


_CAUSES: Final = {
    Cause.MEASURE: "施策",
    Cause.ASSUMPTION: "前提",
    Cause.CARRIED: "前年の期末在庫の引継ぎ",
    Cause.WORN: "減価償却",
    Cause.OTHER: "その他",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What one measure or one assumption changes in one account and one planned year, in yen against year 0.

    Attributes:
        source_id: of the measure (not of the row of the effect), or of the assumption.
        yen: in the account's own direction: more cost is positive.
    """

    source_id: int
    account: str
    year: int
    yen: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a change, in yen; `source_id` is of the measure or the assumption, None for what has neither."""

    cause: Cause
    source_id: int | None
    yen: int


@dataclass(frozen=True, slots=True)
class Change:
    """The change of an account or a profit between year 0 and a planned year.

    Attributes:
        line: id of the account, or the profit.
        parts: measures, then assumptions, each once, then what is carried over from the year before, what is worn
            off, then the rest; they add up to the change. Zeros are left out.
    """

    line: str
    label: str
    year: int
    base_yen: int
    planned_yen: int
    parts: tuple[Part, ...]

    @property
    def change_yen(self) -> int:
        """Planned less base."""
        return self.planned_yen - self.base_yen

    @property
    def measures_yen(self) -> int:
        """What the measures make of it."""
        return self._of(Cause.MEASURE)

    @property
    def assumptions_yen(self) -> int:
        """What the assumptions make of it."""
        return self._of(Cause.ASSUMPTION)

    @property
    def carried_yen(self) -> int:
        """What the closing stock of the year before makes of it: it is the opening stock of the year."""
        return self._of(Cause.CARRIED)

    @property
    def worn_yen(self) -> int:
        """What is worn off by then, of an account that is entered at what is left."""
        return self._of(Cause.WORN)

    @property
    def other_yen(self) -> int:
        """What nobody explained."""
        return self._of(Cause.OTHER)

    def _of(self, cause: Cause) -> int:
        return sum(part.yen for part in self.parts if part.cause is cause)


def attribute(
    figures: Figures,
    effects: Sequence[Effect],
    assumptions: Sequence[Effect],
    years: Sequence[int],
    *,
    worn: Mapping[tuple[str, int], int] = MappingProxyType({}),
) -> tuple[Change, ...]:
    """Return the change of every account that changes or is meant to, account by account, then by year.

    Args:
        worn: by account and year the yen that entries hold as worn off since year 0.
    """
    causes = (*effects, *assumptions)
    meant = {(one.account, one.year) for one in causes} | {key for key, yen in worn.items() if yen}
    carried = {(OPENING_STOCK, year): yen for year in years if (yen := _carried(figures, causes, year))}
    found = []
    for account in accounts().values():
        for year in years:
            key = (account.id, year)
            base, planned = figures.get((account.id, BASE_YEAR), 0), figures.get(key, 0)
            if base == planned and key not in meant | carried.keys():
                continue
            also = (Part(Cause.CARRIED, None, carried.get(key, 0)), Part(Cause.WORN, None, -worn.get(key, 0)))
            parts = _parts(planned - base, year, effects, assumptions, {account.id: 1}, also)
            found.append(Change(account.id, account.label, year, base, planned, parts))
    return tuple(found)


def attribute_profits(
    figures: Figures,
    effects: Sequence[Effect],
    assumptions: Sequence[Effect],
    years: Sequence[int],
    profits: Sequence[Profit] = SHOWN_PROFITS,
) -> tuple[Change, ...]:
    """Return the change of each profit by year; a measure that raises a cost lowers the profit."""
    carried = {year: _carried(figures, (*effects, *assumptions), year) for year in years}
    found = []
    for which in profits:
        signs = {one.id: one.profit_sign for one in accounts().values() if one.section in which.sections}
        base = profit(figures, which, BASE_YEAR)
        for year in years:
            planned = profit(figures, which, year)
            also = (Part(Cause.CARRIED, None, signs.get(OPENING_STOCK, 0) * carried[year]),)
            parts = _parts(planned - base, year, effects, assumptions, signs, also)
            found.append(Change(which.value, which.label, year, base, planned, parts))
    return tuple(found)


def proposed(
    figures: Figures, effects: Sequence[Effect], assumptions: Sequence[Effect], years: Iterable[int]
) -> dict[tuple[str, int], int]:
    """Propose the profit and loss of planned years: year 0 and the effects, so that nothing is left over as "other".

    A year opens with the stock that the year before closes with, unless a cause names its opening stock: the base
    year's movement of stock must not come again every year.
    """
    of_profit: list[Account] = [one for one in accounts().values() if one.profit_sign]
    moved: dict[tuple[str, int], int] = {}
    for one in (*effects, *assumptions):
        moved[one.account, one.year] = moved.get((one.account, one.year), 0) + one.yen

    def planned(account: str, year: int) -> int:
        if account == OPENING_STOCK and (account, year) not in moved:
            return planned(CLOSING_STOCK, year - 1)
        return figures.get((account, BASE_YEAR), 0) + moved.get((account, year), 0)

    return {(one.id, year): planned(one.id, year) for one in of_profit for year in years if year > BASE_YEAR}


def _carried(figures: Figures, causes: Iterable[Effect], year: int) -> int:
    """Return by how much a year opens with another stock than year 0, as the year before closed with another."""
    if year <= BASE_YEAR or any((one.account, one.year) == (OPENING_STOCK, year) for one in causes):
        return 0
    return figures.get((CLOSING_STOCK, year - 1), 0) - figures.get((OPENING_STOCK, BASE_YEAR), 0)


def _parts(
    change: int,
    year: int,
    effects: Sequence[Effect],
    assumptions: Sequence[Effect],
    signs: dict[str, int],
    also: Sequence[Part],
) -> tuple[Part, ...]:
    named = (
        *_by_source(Cause.MEASURE, effects, year, signs),
        *_by_source(Cause.ASSUMPTION, assumptions, year, signs),
        *also,
    )
    rest = Part(Cause.OTHER, None, change - sum(part.yen for part in named))
    return tuple(part for part in (*named, rest) if part.yen)


def _by_source(cause: Cause, effects: Sequence[Effect], year: int, signs: dict[str, int]) -> list[Part]:
    yen: dict[int, int] = {}
    for one in effects:
        if one.year == year and one.account in signs:
            yen[one.source_id] = yen.get(one.source_id, 0) + signs[one.account] * one.yen
    return [Part(cause, source_id, amount) for source_id, amount in yen.items()]
