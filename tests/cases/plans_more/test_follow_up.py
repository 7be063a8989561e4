"""What the plan says of its follow-up, and the debtor's sheet that is composed from all parts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.enums import Frequency, LenderRole, PlanState
from cases.models import Case, Plan
from cases.selectors.plan.debtor import debtor_sheet
from cases.selectors.plan.follow_up import follow_up_stamp, lenders_told
from cases.services.locking import EditedMeanwhile
from cases.services.plan.follow_up import FollowUpRefused, save_follow_up
from cases.services.plan.writing import PlanClosed
from tests.builders import make_case, make_lender
from tests.cases.plans_more.plan_cases import latest_changes, make_figures, make_loan, make_plan, send, url_of
from tests.conftest import sign_in
from vapup.accounts.models import Member

FACTS: dict[str, Any] = {
    "frequency": Frequency.QUARTERLY,
    "follow_up_starts_on": date(2025, 10, 1),
    "follow_up_months": 36,
    "follow_up": "四半期ごとに訪問する。",
}


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case in the consultant's charge."""
    return make_case(consultant)


@pytest.fixture
def plan(case: Case) -> Plan:
    """The draft of its plan."""
    return make_plan(case)


def save(plan: Plan, actor: Member, **changed: Any) -> dict[str, Any]:
    seen = changed.pop("seen", None) or follow_up_stamp(Plan.objects.get(pk=plan.pk))
    return save_follow_up(actor=actor, case_id=plan.case_id, seen=seen, facts={**FACTS, **changed})


def test_the_facts_are_stored_and_told(plan: Plan, consultant: Member) -> None:
    save(plan, consultant)
    plan.refresh_from_db()
    assert {name: getattr(plan, name) for name in FACTS} == FACTS
    changes = latest_changes(plan.case)
    assert changes["モニタリング計画: モニタリングの頻度"] == ["", "3か月ごと"]
    assert changes["モニタリング計画: モニタリングの開始日"] == [None, "2025-10-01"]
    assert save(plan, consultant) == {}


@pytest.mark.parametrize(
    ("frequency", "months", "sentence"),
    [
        ("", 0, "1から120か月まで"),
        ("", 121, "入力は121か月です"),
        (Frequency.YEARLY, 11, "期間 11か月は、頻度「決算期ごと」の1回分 12か月より短い"),
    ],
)
def test_a_follow_up_has_room_for_one_period(
    plan: Plan, consultant: Member, frequency: str, months: int, sentence: str
) -> None:
    with pytest.raises(FollowUpRefused, match=sentence):
        save(plan, consultant, frequency=frequency, follow_up_months=months)
    plan.refresh_from_db()
    assert plan.follow_up_months == 36


def test_late_edits_and_closed_versions_are_refused(plan: Plan, consultant: Member) -> None:
    seen = follow_up_stamp(plan)
    save(plan, consultant)
    with pytest.raises(EditedMeanwhile):
        save(plan, consultant, seen=seen, follow_up="後")
    with pytest.raises(PlanClosed):
        save(make_plan(make_case(consultant), state=PlanState.SUBMITTED), consultant)


def test_the_page_stores_and_a_conflict_shows_both(case: Case, plan: Plan, consultant: Member) -> None:
    browser, url = sign_in(consultant), url_of(case, "follow_up")
    seen = follow_up_stamp(plan)
    typed = {"frequency": "monthly", "follow_up_starts_on": "R7.10.1", "follow_up_months": "24", "follow_up": "私の文"}
    save(plan, consultant)
    page = browser.post(url, {**typed, "version": seen})
    assert page.status_code == 409
    found = {one.label: (one.stored, one.typed) for one in page.context["differences"]}
    assert found["モニタリングの頻度"] == ("3か月ごと", "毎月")
    assert found["モニタリングの方法"] == ("四半期ごとに訪問する。", "私の文")
    assert send(browser, url, **typed).status_code == 302
    plan.refresh_from_db()
    assert (plan.frequency, plan.follow_up_months) == ("monthly", 24)


def test_the_main_lender_comes_first_and_then_the_largest(plan: Plan) -> None:
    for name, role, yen in (("丙", LenderRole.OTHER, 1), ("乙", LenderRole.OTHER, 9), ("甲", LenderRole.MAIN, 5)):
        make_lender(plan.case.enterprise, role=role, bank_name=name, branch_name="", balance_yen=yen)
    assert [str(one) for one in lenders_told(plan)] == ["甲", "乙", "丙"]


def test_the_debtors_sheet_is_composed_of_all_parts(plan: Plan) -> None:
    lender = make_lender(plan.case.enterprise)
    make_figures(plan, years=range(-1, 1))
    make_loan(plan, lender, balance_yen=120_000_000)
    plan.distress_causes = "主要取引先の倒産"
    sheet = debtor_sheet(plan)
    trend = {one.label: list(one.amounts) for one in sheet.trend}
    assert trend["売上高"] == [None, 120_000_000, 120_000_000]
    assert trend["当期純利益"] == [None, 22_800_000, 22_800_000]
    assert trend["純資産"][-1] == 5_000_000
    assert sheet.year_ends == [date(2023, 3, 31), date(2024, 3, 31), date(2025, 3, 31)]
    assert sheet.texts == [("窮境の要因", "主要取引先の倒産")]
    shown = {one.label: one.shown for one, _ in sheet.indicators}
    assert shown["営業利益率"] == "20.0%"
    assert shown["債務超過解消年数"] == "債務超過ではありません"
    assert sheet.loans.by_lender[0].share == "100.0%"
