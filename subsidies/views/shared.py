"""What the pages of costs and the usage application have in common: the head of the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases.models import Case
from cases.views.shared import crumbs
from subsidies.selectors import rules_of

LIST = ("案件", "cases:list")
PAGES = (
    ("案件", "cases:detail"),
    ("費用", "subsidies:costs"),
    ("算定", "subsidies:assessment"),
    ("利用申請", "subsidies:usage"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the case; tabs of this kind have no count."""

    label: str
    url: str
    is_current: bool
    count: None = None


def case_context(case: Case, current: str, *, here: str = "") -> dict[str, Any]:
    """Return what the head of a page of the case shows.

    Args:
        current: the URL name of the tab that the page belongs to.
        here: the name of a page below that tab, for the breadcrumbs.
    """
    detail = (case.number, reverse("cases:detail", args=[case.number]))
    label = next(label for label, name in PAGES if name == current)
    above = ((label, reverse(current, args=[case.number])),) if here else ()
    version = rules_of(case)
    return {
        "case": case,
        "tabs": [Tab(text, reverse(name, args=[case.number]), name == current) for text, name in PAGES],
        "breadcrumbs": crumbs(here or label, LIST, detail, *above),
        "rule_version": version.id if version else "",
    }
