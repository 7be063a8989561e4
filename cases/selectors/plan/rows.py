"""What the sheets of a plan have in common: the stamp that a form carries, what is shown first, and shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model

from cases.models import Plan
from cases.models.plans import PlanPart
from cases.selectors.plan.versions import stamp
from vapup.ui.charts import shares


def stamp_of_rows(*parts: Sequence[Model]) -> int:
    """Return the number that stands for stored rows as they are; it changes with any of their columns."""
    return stamp(*[[_columns(row) for row in rows] for rows in parts])


def _columns(row: Model) -> list[Any]:
    return [getattr(row, one.attname) for one in row._meta.concrete_fields]


def shown_row(row: PlanPart, names: Iterable[str]) -> dict[str, Any]:
    """Return a stored row as the first values of its row in the form; a link is its id."""
    columns = {one.name: one.attname for one in row._meta.concrete_fields}
    return {"id": row.pk, **{name: getattr(row, columns[name]) for name in names}}


def stamp_of_plan(plan: Plan, names: Iterable[str]) -> int:
    """Return the number that stands for some columns of a plan."""
    return stamp([getattr(plan, name) for name in names])


def shares_by_kind(rows: Sequence[tuple[int, str, int | None]]) -> dict[int, int | None]:
    """Return the share of each row in the sum of its kind, in tenths of a percent.

    Args:
        rows: id, kind and whole yen of each.
    """
    found: dict[int, int | None] = {}
    for kind in dict.fromkeys(kind for _, kind, _ in rows):
        own = [(key, yen) for key, its, yen in rows if its == kind]
        found.update(zip((key for key, _ in own), shares([yen for _, yen in own]), strict=True))
    return found


def percent_text(tenths: int | None) -> str:
    """Return tenths of a percent as 45.2%; "" for None."""
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}%"
