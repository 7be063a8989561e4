"""The end of a case and its applications: none is closed on an unpaid claim, nothing impossible is offered."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models import Case, CaseStep
from cases.selectors.overview import offered_actions, procedure_tasks
from cases.services.cases import CaseRefused
from cases.services.procedure import advance_case
from cases.workflow import OPEN_STAGES, TRANSITIONS
from subsidies.enums import ApplicationAction, ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.services.filing import council
from subsidies.services.filing.applications import ApplicationKey, Beginning, begin_application, cancel_application
from subsidies.services.filing.approval import ApprovalRefused, reopen, request_approval
from subsidies.views.filing.buttons import buttons_of, waits_for
from subsidies.workflow import Placed, StepRefused, case_action, is_possible
from tests.builders import make_ready_case
from tests.casework import DAY, NOW, application_at, reach_planning
from tests.conftest import sign_in
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

A, G, K, S = ApplicationAction, CaseStage, ApplicationKind, ApplicationState
PLAN_CLAIM = ApplicationKey(K.PLAN_CLAIM)
CHANGE = ApplicationKey(K.CHANGE)
LATER = date(2025, 6, 2)
ENDS = sorted(set(CaseStage) - OPEN_STAGES)


@pytest.fixture
def case(consultant: Member, manager: Member) -> Case:
    made = make_ready_case(consultant)
    reach_planning(made, consultant, manager, day=DAY)
    made.refresh_from_db()
    return made


def claim_in(case: Case, actor: Member, state: ApplicationState, stage: CaseStage) -> Application:
    """Put a plan claim into a state, and its case into a stage, past every service."""
    begun = begin_application(actor=actor, case_id=case.pk, beginning=Beginning(kind=K.PLAN_CLAIM))
    sent: dict[str, Any] = {"submitted_on": DAY, "requested_by": actor, "requested_at": NOW}
    Application.objects.filter(pk=begun.pk).update(
        state=state, decided_by=actor, decided_at=NOW, payload={}, assessment={}, assessed=None, **sent
    )
    Case.objects.filter(pk=case.pk).update(stage=stage)
    case.refresh_from_db()
    return application_at(case, PLAN_CLAIM)


def complete(case: Case, actor: Member) -> Case:
    return advance_case(actor=actor, case_id=case.pk, action=CaseAction.COMPLETE, occurred_on=LATER)


def labels(member: Member, application: Application) -> list[str]:
    return [one.label for one in buttons_of(member, application, is_ready=True)]


# --- a case with an unpaid claim is not completed --------------------------------------------------------------


@pytest.mark.parametrize("state", [S.SUBMITTED, S.ACCEPTED, S.DECIDED])
@pytest.mark.parametrize("stage", [G.PLAN_DECIDED, G.MONITORING])
def test_a_case_is_not_completed_while_a_claim_is_unpaid(
    case: Case, consultant: Member, state: ApplicationState, stage: CaseStage
) -> None:
    claim_in(case, consultant, state, stage)
    told = AuditEvent.objects.count()
    words = f"案件 {case.number} を完了にできません。支払申請\\(計画策定\\)は「{state.label}」です。"
    with pytest.raises(CaseRefused, match=words):
        complete(case, consultant)
    case.refresh_from_db()
    assert (case.stage, AuditEvent.objects.count()) == (stage, told)
    offered = [one.label for one in offered_actions(consultant, case)]
    assert CaseAction.COMPLETE.label not in offered
    assert CaseAction.LAPSE.label in offered
    task = next(one for one in procedure_tasks(consultant, case) if one.label == CaseAction.COMPLETE.label)
    assert (task.state, task.url) == ("blocked", "")
    assert "支払申請(計画策定)は「" in task.reason_blocked


def test_the_page_of_the_case_offers_the_end_only_once_everything_is_paid(case: Case, consultant: Member) -> None:
    claim = claim_in(case, consultant, S.DECIDED, G.PLAN_DECIDED)
    browser, page = sign_in(consultant), reverse("cases:detail", args=[case.number])
    address = reverse("cases:advance", args=[case.number, "complete"])
    assert f'href="{address}"' not in browser.get(page).content.decode()
    refused = browser.post(address, {"occurred_on": str(LATER), "reason": ""})
    assert refused.status_code == 422
    assert "入金まで済んでいない支払申請があるため" in refused.content.decode()
    Application.objects.filter(pk=claim.pk).update(state=S.PAID)
    assert f'href="{address}"' in browser.get(page).content.decode()


@pytest.mark.parametrize("state", [S.PREPARING, S.RETURNED, S.PAID, S.CANCELLED])
def test_a_case_is_completed_when_the_council_owes_nothing(
    case: Case, consultant: Member, state: ApplicationState
) -> None:
    claim_in(case, consultant, state, G.PLAN_DECIDED)
    assert complete(case, consultant).stage == G.COMPLETED


def test_a_payment_leads_on_and_then_the_case_is_completed(case: Case, consultant: Member) -> None:
    claim = claim_in(case, consultant, S.DECIDED, G.PLAN_DECIDED)
    Application.objects.filter(pk=claim.pk).update(decided_yen=500_000, decided_on=DAY)
    pay(case, consultant)
    assert Case.objects.get(pk=case.pk).stage == G.MONITORING
    assert complete(case, consultant).stage == G.COMPLETED


# --- after the end ---------------------------------------------------------------------------------------------


def pay(case: Case, actor: Member) -> Application:
    given: dict[str, Any] = {"case_id": case.pk, "actor": actor, "today": LATER, "key": PLAN_CLAIM}
    return council.record_payment(**given, paid_on=LATER, paid_yen=500_000)


@pytest.mark.parametrize("stage", [G.LAPSED, G.WITHDRAWN, G.COMPLETED])
def test_what_the_council_had_before_the_end_is_decided_and_paid(
    case: Case, consultant: Member, stage: CaseStage
) -> None:
    claim = claim_in(case, consultant, S.SUBMITTED, stage)
    steps = CaseStep.objects.count()
    assert labels(consultant, claim) == ["受理を記録する", "決定を記録する", "差戻しを記録する"]
    given: dict[str, Any] = {"case_id": case.pk, "actor": consultant, "today": LATER, "key": PLAN_CLAIM}
    council.record_decision(**given, decided_on=LATER, decided_yen=500_000)
    assert labels(consultant, application_at(case, PLAN_CLAIM)) == ["入金を記録する"]
    paid = pay(case, consultant)
    assert (paid.state, paid.paid_yen) == (S.PAID, 500_000)
    # The case has ended: it stays where it is, and no step is written for what came after.
    assert (Case.objects.get(pk=case.pk).stage, CaseStep.objects.count()) == (stage, steps)


def test_nothing_is_done_with_the_usage_application_of_an_ended_case(case: Case, manager: Member) -> None:
    usage = application_at(case)
    for state, stage in product(S, ENDS):
        usage.state, usage.case.stage = state, stage
        assert labels(manager, usage) == []
        assert waits_for(manager, usage) == ""


@pytest.mark.parametrize("stage", ENDS)
def test_what_would_be_refused_after_the_end_is_not_offered_and_is_refused(
    case: Case, consultant: Member, manager: Member, stage: CaseStage
) -> None:
    begin_application(
        actor=consultant, case_id=case.pk, beginning=Beginning(kind=K.CHANGE, subject="s", explanation="e")
    )
    Case.objects.filter(pk=case.pk).update(stage=stage)
    case.refresh_from_db()
    ids: dict[str, Any] = {"case_id": case.pk, "key": CHANGE}
    change = application_at(case, CHANGE)
    assert labels(consultant, change) == ["この申請を取りやめる"]
    words = f"案件は「{stage.label}」です。終わった案件の変更の届出\\(第1回\\)には「承認を依頼」を行えません"
    with pytest.raises(StepRefused, match=words):
        request_approval(actor=consultant, version=change.version, note="", now=NOW, **ids)
    asked = {"requested_by": consultant, "requested_at": NOW}
    Application.objects.filter(pk=change.pk).update(state=S.REQUESTED, **asked)
    change = application_at(case, CHANGE)
    assert labels(manager, change) == ["差し戻す", "依頼を取り消して修正する"]
    assert waits_for(consultant, change) == ""
    reopen(actor=consultant, reason="案件が終わった", **ids)
    assert cancel_application(actor=consultant, reason="案件が終わった", **ids).state == S.CANCELLED


def test_the_page_of_an_application_says_that_its_case_has_ended(case: Case, consultant: Member) -> None:
    begin_application(actor=consultant, case_id=case.pk, beginning=Beginning(kind=K.CHANGE))
    Case.objects.filter(pk=case.pk).update(stage=G.LAPSED)
    browser: Client = sign_in(consultant)
    change = application_at(case, CHANGE)
    page = browser.get(reverse("subsidies:application", args=[case.number, change.pk])).content.decode()
    assert "案件は「失効」です。この申請を提出することはもうありません。" in page
    usage = browser.get(reverse("subsidies:usage", args=[case.number])).content.decode()
    assert "を記録する" not in usage


@pytest.mark.parametrize("stage", list(CaseStage))
@pytest.mark.parametrize("kind", list(K))
def test_every_act_that_is_offered_leads_somewhere_and_no_case_is_asked_for_a_step_that_it_lacks(
    kind: ApplicationKind, stage: CaseStage
) -> None:
    for frame, state in product(SchemeFrame, S):
        placed = Placed(kind.label, kind, state, stage, frame)
        possible = {one for one in A if is_possible(placed, one)}
        steps = {case_action(kind, one, stage, frame) for one in possible} - {None}
        assert all(stage in TRANSITIONS[step].sources for step in steps if step)
        if stage not in OPEN_STAGES:
            assert not possible & {A.REQUEST, A.APPROVE, A.SUBMIT, A.TAKE_UP}
            assert not (possible and kind is K.USAGE)
        if kind in {K.MONITORING_CLAIM, K.NEGOTIATION_CLAIM} and state is S.DECIDED:
            assert possible == {A.PAY}


# --- given up, and taken up again ------------------------------------------------------------------------------


def test_what_was_given_up_is_taken_up_again_while_its_case_runs(case: Case, consultant: Member) -> None:
    # Of the plan claim there is one only, so that beginning it again takes the old one up.
    begin = Beginning(kind=K.PLAN_CLAIM)
    first = begin_application(actor=consultant, case_id=case.pk, beginning=begin)
    cancel_application(case_id=case.pk, actor=consultant, key=PLAN_CLAIM, reason="まだ早い")
    again = begin_application(actor=consultant, case_id=case.pk, beginning=begin)
    assert (again.pk, again.state) == (first.pk, S.PREPARING)
    assert AuditEvent.objects.latest("pk").changes == {"支払申請(計画策定): 状態": ["取りやめ", "準備中"]}


def test_the_approval_of_an_ended_case_is_refused_to_everybody(case: Case, manager: Member, viewer: Member) -> None:
    Case.objects.filter(pk=case.pk).update(stage=G.LAPSED)
    Application.objects.filter(case=case).update(state=S.REQUESTED, submitted_on=None, requested_by=viewer)
    with pytest.raises(ApprovalRefused, match="案件は「失効」です。終わった案件の利用申請には"):
        reopen(case_id=case.pk, actor=manager, reason="やり直す")
    with pytest.raises(NotAllowed):
        reopen(case_id=case.pk, actor=viewer, reason="やり直す")
