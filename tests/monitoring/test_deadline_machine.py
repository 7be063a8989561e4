"""No walk of people and clocks loses a reminder, repeats one, or reminds of what is done with."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.monitoring.deadline_machine import DeadlineMachine


def walk(*, walks: int, steps: int, is_same_each_time: bool) -> None:
    DeadlineMachine.steps = DeadlineMachine.reminders = 0
    some = settings(
        max_examples=walks,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=is_same_each_time,
        phases=[Phase.generate],  # to shrink a failure would take minutes; its steps are printed as they are
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(DeadlineMachine, settings=some)


def test_the_reminders_are_those_of_another_way_to_work_them_out(db: None) -> None:
    walk(walks=9, steps=40, is_same_each_time=True)
    # The walk must have got somewhere, or it has shown nothing.
    assert DeadlineMachine.steps >= 200
    assert DeadlineMachine.reminders >= 40


@pytest.mark.nightly
def test_two_thousand_steps_of_it(db: None) -> None:
    walk(walks=50, steps=50, is_same_each_time=False)
    print(f"steps: {DeadlineMachine.steps}, reminders: {DeadlineMachine.reminders}")  # noqa: T201
    assert DeadlineMachine.steps >= 2_000
    assert DeadlineMachine.reminders >= 200
