"""A case of the normal frame (通常枠) of an enterprise paid before, from its registration to the last payment."""

from __future__ import annotations

import pytest

from cases.enums import LenderRole, SchemeFrame
from subsidies.enums import CostCategory
from tests.e2e import casework
from tests.e2e.casework import Bank, FollowUp, Story, Work
from tests.e2e.conftest import Clock, VisitorMaker
from tests.e2e.desk import Desk, sit_down
from tests.e2e.runs import Run, carry_to_planning, claim_and_submit, complete, follow_up, work_on_plan
from tests.e2e.tally import Tally

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

PAID_YEN = 1_200_000
REASON = "前回の計画の後、主要な取引先の撤退で売上が3割減った。前回とは悪化の原因が異なる。"
STORY = Story(
    enterprise="株式会社千早硝子工業",
    kana="チハヤガラスコウギョウ",
    frame=SchemeFrame.NORMAL,
    banks=(
        Bank("みちのく東銀行", LenderRole.MAIN, 180_000_000, 60_000_000),
        Bank("杜の都信用金庫", LenderRole.OTHER, 70_000_000),
        Bank("宮城県信用保証協会", LenderRole.GUARANTOR),
    ),
    # 100 hours at 12,000 yen and 10 % tax are 1,320,000; two thirds are 880,000, but of the cap of 2,000,000
    # an earlier case took 1,200,000, which leaves 800,000 of subsidy and 520,000 of own share.
    planned=(Work("計画策定支援費用", CostCategory.PLANNING, 100),),
    # 22 and 18 hours: 290,400 and 237,600, of which nothing is paid: plan and follow-up together have used up the
    # 2,000,000 of the size class; 5 hours: 66,000 and 44,000, which no other cost takes from
    follow_ups=(
        FollowUp(30, 120, Work("伴走支援費用 第1回", CostCategory.MONITORING, 22)),
        FollowUp(121, 210, Work("伴走支援費用 第2回", CostCategory.MONITORING, 18)),
    ),
    negotiated=Work("金融機関交渉費用", CostCategory.NEGOTIATION, 5),
    starts_in=100,
)
OWN_YEN = 520_000
RECEIVED_YEN = 800_000 + 44_000


def test_another_plan_of_the_normal_frame_from_registration_to_its_last_payment(
    visit: VisitorMaker, ahead: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    ahead.move(STORY.starts_in)
    desk = sit_down(visit, "consultant@example.jp", "normal-consultant", tally)
    manager = sit_down(visit, "manager@example.jp", "normal-manager", tally)
    run = Run(desk, manager, STORY, ahead)
    casework.register(desk, STORY)
    remember_past_use(desk)
    number = casework.open_case(desk, STORY)
    explain_the_other_use(desk, number)
    letter = {"asked_on": STORY.ago(97), "confirmation_letter_on": STORY.ago(95)}
    carry_to_planning(run, number, main=letter)

    work_on_plan(run, number)
    agreed = {"plan_handed_on": STORY.ago(20), "consented_on": STORY.ago(16)}
    condition = {"consent": "conditional", "conditions": "試算表を毎月提出すること。"}
    casework.hear_banks(desk, STORY, number, everyone=agreed, main={"consent": "agreed"}, others=condition)
    casework.step(desk, number, "同意・計画提出を記録")
    assert claim_and_submit(run, number) == OWN_YEN
    follow_up(run, number)
    assert complete(run, number) == RECEIVED_YEN
    with capsys.disabled():
        tally.tell("通常枠(再度の利用、経営者保証の解除)")
    assert tally.repeated == []


def remember_past_use(desk: Desk) -> None:
    """Record, on the page of the enterprise, what an earlier case was paid."""
    desk.follow("過去の利用を登録")
    desk.fill(frame="normal", category="planning", paid_yen=PAID_YEN, accepted_on=STORY.ago(2_000))
    desk.save()
    assert desk.shows("1,200,000")


def explain_the_other_use(desk: Desk, number: str) -> None:
    """Find the reason missing on the page of the usage application, and write it."""
    desk.open(f"/cases/{number}/usage/")
    assert desk.shows("再度の利用ですが、案件の「再度利用の理由」が未入力です。")
    desk.follow("再度の利用")
    desk.fill(repeat_use_reason=REASON)
    desk.save()
    desk.open(f"/cases/{number}/usage/")
    assert not desk.shows("再度の利用ですが")
