"""Agencies, claims and their figures as people enter them: from the hours to the invoices, transfers and the match."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tests.e2e.casework import Story
from tests.e2e.desk import Desk


def set_up_agency(manager: Desk, number: str, name: str, worker: str, rate_yen: int) -> None:
    """Register another agency on the case, and its person with a rate."""
    manager.open(f"/cases/{number}/co-agencies/new/")
    manager.fill(
        name=name,
        representative="宮内 修司",
        certification_number="104904008888",
        certification_expires_on=date(2031, 3, 30),
        address="宮城県石巻市中央8-8-8",
        phone="0225-00-0188",
    )
    manager.save()
    manager.open(f"/cases/{number}/hours/")
    manager.press(manager.page.locator("a[href*='/workers/new/?co_agency=']").first)
    manager.fill(name=worker, qualification="公認会計士")
    manager.save()
    manager.fill(valid_from=date(2020, 4, 1), hourly_rate_yen=rate_yen)
    manager.press(manager.page.locator("form:has([name=hourly_rate_yen]) button[type=submit]").first)
    assert manager.shows(f"{rate_yen:,}")


def begin(desk: Desk, number: str) -> str:
    """Begin the application that the list proposes next; return the path of its page."""
    desk.open(f"/cases/{number}/applications/")
    desk.press(desk.page.get_by_role("button", name=re.compile("の準備を始める$")).first)
    return re.sub(r"^https?://[^/]+", "", desk.page.url)


@dataclass(frozen=True, slots=True)
class Share:
    """What an agency invoices the council and the enterprise, in yen."""

    council_yen: int
    own_yen: int


def claim(desk: Desk, story: Story, place: str, *, invoiced_on: date, contracted_on: date | None = None) -> list[Share]:
    """Take the cost over from the hours, enter each agency's invoices and the transfer of the own share.

    Returns:
        the shares, agency by agency, the lead agency first.
    """
    desk.open(f"{place}claim/")
    desk.follow("業務日誌から取り込む")
    desk.save("この内容で取り込む")
    links = desk.page.get_by_role("main").locator("a[href*='/claim/settlements/']")
    shares: list[Share] = []
    for path in links.evaluate_all("all => all.map(one => one.pathname)"):
        days = len(shares)
        shares.append(settle(desk, story, path, days=days, invoiced_on=invoiced_on, contracted_on=contracted_on))
    with desk.tally.detour():
        desk.open(f"{place}claim/transfer-note/")
    return shares


def settle(desk: Desk, story: Story, path: str, *, days: int, invoiced_on: date, contracted_on: date | None) -> Share:
    """Enter one agency's contract, invoices and transfer, `days` later than the first agency's; return its share."""
    later = timedelta(days=days)
    desk.open(path)
    council_yen, own_yen = (
        int(desk.page.locator(f"[name={name}]").input_value().replace(",", ""))
        for name in ("council_invoice_yen", "own_invoice_yen")
    )
    if contracted_on is not None:
        desk.fill(contracted_on=contracted_on + later)
    assert desk.page.locator("[name=contracted_on]").input_value()
    assert desk.page.locator("[name=payer]").input_value() == story.enterprise
    if council_yen:
        desk.fill(council_invoiced_on=invoiced_on + later)
    if own_yen:  # an agency without a part in the cost may still get its half of the plan
        desk.fill(
            own_invoiced_on=invoiced_on + later + timedelta(days=2),
            method="transfer",
            transferred_on=invoiced_on + later + timedelta(days=4),
            transferred_yen=own_yen,
            is_single_purpose=True,
        )
    desk.save()
    return Share(council_yen, own_yen)


def match_agrees(desk: Desk, place: str) -> None:
    """Find every comparison of the four-way match in agreement."""
    desk.open(f"{place}match/")
    words = desk.page.get_by_role("main").inner_text()
    for word in ("不一致", "未入力", "説明あり"):
        assert word not in words, words
    assert "一致" in words
