"""HTML to PDF, cut off from every file and network: what a document shows comes from its payload alone."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NoReturn

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

STYLESHEET: Final = "documents/print.css"
PART_STYLESHEET: Final = "documents/part.css"
# Tagged and archival, so that the file can be read aloud and will still open when the evidence may be thrown away.
VARIANT: Final = "pdf/a-2a"


class StaticOnlyFetcher(URLFetcher):
    """Refuses everything: documents carry their style and drawings inside, and name fonts of the system.

    A text typed by a user can therefore never make the machine read a file or call an address, whatever it says.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> NoReturn:  # noqa: ARG002 (its signature)
        """Refuse `url`; WeasyPrint goes on without the resource."""
        raise ValueError(f"documents load nothing: {url[:80]}")


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A finished PDF and how many pages it has."""

    content: bytes
    page_count: int


def render_html(template: str, context: Mapping[str, Any]) -> str:
    """Return the HTML of a document; user text in `context` is escaped by the template engine."""
    return render_to_string(template, dict(context))


def render_pdf(template: str, context: Mapping[str, Any], *, identifier: str) -> RenderedPdf:
    """Print a document. The same context gives the same bytes, on any day and in any process.

    Args:
        template: a template of `templates/documents/` that names the day of the document in `dcterms.created`.
        context: everything that is printed.
        identifier: what names this content in the PDF, such as its hash.
    """
    return print_html(render_html(template, context), identifier=identifier)


def print_html(html: str, *, identifier: str, is_part: bool = False, is_archival: bool = True) -> RenderedPdf:
    """Print HTML that `render_html` made, see `render_pdf`.

    Args:
        is_part: it will be merged with others, and numbers its own pages no more.
        is_archival: tagged PDF/A-2a is asked for; not for what only ends up in another file.
    """
    wanted: dict[str, Any] = {"pdf_variant": VARIANT, "pdf_tags": True} if is_archival else {}
    sheets = [_stylesheet(STYLESHEET), *([_stylesheet(PART_STYLESHEET)] if is_part else [])]
    with _without_garbage_collection(), warnings.catch_warnings():
        # WeasyPrint 70 leaves the file of its own colour profile to be closed by the interpreter.
        warnings.filterwarnings("ignore", message="unclosed file .*sRGB2014", category=ResourceWarning)
        source = HTML(string=html, url_fetcher=StaticOnlyFetcher())
        document = source.render(font_config=_fonts(), stylesheets=sheets, **wanted)
        content: bytes = document.write_pdf(pdf_identifier=identifier.encode(), **wanted)
    return RenderedPdf(content=content, page_count=len(document.pages))


@lru_cache(maxsize=1)
def _fonts() -> FontConfiguration:
    """Return the fonts of this process: finding them anew for each document would cost more than the document."""
    return FontConfiguration()


@lru_cache(maxsize=2)
def _stylesheet(template: str) -> CSS:
    return CSS(string=render_to_string(template), font_config=_fonts(), url_fetcher=StaticOnlyFetcher())


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Hold the collector back: a layout makes many small objects, and none is garbage before it is finished."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
