"""The size class of an enterprise on its own page, so that `cases` need not know the rules of the subsidy."""

from __future__ import annotations

from django import template

from cases.enums import SchemeFrame
from cases.models import Enterprise
from subsidies.rules.assessment import assess
from subsidies.rules.request import AssessRequest
from vapup import clock

register = template.Library()


@register.simple_tag
def size_class(enterprise: Enterprise) -> str:
    """Return 小規模, 中規模 or 中堅規模 by today's rules of 405事業 通常枠."""
    request = AssessRequest(
        frame=SchemeFrame.NORMAL,
        accepted_on=clock.today(),
        annual_sales_yen=enterprise.annual_sales_yen,
        interest_bearing_debt_yen=enterprise.interest_bearing_debt_yen,
        costs={},
    )
    size = assess(request).size_class
    return size.label if size else ""
