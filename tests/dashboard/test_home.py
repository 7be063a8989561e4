from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.enums import CaseAction, CaseStage
from cases.models import Case, CaseStep
from subsidies.enums import ApplicationKind, ApplicationState, PacketState
from subsidies.models import Application, Packet
from subsidies.models.applications import IN_THE_OFFICE
from tests.builders import make_case, make_cost_line, make_enterprise, make_member
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member


def home(member: Member) -> str:
    answer = sign_in(member).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def apply_for(
    case: Case, state: ApplicationState, *, by: Member, at: datetime | None = None, note: str = ""
) -> Application:
    """Store the application of a case in `state`."""
    now = at or clock.now()
    is_decided = state in {ApplicationState.APPROVED, ApplicationState.SENT_BACK}
    return Application.objects.create(
        agency_id=case.agency_id,
        case=case,
        state=state,
        requested_by=by,
        submitted_on=None if state in IN_THE_OFFICE else now.date(),
        requested_at=now,
        decided_by=by if is_decided else None,
        decided_at=now if is_decided else None,
        decision_note=note,
        assessment={},
        assessed={},
        payload={},
    )


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.MANAGER])
def test_an_empty_office_is_told_to_register_its_first_enterprise(agency: Agency, role: Role) -> None:
    page = home(make_member(agency, role))
    assert "最初の事業者を登録する" in page
    assert 'href="/enterprises/new/"' in page


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
def test_who_cannot_register_is_told_who_does(agency: Agency, role: Role) -> None:
    page = home(make_member(agency, role))
    assert "まだ事業者が登録されていません" in page
    assert "/enterprises/new/" not in page


def test_a_lonely_admin_is_advised_to_invite(agency: Agency, admin: Member) -> None:
    assert "いっしょに使う人を招待する" in home(admin)
    make_member(agency)
    assert "いっしょに使う人を招待する" not in home(admin)


def test_missing_settings_are_named_to_those_who_can_fill_them_in(manager: Member, consultant: Member) -> None:
    assert "「代表者」「認定支援機関ID」「所在地」" in home(manager)
    assert "事務所の設定が途中です" not in home(consultant)


@pytest.mark.parametrize(
    ("stage", "state", "step"),
    [
        (CaseStage.CONSULTATION, None, "利用申請の準備を始める"),
        (CaseStage.PREPARING, None, "費用を入力し、承認を依頼する"),
        (CaseStage.PREPARING, ApplicationState.REQUESTED, "所内の承認を待っています"),
        (CaseStage.PREPARING, ApplicationState.APPROVED, "正式版を出力し、協議会に提出する"),
    ],
)
def test_a_consultant_sees_the_next_step_of_each_own_case(
    consultant: Member, stage: CaseStage, state: ApplicationState | None, step: str
) -> None:
    case = make_case(consultant, stage=stage)
    if state:
        apply_for(case, state, by=consultant)
    page = home(consultant)
    assert case.number in page
    assert step in page


def test_a_consultant_does_not_see_the_cases_of_others_or_closed_ones(consultant: Member, agency: Agency) -> None:
    other = make_case(make_member(agency))
    closed = make_case(consultant, stage=CaseStage.WITHDRAWN)
    page = home(consultant)
    assert other.number not in page
    assert closed.number not in page
    assert "担当している進行中の案件はありません" in page


def test_what_was_sent_back_comes_first_with_the_words_of_the_approver(consultant: Member) -> None:
    fine, returned = make_case(consultant), make_case(consultant)
    apply_for(returned, ApplicationState.SENT_BACK, by=consultant, note="経緯を詳しく書いてください")
    page = home(consultant)
    assert (
        page.index("差し戻された案件")
        < page.index(returned.number)
        < page.index("担当の案件")
        < page.index(fine.number)
    )
    assert "経緯を詳しく書いてください" in page
    assert page.count(f'/cases/{returned.number}/"') == 1


def test_a_manager_sees_what_waits_with_its_yen_the_oldest_first(manager: Member, consultant: Member) -> None:
    old, young = make_case(consultant), make_case(consultant)
    make_cost_line(old, gross_yen=1_100_000)
    make_cost_line(old, gross_yen=550_000)  # 1,100,000 + 550,000 = 1,650,000
    apply_for(young, ApplicationState.REQUESTED, by=consultant)
    apply_for(old, ApplicationState.REQUESTED, by=consultant, at=clock.now() - timedelta(days=2))
    page = home(manager)
    assert "1,650,000" in page
    assert page.index(old.number) < page.index(young.number)
    assert f"/cases/{old.number}/usage/approve/" in page


def test_a_manager_cannot_approve_what_they_asked_for(manager: Member, agency: Agency) -> None:
    case = make_case(manager)
    apply_for(case, ApplicationState.REQUESTED, by=manager)
    assert f"/cases/{case.number}/usage/approve/" not in home(manager)
    Agency.objects.filter(pk=agency.pk).update(self_approval_allowed=True)
    assert f"/cases/{case.number}/usage/approve/" in home(manager)


def test_an_admin_sees_what_is_to_be_exported_and_then_handed_in(admin: Member, consultant: Member) -> None:
    case = make_case(consultant)
    apply_for(case, ApplicationState.APPROVED, by=consultant)
    assert "出力待ち" in home(admin)
    packet = Packet.objects.create(
        agency=admin.agency,
        case=case,
        application=ApplicationKind.USAGE,
        is_draft=True,
        payload={},
        requested_by=admin,
        requested_at=clock.now(),
    )
    assert "出力待ち" in home(admin)  # a draft is no export
    Packet.objects.filter(pk=packet.pk).update(is_draft=False)
    page = home(admin)
    assert "提出待ち" in page
    assert f"/cases/{case.number}/usage/submit/" in page
    Packet.objects.filter(pk=packet.pk).update(state=PacketState.FAILED)
    assert "出力待ち" in home(admin)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.APPLIED, usage_applied_on="2025-05-07")
    assert "まだ提出していない申請はありません" in home(admin)


def test_an_admin_sees_approved_claims_too(admin: Member, consultant: Member) -> None:
    case = make_case(consultant)
    day = clock.today()
    past = {"usage_applied_on": day, "usage_accepted_on": day, "usage_decided_on": day, "accepted_on": day}
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.AGREED, **past)
    claim = apply_for(case, ApplicationState.APPROVED, by=consultant)
    Application.objects.filter(pk=claim.pk).update(kind=ApplicationKind.PLAN_CLAIM)
    page = home(admin)
    assert "支払申請(計画策定)" in page
    assert f"/cases/{case.number}/applications/{claim.pk}/" in page
    assert "提出待ち" in page


def test_an_admin_sees_the_recent_submissions(admin: Member, consultant: Member) -> None:
    case = make_case(consultant)
    CaseStep.objects.create(
        agency=admin.agency,
        case=case,
        action=CaseAction.SUBMIT_USAGE,
        from_stage=CaseStage.PREPARING,
        to_stage=CaseStage.APPLIED,
        occurred_on="2025-05-07",
        actor=consultant,
    )
    page = home(admin)
    assert "最近の提出" in page
    assert "2025-05-07(令和7年)" in page


def test_the_numbers_of_each_stage_lead_to_the_list(viewer: Member, consultant: Member) -> None:
    for _case in range(2):
        make_case(consultant)
    make_case(consultant, stage=CaseStage.CONSULTATION)
    make_case(consultant, stage=CaseStage.WITHDRAWN)
    page = home(viewer)
    assert 'href="/cases/?stage=preparing"' in page
    assert '<td class="number">2件</td>' in page
    assert "stage=withdrawn" not in page


def test_nothing_of_another_agency_shows(manager: Member, outsider: Member) -> None:
    make_enterprise(manager.agency)
    case = make_case(outsider)
    apply_for(case, ApplicationState.REQUESTED, by=outsider)
    assert case.number not in home(manager)


def test_the_page_asks_the_database_a_bounded_number_of_questions(
    agency: Agency, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    member = make_member(agency, *Role)
    for state in ApplicationState:
        for _case in range(4):
            case = make_case(member)
            make_cost_line(case)
            apply_for(case, state, by=make_member(agency))
    browser = sign_in(member)
    browser.get("/")
    with django_assert_max_num_queries(22):
        page = browser.get("/").content.decode()
    assert "承認待ち" in page
    assert "出力・提出待ち" in page
