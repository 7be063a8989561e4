"""The way of an application: which step leads where, and which step of the case follows from it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.workflow import THROUGH_APPLICATIONS, TRANSITIONS, WITH_MONITORING, is_through_application
from subsidies.enums import ApplicationAction, ApplicationKind, ApplicationState
from subsidies.management.commands.workflow_doc import workflow_page
from subsidies.workflow import (
    CASE_ACTIONS,
    FRAMES,
    OPENABLE,
    SUBMITTABLE,
    StepRefused,
    case_action,
    check_openable,
    has_step,
    state_after,
)

A, K, S, G = ApplicationAction, ApplicationKind, ApplicationState, CaseStage
PAGE = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"
USAGE_ROAD = (
    (A.REQUEST, S.REQUESTED),
    (A.APPROVE, S.APPROVED),
    (A.SUBMIT, S.SUBMITTED),
    (A.ACCEPT, S.ACCEPTED),
    (A.DECIDE, S.DECIDED),
)


def walk(kind: ApplicationKind, *actions: ApplicationAction) -> ApplicationState:
    state = S.PREPARING
    for action in actions:
        state = state_after(kind, state, action)
    return state


def test_a_usage_application_goes_from_preparation_to_the_decision() -> None:
    state = S.PREPARING
    for action, expected in USAGE_ROAD:
        state = state_after(K.USAGE, state, action)
        assert state is expected
    with pytest.raises(StepRefused, match="「利用申請」には「入金を記録」の手続きがありません"):
        state_after(K.USAGE, state, A.PAY)


@pytest.mark.parametrize("kind", [K.PLAN_CLAIM, K.MONITORING_CLAIM, K.NEGOTIATION_CLAIM])
def test_a_claim_ends_with_the_payment_and_need_not_be_accepted_first(kind: ApplicationKind) -> None:
    assert walk(kind, A.REQUEST, A.APPROVE, A.SUBMIT, A.DECIDE, A.PAY) is S.PAID
    assert walk(kind, A.REQUEST, A.APPROVE, A.SUBMIT, A.ACCEPT, A.DECIDE, A.PAY) is S.PAID
    assert walk(kind, A.REQUEST, A.APPROVE, A.SUBMIT, A.ACCEPT, A.RETURN) is S.RETURNED


@pytest.mark.parametrize("kind", list(K))
def test_what_the_council_returned_needs_another_approval(kind: ApplicationKind) -> None:
    returned = walk(kind, A.REQUEST, A.APPROVE, A.SUBMIT, A.RETURN)
    assert returned is S.RETURNED
    assert not has_step(kind, returned, A.SUBMIT)
    assert state_after(kind, returned, A.REQUEST) is S.REQUESTED


def test_a_usage_application_is_decided_on_only_after_its_acceptance() -> None:
    with pytest.raises(StepRefused, match="「提出済」です。「決定を記録」は「受理」のとき"):
        walk(K.USAGE, A.REQUEST, A.APPROVE, A.SUBMIT, A.DECIDE)


@pytest.mark.parametrize("kind", list(K))
def test_nothing_is_submitted_that_is_not_approved(kind: ApplicationKind) -> None:
    allowed = {state for state in S if has_step(kind, state, A.SUBMIT)}
    assert allowed == {S.APPROVED}


@pytest.mark.parametrize("state", [S.PAID, S.REFUSED])
def test_ended_applications_have_no_step_left(state: ApplicationState) -> None:
    assert not [(kind, action) for kind, action in product(K, A) if has_step(kind, state, action)]


def test_what_was_given_up_is_taken_up_again_by_a_step_of_the_table() -> None:
    left = {(kind, action) for kind, action in product(K, A) if has_step(kind, S.CANCELLED, action)}
    assert left == {(kind, A.TAKE_UP) for kind in K if kind is not K.USAGE}
    assert state_after(K.CHANGE, S.CANCELLED, A.TAKE_UP) is S.PREPARING
    with pytest.raises(StepRefused, match="「準備中」です。「再び準備を始める」は「取りやめ」のときに行えます"):
        state_after(K.CHANGE, S.PREPARING, A.TAKE_UP)


def test_only_what_has_not_left_the_office_is_given_up_and_never_the_usage_application() -> None:
    given_up = {(kind, state) for kind, state in product(K, S) if has_step(kind, state, A.CANCEL)}
    assert given_up == set(product([one for one in K if one is not K.USAGE], [S.PREPARING, S.SENT_BACK]))


def test_every_step_of_the_case_that_follows_from_an_application_is_reached_by_one() -> None:
    reached = {step for steps in CASE_ACTIONS.values() for step in steps}
    assert reached == THROUGH_APPLICATIONS | {CaseAction.WITHDRAW}
    for (kind, action), steps in CASE_ACTIONS.items():
        assert [row for row in S if has_step(kind, row, action)], (kind, action)
        assert steps


@pytest.mark.parametrize(
    ("kind", "action", "stage", "step"),
    [
        (K.USAGE, A.SUBMIT, G.PREPARING, CaseAction.SUBMIT_USAGE),
        (K.USAGE, A.SUBMIT, G.USAGE_RETURNED, CaseAction.RESUBMIT_USAGE),
        (K.PLAN_CLAIM, A.SUBMIT, G.AGREED, CaseAction.SUBMIT_PLAN_CLAIM),
        (K.PLAN_CLAIM, A.SUBMIT, G.CLAIM_RETURNED, CaseAction.RESUBMIT_PLAN_CLAIM),
        (K.PLAN_CLAIM, A.PAY, G.PLAN_DECIDED, CaseAction.START_MONITORING),
        (K.PLAN_CLAIM, A.ACCEPT, G.PLAN_CLAIMED, None),
        (K.MONITORING_CLAIM, A.SUBMIT, G.MONITORING, None),
        (K.CHANGE, A.ACCEPT, G.PLANNING, None),
        (K.WITHDRAWAL, A.ACCEPT, G.PLANNING, CaseAction.WITHDRAW),
    ],
)
def test_the_case_follows_its_applications(
    kind: ApplicationKind, action: ApplicationAction, stage: CaseStage, step: CaseAction | None
) -> None:
    assert case_action(kind, action, stage, SchemeFrame.NORMAL) is step
    if step is not None:
        assert stage in TRANSITIONS[step].sources


def test_a_frame_without_follow_up_has_nothing_to_go_on_to() -> None:
    assert case_action(K.PLAN_CLAIM, A.PAY, G.PLAN_DECIDED, SchemeFrame.VUP_BANK) is None


def test_a_case_that_never_left_the_office_is_just_given_up() -> None:
    direct = {stage for stage in G if not is_through_application(CaseAction.WITHDRAW, stage)}
    assert direct == {G.CONSULTATION, G.PREPARING}


def test_applications_are_begun_in_their_stages_and_frames_only() -> None:
    check_openable(K.PLAN_CLAIM, G.PLANNING, SchemeFrame.VUP_BANK)
    with pytest.raises(
        StepRefused, match="「受理」の段階です。「支払申請\\(計画策定\\)」を準備できるのは「計画策定中・"
    ):
        check_openable(K.PLAN_CLAIM, G.ACCEPTED, SchemeFrame.NORMAL)
    with pytest.raises(StepRefused, match="「405事業 中小版GL枠」の案件には「支払申請\\(金融機関交渉\\)」がありません"):
        check_openable(K.NEGOTIATION_CLAIM, G.MONITORING, SchemeFrame.SME_GL)
    assert FRAMES[K.MONITORING_CLAIM] == WITH_MONITORING


@pytest.mark.parametrize("kind", list(K))
def test_whatever_may_be_submitted_follows_a_stage_in_which_it_could_be_begun(kind: ApplicationKind) -> None:
    beyond = {K.PLAN_CLAIM: {G.CLAIM_RETURNED}}
    assert SUBMITTABLE[kind] - beyond.get(kind, set()) <= OPENABLE[kind]


def test_the_page_of_the_procedure_is_current_and_has_every_step() -> None:
    page = workflow_page()
    assert PAGE.read_text(encoding="utf-8") == page, "run manage.py workflow_doc > docs/workflow.md"
    assert all(f"`{one.value}`" in page for one in (*CaseAction, *A))
