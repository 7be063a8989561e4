"""Every kind of page as every role: axe, mark-up, content security policy, console, sideways scrolling, keyboard."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import VisitorMaker
from tests.e2e.walker import Examiner, Walk, markup_errors

pytestmark = [pytest.mark.e2e, pytest.mark.nightly]

PASSWORD: Final = "vapup-demo-2026"
ROLES: Final = ("consultant", "manager", "admin", "viewer")
# Working on a page, name its kinds: VAPUP_WALK="cases:list,dashboard:home".
ONLY: Final = tuple(filter(None, os.environ.get("VAPUP_WALK", "").split(",")))
MAIN: Final = (
    *("/", "/cases/", "/calendar/", "/hours/", "/payments/", "/enterprises/", "/risk/", "/packets/", "/help/glossary/"),
    *("/notices/", "/profile/"),
)
MOST_TABS: Final = 80
MOST_FEW: Final = 5
# Of what has the focus: its place among all elements, whether it is seen and marked, and what it is.
FOCUSED: Final = """() => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
        && box.top < window.innerHeight && box.left < window.innerWidth;
    const top = document.elementFromPoint(
        Math.min(Math.max(box.left + box.width / 2, 0), window.innerWidth - 1),
        Math.min(Math.max(box.top + box.height / 2, 0), window.innerHeight - 1));
    const labelled = [...(one.labels || [])].some(label => label.contains(top));
    const free = top && (one.contains(top) || top.contains(one) || labelled);
    const ringed = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    return [[...document.querySelectorAll('*')].indexOf(one), seen, Boolean(free), ringed,
        (one.outerHTML || '').slice(0, 120), one === document.body];
}"""


@pytest.mark.parametrize("role", ROLES)
def test_every_kind_of_page(
    role: str, visit: VisitorMaker, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = visit(role)
    person.sign_in(f"{role}@example.jp", PASSWORD)
    person.page.wait_for_url("**/")
    walk = Walk(person.page, address)
    walk.explore()
    examiner = Examiner(person.page, address, role, tmp_path)
    stops = [stop for stop in walk.stops if not ONLY or stop.kind.split(" ")[0] in ONLY]
    for stop in stops:
        examiner.look(stop)
    complaints = [*(f"{role} {one}" for one in walk.refused), *examiner.complaints, *_markup(examiner.markup)]
    with capsys.disabled():
        sys.stdout.write(f"\n{role}: {len(stops)} pages looked at, {len(complaints)} complaints\n")
    person.complaints.clear()  # the examiner has heard the same
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_keyboard_alone_reaches_everything_in_order_and_is_seen(visit: VisitorMaker, width: int) -> None:
    person = visit(f"keyboard-{width}", width=width)
    person.sign_in("manager@example.jp", PASSWORD)
    person.page.wait_for_url("**/")
    complaints = []
    for path in MAIN:
        person.go(path)
        complaints += [f"{path} at {width} px: {one}" for one in _tab_through(person.page)]
    assert not complaints, "\n".join(complaints)


def _tab_through(page: Page) -> Iterator[str]:
    before = first = -1
    for count in range(MOST_TABS):
        page.keyboard.press("Tab")
        place, is_seen, is_free, is_ringed, what, is_round = page.evaluate(FOCUSED)
        if is_round or place == first:
            if count < MOST_FEW:
                yield f"only {count} things can be reached"
            return
        first = place if count == 0 else first
        if place < before:
            yield f"jumps back to {what}"
        for is_right, fault in ((is_seen, "outside of the window"), (is_free, "covered"), (is_ringed, "not marked")):
            if not is_right:
                yield f"{fault}: {what}"
        before = place


def _markup(folder: Path) -> list[str]:
    checker = os.environ.get("VAPUP_VNU", "")
    if not checker or not shutil.which("java"):
        reason = "VAPUP_VNU names no vnu.jar" if not checker else "there is no Java"
        sys.stderr.write(f"\nTHE MARK-UP OF NO PAGE WAS CHECKED: {reason} (npm: vnu-jar, apt: default-jre-headless)\n")
        return []
    return [f"mark-up {one}" for one in markup_errors(folder, Path(checker))]
