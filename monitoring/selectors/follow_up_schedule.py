"""The periods of a case as the schedule sees them: what keeps each in its place, and what was agreed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from django.db.models import Exists, OuterRef

from cases.enums import CaseStage, Frequency, PlanState, SchemeFrame
from cases.models import Case, LenderStance, Plan
from cases.selectors.plan.versions import approved_plan, current_plan
from monitoring.enums import KINDS, PeriodKind, ScheduleStep, Tie
from monitoring.models import MonitoringPeriod
from monitoring.rules.schedule import Agreed, Change, Flaw, Planned, Slot, flaws_of
from monitoring.selectors.periods import periods_of
from vapup.shared.dates import ONE_DAY

# What hangs on a period; monitoring knows of costs, hours and claims by the links that lead here, and no more.
LINKS: Final[Mapping[Tie, str]] = MappingProxyType(
    {
        Tie.CLAIM: "applications",
        Tie.HOURS: "cost_lines__entries",
        Tie.REPORT: "report",
        Tie.MEETING: "meetings",
        Tie.COSTS: "cost_lines",
    }
)
# From the acceptance to the last claim: the council knows the plan's periods, and how they go on is agreed with banks.
AFTER_ACCEPTANCE: Final = frozenset(
    {
        CaseStage.ACCEPTED,
        CaseStage.PLANNING,
        CaseStage.EXPERT_APPOINTED,
        CaseStage.STANDSTILL,
        CaseStage.SURVEYED,
        CaseStage.AGREED,
        CaseStage.PLAN_CLAIMED,
        CaseStage.CLAIM_RETURNED,
        CaseStage.PLAN_DECIDED,
        CaseStage.MONITORING,
    }
)
DEFAULT_MONTHS: Final = 36


@dataclass(frozen=True, slots=True)
class Terms:
    """What the schedule is laid from, as far as it is known.

    Attributes:
        plan: the version of the plan that says so, if there is one.
        counted_from: in Vアップ事業 the day of the first receipt of the plan by a lender.
    """

    plan: Plan | None
    starts_on: date | None
    months: int
    frequency: Frequency
    counted_from: date | None


def terms_of(case: Case, periods: Iterable[MonitoringPeriod]) -> Terms:
    """Return what was agreed: by the plan, else by the first planned period and the receipt; 36 months by default."""
    plan = approved_plan(case) or current_plan(case)
    received = received_on(case)
    starts = [plan.follow_up_starts_on if plan else None, next((one.starts_on for one in periods), None)]
    starts.append(received + ONE_DAY if received else None)
    return Terms(
        plan=plan,
        starts_on=next((one for one in starts if one is not None), None),
        months=plan.follow_up_months if plan else DEFAULT_MONTHS,
        frequency=Frequency(plan.frequency) if plan and plan.frequency else Frequency.YEARLY,
        counted_from=received,
    )


def agreed_of(case: Case, *, starts_on: date, months: int, frequency: Frequency, counted_from: date | None) -> Agreed:
    """Return the agreement with what the case itself says: its frame and the fiscal year-end."""
    return Agreed(
        frame=SchemeFrame(case.frame),
        starts_on=starts_on,
        months=months,
        frequency=frequency,
        fiscal_month=case.enterprise.fiscal_year_end_month,
        counted_from=counted_from,
    )


def received_on(case: Case) -> date | None:
    """Return the day that Vアップ事業 counts the year from: the first receipt of the plan; None elsewhere."""
    if PeriodKind.CLOSING not in KINDS[SchemeFrame(case.frame)]:
        return None
    stances = LenderStance.objects.for_agency(case.agency_id).filter(case=case, receipt_on__isnull=False)
    return stances.order_by("receipt_on").values_list("receipt_on", flat=True).first()


def planned_of(case: Case) -> list[Planned]:
    """Return the periods of a case with what keeps each in its place, in one query."""
    periods = periods_of(case).annotate(**{f"has_{tie.value}": _exists(link) for tie, link in LINKS.items()})
    return [
        Planned(
            id=one.pk,
            kind=PeriodKind(one.kind),
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            ties=frozenset(tie for tie in LINKS if getattr(one, f"has_{tie.value}")),
        )
        for one in periods
    ]


def _exists(link: str) -> Exists:
    return Exists(MonitoringPeriod.objects.filter(pk=OuterRef("pk"), **{f"{link}__isnull": False}))


def flaws_in(case: Case, periods: Iterable[MonitoringPeriod]) -> tuple[Flaw, ...]:
    """Return what is wrong with the planned periods as a set."""
    slots = [Slot(PeriodKind(one.kind), one.starts_on, one.ends_on) for one in periods]
    return flaws_of(slots, case.enterprise.fiscal_year_end_month)


def changes_hash(changes: Iterable[Change]) -> str:
    """Return what names a set of changes: who confirms them must have seen these."""
    written = [
        f"{one.step}|{one.before.id if one.before else ''}|{one.before.slot if one.before else ''}|{one.after}"
        for one in changes
    ]
    return hashlib.sha256("\n".join(written).encode()).hexdigest()[:32]


def has_effect(changes: Iterable[Change]) -> bool:
    """Tell whether anything would be written."""
    return any(one.step in {ScheduleStep.MOVED, ScheduleStep.ADDED, ScheduleStep.REMOVED} for one in changes)


def planning_closed(case: Case) -> str:
    """Return why the periods of a case cannot be laid anew now, as a sentence; "" where they can."""
    if not KINDS[SchemeFrame(case.frame)]:
        return f"「{case.get_frame_display()}」には伴走支援がないため、対象期間はありません。"
    if case.is_application_open or case.stage in AFTER_ACCEPTANCE:
        return ""
    return (
        f"案件 {case.number} は「{case.get_stage_display()}」で、利用申請の内容が固定されているため、"
        "今は伴走支援の期間を変えられません。"
    )


def is_plan_settled(plan: Plan | None) -> bool:
    """Tell whether the agreement comes from an approved version."""
    return plan is not None and plan.state == PlanState.APPROVED
