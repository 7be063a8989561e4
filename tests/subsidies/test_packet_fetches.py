"""What a user typed never makes the printing process call an address or read a file, in whichever field it stands."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from subsidies.enums import ApplicationKind, CostCategory
from subsidies.models import Application, ClaimLine, Settlement
from subsidies.packets.contents import content_from, live_content
from subsidies.packets.enclosure import Attached, Enclosure, Verdict
from subsidies.packets.payload import Form, PacketContent
from subsidies.packets.printing import print_packet
from tests.documents.files import pdf
from tests.documents.test_rendering import listening
from tests.subsidies.packet_cases import PREPARED_ON, make_ready_case
from vapup.accounts.models import Member

CANARY = "canary-51c0ffee"
# These name a form, a rule of the printing or a kind; nobody types them.
STRUCTURE = frozenset({"application", "frame_code", "code", "edition", "layout", "key", "verdict"})
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
VECTORS = (
    '<link rel="attachment" href="{url}">',
    '<a rel="attachment" href="{url}">x</a>',
    '"><img src="{url}"><img srcset="{url} 2x">',
    '<link rel="stylesheet" href="{url}">',
    '<style>@import url("{url}");</style>',
    '<style>body {{ background: url("{url}") }} li {{ list-style-image: url("{url}") }}</style>',
    "<style>@font-face {{ font-family: f; src: url('{url}') }} * {{ font-family: f }}</style>",
    '<object data="{url}"></object><embed src="{url}"><iframe src="{url}"></iframe>',
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image href="{url}"/></svg>',
    '<svg><use xlink:href="{url}#a"/></svg>',
    "</style></title></script><base href='{url}'>",
    "' style='background:url({url})",
    '{{% include "{url}" %}} {{{{ settings.SECRET_KEY }}}}',
    "url({url}) {url} \\{url}",
)


def forms_that_stand(content: PacketContent) -> tuple[Form, ...]:
    """Return the forms whose layout exists."""
    found = []
    for form in content.forms:
        try:
            get_template(form.template)
        except TemplateDoesNotExist:
            continue
        found.append(form)
    return tuple(found)


def planted(value: Any, texts: Iterator[str], name: str = "") -> Any:
    """Return JSON with a hostile text in the place of every text that somebody could have typed."""
    if isinstance(value, dict):
        return {key: planted(one, texts, key) for key, one in value.items()}
    if isinstance(value, list):
        return [planted(one, texts, name) for one in value]
    if isinstance(value, str) and name not in STRUCTURE and not DAY.fullmatch(value):
        return next(texts)
    return value


def planted_content(kind: ApplicationKind, member: Member, texts: Iterator[str]) -> PacketContent:
    """Return the content of an application in which every field is hostile."""
    case = make_ready_case(member)
    application = Application.objects.create(agency=case.agency, case=case, kind=kind)
    if kind is ApplicationKind.PLAN_CLAIM:
        lines = {"agency": case.agency, "application": application, "cost_yen": 1_500_001}
        ClaimLine.objects.create(**lines, category=CostCategory.PLANNING)
        Settlement.objects.create(**lines, payer="ヤマダスイサン", payee="アオバカイケイ")
    content = live_content(application, today=PREPARED_ON)
    content = replace(content, forms=forms_that_stand(content))
    assert content.forms
    return content_from(kind, planted(json.loads(json.dumps(content.as_json())), texts))


def enclosed(text: str) -> Enclosure:
    paper = Attached("paper", text, text, 1, "scan.pdf", "application/pdf", "0" * 64)
    return Enclosure(
        (paper,), Verdict(PREPARED_ON, is_open=False, closing_count=1, unticked_count=0, overridden_count=0)
    )


@pytest.mark.parametrize(
    "kind",
    [
        ApplicationKind.USAGE,
        pytest.param(ApplicationKind.PLAN_CLAIM, marks=pytest.mark.nightly),
        ApplicationKind.CHANGE,
        ApplicationKind.WITHDRAWAL,
    ],
)
def test_no_field_of_any_application_fetches_or_reads(
    consultant: Member, tmp_path: Path, kind: ApplicationKind
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    with listening() as server:
        urls = (f"http://127.0.0.1:{server.server_port}/x", secret.as_uri(), str(secret))
        texts = cycle([vector.format(url=url) for vector in VECTORS for url in urls])
        content = planted_content(kind, consultant, texts)
        packet = print_packet(content, enclosed(next(texts)), {1: pdf()}, is_draft=False)
        assert server.calls == []
    for number, one in enumerate([packet.pdf.content, *(part.content for part in packet.parts)]):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(one)
        unpacked = subprocess.run(
            ["qpdf", "--qdf", "--stream-data=uncompress", path, "-"], check=True, capture_output=True
        ).stdout
        assert CANARY.encode() not in unpacked
        listed = subprocess.run(["pdfdetach", "-list", path], check=True, capture_output=True).stdout
        assert listed.startswith(b"0 embedded files")
        assert CANARY not in subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True).stdout.decode()


def test_the_texts_are_printed_as_they_were_typed(consultant: Member, tmp_path: Path) -> None:
    content = planted_content(ApplicationKind.CHANGE, consultant, cycle(["<b>太字</b>&amp;{{ 1 }}"]))
    path = tmp_path / "packet.pdf"
    path.write_bytes(print_packet(content, is_draft=False).pdf.content)
    text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True).stdout.decode()
    assert "<b>太字</b>&amp;{{ 1 }}" in " ".join(text.split())
