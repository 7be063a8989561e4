"""No field of any form of any application makes the printing call an address or read a file."""

from __future__ import annotations

import subprocess
from itertools import cycle
from pathlib import Path

import pytest

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.packets.payload import PacketContent
from subsidies.packets.printing import print_packet
from subsidies.rules.editions import form_layouts
from tests.documents.files import pdf
from tests.documents.test_rendering import listening
from tests.subsidies.packets.planting import FORMS, replanted, richest
from tests.subsidies.test_packet_fetches import CANARY, VECTORS, enclosed
from vapup.accounts.models import Member

K, F = ApplicationKind, SchemeFrame
KINDS = (
    (K.USAGE, F.SME_GL),
    (K.CHANGE, F.VUP),
    (K.PLAN_CLAIM, F.SME_GL),
    (K.MONITORING_CLAIM, F.NORMAL),
    (K.NEGOTIATION_CLAIM, F.VUP),
    (K.WITHDRAWAL, F.NORMAL),
)


def print_planted(content: PacketContent, secret: Path) -> list[bytes]:
    """Print content with a vector in every field, until each stood somewhere; return the packets with their parts."""
    with listening() as server:
        urls = (f"http://127.0.0.1:{server.server_port}/x", secret.as_uri(), str(secret))
        planted: list[str] = []
        vectors = [vector.format(url=url) for vector in VECTORS for url in urls]
        # Fields and attachment take turns of their own: in one round together they could miss a vector for ever.
        wanted, texts, names = set(vectors), cycle(vectors), cycle(vectors)

        def text_of(_: str, __: str) -> str:
            planted.append(next(texts))
            return f'"><img src="{urls[0]}">{planted[-1]}'  # the first calls out of any field that is not escaped

        found: list[bytes] = []
        while set(planted) != wanted:
            packet = print_packet(replanted(content, text_of), enclosed(next(names)), {1: pdf()}, is_draft=False)
            found.extend((packet.pdf.content, *(part.content for part in packet.parts)))
        assert server.calls == []
    return found


@pytest.mark.nightly
@pytest.mark.parametrize(("kind", "frame"), KINDS)
def test_no_form_of_any_kind_fetches_or_reads(
    consultant: Member, tmp_path: Path, kind: ApplicationKind, frame: SchemeFrame
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    content = richest(consultant, kind, frame)
    assert {form.code for form in content.forms} >= set(FORMS[kind])
    printed = print_planted(content, secret)
    assert len(printed) > len(content.forms)
    path = tmp_path / "part.pdf"
    for one in printed:
        path.write_bytes(one)
        command = ["qpdf", "--qdf", "--stream-data=uncompress", str(path), "-"]
        assert CANARY.encode() not in subprocess.run(command, check=True, capture_output=True).stdout
        listed = subprocess.run(["pdfdetach", "-list", str(path)], check=True, capture_output=True).stdout
        assert listed.startswith(b"0 embedded files")
        assert (
            CANARY not in subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True).stdout.decode()
        )


def test_every_form_that_is_laid_out_is_tried() -> None:
    assert {code for codes in FORMS.values() for code in codes} == set(form_layouts())
    assert {kind for kind, _ in KINDS} == set(K)
