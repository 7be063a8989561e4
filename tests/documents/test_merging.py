"""Several PDFs as one: order, bookmarks, numbers on every page however it is turned, the same bytes, sound fonts."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import cast

import pikepdf
import pytest

from subsidies.packets.pictures import picture_as_pdf
from tests.documents.files import pdf, picture
from vapup.documents.merging import Leaf, chapters_of, merge
from vapup.documents.rendering import RenderedPdf, print_html

A4 = (596, 842)


def page(words: str, *, is_wide: bool = False) -> bytes:
    """Return a printed part of one page."""
    size = "<style>@page { size: A4 landscape }</style>" if is_wide else ""
    html = (
        f'<html lang="ja"><head><title>t</title><meta name="dcterms.created" content="2026-04-01">'
        f'<meta name="dcterms.modified" content="2026-04-01">{size}</head><body><p>{words}</p></body></html>'
    )
    return print_html(html, identifier="a", is_part=True).content


def turned(degrees: int) -> bytes:
    """Return an uploaded page that a reader sees turned."""
    return pdf(lambda document: document.pages[0].rotate(degrees, relative=False))


@pytest.fixture(scope="module")
def merged() -> RenderedPdf:
    leaves = [
        Leaf("別紙1 申請書", page("一枚目")),
        Leaf("別紙1-3 明細書", page("二枚目", is_wide=True)),
        *(Leaf(f"写し {degrees}", turned(degrees)) for degrees in (0, 90, 180, 270)),
        Leaf("写真", picture_as_pdf(picture(size=(400, 300)))),
        Leaf("三頁の書類", pdf(pages=3)),
    ]
    return merge(leaves, title="C-2026-0001 株式会社髙﨑𠮷 利用申請", identifier="b")


@pytest.fixture
def file(merged: RenderedPdf, tmp_path: Path) -> Path:
    path = tmp_path / "merged.pdf"
    path.write_bytes(merged.content)
    return path


def run(*command: str | Path) -> str:
    return subprocess.run([str(one) for one in command], check=True, capture_output=True).stdout.decode(
        errors="replace"
    )


def words(path: Path, number: int) -> str:
    return run("pdftotext", "-layout", "-f", str(number), "-l", str(number), path, "-")


def test_every_page_bears_its_number_however_it_is_turned(merged: RenderedPdf, file: Path) -> None:
    assert merged.page_count == 10
    for number in range(1, 11):
        assert f"{number} / 10" in words(file, number), number


def test_a_number_stands_upright_at_the_lower_right_as_a_reader_sees_the_page(file: Path) -> None:
    upright, across = A4, A4[::-1]
    shown = [upright, across, upright, across, upright, across, across, upright, upright, upright]
    for number in range(1, 11):
        boxes = run("pdftotext", "-bbox", "-f", str(number), "-l", str(number), file, "-")
        wide, tall = shown[number - 1]
        first = next(line for line in boxes.splitlines() if f">{number}</word>" in line)
        values = dict(part.split("=") for part in first.replace("<word ", "").split(">")[0].split())
        left, top = float(values["xMin"].strip('"')), float(values["yMin"].strip('"'))
        right, bottom = float(values["xMax"].strip('"')), float(values["yMax"].strip('"'))
        assert left > wide * 0.75, number
        assert top > tall * 0.9, number
        assert right <= wide, number
        assert bottom <= tall, number
        assert bottom - top < 20, number  # upright: not higher than a line


def test_each_part_has_a_bookmark_to_its_first_page(merged: RenderedPdf) -> None:
    with pikepdf.open(io.BytesIO(merged.content)) as opened, opened.open_outline() as outline:
        found = [
            (item.title, opened.pages.index(pikepdf.Page(cast("pikepdf.Array", item.destination)[0])))
            for item in outline.root
        ]
    assert found[0] == ("別紙1 申請書", 0)
    assert found[1] == ("別紙1-3 明細書", 1)
    assert found[-2:] == [("写真", 6), ("三頁の書類", 7)]


def test_its_title_and_language_are_told_to_the_reader(merged: RenderedPdf) -> None:
    with pikepdf.open(io.BytesIO(merged.content)) as opened:
        assert str(opened.docinfo["/Title"]) == "C-2026-0001 株式会社髙﨑𠮷 利用申請"
        assert opened.Root.Lang == "ja-JP"
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)


def test_the_same_parts_give_the_same_bytes() -> None:
    leaves = [Leaf("一", page("一枚目")), Leaf("写し", turned(90))]
    first = merge(leaves, title="t", identifier="b", watermark="未了")
    assert merge(leaves, title="t", identifier="b", watermark="未了").content == first.content
    assert merge(leaves, title="t", identifier="c", watermark="未了").page_count == 2
    assert merge(leaves, title="u", identifier="b", watermark="未了").content != first.content


def test_it_is_sound_and_every_font_is_in_it(file: Path) -> None:
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", file)
    rows = run("pdffonts", file).splitlines()[2:]
    assert rows
    for row in rows:
        assert row.split()[-5] == "yes", row  # emb, sub, uni, object, id


def test_it_claims_no_standard_that_it_cannot_keep(merged: RenderedPdf) -> None:
    with pikepdf.open(io.BytesIO(merged.content)) as opened:
        assert "/Metadata" not in opened.Root
        assert "/MarkInfo" not in opened.Root
        assert all("/StructParents" not in one for one in opened.pages)


def test_a_watermark_is_on_every_page_and_leaves_the_words_readable(tmp_path: Path) -> None:
    leaves = [Leaf("一", page("一枚目の本文")), Leaf("横", page("二枚目", is_wide=True)), Leaf("写し", turned(90))]
    path = tmp_path / "marked.pdf"
    path.write_bytes(merge(leaves, title="t", identifier="b", watermark="提出前確認 未了").content)
    for number in (1, 2, 3):
        text = "".join(words(path, number).split())
        assert "提出前確認未了" in text or set("提出前確認未了") <= set(text), number
        assert "1/1" not in text, "the sheet of the watermark numbers no page"
    assert "一枚目の本文" in run("pdftotext", "-f", "1", "-l", "1", path, "-")
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(merge(leaves, title="t", identifier="b").content)
    assert "未了" not in run("pdftotext", plain, "-")


def test_the_parts_themselves_stay_as_they_were() -> None:
    part = page("一枚目")
    with pikepdf.open(io.BytesIO(part)) as opened:
        assert "/StructParents" in opened.pages[0]
    merge([Leaf("一", part)], title="t", identifier="b")
    with pikepdf.open(io.BytesIO(part)) as opened:
        assert "/StructParents" in opened.pages[0]


def test_the_chapters_of_a_part_stand_below_its_bookmark(tmp_path: Path) -> None:
    heads = "".join(
        f'<section class="form"><h1 data-bookmark="{one}">{one}</h1><h2>小見出し</h2></section>' for one in "甲乙丙"
    )
    html = f'<html lang="ja"><head><title>t</title></head><body>{heads}</body></html>'
    part = print_html(html, identifier="a", is_part=True).content
    assert chapters_of(part) == (("甲", 0), ("乙", 1), ("丙", 2))
    assert chapters_of(pdf()) == ()
    path = tmp_path / "merged.pdf"
    leaves = [Leaf("一枚目", page("一枚目")), Leaf("計画書", part, chapters_of(part)[1:])]
    path.write_bytes(merge(leaves, title="t", identifier="b").content)
    with pikepdf.open(path) as opened, opened.open_outline() as outline:
        pages = [one.obj.objgen for one in opened.pages]
        first, second = outline.root
        items = (first, second, *second.children)
        places = [(one.title, pages.index(cast("pikepdf.Array", one.destination)[0].objgen)) for one in items]
    assert places == [("一枚目", 0), ("計画書", 1), ("乙", 2), ("丙", 3)]
