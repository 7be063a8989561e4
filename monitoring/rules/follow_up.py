"""What is to be done for a period, and which differences are large, read from `monitoring/parameters/follow_up`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from monitoring.enums import FollowUpPhase
from vapup.shared.rule_data import Row, Source, chain, in_force, read_named

FOLDER: Final = Path(__file__).resolve().parent.parent.joinpath("parameters", "follow_up")
TABLES: Final = frozenset({"task", "deviation"})
PERMILLE: Final = 1000


class KnownBy(StrEnum):
    """By what the product sees itself that a task is done."""

    FIGURES = "figures"
    REPORT = "report"
    MEETINGS = "meetings"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do for a period.

    Attributes:
        at_close: only where the period ends with the fiscal year.
        known_by: what shows that it is done; None where a person ticks it.
    """

    id: str
    phase: FollowUpPhase
    text: str
    at_close: bool
    known_by: KnownBy | None
    source: Source


@dataclass(frozen=True, slots=True)
class DeviationRule:
    """From which difference a line is marked; shares in tenths of a percent. Our own reading, never a blocking rule."""

    id: str
    effective_from: date
    effective_to: date | None
    permille_of_plan: int
    permille_of_sales: int
    note: str
    source: Source

    def is_large(self, *, plan_yen: int, actual_yen: int, sales_yen: int) -> bool:
        """Tell whether a line is marked: by its own share of the plan, unless the yen are few beside planned sales."""
        apart = abs(actual_yen - plan_yen)
        beside_sales = apart * PERMILLE >= abs(sales_yen) * self.permille_of_sales
        return apart > 0 and apart * PERMILLE >= abs(plan_yen) * self.permille_of_plan and beside_sales

    @property
    def text(self) -> str:
        """The rule in words."""
        own, sales = (_percent(one) for one in (self.permille_of_plan, self.permille_of_sales))
        return f"計画比{own}以上、かつ計画売上高の{sales}以上の差異"


def tasks_of(*, is_close: bool) -> tuple[Task, ...]:
    """Return what is to be done for a period, in order."""
    return tuple(one for one in _tasks() if is_close or not one.at_close)


def deviation_rule(day: date) -> DeviationRule | None:
    """Return the rule for periods that end on a day; none before the first."""
    return in_force(_deviations(), day)


def ticked_tasks() -> Iterator[str]:
    """Yield the tasks that a person ticks."""
    return (one.id for one in _tasks() if one.known_by is None)


def load_tasks(folder: Path) -> tuple[Task, ...]:
    """Read and check the tasks of a folder.

    Raises:
        ParameterError: a row lacks a field or names what nobody knows.
    """
    return read_named("task", folder, known=TABLES, build=_task)


def load_deviations(folder: Path) -> tuple[DeviationRule, ...]:
    """Read and check the rules of a folder, the oldest first.

    Raises:
        ParameterError: a row lacks a field, or two of them hold on one day.
    """
    rows = read_named("deviation", folder, known=TABLES, build=_deviation)
    return next(iter(chain(("", one) for one in rows).values()), ())


@lru_cache(maxsize=1)
def _tasks() -> tuple[Task, ...]:
    return load_tasks(FOLDER)


@lru_cache(maxsize=1)
def _deviations() -> tuple[DeviationRule, ...]:
    return load_deviations(FOLDER)


def _task(row: Row) -> Task:
    phase, known_by = row.text("phase"), row.optional_text("known_by")
    if phase not in FollowUpPhase.values:
        row.refuse(f"unknown phase {phase}")
    if known_by is not None and known_by not in set(KnownBy):
        row.refuse(f"unknown known_by {known_by}")
    found = Task(
        id=row.text("id"),
        phase=FollowUpPhase(phase),
        text=row.text("text"),
        at_close=row.optional_truth("at_close"),
        known_by=KnownBy(known_by) if known_by else None,
        source=row.source(),
    )
    row.finish()
    return found


def _deviation(row: Row) -> DeviationRule:
    if row.truth("confirmed"):
        row.refuse("no source gives a figure: the row is our own reading")
    found = DeviationRule(
        id=row.text("id"),
        effective_from=row.day("effective_from"),
        effective_to=row.optional_day("effective_to"),
        permille_of_plan=row.whole("permille_of_plan"),
        permille_of_sales=row.whole("permille_of_sales"),
        note=row.text("note"),
        source=row.source(),
    )
    row.finish()
    return found


def _percent(permille: int) -> str:
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"
