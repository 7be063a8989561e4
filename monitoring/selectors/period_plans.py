"""Which version of the plan a period is compared with, and which of its months a version plans."""

from __future__ import annotations

from datetime import date

from cases.enums import PlanState
from cases.models import Case, Plan
from cases.selectors.plan.versions import current_plan, plans_of
from monitoring.models import MonitoringPeriod
from monitoring.rules.variance import months_of, plan_place


def plan_for(case: Case, period: MonitoringPeriod) -> Plan | None:
    """Return the version to report on a period by: the newest one, approved or replaced, that plans all its months.

    A version with a later base year does not plan what went before. Where none plans all months, it is the one that
    plans most of them; before the first approval the version that is worked on.
    """
    held = plans_of(case).filter(state__in=[PlanState.APPROVED, PlanState.REPLACED])
    return max(held, key=lambda one: len(planned_months(one, period)), default=None) or current_plan(case)


def planned_months(plan: Plan, period: MonitoringPeriod) -> tuple[date, ...]:
    """Return the months of a period, by their first days, that lie in the planned years of a version."""
    months = months_of(period.starts_on, period.ends_on)
    return tuple(one for one in months if plan_place(one, plan.base_ends_on)[0] in plan.planned_years)
