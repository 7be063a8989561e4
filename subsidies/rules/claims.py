"""The facts that a claim is assessed on: actual costs of what was claimed, filed costs of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from subsidies.enums import CostCategory
from subsidies.rules.payments import in_order
from subsidies.rules.request import AssessRequest, PeriodCost


@dataclass(frozen=True, slots=True)
class ClaimPeriod:
    """A monitoring period of the case and what was claimed for it in yen, tax included; None while nothing was."""

    category: CostCategory
    ends_on: date
    claimed_yen: int | None


@dataclass(frozen=True, slots=True)
class FiledPeriod:
    """What the usage application filed for a period, and the cost that stands for it in the claim's assessment."""

    filed_yen: int
    cost_yen: int


def filed_costs(filed: AssessRequest) -> dict[CostCategory, int]:
    """Return what a usage application filed, in yen by category, all periods of a category together."""
    costs = dict(filed.costs)
    for category, _, cost_yen in filed.monitoring_periods:
        costs[category] = costs.get(category, 0) + cost_yen
    return costs


def claim_request(
    filed: AssessRequest, *, costs: Mapping[CostCategory, int | None], periods: Sequence[ClaimPeriod]
) -> AssessRequest:
    """Return the facts on which the claims of a case are assessed.

    Args:
        filed: the facts of the usage application, with the acceptance day that picks the rules.
        costs: actual costs of the categories without periods; None for one that is claimed but not entered yet.
        periods: every period of the case, in order of its last day.

    A category that was not filed has an estimate of 0: none of its cost is subsidised.
    """
    by_category = filed_costs(filed)
    of_periods = {one.category for one in periods}
    known = {category: yen for category, yen in by_category.items() if category not in of_periods}
    known |= {category: by_category.get(category, 0) if yen is None else yen for category, yen in costs.items()}
    standing = zip(periods, filed_periods(filed, periods), strict=True)
    return replace(
        filed,
        costs=known,
        estimates={category: by_category.get(category, 0) for category in (*by_category, *known, *of_periods)},
        monitoring_periods=tuple(PeriodCost(one.category, one.ends_on, its.cost_yen) for one, its in standing),
    )


def filed_periods(filed: AssessRequest, periods: Sequence[ClaimPeriod]) -> tuple[FiledPeriod, ...]:
    """Return what was filed for each period, and its cost: the claimed one, or the filed one where nothing is claimed.

    Periods are matched within their category by their order. What was filed for periods that are gone joins the last.
    Where a category was filed without periods, the first that is not claimed yet may use all that is left of it.
    """
    found: dict[int, FiledPeriod] = {}
    for category in {one.category for one in periods}:
        own = [(place, one) for place, one in enumerate(periods) if one.category is category]
        amounts = [cost_yen for kind, _, cost_yen in in_order(filed.monitoring_periods) if kind is category]
        claimed = [one.claimed_yen for _, one in own]
        rows = _by_period(amounts, claimed) if amounts else _from_total(filed.costs.get(category, 0), claimed)
        found |= {place: row for (place, _), row in zip(own, rows, strict=True)}
    return tuple(found[place] for place in range(len(periods)))


def _by_period(amounts: Sequence[int], claimed: Sequence[int | None]) -> list[FiledPeriod]:
    count = len(claimed)
    filed = [*amounts[:count], *[0] * (count - len(amounts))]
    filed[-1] += sum(amounts[count:])
    return [FiledPeriod(yen, yen if got is None else got) for yen, got in zip(filed, claimed, strict=True)]


def _from_total(total_yen: int, claimed: Sequence[int | None]) -> list[FiledPeriod]:
    rows, left_yen = [], total_yen
    unclaimed_yen = max(0, total_yen - sum(yen for yen in claimed if yen is not None))
    for got in claimed:
        rows.append(FiledPeriod(left_yen, unclaimed_yen if got is None else got))
        left_yen = max(0, left_yen - rows[-1].cost_yen)
        unclaimed_yen = 0 if got is None else unclaimed_yen
    return rows


def split_by_cost(amount_yen: int, costs_yen: Sequence[int]) -> tuple[int, ...]:
    """Split an amount by cost, fractions of a yen dropped; the first, the lead agency, takes the rest (decision 17)."""
    total_yen = sum(costs_yen)
    parts = [amount_yen * cost_yen // total_yen if total_yen else 0 for cost_yen in costs_yen[1:]]
    return (amount_yen - sum(parts), *parts)
