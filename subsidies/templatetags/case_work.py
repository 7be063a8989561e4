"""What of the subsidy stands on the pages of cases and enterprises, which need not know its rules."""

from __future__ import annotations

from typing import Any

from django import template

from cases.models import Case, Enterprise
from cases.selectors.overview import Task
from subsidies.selectors.caps.ledger import cap_ledger_of
from subsidies.selectors.case_work import money_of_case, work_of_case
from vapup import clock

register = template.Library()


@register.inclusion_tag("subsidies/_case_money.html")
def case_money(case: Case) -> dict[str, Any]:
    """Show what is expected, decided and paid of a case, and under which rules; rows of the facts in its head."""
    return {"case": case, "money": money_of_case(case, today=clock.today())}


@register.simple_tag
def case_work(case: Case) -> list[Task]:
    """Return what is worked on in an accepted case."""
    return work_of_case(case)


@register.inclusion_tag("subsidies/_caps_in_short.html")
def caps_in_short(enterprise: Enterprise) -> dict[str, Any]:
    """Show the caps that an enterprise has used, as bars."""
    return {"enterprise": enterprise, "frames": cap_ledger_of(enterprise, today=clock.today())}
