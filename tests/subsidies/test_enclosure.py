"""What goes with the forms: uploaded papers among the pages or beside them, and the verdict of the check before it."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from subsidies.models import Application, Packet, Paper, PaperVersion
from subsidies.packets.archive import archive_of
from subsidies.packets.enclosure import Enclosure, Verdict, enclosure_of
from subsidies.packets.printing import PrintedPacket, packet_title, print_packet
from subsidies.selectors.filing.requirements import requirements_of
from subsidies.services.output.packets import request_packet
from subsidies.services.output.printing import render_packet, stored_files
from tests.documents.files import pdf, picture, xlsx
from tests.subsidies.packet_cases import DECIDED_AT, PREPARED_ON, make_approved, make_ready_case, payload_of, text_of
from vapup.accounts.models import Member
from vapup.documents.services import open_stored, store

FILES = {
    "registry_certificate": ("登記簿.pdf", "application/pdf", lambda: pdf(pages=2)),
    "resident_record": ("確認書類.png", "image/png", lambda: picture(size=(300, 400))),
}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(application: Application, by: Member, requirement: str, name: str, kind: str, content: bytes) -> None:
    """Store a further version of a paper, as the page of papers does."""
    paper, _ = Paper.objects.get_or_create(agency=application.agency, application=application, requirement=requirement)
    document = store(content, agency_id=application.agency_id, filename=name, content_type=kind)
    number = paper.versions.count() + 1
    PaperVersion.objects.create(
        agency=application.agency, paper=paper, number=number, document=document, uploaded_by=by
    )


@pytest.fixture
def application(consultant: Member, manager: Member) -> Application:
    found = make_approved(make_ready_case(consultant), requested_by=consultant, decided_by=manager)
    found.refresh_from_db()
    return found


def requirements(application: Application) -> list[str]:
    """Return rows of the list of documents that the product does not print itself."""
    printed = {form.code for form in payload_of(application.case).forms}
    slots = [slot for slot in requirements_of(application) if slot.requirement.id == slot.key]
    return [slot.key for slot in slots if slot.key not in printed]


def printed(application: Application, *, is_draft: bool = False) -> tuple[Enclosure, PrintedPacket]:
    enclosure = enclosure_of(application, today=PREPARED_ON)
    files = stored_files(application.agency_id, enclosure)
    return enclosure, print_packet(payload_of(application.case, application), enclosure, files, is_draft=is_draft)


def test_uploaded_papers_stand_among_the_pages_and_in_the_contents(
    application: Application, consultant: Member, tmp_path: Path
) -> None:
    first, second, third = requirements(application)[:3]
    upload(application, consultant, first, "登記簿.pdf", "application/pdf", pdf(pages=2))
    upload(application, consultant, second, "写真.png", "image/png", picture(size=(300, 400)))
    upload(application, consultant, third, "計画.xlsx", WORKBOOK, xlsx())
    enclosure, packet = printed(application)
    kinds = [(part.kind, part.page_count) for part in packet.parts if part.kind in {"paper", "beside"}]
    assert sorted(kinds) == [("beside", 0), ("paper", 1), ("paper", 2)]
    assert packet.pdf.page_count == sum(part.page_count for part in packet.parts)
    contents = "".join(text_of(packet.pdf.content, tmp_path, first=1, last=1).split())
    for one in enclosure.attached:
        # A title that is broken into two lines has the columns beside it between its halves.
        assert "".join(one.title.split())[:12] in contents, one.title
    paper = next(part for part in packet.parts if part.page_count == 2 and part.kind == "paper")
    assert f"{paper.first_page}" in contents
    number = text_of(packet.pdf.content, tmp_path, first=paper.first_page, last=paper.first_page)
    assert f"{paper.first_page} / {packet.pdf.page_count}" in number


def test_the_newest_version_is_enclosed(application: Application, consultant: Member) -> None:
    (first, *_) = requirements(application)
    upload(application, consultant, first, "旧.pdf", "application/pdf", pdf(pages=1))
    upload(application, consultant, first, "新.pdf", "application/pdf", pdf(pages=3))
    enclosure, packet = printed(application)
    assert [one.filename for one in enclosure.attached] == ["新.pdf"]
    assert [part.page_count for part in packet.parts if part.kind == "paper"] == [3]


def test_what_cannot_stand_among_the_pages_lies_in_the_zip_unchanged(
    application: Application, consultant: Member
) -> None:
    (first, *_) = requirements(application)
    content = xlsx()
    upload(application, consultant, first, "計画.xlsx", WORKBOOK, content)
    _, packet = printed(application)
    archive = archive_of(payload_of(application.case), packet, filename="a.pdf", is_draft=False)
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        (name,) = [one for one in opened.namelist() if one.endswith("計画.xlsx")]
        assert opened.read(name) == content


def test_a_closed_gate_marks_the_pages_but_not_the_parts(application: Application, tmp_path: Path) -> None:
    enclosure, packet = printed(application)
    assert not enclosure.verdict.is_open
    assert set("提出前確認未了") <= set(text_of(packet.pdf.content, tmp_path, first=2, last=2))
    for part in packet.parts[1:]:
        assert "未了" not in text_of(part.content, tmp_path), part.label
    cover = "".join(text_of(packet.pdf.content, tmp_path, first=1, last=1).split())
    assert "".join(enclosure.verdict.words.split()) in cover


def test_an_open_gate_leaves_no_mark(application: Application, tmp_path: Path) -> None:
    verdict = Verdict(PREPARED_ON, is_open=True, closing_count=0, unticked_count=0, overridden_count=2)
    packet = print_packet(payload_of(application.case, application), Enclosure((), verdict), {}, is_draft=False)
    text = text_of(packet.pdf.content, tmp_path)
    assert "未了" not in text
    assert "例外の承認2件" in "".join(text.split())


def verdict_of(
    closing: int, unticked: int, overridden: int, *, is_open: bool = False, is_known: bool = True
) -> Verdict:
    return Verdict(PREPARED_ON, is_open, closing, unticked, overridden, is_known)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (verdict_of(0, 0, 0, is_open=True), "提出できます"),
        (verdict_of(0, 0, 3, is_open=True), "提出できます(例外の承認 3件)"),
        (verdict_of(2, 5, 0), "提出できません(残り 7件)"),
        (verdict_of(0, 0, 0, is_known=False), "提出前の確認の対象外"),
    ],
)
def test_the_verdict_in_words(verdict: Verdict, words: str) -> None:
    assert verdict.words == words


def test_what_is_enclosed_is_frozen_with_the_packet(
    application: Application, consultant: Member, admin: Member
) -> None:
    first, second = requirements(application)[:2]
    upload(application, consultant, first, "登記簿.pdf", "application/pdf", pdf(pages=2))
    packet = request_packet(case_id=application.case_id, actor=admin, is_draft=False, today=PREPARED_ON)
    upload(application, consultant, second, "後から.pdf", "application/pdf", pdf(pages=9))
    render_packet(agency_id=packet.agency_id, packet_id=packet.pk, now=DECIDED_AT)
    packet = Packet.objects.get(pk=packet.pk)
    assert packet.document is not None
    assert packet.archive is not None
    with open_stored(packet.archive) as file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    assert sum("後から" in name for name in names) == 0
    assert packet.document.page_count < 9 + 10 + 9
    again = Enclosure.from_json(packet.enclosed)
    assert [one.filename for one in again.attached] == ["登記簿.pdf"]
    assert again.as_json() == packet.enclosed


def test_an_application_that_is_not_stored_encloses_nothing(consultant: Member) -> None:
    case = make_ready_case(consultant)
    enclosure = enclosure_of(Application(agency_id=case.agency_id, case=case), today=date(2025, 4, 1))
    assert enclosure.attached == ()
    assert not enclosure.verdict.is_open
    assert packet_title(payload_of(case), is_draft=True).endswith("(下書き)")
