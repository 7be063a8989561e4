"""A packet on paper: its HTML, its PDF, and the name of its file."""

from __future__ import annotations

from datetime import date
from typing import Final

from subsidies.enums import ApplicationKind
from subsidies.packets.payload import UsagePayload
from vapup.documents.rendering import RenderedPdf, print_html, render_html

TEMPLATE: Final = "documents/usage.html"


def packet_html(payload: UsagePayload, *, is_draft: bool) -> str:
    """Return the document as HTML; `vapup.documents.rendering.stylesheet_text` is its stylesheet."""
    return render_html(TEMPLATE, {"payload": payload, "is_draft": is_draft})


def packet_pdf(payload: UsagePayload, *, is_draft: bool) -> RenderedPdf:
    """Print the packet; the same payload gives the same bytes. A draft bears a watermark on every page."""
    return print_html(packet_html(payload, is_draft=is_draft), identifier=payload.sha256)


def packet_filename(case_number: str, application: ApplicationKind, *, is_draft: bool, printed_on: date) -> str:
    """Return the name of the file: C-2026-0012_利用申請_20260401.pdf, or with 下書き in the place of the day."""
    suffix = "下書き" if is_draft else f"{printed_on:%Y%m%d}"
    return f"{case_number}_{application.label}_{suffix}.pdf"
