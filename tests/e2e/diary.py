"""Hours logged with the keyboard, handed in week by week, and approved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from playwright.sync_api import Download, expect

from tests.e2e.casework import Work
from tests.e2e.desk import PATIENCE_MS, Desk

SATURDAY = 5
STARTS_AT, MOST_HOURS = 8, 10
SUBJECTS = (
    "月次試算表",
    "資金繰り表",
    "受注残の一覧",
    "原価の内訳",
    "返済計画の案",
    "行動計画の表",
    "金融機関別の残高",
)
ACTS = ("を社長に聞き取り", "を前期の実績と比べて整理", "の根拠の資料を点検", "を計画書の別紙に反映")


def log(desk: Desk, number: str, works: Sequence[Work], first: date) -> date:
    """Log all hours of some lines from a day on, person by person, hand the weeks in, and return the last day."""
    last = first
    for worker in dict.fromkeys(one.worker for one in works):
        own = [one for one in works if one.worker == worker]
        worker_id = worker_of(desk, worker)
        mondays = []
        for day, hours, work, content in stints(own, first):
            monday = day - timedelta(days=day.weekday())
            if monday not in mondays:
                mondays.append(monday)
                open_week(desk, worker_id, monday)
            write(desk, number, work, day, f"{STARTS_AT}-{STARTS_AT + hours}", content)
            last = max(last, day)
        for monday in mondays:
            hand_in(desk, worker_id, monday)
    return last


def stints(works: Sequence[Work], first: date) -> Iterator[tuple[date, int, Work, str]]:
    """Yield the days of one person, none of them on a weekend: how long, on which line, and what was done."""
    day, count = first, 0
    for work in works:
        left = work.hours
        while left:
            while day.weekday() >= SATURDAY:
                day += timedelta(days=1)
            hours = min(left, MOST_HOURS)
            yield day, hours, work, SUBJECTS[count % len(SUBJECTS)] + ACTS[count % len(ACTS)]
            left, count, day = left - hours, count + 1, day + timedelta(days=1)


def worker_of(desk: Desk, name: str) -> str:
    """Return the number of a person, as the choice of whose week is shown has it; the reader's own needs none."""
    desk.open("/hours/")
    found = desk.page.locator("select[name=worker] option", has_text=name)
    if found.count():
        return found.first.get_attribute("value") or ""
    return desk.page.locator("form[data-hx-post] [name=worker]").input_value()


def open_week(desk: Desk, worker_id: str, monday: date) -> None:
    """Open a person's week anew: what axe leaves in a page would be carried over into the next one."""
    desk.open(f"/hours/?week={monday}&worker={worker_id}")
    desk.page.reload(wait_until="load")


def write(desk: Desk, number: str, work: Work, day: date, time: str, content: str) -> None:
    """Log one piece of work: case and day where they differ from the proposal, then time, text and Enter."""
    page, form = desk.page, desk.page.locator("form[data-hx-post]")
    chosen = form.locator("[name=work]")
    wanted = chosen.locator("option", has_text=f"{work.name}").filter(has_text=number).first.get_attribute("value")
    if chosen.input_value() != wanted:
        chosen.select_option(wanted)
    if form.locator("[name=worked_on]").input_value() != day.isoformat():
        desk.fill(worked_on=day)
    before = page.locator("[data-entry]").count()
    form.locator("[name=time]").focus()
    page.keyboard.press("Control+A")
    for key in time:
        page.keyboard.press(key)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(content)
    page.keyboard.press("Enter")
    page.locator("[data-entry]").nth(before).wait_for()
    # While the page settles, the row before has the mark as well.
    expect(page.locator(".hours-new")).to_have_count(1, timeout=PATIENCE_MS)
    page.locator("[data-first]:focus").wait_for()  # the policy of the page forbids to wait for a script's answer


def hand_in(desk: Desk, worker_id: str, monday: date) -> None:
    """Hand a week in."""
    desk.open(f"/hours/?week={monday}&worker={worker_id}")
    desk.press(desk.page.get_by_role("button", name="この週を提出する"))
    assert desk.page.locator("[name=content]").count() == 0


def approve(manager: Desk, number: str) -> int:
    """Approve the weeks that wait and have hours of the case; return how many those were."""
    manager.open("/hours/approvals/")
    boxes = manager.page.locator("tr", has_text=number).locator("[name=week]").all()
    for box in boxes:
        box.check()
    manager.press(manager.page.get_by_role("button", name="選んだ週を承認する"))
    assert manager.shows(f"{len(boxes)}件の週を承認しました")
    return len(boxes)


def is_locked(desk: Desk, number: str) -> bool:
    """Tell whether no hour of the case can be changed any more, whoever approved its week."""
    desk.open(f"/cases/{number}/hours/")
    main = desk.page.get_by_role("main")
    held = main.get_by_text("に含まれています。")
    return held.count() > 0 and main.locator("a[href*='/hours/entries/']").count() == 0


def print_month(desk: Desk, number: str) -> bytes:
    """Print the first month of a person on the case, and return the PDF."""
    desk.open(f"/cases/{number}/hours/")
    with desk.page.expect_download() as download:
        desk.page.locator("a[href*='/hours/record/']").first.click()
    found: Download = download.value
    assert re.search(r"\.pdf$", found.suggested_filename)
    return found.path().read_bytes()
