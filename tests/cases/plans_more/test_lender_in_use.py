"""A lender that a plan, a report or a paper names stays, and the refusal says where it is named."""

from __future__ import annotations

import pytest

from cases.models import Case, Lender
from cases.services.relations import LenderRefused, remove_lender
from subsidies.models import Application, Paper
from tests.builders import make_case, make_lender, make_period
from tests.cases.plans_more.plan_cases import make_loan, make_plan
from tests.monitoring.follow_up.follow_up_cases import make_meeting
from vapup.accounts.models import Member


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.fixture
def lender(case: Case) -> Lender:
    return make_lender(case.enterprise)


def refusal(case: Case, lender: Lender) -> str:
    with pytest.raises(LenderRefused) as refused:
        remove_lender(actor=case.consultant, enterprise_id=case.enterprise_id, lender_id=lender.pk)
    assert Lender.objects.filter(pk=lender.pk).exists()
    return refused.value.message


def test_a_plan_that_repays_a_lender_is_named(case: Case, lender: Lender) -> None:
    plan = make_plan(case)
    for name in ("証書貸付", "手形貸付"):
        make_loan(plan, lender, balance_yen=1, name=name)
    assert refusal(case, lender) == (
        "「七十七銀行 石巻支店」は次のところに記録されているため、削除できません: "
        f"{case.number} 計画 第1版の借入金 2件。"
        "完済したときは、借入残高を 0 にしてください。"
    )


def test_papers_and_reports_are_named_with_their_case(case: Case, lender: Lender) -> None:
    application = Application.objects.create(agency_id=case.agency_id, case=case)
    Paper.objects.create(agency_id=case.agency_id, application=application, requirement="lender_consent", lender=lender)
    make_meeting(make_period(case), lender)
    said = refusal(case, lender)
    assert f"案件 {case.number} の金融機関への報告 1件" in said
    assert f"案件 {case.number} の{application}の書類 1件" in said
