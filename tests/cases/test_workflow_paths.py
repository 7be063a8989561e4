"""The procedure as paths through its table: the straight way, the detours, the ends, and what is refused."""

from __future__ import annotations

import pytest

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.workflow import OPEN_STAGES, TRANSITIONS, WITH_MONITORING, TransitionRefused, possible_actions, target_of
from vapup.shared.errors import DomainError

A, S = CaseAction, CaseStage
STRAIGHT = [
    (A.START_PREPARATION, S.PREPARING),
    (A.SUBMIT_USAGE, S.APPLIED),
    (A.RECORD_ACCEPTANCE, S.ACCEPTED),
    (A.RECORD_DECISION, S.PLANNING),
    (A.RECORD_AGREEMENT, S.AGREED),
    (A.SUBMIT_PLAN_CLAIM, S.PLAN_CLAIMED),
    (A.RECORD_PLAN_DECISION, S.PLAN_DECIDED),
    (A.START_MONITORING, S.MONITORING),
    (A.COMPLETE, S.COMPLETED),
]
# The guideline has a way of its own from the planning to the agreement.
GUIDELINE = [
    (A.APPOINT_EXPERT, S.EXPERT_APPOINTED),
    (A.REQUEST_STANDSTILL, S.STANDSTILL),
    (A.RECORD_SURVEY, S.SURVEYED),
    (A.RECORD_MEETING, S.AGREED),
]
# The table once more, typed by hand: what may be done at each stage of a case with monitoring.
OFFERED = {
    S.CONSULTATION: {A.START_PREPARATION, A.WITHDRAW},
    S.PREPARING: {A.SUBMIT_USAGE, A.WITHDRAW},
    S.APPLIED: {A.RETURN_USAGE, A.REJECT_USAGE, A.RECORD_ACCEPTANCE, A.WITHDRAW, A.LAPSE},
    S.USAGE_RETURNED: {A.RESUBMIT_USAGE, A.REJECT_USAGE, A.WITHDRAW, A.LAPSE},
    S.ACCEPTED: {A.RECORD_DECISION, A.WITHDRAW, A.LAPSE},
    S.PLANNING: {A.RECORD_AGREEMENT, A.WITHDRAW, A.LAPSE},
    **{stage: {A.WITHDRAW, A.LAPSE} for stage in (S.EXPERT_APPOINTED, S.STANDSTILL, S.SURVEYED)},
    S.AGREED: {A.SUBMIT_PLAN_CLAIM, A.WITHDRAW, A.LAPSE},
    S.PLAN_CLAIMED: {A.RETURN_PLAN_CLAIM, A.RECORD_PLAN_DECISION, A.WITHDRAW, A.LAPSE},
    S.CLAIM_RETURNED: {A.RESUBMIT_PLAN_CLAIM, A.WITHDRAW, A.LAPSE},
    S.PLAN_DECIDED: {A.START_MONITORING, A.COMPLETE, A.WITHDRAW, A.LAPSE},
    S.MONITORING: {A.COMPLETE, A.WITHDRAW, A.LAPSE},
    **{end: set() for end in (S.COMPLETED, S.REJECTED, S.WITHDRAWN, S.LAPSED)},
}
OFFERED_BY_THE_GUIDELINE = {
    S.PLANNING: {A.APPOINT_EXPERT, A.WITHDRAW, A.LAPSE},
    S.EXPERT_APPOINTED: {A.REQUEST_STANDSTILL, A.RECORD_SURVEY, A.WITHDRAW, A.LAPSE},
    S.STANDSTILL: {A.RECORD_SURVEY, A.WITHDRAW, A.LAPSE},
    S.SURVEYED: {A.RECORD_MEETING, A.WITHDRAW, A.LAPSE},
}
WITH_REASON = {A.RETURN_USAGE, A.REJECT_USAGE, A.RETURN_PLAN_CLAIM, A.WITHDRAW, A.LAPSE}


def straight(frame: SchemeFrame) -> list[tuple[CaseAction, CaseStage]]:
    """Return the way of a frame, with the guideline's own part in the place of the plain agreement."""
    if frame is not SchemeFrame.SME_GL:
        return STRAIGHT
    place = STRAIGHT.index((A.RECORD_AGREEMENT, S.AGREED))
    return [*STRAIGHT[:place], *GUIDELINE, *STRAIGHT[place + 1 :]]


@pytest.mark.parametrize("frame", sorted(WITH_MONITORING))
def test_the_straight_way_leads_from_consultation_to_completion(frame: SchemeFrame) -> None:
    stage = S.CONSULTATION
    for action, target in straight(frame):
        assert action in possible_actions(stage, frame=frame)
        stage = target_of(stage, action, frame=frame)
        assert stage is target
    assert possible_actions(stage, frame=frame) == ()


def test_a_bank_as_supporter_completes_without_monitoring() -> None:
    frame = SchemeFrame.VUP_BANK
    assert target_of(S.PLAN_DECIDED, A.COMPLETE, frame=frame) is S.COMPLETED
    with pytest.raises(TransitionRefused) as refused:
        target_of(S.PLAN_DECIDED, A.START_MONITORING, frame=frame)
    assert refused.value.message == (
        "「Vアップ事業(民間金融機関による支援)」の案件には「入金を記録し伴走支援へ進む」の段階がありません。"
    )


@pytest.mark.parametrize("stage", S)
def test_what_is_offered_at_a_stage_is_what_the_table_says(stage: CaseStage) -> None:
    offered = possible_actions(stage, frame=SchemeFrame.NORMAL)
    assert set(offered) == OFFERED[stage]
    assert list(offered) == [action for action in A if action in OFFERED[stage]]  # in the order of the procedure
    without = set(possible_actions(stage, frame=SchemeFrame.VUP_BANK))
    assert without == OFFERED[stage] - {A.START_MONITORING}
    guided = set(possible_actions(stage, frame=SchemeFrame.SME_GL))
    assert guided == OFFERED_BY_THE_GUIDELINE.get(stage, OFFERED[stage])


def test_the_standstill_may_be_left_out_but_not_the_report() -> None:
    frame = SchemeFrame.SME_GL
    assert target_of(S.EXPERT_APPOINTED, A.RECORD_SURVEY, frame=frame) is S.SURVEYED
    for stage in (S.PLANNING, S.EXPERT_APPOINTED, S.STANDSTILL):
        with pytest.raises(TransitionRefused):
            target_of(stage, A.RECORD_MEETING, frame=frame)
    with pytest.raises(TransitionRefused, match="「405事業 中小版GL枠」の案件には「同意・計画提出を記録」"):
        target_of(S.PLANNING, A.RECORD_AGREEMENT, frame=frame)


@pytest.mark.parametrize(
    ("stage", "out", "returned", "back"),
    [
        (S.APPLIED, A.RETURN_USAGE, S.USAGE_RETURNED, A.RESUBMIT_USAGE),
        (S.PLAN_CLAIMED, A.RETURN_PLAN_CLAIM, S.CLAIM_RETURNED, A.RESUBMIT_PLAN_CLAIM),
    ],
)
def test_a_returned_application_goes_back_where_it_was(
    stage: CaseStage, out: CaseAction, returned: CaseStage, back: CaseAction
) -> None:
    frame = SchemeFrame.NORMAL
    for _ in range(3):  # as often as needed
        assert target_of(stage, out, frame=frame, reason="印影が不鮮明") is returned
        assert target_of(returned, back, frame=frame) is stage


@pytest.mark.parametrize("action", A)
def test_only_what_goes_wrong_needs_a_reason(action: CaseAction) -> None:
    row = TRANSITIONS[action]
    assert row.needs_reason is (action in WITH_REASON)
    stage, frame = min(row.sources), min(row.frames)
    for reason in ("", " ", "\u3000\n\t"):
        if action in WITH_REASON:
            with pytest.raises(TransitionRefused) as refused:
                target_of(stage, action, frame=frame, reason=reason)
            assert refused.value.message == f"「{action.label}」には理由を入力してください。"
        else:
            assert target_of(stage, action, frame=frame, reason=reason) is row.target


@pytest.mark.parametrize("stage", [S.COMPLETED, S.REJECTED, S.WITHDRAWN, S.LAPSED])
def test_nothing_leads_out_of_an_end(stage: CaseStage) -> None:
    assert stage not in OPEN_STAGES
    for action in A:
        with pytest.raises(TransitionRefused) as refused:
            target_of(stage, action, frame=SchemeFrame.NORMAL, reason="理由")
        assert refused.value.message == f"「{stage.label}」の案件には「{action.label}」を行えません。"
        assert isinstance(refused.value, DomainError)


def test_nothing_lapses_before_it_was_applied_for() -> None:
    assert not any(A.LAPSE in possible_actions(one, frame=SchemeFrame.VUP) for one in (S.CONSULTATION, S.PREPARING))
    assert all(A.WITHDRAW in possible_actions(one, frame=SchemeFrame.VUP) for one in OPEN_STAGES)


def test_the_table_cannot_be_changed_by_a_caller() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[A.LAPSE] = TRANSITIONS[A.COMPLETE]  # type: ignore[index]
    with pytest.raises(AttributeError):
        TRANSITIONS[A.LAPSE].needs_reason = False  # type: ignore[misc]
    assert {frame for row in TRANSITIONS.values() for frame in row.frames} == set(SchemeFrame)
