"""Reads of costs and applications; here the step from the rows of a case to the facts that the rules work on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cases.enums import SchemeFrame
from cases.models import Case, PastUse
from monitoring.models import MonitoringPeriod
from subsidies.enums import CostCategory
from subsidies.models import CostLine
from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.parameters import FrameNotOpen, rule_version_on, rule_versions
from subsidies.rules.request import MONITORING_CATEGORIES, AssessRequest, PeriodCost
from subsidies.rules.version import RuleVersion


def cost_lines_of(case: Case) -> tuple[CostLine, ...]:
    """Return the lines of the estimate in the order of their sheet; each knows `case` without asking for it."""
    lines = CostLine.objects.for_agency(case.agency_id).filter(case=case).select_related("co_agency", "worker")
    found = tuple(lines.order_by("position", "id"))
    for line in found:
        line.case = case
    return found


def periods_of(case: Case) -> tuple[MonitoringPeriod, ...]:
    """Return the monitoring periods by their last day: the order that numbers them from 1."""
    return tuple(MonitoringPeriod.objects.for_agency(case.agency_id).filter(case=case).order_by("ends_on", "id"))


def assess_request_of(case: Case) -> AssessRequest:
    """Return the facts of a case as its rows stand now; the key date may still be provisional."""
    return request_from(case, cost_lines_of(case), periods_of(case), past_subsidies_of(case))


def request_from(
    case: Case,
    lines: Sequence[CostLine],
    periods: Sequence[MonitoringPeriod],
    past_subsidies: Mapping[CostCategory, int],
) -> AssessRequest:
    """Return the facts of a case from its rows: `lines` by their place in the sheet, `periods` by their last day.

    A monitoring category is costed by periods as soon as it has one. Should lines without a period have been there
    before the first period was planned, the whole category is costed without periods until they are assigned.
    """
    unassigned = {CostCategory(line.category) for line in lines if line.period_id is None}
    by_period = tuple(one for one in _period_costs(lines, periods) if one.category not in unassigned)
    has_periods = {one.category for one in by_period}
    costs: dict[CostCategory, int] = defaultdict(int)
    for line in lines:
        if (category := CostCategory(line.category)) not in has_periods:
            costs[category] += line.gross_yen
    return AssessRequest(
        frame=SchemeFrame(case.frame),
        accepted_on=case.key_date,
        annual_sales_yen=case.enterprise.annual_sales_yen,
        interest_bearing_debt_yen=case.enterprise.interest_bearing_debt_yen,
        costs=dict(costs),
        past_subsidies=past_subsidies,
        monitoring_periods=by_period,
    )


def _period_costs(lines: Sequence[CostLine], periods: Sequence[MonitoringPeriod]) -> tuple[PeriodCost, ...]:
    sums: dict[int | None, int] = defaultdict(int)
    for line in lines:
        sums[line.period_id] += line.gross_yen
    return tuple(PeriodCost(CostCategory(one.kind), one.ends_on, sums[one.pk]) for one in periods)


def past_subsidies_of(case: Case) -> dict[CostCategory, int]:
    """Return what councils paid for earlier cases of the same frame, in yen by category."""
    return past_subsidies_by_frame(case).get(SchemeFrame(case.frame), {})


def past_subsidies_by_frame(case: Case) -> dict[SchemeFrame, dict[CostCategory, int]]:
    """Return what councils paid for the enterprise's earlier cases, in yen by frame and category."""
    sums: dict[SchemeFrame, dict[CostCategory, int]] = defaultdict(lambda: defaultdict(int))
    uses = PastUse.objects.for_agency(case.agency_id).filter(enterprise_id=case.enterprise_id)
    for use in uses.order_by("id"):
        sums[SchemeFrame(use.frame)][CostCategory(use.category)] += use.paid_yen
    return {frame: dict(by_category) for frame, by_category in sums.items()}


def assessment_of(case: Case) -> Assessment:
    """Work out the subsidy of a case from its rows as they stand now.

    Raises:
        FrameNotOpen: the frame takes no applications on the case's key date.
    """
    return assess(assess_request_of(case))


def rules_of(case: Case) -> RuleVersion | None:
    """Return the rules that the case's key date picks, or None where its frame is not open on that day."""
    try:
        return rule_version_on(SchemeFrame(case.frame), case.key_date)
    except FrameNotOpen:
        return None


@dataclass(frozen=True, slots=True)
class RuleName:
    """What a reader calls a rule version, and the id that a printed basis refers to ("" where no rules are open)."""

    title: str
    id: str

    def __str__(self) -> str:
        return self.title


def rule_name(version: RuleVersion | None) -> RuleName:
    """Return the name of a rule version for readers; that of none says so."""
    if version is None:
        return RuleName("なし", "")
    return RuleName(f"{in_force_from(version.effective_from)}の規則", version.id)


def version_title(version: RuleVersion) -> str:
    """Return the name of a rule version in one line, with its id."""
    return f"{rule_name(version)}({version.id})"


def in_force_from(day: date) -> str:
    """Return since when a rule holds, as a reader says it: 2024年4月1日から."""
    return f"{day.year}年{day.month}月{day.day}日から"


def categories_of(case: Case) -> tuple[CostCategory, ...]:
    """Return the cost categories of the case's rules; where its frame is not open, those that it ever had."""
    version = rules_of(case)
    if version is not None:
        return tuple(category for category in CostCategory if category in version.categories)
    ever = {category for one in rule_versions()[SchemeFrame(case.frame)] for category in one.categories}
    return tuple(category for category in CostCategory if category in ever)


def is_monitoring(category: CostCategory) -> bool:
    """Tell whether the category is claimed by monitoring periods."""
    return category in MONITORING_CATEGORIES
