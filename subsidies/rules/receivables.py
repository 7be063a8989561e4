"""What the agencies of a case are to be paid: by the council claim by claim, and by the enterprise as its own share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, NamedTuple, Self

from subsidies.enums import CostCategory
from subsidies.rules.assessment import Assessment
from subsidies.rules.claims import split_by_cost
from subsidies.rules.payments import PLAN_CATEGORIES, Payment, Trigger, in_order


class Part(StrEnum):
    """A part of a case that is paid for; the parts of a claim, and the half that waits for another claim."""

    PLAN = "plan"
    PERIOD = "period"
    HELD = "held"
    NEGOTIATION = "negotiation"
    UNPLANNED = "unplanned"


@dataclass(frozen=True)
class Figures:
    """The figures of an assessment, live or kept; whole yen, tax included. They are never changed.

    Attributes:
        costs, subsidies: by category.
        periods: the cost of each monitoring period, by its last day.
    """

    costs: Mapping[CostCategory, int]
    subsidies: Mapping[CostCategory, int]
    payments: tuple[Payment, ...]
    periods: tuple[int, ...]

    @classmethod
    def of(cls, assessment: Assessment) -> Self:
        """Return the figures of an assessment."""
        lines = assessment.lines
        return cls(
            {one.category: one.cost_yen for one in lines},
            {one.category: one.subsidy_yen for one in lines},
            assessment.payments,
            tuple(one.cost_yen for one in in_order(assessment.request.monitoring_periods)),
        )

    @classmethod
    def kept(
        cls,
        lines: Iterable[Mapping[str, Any]],
        payments: Iterable[Mapping[str, Any]],
        periods: Iterable[Mapping[str, Any]],
    ) -> Self:
        """Return the figures of a kept answer: its lines and payments, and the periods that were assessed."""
        rows = list(lines)
        return cls(
            {CostCategory(one["category"]): one["cost"] for one in rows},
            {CostCategory(one["category"]): one["subsidy"] for one in rows},
            tuple(
                Payment(CostCategory(one["category"]), Trigger(one["trigger"]), one["period"], one["amount"])
                for one in payments
            ),
            tuple(one["cost"] for one in sorted(periods, key=lambda one: str(one["ends_on"]))),
        )

    def paid_with(self, trigger: Trigger, period: int | None = None) -> int:
        """Return what the council pays at one moment."""
        return sum(one.amount_yen for one in self.payments if one.trigger is trigger and one.period == period)

    @cached_property
    def held_yen(self) -> int:
        """Return what the council holds back until the first monitoring claim."""
        return self.paid_with(Trigger.FIRST_MONITORING_CLAIM)

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """Return what `expected_of` says of them."""
        return expected_of(self)


class Expected(NamedTuple):
    """What is paid for one part, in whole yen; a held half has neither cost nor own share of its own.

    Attributes:
        period: of monitoring, counted from 1; else None.
    """

    part: Part
    period: int | None
    cost_yen: int
    council_yen: int
    own_yen: int


def expected_of(figures: Figures) -> tuple[Expected, ...]:
    """Return every part of a case that has a cost, in the order in which claims are made.

    Their council's parts together are the whole subsidy, their own shares the whole own burden. Monitoring that is
    not planned by periods yet is a part without a day.
    """
    found = [_plan(figures)]
    for number, cost_yen in enumerate(figures.periods, 1):
        council_yen = figures.paid_with(Trigger.MONITORING_CLAIM, number)
        found.append(Expected(Part.PERIOD, number, cost_yen, council_yen, cost_yen - council_yen))
    found.append(Expected(Part.HELD, None, 0, figures.held_yen, 0))
    negotiation = CostCategory.NEGOTIATION
    cost_yen, council_yen = figures.costs.get(negotiation, 0), figures.paid_with(Trigger.LAST_MONITORING_CLAIM)
    found.append(Expected(Part.NEGOTIATION, None, cost_yen, council_yen, cost_yen - council_yen))
    found.append(_rest(figures, found))
    return tuple(one for one in found if one.cost_yen or one.council_yen)


def _plan(figures: Figures) -> Expected:
    cost_yen = sum(yen for category, yen in figures.costs.items() if category in PLAN_CATEGORIES)
    first_yen = figures.paid_with(Trigger.PLAN_CLAIM)
    return Expected(Part.PLAN, None, cost_yen, first_yen, cost_yen - first_yen - figures.held_yen)


def _rest(figures: Figures, found: Sequence[Expected]) -> Expected:
    cost_yen = sum(figures.costs.values()) - sum(one.cost_yen for one in found)
    council_yen = sum(figures.subsidies.values()) - sum(one.council_yen for one in found)
    return Expected(Part.UNPLANNED, None, cost_yen, council_yen, cost_yen - council_yen)


class Share(NamedTuple):
    """One agency's amounts of a part, in whole yen; `later_yen` is what it gets of the half that is held back."""

    cost_yen: int
    council_yen: int
    later_yen: int
    own_yen: int


def shares_of(part: Expected, held_yen: int, costs: Sequence[int]) -> tuple[Share, ...]:
    """Split a part among agencies by their costs (decision 17): the whole first, and what is paid now of it.

    Args:
        held_yen: what of the part's subsidy is paid later, besides `part.council_yen`.
        costs: of each agency, the lead one first; only their proportion counts.
    """
    own_costs = split_by_cost(part.cost_yen, costs)
    wholes = split_by_cost(part.council_yen + held_yen, costs)
    now = split_by_cost(part.council_yen, costs)
    rows = zip(own_costs, wholes, now, strict=True)
    return tuple(Share(cost, first, whole - first, cost - whole) for cost, whole, first in rows)


def allocate(amount_yen: int, claimed_yen: Sequence[int]) -> tuple[int, ...]:
    """Lay one amount out on the parts that it pays for: each gets what was claimed, the last one the rest.

    Too little is therefore missing from the last parts, and too much stands with the last.
    """
    found, left_yen = [], amount_yen
    for one in claimed_yen[:-1]:
        found.append(min(one, left_yen))
        left_yen -= found[-1]
    return (*found, left_yen)


# The office's own mark, no rule of a scheme: after so many days a payment is worth a question.
LATE_AFTER_DAYS: Final = 30
