"""Letters as Word files: the same words as the PDF, on A4, in our type, the same bytes every time, no hidden parts."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from docx import Document
from docx.shared import Mm

from cases.enums import LetterKind
from cases.models import Case, Enterprise, Lender
from cases.packets.letters import letter_pdf, letter_word
from tests.builders import make_case, make_lender, make_stance
from tests.cases.test_letters import letter
from tests.conftest import sign_in
from tests.subsidies.packet_cases import text_of
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.documents.inspection import inspect_upload

HOSTILE = '</w:t><w:instrText>DDEAUTO c:\\cmd</w:instrText> & <script>alert(1)</script> "=1+1"'


@pytest.fixture
def case(consultant: Member) -> Case:
    return make_case(consultant)


@pytest.fixture
def lender(case: Case) -> Lender:
    return make_lender(case.enterprise, guaranteed_yen=60_000_000)


def words_of(content: bytes) -> str:
    """Return every word of a Word file in its order, without white space, blanks and drawn boxes."""
    document = Document(io.BytesIO(content))
    found = []
    for element in document.element.body.iter():
        if element.tag.endswith("}t"):
            found.append(element.text or "")
    return re.sub(r"[\s□■]", "", "".join(found))


@pytest.mark.parametrize("kind", LetterKind)
def test_the_word_file_says_what_the_pdf_says(case: Case, lender: Lender, tmp_path: Path, kind: LetterKind) -> None:
    make_stance(case, lender, plan_handed_on=date(2025, 9, 1), contact="融資課 阿部", conditions="毎月の試算表\n減額")
    one = letter(kind, case, lender)
    printed = re.sub(r"\s", "", text_of(letter_pdf(one).content, tmp_path))
    written = words_of(letter_word(one))
    assert len(written) > 200
    # pdftotext mixes the cells of a row, so the two are compared as bags of letters, without the head and the foot.
    rest = list(printed)
    missing = []
    for character in re.sub(r"(?<![0-9])[1-9]\.", "", written):
        rest.remove(character) if character in rest else missing.append(character)
    assert missing == []
    assert len(rest) < 110  # the head, the foot, the numbers of the list


def test_it_is_a4_in_our_type_with_the_days_of_the_letter(case: Case, lender: Lender) -> None:
    one = letter(LetterKind.CONSENT, case, lender)
    document = Document(io.BytesIO(letter_word(one)))
    page = document.sections[0]
    assert page.page_width is not None
    assert page.page_height is not None
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    for table in document.tables:
        assert sum(cell.width or 0 for cell in table.rows[-1].cells[:1]) <= Mm(173)
    properties = document.core_properties
    assert properties.created is not None
    assert (properties.created.date(), properties.author) == (one.prepared_on, "青葉会計事務所")
    assert properties.comments == ""
    styles = zipfile.ZipFile(io.BytesIO(letter_word(one))).read("word/styles.xml").decode()
    assert 'w:eastAsia="BIZ UDMincho"' in styles


def test_the_same_letter_gives_the_same_bytes(case: Case, lender: Lender) -> None:
    one = letter(LetterKind.CONSENT, case, lender)
    assert letter_word(one) == letter_word(one)


def test_hostile_words_stay_words(case: Case, lender: Lender) -> None:
    Enterprise.objects.filter(pk=case.enterprise_id).update(name=HOSTILE)
    make_stance(case, lender, conditions=HOSTILE)
    content = letter_word(letter(LetterKind.CONSENT, case, lender))
    assert re.sub(r"\s", "", HOSTILE) in words_of(content)
    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert "<w:instrText" not in body
    assert "<w:hyperlink" not in body


def test_it_passes_our_own_inspection_of_uploads(case: Case, lender: Lender) -> None:
    content = letter_word(letter(LetterKind.CONSENT, case, lender))
    assert inspect_upload("同意書.docx", io.BytesIO(content)).content == content


def test_the_page_offers_it_and_the_trail_names_the_format(consultant: Member, case: Case, lender: Lender) -> None:
    browser = sign_in(consultant)
    url = reverse("cases:bank_letter", args=[case.number, lender.pk, LetterKind.CONSENT.value])
    assert f"{url}?format=docx" in browser.get(reverse("cases:banks", args=[case.number])).content.decode()
    answer = browser.get(url, {"format": "docx"})
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert "docx" in answer["Content-Disposition"]
    assert words_of(answer.content)
    event = AuditEvent.objects.get(verb=Verb.DOWNLOADED)
    assert event.changes["金融機関の書面: 形式"] == [None, "Word"]
    assert browser.get(url, {"format": "exe"})["Content-Type"] == "application/pdf"
