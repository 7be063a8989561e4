"""When the subsidy is paid: the plan in one or two parts, each monitoring period, the negotiation with the last."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple

from subsidies.enums import CostCategory
from subsidies.rules.lines import Line
from subsidies.rules.request import AssessRequest, PeriodCost
from subsidies.rules.terms import Terms
from subsidies.rules.trace import TraceRow


class Trigger(StrEnum):
    """The claim with which a payment is made."""

    PLAN_CLAIM = "plan_claim"
    FIRST_MONITORING_CLAIM = "first_monitoring_claim"
    MONITORING_CLAIM = "monitoring_claim"
    LAST_MONITORING_CLAIM = "last_monitoring_claim"


PLAN_CATEGORIES: Final = frozenset({CostCategory.DUE_DILIGENCE, CostCategory.PLANNING})

_PLAN_CLAIM: Final = Trigger.PLAN_CLAIM
_FIRST_MONITORING_CLAIM: Final = Trigger.FIRST_MONITORING_CLAIM
_MONITORING_CLAIM: Final = Trigger.MONITORING_CLAIM
_LAST_MONITORING_CLAIM: Final = Trigger.LAST_MONITORING_CLAIM
_NEGOTIATION: Final = CostCategory.NEGOTIATION
_END: Final = attrgetter("ends_on")


class Payment(NamedTuple):
    """One payment of the council in whole yen; `period` counts the monitoring periods from 1."""

    category: CostCategory
    trigger: Trigger
    period: int | None
    amount_yen: int


def in_order(periods: Sequence[PeriodCost]) -> list[PeriodCost]:
    """Return the periods by their last day; equal days keep the order in which they were given."""
    return sorted(periods, key=_END)


def schedule_payments(
    terms: Terms, request: AssessRequest, lines: Sequence[Line], periods: Sequence[PeriodCost], trace: list[TraceRow]
) -> tuple[Payment, ...]:
    """Return every payment in the order in which claims are made; `periods` come in order of their last day."""
    payments: list[Payment] = []
    for line in lines:
        if line.category in PLAN_CATEGORIES and line.subsidy_yen:
            _pay_plan(terms, line, payments, trace)
    if periods:
        _pay_periods(terms, request, lines, periods, payments, trace)
    for line in lines:
        if line.category is _NEGOTIATION and line.subsidy_yen:
            payments.append(Payment(_NEGOTIATION, _LAST_MONITORING_CLAIM, None, line.subsidy_yen))
            trace.append((terms.by_category[_NEGOTIATION].steps.last, (line.subsidy_yen, line.subsidy_yen)))
    return tuple(payments)


def _pay_plan(terms: Terms, line: Line, payments: list[Payment], trace: list[TraceRow]) -> None:
    """Pay a plan category: the part that is not held back at once, the rest with the first monitoring."""
    of_category, category, subsidy_yen = terms.by_category[line.category], line.category, line.subsidy_yen
    if of_category.steps.halves is None:
        payments.append(Payment(category, _PLAN_CLAIM, None, subsidy_yen))
        trace.append((of_category.steps.whole, (subsidy_yen, subsidy_yen)))
        return
    first_step, held_step = of_category.steps.halves
    first_yen = subsidy_yen * (of_category.held_under - of_category.held_over) // of_category.held_under
    payments.append(Payment(category, _PLAN_CLAIM, None, first_yen))
    payments.append(Payment(category, _FIRST_MONITORING_CLAIM, None, subsidy_yen - first_yen))
    trace.append((first_step, (subsidy_yen, first_yen)))
    trace.append((held_step, (subsidy_yen, first_yen, subsidy_yen - first_yen)))


def _pay_periods(
    terms: Terms,
    request: AssessRequest,
    lines: Sequence[Line],
    periods: Sequence[PeriodCost],
    payments: list[Payment],
    trace: list[TraceRow],
) -> None:
    """Pay each period what its category has earned so far less what was paid, so that the periods add up."""
    subsidies = {line.category: line.subsidy_yen for line in lines}
    cumulative: dict[CostCategory, int] = {}
    paid: dict[CostCategory, int] = {}
    for number, (category, _, cost_yen) in enumerate(periods, 1):
        cumulative_yen = cumulative[category] = cumulative.get(category, 0) + cost_yen
        estimate_yen = request.estimates.get(category)
        eligible_yen = cumulative_yen if estimate_yen is None else min(cumulative_yen, estimate_yen)
        entitled_yen = min(eligible_yen * terms.rate_over // terms.rate_under, subsidies[category])
        paid_yen = paid.get(category, 0)
        paid[category] = entitled_yen
        payments.append(Payment(category, _MONITORING_CLAIM, number, entitled_yen - paid_yen))
        step = terms.by_category[category].steps.period
        trace.append((step, (number, cumulative_yen, entitled_yen, paid_yen, entitled_yen - paid_yen)))
