"""Known local programmes that pay part of the enterprise's own share, and what each would give; never more than that.

Nothing here enters the arithmetic of the scheme: the own share is what an assessment says, and a programme lowers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.lines import Line
from subsidies.rules.loading import PARAMETERS_FOLDER
from vapup.shared.money import floor_share
from vapup.shared.rule_data import Row, Source, read_named

FOLDER: Final = PARAMETERS_FOLDER.parent / "top_ups"
TABLES: Final = frozenset({"programme"})


class Base(StrEnum):
    """What a programme takes its share of; monitoring never counts."""

    PLAN_COST = "plan_cost"
    PLAN_OWN_BURDEN = "plan_own_burden"
    PLAN_SUBSIDY = "plan_subsidy"


@dataclass(frozen=True, slots=True)
class Formula:
    """A share of the base, cut down to whole units of `floor_to_yen`, at most `max_yen` where there is a maximum."""

    base: Base
    share: Fraction
    floor_to_yen: int
    max_yen: int | None


@dataclass(frozen=True, slots=True)
class Programme:
    """One dated row. Without a formula the source does not say how much is given."""

    id: str
    provider: str
    name: str
    prefecture: str
    area: str
    frames: frozenset[SchemeFrame]
    effective_from: date
    effective_to: date | None
    formula: Formula | None
    max_includes_past: bool
    condition: str
    source: Source
    confirmed: bool
    note: str

    def fits(self, place: Place, *, on: date) -> bool:
        """Tell whether the programme is for an enterprise there, with a case of that frame accepted on `on`."""
        is_in_force = self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
        is_there = self.prefecture == place.prefecture and self.area in place.address
        return is_in_force and is_there and place.frame in self.frames


@dataclass(frozen=True, slots=True)
class Place:
    """Where the case is: the council's prefecture by code, the enterprise's address, and the frame."""

    prefecture: str
    address: str
    frame: SchemeFrame


def programmes_for(place: Place, *, on: date) -> tuple[Programme, ...]:
    """Return the programmes known for a case whose key date is `on`, in the order of the data."""
    return tuple(one for one in programmes() if one.fits(place, on=on))


def suggested_yen(programme: Programme, lines: Sequence[Line], *, past_yen: int, own_burden_yen: int) -> int | None:
    """Return what the programme would give in whole yen, or None where its source does not say.

    Args:
        lines: of the assessment; only the planning line is looked at, and of its cost what the estimate covers.
        past_yen: what the provider gave the enterprise before; lowers the maximum where that counts earlier uses.
        own_burden_yen: what is left of the enterprise's own share; nobody is given more than that.
    """
    formula = programme.formula
    if formula is None:
        return None
    planning = next((line for line in lines if line.category is CostCategory.PLANNING), None)
    base_yen = 0 if planning is None else _base_yen(formula.base, planning)
    share_yen = floor_share(base_yen, formula.share)
    given_yen = share_yen - share_yen % formula.floor_to_yen
    if formula.max_yen is not None:
        used_yen = past_yen if programme.max_includes_past else 0
        given_yen = min(given_yen, max(0, formula.max_yen - used_yen))
    return min(given_yen, max(0, own_burden_yen))


def _base_yen(base: Base, planning: Line) -> int:
    if base is Base.PLAN_COST:
        return planning.eligible_yen
    if base is Base.PLAN_OWN_BURDEN:
        return planning.own_burden_yen
    return planning.subsidy_yen


@lru_cache(maxsize=1)
def programmes() -> tuple[Programme, ...]:
    """Return the rows of this product; read and checked once."""
    return load_programmes(FOLDER)


def load_programmes(folder: Path) -> tuple[Programme, ...]:
    """Read and check the rows of a folder.

    Raises:
        ParameterError: a row lacks a field, names what nobody knows, or is unconfirmed without saying what is assumed.
    """
    return read_named("programme", folder, known=TABLES, build=_programme)


def _programme(row: Row) -> Programme:
    frames = row.texts("frames")
    if not frames or not set(frames) <= set(SchemeFrame.values):
        row.refuse(f"unknown frame among {', '.join(frames)}")
    found = Programme(
        id=row.text("id"),
        provider=row.text("provider"),
        name=row.text("programme"),
        prefecture=row.text("prefecture"),
        area=row.optional_text("area") or "",
        frames=frozenset(map(SchemeFrame, frames)),
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        formula=_formula(row),
        max_includes_past=row.truth("max_includes_past"),
        condition=row.text("condition"),
        source=row.source(),
        confirmed=row.truth("confirmed"),
        note=row.optional_text("note") or "",
    )
    if not found.confirmed and not found.note:
        row.refuse("a row that is not confirmed says in note what is assumed")
    row.finish()
    return found


def _formula(row: Row) -> Formula | None:
    """Take the fields of the formula: all of them but the maximum, or none at all."""
    base = row.optional_text("basis")
    if base is None:
        return None
    if base not in set(Base):
        row.refuse(f"unknown basis {base}")
    over, slash, under = row.text("share").partition("/")
    if not (slash and over.isdecimal() and under.isdecimal() and 0 < int(over) <= int(under)):
        row.refuse("share is no share such as 1/6")
    return Formula(
        Base(base), Fraction(int(over), int(under)), row.whole("floor_to_yen"), row.optional_whole("max_yen")
    )
