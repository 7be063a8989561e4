"""A case of the frame of the guideline (中小版GL枠), with its own procedure, all on a phone's screen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cases.enums import LenderRole, SchemeFrame
from subsidies.enums import CostCategory
from tests.e2e import casework, claims
from tests.e2e.casework import Bank, FollowUp, Story, Work
from tests.e2e.conftest import Clock, VisitorMaker
from tests.e2e.desk import Desk, Value, sit_down
from tests.e2e.runs import Run, carry_to_planning, claim_and_submit, complete, follow_up, work_on_plan
from tests.e2e.tally import Tally

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

OTHER_AGENCY, OTHER_WORKER, OTHER_RATE_YEN = "宮内会計事務所", "佐久間 涼", 30_000
STORY = Story(
    enterprise="株式会社千歳木工",
    kana="チトセモッコウ",
    frame=SchemeFrame.SME_GL,
    banks=(
        Bank("みちのく東銀行", LenderRole.MAIN, 180_000_000, 60_000_000),
        Bank("杜の都信用金庫", LenderRole.SUBMAIN, 70_000_000),
        Bank("宮城県信用保証協会", LenderRole.GUARANTOR),
    ),
    # DD 80 hours at 30,000 yen and 10 % tax: 2,640,000; the plan 20 hours of the other agency and 100 of the office:
    # 660,000 and 1,320,000, together 1,980,000; one third is 880,000 and 660,000
    planned=(
        Work("DD費用等", CostCategory.DUE_DILIGENCE, 80, OTHER_RATE_YEN, OTHER_WORKER, OTHER_AGENCY),
        Work("計画策定支援費用", CostCategory.PLANNING, 20, OTHER_RATE_YEN, OTHER_WORKER, OTHER_AGENCY),
        Work("計画策定支援費用", CostCategory.PLANNING, 100),
    ),
    # 22 and 18 hours of the office: 290,400 and 237,600, of which 193,600 and 158,400 are paid
    follow_ups=(
        FollowUp(30, 120, Work("伴走支援費用 第1回", CostCategory.MONITORING, 22)),
        FollowUp(121, 210, Work("伴走支援費用 第2回", CostCategory.MONITORING, 18)),
    ),
    starts_in=140,
)
PHONE = 390
OWN_YEN = 880_000 + 660_000
RECEIVED_YEN = 2 * OWN_YEN + 193_600 + 158_400


def test_a_plan_of_the_guideline_by_two_agencies_from_registration_to_its_last_payment(
    visit: VisitorMaker, ahead: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    ahead.move(STORY.starts_in)
    desk = sit_down(visit, "consultant@example.jp", "guideline-consultant", tally, width=PHONE)
    manager = sit_down(visit, "manager@example.jp", "guideline-manager", tally, width=PHONE)
    run = Run(desk, manager, STORY, ahead)
    casework.register(desk, STORY)
    number = casework.open_case(desk, STORY)
    claims.set_up_agency(manager, number, OTHER_AGENCY, OTHER_WORKER, OTHER_RATE_YEN)
    letter = {"asked_on": STORY.ago(97), "confirmation_letter_on": STORY.ago(95)}
    carry_to_planning(run, number, main=letter)

    appoint_and_ask(desk, number)
    work_on_plan(run, number)
    record(desk, number, "調査報告書を記録", report_on=STORY.ago(21))
    agreed: dict[str, Value] = {"plan_handed_on": STORY.ago(20), "consent": "agreed", "consented_on": STORY.ago(16)}
    casework.hear_banks(desk, STORY, number, everyone=agreed)
    record(desk, number, "債権者会議の同意を記録", meeting_on=STORY.ago(17), meeting_place="仙台商工会議所")
    assert claim_and_submit(run, number) == OWN_YEN
    follow_up(run, number)
    assert complete(run, number) == RECEIVED_YEN
    desk.open(f"/cases/{number}/payments/")
    assert desk.shows(OTHER_AGENCY)
    with capsys.disabled():
        tally.tell("中小版GL枠(2機関、幅390px)")
    assert tally.repeated == []


def appoint_and_ask(desk: Desk, number: str) -> None:
    """Appoint the expert and ask the creditors for the standstill."""
    expert = {"expert_name": "宮沢 理一", "expert_office": "宮沢公認会計士事務所", "expert_list": "headquarters"}
    days = {"main_creditors_agreed_on": STORY.ago(39), "appointed_on": STORY.ago(38)}
    record(desk, number, "第三者支援専門家の選任を記録", **expert, **days)
    asked: dict[str, Value] = {
        "standstill_requested_on": STORY.ago(37),
        "standstill_until": STORY.today + timedelta(days=60),
    }
    record(desk, number, "一時停止の要請を記録", **asked)


def record(desk: Desk, number: str, label: str, **facts: Value) -> None:
    """Record a step of the procedure on its own page, and let the case follow on the same day."""
    desk.open(f"/cases/{number}/guideline/")
    desk.press(desk.page.get_by_role("main").get_by_role("link", name=re.compile("記録する")).first)
    desk.fill(**facts)
    desk.save("保存する")
    casework.step(desk, number, label)
