"""Applications of a case: begun where the stage allows it, written, given up, returned item by item, and paid."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from cases.enums import CaseAction, CaseStage
from cases.models import Case, CaseStep
from cases.services.locking import EditedMeanwhile
from cases.services.procedure import advance_case
from subsidies.enums import ApplicationKind, ApplicationState, ReturnCause, SubmissionMethod
from subsidies.models import Application, GateOverride, ReturnItem
from subsidies.services.filing import council
from subsidies.services.filing.applications import (
    ApplicationKey,
    ApplicationRefused,
    Beginning,
    begin_application,
    cancel_application,
    edit_letter,
)
from subsidies.services.filing.gate import GateClosed
from subsidies.services.filing.receipts import ReceiptRefused
from subsidies.workflow import StepRefused
from tests.builders import make_period, make_ready_case
from tests.casework import DAY, NOW, application_at, approve_application, reach_planning, submit_application
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

pytestmark = pytest.mark.django_db
CHANGE = ApplicationKey(ApplicationKind.CHANGE)
WITHDRAWAL = ApplicationKey(ApplicationKind.WITHDRAWAL)
TEXTS = {"subject": "伴走支援の回数の変更", "explanation": "年4回を年2回に改める。金融機関の了解済み。"}
LATER = date(2025, 6, 2)


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_ready_case(consultant)


@pytest.fixture
def planned(case: Case, consultant: Member, manager: Member) -> Case:
    reach_planning(case, consultant, manager, day=DAY)
    case.refresh_from_db()
    return case


def begin(case: Case, actor: Member, kind: ApplicationKind, **more: Any) -> Application:
    return begin_application(actor=actor, case_id=case.pk, beginning=Beginning(kind=kind, **more))


def complain(*causes: ReturnCause) -> list[council.Complaint]:
    return [council.Complaint(cause=one, document="別紙1-3", comment=f"{one.label}です。") for one in causes]


def newest() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


def test_what_is_recorded_of_the_usage_application_moves_its_case(planned: Case) -> None:
    application = application_at(planned)
    assert (application.state, planned.stage) == (ApplicationState.DECIDED, CaseStage.PLANNING)
    assert (application.submitted_on, application.accepted_on, application.decided_on) == (DAY, DAY, DAY)
    assert (planned.usage_applied_on, planned.usage_accepted_on, planned.usage_decided_on) == (DAY, DAY, DAY)
    assert planned.accepted_on == DAY  # from now on it picks rules and forms
    assert application.receipt_number == "R7-1"
    steps = CaseStep.objects.filter(case=planned).order_by("pk").values_list("action", flat=True)
    assert list(steps) == [CaseAction.SUBMIT_USAGE, CaseAction.RECORD_ACCEPTANCE, CaseAction.RECORD_DECISION]


def test_a_change_notice_is_begun_written_approved_and_accepted(
    planned: Case, consultant: Member, manager: Member
) -> None:
    begun = begin(planned, consultant, ApplicationKind.CHANGE)
    assert (begun.name, begun.state) == ("変更の届出(第1回)", ApplicationState.PREPARING)
    assert newest().changes["変更の届出(第1回): 状態"] == [None, "準備中"]
    edit_letter(actor=consultant, case_id=planned.pk, key=CHANGE, version=1, texts=TEXTS)
    submit_application(planned, consultant, manager, key=CHANGE, day=DAY)
    council.record_acceptance(
        case_id=planned.pk, actor=consultant, accepted_on=LATER, receipt_number="", today=LATER, key=CHANGE
    )
    stored = application_at(planned, CHANGE)
    assert stored.state == ApplicationState.ACCEPTED
    assert stored.payload["subject"] == TEXTS["subject"]
    assert Case.objects.get(pk=planned.pk).stage == CaseStage.PLANNING  # a notice moves nothing
    assert begin(planned, consultant, ApplicationKind.CHANGE).number == 2


def test_a_letter_that_says_nothing_is_not_asked_for(planned: Case, consultant: Member, manager: Member) -> None:
    begin(planned, consultant, ApplicationKind.CHANGE)
    with pytest.raises(Exception, match="「件名」が未入力です。\n・内容と理由: 「内容と理由」が未入力です。"):
        approve_application(planned, consultant, manager, key=CHANGE)


def test_two_people_write_one_letter_and_the_second_is_told(planned: Case, consultant: Member, manager: Member) -> None:
    begin(planned, consultant, ApplicationKind.CHANGE)
    edit_letter(actor=consultant, case_id=planned.pk, key=CHANGE, version=1, texts=TEXTS)
    with pytest.raises(EditedMeanwhile, match="「変更の届出\\(第1回\\)」を変更しました"):
        edit_letter(actor=manager, case_id=planned.pk, key=CHANGE, version=1, texts=TEXTS)
    approve_application(planned, consultant, manager, key=CHANGE)
    with pytest.raises(ApplicationRefused, match="「承認済」です。内容を変更できるのは"):
        edit_letter(actor=manager, case_id=planned.pk, key=CHANGE, version=4, texts=TEXTS)


def test_an_application_that_was_given_up_is_taken_up_again(planned: Case, consultant: Member) -> None:
    begin(planned, consultant, ApplicationKind.PLAN_CLAIM)
    key = ApplicationKey(ApplicationKind.PLAN_CLAIM)
    with pytest.raises(StepRefused, match="取りやめる理由"):
        cancel_application(actor=consultant, case_id=planned.pk, key=key, reason=" ")
    given_up = cancel_application(actor=consultant, case_id=planned.pk, key=key, reason="計画を作り直す")
    assert (given_up.state, newest().reason) == (ApplicationState.CANCELLED, "計画を作り直す")
    again = begin(planned, consultant, ApplicationKind.PLAN_CLAIM)
    assert (again.pk, again.state) == (given_up.pk, ApplicationState.PREPARING)
    with pytest.raises(ApplicationRefused, match="「支払申請\\(計画策定\\)」がすでにあります"):
        begin(planned, consultant, ApplicationKind.PLAN_CLAIM)


def test_the_usage_application_is_never_given_up(planned: Case, consultant: Member) -> None:
    with pytest.raises(StepRefused, match="「利用申請」には「取りやめる」の手続きがありません"):
        cancel_application(
            actor=consultant, case_id=planned.pk, key=ApplicationKey(ApplicationKind.USAGE), reason="中止"
        )


def test_each_period_has_one_claim_numbered_by_its_place(planned: Case, consultant: Member) -> None:
    periods = [make_period(planned), make_period(planned, ends_on=date(2027, 3, 31))]
    Case.objects.filter(pk=planned.pk).update(stage=CaseStage.MONITORING)
    ordinals = list(planned.monitoring_periods.values_list("pk", flat=True))
    for period in reversed(periods):
        begun = begin(planned, consultant, ApplicationKind.MONITORING_CLAIM, period_id=period.pk)
        assert (begun.period_id, begun.number) == (period.pk, ordinals.index(period.pk) + 1)
    with pytest.raises(ApplicationRefused, match="がすでにあります"):
        begin(planned, consultant, ApplicationKind.MONITORING_CLAIM, period_id=periods[0].pk)
    with pytest.raises(ApplicationRefused, match="対象期間を選んでください"):
        begin(planned, consultant, ApplicationKind.MONITORING_CLAIM)


def test_negotiation_is_claimed_only_where_the_release_was_sought(planned: Case, consultant: Member) -> None:
    Case.objects.filter(pk=planned.pk).update(stage=CaseStage.MONITORING, seeks_guarantee_release=False)
    with pytest.raises(ApplicationRefused, match="「経営者保証の解除を目指す」としていない"):
        begin(planned, consultant, ApplicationKind.NEGOTIATION_CLAIM)
    Case.objects.filter(pk=planned.pk).update(seeks_guarantee_release=True)
    assert begin(planned, consultant, ApplicationKind.NEGOTIATION_CLAIM).number == 1


def test_a_case_too_early_for_a_claim_says_when(case: Case, consultant: Member) -> None:
    with pytest.raises(StepRefused, match="「利用申請準備」の段階です。「支払申請\\(計画策定\\)」を準備できるのは"):
        begin(case, consultant, ApplicationKind.PLAN_CLAIM)


def test_a_return_is_kept_item_by_item_counted_and_answered(case: Case, consultant: Member, manager: Member) -> None:
    submit_application(case, consultant, manager, day=DAY)
    causes = (ReturnCause.AMOUNT, ReturnCause.MISSING)
    returned = council.record_return(
        case_id=case.pk, actor=consultant, returned_on=LATER, complaints=complain(*causes), today=LATER
    )
    case.refresh_from_db()
    assert (returned.state, returned.returned_count) == (ApplicationState.RETURNED, 1)
    assert (case.stage, case.returned_count, case.costs_locked) == (CaseStage.USAGE_RETURNED, 1, False)
    items = list(ReturnItem.objects.filter(application=returned))
    assert [(one.round, one.cause) for one in items] == [(1, ReturnCause.AMOUNT), (1, ReturnCause.MISSING)]
    answered = council.answer_item(
        case_id=case.pk, actor=consultant, item_id=items[0].pk, answer="見積書を差し替えた。", now=NOW
    )
    assert (answered.answered_by, answered.answered_at) == (consultant, NOW)
    assert newest().changes["利用申請の差戻し「金額の不一致 別紙1-3」: 対応の内容"] == ["", "見積書を差し替えた。"]


def test_the_second_submission_needs_a_new_approval_and_a_new_gate(
    case: Case, consultant: Member, manager: Member
) -> None:
    submit_application(case, consultant, manager, day=DAY)
    first = GateOverride.objects.count()
    council.record_return(
        case_id=case.pk, actor=consultant, returned_on=DAY, complaints=complain(ReturnCause.SEAL), today=DAY
    )
    submission = council.Submission(submitted_on=DAY, method=SubmissionMethod.COUNTER)
    with pytest.raises(StepRefused, match="「差戻し」です。「提出を記録」は「承認済」"):
        council.submit(case_id=case.pk, actor=consultant, submission=submission, today=DAY)
    approve_application(case, consultant, manager)
    with pytest.raises(GateClosed, match="提出前の確認で"):  # what a manager let pass counted for the first round
        council.submit(case_id=case.pk, actor=consultant, submission=submission, today=DAY)
    assert GateOverride.objects.count() == first
    assert Case.objects.get(pk=case.pk).stage == CaseStage.USAGE_RETURNED


def test_a_return_without_anything_wrong_is_no_return(case: Case, consultant: Member, manager: Member) -> None:
    submit_application(case, consultant, manager, day=DAY)
    with pytest.raises(StepRefused, match="差戻しの項目を一つ以上"):
        council.record_return(case_id=case.pk, actor=consultant, returned_on=DAY, complaints=[], today=DAY)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 4, 30), "利用申請の受理日 2025-04-30 は、提出日 2025-05-01 より前です。"),
        (date(2025, 6, 3), "利用申請の受理日 2025-06-03 は、今日 2025-06-02 より後です。"),
    ],
)
def test_the_day_of_an_answer_lies_after_the_submission_and_not_ahead(
    case: Case, consultant: Member, manager: Member, day: date, words: str
) -> None:
    submit_application(case, consultant, manager, day=DAY)
    with pytest.raises(council.CouncilRefused, match=words):
        council.record_acceptance(case_id=case.pk, actor=consultant, accepted_on=day, receipt_number="", today=LATER)


def test_a_refusal_ends_the_case_and_needs_its_reason(case: Case, consultant: Member, manager: Member) -> None:
    submit_application(case, consultant, manager, day=DAY)
    with pytest.raises(StepRefused, match="不受理の理由"):
        council.record_refusal(case_id=case.pk, actor=consultant, refused_on=DAY, reason="", today=DAY)
    refused = council.record_refusal(
        case_id=case.pk, actor=consultant, refused_on=DAY, reason="対象外の法人", today=DAY
    )
    assert (refused.state, Case.objects.get(pk=case.pk).stage) == (ApplicationState.REFUSED, CaseStage.REJECTED)


def test_an_accepted_withdrawal_ends_the_case_with_its_explanation(
    planned: Case, consultant: Member, manager: Member
) -> None:
    begin(planned, consultant, ApplicationKind.WITHDRAWAL, subject="利用申請の取下げ", explanation="廃業のため")
    submit_application(planned, consultant, manager, key=WITHDRAWAL, day=DAY)
    assert Case.objects.get(pk=planned.pk).stage == CaseStage.PLANNING  # the council has not answered yet
    council.record_acceptance(
        case_id=planned.pk, actor=consultant, accepted_on=DAY, receipt_number="", today=DAY, key=WITHDRAWAL
    )
    assert Case.objects.get(pk=planned.pk).stage == CaseStage.WITHDRAWN
    assert CaseStep.objects.filter(case=planned).latest("pk").reason == "廃業のため"


def test_a_payment_is_what_was_decided(planned: Case, consultant: Member) -> None:
    key = ApplicationKey(ApplicationKind.PLAN_CLAIM)
    begun = begin(planned, consultant, ApplicationKind.PLAN_CLAIM)
    Application.objects.filter(pk=begun.pk).update(
        state=ApplicationState.DECIDED, submitted_on=DAY, decided_on=LATER, decided_yen=1_000_000
    )
    Case.objects.filter(pk=planned.pk).update(stage=CaseStage.PLAN_DECIDED)
    pay = partial(council.record_payment, case_id=planned.pk, actor=consultant, today=LATER, key=key)
    with pytest.raises(ReceiptRefused, match="入金額 999,999円は、決定額 1,000,000円より 1円 少ない額です"):
        pay(paid_on=LATER, paid_yen=999_999)
    with pytest.raises(council.CouncilRefused, match="入金日 2025-05-30 は、決定日 2025-06-02 より前"):
        pay(paid_on=date(2025, 5, 30), paid_yen=1_000_000)
    paid = pay(paid_on=LATER, paid_yen=1_000_000)
    assert (paid.state, paid.paid_yen) == (ApplicationState.PAID, 1_000_000)
    assert Case.objects.get(pk=planned.pk).stage == CaseStage.MONITORING


def test_who_only_reads_records_nothing(planned: Case, viewer: Member, admin: Member, outsider: Member) -> None:
    for actor in (viewer, admin):
        with pytest.raises(NotAllowed):
            begin(planned, actor, ApplicationKind.CHANGE)
    with pytest.raises(Case.DoesNotExist):
        begin(planned, outsider, ApplicationKind.CHANGE)
    assert newest().verb != Verb.CREATED


def test_the_agreement_is_recorded_on_the_case_itself(planned: Case, consultant: Member) -> None:
    moved = advance_case(actor=consultant, case_id=planned.pk, action=CaseAction.RECORD_AGREEMENT, occurred_on=LATER)
    assert moved.stage == CaseStage.AGREED
