"""What is worked on in an accepted case, each with how far it is: hours, figures, plan, lenders, claims, periods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from cases.enums import CaseStage, PlanState, SchemeFrame
from cases.models import Case, Plan, YearlyFigure
from cases.selectors.banks import bank_board
from cases.selectors.overview import MONITORING_STEP, POSITION, Task
from cases.workflow import WITH_MONITORING
from monitoring.models import MonitoringPeriod
from subsidies.enums import DEAD, WITH_COUNCIL, WRITABLE, ApplicationKind, ApplicationState, Payer
from subsidies.models import Application, CostLine, WorkEntry
from subsidies.rules.parameters import FrameNotOpen, rule_version_on
from subsidies.selectors import RuleName, rule_name
from subsidies.selectors.filing.applications import application_url
from subsidies.selectors.payments.page import Sums, sums_of
from subsidies.selectors.payments.receivables import receivables_of
from vapup.shared.durations import HOUR

YEARS_WANTED = 3
PLANNING, CLAIMING = POSITION[CaseStage.PLANNING], POSITION[CaseStage.AGREED]
S = ApplicationState
CLAIM_WORDS = {S.REQUESTED: "承認待ち", S.APPROVED: "承認済・未提出"}


@dataclass(frozen=True, slots=True)
class CaseMoney:
    """What the council pays for a case in whole yen, and the rules that say so; `rules` is None where none are open."""

    sums: Sums
    rules: RuleName | None


def money_of_case(case: Case, *, today: date) -> CaseMoney:
    """Return what is expected, decided and paid of a case."""
    sums = sums_of(receivables_of(case, today=today).of(Payer.COUNCIL))
    try:
        return CaseMoney(sums, rule_name(rule_version_on(SchemeFrame(case.frame), case.key_date)))
    except FrameNotOpen:
        return CaseMoney(sums, None)


def work_of_case(case: Case) -> list[Task]:
    """Return the work of a case between its acceptance and its end; none before and after."""
    position = POSITION.get(CaseStage(case.stage))
    if position is None or not 2 <= position <= MONITORING_STEP:
        return []
    found = _counted(case)
    return [_hours(case, found), _figures(case, found), _plan(case), _banks(case, position), *_claims(case, position)]


@dataclass(frozen=True, slots=True)
class _Counted:
    """Minutes that count and that are quoted, and how many closed years of figures there are."""

    worked: int
    quoted: int
    years: int


def _counted(case: Case) -> _Counted:
    """Count what three tasks rest on in one question."""
    lines = CostLine.objects.for_agency(case.agency_id).filter(case=OuterRef("pk"))
    entries = WorkEntry.objects.for_agency(case.agency_id).filter(case=OuterRef("pk"))
    paid = entries.filter(worked_on__gte=OuterRef("usage_accepted_on"))
    years = YearlyFigure.objects.for_agency(case.agency_id).filter(enterprise=OuterRef("enterprise"))
    ends = years.order_by().values("enterprise").annotate(count=Count("ends_on", distinct=True))
    counts = Case.objects.for_agency(case.agency_id).filter(pk=case.pk)
    columns = {
        "worked": _minutes(paid),
        "quoted": _minutes(lines),
        "years": Coalesce(Subquery(ends.values("count")), 0),
    }
    return _Counted(*counts.annotate(**columns).values_list(*columns).get())


def _minutes(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("case").annotate(sum=Sum("minutes")).values("sum")), 0)


def _hours(case: Case, found: _Counted) -> Task:
    label, url = "業務日誌をつける", reverse("subsidies:case_hours", args=[case.number])
    hint = f"実績 {found.worked / HOUR:.1f}時間 / 見積 {found.quoted / HOUR:.1f}時間"
    if found.quoted and found.worked > found.quoted:
        return Task(label, "short", "見積を超過", url, hint=hint)
    return Task(label, "doing" if found.worked else "todo", "作業中" if found.worked else "未着手", url, hint=hint)


def _figures(case: Case, found: _Counted) -> Task:
    label, url, count = "決算・試算表を取り込む", reverse("cases:figures", args=[case.enterprise_id]), found.years
    if count >= YEARS_WANTED:
        return Task(label, "done", "完了", url, hint=f"決算 {count}期分")
    if count:
        return Task(
            label, "short", "確認済・不足あり", url, hint=f"決算 {count}期分。{YEARS_WANTED}期分で比べられます。"
        )
    return Task(label, "todo", "未着手", url, hint=f"直近{YEARS_WANTED}期の決算書を取り込みます。")


def _plan(case: Case) -> Task:
    label, url = "計画を作る", reverse("cases:plan", args=[case.number])
    plans = Plan.objects.for_agency(case.agency_id).filter(~Q(state=PlanState.REPLACED), case=case)
    newest = plans.only("state", "number", "returned_because").order_by("-number").first()
    if newest is None:
        return Task(label, "todo", "未着手", url)
    hint = f"第{newest.number}版"
    if newest.state == PlanState.APPROVED:
        return Task(label, "done", "完了", url, hint=hint)
    if newest.returned_because and newest.state == PlanState.DRAFT:
        return Task(label, "problem", "差戻し", url, hint=f"{hint}: {newest.returned_because}")
    return Task(label, "doing", "承認待ち" if newest.state == PlanState.SUBMITTED else "作業中", url, hint=hint)


def _banks(case: Case, position: int) -> Task:
    url = reverse("cases:banks", args=[case.number])
    if position >= CLAIMING:
        return Task("金融機関の同意・受取書をそろえる", "done", "完了", url)
    board = bank_board(case)
    if not board.needs_consent:
        label = "金融機関の受取書をもらう"
        return Task(label, "done", "完了", url) if board.has_receipt else Task(label, "todo", "未着手", url)
    agreed, asked = sum(row.has_agreed for row in board.asked), len(board.asked)
    label = f"金融機関の同意をそろえる({agreed}/{asked}行)"
    if board.is_all_agreed:
        return Task(label, "done", "完了", url)
    if board.refused:
        return Task(label, "problem", "不同意あり", url, hint="、".join(board.refused))
    return Task(label, "doing" if agreed else "todo", "作業中" if agreed else "未着手", url)


def _claims(case: Case, position: int) -> Iterator[Task]:
    """Yield the claim of the plan, then that of each period of the follow-up."""
    rows = Application.objects.for_agency(case.agency_id).filter(case=case).exclude(state__in=DEAD)
    columns = ("kind", "number", "state", "period_id", "case_id")
    claims = list(rows.only(*columns).order_by("pk"))
    for one in claims:
        one.case = case
    own = next((one for one in claims if one.kind == ApplicationKind.PLAN_CLAIM), None)
    label = "支払申請(計画策定)を作る"
    yield _claim(case, label, own, "" if position >= CLAIMING else "「同意・提出済」の段階になると始められます。")
    if case.frame not in WITH_MONITORING:
        return
    why = "" if position >= MONITORING_STEP else "計画策定の支払が決まると始められます。"
    periods = MonitoringPeriod.objects.for_agency(case.agency_id).filter(case=case).order_by("ends_on", "id")
    of_period = {one.period_id: one for one in claims if one.period_id}
    for number, (pk, ends_on) in enumerate(periods.values_list("pk", "ends_on"), 1):
        yield _claim(case, f"伴走支援 第{number}回の支払申請({ends_on}まで)", of_period.get(pk), why)


def _claim(case: Case, label: str, claim: Application | None, why_not: str) -> Task:
    if claim is None:
        if why_not:
            return Task(label, "blocked", "まだ始められません", reason_blocked=why_not)
        return Task(label, "todo", "未着手", reverse("subsidies:applications", args=[case.number]))
    state, url = ApplicationState(claim.state), application_url(claim)
    if state is S.PAID:
        return Task(label, "done", "完了", url)
    if state in {S.RETURNED, S.SENT_BACK}:
        return Task(label, "problem", "差戻し", url)
    if state in WITH_COUNCIL:
        return Task(label, "doing", f"協議会({state.label})", url)
    word = "作業中" if state in WRITABLE else CLAIM_WORDS[state]
    return Task(label, "doing", word, url)
