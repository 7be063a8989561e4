from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import PASSWORD, make_agency, make_member, make_user
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Invitation, Member, User
from vapup.accounts.services.invitations import invite, token_hash

INVITE = "/members/invite/"
NEW = {"email": "Suzuki@Example.jp", "display_name": "鈴木 一郎", "roles": ["consultant", "manager"]}
JOIN = {"display_name": "鈴木 一朗", "password": "aoba-no-yama-2026", "password_again": "aoba-no-yama-2026"}


def make_link(admin: Member, *, email: str = "suzuki@example.jp") -> str:
    invited = invite(actor=admin, email=email, display_name="鈴木 一郎", roles=[Role.CONSULTANT], now=clock.now())
    return reverse("accounts:accept_invitation", args=[invited.token])


def test_inviting_shows_the_link_once_and_mails_it_but_stores_only_its_hash(
    admin: Member, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = sign_in(admin).post(INVITE, NEW).content.decode()
    found = re.search(r"http://testserver/invitations/([\w-]{43})/", page)
    assert found
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.roles) == ("suzuki@example.jp", ["consultant", "manager"])
    assert invitation.token_hash == token_hash(found[1])
    assert invitation.expires_at - invitation.invited_at == timedelta(hours=72)
    assert found[0] in mail.outbox[0].body
    assert mail.outbox[0].to == ["suzuki@example.jp"]
    assert "青葉会計事務所" in mail.outbox[0].subject
    assert "担当者・管理者(所長)" in mail.outbox[0].body
    event = AuditEvent.objects.get(verb=Verb.INVITED)
    assert found[1] not in str(event.changes) + event.object_label
    assert found[1] not in sign_in(admin).get("/members/").content.decode()


def test_a_mail_server_that_is_down_does_not_lose_the_invitation(
    admin: Member,
    settings: LazySettings,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_in(admin).post(INVITE, NEW)
    assert answer.status_code == 200
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("field", ["email", "display_name", "roles"])
def test_an_incomplete_invitation_keeps_the_input(admin: Member, field: str) -> None:
    answer = sign_in(admin).post(INVITE, {**NEW, field: ""})
    assert answer.status_code == 422
    assert Invitation.objects.count() == 0
    if field != "display_name":
        assert "鈴木 一郎" in answer.content.decode()


def test_a_member_is_not_invited_again(admin: Member, consultant: Member) -> None:
    answer = sign_in(admin).post(INVITE, {**NEW, "email": consultant.user.email.upper()})
    assert answer.status_code == 422
    assert "すでにこの事務所のメンバーです" in answer.content.decode()


def test_one_address_has_one_open_invitation_and_a_new_one_after_it_ran_out(admin: Member) -> None:
    make_link(admin)
    browser = sign_in(admin)
    assert "まで有効です" in browser.post(INVITE, NEW).content.decode()
    Invitation.objects.update(expires_at=clock.now())
    assert browser.post(INVITE, NEW).status_code == 200
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_an_invited_person_sets_a_password_and_is_signed_in(admin: Member) -> None:
    link = make_link(admin)
    visitor = Client()
    assert "suzuki@example.jp" in visitor.get(link).content.decode()
    answer = visitor.post(link, JOIN)
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    member = Member.objects.get(user__email="suzuki@example.jp")
    assert (member.agency, member.roles, str(member)) == (admin.agency, ["consultant"], "鈴木 一朗")
    assert member.user.check_password(JOIN["password"])
    assert visitor.get("/").status_code == 200
    verbs = set(AuditEvent.objects.filter(actor=member).values_list("verb", flat=True))
    assert verbs == {Verb.JOINED, Verb.SIGNED_IN}


@pytest.mark.parametrize(
    ("password", "again", "complaint"),
    [
        ("mijikai-1", "mijikai-1", "短すぎます"),
        ("suzuki@example.jp", "suzuki@example.jp", "似すぎています"),
        ("password1234", "password1234", "一般的すぎます"),
        ("aoba-no-yama-2026", "aoba-no-yama-2025", "二つのパスワードが違います"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_in_japanese(
    admin: Member, password: str, again: str, complaint: str
) -> None:
    answer = Client().post(make_link(admin), {**JOIN, "password": password, "password_again": again})
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not User.objects.filter(email="suzuki@example.jp").exists()


def test_the_invited_address_cannot_be_replaced(admin: Member) -> None:
    Client().post(make_link(admin), {**JOIN, "email": "boss@example.jp", "roles": "admin", "agency_id": "1"})
    member = Member.objects.exclude(pk=admin.pk).get()
    assert (member.user.email, member.roles) == ("suzuki@example.jp", ["consultant"])


def test_a_used_link_is_closed(admin: Member) -> None:
    link = make_link(admin)
    Client().post(link, JOIN)
    for answer in (Client().get(link), Client().post(link, JOIN)):
        assert answer.status_code == 410
        assert "に使われています" in answer.content.decode()
    assert User.objects.filter(email="suzuki@example.jp").count() == 1


def test_a_link_works_until_its_last_second(admin: Member) -> None:
    with time_machine.travel("2026-04-01T09:00:00+09:00", tick=False) as clock_hands:
        link = make_link(admin)
        clock_hands.move_to("2026-04-04T08:59:59+09:00")  # 72 h − 1 s
        assert Client().get(link).status_code == 200
        clock_hands.move_to("2026-04-04T09:00:00+09:00")  # 72 h
        answer = Client().get(link)
        assert answer.status_code == 410
        assert "2026-04-04 09:00" in answer.content.decode()
        assert Client().post(link, JOIN).status_code == 410


def test_a_revoked_link_is_closed(admin: Member) -> None:
    link = make_link(admin)
    invitation = Invitation.objects.get()
    browser = sign_in(admin)
    assert "取り消します" in browser.get(f"/members/invitations/{invitation.pk}/revoke/").content.decode()
    browser.post(f"/members/invitations/{invitation.pk}/revoke/")
    assert Client().get(link).status_code == 410
    assert AuditEvent.objects.filter(verb=Verb.INVITATION_REVOKED, actor=admin).count() == 1
    again = browser.post(f"/members/invitations/{invitation.pk}/revoke/", follow=True)
    assert "に取り消されています" in again.content.decode()


def test_an_unknown_link_is_refused(db: None) -> None:
    assert Client().get("/invitations/not-a-token/").status_code == 404


def test_the_owner_of_an_account_is_sent_to_the_log_in_and_back(admin: Member) -> None:
    make_user(email="suzuki@example.jp")
    link = make_link(admin)
    page = Client().get(link).content.decode()
    assert f"/accounts/login/?next={link}" in page
    assert Client().post(link, JOIN).status_code in {200, 422}
    assert User.objects.filter(email="suzuki@example.jp").count() == 1
    visitor = Client()
    signed_in = visitor.post(f"/accounts/login/?next={link}", {"login": "suzuki@example.jp", "password": PASSWORD})
    assert signed_in["Location"] == link


def test_a_user_of_another_agency_joins_with_one_button_and_works_there(admin: Member) -> None:
    elsewhere = make_member(make_agency(name="駅前会計"), Role.ADMIN, email="suzuki@example.jp")
    browser = sign_in(elsewhere)
    link = make_link(admin)
    assert browser.get(link).status_code == 200
    assert browser.post(link).status_code == 302
    joined = Member.objects.get(agency=admin.agency, user=elsewhere.user)
    assert joined.roles == ["consultant"]
    assert "青葉会計事務所" in browser.get("/").content.decode()
    assert AuditEvent.objects.get(verb=Verb.JOINED).agency == admin.agency


def test_somebody_else_cannot_take_the_invitation(admin: Member, outsider: Member) -> None:
    link = make_link(admin)
    answer = sign_in(outsider).post(link)
    assert answer.status_code == 422
    assert "suzuki@example.jp あてです" in answer.content.decode()
    assert not Member.objects.filter(agency=admin.agency, user=outsider.user).exists()


def test_a_member_switched_off_meanwhile_does_not_come_back_by_invitation(admin: Member, agency: Agency) -> None:
    link = make_link(admin)
    member = make_member(agency, Role.ADMIN, email="suzuki@example.jp")
    Member.objects.filter(pk=member.pk).update(is_active=False)
    answer = sign_in(member).post(link)
    assert answer.status_code == 410
    assert not Member.objects.get(pk=member.pk).is_active


def test_accepting_works_under_the_unprivileged_role(admin: Member) -> None:
    """As where the database's owner is no superuser and row-level security binds everybody."""
    link = make_link(admin)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vapup_app")
    visitor = Client()
    assert visitor.post(link, JOIN).status_code == 302
    assert visitor.post("/accounts/logout/").status_code == 302
    signed_in = visitor.post("/accounts/login/", {"login": "suzuki@example.jp", "password": JOIN["password"]})
    assert signed_in.status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("vapup_app",)
        cursor.execute("RESET ROLE")
    assert AuditEvent.objects.filter(verb=Verb.SIGNED_IN).count() == 2


def test_no_log_line_holds_a_link_that_works(admin: Member, caplog: pytest.LogCaptureFixture) -> None:
    link = make_link(admin)
    token = link.split("/")[2]
    Client().post(link, {**JOIN, "password_again": "something else"})
    Client(enforce_csrf_checks=True).post(link, JOIN)
    assert "/invitations/…/" in caplog.text
    assert token not in caplog.text
