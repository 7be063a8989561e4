"""How many clicks and keys everyday work takes: the figures are printed, and more than the goal fails."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Locator

from tests.e2e.conftest import Product, Visitor, VisitorMaker
from tests.e2e.test_hours_keys import MOST_KEYS, log_by_keys
from vapup.embedded.layout import CHECKOUT

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

PASSWORD: Final = "vapup-demo-2026"
PACKETS: Final = 10
MOST_CLICKS: Final = 4
PATIENCE_MS: Final = 300_000


@dataclass
class Hand:
    """Clicks like a person, and counts."""

    person: Visitor
    clicks: int = 0

    def click(self, what: Locator) -> None:
        """Click once; whatever page follows is waited for by the next step."""
        what.first.click()
        self.clicks += 1


def arrive(visit: VisitorMaker, role: str) -> Visitor:
    person = visit(f"effort-{role}")
    person.sign_in(f"{role}@example.jp", PASSWORD)
    person.page.wait_for_url("**/")
    return person


def tell(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{text}\n")


def test_a_manager_reaches_the_most_urgent_money_in_one_click(
    visit: VisitorMaker, capsys: pytest.CaptureFixture[str]
) -> None:
    person = arrive(visit, "manager")
    person.go("/risk/")
    most_urgent = person.page.locator("main tbody tr").first.locator("td a").first.get_attribute("href")
    person.go("/")
    hand = Hand(person)
    hand.click(person.page.get_by_role("main").locator(f"a[href='{most_urgent}']"))
    person.page.wait_for_url(f"**{most_urgent}")
    assert person.page.get_by_text("失うおそれのある補助金").first.is_visible()
    tell(capsys, f"manager, from home to the most urgent money: {hand.clicks} click")
    assert hand.clicks == 1


def test_a_consultant_logs_an_hour_in_six_keys(visit: VisitorMaker, capsys: pytest.CaptureFixture[str]) -> None:
    counts = log_by_keys(visit("effort-consultant"))
    tell(capsys, f"consultant, an hour besides its text: {max(counts.values())} keys at most ({counts})")
    assert max(counts.values()) <= MOST_KEYS


def test_an_admin_exports_ten_approved_packets_in_four_clicks(
    visit: VisitorMaker, product: Product, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {**os.environ, "VAPUP_INSTANCE": product.instance, "DJANGO_SETTINGS_MODULE": "vapup.settings"}
    command = [sys.executable, "-m", "tests.e2e.approved", str(PACKETS)]
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True)
    person = arrive(visit, "admin")
    page, hand = person.page, Hand(person)
    hand.click(page.get_by_role("link", name="書類の出力"))
    waiting = page.get_by_role("button", name="すべて出力する")
    waiting.wait_for()
    count = page.locator("input[name=application]").count()
    hand.click(page.get_by_label("出力の目的"))
    page.keyboard.type("宮城県の協議会へ提出するため。")
    hand.click(waiting)
    ready = page.get_by_role("main").get_by_role("link", name="ダウンロード")
    ready.first.wait_for(timeout=PATIENCE_MS)
    with page.expect_download() as taken:
        hand.click(ready)
    assert taken.value.suggested_filename.endswith(".zip")
    tell(capsys, f"admin, {count} approved packets as one ZIP: {hand.clicks} clicks and the purpose in words")
    assert count >= PACKETS
    assert hand.clicks <= MOST_CLICKS
