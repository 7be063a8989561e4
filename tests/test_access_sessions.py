"""Signing in, staying signed in, and being thrown out."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from tests.access_world import MATRIX, build_world, fingerprint, leaves
from tests.builders import PASSWORD, make_member
from tests.conftest import sign_in
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member

LOG_IN = "/accounts/login/"
START = "2026-04-01T09:00:00+09:00"


def log_in(member: Member, *, next_url: str = "", password: str = PASSWORD) -> tuple[Client, str]:
    """Return a browser that sent the log-in form, and where it was led."""
    browser = Client()
    answer = browser.post(f"{LOG_IN}?next={next_url}", {"login": member.user.email, "password": password})
    return browser, answer.get("Location", "")


def is_signed_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def test_a_session_ends_after_an_hour_without_use(consultant: Member) -> None:
    with time_machine.travel(START, tick=False) as hands:
        browser, _ = log_in(consultant)
        assert is_signed_in(browser)
        hands.shift(timedelta(minutes=60))
        assert is_signed_in(browser)
        hands.shift(timedelta(minutes=60, seconds=1))
        assert not is_signed_in(browser)


def test_a_session_in_use_ends_after_twelve_hours(consultant: Member) -> None:
    with time_machine.travel(START, tick=False) as hands:
        browser, _ = log_in(consultant)
        for _half_hour in range(24):  # 24 × 30 min = 12 h
            assert is_signed_in(browser)
            hands.shift(timedelta(minutes=30))
        assert is_signed_in(browser)  # 12 h to the second
        hands.shift(timedelta(seconds=1))
        assert not is_signed_in(browser)


def test_a_new_sign_in_starts_a_new_session_with_a_new_key(consultant: Member) -> None:
    browser = Client()
    browser.get(LOG_IN)
    browser.session["planted"] = True
    before = browser.session.session_key
    browser.post(LOG_IN, {"login": consultant.user.email, "password": PASSWORD})
    assert browser.session.session_key != before


def test_signing_out_ends_the_session_on_the_server(consultant: Member) -> None:
    browser, _ = log_in(consultant)
    key = browser.session.session_key
    browser.post("/accounts/logout/")
    assert not Session.objects.filter(session_key=key).exists()
    assert AuditEvent.objects.filter(verb=Verb.SIGNED_OUT, actor=consultant).count() == 1


def test_looking_at_the_log_out_page_signs_nobody_out(consultant: Member) -> None:
    browser, _ = log_in(consultant)
    browser.get("/accounts/logout/")
    assert is_signed_in(browser)


@pytest.mark.parametrize("role", list(Role))
def test_switching_off_stops_the_very_next_request(agency: Agency, role: Role) -> None:
    member = make_member(agency, role)
    browser = sign_in(member)
    assert is_signed_in(browser)
    Member.objects.filter(pk=member.pk).update(is_active=False)
    answer = browser.get("/cases/")
    assert answer.status_code == 403
    assert "所属していません" in answer.content.decode()


def test_an_account_that_was_closed_is_signed_out_at_once(consultant: Member) -> None:
    browser = sign_in(consultant)
    consultant.user.is_active = False
    consultant.user.save()
    assert urlsplit(browser.get("/cases/")["Location"]).path == LOG_IN


def test_a_role_taken_away_is_gone_at_the_next_request(agency: Agency) -> None:
    member = make_member(agency, Role.ADMIN, Role.VIEWER)
    browser = sign_in(member)
    assert browser.get("/members/").status_code == 200
    Member.objects.filter(pk=member.pk).update(roles=["viewer"])
    assert browser.get("/members/").status_code == 403


def test_a_changed_password_ends_the_other_sessions(consultant: Member) -> None:
    here, there = log_in(consultant)[0], log_in(consultant)[0]
    new = "sendai-no-mori-2026"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert AuditEvent.objects.filter(verb=Verb.PASSWORD_CHANGED).count() == 1


def test_guessing_a_password_is_stopped_but_not_for_others(consultant: Member, manager: Member) -> None:
    for guess in range(5):
        log_in(consultant, password=f"guess-{guess}")
    browser, _ = log_in(consultant)  # the right one, too late
    assert not is_signed_in(browser)
    assert is_signed_in(log_in(manager)[0])


def test_the_limit_of_guesses_passes_with_time(consultant: Member) -> None:
    with time_machine.travel(START, tick=False) as hands:
        for guess in range(5):
            log_in(consultant, password=f"guess-{guess}")
        hands.shift(timedelta(minutes=6))
        assert is_signed_in(log_in(consultant)[0])


def test_wrong_password_and_unknown_address_get_the_same_answer(consultant: Member) -> None:
    pages = []
    for address in (consultant.user.email, "nobody@example.jp"):
        page = Client().post(LOG_IN, {"login": address, "password": "wrong-password"}).content.decode()
        pages.append(
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", page).replace(address, "")
        )
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "%2F%2Fevil",
    ],
)
def test_the_log_in_leads_nowhere_else(consultant: Member, target: str) -> None:
    _, led_to = log_in(consultant, next_url=target)
    assert led_to
    assert urlsplit(led_to).netloc == ""
    assert led_to.startswith("/")
    assert not led_to.startswith(("//", "/\\"))


def test_the_log_in_leads_back_to_the_page_that_was_asked_for(consultant: Member) -> None:
    asked = Client().get("/cases/?stage=open")
    assert asked["Location"] == "/accounts/login/?next=/cases/%3Fstage%3Dopen"
    _, led_to = log_in(consultant, next_url="/cases/%3Fstage%3Dopen")
    assert led_to == "/cases/?stage=open"


def reset_mail(address: str) -> tuple[int, str, str]:
    answer = Client().post("/accounts/password/reset/", {"email": address})
    return answer.status_code, answer["Location"], Client().get(answer["Location"]).content.decode()


def test_asking_for_a_new_password_does_not_tell_whether_there_is_an_account(consultant: Member) -> None:
    known, unknown = reset_mail(consultant.user.email), reset_mail("nobody@example.jp")
    hidden = re.compile(r'"X-CSRFToken": "\w+"')
    assert [hidden.sub("", str(part)) for part in known] == [hidden.sub("", str(part)) for part in unknown]


def test_the_mail_is_japanese_and_its_link_works_once(consultant: Member) -> None:
    reset_mail(consultant.user.email)
    [sent] = [one for one in mail.outbox if one.to == [consultant.user.email]]
    assert "パスワード" in sent.subject
    assert re.search(r"[ぁ-ん]{3}", str(sent.body))
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(sent.body))
    assert link
    browser = Client()
    form_url = browser.get(link[1])["Location"]
    new = "sendai-no-mori-2026"
    browser.post(form_url, {"password1": new, "password2": new})
    assert is_signed_in(log_in(consultant, password=new)[0])
    assert "使えません" in Client().get(link[1], follow=True).content.decode()
    assert AuditEvent.objects.filter(verb=Verb.PASSWORD_CHANGED, actor=consultant).count() == 1


def test_an_unknown_address_gets_no_invitation_to_sign_up(db: None) -> None:
    reset_mail("nobody@example.jp")
    assert not any("signup" in str(one.body) for one in mail.outbox)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_signs_up_by_themselves(db: None, method: str) -> None:
    data = {"email": "new@example.jp", "password1": "aoba-no-yama-2026", "password2": "aoba-no-yama-2026"}
    assert Client().generic(method, "/accounts/signup/").status_code == 404
    assert Client().post("/accounts/signup/", data).status_code == 404
    assert not Member.objects.exists()


@pytest.mark.parametrize("who", "ma")
def test_no_write_is_accepted_without_the_token_of_the_page(db: None, who: str) -> None:
    world = build_world()
    browser = world.browser(who, enforce_csrf_checks=True)
    before = fingerprint()
    accepted = [
        leaf.name
        for leaf in leaves()
        if MATRIX[leaf.name][1] not in {None, "closed"} and browser.post(world.url(leaf), {}).status_code != 403
    ]
    assert accepted == []
    assert fingerprint() == before


@pytest.mark.parametrize(
    "method", ["PUT", *(pytest.param(one, marks=pytest.mark.nightly) for one in ("PATCH", "DELETE"))]
)
def test_other_methods_are_held_to_the_rule_for_writing(db: None, method: str) -> None:
    world = build_world()
    browser = world.browser("v")
    before = fingerprint()
    allowed = [
        leaf.name
        for leaf in leaves()
        if MATRIX[leaf.name][1] not in {"self", "public"}
        and browser.generic(method, world.url(leaf)).status_code not in {403, 404, 405}
    ]
    assert allowed == []
    assert fingerprint() == before


def test_a_request_that_breaks_leaves_nothing_behind(consultant: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("after the service has done its work")

    monkeypatch.setattr("django.contrib.messages.success", broken)
    browser = Client(raise_request_exception=False)
    browser.force_login(consultant.user)
    assert browser.post("/profile/", {"display_name": "別の 名前"}).status_code == 500
    assert Member.objects.get(pk=consultant.pk).user.display_name != "別の 名前"
    assert AuditEvent.objects.count() == 0
