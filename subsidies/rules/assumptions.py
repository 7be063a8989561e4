"""The assumptions of a what-if (試算): the few figures that a fee is designed with, and the request they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from subsidies.rules.request import MONITORING_CATEGORIES, AssessRequest, PeriodCost
from vapup.shared.dates import months_end

HALF_YEAR: Final = 6
MOST_PERIODS: Final = 36
LAST_YEAR: Final = 2099
_PLANNING: Final = CostCategory.PLANNING
_MONITORING: Final = CostCategory.MONITORING
_INTERIM: Final = CostCategory.MONITORING_INTERIM
_CLOSING: Final = CostCategory.MONITORING_CLOSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What a what-if assumes; amounts in whole yen, consumption tax included.

    `total_yen` is planning and monitoring together, `monitoring_yen` the part of monitoring, and `closing_yen` what of
    that falls on the closing of the books, where the frame tells that apart (None: by the number of periods).
    `period_count` periods end every `every_months` months from `first_ends_on`. Without the aim of removing a personal
    guarantee (経営者保証の解除) no negotiation is costed. `estimates` is what a usage application has already filed.
    """

    frame: SchemeFrame
    accepted_on: date
    annual_sales_yen: int | None = None
    interest_bearing_debt_yen: int | None = None
    total_yen: int = 0
    monitoring_yen: int = 0
    closing_yen: int | None = None
    period_count: int = 0
    first_ends_on: date | None = None
    every_months: int = HALF_YEAR
    due_diligence_yen: int = 0
    negotiation_yen: int = 0
    seeks_guarantee_release: bool = False
    past_subsidies: Mapping[CostCategory, int] = field(default_factory=dict)
    estimates: Mapping[CostCategory, int] = field(default_factory=dict)

    @property
    def period_ends(self) -> tuple[date, ...]:
        """The last day of every period, in order; month ends stay month ends."""
        if self.first_ends_on is None:
            return ()
        return tuple(_later(self.first_ends_on, number * self.every_months) for number in range(self.period_count))


def _later(day: date, months: int) -> date:
    return months_end(day, months) if months else day


def request_of(assumed: Assumptions) -> AssessRequest:
    """Return the request that the assumptions stand for; a category without a cost and a period is left out."""
    costs = {
        CostCategory.DUE_DILIGENCE: assumed.due_diligence_yen,
        _PLANNING: assumed.total_yen - assumed.monitoring_yen,
        CostCategory.NEGOTIATION: assumed.negotiation_yen if assumed.seeks_guarantee_release else 0,
    }
    periods = tuple(_periods(assumed))
    by_period = {one.category for one in periods}
    costs.update({kind: yen for kind, yen in _by_kind(assumed).items() if kind not in by_period})
    return AssessRequest(
        frame=assumed.frame,
        accepted_on=assumed.accepted_on,
        annual_sales_yen=assumed.annual_sales_yen,
        interest_bearing_debt_yen=assumed.interest_bearing_debt_yen,
        costs={category: yen for category, yen in costs.items() if yen},
        estimates=dict(assumed.estimates),
        past_subsidies={category: yen for category, yen in assumed.past_subsidies.items() if yen},
        monitoring_periods=periods,
    )


def _periods(assumed: Assumptions) -> Iterator[PeriodCost]:
    """Yield the periods; those of one kind share its cost equally, the last of them takes the remainder."""
    kinds = _kinds(assumed)
    amounts = _by_kind(assumed)
    for number, (kind, ends_on) in enumerate(zip(kinds, assumed.period_ends, strict=False)):
        count, yen = kinds.count(kind), amounts.get(kind, 0)
        is_last = kind not in kinds[number + 1 :]
        yield PeriodCost(kind, ends_on, yen // count + (yen % count if is_last else 0))


def _kinds(assumed: Assumptions) -> list[CostCategory]:
    """Return the category of every period; of the early frame's two kinds the last period has the closing."""
    count = len(assumed.period_ends)
    kinds = monitoring_kinds(assumed.frame, assumed.accepted_on)
    if count == 1 and assumed.closing_yen == 0 and assumed.monitoring_yen:
        return [kinds[0]]
    return [kinds[0]] * (count - 1) + [kinds[-1]] if count else []


def _by_kind(assumed: Assumptions) -> dict[CostCategory, int]:
    """Return the cost of each kind of monitoring."""
    kinds = monitoring_kinds(assumed.frame, assumed.accepted_on)
    monitoring_yen, closing_yen = assumed.monitoring_yen, assumed.closing_yen
    if len(kinds) == 1:
        return {kinds[0]: monitoring_yen}
    if closing_yen is None:
        count = assumed.period_count or len(kinds)
        closing_yen = monitoring_yen - monitoring_yen // count * (count - 1)
    closing_yen = min(closing_yen, monitoring_yen)
    return {kinds[0]: monitoring_yen - closing_yen, kinds[-1]: closing_yen}


def monitoring_kinds(frame: SchemeFrame, accepted_on: date) -> tuple[CostCategory, ...]:
    """Return the frame's monitoring categories on a day, the closing last; plain monitoring where it has none."""
    try:
        version = rule_version_on(frame, accepted_on)
    except FrameNotOpen:
        return (_MONITORING,)
    return tuple(one for one in CostCategory if one in version.categories and one in MONITORING_CATEGORIES) or (
        _MONITORING,
    )


def assumptions_of(request: AssessRequest, *, seeks_guarantee_release: bool) -> Assumptions:
    """Return the assumptions that come nearest to a request; every category but single periods keeps its cost."""
    costs = costs_by_category(request)
    monitoring = {category: yen for category, yen in costs.items() if category in MONITORING_CATEGORIES}
    ends = sorted({one.ends_on for one in request.monitoring_periods})
    two_kinds = _INTERIM in monitoring or _CLOSING in monitoring
    return Assumptions(
        frame=request.frame,
        accepted_on=request.accepted_on,
        annual_sales_yen=request.annual_sales_yen,
        interest_bearing_debt_yen=request.interest_bearing_debt_yen,
        total_yen=costs.get(_PLANNING, 0) + sum(monitoring.values()),
        monitoring_yen=sum(monitoring.values()),
        closing_yen=monitoring.get(_CLOSING, 0) if two_kinds else None,
        period_count=min(len(request.monitoring_periods), MOST_PERIODS),
        first_ends_on=ends[0] if ends else None,
        every_months=_gap(ends),
        due_diligence_yen=costs.get(CostCategory.DUE_DILIGENCE, 0),
        negotiation_yen=costs.get(CostCategory.NEGOTIATION, 0),
        seeks_guarantee_release=seeks_guarantee_release,
        past_subsidies=dict(request.past_subsidies),
        estimates=dict(request.estimates),
    )


def costs_by_category(request: AssessRequest) -> dict[CostCategory, int]:
    """Return the cost of every category of a request, its periods added up."""
    costs = dict(request.costs)
    for one in request.monitoring_periods:
        costs[one.category] = costs.get(one.category, 0) + one.cost_yen
    return costs


def _gap(ends: list[date]) -> int:
    """Return the months between the first two periods, as far as they are a choice of the page."""
    if len(ends) < 2:
        return HALF_YEAR
    first, second = ends[:2]
    months = 12 * (second.year - first.year) + second.month - first.month
    return min((1, 3, 6, 12), key=lambda choice: abs(choice - months))
