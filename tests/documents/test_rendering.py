from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from vapup.documents.rendering import StaticOnlyFetcher, print_html

CANARY = "canary-7f3a9c"


class Listener(HTTPServer):
    """Counts who calls."""

    calls: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.server.calls.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[Listener]:
    server = Listener(("127.0.0.1", 0), Handler)
    server.calls = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def hostile_html(url: str) -> str:
    """Return HTML with every way to load something: what a template without escaping would let through."""
    return f"""<html lang="ja"><head><title>t</title><meta name="dcterms.created" content="2026-04-01">
    <meta name="dcterms.modified" content="2026-04-01">
    <link rel="stylesheet" href="{url}"><link rel="attachment" href="{url}"><base href="{url}">
    <style>@import url("{url}"); @font-face {{ font-family: f; src: url("{url}") }}
    body {{ background: url("{url}"); font-family: f }} li {{ list-style-image: url("{url}") }}
    p::before {{ content: url("{url}") }}</style></head>
    <body><p>本文</p><img src="{url}"><img srcset="{url}"><object data="{url}"></object><embed src="{url}">
    <iframe src="{url}"></iframe><a rel="attachment" href="{url}">添付</a><ul><li>項</li></ul>
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image href="{url}"/>
    <use xlink:href="{url}#a"/></svg></body></html>"""


def test_a_document_calls_no_address() -> None:
    with listening() as server:
        pdf = print_html(hostile_html(f"http://127.0.0.1:{server.server_port}/x"), identifier="a")
    assert server.calls == []
    assert pdf.page_count == 1


def test_a_document_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    pdf = print_html(hostile_html(secret.as_uri()), identifier="a")
    path = tmp_path / "out.pdf"
    path.write_bytes(pdf.content)
    unpacked = subprocess.run(["qpdf", "--qdf", str(path), "-"], check=True, capture_output=True).stdout
    assert CANARY.encode() not in unpacked
    attached = subprocess.run(["pdfdetach", "-list", str(path)], check=True, capture_output=True, text=True).stdout
    assert attached.startswith("0 embedded files")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1/", "data:text/css,p{}", "ftp://127.0.0.1/x"])
def test_the_fetcher_refuses_everything(url: str) -> None:
    with pytest.raises(ValueError, match="load nothing"):
        StaticOnlyFetcher().fetch(url)


def test_the_same_html_gives_the_same_bytes_in_another_process() -> None:
    html = hostile_html("https://example.jp/x")
    here = print_html(html, identifier="a").content
    script = (
        "import sys, django, hashlib; django.setup();"
        "from vapup.documents.rendering import print_html;"
        "sys.stdout.write(hashlib.sha256(print_html(sys.stdin.read(), identifier='a').content).hexdigest())"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "vapup.settings", "PATH": "/usr/bin", "PYTHONHASHSEED": "4711"}
    there = subprocess.run(
        [sys.executable, "-c", script], input=html, capture_output=True, text=True, check=True, env=environment
    )
    assert there.stdout == hashlib.sha256(here).hexdigest()
