"""Columns that several tables share."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

# The largest amount that any figure of the schemes may reach: one trillion yen, as in the engine's contract.
LARGEST_YEN = 10**12


def yen_range(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint that keeps a yen column within what the engine accepts."""
    return models.CheckConstraint(
        name=name, condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (0, LARGEST_YEN)})
    )
