"""A case of the early scheme (Vアップ事業) on the pages, from its registration to the last payment."""

from __future__ import annotations

import pytest

from cases.enums import LenderRole, SchemeFrame
from subsidies.enums import CostCategory
from tests.e2e import casework
from tests.e2e.casework import Bank, FollowUp, Story, Work
from tests.e2e.conftest import Clock, VisitorMaker
from tests.e2e.desk import sit_down
from tests.e2e.runs import Run, carry_to_planning, claim_and_submit, complete, follow_up, work_on_plan
from tests.e2e.tally import Tally

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

INTERIM, CLOSING = "monitoring_interim", "monitoring_closing"
STORY = Story(
    enterprise="株式会社早瀬硝子",
    kana="ハヤセガラス",
    frame=SchemeFrame.VUP,
    banks=(
        Bank("みちのく東銀行", LenderRole.MAIN, 180_000_000, 60_000_000),
        Bank("杜の都信用金庫", LenderRole.SUBMAIN, 70_000_000),
        Bank("宮城県信用保証協会", LenderRole.GUARANTOR),
    ),
    # 20 hours at 12,000 yen and 10 % tax: 264,000, of which 150,000 are paid at most; 5 hours: 66,000; 3 hours: 39,600
    planned=(Work("計画策定支援費用", CostCategory.PLANNING, 20),),
    follow_ups=(
        FollowUp(30, 120, Work("伴走支援費用(期中) 第1回", CostCategory.MONITORING_INTERIM, 5), INTERIM),
        FollowUp(121, 210, Work("伴走支援費用(決算期) 第2回", CostCategory.MONITORING_CLOSING, 3), CLOSING),
    ),
    starts_in=60,
)
OWN_YEN = 114_000
RECEIVED_YEN = 150_000 + 44_000 + 26_400


def test_an_early_plan_from_registration_to_its_last_payment(
    visit: VisitorMaker, ahead: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    ahead.move(STORY.starts_in)
    desk = sit_down(visit, "consultant@example.jp", "vup-consultant", tally)
    manager = sit_down(visit, "manager@example.jp", "vup-manager", tally)
    run = Run(desk, manager, STORY, ahead)
    casework.register(desk, STORY)
    number = casework.open_case(desk, STORY)
    letter = {"asked_on": STORY.ago(97), "consultation_letter_on": STORY.ago(95)}
    carry_to_planning(run, number, main=letter)

    work_on_plan(run, number)
    handed = {"plan_handed_on": STORY.ago(19)}
    casework.hear_banks(desk, STORY, number, everyone=handed, main={"receipt_on": STORY.ago(16)})
    casework.step(desk, number, "同意・計画提出を記録")
    assert claim_and_submit(run, number) == OWN_YEN
    follow_up(run, number)
    assert complete(run, number) == RECEIVED_YEN
    with capsys.disabled():
        tally.tell("Vアップ事業")
    assert tally.repeated == []
