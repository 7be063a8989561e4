"""Which claim each part of a case is paid with, and what each agency gets of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from monitoring.enums import DeadlineState
from monitoring.models import Deadline, MonitoringPeriod
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.models import Settlement
from subsidies.rules.payments import PLAN_CATEGORIES
from subsidies.rules.receivables import Expected, Figures, Part, Share, shares_of
from subsidies.selectors.payments.facts import CaseFacts, Claim

K: Final = ApplicationKind
KIND_OF: Final[Mapping[Part, ApplicationKind]] = MappingProxyType(
    {
        Part.PLAN: K.PLAN_CLAIM,
        Part.PERIOD: K.MONITORING_CLAIM,
        Part.HELD: K.MONITORING_CLAIM,
        Part.NEGOTIATION: K.NEGOTIATION_CLAIM,
    }
)
PART_OF: Final[Mapping[ApplicationKind, Part]] = MappingProxyType(
    {K.PLAN_CLAIM: Part.PLAN, K.MONITORING_CLAIM: Part.PERIOD, K.NEGOTIATION_CLAIM: Part.NEGOTIATION}
)
Where = tuple[MonitoringPeriod | None, Claim | None]


class CaseShares:
    """One case: its claims, and its agencies' parts of them; every list of amounts is in the order of the agencies."""

    def __init__(self, facts: CaseFacts) -> None:
        self.facts = facts
        self.plan = facts.claim_of(K.PLAN_CLAIM)

    @cached_property
    def carrier(self) -> Where:
        """The period with whose claim the held halves are paid: the first that was handed in, or else the first."""
        pairs = [(one, self.facts.claim_of(K.MONITORING_CLAIM, one)) for one in self.facts.periods]
        sent = [(claim.submitted_on, place) for place, (_, claim) in enumerate(pairs) if claim and claim.submitted_on]
        if sent:
            return pairs[min(sent)[1]]
        return pairs[0] if pairs else (None, None)

    def where(self, expected: Expected) -> Where:
        """Return the period that a part belongs to, and the live claim that it is paid with; None for none."""
        if expected.part is Part.HELD:
            return self.carrier
        if expected.part is Part.UNPLANNED:
            return None, None
        if expected.part is not Part.PERIOD:
            return None, self.facts.claim_of(KIND_OF[expected.part])
        number = expected.period or 0
        if number > len(self.facts.periods):
            return None, None
        period = self.facts.periods[number - 1]
        return period, self.facts.claim_of(K.MONITORING_CLAIM, period)

    def claim_name(self, part: Part, where: Where) -> str:
        """Return what the claim is called, begun or not."""
        period, claim = where
        if claim is not None:
            return claim.name
        kind = KIND_OF.get(part, K.MONITORING_CLAIM)
        if kind is not K.MONITORING_CLAIM or part is Part.UNPLANNED:
            return kind.label
        number = self.facts.periods.index(period) + 1 if period else 1
        return f"{kind.label}(第{number}回)"

    def safe_by(self, part: Part, where: Where) -> date | None:
        """Return the safe day of the claim's deadline."""
        deadline = self._deadline(part, where)
        return deadline.safe_by if deadline else None

    def is_over(self, part: Part, where: Where, today: date) -> bool:
        """Tell whether the claim came, or would come, too late."""
        deadline = self._deadline(part, where)
        if deadline is None:
            return False
        is_past = deadline.state == DeadlineState.OPEN and today >= deadline.lapses_on
        return is_past or deadline.state == DeadlineState.LAPSED

    def _deadline(self, part: Part, where: Where) -> Deadline | None:
        return self.facts.deadline_of(KIND_OF[part], where[0]) if part in KIND_OF else None

    def settlement(self, claim: Claim | None, key: int | None) -> Settlement | None:
        """Return an agency's settlement of a claim."""
        return self.facts.settlements.get((claim.id, key)) if claim else None

    def planned(self, figures: Figures, expected: Expected, where: Where) -> tuple[Share, ...]:
        """Return each agency's amounts of a part as filed; of a held half `council_yen` is what comes later."""
        costs = self._planned_costs(expected.part, where[0])
        if expected.part is Part.HELD:
            return _held(figures, costs)
        return shares_of(expected, figures.held_yen if expected.part is Part.PLAN else 0, costs)

    def revised(self) -> tuple[Share, ...] | None:
        """Return what the plan claim as it was handed in leaves to be paid later; None before that."""
        if self.plan is None or self.plan.figures is None:
            return None
        return _held(self.plan.figures, self._claimed_costs(self.plan, Part.PLAN, None))

    def claimed(self, claim: Claim, part: Part) -> tuple[Share, ...]:
        """Return each agency's amounts of one part of a claim as it was handed in."""
        figures = claim.figures or self.facts.figures
        if figures is None:
            return tuple(Share(0, 0, 0, 0) for _ in self.facts.agencies)
        period = next((one for one in self.facts.periods if one.pk == claim.period_id), None)
        if part is Part.HELD:
            of_plan = self._claimed_costs(self.plan, Part.PLAN, None) if self.plan else None
            return _held(figures, of_plan or self._claimed_costs(claim, Part.PERIOD, period))
        expected = part_of(figures, part, _place(claim, period))
        held_yen = figures.held_yen if part is Part.PLAN else 0
        return shares_of(expected, held_yen, self._claimed_costs(claim, part, period))

    def parts_of(self, claim: Claim) -> list[Part]:
        """Return the parts that a claim is paid for, its own first."""
        releases = claim.kind is K.MONITORING_CLAIM and self.carrier[1] is claim
        return [PART_OF[claim.kind], Part.HELD] if releases else [PART_OF[claim.kind]]

    def _planned_costs(self, part: Part, period: MonitoringPeriod | None) -> list[int]:
        """Return each agency's cost of a part by the estimate; without any, all is the lead agency's."""
        costs = dict.fromkeys(self.facts.keys, 0)
        for line in self.facts.lines:
            if _belongs(CostCategory(line.category), line.period_id, part, period) and line.co_agency_id in costs:
                costs[line.co_agency_id] += line.gross_yen
        found = list(costs.values())
        return found if any(found) else [1, *[0] * (len(found) - 1)]

    def _claimed_costs(self, claim: Claim, part: Part, period: MonitoringPeriod | None) -> list[int]:
        """Return each agency's cost of a claim as it was settled; where one is missing, as estimated."""
        stated = [self.settlement(claim, key) for key in self.facts.keys]
        known = [one.cost_yen for one in stated if one and one.cost_yen is not None]
        is_known = len(known) == len(stated) and any(known)
        return known if is_known else self._planned_costs(part, period)


def part_of(figures: Figures, part: Part, period: int | None = None) -> Expected:
    """Return what is paid for one part, nothing where the figures do not have it."""
    found = (one for one in figures.expected if one.part is part and one.period == period)
    return next(found, Expected(part, period, 0, 0, 0))


def _held(figures: Figures, costs: list[int]) -> tuple[Share, ...]:
    shares = shares_of(part_of(figures, Part.PLAN), figures.held_yen, costs)
    return tuple(Share(0, one.later_yen, 0, 0) for one in shares)


def _belongs(category: CostCategory, period_id: int | None, part: Part, period: MonitoringPeriod | None) -> bool:
    """Tell whether a line of the estimate is work on a part."""
    if part in {Part.PLAN, Part.HELD}:
        return category in PLAN_CATEGORIES
    if part is Part.NEGOTIATION:
        return category is CostCategory.NEGOTIATION
    is_monitoring = category not in {*PLAN_CATEGORIES, CostCategory.NEGOTIATION}
    return is_monitoring and period_id == (period.pk if period else None)


def _place(claim: Claim, period: MonitoringPeriod | None) -> int | None:
    """Return the number of a claim's period among those that were assessed; they may have changed since."""
    if claim.kind is not K.MONITORING_CLAIM:
        return None
    ends_on = period.ends_on.isoformat() if period else ""
    known = claim.period_ends
    if ends_on in known:
        return known.index(ends_on) + 1
    return min(claim.number, len(known)) if known else claim.number
