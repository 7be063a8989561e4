"""Help in the browser: drafts are kept and offered, the session's end is told, words explain themselves, keys obey."""

from __future__ import annotations

import re
from typing import Final

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.conftest import Visitor, VisitorMaker

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

PASSWORD: Final = "vapup-demo-2026"
PATIENCE_MS: Final = 60_000
TEXT: Final = "社長・経理担当と面談。12月の入金の見込みを確かめた。"
SAVED: Final = re.compile(r"下書き保存 \d\d:\d\d")


def arrive(visit: VisitorMaker, who: str, *, name: str) -> Visitor:
    person = visit(name)
    person.page.set_default_timeout(PATIENCE_MS)
    person.page.on("dialog", leave)
    person.sign_in(f"{who}@example.jp", PASSWORD)
    person.page.wait_for_url("**/")
    return person


def leave(dialog: Dialog) -> None:
    """Leave a page with unsaved input all the same."""
    dialog.accept()


def notes_of_a_case(person: Visitor) -> str:
    person.go("/cases/")
    number = person.page.locator("main tbody a[href*='/cases/C-']").first.inner_text().strip()
    return f"/cases/{number}/notes/"


def write(page: Page, text: str) -> None:
    page.locator("textarea[name=body]").fill(text)
    expect(page.locator(".draft-state")).to_have_text(SAVED, timeout=PATIENCE_MS)


def test_a_draft_is_kept_offered_and_gone_once_saved(visit: VisitorMaker) -> None:
    person = arrive(visit, "consultant", name="draft")
    page, path = person.page, notes_of_a_case(person)
    person.go(path)
    write(page, TEXT)
    person.go("/help/drafts/")  # without saving
    page.get_by_role("main").get_by_role("link", name="メモ").first.click()
    offer = page.get_by_role("region", name="保存していない下書き")
    expect(offer).to_contain_text(TEXT)
    person.look("draft-offered")
    assert page.locator("textarea[name=body]").input_value() == ""  # nothing is put there unasked
    offer.get_by_role("button", name="この欄に戻す").click()
    assert page.locator("textarea[name=body]").input_value() == TEXT
    page.get_by_role("button", name="メモを書く").click()
    expect(page.get_by_role("main")).to_contain_text(TEXT)
    person.go(path)
    page.wait_for_load_state("networkidle")
    expect(offer).to_have_count(0)


def test_a_draft_never_replaces_what_somebody_else_has_saved(visit: VisitorMaker) -> None:
    one, other = arrive(visit, "consultant", name="draft-one"), arrive(visit, "manager", name="draft-other")
    one.go("/cases/?q=山田水産")
    number = one.page.locator("main tbody a[href*='/cases/C-']").first.inner_text().strip()
    path = f"/cases/{number}/plan/texts/"
    one.go(path)
    field, before = one.page.locator("textarea").first, one.page.locator("textarea").first.input_value()
    field.fill(f"{before}\nわたしの書きかけ")
    one.page.locator("textarea").nth(1).fill("市場も書きかけ")
    expect(one.page.locator(".draft-state")).to_have_text(SAVED, timeout=PATIENCE_MS)
    other.go(path)
    other.page.locator("textarea").first.fill(f"{before}\nほかの人が保存した内容")
    other.page.get_by_role("button", name="保存する").click()
    other.page.wait_for_load_state("load")
    one.page.get_by_role("button", name="保存する").click()  # both texts are shown
    expect(one.page.get_by_role("main")).to_contain_text("ほかの人が保存した内容")
    assert "わたしの書きかけ" in one.page.locator("textarea").first.input_value()
    one.look("plan-conflict")
    one.go(path)
    offer = one.page.get_by_role("region", name="保存していない下書き")
    expect(offer).to_contain_text("保存された内容が変わっています")
    expect(offer.get_by_role("button", name="すべての欄に戻す")).to_be_hidden()
    assert "ほかの人が保存した内容" in one.page.locator("textarea").first.input_value()
    one.look("draft-after-a-change")
    offer.get_by_role("button", name="下書きを捨てる").click()
    expect(offer).to_have_count(0)
    one.complaints = [text for text in one.complaints if "status of 409" not in text]


def test_the_end_of_the_session_is_told_and_can_be_put_off(visit: VisitorMaker) -> None:
    person = arrive(visit, "consultant", name="session")
    page = person.page
    page.clock.install()
    person.go("/help/")
    dialog = page.get_by_role("dialog")
    page.clock.fast_forward("54:30")
    expect(dialog).to_have_count(0)
    page.clock.fast_forward("01:00")
    expect(dialog.get_by_role("heading")).to_have_text("まもなくログインの期限が切れます")
    expect(dialog).to_contain_text("5分後")
    person.look("session-soon")
    dialog.get_by_role("button", name="ログインしたまま続ける").click()
    expect(dialog).to_have_count(0)
    page.clock.fast_forward("01:01:00")
    expect(dialog.get_by_role("heading")).to_have_text("ログインの期限が切れました")
    expect(dialog.get_by_role("link", name="別のタブでログインする")).to_be_visible()
    dialog.get_by_role("button", name="ログインしたので続ける").click()  # the product's own clock stood still
    expect(dialog).to_have_count(0)


def test_a_text_outlives_the_session(visit: VisitorMaker) -> None:
    person = arrive(visit, "consultant", name="outlive")
    page, path = person.page, notes_of_a_case(person)
    person.go(path)
    page.context.clear_cookies()  # as if the session had ended
    page.locator("textarea[name=body]").fill(TEXT)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("ログインの期限が切れました", timeout=PATIENCE_MS)
    dialog.get_by_role("button", name="ログインしたので続ける").click()
    expect(dialog).to_contain_text("まだログインしていません")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="別のタブでログインする").click()
    tab = opened.value
    tab.get_by_label("メールアドレス").fill("consultant@example.jp")
    tab.get_by_label("パスワード").fill(PASSWORD)
    tab.get_by_role("button", name="ログイン").click()
    tab.wait_for_url("**/")
    tab.close()
    dialog.get_by_role("button", name="ログインしたので続ける").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".draft-state")).to_have_text(SAVED, timeout=PATIENCE_MS)
    page.get_by_role("button", name="メモを書く").click()  # the old page is sent with the new session
    expect(page.get_by_role("main")).to_contain_text(TEXT)
    person.complaints = [one for one in person.complaints if "403" not in one and "302" not in one]


def test_a_word_explains_itself_to_the_keyboard(visit: VisitorMaker) -> None:
    person = arrive(visit, "manager", name="term")
    page = person.page
    person.go("/risk/")
    word = page.locator("a.term").first
    word.focus()
    page.keyboard.press("Enter")
    note = page.get_by_role("dialog", name="安全な期限")
    expect(note).to_contain_text("閉庁日")
    expect(word).to_have_attribute("aria-expanded", "true")
    person.look("term")
    word.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="用語集で見る")).to_be_focused()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(word).to_be_focused()


def test_the_sheet_of_keys_opens_and_obeys_its_switch(visit: VisitorMaker) -> None:
    person = arrive(visit, "consultant", name="keys")
    page = person.page
    person.go("/cases/")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="キー操作")
    expect(sheet).to_contain_text("検索の欄に移る")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    switch(person, is_on=False)
    person.go("/cases/")
    page.keyboard.press("?")
    page.keyboard.press("/")
    page.wait_for_timeout(500)
    expect(sheet).to_have_count(0)
    assert page.evaluate("document.activeElement === document.body")
    switch(person, is_on=True)


def switch(person: Visitor, *, is_on: bool) -> None:
    person.go("/profile/")
    person.page.get_by_label("1文字のキー操作を使う").set_checked(is_on)
    person.page.get_by_role("button", name="保存する").click()
    expect(person.page.get_by_role("main")).to_contain_text("プロフィールを保存しました")
