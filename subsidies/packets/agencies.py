"""Whose work the lines of an estimate are: the lead agency's, and each other agency's."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import Case
from subsidies.models import CostLine

# Forms that say what an agency does, at which rate, and when: each has its own where the estimate tells them apart.
OF_THE_WORK = frozenset({"estimate_statement", "rate_table", "claim_statement", "time_record"})


def by_agency(case: Case, lines: Sequence[CostLine]) -> tuple[tuple[CostLine, ...], ...]:
    """Return the lines of every agency, the lead one first; nothing where all work is the lead agency's."""
    if not any(line.co_agency_id for line in lines):
        return ()
    places = (None, *case.co_agencies.order_by("id").values_list("pk", flat=True))
    return tuple(tuple(line for line in lines if line.co_agency_id == place) for place in places)
