"""C04: random people of two offices send thousands of forms about a case; whatever they send, it stays in order.

No answer is a fault of the server; what is refused changes nothing and what changes anything is in the trail, by the
one who did it; case and applications move by the rows of their two tables alone, and agree with each other; nothing
leaves the office without an approval and an open gate, and what was approved stays as it was.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date
from random import Random
from typing import ClassVar

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cases.enums import CaseStage
from cases.workflow import OPEN_STAGES
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.selectors.gate.verdict import gate_of
from tests.subsidies.http_carry_on import next_deed
from tests.subsidies.http_checks import Sight, check_answer, check_frozen, check_stage, check_steps, look
from tests.subsidies.http_moves import MOVES, TODAY
from tests.subsidies.http_office import FRAMES, PEOPLE, Office, Post

seeds = st.integers(0, 2**32 - 1)
K, S = ApplicationKind, ApplicationState


class Machine(RuleBasedStateMachine):
    """One case of one frame, an office of six, and somebody from another office."""

    tried: ClassVar[Counter[str]] = Counter()
    done: ClassVar[Counter[str]] = Counter()
    carried: ClassVar[Counter[str]] = Counter()
    answers: ClassVar[Counter[str]] = Counter()
    reached: ClassVar[Counter[tuple[str, str]]] = Counter()
    stages: ClassVar[Counter[tuple[str, str]]] = Counter()

    @initialize(seed=seeds)
    def open_office(self, seed: int) -> None:
        self.office, self.day = Office(Random(f"office {seed}").choice(FRAMES)), 0

    # One rule for both, as hypothesis leaves whole rules out of some walks.
    @rule(seed=seeds)
    def a_day_in_the_office(self, seed: int) -> None:
        """Random people send five forms; then the office does the next right things."""
        self.day += 1
        rng = Random(f"day {self.day} {seed}")  # hypothesis likes some seeds so much that it gives them again and again
        for _ in range(5):
            self.try_out(rng.choice(PEOPLE), rng.choice(sorted(MOVES)), rng)
        for _ in range(rng.randint(1, 4)):
            self.carry_on(rng)
        if self.office.case.stage not in OPEN_STAGES and not rng.randrange(3):
            self.office = Office(rng.choice(FRAMES))  # little is left to be done with a case that has ended

    def carry_on(self, rng: Random) -> None:
        """Do the next right thing, if the case has not come to its end."""
        deed = next_deed(self.office, rng)
        if deed is not None:
            who, post = deed
            Machine.carried[post.name] += 1
            self.send(who, post)

    def try_out(self, who: str, move: str, rng: Random) -> None:
        """Send what a move makes; where there is nothing for it to act on yet, another one's."""
        while (post := MOVES[move](self.office, rng)) is None:
            move = rng.choice(sorted(MOVES))
        Machine.tried[move] += 1
        Machine.done[move] += self.send(who, post)

    def send(self, who: str, post: Post) -> bool:
        """Send a form, check everything, and tell whether it changed anything."""
        before = look(self.office)  # again, as the helper that opens the gate writes between two forms
        is_open = self.is_open(post, before)
        status = self.office.send(who, post)
        after = look(self.office)
        is_changed = check_answer(self.office, who, post, status, before, after)
        moved = check_steps(post, before, after)
        check_frozen(before, after)
        if is_changed:
            check_stage(self.office, after)
        if moved is not None:
            assert moved.state is not ApplicationState.SUBMITTED or is_open, f"{post} passed a closed gate"
            Machine.reached[moved.kind, moved.state] += 1
        if is_changed and post.name == "subsidies:application_council":
            Machine.answers[str(post.args[2])] += 1
        Machine.stages[self.office.frame, after.stage] += is_changed
        return is_changed

    def is_open(self, post: Post, before: Sight) -> bool:
        """Tell whether a form about a submission comes with an approved application and an open gate."""
        if post.name not in {"subsidies:submit", "subsidies:application_submit"}:
            return False
        day = date.fromisoformat(str(post.data["submitted_on"]))
        for one in self.office.applications:
            is_meant = one.pk == post.args[1] if len(post.args) > 1 else one.kind == ApplicationKind.USAGE
            if is_meant and before.applications[one.pk].state is ApplicationState.APPROVED:
                return gate_of(one, today=min(day, TODAY)).is_open
        return False


def _walk(examples: int, steps: int) -> None:
    """Let the machine walk from nothing, the same walks each time, and count."""
    for counter in (Machine.tried, Machine.done, Machine.carried, Machine.answers, Machine.reached, Machine.stages):
        counter.clear()
    some = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=True,  # how far chance gets would otherwise differ from run to run
        phases=[Phase.generate],  # to shrink a failure would take an hour; its steps are printed as they are
        suppress_health_check=list(HealthCheck),
    )
    logging.disable(logging.WARNING)  # thousands of refusals, each with its trace
    try:
        with time_machine.travel(f"{TODAY}T03:00:00Z", tick=True):
            run_state_machine_as_test(Machine, settings=some)
    finally:
        logging.disable(logging.NOTSET)


def _counts() -> str:
    names = ("tried", "done", "carried", "answers", "reached", "stages")
    return "\n".join(f"{name}: {dict(getattr(Machine, name))}" for name in names)


def test_random_forms_leave_the_case_in_order(db: None) -> None:
    _walk(examples=3, steps=15)
    assert sum(Machine.tried.values()) >= 180, _counts()
    # The machine must have got somewhere, or it has shown nothing.
    assert sum(Machine.done.values()) >= 30, _counts()
    assert {(K.USAGE, S.SUBMITTED), (K.USAGE, S.DECIDED), (K.PLAN_CLAIM, S.SUBMITTED)} <= Machine.reached.keys()


@pytest.mark.nightly
def test_five_thousand_random_forms_leave_the_case_in_order(db: None) -> None:
    _walk(examples=24, steps=50)
    assert sum(Machine.tried.values()) >= 5_000, _counts()
    assert all(Machine.done[move] for move in MOVES), _counts()
    assert {(kind, S.SUBMITTED) for kind in K} <= Machine.reached.keys(), _counts()
    assert {(K.PLAN_CLAIM, S.PAID), (K.MONITORING_CLAIM, S.PAID), (K.WITHDRAWAL, S.ACCEPTED)} <= Machine.reached.keys()
    assert Machine.answers.keys() == {"return", "accept", "refuse", "decide", "pay"}, _counts()
    assert {frame for frame, stage in Machine.stages if stage == CaseStage.MONITORING} == set(FRAMES), _counts()
