"""The first tour, the keys and who wants them, the end of a session, and the statement of accessibility."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.conftest import sign_in
from vapup.accounts.models import Member
from vapup.help.models import TourProgress
from vapup.help.tour import STEPS

pytestmark = pytest.mark.django_db
TOUR, SESSION = "/help/tour/", "/help/session/"
START = "2026-04-01T09:00:00+09:00"


def shown(browser: Client) -> str:
    """Return the title of the step that the home page shows, "" for none."""
    page = browser.get("/").content.decode()
    return next((step.title for step in STEPS if f"<h3>{step.title}</h3>" in page), "")


def test_the_tour_goes_on_where_it_was_left(consultant: Member) -> None:
    browser = sign_in(consultant)
    assert shown(browser) == STEPS[0].title
    browser.post(TOUR, {"move": "next"})
    browser.post(TOUR, {"move": "next"})
    browser.post(TOUR, {"move": "back"})
    assert shown(sign_in(consultant)) == STEPS[1].title  # on any machine: it is the member's


def test_the_tour_is_put_away_and_begun_again(consultant: Member) -> None:
    browser = sign_in(consultant)
    for _ in STEPS:  # five times on: the last ends it
        browser.post(TOUR, {"move": "next"})
    assert shown(browser) == ""
    browser.post(TOUR, {"move": "open"})
    assert shown(browser) == STEPS[0].title
    browser.post(TOUR, {"move": "close"})
    assert shown(browser) == ""
    assert TourProgress.objects.get().step == 1


def test_a_tour_belongs_to_one_member(consultant: Member, manager: Member) -> None:
    sign_in(consultant).post(TOUR, {"move": "close"})
    assert shown(sign_in(manager)) == STEPS[0].title


def test_no_step_leads_where_its_reader_may_not_go(viewer: Member) -> None:
    TourProgress.objects.create(agency=viewer.agency, member=viewer, step=3)
    page = sign_in(viewer).get("/").content.decode()
    assert STEPS[2].title in page  # the diary …
    assert STEPS[2].link not in page  # … which viewers do not keep


def test_an_unknown_move_changes_nothing(consultant: Member) -> None:
    browser = sign_in(consultant)
    assert browser.post(TOUR, {"move": "jump"}).status_code == 302
    assert browser.get(TOUR).status_code == 302
    assert not TourProgress.objects.exists()


def test_single_keys_are_switched_off_for_the_person(consultant: Member) -> None:
    browser = sign_in(consultant)
    assert " data-single-keys>" in browser.get("/help/keys/").content.decode()
    browser.post("/profile/", {"display_name": "佐藤 花子"})  # the box is not ticked
    page = sign_in(consultant).get("/help/keys/").content.decode()
    assert " data-single-keys>" not in page
    assert "使わない" in page


def test_pages_tell_how_long_the_session_lasts_and_it_can_go_on(consultant: Member) -> None:
    with time_machine.travel(START, tick=False) as hands:
        browser = sign_in(consultant)
        assert 'data-idle="3600" data-life="43200"' in browser.get("/").content.decode()
        hands.shift(timedelta(minutes=4))  # within five minutes, looking at a page is not noted
        answer = browser.get("/help/keys/")
        assert answer.headers["Session-Time-Left"] == "3360 42960"  # 60 − 4 min, 12 h − 4 min
        assert browser.post(SESSION).json()["idle"] == 3600  # who says that they are there is noted at once
        hands.shift(timedelta(minutes=60))
        assert browser.get("/").status_code == 200


def test_a_script_learns_that_the_session_is_over(consultant: Member) -> None:
    with time_machine.travel(START, tick=False) as hands:
        browser = sign_in(consultant)
        assert browser.get(SESSION).json()["member"] == consultant.pk
        hands.shift(timedelta(minutes=60, seconds=1))
        over = browser.get(SESSION)
        assert (over.status_code, over.headers["Location"].split("?")[0]) == (302, "/accounts/login/")


def test_the_statement_of_accessibility_is_for_everybody(client: Client, consultant: Member) -> None:
    page = client.get("/accessibility/").content.decode()
    assert "JIS X 8341-3:2016" in page
    assert "まだ確かめていないこと" in page
    for browser in (client, sign_in(consultant)):
        login = browser.get("/accounts/login/", follow=True).content.decode()
        assert 'href="/accessibility/"' in login
