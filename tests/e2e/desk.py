"""Somebody at work in the browser: opens pages, fills forms, and lets every new kind of page be checked once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Locator, Page

from tests.e2e.conftest import Visitor, VisitorMaker

PASSWORD = "vapup-demo-2026"
PATIENCE_MS = 15_000
# Parts of an address that make another kind of page of it; numbers do not.
TELLING = ("action", "answer", "letter_kind")
# What kind a field is, and whether it is in a folded part of the page.
ASK_FIELD = "one => [one.type, one.closest('details:not([open])') !== null]"

Value = str | int | bool | date


@dataclass
class Desk:
    """A member's browser and the kinds of pages seen in the run, which several desks may share."""

    visitor: Visitor
    kinds: set[str] = field(default_factory=set)

    @property
    def page(self) -> Page:
        """The page on the screen."""
        return self.visitor.page

    def open(self, path: str) -> None:
        """Open a page by its path."""
        self.page.goto(self.visitor.address + path, wait_until="domcontentloaded")
        self.arrive()

    def arrive(self) -> None:
        """Have the page on the screen checked and kept as an image, if its kind is new in this run."""
        found = resolve(urlsplit(self.page.url).path)
        told = [str(found.kwargs[name]) for name in TELLING if name in found.kwargs]
        kind = " ".join([found.view_name.replace(":", " "), *told])
        if kind not in self.kinds:
            self.kinds.add(kind)
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
            kind, is_folded = found.first.evaluate(ASK_FIELD)
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
                found.fill(value.isoformat() if isinstance(value, date) else str(value))

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


def sit_down(visit: VisitorMaker, email: str, name: str, kinds: set[str], *, width: int = 1280) -> Desk:
    """Log a member of the demonstration office in, on a screen of `width` pixels."""
    visitor = visit(name, width=width)
    visitor.page.set_default_timeout(PATIENCE_MS)
    visitor.sign_in(email, PASSWORD)
    visitor.page.wait_for_url("**/")
    desk = Desk(visitor, kinds)
    desk.arrive()
    return desk
