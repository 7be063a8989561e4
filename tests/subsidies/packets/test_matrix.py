"""Every kind of application in every frame and edition, printed from the demonstration office, is a sound packet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind
from subsidies.packets.printing import Part, PrintedPacket
from subsidies.rules.editions import edition_of, form_editions
from subsidies.selectors.gate.verdict import gate_of
from tests.subsidies.packets.demonstration import MATRIX, TODAY, demonstration_office, printed_at
from tests.subsidies.packets.random_cases import PAIRS
from tests.subsidies.packets.reading import bookmarks_of, check_sound, fonts_left_out, pages_of, run, squeezed
from vapup.accounts.models import Agency

CONTENTS = re.compile(r"^ *(\d+) .*? (\d+) +(\d+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def office(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agency]:
    """The demonstration office, made once for all tests of this file."""
    with demonstration_office(django_db_blocker, tmp_path_factory.mktemp("office")) as agency:
        yield agency


@pytest.fixture
def db(office: Agency) -> Iterator[None]:
    """The database with the office in it; what a test changes there is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def check(kind: ApplicationKind, frame: SchemeFrame, edition: str, key_date: date, folder: Path) -> None:
    application, printed = printed_at(kind, frame, key_date)
    assert (application.kind, application.case.frame) == (kind, frame)
    path = folder / "packet.pdf"
    path.write_bytes(printed.pdf.content)
    check_sound(path)
    assert fonts_left_out(path) == []
    pages = pages_of(path)
    check_pages(printed, pages, path)
    label = edition_of(key_date, frame).label
    forms = [part for part in printed.parts if part.kind == "form"]
    assert forms
    assert {part.edition for part in forms} == {label}
    for part in forms:
        assert all(f"{label}(配置は" in page for page in pages[part.first_page - 1 :][: part.page_count]), part.label
    check_cover(printed, folder)
    report = gate_of(application, today=TODAY)
    left = len(report.closing) + len(report.unticked)
    verdict = "提出できます" if report.is_open else f"提出できません(残り{left}件)"
    assert f"時点:{verdict}" in squeezed(pages[0])


def check_pages(printed: PrintedPacket, pages: list[str], path: Path) -> None:
    """Check the number of pages, their stamps, that none is empty, and that the bookmarks lead to the parts."""
    count = printed.pdf.page_count
    merged = [part for part in printed.parts if part.page_count]
    assert len(pages) == count == sum(part.page_count for part in merged)
    assert f"Pages: {count:>11}" in re.sub(r"Pages: +(\d+)", lambda one: f"Pages: {one[1]:>11}", run("pdfinfo", path))
    for number, page in enumerate(pages, 1):
        assert re.findall(rf"(?<![0-9])([0-9]+) / {count}(?![0-9])", page) == [str(number)]
        if number not in scanned(merged):
            # Head and foot have some 60 characters; a page with room for writing by hand has little more.
            assert len(squeezed(page)) > 100, f"page {number} is empty:\n{page}"
    assert bookmarks_of(path) == [(part.label, part.first_page) for part in merged]


def scanned(parts: list[Part]) -> set[int]:
    """Return the pages of uploaded papers, which may be pictures."""
    papers = (part for part in parts if part.kind == "paper")
    return {part.first_page + more for part in papers for more in range(part.page_count)}


def check_cover(printed: PrintedPacket, folder: Path) -> None:
    """Check that the table of contents names every part with its pages; no watermark lies over the part itself."""
    path = folder / "cover.pdf"
    path.write_bytes(printed.parts[0].content)
    cover = "\n".join(pages_of(path))
    told = [tuple(map(int, row)) for row in CONTENTS.findall(cover)]
    assert told == [
        (number, part.page_count, part.first_page)
        for number, part in enumerate(printed.parts[1:], 1)
        if part.page_count
    ]
    assert [part.label for part in printed.parts[1:] if squeezed(part.label)[-8:] not in squeezed(cover)] == []


@pytest.mark.nightly
@pytest.mark.parametrize(("kind", "frame", "edition", "key_date"), MATRIX)
def test_every_kind_frame_and_edition_is_a_sound_packet(
    db: None, tmp_path: Path, kind: ApplicationKind, frame: SchemeFrame, edition: str, key_date: date
) -> None:
    check(kind, frame, edition, key_date, tmp_path)


def test_the_matrix_has_every_kind_frame_and_edition() -> None:
    assert {(frame, edition) for _, frame, edition, _ in MATRIX} == {
        (frame, one.edition) for frame, editions in form_editions().items() for one in editions
    }
    assert {(kind, frame) for kind, frame, _, _ in MATRIX} == set(PAIRS)
