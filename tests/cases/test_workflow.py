from __future__ import annotations

from itertools import product

import pytest

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.workflow import OPEN_STAGES, TRANSITIONS, TransitionRefused, possible_actions, target_of

WALK = list(product(CaseAction, CaseStage, SchemeFrame))


@pytest.mark.parametrize(("action", "stage", "frame"), WALK)
def test_every_action_either_has_a_row_or_is_refused_with_a_sentence(
    action: CaseAction, stage: CaseStage, frame: SchemeFrame
) -> None:
    row = TRANSITIONS[action]
    if stage in row.sources and frame in row.frames:
        assert target_of(stage, action, frame=frame, reason="理由") is row.target
        assert action in possible_actions(stage, frame=frame)
    else:
        with pytest.raises(TransitionRefused) as refused:
            target_of(stage, action, frame=frame, reason="理由")
        assert refused.value.message.endswith("。")
        assert action not in possible_actions(stage, frame=frame)


@pytest.mark.parametrize("action", [action for action, row in TRANSITIONS.items() if row.needs_reason])
def test_what_needs_a_reason_is_refused_without_one(action: CaseAction) -> None:
    stage = next(stage for stage in CaseStage if stage in TRANSITIONS[action].sources)
    with pytest.raises(TransitionRefused, match="理由"):
        target_of(stage, action, frame=SchemeFrame.NORMAL, reason=" \u3000")


def test_every_stage_can_be_reached_and_every_open_stage_can_be_left() -> None:
    reached = {CaseStage.CONSULTATION} | {row.target for row in TRANSITIONS.values()}
    assert reached == set(CaseStage)
    assert all(possible_actions(stage, frame=SchemeFrame.NORMAL) for stage in OPEN_STAGES)
    assert not any(possible_actions(stage, frame=SchemeFrame.NORMAL) for stage in set(CaseStage) - OPEN_STAGES)


def test_a_bank_as_supporter_has_no_monitoring() -> None:
    actions = possible_actions(CaseStage.PLAN_DECIDED, frame=SchemeFrame.VUP_BANK)
    assert CaseAction.START_MONITORING not in actions
    assert CaseAction.COMPLETE in actions
