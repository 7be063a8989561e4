"""The home page as a whole: an office that begins, the parts of each role, and how often it asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.enums import CaseStage
from subsidies.enums import ApplicationState
from tests.builders import make_case, make_cost_line, make_deadline, make_member, make_note
from tests.conftest import sign_in
from tests.dashboard.home_office import apply_for, home
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member

TITLES = {
    Role.CONSULTANT: ["今週やること", "差し戻し", "待ち", "最近の案件"],
    Role.MANAGER: ["失効リスク", "承認待ちの申請", "担当別の負荷"],
    Role.ADMIN: ["出力待ち", "提出の登録待ち", "入金の消込待ち", "整えておくもの"],
}


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


@pytest.mark.parametrize("role", TITLES)
def test_each_role_sees_its_own_parts_and_no_others(agency: Agency, role: Role) -> None:
    make_case(make_member(agency))
    page = home(make_member(agency, role))
    shown = {title for titles in TITLES.values() for title in titles if f">{title}</h2>" in page}
    assert shown == set(TITLES[role])


def test_who_has_every_role_sees_each_part_once(agency: Agency) -> None:
    member = make_member(agency, *Role)
    make_case(member)
    page = home(member)
    counts = {title: page.count(f">{title}</h2>") for titles in TITLES.values() for title in titles}
    assert set(counts.values()) == {1}


def test_a_manager_with_cases_of_their_own_sees_their_own_work_too(manager: Member) -> None:
    make_case(manager)
    assert ">今週やること</h2>" in home(manager)


def test_the_numbers_of_each_stage_lead_a_viewer_to_the_list(viewer: Member, consultant: Member) -> None:
    for _case in range(2):
        make_case(consultant)
    make_case(consultant, stage=CaseStage.CONSULTATION)
    make_case(consultant, stage=CaseStage.WITHDRAWN)
    page = home(viewer)
    assert 'href="/cases/?stage=preparing"' in page
    assert '<td class="number">2件</td>' in page
    assert "stage=withdrawn" not in page


def test_nothing_of_another_agency_shows(agency: Agency, outsider: Member) -> None:
    make_case(member := make_member(agency, *Role))
    case = make_case(outsider)
    make_deadline(case, claim_by=clock.today())
    for state in (ApplicationState.REQUESTED, ApplicationState.APPROVED, ApplicationState.SENT_BACK):
        apply_for(make_case(outsider, enterprise=case.enterprise), state, by=outsider)
    browser = sign_in(member)
    for url in ("/", "/?part=portfolio", "/?show=portfolio"):
        assert case.number not in browser.get(url).content.decode()


def grow(member: Member, place: int) -> None:
    """Add one of everything that some part of the page lists."""
    for state in ApplicationState:
        case = make_case(member)
        make_cost_line(case)
        make_deadline(case, claim_by=clock.today() + timedelta(days=place))
        apply_for(case, state, by=member)
    make_note(case, make_member(member.agency), called=[member])
    make_case(member, stage=CaseStage.CONSULTATION)


def test_ten_times_the_rows_are_as_many_questions(agency: Agency) -> None:
    member = make_member(agency, *Role)
    browser = sign_in(member)
    counts: dict[str, list[int]] = {"/": [], "/?part=portfolio": []}
    for rows in (2, 8):
        for place in range(rows):
            grow(member, place)
        for url, found in counts.items():
            browser.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(url).status_code == 200
            found.append(len(asked))
    few, many = counts["/"]
    assert many <= few <= 50, counts
    assert counts["/?part=portfolio"][1] <= counts["/?part=portfolio"][0] <= 14, counts
