"""The settings page of the calendar's address, and the address itself over HTTP."""

from __future__ import annotations

import logging
import re
from datetime import date
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from monitoring.models import CalendarFeed
from monitoring.services.feeds import make_feed, revoke_feed
from tests.builders import make_case
from tests.conftest import sign_in
from tests.dashboard.calendar_cases import NOON, make_deadline
from vapup.accounts.logs import MaskSecretPaths
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.tenancy import READ_SCOPE, sweep_scope, tenant_scope

pytestmark = pytest.mark.django_db
PAGE = "/calendar/feed/"
ADDRESS = re.compile(r'value="(http://127\.0\.0\.1:8000/calendar/feed/([A-Za-z0-9_-]{43})\.ics)"')


def token_of(member: Member) -> str:
    return make_feed(actor=member, is_private=False, covers_office=False, now=NOON).token


def read(token: str, client: Client | None = None, **headers: str) -> tuple[int, bytes]:
    answer = (client or Client()).get(f"{PAGE}{token}.ics", headers=headers)
    return answer.status_code, answer.content


def test_the_page_makes_an_address_that_works_without_a_log_in(consultant: Member) -> None:
    make_deadline(make_case(consultant, number="C-2026-0001"), date(2027, 3, 31))
    page = sign_in(consultant).post(PAGE, {"act": "make", "is_private": "on"})
    found = ADDRESS.search(page.content.decode())
    assert found is not None
    assert f"webcal://127.0.0.1:8000/calendar/feed/{found[2]}.ics" in page.content.decode()
    answer = Client().get(f"{PAGE}{found[2]}.ics")
    assert answer.status_code == HTTPStatus.OK
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-store"}
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "【安全な期限】C-2026-0001 書類の有効期限"


def test_the_token_is_shown_once(consultant: Member) -> None:
    browser = sign_in(consultant)
    assert ADDRESS.search(browser.post(PAGE, {"act": "make"}).content.decode())
    again = browser.get(PAGE).content.decode()
    assert not ADDRESS.search(again)
    assert "配信中" in again


def test_private_is_what_the_page_proposes(consultant: Member) -> None:
    page = sign_in(consultant).get(PAGE)
    assert page.context["form"]["is_private"].value() is True
    assert "covers_office" not in page.context["form"].fields


def test_only_who_leads_the_office_is_offered_all_of_it(consultant: Member, manager: Member) -> None:
    assert sign_in(manager).post(PAGE, {"act": "make", "covers_office": "on"}).status_code == HTTPStatus.OK
    assert CalendarFeed.objects.get().covers_office
    sign_in(consultant).post(PAGE, {"act": "make", "covers_office": "on"})  # the field is not read
    assert not CalendarFeed.objects.get(member=consultant).covers_office


def test_revoking_answers_with_a_redirect_and_is_noted(consultant: Member) -> None:
    browser = sign_in(consultant)
    token = token_of(consultant)
    assert read(token)[0] == HTTPStatus.OK
    answer = browser.post(PAGE, {"act": "revoke"})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, PAGE)
    assert read(token)[0] == HTTPStatus.NOT_FOUND
    assert AuditEvent.objects.latest("pk").actor == consultant
    assert "すでに取り消されています" in browser.post(PAGE, {"act": "revoke"}, follow=True).content.decode()


def test_an_unknown_act_changes_nothing(consultant: Member) -> None:
    assert sign_in(consultant).post(PAGE, {"act": "x"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not CalendarFeed.objects.exists()


def test_revoked_unknown_and_switched_off_cannot_be_told_apart(consultant: Member, manager: Member) -> None:
    revoked, off = token_of(consultant), token_of(manager)
    revoke_feed(actor=consultant, now=NOON)
    Member.objects.filter(pk=manager.pk).update(is_active=False)
    answers, questions = [], []
    for token in (revoked, off, "a" * 43, "%00", "あ" * 20):
        with CaptureQueriesContext(connection) as asked:
            answers.append(read(token))
        questions.append(len(asked))
    assert {status for status, _ in answers} == {HTTPStatus.NOT_FOUND}
    assert len({content for _, content in answers}) == 1
    assert len(set(questions)) == 1


def test_an_unchanged_calendar_is_not_sent_again(consultant: Member) -> None:
    row = make_deadline(make_case(consultant), date(2027, 3, 31))
    token, client = token_of(consultant), Client()
    etag = client.get(f"{PAGE}{token}.ics")["ETag"]
    answer = client.get(f"{PAGE}{token}.ics", headers={"if-none-match": etag})
    assert (answer.status_code, answer.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert "no-store" in answer["Cache-Control"]
    type(row).objects.filter(pk=row.pk).update(version=2)
    assert read(token, client, **{"if-none-match": etag})[0] == HTTPStatus.OK


def test_a_signed_in_browser_stays_behind_its_own_wall(consultant: Member, outsider: Member) -> None:
    """Whoever opens the address while signed in to another agency sees the calendar and keeps their own scope."""
    make_deadline(make_case(consultant, number="C-1"), date(2027, 3, 31))
    make_deadline(make_case(outsider, number="C-2"), date(2027, 3, 31))
    status, content = read(token_of(consultant), sign_in(outsider))
    assert status == HTTPStatus.OK
    assert b"C-1" in content
    assert b"C-2" not in content


def test_the_scope_of_the_sweep_gives_way_to_the_one_around_it(consultant: Member) -> None:
    def scope() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute(READ_SCOPE)
            role, agency = cursor.fetchone()
            return role, agency

    outside = scope()
    with tenant_scope(consultant.agency_id):
        inside = scope()
        with sweep_scope():
            assert scope() == ("vapup_sweeper", "")
        assert scope() == inside == ("vapup_app", str(consultant.agency_id))
    assert scope() == outside


def test_the_questions_do_not_grow_with_the_deadlines(consultant: Member) -> None:
    case, token = make_case(consultant), token_of(consultant)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            read(token)
        return len(found)

    make_deadline(case, date(2027, 3, 31))
    few = asked()
    for day in range(1, 29):
        make_deadline(make_case(consultant), date(2027, 2, day))
    assert asked() == few


def test_no_log_keeps_the_token(consultant: Member) -> None:
    token = token_of(consultant)
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", f"{PAGE}{token}.ics"), None
    )
    assert MaskSecretPaths().filter(record)
    assert record.getMessage() == "Not Found: /calendar/feed/…"


def test_a_missing_calendar_is_logged_without_its_token(consultant: Member, caplog: pytest.LogCaptureFixture) -> None:
    token = token_of(consultant)
    revoke_feed(actor=consultant, now=NOON)
    assert read(token)[0] == HTTPStatus.NOT_FOUND
    assert "/calendar/feed/" in caplog.text
    assert token not in caplog.text


def test_nobody_writes_to_the_address(consultant: Member) -> None:
    assert Client().post(f"{PAGE}{token_of(consultant)}.ics").status_code == HTTPStatus.METHOD_NOT_ALLOWED
