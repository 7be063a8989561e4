"""Two people at one issue or measure: nobody overwrites or removes what was not shown."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Case, Issue, Measure, MeasureEffect, Plan
from tests.builders import make_case
from tests.cases.plans.making import make_issue, make_measure, make_plan
from tests.cases.plans.test_pages import sent, url, words
from tests.conftest import sign_in
from vapup.accounts.models import Member


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.fixture
def desk(consultant: Member) -> Client:
    return sign_in(consultant)


@pytest.fixture
def other(manager: Member) -> Client:
    return sign_in(manager)


@pytest.fixture
def plan(case: Case) -> Plan:
    return make_plan(case)


def yen_of(measure: Measure) -> dict[tuple[str, int], int]:
    return {(one.account, one.year): one.yen for one in MeasureEffect.objects.filter(measure=measure)}


def test_a_late_save_of_a_measure_shows_the_other_amounts_first(
    case: Case, plan: Plan, desk: Client, other: Client
) -> None:
    measure = make_measure(make_issue(plan), sales_1=3_000_000)
    page = desk.get(url(case, "_measure", measure.pk))
    theirs = other.get(url(case, "_measure", measure.pk))
    more = {"line-0-1": "5,000,000", "line-1-account": "freight", "line-1-2": "△200,000"}
    assert other.post(url(case, "_measure", measure.pk), sent(theirs, **more)).status_code == 302

    late = desk.post(url(case, "_measure", measure.pk), sent(page))
    assert late.status_code == 409
    assert "保存されている内容と同じです" not in words(late)
    assert "効果 売上高 1年目 5,000,000 3,000,000" in words(late)
    assert "効果 荷造運賃・販売手数料 2年目 △200,000 (空欄)" in words(late)
    assert "最後に保存したのは" in words(late)
    assert yen_of(measure) == {("sales", 1): 5_000_000, ("freight", 2): -200_000}

    assert desk.post(url(case, "_measure", measure.pk), sent(late)).status_code == 302
    assert yen_of(measure) == {("sales", 1): 3_000_000}


def test_a_removal_takes_only_the_measures_that_were_shown(case: Case, plan: Plan, desk: Client, other: Client) -> None:
    issue = make_issue(plan)
    make_measure(issue, "値上げ", sales_1=1)
    page = desk.get(url(case, "_issue_remove", issue.pk))
    assert "その施策1件「値上げ」を削除します" in words(page)
    entered = {"title": "配送の集約", "owner": "部長", "starts_on": "R7.4.1", "due_on": "R7.9.30"}
    assert other.post(url(case, "_measure_new", issue.pk), entered).status_code == 302

    late = desk.post(url(case, "_issue_remove", issue.pk), sent(page))
    assert late.status_code == 409
    assert "その施策2件「値上げ」「配送の集約」を削除します" in words(late)
    assert "もう一度「削除する」を押してください" in words(late)
    assert "あなたの入力" not in words(late)
    assert Measure.objects.filter(issue=issue).count() == 2

    assert desk.post(url(case, "_issue_remove", issue.pk), sent(late)).status_code == 302
    assert (Issue.objects.count(), Measure.objects.count()) == (0, 0)


def test_an_effect_that_came_meanwhile_stops_the_removal_too(
    case: Case, plan: Plan, desk: Client, other: Client
) -> None:
    issue = make_issue(plan)
    measure = make_measure(issue)
    pages = [
        desk.get(url(case, name, pk)) for name, pk in (("_issue_remove", issue.pk), ("_measure_remove", measure.pk))
    ]
    theirs = other.get(url(case, "_measure", measure.pk))
    other.post(url(case, "_measure", measure.pk), sent(theirs, **{"line-0-account": "sales", "line-0-1": "9"}))
    for page, name, pk in zip(pages, ("_issue_remove", "_measure_remove"), (issue.pk, measure.pk), strict=True):
        assert desk.post(url(case, name, pk), sent(page)).status_code == 409
    assert yen_of(measure) == {("sales", 1): 9}
