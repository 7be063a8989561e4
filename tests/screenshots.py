"""Renew the pictures of the README from a running demonstration: python -m tests.screenshots http://127.0.0.1:8000."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import CHROMIUM_FLAGS

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
PAGES: Final = {"assessment": "assessment/", "case": ""}
LOG_IN: Final = {"login": "manager@example.jp", "password": "vapup-demo-2026"}


def main(address: str) -> None:
    """Photograph the first approved application of the demonstration: its assessment, its case, its first page."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="ja-JP")
        page.goto(f"{address}/accounts/login/")
        for name, value in LOG_IN.items():
            page.fill(f"[name={name}]", value)
        page.click("main button[type=submit]")
        page.goto(f"{address}/cases/?frame=normal&stage=planning")
        case = page.locator("tbody th a").first
        number = case.inner_text()
        for name, path in PAGES.items():
            page.goto(f"{address}/cases/{number}/{path}")
            page.screenshot(path=IMAGES / f"{name}.png")
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "packet.pdf"
        subprocess.run([sys.executable, "manage.py", "packet", number, "usage", "--output", str(pdf)], check=True)
        first = ["-png", "-r", "70", "-singlefile", "-f", "1", "-l", "1"]
        subprocess.run(["pdftoppm", *first, str(pdf), str(IMAGES / "packet")], check=True)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
