"""Which clocks a case has and on which days they end, by the services that people use; every day is worked by hand.

The ready case: 1,500,000 yen of planning (subsidy 1,000,000, half of it held back), periods to 2026-09-30 and
2027-03-31 of 500,000 and 1,000,000 yen (subsidy 1,000,000), and 150,000 yen of negotiation (subsidy 100,000).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models import Case
from cases.services.cases import edit_case
from cases.services.procedure import advance_case
from monitoring.enums import DeadlineKind, DeadlineState, PeriodKind
from monitoring.models import Deadline
from monitoring.services.periods import add_period, edit_period, remove_period
from subsidies.enums import CostCategory
from subsidies.selectors.clocks import clocks_of
from subsidies.services.filing import council
from tests.builders import make_case, make_cost_line, make_period, make_ready_case
from tests.casework import DAY, answer_returns, reach_planning, submit_application
from tests.monitoring.deadline_cases import assert_in_step, at, deadline, follow_case, shown
from tests.subsidies.claims_cases import accept
from tests.subsidies.clock_cases import (
    CLAIMED_ON,
    FIRST,
    PLAN_CLAIM,
    SECOND,
    claim_a_period,
    claim_the_plan,
    give_back,
    reach_monitoring,
)
from vapup.accounts.models import AuditEvent, Member
from vapup.work import unit_of_work

K, S = DeadlineKind, DeadlineState
CLAIMS = (K.PLAN_CLAIM, K.MONITORING_CLAIM, K.NEGOTIATION_CLAIM)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_of_may() -> Iterator[None]:
    with time_machine.travel(at(DAY), tick=False):
        yield


@pytest.fixture
def case(consultant: Member, manager: Member) -> Case:
    """A ready case whose usage application the council accepted on 2025-05-01."""
    made = make_ready_case(consultant)
    reach_planning(made, consultant, manager, day=DAY)
    made.refresh_from_db()
    return made


# --- how the clocks of the claims begin -------------------------------------------------------------------------------


def test_no_claim_runs_before_the_council_accepts(consultant: Member, manager: Member) -> None:
    case = make_ready_case(consultant)
    submit_application(case, consultant, manager, day=DAY)
    assert shown(case, *CLAIMS) == []


def test_the_acceptance_starts_all_of_them(case: Case) -> None:
    # 2025-05-01 and two years: 2027-05-01, a Saturday; 29 April is a holiday, the 30th a Friday.
    # Six months of 2026-09-30 end on 2027-03-31, those of 2027-03-31 on 2027-09-30.
    assert shown(case, *CLAIMS) == [
        # 333,333 of 500,000, and the held half of the plan: 500,000.
        (K.MONITORING_CLAIM, 1, "2027-03-31", "2027-03-31", 833_333, S.OPEN),
        # Everything: 1,000,000 of the plan, 1,000,000 of the follow-up, 100,000 of the negotiation.
        (K.PLAN_CLAIM, None, "2027-05-01", "2027-04-30", 2_100_000, S.OPEN),
        # The rest of the follow-up: 1,000,000 - 333,333; the negotiation is a deadline of its own.
        (K.MONITORING_CLAIM, 2, "2027-09-30", "2027-09-30", 666_667, S.OPEN),
        (K.NEGOTIATION_CLAIM, 2, "2027-09-30", "2027-09-30", 100_000, S.OPEN),
    ]
    assert deadline(case, K.PLAN_CLAIM).counted_from == DAY
    assert deadline(case, K.MONITORING_CLAIM, period=1).counted_from == date(2026, 9, 30)
    assert {one.consultant_id for one in Deadline.objects.filter(case=case)} == {case.consultant_id}
    assert_in_step(case.agency_id)


def test_nothing_is_counted_twice_after_the_plan_is_claimed(case: Case, manager: Member) -> None:
    claim_the_plan(case, manager)
    still = [yen for kind, _, _, _, yen, state in shown(case, *CLAIMS) if state == S.OPEN]
    assert sum(still) == 2_100_000 - 500_000  # the first half of the plan is asked for
    assert deadline(case, K.PLAN_CLAIM).met_on == CLAIMED_ON
    assert deadline(case, K.PLAN_CLAIM).met_by == "支払申請(計画策定)を提出"


@pytest.mark.parametrize(
    ("frame", "accepted_on", "claim_by"),
    [
        (SchemeFrame.NORMAL, date(2025, 5, 12), "2027-05-12"),
        (SchemeFrame.SME_GL, date(2025, 5, 12), "2027-05-12"),
        (SchemeFrame.VUP, date(2025, 5, 12), "2026-05-12"),
        (SchemeFrame.VUP_BANK, date(2025, 5, 12), "2026-05-12"),
        (SchemeFrame.NORMAL, date(2024, 2, 29), "2026-02-28"),
        (SchemeFrame.VUP, date(2024, 2, 29), "2025-02-28"),
    ],
)
def test_405_has_two_years_and_the_early_plan_one(
    consultant: Member, frame: SchemeFrame, accepted_on: date, claim_by: str
) -> None:
    case = make_case(consultant, frame=frame)
    make_cost_line(case, gross_yen=150_000)
    stored_as_accepted(case, accepted_on)
    assert str(deadline(case, K.PLAN_CLAIM).claim_by) == claim_by


def stored_as_accepted(case: Case, accepted_on: date) -> None:
    accept(case)
    Case.objects.filter(pk=case.pk).update(
        usage_applied_on=accepted_on, usage_accepted_on=accepted_on, accepted_on=accepted_on, usage_decided_on=None
    )
    follow_case(case)


@pytest.mark.parametrize(("accepted_on", "has_window"), [(date(2022, 3, 31), False), (date(2022, 4, 1), True)])
def test_before_april_2022_the_follow_up_had_no_last_day(
    consultant: Member, accepted_on: date, has_window: bool
) -> None:
    case = make_ready_case(consultant)
    stored_as_accepted(case, accepted_on)
    kinds = {kind for kind, *_ in shown(case, *CLAIMS)}
    assert kinds == ({*CLAIMS} if has_window else {K.PLAN_CLAIM})


# --- how they move ----------------------------------------------------------------------------------------------------


def test_a_corrected_key_date_moves_the_plan_claim_and_is_written_into_the_trail(case: Case) -> None:
    version = Case.objects.get(pk=case.pk).version
    edit_case(
        actor=case.consultant,
        case_id=case.pk,
        version=version,
        facts={"accepted_on": date(2025, 5, 31)},
        reason="受理印の日付に合わせる",
    )
    # 2025-05-31 is a month's end: the period runs from 1 June 2025 to 31 May 2027, a Monday.
    assert str(deadline(case, K.PLAN_CLAIM).claim_by) == "2027-05-31"
    event = AuditEvent.objects.filter(object_type="case", object_id=case.pk, actor=None).latest("pk")
    assert event.changes == {"期限 支払申請(計画策定)の期限: 最終日": ["2027-05-01", "2027-05-31"]}


def test_a_moved_period_moves_its_claim_and_the_order_numbers_them(case: Case) -> None:
    give_back_usage_and_open(case)
    first = case.monitoring_periods.order_by("ends_on")[0]
    edit_period(
        actor=case.consultant,
        case_id=case.pk,
        period_id=first.pk,
        kind=PeriodKind.REGULAR,
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 8, 31),
    )
    # From 31 August 2026, a month's end, to 28 February 2027, a Sunday; Friday is the 26th.
    rows = Deadline.objects.filter(case=case, subject=f"period:{first.pk}", kind=K.MONITORING_CLAIM)
    assert [(str(one.claim_by), str(one.safe_by)) for one in rows] == [("2027-02-28", "2027-02-26")]


def give_back_usage_and_open(case: Case) -> None:
    """Let the costs and periods be changed again while the acceptance stays, as a change of the plan does."""
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.PREPARING, costs_locked=False)


def test_a_removed_period_takes_its_deadline_away_and_a_new_one_brings_one(case: Case) -> None:
    give_back_usage_and_open(case)
    actor = case.consultant
    new = add_period(
        actor=actor,
        case_id=case.pk,
        kind=PeriodKind.REGULAR,
        starts_on=date(2027, 4, 1),
        ends_on=date(2027, 9, 30),
    )
    assert str(deadline(case, K.MONITORING_CLAIM, period=3).claim_by) == "2028-03-31"
    assert str(deadline(case, K.NEGOTIATION_CLAIM).claim_by) == "2028-03-31"
    remove_period(actor=actor, case_id=case.pk, period_id=new.pk)
    assert deadline(case, K.MONITORING_CLAIM, period=3).state == S.CANCELLED
    assert str(deadline(case, K.NEGOTIATION_CLAIM).claim_by) == "2027-09-30"
    assert_in_step(case.agency_id)


def test_a_period_whose_costs_wait_to_be_assigned_has_its_deadline_all_the_same(case: Case) -> None:
    make_cost_line(case, category=CostCategory.MONITORING, gross_yen=100_000, work="回の決まっていない報告")
    follow_case(case)
    assert shown(case, K.MONITORING_CLAIM) == [
        (K.MONITORING_CLAIM, 1, "2027-03-31", "2027-03-31", 0, S.OPEN),
        (K.MONITORING_CLAIM, 2, "2027-09-30", "2027-09-30", 0, S.OPEN),
    ]
    assert deadline(case, K.NEGOTIATION_CLAIM).yen_at_risk == 100_000


# --- how they are met, and reopen -------------------------------------------------------------------------------------


def test_a_claim_that_came_back_runs_again_until_it_is_handed_in(case: Case, manager: Member) -> None:
    claim_the_plan(case, manager)
    give_back(case, PLAN_CLAIM, day=date(2025, 10, 20))
    assert (deadline(case, K.PLAN_CLAIM).state, deadline(case, K.PLAN_CLAIM).met_on) == (S.OPEN, None)
    answer_returns(case, case.consultant, key=PLAN_CLAIM)
    submit_application(case, case.consultant, manager, key=PLAN_CLAIM, day=date(2025, 11, 4))
    assert deadline(case, K.PLAN_CLAIM).met_on == date(2025, 11, 4)


def test_each_period_is_met_by_its_own_claim(case: Case, manager: Member) -> None:
    reach_monitoring(case, manager)
    claim_a_period(case, manager, SECOND, day=date(2027, 4, 5))
    assert deadline(case, K.MONITORING_CLAIM, period=1).state == S.OPEN
    assert deadline(case, K.MONITORING_CLAIM, period=2).state == S.MET
    claim_a_period(case, manager, FIRST, day=date(2027, 4, 6))
    assert deadline(case, K.MONITORING_CLAIM, period=1).met_on == date(2027, 4, 6)
    assert deadline(case, K.NEGOTIATION_CLAIM).state == S.OPEN
    give_back(case, FIRST, day=date(2027, 4, 20))
    states = {number: deadline(case, K.MONITORING_CLAIM, period=number).state for number in (1, 2)}
    assert states == {1: S.OPEN, 2: S.MET}
    assert_in_step(case.agency_id)


def test_a_withdrawn_case_keeps_what_was_met_and_its_evidence(case: Case, manager: Member) -> None:
    claim_the_plan(case, manager)
    advance_case(
        actor=case.consultant,
        case_id=case.pk,
        action=CaseAction.WITHDRAW,
        occurred_on=date(2026, 3, 31),
        reason="廃業のため",
    )
    assert {state for *_, state in shown(case, K.MONITORING_CLAIM, K.NEGOTIATION_CLAIM)} == {S.CANCELLED}
    assert deadline(case, K.PLAN_CLAIM).state == S.MET
    # Ended on 2026-03-31: fiscal year 2025, over on that very day; five more end on 2031-03-31.
    kept = deadline(case, K.RETENTION)
    assert (str(kept.counted_from), str(kept.claim_by), kept.state) == ("2026-03-31", "2031-03-31", S.OPEN)


def test_a_day_later_the_evidence_is_kept_a_year_longer(case: Case) -> None:
    advance_case(
        actor=case.consultant, case_id=case.pk, action=CaseAction.WITHDRAW, occurred_on=date(2026, 4, 1), reason="中止"
    )
    kept = deadline(case, K.RETENTION)
    assert (str(kept.counted_from), str(kept.claim_by)) == ("2027-03-31", "2032-03-31")
    assert [state for _, _, _, _, _, state in shown(case, *CLAIMS)] == [S.CANCELLED] * 4


def test_a_case_that_was_not_accepted_has_nothing_to_keep(consultant: Member) -> None:
    case = make_ready_case(consultant)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.REJECTED, usage_applied_on=DAY)
    case.refresh_from_db()
    assert clocks_of(case) == []


# --- in the same transaction ------------------------------------------------------------------------------------------


class Broken(Exception):
    """Something went wrong on purpose."""


def test_an_act_that_is_taken_back_leaves_no_trace(consultant: Member, manager: Member) -> None:
    case = make_ready_case(consultant)
    submit_application(case, consultant, manager, day=DAY)
    words: dict[str, Any] = {"actor": consultant, "case_id": case.pk, "receipt_number": "", "today": DAY}
    rows = list(Deadline.objects.order_by("pk").values())

    @unit_of_work()
    def accept_in_vain() -> None:
        council.record_acceptance(**words, accepted_on=DAY)
        raise Broken

    with pytest.raises(Broken):
        accept_in_vain()
    assert list(Deadline.objects.order_by("pk").values()) == rows
    council.record_acceptance(**words, accepted_on=DAY)
    assert len(shown(case, *CLAIMS)) == 4


def test_a_case_whose_frame_is_not_open_on_its_day_has_no_claims(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    make_period(case)
    stored_as_accepted(case, date(2023, 5, 1))
    assert shown(case, *CLAIMS) == []
