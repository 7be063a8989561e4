"""The cost lines of an assessment: what each category costs, what of it is subsidised, and what limits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from subsidies.enums import CostCategory
from subsidies.rules.request import AssessRequest, PeriodCost
from subsidies.rules.size_class import SizeClass
from subsidies.rules.terms import CategoryTerms, Limit, Terms
from subsidies.rules.trace import TraceRow

_CATEGORIES: Final = tuple(CostCategory)
_PLANNING: Final = CostCategory.PLANNING
_MONITORING: Final = CostCategory.MONITORING
_CAP: Final = Limit.CAP
_ESTIMATE: Final = Limit.ESTIMATE


class Line(NamedTuple):
    """One category's result in whole yen, tax included.

    `two_thirds_yen` is the rate's share of the eligible cost, a fraction of a yen dropped once for the category.
    `cap_yen` is none under a joint cap and outside the frame; `shared_remainder_yen` is what planning and monitoring
    may still get together before this line, none where no such limit applies.
    """

    category: CostCategory
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int
    estimate_yen: int | None
    eligible_yen: int
    two_thirds_yen: int
    cap_yen: int | None
    past_yen: int
    remaining_cap_yen: int | None
    shared_remainder_yen: int | None
    limited_by: Limit | None
    in_frame: bool


def size_class_of(terms: Terms, request: AssessRequest, trace: list[TraceRow]) -> SizeClass | None:
    """Return the size class (企業規模) by sales and interest-bearing debt, none outside the normal frame.

    Raises:
        ValueError: the frame needs both figures and the request lacks one.
    """
    if terms.sizes is None or terms.steps.size_class is None:
        return None
    small_below, large_from = terms.sizes.small_below_yen, terms.sizes.large_from_yen
    sales, debt = request.annual_sales_yen, request.interest_bearing_debt_yen
    if sales is None or debt is None:
        raise ValueError("the normal frame needs annual sales and interest-bearing debt")
    if sales >= large_from or debt >= large_from:
        size = SizeClass.MEDIUM_LARGE
    elif sales < small_below and debt < small_below:
        size = SizeClass.SMALL
    else:
        size = SizeClass.MEDIUM
    trace.append((terms.steps.size_class, (sales, debt, small_below, large_from, size)))
    return size


def category_costs(
    terms: Terms, request: AssessRequest, periods: Sequence[PeriodCost], trace: list[TraceRow]
) -> Mapping[CostCategory, int]:
    """Return the cost of each category that the request names, the monitoring periods of one added up.

    `periods` come in order of their last day.

    Raises:
        ValueError: a category's cost is given both as a whole and by periods.
    """
    if not periods:
        return request.costs
    sums: dict[CostCategory, int] = {}
    counts: dict[CostCategory, int] = {}
    for category, _, cost_yen in periods:
        sums[category] = sums.get(category, 0) + cost_yen
        counts[category] = counts.get(category, 0) + 1
    for category, cost_yen in sums.items():
        if category in request.costs:
            raise ValueError(f"the cost of {category} is given both as a whole and by periods")
        trace.append((terms.by_category[category].steps.cost, (counts[category], cost_yen)))
    return {**request.costs, **sums}


def price_lines(
    terms: Terms,
    request: AssessRequest,
    costs: Mapping[CostCategory, int],
    size_class: SizeClass | None,
    trace: list[TraceRow],
) -> tuple[Line, ...]:
    """Return the lines in the order of the categories; planning draws on a joint limit before monitoring does."""
    pool_yen = _opening_pool(terms, request, size_class, trace)
    lines = []
    for category in _CATEGORIES:
        if category not in costs:
            continue
        of_category = terms.by_category[category]
        if not of_category.in_frame:
            lines.append(_line_outside(of_category, costs[category], request, trace))
            continue
        line = _line(terms, of_category, costs[category], request, pool_yen if of_category.shares_pool else None, trace)
        if pool_yen is not None and of_category.shares_pool:
            pool_yen -= line.subsidy_yen
        lines.append(line)
    return tuple(lines)


def _opening_pool(
    terms: Terms, request: AssessRequest, size_class: SizeClass | None, trace: list[TraceRow]
) -> int | None:
    """Return what planning and monitoring may get together, none where they are limited one by one only."""
    pool, step = terms.pool, terms.steps.pool
    if pool is None or step is None:
        return None
    past = request.past_subsidies
    past_planning, past_monitoring = past.get(_PLANNING, 0), past.get(_MONITORING, 0)
    if pool.only_on_reuse and not past_planning + past_monitoring:
        return None
    limit_yen = pool.limits_yen[size_class]
    remainder_yen = max(0, limit_yen - past_planning - past_monitoring)
    trace.append((step, (limit_yen, past_planning, past_monitoring, remainder_yen)))
    return remainder_yen


def _line_outside(terms: CategoryTerms, cost_yen: int, request: AssessRequest, trace: list[TraceRow]) -> Line:
    """Return the line of a category that the frame does not have: no subsidy, all of it the client's own."""
    estimate_yen = request.estimates.get(terms.category)
    past_yen = request.past_subsidies.get(terms.category, 0)
    trace.append((terms.steps.outside, (cost_yen, 0)))
    trace.append((terms.steps.own_burden, (cost_yen, 0, cost_yen)))
    eligible_yen = cost_yen if estimate_yen is None else min(cost_yen, estimate_yen)
    figures = (cost_yen, 0, cost_yen, estimate_yen, eligible_yen, 0, None, past_yen)
    return Line(terms.category, *figures, None, None, None, in_frame=False)


def _line(
    terms: Terms,
    of_category: CategoryTerms,
    cost_yen: int,
    request: AssessRequest,
    pool_yen: int | None,
    trace: list[TraceRow],
) -> Line:
    """Apply the rate to what was filed, then what is left of the cap and of the joint limit."""
    category, cap_yen, steps = of_category.category, of_category.cap_yen, of_category.steps
    estimate_yen = request.estimates.get(category)
    past_yen = request.past_subsidies.get(category, 0)
    if estimate_yen is None:
        eligible_yen = cost_yen
    else:
        eligible_yen = min(cost_yen, estimate_yen)
        trace.append((steps.eligible, (cost_yen, estimate_yen, eligible_yen)))
    if eligible_yen < 0 or past_yen < 0:
        raise ValueError(f"an amount of {category} is negative")
    two_thirds_yen = eligible_yen * terms.rate_over // terms.rate_under
    remaining_cap_yen = cap_yen
    if cap_yen is not None and past_yen:
        remaining_cap_yen = max(0, cap_yen - past_yen)
        trace.append((steps.remaining_cap, (cap_yen, past_yen, remaining_cap_yen)))
    room_yen, binding = _room(terms, remaining_cap_yen, pool_yen)
    subsidy_yen = min(two_thirds_yen, room_yen)
    own_burden_yen = cost_yen - subsidy_yen
    trace.append((steps.subsidy, (eligible_yen, two_thirds_yen, room_yen, subsidy_yen)))
    trace.append((steps.own_burden, (cost_yen, subsidy_yen, own_burden_yen)))
    if subsidy_yen == two_thirds_yen:
        binding = _ESTIMATE if eligible_yen < cost_yen else None
    figures = (cost_yen, subsidy_yen, own_burden_yen, estimate_yen, eligible_yen, two_thirds_yen, cap_yen, past_yen)
    return Line(category, *figures, remaining_cap_yen, pool_yen, binding, in_frame=True)


def _room(terms: Terms, remaining_cap_yen: int | None, pool_yen: int | None) -> tuple[int, Limit | None]:
    """Return the tighter of a category's own limit and the joint one, and which of them it is."""
    if pool_yen is None or terms.pool is None:
        if remaining_cap_yen is None:
            raise ValueError("a category of the frame has neither a cap nor a joint one")
        return remaining_cap_yen, _CAP
    if remaining_cap_yen is None or pool_yen < remaining_cap_yen:
        return pool_yen, terms.pool.limit
    return remaining_cap_yen, _CAP
