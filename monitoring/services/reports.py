"""The report on a period of the follow-up: begun, drafted from data, edited, finished, and reopened for a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from cases.models import Case, Plan
from cases.selectors.plan.versions import approved_plan
from cases.services.locking import EditedMeanwhile, lock_case
from monitoring.enums import ProgressState, ReportState
from monitoring.models import Deviation, FollowUpReport, MeasureProgress, MonitoringPeriod
from monitoring.rules.drafts import draft_of
from monitoring.rules.follow_up import ticked_tasks
from monitoring.rules.gaps import ACTUAL, PLANNED, Gap, gaps_of, told, unseen
from monitoring.rules.measure_names import MeasureName, names_of
from monitoring.rules.variance import line_label
from monitoring.selectors.follow_up_period import PeriodSheet, draft_facts, live_comparison, period_sheet
from monitoring.selectors.period_plans import plan_for
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.documents.payload import to_json
from vapup.shared.dates import JAPAN
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

TEXTS: Final = ("results", "progress", "causes", "requests", "next_steps")
# Without these the report lacks what it must show.
REQUIRED: Final = TEXTS[:4]
GAPS_ACCEPTED: Final = "計画と比べられない月を除いて完成にする"


class ReportRefused(DomainError):
    """The report does not take this, or not now."""


class GapsGrew(ReportRefused):
    """More is lacking by now than the page showed that somebody agreed to."""


@unit_of_work()
def start_report(*, actor: Member, case_id: int, period_id: int) -> FollowUpReport:
    """Begin the report on a period, or return the one that was begun; it goes by the version that `plan_for` finds.

    Raises:
        MonitoringPeriod.DoesNotExist: the case has no such period.
        ReportRefused: the case has no plan to report on.
    """
    case, period = _lock(actor, case_id, period_id)
    found = FollowUpReport.objects.for_agency(case.agency_id).filter(period=period).first()
    if found is not None:
        return found
    plan = plan_for(case, period)
    if plan is None:
        raise ReportRefused(f"案件 {case.number} には計画がまだないため、報告を作れません。先に計画を作ってください。")
    report = FollowUpReport.objects.create(agency_id=case.agency_id, period=period, plan=plan, prepared_by=actor)
    _note(actor, case, period, {"報告": [None, f"作成を開始(計画 第{plan.number}版)"]})
    return report


@unit_of_work()
def tick_task(*, actor: Member, case_id: int, period_id: int, task: str, is_done: bool) -> FollowUpReport:
    """Say that something on the list of a period was done, or was not.

    Raises:
        ReportRefused: the report is not begun or is finished, or nobody ticks this task.
    """
    case, report = _lock_draft(actor, case_id, period_id, None)
    if task not in set(ticked_tasks()):
        raise ReportRefused("この項目は、記録から自動で判定します。")
    ticks = [one for one in report.ticks if one != task] + ([task] if is_done else [])
    if sorted(ticks) != sorted(report.ticks):
        _save(actor, case, report, {"ticks": ticks})
    return report


@unit_of_work()
def draft_texts(*, actor: Member, case_id: int, period_id: int, version: int, today: date) -> tuple[str, ...]:
    """Write what the data say into the texts that are empty, and return the names of those; others stay as they are.

    Raises:
        EditedMeanwhile: another person changed the report in between.
        ReportRefused: the report is not begun or is finished.
    """
    case, report = _lock_draft(actor, case_id, period_id, version)
    drafted = asdict(draft_of(draft_facts(_sheet(case, report, today))))
    values = {name: drafted[name] for name in TEXTS if not getattr(report, name).strip() and drafted[name]}
    if values:
        _save(actor, case, report, values)
    return tuple(_label(name) for name in values)


@unit_of_work()
def save_texts(
    *, actor: Member, case_id: int, period_id: int, version: int, texts: Mapping[str, str]
) -> FollowUpReport:
    """Save the texts named in `TEXTS`.

    Raises:
        EditedMeanwhile, ReportRefused: as for `draft_texts`.
    """
    case, report = _lock_draft(actor, case_id, period_id, version)
    _save(actor, case, report, {name: texts[name] for name in TEXTS})
    return report


@unit_of_work()
def save_progress(
    *,
    actor: Member,
    case_id: int,
    period_id: int,
    version: int,
    progress: Mapping[int, tuple[ProgressState | None, str]],
) -> FollowUpReport:
    """Save how the measures of the plan stand, each with a note; without a state a measure has nothing said of it.

    Raises:
        EditedMeanwhile, ReportRefused: as for `draft_texts`; or a measure is not of the plan.
    """
    case, report = _lock_draft(actor, case_id, period_id, version)
    names = _named(report.plan)
    if unknown := progress.keys() - names.keys():
        raise ReportRefused(f"計画 第{report.plan.number}版にない施策が{len(unknown)}件あります。開き直してください。")
    kept = {one.measure_id: one for one in report.measures.all()}
    changes: dict[str, Any] = {}
    for pk, (state, note) in progress.items():
        before = kept.get(pk)
        was = _said(ProgressState(before.state), before.note) if before else None
        now = _said(state, note) if state else None
        if was != now:
            changes[f"施策の進捗: {names[pk].label}"] = [was, now]
            _keep_progress(report, before, pk, state, note)
    _bump(actor, case, report, changes)
    return report


def _said(state: ProgressState, note: str) -> str:
    return f"{state.label} {note}".strip()


def _keep_progress(
    report: FollowUpReport, before: MeasureProgress | None, pk: int, state: ProgressState | None, note: str
) -> None:
    if state is None:
        if before is not None:
            before.delete()
        return
    row = before or MeasureProgress(agency_id=report.agency_id, report=report, measure_id=pk)
    row.state, row.note = state, note
    row.save()


@unit_of_work()
def save_deviations(
    *, actor: Member, case_id: int, period_id: int, version: int, reasons: Mapping[str, tuple[str, str]]
) -> FollowUpReport:
    """Save the cause and the measure of each line, by its id; a line without a cause has none.

    Raises:
        EditedMeanwhile, ReportRefused: as for `draft_texts`; or a measure stands without its cause.
    """
    case, report = _lock_draft(actor, case_id, period_id, version)
    kept = {one.account: one for one in report.deviations.all()}
    changes: dict[str, Any] = {}
    for account, (cause, measure) in reasons.items():
        if measure and not cause:
            raise ReportRefused("対策を書いた科目には、差異の原因も書いてください。")
        before = kept.get(account)
        was = f"{before.cause} / {before.measure}" if before else None
        now = f"{cause} / {measure}" if cause else None
        if was != now:
            changes[f"計画との差異: {line_label(account)}"] = [was, now]
            _keep_deviation(report, before, account, cause, measure)
    _bump(actor, case, report, changes)
    return report


def _keep_deviation(report: FollowUpReport, before: Deviation | None, account: str, cause: str, measure: str) -> None:
    if not cause:
        if before is not None:
            before.delete()
        return
    row = before or Deviation(agency_id=report.agency_id, report=report, account=account)
    row.cause, row.measure = cause, measure
    row.save()


@unit_of_work()
def go_by_new_plan(
    *, actor: Member, case_id: int, period_id: int, version: int
) -> tuple[FollowUpReport, tuple[str, ...]]:
    """Let a draft go by the approved version of the plan; what was said of measures goes along by their titles.

    Of measures with one title the first takes what was said of the first. Return the report, and the names of the
    measures that the new version does not have: what was said of them is dropped, and stays in the history.

    Raises:
        EditedMeanwhile, ReportRefused: as for `draft_texts`; or no other version holds.
    """
    case, report = _lock_draft(actor, case_id, period_id, version)
    plan, old = approved_plan(case), report.plan
    if plan is None or plan.pk == old.pk:
        raise ReportRefused(f"この報告は計画 第{old.number}版によっています。ほかに承認済の版はありません。")
    changes: dict[str, Any] = {"計画": [f"第{old.number}版", f"第{plan.number}版"]}
    new_places = {name.place: pk for pk, name in _named(plan).items()}
    names, dropped = _named(old), []
    for row in report.measures.order_by("measure__position", "measure_id"):
        name = names[row.measure_id]
        if name.place in new_places:
            row.measure_id = new_places[name.place]
            row.save(update_fields=["measure"])
        else:
            dropped.append(name.label)
            changes[f"施策の進捗: {name.label}"] = [_said(ProgressState(row.state), row.note), None]
            row.delete()
    report.plan = plan
    _bump(actor, case, report, changes, "plan")
    return report, tuple(dropped)


def _named(plan: Plan) -> dict[int, MeasureName]:
    rows = plan.measures.order_by("issue__position", "position", "pk").values_list("pk", "title")
    return names_of(list(rows))


@unit_of_work()
def finish_report(
    *, actor: Member, case_id: int, period_id: int, version: int, now: datetime, accepted_gaps: Collection[str] = ()
) -> FollowUpReport:
    """Finish the report: its texts, measures and figures are kept as they are from now on.

    Args:
        accepted_gaps: the ids of the gaps (`Gap.id`) that a person was shown, and leaves out.

    Raises:
        EditedMeanwhile: another person changed the report in between.
        GapsGrew: months lack figures or a plan, and are not among the accepted ones.
        ReportRefused: one of the four required texts is empty, the period is not over, months lack figures or a
            plan, or the report is not begun or is finished.
    """
    case, report = _lock_draft(actor, case_id, period_id, version)
    _check_texts_and_day(report, now.astimezone(JAPAN).date())
    comparison = live_comparison(case, report.period, report.plan)
    gaps = gaps_of(comparison)
    _check_consent(gaps, accepted_gaps, comparison.plan_number)
    report.figures = to_json(comparison)
    values = {"state": ReportState.FINISHED, "finished_by": actor, "finished_at": now}
    changes = audit.apply_changes(report, values)
    if gaps:
        changes["除いた月"] = [None, f"{told(gaps)}がないまま完成"]
    _bump(actor, case, report, changes, *values, "figures")
    return report


def _check_texts_and_day(report: FollowUpReport, today: date) -> None:
    """Refuse to finish what lacks a required text, or reports on days that are still to come."""
    empty = [_label(name) for name in REQUIRED if not getattr(report, name).strip()]
    if empty:
        names = "」「".join(empty)
        raise ReportRefused(f"「{names}」が空欄です。報告に必ず書く事項なので、書いてから完成させてください。")
    if today <= report.period.ends_on:
        raise ReportRefused(
            f"対象期間の最終日 {report.period.ends_on} は、今日 {today} にはまだ過ぎていません。"
            "最終日の翌日から完成にできます。"
        )


def _check_consent(gaps: Sequence[Gap], accepted: Collection[str], plan_number: int) -> None:
    """Refuse gaps that nobody agreed to: without a tick, or with one that was set before some of them came."""
    if gaps and not accepted:
        ways = {ACTUAL: "月次の実績を取り込んでください。", PLANNED: f"計画 第{plan_number}版の年度に入らない月です。"}
        advice = "".join(way for lacks, way in ways.items() if any(one.lacks == lacks for one in gaps))
        raise ReportRefused(
            f"{told(gaps)}がありません。{advice}除いたまま完成にするには、「{GAPS_ACCEPTED}」にチェックを入れてください。"
        )
    if more := unseen(gaps, accepted):
        raise GapsGrew(
            f"画面を開いたあとに、{told(more)}もなくなりました。今ないのは、{told(gaps)}です。まだ完成にしていません。"
            f"取込の取消しなどを確かめてください。除いたまま完成にするには、もう一度「{GAPS_ACCEPTED}」にチェックを入れてください。"
        )


@unit_of_work()
def reopen_report(*, actor: Member, case_id: int, period_id: int, version: int, reason: str) -> FollowUpReport:
    """Make a finished report a draft again; who finished it and why it was reopened stay in the history.

    Raises:
        EditedMeanwhile: another person changed the report in between.
        ReportRefused: the report is no finished one, or there is no reason.
    """
    case, report = _lock_report(actor, case_id, period_id, version)
    if report.state != ReportState.FINISHED:
        raise ReportRefused("この報告は作成中です。完成していない報告は、そのまま直せます。")
    if not reason.strip():
        raise ReportRefused("完成した報告を直す理由を書いてください。")
    report.figures = None
    values = {"state": ReportState.DRAFT, "finished_by": None, "finished_at": None}
    _save(actor, case, report, values, "figures", reason=reason.strip())
    return report


def _label(name: str) -> str:
    """Return the Japanese name of a field of the report."""
    return str(getattr(FollowUpReport._meta.get_field(name), "verbose_name", name))


def _lock(actor: Member, case_id: int, period_id: int) -> tuple[Case, MonitoringPeriod]:
    case = lock_case(actor, case_id)
    require(actor, Action.EDIT_CASE, case)
    return case, case.monitoring_periods.get(pk=period_id)


def _lock_report(actor: Member, case_id: int, period_id: int, version: int | None) -> tuple[Case, FollowUpReport]:
    case, period = _lock(actor, case_id, period_id)
    rows = FollowUpReport.objects.for_agency(case.agency_id).select_for_update(of=("self",), no_key=True)
    report = rows.select_related("plan__case__enterprise").filter(period=period).first()
    if report is None:
        raise ReportRefused(f"{period} の報告は、まだ作り始めていません。「報告を作り始める」から始めてください。")
    if version is not None and report.version != version:
        raise EditedMeanwhile
    report.period = period
    return case, report


def _lock_draft(actor: Member, case_id: int, period_id: int, version: int | None) -> tuple[Case, FollowUpReport]:
    case, report = _lock_report(actor, case_id, period_id, version)
    if report.state != ReportState.DRAFT:
        raise ReportRefused("完成した報告は変更できません。先に、理由を書いて作成中に戻してください。")
    return case, report


def _sheet(case: Case, report: FollowUpReport, today: date) -> PeriodSheet:
    sheet = period_sheet(case, report.period_id, today=today)
    if sheet is None:
        raise LookupError(f"the case {case.number} has no period {report.period_id}")
    return sheet


def _save(
    actor: Member,
    case: Case,
    report: FollowUpReport,
    values: Mapping[str, Any],
    *unnoted: str,
    reason: str = "",
) -> None:
    """Save fields; those in `unnoted` are set already, and too long for the history."""
    _bump(actor, case, report, audit.apply_changes(report, values), *values, *unnoted, reason=reason)


def _bump(
    actor: Member,
    case: Case,
    report: FollowUpReport,
    changes: Mapping[str, Any],
    *fields: str,
    reason: str = "",
) -> None:
    """Count one edit of the report up where anything changed, and note it."""
    if changes:
        report.version += 1
        report.save(update_fields=[*fields, "version"])
        _note(actor, case, report.period, changes, reason=reason)


def _note(actor: Member, case: Case, period: MonitoringPeriod, changes: Mapping[str, Any], *, reason: str = "") -> None:
    told = {f"伴走支援 {period}: {label}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, case, changes=told, reason=reason)
