"""Somebody at work in the browser: opens pages, fills forms, and lets every new kind of page be checked once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Locator, Page

from tests.e2e.conftest import Visitor, VisitorMaker
from tests.e2e.tally import Tally

PASSWORD = "vapup-demo-2026"
PATIENCE_MS = 60_000
# Parts of an address that make another kind of page of it; numbers do not.
TELLING = ("action", "answer", "letter_kind")
# What kind a field is, whether it is in a folded part of the page, what it says, and how it is called.
ASK_FIELD = """one => [one.type, one.closest('details:not([open])') !== null, one.value,
    one.labels && one.labels[0] ? one.labels[0].innerText.split('\\n')[0] : one.name]"""
MARK = re.compile(r"\s*※(必須|任意)\s*$")

Value = str | int | bool | date


@dataclass
class Desk:
    """A member's browser and what the run counts, which several desks share."""

    visitor: Visitor
    tally: Tally
    email: str

    @property
    def page(self) -> Page:
        """The page on the screen."""
        return self.visitor.page

    def open(self, path: str) -> None:
        """Open a page by its path."""
        self.page.goto(self.visitor.address + path, wait_until="domcontentloaded")
        self.arrive()

    def log_in(self) -> None:
        """Log in, for the first time or after a long time."""
        self.visitor.sign_in(self.email, PASSWORD)
        self.page.wait_for_url("**/")
        self.arrive()

    def arrive(self) -> None:
        """Have the page on the screen checked and kept as an image, if its kind is new in this run."""
        found = resolve(urlsplit(self.page.url).path)
        self.tally.meet(found.view_name)
        told = [str(found.kwargs[name]) for name in TELLING if name in found.kwargs]
        kind = " ".join([found.view_name.replace(":", " "), *told])
        if kind not in self.tally.kinds:
            self.tally.kinds.add(kind)
            self.page.wait_for_load_state("load")
            self.visitor.look(kind)

    def press(self, what: Locator) -> None:
        """Click a link or a button that leads to a page, and wait for that page."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            what.click()
        self.arrive()

    def follow(self, label: str) -> None:
        """Click the first link of the page's own content with this label."""
        self.press(self.page.get_by_role("main").get_by_role("link", name=label).first)

    def fill(self, **values: Value) -> None:
        """Fill fields by their names: text, figures and days; a choice by its value; a box by True or False."""
        main = self.page.get_by_role("main")
        for name, value in values.items():
            found = main.locator(f"[name={name}]")
            kind, is_folded, shown, label = found.first.evaluate(ASK_FIELD)
            if is_folded:
                self.page.locator("details:not([open])", has=self.page.locator(f"[name={name}]")).locator(
                    "summary"
                ).click()
            if kind == "select-one":
                found.select_option(str(value))
            elif kind == "radio":
                main.locator(f"[name={name}][value={value}]").check()
            elif kind == "checkbox":
                found.set_checked(bool(value))
            else:
                self.write(found, value, shown=shown, label=label, is_long=kind == "textarea")

    def write(self, found: Locator, value: Value, *, shown: str, label: str, is_long: bool) -> None:
        """Type into a field what it does not say already, and count it; what is long is no single fact."""
        text = value.isoformat() if isinstance(value, date) else str(value)
        if isinstance(value, int):
            shown = shown.replace(",", "")
        if text == shown:
            return
        found.fill(text)
        if text and not is_long:
            page = resolve(urlsplit(self.page.url).path).view_name
            self.tally.note(page, MARK.sub("", label), text)

    def save(self, label: str = "") -> None:
        """Send the form by its button; fail with the form's own words if it comes back with errors."""
        main = self.page.get_by_role("main")
        button = main.get_by_role("button", name=label, exact=True) if label else main.locator("button[type=submit]")
        self.press(button.first)
        refused = self.page.locator(".error-summary")
        assert refused.count() == 0, refused.first.inner_text()

    def shows(self, text: str) -> bool:
        """Tell whether the page's own content has the text."""
        return text in self.page.get_by_role("main").inner_text()


def sit_down(visit: VisitorMaker, email: str, name: str, tally: Tally, *, width: int = 1280) -> Desk:
    """Log a member of the demonstration office in, on a screen of `width` pixels."""
    visitor = visit(name, width=width)
    visitor.page.set_default_timeout(PATIENCE_MS)
    desk = Desk(visitor, tally, email)
    desk.log_in()
    return desk
