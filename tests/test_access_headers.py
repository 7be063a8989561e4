"""What every answer tells the browser, on pages and refusals alike."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access_world import build_world, leaves
from tests.builders import PASSWORD
from tests.conftest import sign_in
from vapup.accounts.models import Member

EXACT = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


# What people uploaded is put into a sandbox, in which nothing runs and nothing loads.
UPLOADED = {"subsidies:paper_version", "monitoring:extension_document"}
SANDBOX = "sandbox; default-src 'none'"


def test_every_address_sends_the_protecting_headers(db: None) -> None:
    world = build_world()
    faults: list[str] = []
    for who in "mv-":
        browser = world.browser(who)
        for leaf in leaves():
            answer = browser.get(world.url(leaf))
            faults.extend(
                f"{leaf.name} ({answer.status_code}): {name}"
                for name, value in EXACT.items()
                if answer.get(name) != value
            )
            policy = answer.get("Content-Security-Policy", "")
            is_strict = "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
            if not is_strict and not (leaf.name in UPLOADED and policy == SANDBOX):
                faults.append(f"{leaf.name} ({answer.status_code}): policy {policy!r}")
            if "no-store" not in answer.get("Cache-Control", ""):
                faults.append(f"{leaf.name} ({answer.status_code}): may be kept in a cache")
            if answer.streaming:
                answer.getvalue()
    assert faults == []


@pytest.mark.parametrize("path", ["/no-such-page/", "/members/", "/cases/C-0000-0000/"])
def test_refusals_are_protected_alike(viewer: Member, path: str) -> None:
    answer = sign_in(viewer).get(path)
    assert answer.status_code in {403, 404}
    assert {name: answer.get(name) for name in EXACT} == EXACT
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_an_error_page_tells_nothing_of_the_inside(viewer: Member) -> None:
    page = sign_in(viewer).get("/cases/C-0000-0000/").content.decode()
    assert "Traceback" not in page
    assert "no case" not in page
    assert "ページが見つかりません" in page


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(viewer: Member) -> None:
    browser = sign_in(viewer)
    browser.get("/accounts/password/change/")
    assert set(browser.cookies) == {"sessionid", "csrftoken"}
    answer = Client().get("/accounts/login/")
    assert answer.cookies["csrftoken"]["httponly"]
    assert answer.cookies["csrftoken"]["samesite"] == "Lax"


def test_the_session_cookie_ends_with_the_browser(viewer: Member) -> None:
    answer = Client().post("/accounts/login/", {"login": viewer.user.email, "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example"])
def test_a_foreign_host_name_is_refused(db: None, host: str) -> None:
    assert Client().get("/accounts/login/", headers={"host": host}).status_code == 400


def test_a_static_file_may_be_cached(db: None) -> None:
    answer = Client().get("/static/css/base.css")
    assert answer.status_code == 200
    assert "no-store" not in answer.get("Cache-Control", "")
    answer.close()
