"""A case of the frame of the guideline (中小版GL枠), with its own procedure, all on a phone's screen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cases.enums import LenderRole, SchemeFrame
from subsidies.enums import CostCategory
from tests.e2e import casework
from tests.e2e.casework import Bank, Story, Work
from tests.e2e.conftest import VisitorMaker
from tests.e2e.desk import Desk, Value, sit_down
from tests.e2e.runs import carry_to_planning, claim_and_submit, tell

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

STORY = Story(
    enterprise="株式会社千歳木工",
    kana="チトセモッコウ",
    frame=SchemeFrame.SME_GL,
    banks=(
        Bank("みちのく東銀行", LenderRole.MAIN, 180_000_000, 60_000_000),
        Bank("杜の都信用金庫", LenderRole.SUBMAIN, 70_000_000),
        Bank("宮城県信用保証協会", LenderRole.GUARANTOR),
    ),
    # 200 and 150 hours at 12,000 yen and 10 % tax: 2,640,000 and 1,980,000; one third is 880,000 and 660,000
    planned=(Work("DD費用等", CostCategory.DUE_DILIGENCE, 200), Work("計画策定支援費用", CostCategory.PLANNING, 150)),
    followed=Work("伴走支援費用", CostCategory.MONITORING, 40),
)
PHONE = 390
OWN_YEN = 880_000 + 660_000


def test_a_plan_of_the_guideline_from_registration_to_its_claim(visit: VisitorMaker) -> None:
    kinds: set[str] = set()
    desk = sit_down(visit, "consultant@example.jp", "guideline-consultant", kinds, width=PHONE)
    manager = sit_down(visit, "manager@example.jp", "guideline-manager", kinds, width=PHONE)
    casework.register(desk, STORY)
    number = casework.open_case(desk, STORY)
    letter = {"asked_on": STORY.ago(97), "confirmation_letter_on": STORY.ago(95)}
    carry_to_planning(desk, manager, STORY, number, main=letter)

    appoint_and_survey(desk, number)
    agreed: dict[str, Value] = {"plan_handed_on": STORY.ago(20), "consent": "agreed", "consented_on": STORY.ago(14)}
    casework.hear_banks(desk, STORY, number, everyone=agreed)
    record(desk, number, "債権者会議の同意を記録", 15, meeting_on=STORY.ago(15), meeting_place="仙台商工会議所")
    assert claim_and_submit(desk, manager, STORY, number) == OWN_YEN
    tell("中小版GL枠", kinds)


def appoint_and_survey(desk: Desk, number: str) -> None:
    """Take the guideline's procedure from the expert over the standstill to the report."""
    expert = {"expert_name": "宮沢 理一", "expert_office": "宮沢公認会計士事務所", "expert_list": "headquarters"}
    days = {"main_creditors_agreed_on": STORY.ago(39), "appointed_on": STORY.ago(38)}
    record(desk, number, "第三者支援専門家の選任を記録", 38, **expert, **days)
    until = STORY.today + timedelta(days=60)
    record(
        desk,
        number,
        "一時停止の要請を記録",
        37,
        standstill_requested_on=STORY.ago(37),
        standstill_until=until,
    )
    record(desk, number, "調査報告書を記録", 22, report_on=STORY.ago(22))


def record(desk: Desk, number: str, label: str, days_ago: int, **facts: Value) -> None:
    """Record a step of the procedure on its own page, and let the case follow."""
    desk.open(f"/cases/{number}/guideline/")
    desk.press(desk.page.get_by_role("main").get_by_role("link", name=re.compile("記録する")).first)
    desk.fill(**facts)
    desk.save("保存する")
    casework.step(desk, number, label, STORY.ago(days_ago))
