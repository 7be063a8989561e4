"""An hour is logged in at most six keystrokes plus its text, in the browser, key by key."""

from __future__ import annotations

import re
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor, VisitorMaker

# A second product beside the main job's takes the tests of every commit a minute.
pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

PASSWORD = "vapup-demo-2026"
MOST_KEYS = 6
PATIENCE_MS = 60_000


def test_an_hour_takes_at_most_six_keys(visit: VisitorMaker, capsys: pytest.CaptureFixture[str]) -> None:
    counts = log_by_keys(visit("hours"))
    with capsys.disabled():
        sys.stdout.write(f"\nkeystrokes to log an hour, besides the text: {counts}\n")
    assert max(counts.values()) <= MOST_KEYS


def log_by_keys(person: Visitor) -> dict[str, int]:
    """Log hours with the keyboard alone, and return how many keys each way took besides the text."""
    person.sign_in("consultant@example.jp", PASSWORD)
    page = person.page
    person.go("/hours/")
    person.look("hours")
    person.go("/hours/")  # axe leaves empty style attributes behind, which htmx would carry over into the next page
    before = page.locator("[data-entry]").count()
    counts = {
        "defaults": _press(page, ["Tab", "売掛金の年齢表を社長に聞き取り", "Enter"]),
        "hours given": _press(page, [*"9-12", "Tab", "返済計画の案を主要行に説明", "Enter"]),
        "length given": _press(page, [*"1.5", "Tab", "面談の記録を計画書の別紙に整理", "Enter"]),
    }
    page.locator("h1").click()  # somewhere outside of the form …
    counts["from anywhere"] = _press(page, ["n", "Tab", "月次試算表の不明点を経理担当に確認", "Enter"])
    page.locator("h1").click()
    page.keyboard.press("d")  # … from where the last entry is copied, words and all
    page.wait_for_url(re.compile("copy="))
    counts["a copy"] = 1 + _press(page, ["Enter"])
    assert page.locator("[data-entry]").count() == before + len(counts)
    assert page.get_by_text("9:00〜12:00").count() >= 1
    person.look("hours-logged")
    _switch_keys_off(page)
    return counts


def _press(page: Page, keys: list[str]) -> int:
    """Press keys one by one, write what is longer, wait for the entry, and return how many keys that were."""
    count = 0
    entries = page.locator("[data-entry]")
    before = entries.count()
    for key in keys:
        if len(key) == 1 or key in {"Tab", "Enter"}:
            page.keyboard.press(key)
            count += 1
        else:
            page.keyboard.insert_text(key)
    entries.nth(before).wait_for()
    # While the page settles, the row before has the mark as well.
    expect(page.locator(".hours-new")).to_have_count(1, timeout=PATIENCE_MS)
    page.locator("[data-first]:focus").wait_for()  # the policy of the page forbids to wait for a script's answer
    return count


def _switch_keys_off(page: Page) -> None:
    page.get_by_label(re.compile("1文字のキーを使う")).uncheck()
    page.locator("h1").click()
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.matches('[data-first]')") is False


def test_an_hour_is_logged_without_scripts(visit: VisitorMaker) -> None:
    """The form, the copy and the sums are plain pages; the script adds comfort only."""
    person = visit("hours-plain")
    person.page.context.route("**/*.js", lambda route: route.abort())
    person.page.on("console", lambda _: None)
    person.sign_in("takahashi@example.jp", PASSWORD)
    person.go("/hours/")
    person.page.get_by_role("textbox", name=re.compile("^業務内容")).fill("原価計算の資料を工場長に確認")
    person.page.keyboard.press("Enter")
    person.page.locator("tr.hours-new").wait_for()
    person.complaints.clear()  # the browser complains of the scripts that were withheld
    assert person.page.locator(".hours-new .hours-content").inner_text() == "原価計算の資料を工場長に確認"
    person.complaints.clear()
