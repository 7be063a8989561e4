"""A case of the early scheme (Vアップ事業) on the pages, from its registration to the submitted claim of the plan."""

from __future__ import annotations

import pytest

from cases.enums import LenderRole, SchemeFrame
from subsidies.enums import CostCategory
from tests.e2e import casework
from tests.e2e.casework import Bank, Story, Work
from tests.e2e.conftest import VisitorMaker
from tests.e2e.desk import sit_down
from tests.e2e.runs import carry_to_planning, claim_and_submit, tell

pytestmark = pytest.mark.e2e

STORY = Story(
    enterprise="株式会社早瀬硝子",
    kana="ハヤセガラス",
    frame=SchemeFrame.VUP,
    banks=(
        Bank("みちのく東銀行", LenderRole.MAIN, 180_000_000, 60_000_000),
        Bank("杜の都信用金庫", LenderRole.SUBMAIN, 70_000_000),
        Bank("宮城県信用保証協会", LenderRole.GUARANTOR),
    ),
    # 20 hours at 12,000 yen and 10 % tax: 264,000; 8 hours: 105,600
    planned=(Work("計画策定支援費用", CostCategory.PLANNING, 20),),
    followed=Work("伴走支援費用", CostCategory.MONITORING_INTERIM, 8),
    period_kind="monitoring_interim",
)


def test_an_early_plan_from_registration_to_its_claim(visit: VisitorMaker) -> None:
    kinds: set[str] = set()
    desk = sit_down(visit, "consultant@example.jp", "vup-consultant", kinds)
    manager = sit_down(visit, "manager@example.jp", "vup-manager", kinds)
    casework.register(desk, STORY)
    number = casework.open_case(desk, STORY)
    letter = {"asked_on": STORY.ago(97), "consultation_letter_on": STORY.ago(95)}
    carry_to_planning(desk, manager, STORY, number, main=letter)

    casework.hear_banks(
        desk,
        STORY,
        number,
        everyone={"plan_handed_on": STORY.ago(18)},
        main={"receipt_on": STORY.ago(16)},
    )
    casework.step(desk, number, "同意・計画提出を記録", STORY.ago(15))
    claim_and_submit(desk, manager, STORY, number)
    tell("Vアップ事業", kinds)
