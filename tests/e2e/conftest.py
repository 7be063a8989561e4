"""The real product, started as `make run` starts it, driven by Debian's Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

from vapup.embedded.layout import CHECKOUT, instance

ARTEFACTS = CHECKOUT / "artefacts" / "e2e"
START_SECONDS = 600  # beside other suites; alone it takes a minute
CLOCKWORK = Path(__file__).parent / "clockwork"
REFUSED_INPUT = "status of 422"  # a form that was sent back with its errors is no fault
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of the product under test, which may run ahead; the browser and the tests keep their own."""

    file: Path

    def move(self, days: int) -> None:
        """Let the product believe that it is that many whole days after today."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(days), encoding="ascii")
        fresh.replace(self.file)


@dataclass(frozen=True, slots=True)
class Product:
    """A product that runs, its clock, and the instance that its data belong to."""

    address: str
    clock: Clock
    instance: str


@pytest.fixture(scope="package")
def address(product: Product) -> str:
    """Where the product answers."""
    return product.address


@pytest.fixture(scope="package")
def product() -> Iterator[Product]:
    """Start the product on data of its own; afterwards nothing of it runs.

    Who works on these tests starts one by hand and names its port, its clock's file and its instance:
    VAPUP_E2E=8123:/tmp/clock:mine.
    """
    if at := os.environ.get("VAPUP_E2E"):
        port_text, file, name = (*at.split(":"), "")[:3]
        yield Product(f"http://127.0.0.1:{port_text}", Clock(Path(file)), name)
        return
    name = f"e2e-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"  # two processes test two products
    services = instance(name)
    shutil.rmtree(services.root, ignore_errors=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clock = Clock(services.root.parent / f"{name}.clock")
    clock.move(0)
    env = {
        **os.environ,
        "VAPUP_INSTANCE": name,
        "VAPUP_TEST_CLOCK": str(clock.file),
        "PYTHONPATH": os.pathsep.join((str(CLOCKWORK), os.environ.get("PYTHONPATH", ""))).rstrip(os.pathsep),
    }
    output = (services.root.parent / f"{name}-supervisor.log").open("w")
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "vapup.embedded.supervisor", str(port)],
        cwd=CHECKOUT,
        env=env,
        stdout=output,
        stderr=output,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", supervisor)
        yield Product(f"http://127.0.0.1:{port}", clock, name)
    finally:
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(timeout=60)
        output.close()


def _wait_for(url: str, supervisor: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and supervisor.poll() is None:
        try:
            with urlopen(url, timeout=5):  # noqa: S310
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer; see .data/*-supervisor.log")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    playwright: Playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A person at a browser; every page they pass is checked and kept as an image."""

    page: Page
    address: str
    name: str
    width: int = 1280
    complaints: list[str] = field(default_factory=list)
    seen: int = 0

    def go(self, path: str) -> None:
        """Open a page by its path."""
        self.page.goto(self.address + path)

    def sign_in(self, email: str, password: str) -> None:
        """Log in as a user of the demonstration office."""
        self.go("/accounts/login/")
        self.page.get_by_label("メールアドレス").fill(email)
        self.page.get_by_label("パスワード").fill(password)
        self.page.get_by_role("button", name="ログイン").click()

    def look(self, title: str) -> None:
        """Keep the page as an image at both widths, and check it with axe at the visitor's own."""
        self.seen += 1
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        stem = re.sub(r"[^\w-]", "-", f"{self.name}-{self.seen:02d}-{title}")
        for width in sorted((390, 1280), key=lambda one: one == self.width):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=str(ARTEFACTS / f"{stem}-{width}.png"), full_page=True)
            overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if overflow > 0:
                self.complaints.append(f"{title} at {width}px scrolls sideways by {overflow}px")
        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        self.complaints += [f"{title}: {rule['id']} ({len(rule['nodes'])}×) {rule['help']}" for rule in found]


@pytest.fixture
def ahead(product: Product) -> Iterator[Clock]:
    """The product's clock, to be moved; afterwards it is right again."""
    yield product.clock
    product.clock.move(0)


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[VisitorMaker]:
    """Make visitors; at the end none may have met a violation of axe or of the content security policy."""
    maker = VisitorMaker(chromium, address)
    yield maker
    maker.close()


class VisitorMaker:
    """Opens a private browser window for each person."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self.chromium, self.address = chromium, address
        self.visitors: list[tuple[Visitor, BrowserContext]] = []

    def __call__(self, name: str, *, width: int = 1280) -> Visitor:
        context = self.chromium.new_context(
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            accept_downloads=True,
            viewport={"width": width, "height": 900},
        )
        page = context.new_page()
        visitor = Visitor(page, self.address, name, width)
        page.on("console", lambda message: _note(visitor, message))
        page.on("pageerror", lambda error: visitor.complaints.append(f"script error: {error}"))
        self.visitors.append((visitor, context))
        return visitor

    def close(self) -> None:
        """Close the windows and fail on anything noted."""
        complaints = [complaint for visitor, _ in self.visitors for complaint in visitor.complaints]
        for _, context in self.visitors:
            context.close()
        assert not complaints, "\n".join(complaints)


def _note(visitor: Visitor, message: ConsoleMessage) -> None:
    # Chromium reports content security policy violations, and failed requests, as console errors.
    if message.type == "error" and REFUSED_INPUT not in message.text:
        visitor.complaints.append(f"console: {message.text}")


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """Where a test keeps what it downloads."""
    return tmp_path
