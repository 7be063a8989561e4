"""Where the change of a plan against its base year comes from: measures, assumptions, and what is left over.

Every yen has one place: change = Σ measures + Σ assumptions + carried + other, for each account and for each profit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
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
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name shown on pages."""
        return _CAUSES[self]


_CAUSES: Final = {
    Cause.MEASURE: "施策",
    Cause.ASSUMPTION: "前提",
    Cause.CARRIED: "前年の期末在庫の引継ぎ",
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
        parts: measures, then assumptions, each once, then what is carried over from the year before, then the rest;
            they add up to the change. Zeros are left out.
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
    def other_yen(self) -> int:
        """What nobody explained."""
        return self._of(Cause.OTHER)

    def _of(self, cause: Cause) -> int:
        return sum(part.yen for part in self.parts if part.cause is cause)


def attribute(
    figures: Figures, effects: Sequence[Effect], assumptions: Sequence[Effect], years: Sequence[int]
) -> tuple[Change, ...]:
    """Return the change of every account that changes or is meant to, account by account, then by year."""
    causes = (*effects, *assumptions)
    meant = {(one.account, one.year) for one in causes}
    carried = {year: _carried(figures, causes, year) for year in years}
    meant |= {(OPENING_STOCK, year) for year, yen in carried.items() if yen}
    found = []
    for account in accounts().values():
        for year in years:
            base = figures.get((account.id, BASE_YEAR), 0)
            planned = figures.get((account.id, year), 0)
            if base == planned and (account.id, year) not in meant:
                continue
            signs = {account.id: 1}
            parts = _parts(planned - base, year, effects, assumptions, signs, carried[year])
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
            parts = _parts(planned - base, year, effects, assumptions, signs, carried[year])
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
    carried: int,
) -> tuple[Part, ...]:
    named = (
        *_by_source(Cause.MEASURE, effects, year, signs),
        *_by_source(Cause.ASSUMPTION, assumptions, year, signs),
        Part(Cause.CARRIED, None, signs.get(OPENING_STOCK, 0) * carried),
    )
    rest = Part(Cause.OTHER, None, change - sum(part.yen for part in named))
    return tuple(part for part in (*named, rest) if part.yen)


def _by_source(cause: Cause, effects: Sequence[Effect], year: int, signs: dict[str, int]) -> list[Part]:
    yen: dict[int, int] = {}
    for one in effects:
        if one.year == year and one.account in signs:
            yen[one.source_id] = yen.get(one.source_id, 0) + signs[one.account] * one.yen
    return [Part(cause, source_id, amount) for source_id, amount in yen.items()]
