from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from tests.builders import make_agency, make_user
from vapup.accounts.models import Agency, AuditEvent, Member, User
from vapup.commands import InvalidInput

OPTIONS = ("--name=青葉会計事務所", "--slug=aoba", "--admin-email=Sato@Example.jp", "--admin-name=佐藤 花子")
PASSWORD = "aoba-no-yama-2026"


def create(*more: str) -> dict[str, Any]:
    answer = io.StringIO()
    call_command("create_agency", *OPTIONS, *more, stdout=answer)
    found: dict[str, Any] = json.loads(answer.getvalue())
    return found


def refused(*options: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as error:
        call_command("create_agency", *options)
    return error.value


def test_the_link_lets_the_first_admin_in(db: None) -> None:
    answer = create()
    assert answer["roles"] == ["admin"]
    path = answer["invitation"].removeprefix("http://127.0.0.1:8000")
    visitor = Client()
    joined = {"display_name": "佐藤 花子", "password": PASSWORD, "password_again": PASSWORD}
    assert visitor.post(path, joined).status_code == 302
    assert visitor.get("/members/").status_code == 200
    member = Member.objects.get()
    assert (member.agency.slug, member.user.email, member.roles) == ("aoba", "sato@example.jp", ["admin"])


def test_a_one_person_office_has_every_working_role_and_self_approval(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    answer = create("--one-person", "--password-stdin")
    assert answer["invitation"] is None
    member = Member.objects.get()
    assert member.roles == ["consultant", "manager", "admin"]
    assert member.agency.self_approval_allowed
    assert Client().login(email="sato@example.jp", password=PASSWORD)
    assert AuditEvent.objects.filter(agency=member.agency, actor_label="システム").count() == 2


def test_it_works_under_the_unprivileged_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vapup_app")
    create()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert Agency.objects.get().slug == "aoba"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("--name= ", "name"),
        ("--name=青葉\n会計", "name"),
        ("--slug=青葉", "slug"),
        ("--admin-email=sato", "admin_email"),
        ("--admin-name=", "admin_name"),
    ],
)
def test_a_bad_option_is_named(db: None, change: str, field: str) -> None:
    error = refused(*OPTIONS, change)
    assert (error.code, error.field) == ("invalid_option", field)
    assert Agency.objects.count() == 0


def test_a_missing_option_and_a_taken_slug_are_refused(db: None) -> None:
    with pytest.raises(CommandError, match="--name"):
        call_command("create_agency", "--slug=aoba")
    make_agency(slug="aoba")
    assert refused(*OPTIONS).field == "slug"


def test_a_weak_password_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("mijikai\n"))
    assert refused(*OPTIONS, "--password-stdin").code == "invalid_password"
    assert User.objects.count() == 0


def test_the_password_of_an_existing_account_is_never_replaced(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(email="sato@example.jp")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert refused(*OPTIONS, "--password-stdin").field == "admin_email"
    assert Agency.objects.count() == 0
    assert create()["invitation"]
