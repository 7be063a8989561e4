"""One period of the follow-up: plan and actual, measures, differences, meetings, and what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cases.enums import PlanState
from cases.models import Case, Lender, Measure, MonthlyFigure, Plan
from cases.selectors.plan.figures import measures_of, sheet_of
from cases.selectors.plan.versions import approved_plan
from monitoring.enums import FollowUpPhase, PeriodState, ProgressState, ReportState
from monitoring.models import BankMeeting, Deviation, FollowUpReport, MeasureProgress, MonitoringPeriod
from monitoring.rules.drafts import DraftFacts, MeasureFact, Reason
from monitoring.rules.follow_up import KnownBy, Task, deviation_rule, tasks_of
from monitoring.rules.gaps import gaps_of, told
from monitoring.rules.variance import Comparison, VarianceRow, compare, months_of, says_the_same
from monitoring.selectors.follow_up import (
    ClaimFact,
    claims_of,
    ends_with_the_year,
    report_of,
    state_of,
)
from monitoring.selectors.period_plans import plan_for, planned_months
from monitoring.selectors.periods import periods_of
from vapup.documents.payload import PayloadUnreadable, from_json


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure of the plan, and how it stands; None where nobody said yet."""

    measure: Measure
    progress: MeasureProgress | None


@dataclass(frozen=True, slots=True)
class DeviationLine:
    """A line that is marked, or whose difference somebody explained."""

    row: VarianceRow
    deviation: Deviation | None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """Something to do; `can_tick` where a person says that it is done, `hint` what is lacking."""

    task: Task
    is_done: bool
    can_tick: bool
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSheet:
    """Everything about one period.

    Attributes:
        plan: the version that the report goes by, or would.
        newer_plan: a version that holds now, where the report goes by an older one.
        lost: months that the report can compare now, and could not by `newer_plan`.
        comparison: None without a plan; of a finished report as it was then.
        is_stale: the books say something else by now than the finished report.
        is_over: its last day has passed.
        next_period: the one after this, if any is planned.
    """

    case: Case
    period: MonitoringPeriod
    number: int
    count: int
    state: PeriodState
    is_close: bool
    is_over: bool
    report: FollowUpReport | None
    claim: ClaimFact | None
    plan: Plan | None
    newer_plan: Plan | None
    lost: Sequence[date]
    comparison: Comparison | None
    is_stale: bool
    measures: Sequence[MeasureLine]
    deviations: Sequence[DeviationLine]
    meetings: Sequence[BankMeeting]
    lenders: Sequence[Lender]
    next_period: MonitoringPeriod | None

    @property
    def is_finished(self) -> bool:
        """Tell whether the report is frozen."""
        return self.report is not None and self.report.state == ReportState.FINISHED

    @property
    def untold(self) -> list[Lender]:
        """Return the lenders that nobody has reported to."""
        told = {one.lender_id for one in self.meetings}
        return [one for one in self.lenders if one.pk not in told]

    @property
    def unexplained(self) -> list[VarianceRow]:
        """Return the marked lines without a cause."""
        return [one.row for one in self.deviations if one.deviation is None]

    @property
    def gap_ids(self) -> str:
        """Return the ids of the months that a report would leave out, with a blank between them."""
        return " ".join(one.id for one in gaps_of(self.comparison)) if self.comparison else ""

    @property
    def gaps_told(self) -> str:
        """Return in words what a report would leave out."""
        return told(gaps_of(self.comparison)) if self.comparison else ""

    @property
    def may_revise(self) -> bool:
        """Tell whether a large difference asks for a new version of the plan that holds."""
        return bool(self.deviations) and self.plan is not None and self.plan.state == PlanState.APPROVED

    def tasks(self, phase: FollowUpPhase) -> list[TaskLine]:
        """Return what is to be done in a phase."""
        return [self._task(one) for one in tasks_of(is_close=self.is_close) if one.phase is phase]

    @property
    def phases(self) -> list[tuple[FollowUpPhase, list[TaskLine]]]:
        """Return the phases with what is to be done in each."""
        return [(phase, self.tasks(phase)) for phase in FollowUpPhase]

    def _task(self, task: Task) -> TaskLine:
        if task.known_by is None:
            ticks = self.report.ticks if self.report else []
            return TaskLine(task, task.id in ticks, can_tick=self.report is not None and not self.is_finished)
        is_done, hint = self._known(task.known_by)
        return TaskLine(task, is_done, can_tick=False, hint="" if is_done else hint)

    def _known(self, known_by: KnownBy) -> tuple[bool, str]:
        if known_by is KnownBy.FIGURES:
            missing = self.comparison.missing if self.comparison else ()
            names = "、".join(f"{one.year}年{one.month}月" for one in missing)
            return self.comparison is not None and not missing, f"実績がない月: {names}" if names else ""
        if known_by is KnownBy.REPORT:
            return self.is_finished, "まだ完成していません。"
        if known_by is KnownBy.MEETINGS:
            names = "、".join(str(one) for one in self.untold)
            return bool(self.meetings) and not self.untold, f"まだ: {names}" if names else ""
        return self.claim is not None and self.claim.submitted_on is not None, ""


def period_sheet(case: Case, period_id: int, *, today: date) -> PeriodSheet | None:
    """Return everything about a period of a case, or None where the case has no such period."""
    periods = list(periods_of(case).select_related("report__plan__case__enterprise", "report__finished_by__user"))
    place = next((at for at, one in enumerate(periods) if one.pk == period_id), None)
    if place is None:
        return None
    period = periods[place]
    report, claim = report_of(period), claims_of(case).get(period.pk)
    plan = report.plan if report else plan_for(case, period)
    newer = _newer(approved_plan(case), plan)
    comparison, is_stale = _comparison(case, period, plan, report)
    return PeriodSheet(
        case=case,
        period=period,
        number=place + 1,
        count=len(periods),
        state=state_of(period, claim, today=today),
        is_close=ends_with_the_year(case, period),
        is_over=today > period.ends_on,
        report=report,
        claim=claim,
        plan=plan,
        newer_plan=newer,
        lost=_lost(period, plan, newer),
        comparison=comparison,
        is_stale=is_stale,
        measures=_measures(plan, report),
        deviations=_deviations(comparison, report),
        meetings=list(meetings_of(period)),
        lenders=lenders_of(case),
        next_period=periods[place + 1] if place + 1 < len(periods) else None,
    )


def _newer(holds: Plan | None, plan: Plan | None) -> Plan | None:
    """Return the approved version where it is another than the one that a report goes by."""
    return holds if holds is not None and plan is not None and holds.pk != plan.pk else None


def _lost(period: MonitoringPeriod, plan: Plan | None, newer: Plan | None) -> Sequence[date]:
    """Return the months of a period that a version plans and the newer one does not."""
    if plan is None or newer is None:
        return ()
    planned = set(planned_months(newer, period))
    return [one for one in planned_months(plan, period) if one not in planned]


def meetings_of(period: MonitoringPeriod) -> QuerySet[BankMeeting]:
    """Return the meetings of a period in the order of their days."""
    rows = BankMeeting.objects.for_agency(period.agency_id).filter(period=period)
    return rows.select_related("lender").order_by("held_on", "pk")


def lenders_of(case: Case) -> list[Lender]:
    """Return the lenders of the enterprise, the main one first."""
    lenders = Lender.objects.for_agency(case.agency_id).filter(enterprise_id=case.enterprise_id)
    return sorted(lenders, key=lambda one: (one.role != "main", -one.balance_yen, one.pk))


def _comparison(
    case: Case, period: MonitoringPeriod, plan: Plan | None, report: FollowUpReport | None
) -> tuple[Comparison | None, bool]:
    """Return plan and actual, kept ones of a finished report, and whether the books differ from the kept ones."""
    live = live_comparison(case, period, plan) if plan else None
    kept = kept_comparison(report) if report else None
    return (live, False) if kept is None else (kept, live is None or not says_the_same(kept, live))


def kept_comparison(report: FollowUpReport) -> Comparison | None:
    """Return what a finished report was written on; None where it is a draft, or kept in a way of its own."""
    if report.figures is None:
        return None
    try:
        return from_json(Comparison, report.figures)
    except PayloadUnreadable:
        return None


def live_comparison(case: Case, period: MonitoringPeriod, plan: Plan) -> Comparison:
    """Return plan and actual of a period as the books say now."""
    months = months_of(period.starts_on, period.ends_on)
    rows = MonthlyFigure.objects.for_agency(case.agency_id).filter(enterprise_id=case.enterprise_id, month__in=months)
    return compare(
        period=(period.starts_on, period.ends_on),
        plan=sheet_of(plan).figures,
        base_ends_on=plan.base_ends_on,
        years=plan.planned_years,
        plan_number=plan.number,
        actual={(one, month): yen for one, month, yen in rows.values_list("account", "month", "yen")},
        rule=deviation_rule(period.ends_on),
    )


def _measures(plan: Plan | None, report: FollowUpReport | None) -> list[MeasureLine]:
    if plan is None:
        return []
    said = {one.measure_id: one for one in report.measures.all()} if report else {}
    return [MeasureLine(one, said.get(one.pk)) for one in measures_of(plan)]


def _deviations(comparison: Comparison | None, report: FollowUpReport | None) -> list[DeviationLine]:
    said = {one.account: one for one in report.deviations.all()} if report else {}
    rows = comparison.rows if comparison else ()
    large = comparison.large if comparison else ()
    told = [row for row in rows if row in large or row.id in said]
    return [DeviationLine(row, said.get(row.id)) for row in told]


def draft_facts(sheet: PeriodSheet) -> DraftFacts:
    """Return what the draft of a report rests on."""
    after = sheet.next_period
    return DraftFacts(
        starts_on=sheet.period.starts_on,
        ends_on=sheet.period.ends_on,
        comparison=sheet.comparison,
        measures=[_measure_fact(one) for one in sheet.measures],
        reasons=[
            Reason(one.row.id, one.deviation.cause, one.deviation.measure) for one in sheet.deviations if one.deviation
        ],
        support_asked=sheet.plan.support_asked if sheet.plan else "",
        next_period=(after.starts_on, after.ends_on) if after else None,
    )


def _measure_fact(line: MeasureLine) -> MeasureFact:
    return MeasureFact(
        title=line.measure.title,
        owner=line.measure.owner,
        due_on=line.measure.due_on,
        state=ProgressState(line.progress.state) if line.progress else None,
        note=line.progress.note if line.progress else "",
    )
