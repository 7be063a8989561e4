"""The keys of the approval inbox in the browser: the inbox as the view renders it, from a server that can be held."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Dialog, Page, expect, sync_playwright

from tests.conftest import sign_in
from tests.dashboard.test_approvals import URL, waiting_usage
from tests.e2e.conftest import CHROMIUM_FLAGS
from vapup.accounts.models import Member

# A browser of its own for each test takes the tests of every commit half a minute.
pytestmark = [pytest.mark.e2e, pytest.mark.nightly, pytest.mark.django_db]
PATIENCE: Final = 20  # seconds
REASON: Final = "単価の根拠を書く。"


@dataclass
class Inbox:
    """The pages of an inbox with three requests, the oldest first, by what chooses them.

    Attributes:
        gone: keys of requests that a colleague has decided on: they lead to the bare inbox.
        free: while it is not set, an answer to a script waits.
        asked: the keys that were asked for, "" for the bare inbox, in their order.
    """

    pages: dict[str, bytes]
    keys: list[str]
    gone: set[str] = field(default_factory=set)
    free: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def inbox(consultant: Member, manager: Member) -> Inbox:
    keys = [f"application-{waiting_usage(consultant, day=day).pk}" for day in (1, 2, 3)]
    browser = sign_in(manager)
    pages = {key: browser.get(URL, {"sort": "urgent", "item": key}).content for key in keys}
    found = Inbox({**pages, "": browser.get(URL).content}, keys)
    found.free.set()
    return found


@pytest.fixture
def address(inbox: Inbox) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, inbox)

        def log_message(self, *_: Any) -> None:
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    inbox.free.set()
    server.shutdown()
    server.server_close()


def answer(handler: BaseHTTPRequestHandler, inbox: Inbox) -> None:
    path, key = urlsplit(handler.path).path, parse_qs(urlsplit(handler.path).query).get("item", [""])[0]
    if path != URL:
        file = settings.BASE_DIR / path.lstrip("/")
        known = path.startswith("/static/") and file.is_file()
        send(handler, file.read_bytes() if known else b"", guess_type(path)[0] or "text/plain")
        return
    inbox.asked.append(key)
    if handler.headers.get("HX-Request"):
        inbox.free.wait(PATIENCE)
    if key in inbox.gone:
        handler.send_response(HTTPStatus.FOUND)
        handler.send_header("Location", URL)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    send(handler, inbox.pages[key], "text/html; charset=utf-8")


def send(handler: BaseHTTPRequestHandler, body: bytes, kind: str) -> None:
    handler.send_response(HTTPStatus.OK)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@dataclass
class Desk:
    """The inbox on a screen, and the questions that leaving it asked; each is answered with staying."""

    page: Page
    inbox: Inbox
    questions: list[str] = field(default_factory=list)

    def row(self, place: int) -> Any:
        return self.page.locator(f"#{self.inbox.keys[place]}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def await_shown(self, place: int) -> None:
        key = self.inbox.keys[place]
        expect(self.page.locator("#chosen")).to_have_attribute("data-approval-key", key)
        expect(self.row(place)).to_have_attribute("aria-current", "true")

    def stay(self, dialog: Dialog) -> None:
        self.questions.append(dialog.type)
        dialog.dismiss()


@pytest.fixture
def desk(address: str, inbox: Inbox) -> Iterator[Desk]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        page = browser.new_page(locale="ja-JP")
        page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        desk = Desk(page, inbox)
        page.on("dialog", desk.stay)
        page.goto(address + URL)
        desk.row(0).focus()
        yield desk
        expect.set_options(timeout=None)
        browser.close()


def test_the_keys_show_the_next_request_and_lead_to_its_decision(desk: Desk) -> None:
    desk.press("j")
    desk.await_shown(1)
    expect(desk.page).to_have_url(f"{desk.page.url.split('?')[0]}?sort=urgent&item={desk.inbox.keys[1]}")
    expect(desk.row(1)).to_be_focused()
    desk.press("a")
    expect(desk.page.locator("[data-approve]")).to_be_focused()
    desk.press("Escape", "r")
    expect(desk.page.locator("textarea[name=comment]")).to_be_focused()
    desk.press("Escape", "k")
    desk.await_shown(0)
    assert desk.questions == []


def test_while_a_request_is_loading_no_key_reaches_the_one_before(desk: Desk) -> None:
    before = desk.page.url
    desk.inbox.free.clear()
    desk.press("j", "a")
    expect(desk.row(1)).to_be_focused()
    desk.press("r")
    expect(desk.row(1)).to_be_focused()
    assert desk.page.url == before  # the panel still shows the first
    desk.inbox.free.set()
    desk.await_shown(1)
    desk.press("a")
    expect(desk.page.locator("[data-approve]")).to_be_focused()


def test_a_row_that_is_not_open_is_not_decided_on(desk: Desk) -> None:
    desk.row(2).focus()
    desk.press("a", "r")
    expect(desk.row(2)).to_be_focused()


def test_a_request_decided_on_meanwhile_leads_to_the_inbox_as_it_is_now(desk: Desk) -> None:
    desk.inbox.gone.add(desk.inbox.keys[1])
    with desk.page.expect_navigation():
        desk.press("j")
    assert desk.inbox.asked[-4:] == [desk.inbox.keys[1], "", desk.inbox.keys[1], ""]  # by the script, then as a page
    assert desk.page.url.endswith(URL)
    desk.await_shown(0)


def test_a_reason_begun_is_not_thrown_away_by_the_next_request(desk: Desk) -> None:
    reason = desk.page.locator("textarea[name=comment]")
    desk.press("r")
    desk.page.keyboard.insert_text(REASON)
    desk.press("Escape", "j")
    expect(reason).to_have_value(REASON)
    assert desk.questions == ["beforeunload"]
    assert desk.page.locator("#chosen").get_attribute("data-approval-key") == desk.inbox.keys[0]


def test_a_reason_begun_while_a_request_is_loading_stays(desk: Desk) -> None:
    desk.inbox.free.clear()
    desk.press("j")
    reason = desk.page.locator("textarea[name=comment]")
    reason.focus()
    desk.page.keyboard.insert_text(REASON)
    with desk.page.expect_response(lambda one: desk.inbox.keys[1] in one.url):
        desk.inbox.free.set()
    expect(desk.page.locator(".htmx-request")).to_have_count(0)
    expect(reason).to_have_value(REASON)
    assert desk.page.locator("#chosen").get_attribute("data-approval-key") == desk.inbox.keys[0]


def test_a_form_that_a_swap_took_away_is_not_asked_about(desk: Desk) -> None:
    """A reason that was written and taken out again leaves the form marked, but nothing to lose."""
    desk.press("r")
    desk.page.keyboard.insert_text("あ")
    desk.press("Backspace", "Escape", "j")
    desk.await_shown(1)
    desk.page.reload()
    desk.await_shown(1)
    assert desk.questions == []
