from __future__ import annotations

from functools import partial

import pytest

from tests.builders import make_agency, make_member
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.accounts.services.agencies import change_agency
from vapup.accounts.services.invitations import invite, revoke_invitation
from vapup.accounts.services.members import LastAdmin, change_roles, switch_on


def roles_url(member: Member) -> str:
    return f"/members/{member.pk}/roles/"


def test_the_list_shows_roles_state_and_last_sign_in(admin: Member, consultant: Member) -> None:
    Member.objects.filter(pk=consultant.pk).update(is_active=False)
    page = sign_in(admin).get("/members/").content.decode()
    assert consultant.user.email in page
    assert "停止中" in page
    assert "まだありません" in page
    assert f"/members/{consultant.pk}/switch-on/" in page
    assert f"/members/{admin.pk}/switch-off/" in page


def test_the_list_never_shows_members_of_another_agency(admin: Member, outsider: Member) -> None:
    assert outsider.user.email not in sign_in(admin).get("/members/").content.decode()


def test_roles_change_at_once_and_leave_before_and_after(admin: Member, consultant: Member) -> None:
    colleague = sign_in(consultant)
    assert colleague.get("/audit/").status_code == 403
    answer = sign_in(admin).post(roles_url(consultant), {"roles": ["manager", "viewer"]}, follow=True)
    assert "管理者(所長)・閲覧のみ" in answer.content.decode()
    event = AuditEvent.objects.get(verb=Verb.ROLES_CHANGED)
    assert event.changes == {"役割": [["担当者"], ["管理者(所長)", "閲覧のみ"]]}
    assert event.actor == admin
    assert colleague.get("/audit/").status_code == 200


@pytest.mark.parametrize("roles", [[], ["owner"], ["admin", "superuser"]])
def test_unknown_or_no_roles_are_refused(admin: Member, consultant: Member, roles: list[str]) -> None:
    assert sign_in(admin).post(roles_url(consultant), {"roles": roles}).status_code == 422
    assert Member.objects.get(pk=consultant.pk).roles == ["consultant"]


def test_the_last_admin_stays(admin: Member, agency: Agency) -> None:
    gone = make_member(agency, Role.ADMIN)
    Member.objects.filter(pk=gone.pk).update(is_active=False)
    make_member(make_agency(), Role.ADMIN)
    answer = sign_in(admin).post(roles_url(admin), {"roles": ["viewer"]})
    assert answer.status_code == 422
    assert "ただ一人の「事務管理」" in answer.content.decode()
    assert Member.objects.get(pk=admin.pk).roles == ["admin"]


def test_an_admin_may_leave_the_role_to_another(admin: Member, agency: Agency) -> None:
    make_member(agency, Role.ADMIN)
    assert sign_in(admin).post(roles_url(admin), {"roles": ["viewer"]}).status_code == 302
    other = Member.objects.get(agency=agency, roles=["admin"])
    with pytest.raises(LastAdmin):
        change_roles(actor=other, member_id=other.pk, roles=[Role.VIEWER])


def test_somebody_switched_off_is_switched_on_with_the_roles_they_had(admin: Member, consultant: Member) -> None:
    Member.objects.filter(pk=consultant.pk).update(is_active=False)
    browser = sign_in(admin)
    assert "担当者" in browser.get(f"/members/{consultant.pk}/switch-on/").content.decode()
    browser.post(f"/members/{consultant.pk}/switch-on/")
    assert sign_in(consultant).get("/").status_code == 200
    assert AuditEvent.objects.get(verb=Verb.SWITCHED_ON).changes == {"有効": [False, True]}
    again = browser.post(f"/members/{consultant.pk}/switch-on/", follow=True)
    assert "すでに利用できます" in again.content.decode()


def test_the_profile_changes_the_own_name_in_all_agencies(consultant: Member) -> None:
    elsewhere = Member.objects.create(agency=make_agency(), user=consultant.user, roles=["viewer"])
    browser = sign_in(consultant)
    assert browser.post("/profile/", {"display_name": "髙橋 花子", "has_single_keys": "on"}).status_code == 302
    assert "髙橋 花子" in browser.get("/profile/").content.decode()
    events = AuditEvent.objects.filter(verb=Verb.CHANGED)
    assert {event.agency_id for event in events} == {consultant.agency_id, elsewhere.agency_id}
    assert events[0].changes == {"氏名": ["佐藤 花子", "髙橋 花子"]}


def test_an_empty_name_is_refused(consultant: Member) -> None:
    assert sign_in(consultant).post("/profile/", {"display_name": " "}).status_code == 422


def test_a_user_of_two_agencies_switches_between_them(consultant: Member) -> None:
    second = make_agency(name="駅前会計")
    Member.objects.create(agency=second, user=consultant.user, roles=["admin"])
    browser = sign_in(consultant)
    assert browser.get("/members/").status_code == 403
    assert "駅前会計" in browser.get("/switch-agency/").content.decode()
    browser.post("/switch-agency/", {"agency_id": second.pk})
    assert browser.get("/members/").status_code == 200
    assert AuditEvent.objects.get(verb=Verb.ENTERED).agency == second


@pytest.mark.parametrize("agency_id", ["", "x", "999999999999999999999", "-1"])
def test_nobody_enters_an_agency_they_do_not_belong_to(consultant: Member, outsider: Member, agency_id: str) -> None:
    browser = sign_in(consultant)
    for wanted in (agency_id, str(outsider.agency_id)):
        browser.post("/switch-agency/", {"agency_id": wanted})
        assert browser.session.get("agency_id") is None


def test_a_membership_switched_off_is_not_entered(consultant: Member) -> None:
    second = make_agency()
    Member.objects.create(agency=second, user=consultant.user, roles=["admin"], is_active=False)
    browser = sign_in(consultant)
    browser.post("/switch-agency/", {"agency_id": second.pk})
    assert browser.get("/members/").status_code == 403


def test_the_menu_offers_the_switch_only_to_those_who_can_use_it(consultant: Member) -> None:
    browser = sign_in(consultant)
    assert "/switch-agency/" not in browser.get("/").content.decode()
    Member.objects.create(agency=make_agency(), user=consultant.user, roles=["viewer"])
    assert "/switch-agency/" in browser.get("/").content.decode()


def test_the_services_ask_for_the_right_themselves(consultant: Member, viewer: Member) -> None:
    now = clock.now()
    for forbidden in (
        partial(change_roles, actor=consultant, member_id=viewer.pk, roles=[Role.ADMIN]),
        partial(switch_on, actor=consultant, member_id=viewer.pk),
        partial(invite, actor=consultant, email="x@example.jp", display_name="x", roles=[Role.ADMIN], now=now),
        partial(revoke_invitation, actor=consultant, invitation_id=1, now=now),
        partial(change_agency, actor=consultant, version=1, values={"name": "x"}),
    ):
        with pytest.raises(NotAllowed, match="権限がありません"):
            forbidden()
