"""The payments as lanes: for each case the windows of its claims, their safe days, and what became of them.

The lanes are those of the calendar of deadlines, of the cases whose payments are on the page alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from vapup.dashboard.calendar.drawing import Drawing, drawing_of
from vapup.dashboard.calendar.money import money_of
from vapup.dashboard.calendar.query import CLAIMS, Span, View
from vapup.dashboard.calendar.rows import found, rows_of, with_names


def lanes_of(agency_id: int, span: Span, case_ids: Collection[int], *, today: date) -> Drawing | None:
    """Draw the claims of these cases in the months of `span`, case by case; None for the list, and without claims."""
    if span.view is View.LIST or not case_ids:
        return None
    claims = with_names(found(agency_id, span, {"kind": CLAIMS}).filter(case_id__in=case_ids))
    deadlines = sorted(claims, key=lambda one: (one.case.number if one.case else "", one.counted_from, one.pk))
    if not deadlines:
        return None
    return drawing_of(list(rows_of(deadlines, money_of(agency_id, case_ids), today=today)), span, today=today)
