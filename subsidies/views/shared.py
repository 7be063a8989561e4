"""What the pages of costs and the usage application have in common: the head of the case with its rules."""

from __future__ import annotations

from typing import Any

from cases.models import Case
from cases.views import shared
from subsidies.selectors import rule_name, rules_of


def case_context(case: Case, current: str, *, here: str = "") -> dict[str, Any]:
    """Return what the head of a page of the case shows; the arguments are those of the pages of cases."""
    return {
        **shared.case_context(case, current, here=here),
        "rule_version": rule_name(rules_of(case)),
    }
