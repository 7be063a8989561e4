"""Find one page of every kind that a member can reach by links, and look at each as a picky reader would."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import ConsoleMessage, Page

# Parts of an address that make another kind of page of it; the others only say which row.
TELLING: Final = ("action", "answer", "letter_kind")
# Pages that look different with what they show: so many of them are looked at, and followed.
LOOKS: Final[Mapping[str, int]] = {
    "cases:detail": 4,
    "subsidies:application": 5,
    "subsidies:gate": 3,
    "subsidies:costs": 3,
}
FOLLOWED: Final[Mapping[str, int]] = {"cases:detail": 20, "cases:enterprise": 6, "subsidies:application": 20}
USUALLY_FOLLOWED: Final = 3
WIDE, PHONE, ZOOMED = 1280, 390, 640  # 640 is 1280 at 200 %
HEIGHT: Final = 900
SIDEWAYS: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LEFT_ALONE: Final = ("account_logout",)


@dataclass(frozen=True, slots=True)
class Stop:
    """A page to look at."""

    kind: str
    path: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


def kind_of(path: str) -> tuple[str, str]:
    """Return the name of an address, and the kind of page it is: the name with what else the address says in words."""
    found = resolve(path)
    told = [str(found.kwargs[name]) for name in TELLING if name in found.kwargs]
    return found.view_name, " ".join([found.view_name, *told])


@dataclass
class Walk:
    """What a member found by following links, and what was refused."""

    page: Page
    address: str
    stops: list[Stop] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    fetched: Counter[str] = field(default_factory=Counter)

    def explore(self) -> None:
        """Follow links from the home page, by the browser's cookies, until nothing new turns up."""
        waiting, known = deque(["/"]), {"/"}
        while waiting:
            for link in self._links_of(waiting.popleft()):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def _links_of(self, target: str) -> list[str]:
        try:
            name, kind = kind_of(urlsplit(target).path)
        except Resolver404:
            self.refused.append(f"{target}: no such address")
            return []
        if name in LEFT_ALONE or self.fetched[kind] >= FOLLOWED.get(name, USUALLY_FOLLOWED):
            return []
        self.names.add(name)
        self.fetched[kind] += 1
        answer = self.page.request.get(self.address + target, max_redirects=0)
        if answer.status >= 400:
            self.refused.append(f"{target}: {answer.status}")
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            return []
        if (count := self.fetched[kind]) <= LOOKS.get(name, 1):
            self.stops.append(Stop(kind if count == 1 else f"{kind} {count}", target))
        return list(_links(answer.text(), target))


def _links(html: str, base: str) -> Iterator[str]:
    reader = _Links()
    reader.feed(html)
    for href in reader.found:
        parts = urlsplit(urljoin(base, href))
        if not parts.netloc and parts.scheme == "" and not parts.path.startswith("/static/"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


class Examiner:
    """Looks at pages, and keeps what it complains of, their mark-up, and their pictures."""

    def __init__(self, page: Page, address: str, who: str, folder: Path) -> None:
        self.page, self.address, self.who = page, address, who
        self.complaints: list[str] = []
        self.at = ""
        named = os.environ.get("VAPUP_PICTURES")
        self.pictures = Path(named) / who if named else None
        self.markup = (self.pictures or folder) / "markup"
        self.markup.mkdir(parents=True, exist_ok=True)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._complain(f"script error: {error}"))

    def look(self, stop: Stop) -> None:
        """Open a page, check it at both widths and enlarged, and keep it."""
        self.at = stop.kind
        self.page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        answer = self.page.goto(self.address + stop.path, wait_until="load")
        stem = re.sub(r"[^\w-]", "-", stop.kind)
        if answer:
            (self.markup / f"{stem}.html").write_text(answer.text(), encoding="utf-8")
        for width in (WIDE, ZOOMED, PHONE):
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            if (over := self.page.evaluate(SIDEWAYS)) > 0:
                self._complain(f"scrolls sideways by {over} px at {width} px")
            if width != ZOOMED:
                self._keep(f"{stem}-{width}")
                self._axe(width)

    def _axe(self, width: int) -> None:
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        for rule in found:
            where = rule["nodes"][0]["target"]
            self._complain(f"axe {rule['id']} ({len(rule['nodes'])}×) at {width} px: {rule['help']} {where}")

    def _keep(self, stem: str) -> None:
        if self.pictures:
            self.page.screenshot(path=str(self.pictures / f"{stem}.png"), full_page=True)

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium reports violations of the content security policy, and failed requests, as console errors.
        if message.type == "error":
            self._complain(f"console: {message.text}")

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{self.who} {self.at}: {text}")


def markup_errors(folder: Path, checker: Path) -> list[str]:
    """Return what the Nu HTML checker calls an error in the pages of a folder."""
    command = ["java", "-Xss4m", "-jar", str(checker), "--errors-only", "--format", "json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return [
        f"{Path(one.get('url', '')).name}:{one.get('lastLine', 0)} {one['message']} {one.get('extract', '')!r}"
        for one in messages
        if one["type"] != "info"
    ]
