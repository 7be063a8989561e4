"""A packet against WeasyPrint's own time for the same HTML, both warm, in one process and one run."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.packets.printing import packet_html, packet_pdf
from subsidies.services.packets import draft_payload
from tests.bench.report import paired, report
from vapup import clock
from vapup.documents.rendering import VARIANT, stylesheet_text

ROUNDS = 7


def against_weasyprint() -> None:
    """Report the time of a packet of the demonstration office: template, layout and PDF, against layout and PDF."""
    call_command("demo_data", stdout=StringIO())
    case = Case.objects.filter(enterprise__name="有限会社山田水産", frame=SchemeFrame.NORMAL).get()
    payload = draft_payload(case, today=clock.today())
    html = packet_html(payload, is_draft=True)
    fonts = FontConfiguration()
    style = CSS(string=stylesheet_text(), font_config=fonts)

    def ours() -> int:
        return packet_pdf(payload, is_draft=True).page_count

    def bare() -> bytes:
        pdf: bytes = HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant=VARIANT)
        return pdf

    pages = ours()
    bare()
    packet, weasyprint, ratio = paired(ours, bare, rounds=ROUNDS)
    report(f"packet_of_{pages}_pages", packet * 1000, "ms", ratio=ratio, against="WeasyPrint, same HTML")
    report("weasyprint_alone", weasyprint * 1000, "ms")
