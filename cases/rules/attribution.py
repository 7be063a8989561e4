"""Where the change of a plan against its base year comes from: measures, assumptions, and what is left over.

Every yen has one place: change = Σ measures + Σ assumptions + other, for each account and for each profit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cases.rules.accounts import Account, accounts
from cases.rules.statements import Figures, Profit, profit

BASE_YEAR: Final = 0
SHOWN_PROFITS: Final = (Profit.OPERATING, Profit.ORDINARY, Profit.NET)


class Cause(StrEnum):
    """What a part of a change comes from."""

    MEASURE = "measure"
    ASSUMPTION = "assumption"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name shown on pages."""
        return {"measure": "施策", "assumption": "前提", "other": "その他"}[self.value]


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
    """A part of a change, in yen; `source_id` is of the measure or the assumption, None for the rest."""

    cause: Cause
    source_id: int | None
    yen: int


@dataclass(frozen=True, slots=True)
class Change:
    """The change of an account or a profit between year 0 and a planned year.

    Attributes:
        line: id of the account, or the profit.
        parts: measures, then assumptions, each once, then the rest; they add up to the change. Zeros are left out.
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
    def other_yen(self) -> int:
        """What nobody explained."""
        return self._of(Cause.OTHER)

    def _of(self, cause: Cause) -> int:
        return sum(part.yen for part in self.parts if part.cause is cause)


def attribute(
    figures: Figures, effects: Sequence[Effect], assumptions: Sequence[Effect], years: Sequence[int]
) -> tuple[Change, ...]:
    """Return the change of every account that changes or is meant to, account by account, then by year."""
    meant = {(one.account, one.year) for one in (*effects, *assumptions)}
    found = []
    for account in accounts().values():
        for year in years:
            base = figures.get((account.id, BASE_YEAR), 0)
            planned = figures.get((account.id, year), 0)
            if base == planned and (account.id, year) not in meant:
                continue
            parts = _parts(planned - base, year, effects, assumptions, {account.id: 1})
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
    found = []
    for which in profits:
        signs = {one.id: one.profit_sign for one in accounts().values() if one.section in which.sections}
        base = profit(figures, which, BASE_YEAR)
        for year in years:
            planned = profit(figures, which, year)
            parts = _parts(planned - base, year, effects, assumptions, signs)
            found.append(Change(which.value, which.label, year, base, planned, parts))
    return tuple(found)


def proposed(
    figures: Figures, effects: Sequence[Effect], assumptions: Sequence[Effect], years: Iterable[int]
) -> dict[tuple[str, int], int]:
    """Propose the profit and loss of planned years: year 0 and the effects, so that nothing is left over as "other"."""
    of_profit: list[Account] = [one for one in accounts().values() if one.profit_sign]
    moved: dict[tuple[str, int], int] = {}
    for one in (*effects, *assumptions):
        moved[one.account, one.year] = moved.get((one.account, one.year), 0) + one.yen
    return {
        (one.id, year): figures.get((one.id, BASE_YEAR), 0) + moved.get((one.id, year), 0)
        for one in of_profit
        for year in years
        if year > BASE_YEAR
    }


def _parts(
    change: int, year: int, effects: Sequence[Effect], assumptions: Sequence[Effect], signs: dict[str, int]
) -> tuple[Part, ...]:
    named = (
        *_by_source(Cause.MEASURE, effects, year, signs),
        *_by_source(Cause.ASSUMPTION, assumptions, year, signs),
    )
    rest = Part(Cause.OTHER, None, change - sum(part.yen for part in named))
    return tuple(part for part in (*named, rest) if part.yen)


def _by_source(cause: Cause, effects: Sequence[Effect], year: int, signs: dict[str, int]) -> list[Part]:
    yen: dict[int, int] = {}
    for one in effects:
        if one.year == year and one.account in signs:
            yen[one.source_id] = yen.get(one.source_id, 0) + signs[one.account] * one.yen
    return [Part(cause, source_id, amount) for source_id, amount in yen.items()]
