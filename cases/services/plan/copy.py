"""Copy the parts of a plan into a new version, in a few statements however many rows there are."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import ForeignKey, Model

from cases.models import (
    Assumption,
    CashFigure,
    Issue,
    Loan,
    LoanChange,
    MapFlow,
    MapNode,
    Measure,
    MeasureEffect,
    Plan,
    PlanFigure,
    RealValue,
)

# Each part with the way from its rows to their plan; whatever a row points to comes before it.
PARTS: Final[tuple[tuple[type[Model], str], ...]] = (
    (MapNode, "plan"),
    (MapFlow, "plan"),
    (Issue, "plan"),
    (Measure, "plan"),
    (MeasureEffect, "measure__plan"),
    (Assumption, "plan"),
    (PlanFigure, "plan"),
    (RealValue, "plan"),
    (Loan, "plan"),
    (LoanChange, "loan__plan"),
    (CashFigure, "plan"),
)
Copies = dict[type[Model], dict[int, int]]


def copy_parts(old: Plan, new: Plan) -> Copies:
    """Copy every part of `old` into `new`; return, for each kind of row, which new id stands for which old one."""
    copies: Copies = {Plan: {old.pk: new.pk}}
    for kind, way in PARTS:
        rows = list(kind._default_manager.filter(agency_id=old.agency_id, **{way: old}).order_by("pk"))
        made = kind._default_manager.bulk_create([kind(**_values(row, copies)) for row in rows])
        copies[kind] = {before.pk: after.pk for before, after in zip(rows, made, strict=True)}
    return copies


def _values(row: Model, copies: Copies) -> dict[str, Any]:
    """Return the columns of a copy: those of `row`, pointing to the copies of what `row` points to."""
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.primary_key:
            continue
        value = getattr(row, field.attname)
        target = field.related_model if isinstance(field, ForeignKey) else None
        values[field.attname] = copies[target][value] if target in copies and value is not None else value
    return values
