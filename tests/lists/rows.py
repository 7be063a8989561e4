"""Rows of the tests of lists."""

from __future__ import annotations

from cases.models import Enterprise
from tests.builders import make_enterprise
from vapup.accounts.models import Agency


def enterprise(agency: Agency, name: str, **facts: object) -> Enterprise:
    """Store an enterprise with facts of its own."""
    row = make_enterprise(agency, name=name)
    for field, value in facts.items():
        setattr(row, field, value)
    row.save()
    return row
