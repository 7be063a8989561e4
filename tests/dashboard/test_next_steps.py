"""The home page's next step of a case that could be completed: what is still open comes first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models import Case
from cases.selectors.objections import objection_to
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.models.applications import IN_THE_OFFICE
from tests.builders import make_case
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.models import Member
from vapup.dashboard.home.own import own_cases
from vapup.dashboard.next_steps import NextStep, before_completion, next_step

pytestmark = pytest.mark.django_db
DAY = date(2025, 5, 7)
A = ApplicationState
MONITORING_CLAIM, PLAN_CLAIM = ApplicationKind.MONITORING_CLAIM, ApplicationKind.PLAN_CLAIM


def monitored(member: Member, *, stage: CaseStage = CaseStage.MONITORING, **values: Any) -> Case:
    """Store a case after its plan was decided."""
    case = make_case(member, **values)
    past = {"usage_applied_on": DAY, "usage_accepted_on": DAY, "usage_decided_on": DAY, "accepted_on": DAY}
    Case.objects.filter(pk=case.pk).update(stage=stage, **past)
    case.refresh_from_db()
    return case


def plan(case: Case, ends_on: date) -> MonitoringPeriod:
    return MonitoringPeriod.objects.create(
        agency_id=case.agency_id, case=case, kind=PeriodKind.REGULAR, starts_on=DAY, ends_on=ends_on
    )


def claim(
    case: Case,
    state: ApplicationState,
    *,
    kind: ApplicationKind = MONITORING_CLAIM,
    period: MonitoringPeriod | None = None,
    number: int = 1,
) -> Application:
    now = clock.now()
    return Application.objects.create(
        agency_id=case.agency_id,
        case=case,
        kind=kind,
        number=number,
        period=period,
        state=state,
        submitted_on=None if state in IN_THE_OFFICE else DAY,
        decided_by=case.consultant if state == A.APPROVED else None,
        requested_by=case.consultant,
        requested_at=now,
        decided_at=now,
        assessment={},
        assessed={},
        payload={},
    )


def next_of(member: Member) -> NextStep:
    (case,) = own_cases(member)
    return next_step(case, "", before_completion(member.agency_id, [case]))


def test_with_everything_paid_the_case_can_be_completed(consultant: Member) -> None:
    case = monitored(consultant)
    claim(case, A.PAID, period=plan(case, date(2026, 3, 31)))
    row = next_of(consultant)
    assert row.label == CaseAction.COMPLETE.label
    assert objection_to(case, CaseAction.COMPLETE) == ""


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (A.SUBMITTED, "協議会の決定を待ち、届いたら記録する"),
        (A.DECIDED, "入金を確かめて記録する"),
        (A.PREPARING, "費用を入力し、承認を依頼する"),
        (A.RETURNED, "差戻しの項目に対応し、もう一度承認を依頼する"),
    ],
)
def test_an_unpaid_claim_comes_before_the_end(consultant: Member, state: ApplicationState, said: str) -> None:
    case = monitored(consultant)
    unpaid = claim(case, state, period=plan(case, date(2026, 3, 31)))
    row = next_of(consultant)
    assert row.label == f"{unpaid.name}: {said}"
    assert row.url == f"/cases/{case.number}/applications/{unpaid.pk}/"
    assert row.is_waiting is (state in {A.SUBMITTED, A.DECIDED})
    assert sign_in(consultant).get(row.url).status_code == 200


def test_the_plan_s_unpaid_claim_counts_too(consultant: Member) -> None:
    bank = monitored(consultant, stage=CaseStage.PLAN_DECIDED, frame=SchemeFrame.VUP_BANK)
    claim(bank, A.DECIDED, kind=PLAN_CLAIM)
    assert objection_to(bank, CaseAction.COMPLETE)
    assert next_of(consultant).label == f"{PLAN_CLAIM.label}: 入金を確かめて記録する"


def test_what_lies_with_the_office_comes_first_and_the_older_one(consultant: Member) -> None:
    case = monitored(consultant)
    periods = [plan(case, date(2026, month, 28)) for month in (2, 4, 6, 8)]
    states = (A.SUBMITTED, A.PREPARING, A.SENT_BACK, A.REFUSED)
    for number, (period, state) in enumerate(zip(periods, states, strict=True), 1):
        claim(case, state, period=period, number=number)
    assert next_of(consultant).label.startswith(f"{MONITORING_CLAIM.label}(第2回): ")


def test_then_the_first_period_that_nothing_was_claimed_for(consultant: Member) -> None:
    case = monitored(consultant)
    first, _second, _third = (plan(case, date(2026, month, 28)) for month in (2, 4, 6))
    claim(case, A.PAID, period=first)
    row = next_of(consultant)
    assert row.label == f"{MONITORING_CLAIM.label}(第2回)を準備する"
    assert row.url == f"/cases/{case.number}/applications/"


def test_a_dead_claim_leaves_its_period_open(consultant: Member) -> None:
    case = monitored(consultant)
    claim(case, A.CANCELLED, period=plan(case, date(2026, 3, 31)))
    assert next_of(consultant).label == f"{MONITORING_CLAIM.label}(第1回)を準備する"


def test_many_cases_cost_two_questions_and_earlier_ones_none(consultant: Member) -> None:
    cases = [monitored(consultant) for _ in range(4)]
    for case in cases:
        claim(case, A.DECIDED, period=plan(case, date(2026, 3, 31)))
    with CaptureQueriesContext(connection) as asked:
        assert set(before_completion(consultant.agency_id, cases)) == {case.pk for case in cases}
    assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        assert before_completion(consultant.agency_id, [make_case(consultant, stage=CaseStage.PREPARING)]) == {}
    assert not [one for one in asked if "subsidies_application" in one["sql"]]


def test_another_agency_s_claims_are_not_asked(consultant: Member, outsider: Member) -> None:
    case = monitored(outsider)
    claim(case, A.DECIDED, period=plan(case, date(2026, 3, 31)))
    assert before_completion(consultant.agency_id, [case]) == {}
