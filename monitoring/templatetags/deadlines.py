"""What pages of other parts of the product show of deadlines."""

from __future__ import annotations

from typing import Any

from django import template

from cases.models import Case
from monitoring.selectors.deadlines import DeadlineRow, next_deadline_of, next_deadlines_of
from vapup import clock

register = template.Library()


@register.inclusion_tag("monitoring/_next_deadline.html")
def next_deadline(case: Case) -> dict[str, DeadlineRow | None]:
    """Show the nearest open deadline of a case; nothing where it has none."""
    return {"row": next_deadline_of(case, today=clock.today())}


@register.inclusion_tag("monitoring/_next_deadlines.html")
def next_deadlines(case: Case) -> dict[str, Any]:
    """Show the nearest open deadlines of a case."""
    return {"case": case, "rows": next_deadlines_of(case, today=clock.today())}
