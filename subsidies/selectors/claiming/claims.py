"""What a claim (支払申請) asks for: filed and actual costs, the council's part now and later, and each agency's share.

Every figure comes from `assess`: what was claimed stands there with its actual cost, what was not claimed yet with the
cost that the usage application filed, so that caps and size limits are judged on the whole case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from monitoring.models import MonitoringPeriod
from subsidies.enums import CLAIMS, DEAD, ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application, ClaimLine
from subsidies.models.applications import FROZEN
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.claims import ClaimPeriod, claim_request, filed_costs, filed_periods
from subsidies.rules.findings import Finding, Severity
from subsidies.rules.payments import PLAN_CATEGORIES, Trigger, in_order
from subsidies.rules.request import AssessRequest, parse_request
from subsidies.selectors import categories_of, periods_of
from subsidies.selectors.claiming.shares import AgencyShare, Split, shares_of
from subsidies.selectors.filing.filed import filed_request_of
from vapup.shared.errors import DomainError

# At a claim these limits are a warning: they were decided on when the usage application was approved.
SOFTENED: Final = frozenset({"monitoring_exceeds_half", "monitoring_exceeds_ceiling", "total_exceeds_size_class"})
# These ask for something to be planned or say that a reading is unconfirmed; neither is about what is claimed.
SILENT: Final = frozenset({"unconfirmed_rule", "holdback_without_monitoring", "negotiation_without_monitoring"})
LAST: Final = (date.max, 10**6)


class NotAClaim(DomainError):
    """The application asks for no payment."""


class Claimed(Protocol):
    """What was filed, what it cost, and the council's part of that, in whole yen."""

    @property
    def filed_yen(self) -> int:
        """Return what was filed."""

    @property
    def cost_yen(self) -> int:
        """Return what it cost."""

    @property
    def subsidy_yen(self) -> int:
        """Return the council's part."""


class Compared:
    """What follows from those three, of one category as of the whole claim."""

    __slots__ = ()

    @property
    def own_burden_yen(self: Claimed) -> int:
        """Return what the enterprise pays itself."""
        return self.cost_yen - self.subsidy_yen

    @property
    def difference_yen(self: Claimed) -> int:
        """Return the cost less what was filed; below 0 where less was spent."""
        return self.cost_yen - self.filed_yen

    @property
    def over_filed_yen(self: Claimed) -> int:
        """Return by how much the cost exceeds what was filed."""
        return max(0, self.cost_yen - self.filed_yen)


@dataclass(frozen=True, slots=True)
class ClaimedCategory(Compared):
    """One category of a claim, every amount in whole yen with tax; of a monitoring claim it is its period's part.

    Attributes:
        filed_yen: what the usage application filed for it.
        line: what was entered, or None; the amounts below then rest on what was filed.
        subsidy_yen: the council's part of its cost, paid now and held together.
        due_now_yen: the part that the council pays with this claim.
    """

    category: CostCategory
    filed_yen: int
    line: ClaimLine | None
    cost_yen: int
    subsidy_yen: int
    due_now_yen: int

    @property
    def actual_yen(self) -> int | None:
        """Return the actual cost, or None until it is entered."""
        return self.line.cost_yen if self.line else None

    @property
    def held_yen(self) -> int:
        """Return what the council pays later, with the first monitoring claim."""
        return self.subsidy_yen - self.due_now_yen


@dataclass(frozen=True, slots=True)
class ReleasedHalf:
    """The held part of a plan category's subsidy that this claim releases, in whole yen."""

    category: CostCategory
    amount_yen: int


@dataclass(frozen=True, slots=True)
class ClaimSheet(Compared):
    """All that a claim asks for; amounts in whole yen, tax included.

    Attributes:
        assessment: of the whole case, on which every figure rests.
        period_number: of a monitoring claim, counted from 1 by the last day; None of other claims.
        case_over_filed_yen: by how much all costs of the case exceed the total that was filed.
        notes: what a reader must know of these figures, in whole sentences.
    """

    application: Application
    assessment: Assessment
    rows: tuple[ClaimedCategory, ...]
    released: tuple[ReleasedHalf, ...]
    agencies: tuple[AgencyShare, ...]
    period_number: int | None
    case_over_filed_yen: int
    notes: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Tell whether the actual cost of every category is entered."""
        return all(row.line for row in self.rows)

    @property
    def filed_yen(self) -> int:
        """Return what was filed for this claim."""
        return sum(row.filed_yen for row in self.rows)

    @property
    def cost_yen(self) -> int:
        """Return the cost of this claim."""
        return sum(row.cost_yen for row in self.rows)

    @property
    def subsidy_yen(self) -> int:
        """Return the council's part of this claim's cost, paid now or held; released halves are not in it."""
        return sum(row.subsidy_yen for row in self.rows)

    @property
    def held_yen(self) -> int:
        """Return what the council pays later."""
        return sum(row.held_yen for row in self.rows)

    @property
    def released_yen(self) -> int:
        """Return the held halves of the plan that the council pays now."""
        return sum(one.amount_yen for one in self.released)

    @property
    def due_now_yen(self) -> int:
        """Return all that the council pays with this claim, released halves included."""
        return sum(row.due_now_yen for row in self.rows) + self.released_yen

    @property
    def is_split(self) -> bool:
        """Tell whether every agency's cost is known, so that each has its part."""
        return all(one.cost_yen is not None for one in self.agencies)

    @property
    def split_difference_yen(self) -> int:
        """Return the agencies' costs together less the cost of the claim; 0 while one of them is missing."""
        return sum(one.cost_yen or 0 for one in self.agencies) - self.cost_yen if self.is_split else 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what the rules find fault with; the limits of the usage application are warnings by now."""
        told = (one for one in self.assessment.findings if one.code not in SILENT)
        return tuple(one._replace(severity=Severity.WARNING) if one.code in SOFTENED else one for one in told)


def is_claim(application: Application) -> bool:
    """Tell whether the application asks for a payment."""
    return application.kind in CLAIMS


def claimed_categories(application: Application) -> tuple[CostCategory, ...]:
    """Return the categories that a claim covers, in their order; none for what is no claim."""
    if application.kind == ApplicationKind.MONITORING_CLAIM and application.period:
        return (CostCategory(application.period.kind),)
    if application.kind == ApplicationKind.NEGOTIATION_CLAIM:
        return (CostCategory.NEGOTIATION,)
    if application.kind == ApplicationKind.PLAN_CLAIM:
        return tuple(one for one in categories_of(application.case) if one in PLAN_CATEGORIES)
    return ()


def claim_of(application: Application) -> ClaimSheet:
    """Work out what a claim asks for: live while it is prepared, from its frozen facts once it was approved.

    Raises:
        NotAClaim: the application is of another kind.
        FrameNotOpen: the frame takes no applications on the case's key date.
        InvalidRequest: what the usage application froze cannot be read any more.
    """
    if not is_claim(application):
        raise NotAClaim(f"「{application.name}」は、支払申請ではありません。")
    return _Claim(application).sheet()


class _Claim:
    """The rows around one claim, read once."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.case = application.case
        self.periods = periods_of(self.case)
        self.filed = filed_request_of(self.case)
        self.lines = _live_lines(application)
        self.claims = _live_claims(application)
        self.period_claims = tuple(_claim_period(one, self.lines) for one in self.periods)

    def sheet(self) -> ClaimSheet:
        assessment = assess(self._request())
        rows = tuple(self._row(assessment, one) for one in claimed_categories(self.application))
        released = self._released(assessment)
        split = Split(
            sum(row.cost_yen for row in rows),
            sum(row.subsidy_yen for row in rows),
            sum(row.due_now_yen for row in rows),
        )
        filed_yen = sum(filed_costs(self.filed).values())
        return ClaimSheet(
            application=self.application,
            assessment=assessment,
            rows=rows,
            released=released,
            agencies=shares_of(self.application, split, self._plan_split(assessment, released)),
            period_number=self.number,
            case_over_filed_yen=max(0, assessment.totals.cost_yen - filed_yen),
            notes=tuple(self._notes(released)),
        )

    def _request(self) -> AssessRequest:
        frozen = self.application.assessed
        if frozen is not None and self.application.state in FROZEN and not self._is_returned:
            return parse_request(frozen)
        costs: dict[CostCategory, int | None] = {
            CostCategory(line.category): line.cost_yen for line in self.lines if line.application.period_id is None
        }
        if self.number is None:
            costs |= {one: costs.get(one) for one in claimed_categories(self.application)}
        return claim_request(self.filed, costs=costs, periods=self.period_claims)

    @property
    def _is_returned(self) -> bool:
        return self.application.state == ApplicationState.RETURNED

    @property
    def number(self) -> int | None:
        """Return the number of the claim's period, counted from 1; None where it has none."""
        if self.application.period_id is None:
            return None
        return next(place for place, one in enumerate(self.periods, 1) if one.pk == self.application.period_id)

    def _row(self, assessment: Assessment, category: CostCategory) -> ClaimedCategory:
        own = (line for line in self.lines if line.application_id == self.application.pk)
        line = next((one for one in own if one.category == category), None)
        if self.number is not None:
            return self._period_row(assessment, category, line, self.number)
        its = next(one for one in assessment.lines if one.category is category)
        held_yen = _paid(assessment, category, Trigger.FIRST_MONITORING_CLAIM)
        filed_yen = filed_costs(self.filed).get(category, 0)
        return ClaimedCategory(category, filed_yen, line, its.cost_yen, its.subsidy_yen, its.subsidy_yen - held_yen)

    def _period_row(
        self, assessment: Assessment, category: CostCategory, line: ClaimLine | None, number: int
    ) -> ClaimedCategory:
        place = self._place_in(assessment.request, number)
        cost_yen = in_order(assessment.request.monitoring_periods)[place - 1].cost_yen
        filed_yen = filed_periods(self.filed, self.period_claims)[number - 1].filed_yen
        paid_yen = _paid(assessment, category, Trigger.MONITORING_CLAIM, place)
        return ClaimedCategory(category, filed_yen, line, cost_yen, paid_yen, paid_yen)

    def _place_in(self, request: AssessRequest, number: int) -> int:
        """Return the number of the claim's period in the assessed facts; frozen ones keep the periods they had."""
        days = [one.ends_on for one in in_order(request.monitoring_periods)]
        if days == [one.ends_on for one in self.periods]:
            return number
        ends_on = self.periods[number - 1].ends_on
        return days.index(ends_on) + 1 if ends_on in days else min(self.application.number, len(days))

    def _released(self, assessment: Assessment) -> tuple[ReleasedHalf, ...]:
        """Return the held halves where this is the case's first monitoring claim: by submission, then by period."""
        if self.number is None or self._order(self.application) > min(map(self._order, self._rivals), default=LAST):
            return ()
        held = (one for one in assessment.payments if one.trigger is Trigger.FIRST_MONITORING_CLAIM)
        return tuple(ReleasedHalf(one.category, one.amount_yen) for one in held)

    @property
    def _rivals(self) -> list[Application]:
        """Return the other live monitoring claims of the case."""
        return [one for one in self.claims if one.period_id is not None]

    def _order(self, claim: Application) -> tuple[date, int]:
        places = [one.pk for one in self.periods]
        return claim.submitted_on or date.max, places.index(claim.period_id or 0)

    def _plan_split(self, assessment: Assessment, released: Sequence[ReleasedHalf]) -> tuple[Application | None, Split]:
        plan = next((one for one in self.claims if one.kind == ApplicationKind.PLAN_CLAIM), None)
        lines = [one for one in assessment.lines if one.category in {half.category for half in released}]
        subsidy_yen, held_yen = sum(one.subsidy_yen for one in lines), sum(one.amount_yen for one in released)
        return plan, Split(sum(one.cost_yen for one in lines), subsidy_yen, subsidy_yen - held_yen)

    def _notes(self, released: Sequence[ReleasedHalf]) -> Iterable[str]:
        plan_claimed = any(one.kind == ApplicationKind.PLAN_CLAIM for one in self.claims)
        if released and not plan_claimed:
            yield "計画策定の支払申請がまだないため、留保分は利用申請の額で計算しています。"
        first = self.periods[0] if self.periods else None
        claimed = {self.application.period_id, *(one.period_id for one in self._rivals)}
        if released and first and first.pk not in claimed:
            yield (
                f"第1回({first})の支払申請がありません。留保分がこの申請で支払われるかを、協議会に確かめてください。"
            )


def _paid(assessment: Assessment, category: CostCategory, trigger: Trigger, number: int | None = None) -> int:
    found = (one for one in assessment.payments if one.category is category and one.trigger is trigger)
    return sum(one.amount_yen for one in found if one.period == number)


def _live_claims(application: Application) -> tuple[Application, ...]:
    claims = Application.objects.for_agency(application.agency_id).filter(case_id=application.case_id, kind__in=CLAIMS)
    found = claims.exclude(state__in=DEAD).exclude(pk=application.pk).select_related("case__agency").order_by("id")
    return tuple(found)


def _live_lines(application: Application) -> tuple[ClaimLine, ...]:
    """Return what the claims of the case say, that of this one included whatever became of it."""
    lines = ClaimLine.objects.for_agency(application.agency_id).filter(application__case_id=application.case_id)
    own = lines.select_related("application").order_by("id")
    return tuple(one for one in own if one.application_id == application.pk or one.application.state not in DEAD)


def _claim_period(period: MonitoringPeriod, lines: Sequence[ClaimLine]) -> ClaimPeriod:
    category = CostCategory(period.kind)
    claimed = [one.cost_yen for one in lines if one.application.period_id == period.pk]
    return ClaimPeriod(category, period.ends_on, sum(claimed) if claimed else None)
