"""The page of a case in words: where it stands, what is left to do, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.urls import reverse

from cases.enums import CaseAction, CaseStage, LenderRole, SchemeFrame
from cases.models import Case, CaseStep
from cases.rules.eligibility import SmeVerdict
from cases.selectors.objections import objection_to
from cases.workflow import TRANSITIONS, is_through_application, possible_actions
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can

A, S = CaseAction, CaseStage

STEPS: Final = ("相談", "利用申請", "受理・利用決定", "計画策定", "同意・提出", "支払申請", "伴走支援", "完了")
MONITORING_STEP: Final = 6
# The page on which each step is worked on; the others are this one.
STEP_PAGES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "subsidies:usage",
        2: "subsidies:usage",
        3: "cases:plan",
        4: "cases:banks",
        5: "subsidies:applications",
        MONITORING_STEP: "monitoring:follow_up",
    }
)
DONE: Final = len(STEPS)
# The step that is under way in a stage; the steps before it have been taken.
POSITION: Final[Mapping[CaseStage, int]] = MappingProxyType(
    {
        S.CONSULTATION: 0,
        S.PREPARING: 1,
        S.USAGE_RETURNED: 1,
        S.APPLIED: 2,
        S.ACCEPTED: 2,
        S.PLANNING: 3,
        S.EXPERT_APPOINTED: 3,
        S.STANDSTILL: 3,
        S.SURVEYED: 4,
        S.AGREED: 5,
        S.PLAN_CLAIMED: 5,
        S.CLAIM_RETURNED: 5,
        S.PLAN_DECIDED: 6,
        S.MONITORING: 6,
        S.COMPLETED: DONE,
    }
)
RETURNED: Final = frozenset({S.USAGE_RETURNED, S.CLAIM_RETURNED})
TONES: Final[Mapping[CaseStage, str]] = MappingProxyType(
    {
        S.CONSULTATION: "neutral",
        S.PREPARING: "todo",
        S.USAGE_RETURNED: "caution",
        S.CLAIM_RETURNED: "caution",
        S.COMPLETED: "success",
        S.REJECTED: "error",
        S.LAPSED: "error",
        S.WITHDRAWN: "neutral",
    }
)
USAGE_STEPS: Final = frozenset(
    {
        A.SUBMIT_USAGE,
        A.RETURN_USAGE,
        A.RESUBMIT_USAGE,
        A.REJECT_USAGE,
        A.RECORD_ACCEPTANCE,
        A.RECORD_DECISION,
    }
)
MAIN_ROAD: Final = (
    A.START_PREPARATION,
    A.SUBMIT_USAGE,
    A.RECORD_ACCEPTANCE,
    A.RECORD_DECISION,
    A.APPOINT_EXPERT,
    A.RECORD_SURVEY,
    A.RECORD_MEETING,
    A.RECORD_AGREEMENT,
    A.SUBMIT_PLAN_CLAIM,
    A.RECORD_PLAN_DECISION,
    A.START_MONITORING,
    A.COMPLETE,
)
# After a return, the same task is open again by another action.
AGAIN: Final[Mapping[CaseAction, CaseAction]] = MappingProxyType(
    {A.SUBMIT_USAGE: A.RESUBMIT_USAGE, A.SUBMIT_PLAN_CLAIM: A.RESUBMIT_PLAN_CLAIM}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One circle of the step navigation."""

    label: str
    state: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the task list; without a URL the reader may not, or not yet, do it."""

    label: str
    state: str
    state_label: str
    url: str = ""
    hint: str = ""
    reason_blocked: str = ""


@dataclass(frozen=True, slots=True)
class OfferedAction:
    """A button of the case page."""

    label: str
    url: str
    is_exit: bool


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One line of the timeline."""

    icon: str
    what: str
    at: datetime
    who: str
    detail: str


def timeline_of(history: list[CaseStep]) -> list[TimelineEvent]:
    """Return the steps as the timeline shows them."""
    return [
        TimelineEvent(
            "returned" if TRANSITIONS[CaseAction(step.action)].needs_reason else "check",
            f"{step.occurred_on} {step.get_action_display()}",
            step.recorded_at,
            str(step.actor),
            step.reason,
        )
        for step in history
    ]


def tone_of(stage: str) -> str:
    """Return the tone of a stage's chip."""
    return TONES.get(CaseStage(stage), "info")


def action_url(case: Case, action: CaseAction) -> str:
    """Return the page on which `action` is done."""
    if action in USAGE_STEPS:
        return reverse("subsidies:usage", args=[case.number])
    if is_through_application(action, CaseStage(case.stage)):
        return reverse("subsidies:applications", args=[case.number])
    return reverse("cases:advance", args=[case.number, action.value])


def offered_actions(actor: Member, case: Case) -> list[OfferedAction]:
    """Return the actions that the actor may do now and nobody objects to; those that end the case come last."""
    if not can(actor, Action.REGISTER_COUNCIL, case).allowed:
        return []
    actions = possible_actions(CaseStage(case.stage), frame=SchemeFrame(case.frame))
    possible = (one for one in actions if not objection_to(case, one))
    offered = [OfferedAction(one.label, action_url(case, one), TRANSITIONS[one].needs_reason) for one in possible]
    return sorted(offered, key=lambda one: one.is_exit)


def steps_of(case: Case, history: list[CaseStep]) -> list[Step]:
    """Return the step navigation; a case that left the road stands where it left."""
    stage = CaseStage(case.stage)
    position = POSITION.get(stage, _left_at(history))
    has_monitoring = SchemeFrame(case.frame) in TRANSITIONS[A.START_MONITORING].frames
    if position == MONITORING_STEP and not has_monitoring:
        position += 1
    places = [place for place in range(len(STEPS)) if place != MONITORING_STEP or has_monitoring]
    return [Step(STEPS[place], _step_state(place, position, stage), _step_url(case, place)) for place in places]


def _step_url(case: Case, place: int) -> str:
    return reverse(STEP_PAGES[place], args=[case.number]) if place in STEP_PAGES else ""


def _step_state(place: int, position: int, stage: CaseStage) -> str:
    if place < position:
        return "reached"
    if place > position or stage not in POSITION:
        return "todo"
    return "returned" if stage in RETURNED else "current"


def _left_at(history: list[CaseStep]) -> int:
    return POSITION.get(CaseStage(history[0].from_stage), 0) if history else 0


def preparation_tasks(actor: Member, case: Case, verdict: SmeVerdict) -> list[Task]:
    """Return what is gathered before the usage application, with the page on which each is done."""
    can_edit = case.is_application_open and can(actor, Action.EDIT_CASE, case).allowed
    edit_url = reverse("cases:edit", args=[case.number]) if can_edit else ""
    costs_url = reverse("subsidies:costs", args=[case.number])
    costs = ("done", "固定済み") if case.costs_locked else ("todo", "費用のページで確認")
    return [
        _eligibility_task(case, verdict),
        _lenders_task(case),
        _story_task(case, edit_url),
        Task("費用と伴走支援の期間を入力する", *costs, url=costs_url),
    ]


def _eligibility_task(case: Case, verdict: SmeVerdict) -> Task:
    url = reverse("cases:enterprise", args=[case.enterprise_id])
    label = "事業者が対象になることを確かめる"
    if verdict.is_eligible and verdict.is_confirmed:
        return Task(label, "done", "完了", url)
    if verdict.is_eligible:
        return Task(label, "short", "要確認(手引き)", url, hint=verdict.reasons[-1])
    return Task(label, "problem", verdict.answer.label, url, hint=" ".join(verdict.reasons))


def _lenders_task(case: Case) -> Task:
    url = reverse("cases:enterprise", args=[case.enterprise_id]) + "#lenders"
    roles = {lender.role for lender in case.enterprise.lenders.all()}
    label = "金融機関と借入残高を登録する"
    if LenderRole.MAIN in roles:
        return Task(label, "done", "完了", url)
    if roles:
        return Task(label, "short", "確認済・不足あり", url, hint="主要(メイン)の金融機関が決まっていません。")
    return Task(label, "todo", "未着手", url)


def _story_task(case: Case, url: str) -> Task:
    missing = [
        name
        for name, text in (
            ("財務上の問題と相談の経緯", case.difficulty),
            ("金融機関の支援の見込み", case.support_outlook),
        )
        if not text
    ]
    label = "財務上の問題と支援の見込みを書く"
    if not missing:
        return Task(label, "done", "完了", url)
    if len(missing) == 1:
        return Task(label, "short", "確認済・不足あり", url, hint=f"「{missing[0]}」が未入力です。")
    return Task(label, "todo", "未着手", url)


def procedure_tasks(actor: Member, case: Case) -> list[Task]:
    """Return the steps of the procedure: taken, open now, or not yet and why; none once the case has left the road."""
    frame, stage = SchemeFrame(case.frame), CaseStage(case.stage)
    if stage not in POSITION:
        return []
    may_record = can(actor, Action.REGISTER_COUNCIL, case).allowed
    actions = [action for action in MAIN_ROAD if frame in TRANSITIONS[action].frames]
    return [_procedure_task(case, action, stage, may_record=may_record) for action in actions]


def _procedure_task(case: Case, action: CaseAction, stage: CaseStage, *, may_record: bool) -> Task:
    row = TRANSITIONS[action]
    label = action.label
    again = AGAIN.get(action)
    if again is not None and stage in TRANSITIONS[again].sources:
        return Task(again.label, "problem", "差戻し", action_url(case, again) if may_record else "", hint=row.why)
    if stage in row.sources and not _is_taken(action, stage):
        if objection := objection_to(case, action):
            return Task(label, "blocked", "まだ始められません", reason_blocked=objection)
        is_elsewhere = is_through_application(action, stage)
        url = action_url(case, action) if may_record or is_elsewhere else ""
        return Task(label, "todo", "次の手続き", url, hint=row.why)
    if _is_taken(action, stage):
        return Task(label, "done", "完了")
    needed = "か".join(f"「{source.label}」" for source in CaseStage if source in row.sources)
    return Task(label, "blocked", "まだ始められません", reason_blocked=f"{needed}の段階になると始められます。")


def _is_taken(action: CaseAction, stage: CaseStage) -> bool:
    """Tell whether the stage lies at or behind the target of an action of the main road."""
    road = list(CaseStage)
    return road.index(TRANSITIONS[action].target) <= road.index(stage)
