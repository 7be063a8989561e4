"""The procedure as one table: which action leads from which stages to which, who may do it, and why it exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cases.enums import CaseAction, CaseStage, SchemeFrame
from vapup.shared.errors import DomainError

A, S = CaseAction, CaseStage


class TransitionRefused(DomainError):
    """The stage of the case, or its frame, does not allow the action."""


GUIDELINE: Final = frozenset({SchemeFrame.SME_GL})
WITHOUT_GUIDELINE: Final = frozenset(SchemeFrame) - GUIDELINE


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the procedure.

    Attributes:
        sources: the stages that the action starts from.
        target: the stage that it leads to.
        why: what it records in the procedure, shown to users and printed in docs/workflow.md.
        needs_reason: whether a written reason must be given.
        frames: the frames that have this step.
    """

    sources: frozenset[CaseStage]
    target: CaseStage
    why: str
    needs_reason: bool = False
    frames: frozenset[SchemeFrame] = frozenset(SchemeFrame)


def _guideline_row(*sources: CaseStage, to: CaseStage, why: str) -> Transition:
    return Transition(frozenset(sources), to, why, frames=GUIDELINE)


def _row(*sources: CaseStage, to: CaseStage, why: str, needs_reason: bool = False) -> Transition:
    return Transition(frozenset(sources), to, why, needs_reason)


WITH_MONITORING: Final = frozenset(SchemeFrame) - {SchemeFrame.VUP_BANK}
OPEN_STAGES: Final = frozenset(CaseStage) - {S.COMPLETED, S.REJECTED, S.WITHDRAWN, S.LAPSED}

TRANSITIONS: Final[Mapping[CaseAction, Transition]] = MappingProxyType(
    {
        A.START_PREPARATION: _row(S.CONSULTATION, to=S.PREPARING, why="対象要件を確かめ、利用申請の準備に入る。"),
        A.SUBMIT_USAGE: _row(S.PREPARING, to=S.APPLIED, why="事業者と認定支援機関の連名で協議会に提出する。"),
        A.RETURN_USAGE: _row(
            S.APPLIED, to=S.USAGE_RETURNED, why="書類の不備を理由に協議会から戻された。", needs_reason=True
        ),
        A.RESUBMIT_USAGE: _row(S.USAGE_RETURNED, to=S.APPLIED, why="不備を直して再び提出する。"),
        A.REJECT_USAGE: _row(
            S.APPLIED, S.USAGE_RETURNED, to=S.REJECTED, why="協議会が受理しなかった。", needs_reason=True
        ),
        A.RECORD_ACCEPTANCE: _row(
            S.APPLIED, to=S.ACCEPTED, why="受理日が規則と様式の版を決め、この日から作業が対象になる。"
        ),
        A.RECORD_DECISION: _row(S.ACCEPTED, to=S.PLANNING, why="利用決定の通知を受け、計画の策定に入る。"),
        A.APPOINT_EXPERT: _guideline_row(
            S.PLANNING, to=S.EXPERT_APPOINTED, why="主要債権者の同意を得て、第三者支援専門家を選任した。"
        ),
        A.REQUEST_STANDSTILL: _guideline_row(
            S.EXPERT_APPOINTED, to=S.STANDSTILL, why="対象債権者に一時停止を要請した(行わない案件もある)。"
        ),
        A.RECORD_SURVEY: _guideline_row(
            S.EXPERT_APPOINTED, S.STANDSTILL, to=S.SURVEYED, why="第三者支援専門家が調査報告書を出した。"
        ),
        A.RECORD_MEETING: _guideline_row(
            S.SURVEYED, to=S.AGREED, why="債権者会議を経て、対象債権者の全員が計画に同意した。"
        ),
        A.RECORD_AGREEMENT: Transition(
            frozenset({S.PLANNING}),
            S.AGREED,
            "405事業は全金融機関の同意、Vアップ事業は計画の受取書がそろった。",
            frames=WITHOUT_GUIDELINE,
        ),
        A.SUBMIT_PLAN_CLAIM: _row(S.AGREED, to=S.PLAN_CLAIMED, why="自己負担の振込後に、計画策定の支払申請を出す。"),
        A.RETURN_PLAN_CLAIM: _row(
            S.PLAN_CLAIMED, to=S.CLAIM_RETURNED, why="支払申請の不備を理由に戻された。", needs_reason=True
        ),
        A.RESUBMIT_PLAN_CLAIM: _row(S.CLAIM_RETURNED, to=S.PLAN_CLAIMED, why="不備を直して再び提出する。"),
        A.RECORD_PLAN_DECISION: _row(S.PLAN_CLAIMED, to=S.PLAN_DECIDED, why="協議会が支払額を決めた。"),
        A.START_MONITORING: Transition(
            frozenset({S.PLAN_DECIDED}),
            S.MONITORING,
            "計画策定分の入金を確かめ、金融機関への報告(伴走支援)に入る。",
            frames=WITH_MONITORING,
        ),
        A.COMPLETE: _row(
            S.PLAN_DECIDED, S.MONITORING, to=S.COMPLETED, why="最後の入金と報告が済み、証拠書類の保存に入る。"
        ),
        A.WITHDRAW: _row(
            *OPEN_STAGES, to=S.WITHDRAWN, why="廃業・法的整理・当事者の中止などで取り下げる。", needs_reason=True
        ),
        A.LAPSE: _row(
            *(OPEN_STAGES - {S.CONSULTATION, S.PREPARING}),
            to=S.LAPSED,
            why="利用申請の有効期間や支払申請の期限を過ぎ、請求できなくなった。",
            needs_reason=True,
        ),
    }
)

# Steps that the council's answer to an application brings about: recorded on the page of that application, from which
# the stage of the case follows.
THROUGH_APPLICATIONS: Final = frozenset(
    {
        A.SUBMIT_USAGE,
        A.RETURN_USAGE,
        A.RESUBMIT_USAGE,
        A.REJECT_USAGE,
        A.RECORD_ACCEPTANCE,
        A.RECORD_DECISION,
        A.SUBMIT_PLAN_CLAIM,
        A.RETURN_PLAN_CLAIM,
        A.RESUBMIT_PLAN_CLAIM,
        A.RECORD_PLAN_DECISION,
        A.START_MONITORING,
    }
)


def is_through_application(action: CaseAction, stage: CaseStage) -> bool:
    """Tell whether `action` follows from an application; a case that never left the office is just given up."""
    if action is A.WITHDRAW:
        return stage not in {S.CONSULTATION, S.PREPARING}
    return action in THROUGH_APPLICATIONS


def target_of(stage: CaseStage, action: CaseAction, *, frame: SchemeFrame, reason: str = "") -> CaseStage:
    """Return the stage that `action` leads to.

    Raises:
        TransitionRefused: the stage or the frame does not have this step, or a needed reason is missing.
    """
    transition = TRANSITIONS[action]
    if stage not in transition.sources:
        raise TransitionRefused(f"「{stage.label}」の案件には「{action.label}」を行えません。")
    if frame not in transition.frames:
        raise TransitionRefused(f"「{frame.label}」の案件には「{action.label}」の段階がありません。")
    if transition.needs_reason and not reason.strip():
        raise TransitionRefused(f"「{action.label}」には理由を入力してください。")
    return transition.target


def possible_actions(stage: CaseStage, *, frame: SchemeFrame) -> tuple[CaseAction, ...]:
    """Return the actions open to a case of this stage and frame, in the order of the table."""
    return tuple(action for action, row in TRANSITIONS.items() if stage in row.sources and frame in row.frames)
