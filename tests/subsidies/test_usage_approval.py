"""The approval of a usage application: who may, when, what is frozen, and what the trail says."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cases.enums import CaseStage, LegalForm, SchemeFrame
from cases.models import Case, CaseStep, Enterprise, Lender, PastUse
from cases.services.cases import CaseRefused
from cases.services.locking import EditedMeanwhile
from subsidies.enums import ApplicationState, CostCategory, ReturnCause, SubmissionMethod
from subsidies.models import Application, CostLine
from subsidies.packets.content import content_of
from subsidies.selectors import assessment_of
from subsidies.selectors.estimate.cost_sheet import application_of
from subsidies.selectors.filing.readiness import readiness_of
from subsidies.services.filing.approval import (
    Approval,
    ApprovalRefused,
    FiguresChanged,
    decision_hash,
    reopen,
    request_approval,
    send_back,
)
from subsidies.services.filing.approval import approve as approve_application
from subsidies.services.filing.council import Complaint, CouncilRefused, Submission, record_return
from subsidies.services.filing.council import submit as submit_application
from subsidies.workflow import StepRefused
from tests.builders import make_cost_line, make_member, make_ready_case
from tests.casework import answer_returns, pass_gate, shown_of
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.documents.payload import content_hash

NOW = datetime(2025, 5, 1, 3, 0, tzinfo=UTC)
TODAY = date(2025, 5, 1)


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_ready_case(consultant)


def ask(case: Case, actor: Member, *, version: int = 1, note: str = "") -> Application:
    return request_approval(case_id=case.pk, actor=actor, version=version, note=note, now=NOW)


def shown(case: Case, **words: str) -> Approval:
    fresh = application_of(Case.objects.select_related("enterprise").get(pk=case.pk))
    return Approval(shown_sha256=decision_hash(fresh, content_of(fresh)), **words)


def approve(case: Case, actor: Member, **words: str) -> Application:
    return approve_application(case_id=case.pk, actor=actor, approval=shown(case, **words), now=NOW, prepared_on=TODAY)


def newest() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


def submit(case: Case, actor: Member, *, day: date = TODAY) -> Case:
    pass_gate(application_of(case), today=day)
    submission = Submission(submitted_on=day, method=SubmissionMethod.POST, receipt_number="R7-12")
    submit_application(case_id=case.pk, actor=actor, submission=submission, today=TODAY)
    return Case.objects.get(pk=case.pk)


def test_a_request_fixes_the_figures(case: Case, consultant: Member) -> None:
    application = ask(case, consultant, note="急ぎです")
    case.refresh_from_db()
    assert application.state == ApplicationState.REQUESTED
    assert case.costs_locked
    event = newest()
    assert (event.verb, event.reason, event.object_type) == (Verb.APPROVAL_REQUESTED, "急ぎです", "case")
    assert event.changes["利用申請: 状態"] == ["準備中", "承認待ち"]
    with pytest.raises(StepRefused, match="「承認待ち」"):
        ask(case, consultant, version=2)


def test_approval_freezes_what_the_rules_gave_and_what_the_forms_print(
    case: Case, consultant: Member, manager: Member
) -> None:
    ask(case, consultant)
    application = approve(case, manager, note="確認済み")
    application.refresh_from_db()
    assert application.state == ApplicationState.APPROVED
    assert application.assessment["totals"] == {"cost": 3_150_000, "subsidy": 2_100_000, "own_burden": 1_050_000}
    assert application.assessment_sha256 == content_hash(application.assessment)
    case.refresh_from_db()
    assert application.assessment_sha256 == content_hash(assessment_of(case).as_dict())
    assert application.payload["total"]["subsidy_yen"] == 2_100_000
    assert application.payload["prepared_on"] == "2025-05-01"
    assert case.costs_locked
    assert not application.is_self_approved
    assert (newest().verb, newest().reason) == (Verb.APPROVED, "確認済み")


def test_only_a_manager_approves(case: Case, consultant: Member, admin: Member, viewer: Member) -> None:
    ask(case, consultant)
    for actor in (consultant, admin, viewer):
        with pytest.raises(NotAllowed):
            approve(case, actor)
        with pytest.raises(NotAllowed):
            send_back(case_id=case.pk, actor=actor, comment="直してください", now=NOW, shown_sha256="")


def test_nobody_approves_their_own_request(case: Case, manager: Member) -> None:
    ask(case, manager)
    with pytest.raises(NotAllowed, match="本人は承認できません"):
        approve(case, manager)
    assert Application.objects.get(case=case).state == ApplicationState.REQUESTED


def test_an_office_of_one_may_approve_itself_and_says_so(case: Case, manager: Member) -> None:
    Agency.objects.filter(pk=case.agency_id).update(self_approval_allowed=True)
    manager.agency.refresh_from_db()
    ask(case, manager)
    application = approve(case, manager)
    assert application.is_self_approved
    assert newest().verb == Verb.SELF_APPROVED


def test_a_second_manager_is_no_self_approval_even_where_it_is_allowed(
    case: Case, manager: Member, consultant: Member
) -> None:
    Agency.objects.filter(pk=case.agency_id).update(self_approval_allowed=True)
    manager.agency.refresh_from_db()
    ask(case, consultant)
    assert not approve(case, manager).is_self_approved


def test_sending_back_needs_a_comment_opens_the_costs_and_keeps_the_figures(
    case: Case, consultant: Member, manager: Member
) -> None:
    ask(case, consultant)
    with pytest.raises(ApprovalRefused, match="差し戻す理由"):
        send_back(case_id=case.pk, actor=manager, comment=" \n", now=NOW, shown_sha256=shown_of(case))
    with pytest.raises(FiguresChanged, match="今の金額と申請内容を確かめてから、差し戻してください"):
        send_back(case_id=case.pk, actor=manager, comment="単価を確認", now=NOW, shown_sha256="0" * 64)
    application = send_back(case_id=case.pk, actor=manager, comment="単価を確認", now=NOW, shown_sha256=shown_of(case))
    case.refresh_from_db()
    assert application.state == ApplicationState.SENT_BACK
    assert application.assessment["totals"]["subsidy"] == 2_100_000
    assert not case.costs_locked
    assert (newest().verb, newest().reason) == (Verb.SENT_BACK, "単価を確認")
    assert ask(case, consultant, version=application.version).state == ApplicationState.REQUESTED


def test_errors_of_the_rules_need_a_written_exception(case: Case, consultant: Member, manager: Member) -> None:
    make_cost_line(case, gross_yen=1, work="1円の超過")  # 3,000,001 > 3,000,000
    ask(case, consultant)
    with pytest.raises(ApprovalRefused, match="例外が1件"):
        approve(case, manager, override_reason="  ")
    application = approve(case, manager, override_reason="協議会の了解済み")
    assert application.override_reason == "協議会の了解済み"
    assert newest().reason == "協議会の了解済み"


def test_an_exception_reason_without_an_exception_is_not_kept(case: Case, consultant: Member, manager: Member) -> None:
    ask(case, consultant)
    assert approve(case, manager, override_reason="念のため").override_reason == ""


def test_figures_that_moved_under_the_approver_are_refused(case: Case, consultant: Member, manager: Member) -> None:
    ask(case, consultant)
    seen = shown(case)
    PastUse.objects.create(
        agency_id=case.agency_id,
        enterprise=case.enterprise,
        frame=SchemeFrame.NORMAL,
        category=CostCategory.NEGOTIATION,
        paid_yen=60_000,
    )
    Case.objects.filter(pk=case.pk).update(repeat_use_reason="原因が前回と異なる")
    with pytest.raises(FiguresChanged):
        approve_application(case_id=case.pk, actor=manager, approval=seen, now=NOW, prepared_on=TODAY)
    # cap 100,000 − 60,000
    assert approve(case, manager).assessment["totals"]["subsidy"] == 2_040_000


@pytest.mark.parametrize("changed", ["address", "lender"])
def test_what_the_forms_print_cannot_change_behind_the_approver_either(
    case: Case, consultant: Member, manager: Member, changed: str
) -> None:
    ask(case, consultant)
    seen = shown(case)
    if changed == "address":
        Enterprise.objects.filter(pk=case.enterprise_id).update(address="宮城県塩竈市港町1-1")
    else:
        Lender.objects.filter(enterprise=case.enterprise).update(balance_yen=1)
    with pytest.raises(FiguresChanged, match="内容が変わりました"):
        approve_application(case_id=case.pk, actor=manager, approval=seen, now=NOW, prepared_on=TODAY)
    assert approve(case, manager).state == ApplicationState.APPROVED


def test_a_request_on_a_sheet_that_changed_is_refused(case: Case, consultant: Member) -> None:
    with pytest.raises(EditedMeanwhile):
        ask(case, consultant, version=2)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("no_lines", "費用明細が1件もありません"),
        ("no_lenders", "金融機関が登録されていません"),
        ("excluded_form", "学校法人は"),
        ("consultation", "「相談」の段階"),
        ("closed", "制度の版がありません"),
        ("loose_line", "「回のない報告」に伴走支援の回が選ばれていません"),
        ("early_period", "適用基準日 2027-01-01 より前"),
        ("reuse", "「再度利用の理由」が未入力"),
    ],
)
def test_what_is_missing_keeps_the_approval_from_being_asked_for(
    case: Case, consultant: Member, spoil: str, words: str
) -> None:
    cases = Case.objects.filter(pk=case.pk)
    if spoil == "no_lines":
        CostLine.objects.filter(case=case).delete()
    elif spoil == "no_lenders":
        Lender.objects.filter(enterprise=case.enterprise).delete()
    elif spoil == "excluded_form":
        Enterprise.objects.filter(pk=case.enterprise_id).update(legal_form=LegalForm.SCHOOL)
    elif spoil == "consultation":
        cases.update(stage=CaseStage.CONSULTATION)
    elif spoil == "closed":
        cases.update(planned_accepted_on="2012-01-01")
    elif spoil == "loose_line":
        make_cost_line(case, category=CostCategory.MONITORING, gross_yen=1, work="回のない報告")
    elif spoil == "early_period":
        cases.update(planned_accepted_on="2027-01-01")
    else:
        PastUse.objects.create(
            agency_id=case.agency_id, enterprise=case.enterprise, frame="normal", category="planning", paid_yen=1
        )
    with pytest.raises(ApprovalRefused, match=words):
        ask(case, consultant)
    assert not Case.objects.get(pk=case.pk).costs_locked


def test_advice_does_not_block(case: Case) -> None:
    readiness = readiness_of(case)
    assert not readiness.blocking
    assert not readiness.exceptions
    assert [point.label for point in readiness.points if not point.is_met] == ["申請の理由"]


def test_a_request_is_taken_back_by_its_author_or_a_manager_with_a_reason(
    case: Case, consultant: Member, manager: Member, agency: Agency
) -> None:
    colleague = make_member(agency)
    Case.objects.filter(pk=case.pk).update(consultant=colleague)
    ask(case, manager)
    with pytest.raises(ApprovalRefused, match="依頼した本人か管理者"):
        reopen(case_id=case.pk, actor=colleague, reason="直したい")
    with pytest.raises(ApprovalRefused, match="取り消す理由"):
        reopen(case_id=case.pk, actor=manager, reason="")
    application = reopen(case_id=case.pk, actor=manager, reason="直したい")
    assert application.state == ApplicationState.PREPARING
    assert not Case.objects.get(pk=case.pk).costs_locked
    assert (newest().verb, newest().reason) == (Verb.REQUEST_WITHDRAWN, "直したい")
    with pytest.raises(ApprovalRefused, match="取り消す依頼や承認がありません"):
        reopen(case_id=case.pk, actor=manager, reason="もう一度")
    assert consultant.pk != colleague.pk


def test_an_approval_is_taken_back_by_a_manager_until_it_is_submitted(
    case: Case, consultant: Member, manager: Member
) -> None:
    ask(case, consultant)
    approve(case, manager)
    with pytest.raises(ApprovalRefused, match="管理者に依頼"):
        reopen(case_id=case.pk, actor=consultant, reason="直したい")
    application = reopen(case_id=case.pk, actor=manager, reason="金額の誤り")
    assert (application.state, application.payload, application.decided_by) == (ApplicationState.PREPARING, None, None)
    assert newest().verb == Verb.APPROVAL_CANCELLED
    ask(case, consultant, version=application.version)
    approve(case, manager)
    submit(case, consultant)
    with pytest.raises(ApprovalRefused, match="協議会に提出した後"):
        reopen(case_id=case.pk, actor=manager, reason="遅すぎる")


def test_only_an_approved_application_is_submitted(case: Case, consultant: Member, manager: Member) -> None:
    with pytest.raises(StepRefused, match="「準備中」です。「提出を記録」は「承認済」"):
        submit(case, consultant)
    ask(case, consultant)
    with pytest.raises(StepRefused, match="「承認待ち」です"):
        submit(case, consultant)
    approve(case, manager)
    moved = submit(case, consultant)
    assert (moved.stage, moved.usage_applied_on) == (CaseStage.APPLIED, TODAY)
    step = CaseStep.objects.get(case=case)
    assert step.reason == "提出方法: 郵送。受付番号 R7-12"
    with pytest.raises(StepRefused, match="「提出済」です"):
        submit(case, consultant)


def test_the_day_of_submission_is_neither_tomorrow_nor_before_the_consultation(
    case: Case, consultant: Member, manager: Member
) -> None:
    ask(case, consultant)
    approve(case, manager)
    with pytest.raises(CouncilRefused, match="2025-05-02 は、今日 2025-05-01 より後"):
        submit(case, consultant, day=date(2025, 5, 2))
    with pytest.raises(CaseRefused, match="初回相談日"):
        submit(case, consultant, day=date(2025, 3, 31))


def test_an_application_that_the_council_returned_is_submitted_again(
    case: Case, consultant: Member, manager: Member
) -> None:
    ask(case, consultant)
    approve(case, manager)
    submit(case, consultant)
    complaint = Complaint(cause=ReturnCause.MISSING, document="登記簿", comment="原本がありません。")
    application = record_return(
        case_id=case.pk, actor=consultant, returned_on=TODAY, complaints=[complaint], today=TODAY
    )
    assert (application.state, application.returned_count) == (ApplicationState.RETURNED, 1)
    assert not Case.objects.get(pk=case.pk).costs_locked
    answer_returns(case, consultant)
    ask(case, consultant, version=application.version)
    approve(case, manager)
    assert submit(case, consultant).stage == CaseStage.APPLIED


def test_another_agency_finds_no_case(case: Case, outsider: Member) -> None:
    with pytest.raises(Case.DoesNotExist):
        ask(case, outsider)
    with pytest.raises(Case.DoesNotExist):
        approve(case, outsider)
    assert outsider.has_role(Role.MANAGER)
