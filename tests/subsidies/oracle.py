"""The arithmetic once more, written from the notices without the product's rule data, to compare with."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from subsidies.rules.request import AssessRequest

TWO_THIRDS = Fraction(2, 3)
CAPS_YEN = {
    "normal-2013": {},
    "normal-2022": {"planning": 2_000_000, "monitoring": 1_000_000, "negotiation": 100_000},
    "normal-2024": {"planning": 2_000_000, "monitoring": 1_000_000, "negotiation": 100_000},
    "sme_gl-2022": {"due_diligence": 3_000_000, "planning": 3_000_000, "monitoring": 1_000_000},
    "vup-2017": {"planning": 150_000, "monitoring_closing": 50_000},
    "vup-2022": {
        "planning": 150_000,
        "monitoring_interim": 50_000,
        "monitoring_closing": 50_000,
        "negotiation": 100_000,
    },
    "vup-2024": {
        "planning": 150_000,
        "monitoring_interim": 50_000,
        "monitoring_closing": 50_000,
        "negotiation": 100_000,
    },
    "vup_bank-2024": {"planning": 150_000},
    "vup_bank-2025": {"planning": 150_000},
}
STARTS = {
    "normal": [("2013-03-08", "normal-2013"), ("2022-04-01", "normal-2022"), ("2024-04-01", "normal-2024")],
    "sme_gl": [("2022-04-15", "sme_gl-2022")],
    "vup": [("2017-05-29", "vup-2017"), ("2022-04-01", "vup-2022"), ("2024-04-01", "vup-2024")],
    "vup_bank": [("2024-02-01", "vup_bank-2024"), ("2025-02-01", "vup_bank-2025")],
}
SIZE_TOTALS_YEN = {"small": 1_500_000, "medium": 3_000_000, "medium_large": 4_500_000}
HUNDRED_MILLION = 100_000_000


def version_of(request: AssessRequest) -> str:
    """Return the rule version by the table of the notices."""
    return [name for start, name in STARTS[request.frame] if start <= request.accepted_on.isoformat()][-1]


def size_of(request: AssessRequest) -> str | None:
    """Return the size class of a request of the normal frame."""
    sales, debt = request.annual_sales_yen, request.interest_bearing_debt_yen
    if request.frame != "normal" or sales is None or debt is None:
        return None
    if max(sales, debt) >= 10 * HUNDRED_MILLION:
        return "medium_large"
    return "small" if max(sales, debt) < HUNDRED_MILLION else "medium"


def costs_of(request: AssessRequest) -> dict[str, int]:
    """Return every category's cost."""
    costs = {str(category.value): yen for category, yen in request.costs.items()}
    for period in request.monitoring_periods:
        costs[period.category.value] = costs.get(period.category.value, 0) + period.cost_yen
    return costs


def subsidies_of(request: AssessRequest) -> dict[str, int]:
    """Return every category's subsidy: the largest whole yen within two thirds and every limit."""
    version, costs = version_of(request), costs_of(request)
    past = {category.value: yen for category, yen in request.past_subsidies.items()}
    estimates = {category.value: yen for category, yen in request.estimates.items()}
    past_shared = past.get("planning", 0) + past.get("monitoring", 0)
    shared: int | None = None
    if version == "normal-2013":
        shared = max(0, 2_000_000 - past_shared)
    elif version.startswith("normal") and past_shared:
        shared = max(0, floor(SIZE_TOTALS_YEN[size_of(request) or ""] * TWO_THIRDS) - past_shared)
    subsidies = {}
    for category, cost in sorted(costs.items(), key=lambda item: item[0] != "planning"):
        limits = [floor(min(cost, estimates.get(category, cost)) * TWO_THIRDS)]
        if category in CAPS_YEN[version]:
            limits.append(max(0, CAPS_YEN[version][category] - past.get(category, 0)))
        elif version != "normal-2013" or category not in {"planning", "monitoring"}:
            limits.append(0)
        if shared is not None and category in {"planning", "monitoring"}:
            limits.append(shared)
            shared -= min(limits)
        subsidies[category] = min(limits)
    return subsidies
