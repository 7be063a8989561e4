"""A case of the normal frame (通常枠) of an enterprise that was paid before, from its registration to its claim."""

from __future__ import annotations

import pytest

from cases.enums import LenderRole, SchemeFrame
from subsidies.enums import CostCategory
from tests.e2e import casework
from tests.e2e.casework import Bank, Story, Work
from tests.e2e.conftest import VisitorMaker
from tests.e2e.desk import Desk, sit_down
from tests.e2e.runs import carry_to_planning, claim_and_submit, tell

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
    followed=Work("伴走支援費用", CostCategory.MONITORING, 40),
)
OWN_YEN = 520_000


def test_another_plan_of_the_normal_frame_from_registration_to_its_claim(visit: VisitorMaker) -> None:
    kinds: set[str] = set()
    desk = sit_down(visit, "consultant@example.jp", "normal-consultant", kinds)
    manager = sit_down(visit, "manager@example.jp", "normal-manager", kinds)
    casework.register(desk, STORY)
    remember_past_use(desk)
    number = casework.open_case(desk, STORY)
    explain_the_other_use(desk, number)
    letter = {"asked_on": STORY.ago(97), "confirmation_letter_on": STORY.ago(95)}
    carry_to_planning(desk, manager, STORY, number, main=letter)

    agreed = {"plan_handed_on": STORY.ago(18), "consented_on": STORY.ago(14)}
    condition = {"consent": "conditional", "conditions": "試算表を毎月提出すること。"}
    casework.hear_banks(desk, STORY, number, everyone=agreed, main={"consent": "agreed"}, others=condition)
    casework.step(desk, number, "同意・計画提出を記録", STORY.ago(13))
    assert claim_and_submit(desk, manager, STORY, number) == OWN_YEN
    tell("通常枠(再度の利用)", kinds)


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
