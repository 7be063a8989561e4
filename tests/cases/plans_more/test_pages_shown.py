"""Every page of a part of a plan is shown: empty, filled, to those who may write and to those who may only read."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.enums import CashItem, NodeKind, PlanState
from cases.models import Case, LoanChange, Plan, RealValue
from tests.builders import make_case, make_lender
from tests.cases.plans_more.plan_cases import (
    make_cash,
    make_figures,
    make_flow,
    make_loan,
    make_node,
    make_plan,
    url_of,
)
from tests.conftest import sign_in
from vapup.accounts.models import Member

PARTS = ("map", "loans", "cash", "real", "follow_up", "debtor")
APRIL = date(2025, 4, 1)


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case with a lender."""
    found = make_case(consultant)
    make_lender(found.enterprise)
    return found


def fill(plan: Plan, *, count: int = 1) -> None:
    """Store `count` rows of everything."""
    make_figures(plan, years=range(-2, 4))
    lender = plan.case.enterprise.lenders.get()
    for number in range(count):
        source, target = make_node(plan, f"仕入先{number}", amount_yen=100), make_node(plan, f"工場{number}")
        make_flow(source, target, amount_yen=5)
        loan = make_loan(plan, lender, balance_yen=1_000_000, rate=125)
        LoanChange.objects.create(agency_id=plan.agency_id, loan=loan, year=1, repaid_yen=100_000)
        RealValue.objects.create(
            agency_id=plan.agency_id, plan=plan, account="receivables", adjustment_yen=-100, reason="回収不能"
        )
    make_cash(plan, APRIL, CashItem.COLLECTED, 10_000_000)
    make_cash(plan, APRIL, CashItem.PAID_PURCHASES, 55_000_000)


@pytest.mark.parametrize("part", PARTS)
def test_a_case_without_a_plan_leads_to_the_tab(case: Case, consultant: Member, part: str) -> None:
    answer = sign_in(consultant).get(url_of(case, part))
    assert answer.status_code == 302
    assert answer["Location"] == f"/cases/{case.number}/plan/"


@pytest.mark.parametrize("part", PARTS)
def test_an_empty_plan_is_shown(case: Case, consultant: Member, viewer: Member, part: str) -> None:
    make_plan(case)
    page = sign_in(consultant).get(url_of(case, part))
    assert page.status_code == 200
    read = sign_in(viewer).get(url_of(case, part))
    assert read.status_code == 200
    assert "保存する</button>" not in read.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_a_filled_plan_is_shown(case: Case, consultant: Member, viewer: Member, part: str) -> None:
    plan = make_plan(case)
    fill(plan)
    assert sign_in(consultant).get(url_of(case, part)).status_code == 200
    assert sign_in(viewer).get(url_of(case, part)).status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_an_approved_plan_has_no_form(case: Case, consultant: Member, part: str) -> None:
    fill(make_plan(case, state=PlanState.APPROVED))
    page = sign_in(consultant).get(url_of(case, part)).content.decode()
    assert "承認済" in page
    assert 'name="version"' not in page


@pytest.mark.parametrize("part", PARTS)
def test_more_rows_need_no_more_queries(
    case: Case, consultant: Member, part: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill(make_plan(case), count=8)
    browser = sign_in(consultant)
    browser.get(url_of(case, part))
    with django_assert_max_num_queries(24):
        browser.get(url_of(case, part))


def test_the_kinds_of_parties_are_those_of_the_picture() -> None:
    assert {kind.value for kind in NodeKind} == {
        *("supplier", "subcontractor", "function", "customer", "end_customer", "competitor")
    }
