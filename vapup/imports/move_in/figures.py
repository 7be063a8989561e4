"""The figures of a case that is moved in: what its usage application filed, and what each claim asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.claims import ClaimPeriod, claim_request
from subsidies.rules.parameters import rule_version_on
from subsidies.rules.payments import PLAN_CATEGORIES, Trigger
from subsidies.rules.request import MONITORING_CATEGORIES, AssessRequest, PeriodCost, parse_request
from vapup.imports.columns import Draft
from vapup.imports.move_in.book import Book, Bundle, Party
from vapup.imports.move_in.forms import CLAIM_LINES


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim of the file with its assessment, and what the rules let the council pay with it, in whole yen."""

    row: Draft
    assessment: Assessment
    due_yen: int


def filed_of(book: Book, bundle: Bundle, party: Party, frame: SchemeFrame, key_date: date) -> AssessRequest:
    """Return what the usage application filed; the rows of the case must be sound.

    As in `subsidies.selectors.request_from`, a category that has periods is costed by them.
    """
    periods = ordered(bundle)
    sums: dict[tuple[str, int | None], int] = {}
    for cost in bundle.costs:
        key = (cost.values["category"], cost.values["period"])
        sums[key] = sums.get(key, 0) + cost.values["gross_yen"]
    kinds = {one.values["kind"] for one in periods}
    costs: dict[CostCategory, int] = {}
    for (category, _), yen in sums.items():
        if category not in kinds:
            costs[CostCategory(category)] = costs.get(CostCategory(category), 0) + yen
    return AssessRequest(
        frame=frame,
        accepted_on=key_date,
        annual_sales_yen=party.fact("annual_sales_yen"),
        interest_bearing_debt_yen=party.fact("interest_bearing_debt_yen"),
        costs=costs,
        past_subsidies=book.past_of(party, frame),
        monitoring_periods=tuple(
            PeriodCost(
                CostCategory(one.values["kind"]),
                one.values["ends_on"],
                sums.get((one.values["kind"], one.values["number"]), 0),
            )
            for one in periods
        ),
    )


def ordered(bundle: Bundle) -> list[Draft]:
    """Return the periods by their number, which is the order of their last days."""
    return sorted(bundle.periods, key=lambda one: one.values["number"] or 0)


def claims_in_order(bundle: Bundle) -> list[Draft]:
    """Return the claims as they were handed in; of one day the plan comes first, then the periods by their number."""
    kinds = (ApplicationKind.PLAN_CLAIM, ApplicationKind.MONITORING_CLAIM, ApplicationKind.NEGOTIATION_CLAIM)
    return sorted(
        bundle.claims,
        key=lambda one: (one.values["submitted_on"], kinds.index(one.values["kind"]), one.values["period"] or 0),
    )


def costs_of(claim: Draft) -> dict[CostCategory, int]:
    """Return the actual costs of a claim in yen, tax included."""
    entered = ((category, claim.values[name]) for name, category in CLAIM_LINES)
    return {category: yen for category, yen in entered if yen is not None}


def claimed_of(bundle: Bundle, filed: AssessRequest) -> list[Claimed]:
    """Return every claim with the figures on which it was approved: it knows the costs of those before it alone."""
    base = parse_request(filed.as_dict())
    found: list[Claimed] = []
    known: list[Draft] = []
    for claim in claims_in_order(bundle):
        known.append(claim)
        assessment = assess(_request(bundle, base, known, claim))
        is_first = not any(_number(one) for one in known[:-1])
        found.append(Claimed(claim, assessment, _due(assessment, claim, is_first=is_first)))
    return found


def _request(bundle: Bundle, filed: AssessRequest, known: Sequence[Draft], claim: Draft) -> AssessRequest:
    costs: dict[CostCategory, int | None] = {}
    for one in known:
        if _number(one) is None:
            costs |= costs_of(one)
    if _number(claim) is None:
        costs |= {category: costs.get(category) for category in _covered(claim, filed)}
    by_period = {_number(one): sum(costs_of(one).values()) for one in known}
    periods = [
        ClaimPeriod(CostCategory(one.values["kind"]), one.values["ends_on"], by_period.get(one.values["number"]))
        for one in ordered(bundle)
    ]
    return claim_request(filed, costs=costs, periods=periods)


def _covered(claim: Draft, filed: AssessRequest) -> list[CostCategory]:
    if claim.values["kind"] == ApplicationKind.NEGOTIATION_CLAIM:
        return [CostCategory.NEGOTIATION]
    offered = rule_version_on(filed.frame, filed.accepted_on).categories
    return [one for one in CostCategory if one in offered and one in PLAN_CATEGORIES]


def _number(claim: Draft) -> int | None:
    number: int | None = claim.values["period"]
    return number if claim.values["kind"] == ApplicationKind.MONITORING_CLAIM else None


def _due(assessment: Assessment, claim: Draft, *, is_first: bool) -> int:
    triggers: Mapping[str, Trigger] = {
        ApplicationKind.PLAN_CLAIM: Trigger.PLAN_CLAIM,
        ApplicationKind.NEGOTIATION_CLAIM: Trigger.LAST_MONITORING_CLAIM,
    }
    trigger = triggers.get(claim.values["kind"])
    if trigger is not None:
        return sum(one.amount_yen for one in assessment.payments if one.trigger is trigger)
    number = _number(claim)
    own = (one for one in assessment.payments if one.trigger is Trigger.MONITORING_CLAIM and one.period == number)
    halves = (one for one in assessment.payments if is_first and one.trigger is Trigger.FIRST_MONITORING_CLAIM)
    return sum(one.amount_yen for one in (*own, *halves))


def categories_claimed(bundle: Bundle, claim: Draft) -> frozenset[CostCategory]:
    """Return the categories that a claim of this kind may have costs of."""
    kind = claim.values.get("kind")
    if kind == ApplicationKind.PLAN_CLAIM:
        return PLAN_CATEGORIES
    if kind == ApplicationKind.NEGOTIATION_CLAIM:
        return frozenset({CostCategory.NEGOTIATION})
    period = next((one for one in bundle.periods if one.values.get("number") == claim.values.get("period")), None)
    kinds = {period.values.get("kind")} if period else set()
    return frozenset(CostCategory(one) for one in kinds if one) or MONITORING_CATEGORIES
