"""Several PDFs as one: merged in order, with a bookmark for each and "3 / 47" on every page.

The parts keep their own files, tagged and archival; a merged file can be neither, and says nothing of the kind.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pikepdf

from vapup.documents.rendering import RenderedPdf, print_html, render_html

STAMP: Final = "documents/_packet/stamp.html"
WATERMARK: Final = "documents/_packet/watermark.html"
# Where a number stands, in points: its box, and how far from the lower right corner of the page as it is shown.
STAMP_WIDTH: Final = 90
STAMP_HEIGHT: Final = 20
STAMP_MARGIN: Final = 26
QUARTER: Final = 90


@dataclass(frozen=True, slots=True)
class Leaf:
    """One PDF to be merged, and what its bookmark says; `chapters` are marks below it, by their pages from 0."""

    title: str
    content: bytes
    chapters: tuple[tuple[str, int], ...] = ()


def merge(leaves: Sequence[Leaf], *, title: str, identifier: str, watermark: str = "") -> RenderedPdf:
    """Return one PDF of all pages; the same leaves give the same bytes.

    Args:
        title: of the merged document, as readers show it.
        identifier: what names this content, such as its hash; the stamps are made of it.
        watermark: pale words across every page, for what may not be handed in yet.
    """
    with pikepdf.new() as merged:
        starts = [_append(merged, leaf) for leaf in leaves]
        _bookmark(merged, zip(leaves, starts, strict=True))
        if watermark:
            _mark(merged, watermark, identifier)
        _stamp(merged, identifier)
        _name(merged, title)
        out = io.BytesIO()
        merged.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True
        )
        return RenderedPdf(out.getvalue(), len(merged.pages))


def _append(merged: pikepdf.Pdf, leaf: Leaf) -> int:
    start = len(merged.pages)
    with pikepdf.open(io.BytesIO(leaf.content)) as source:
        for page in source.pages:
            for key in ("/StructParents", "/Tabs"):
                if key in page:
                    del page[key]
        merged.pages.extend(source.pages)
    return start


def _bookmark(merged: pikepdf.Pdf, leaves: Iterable[tuple[Leaf, int]]) -> None:
    with merged.open_outline() as outline:
        for leaf, start in leaves:
            item = pikepdf.OutlineItem(leaf.title, start)
            item.children.extend(pikepdf.OutlineItem(title, start + page) for title, page in leaf.chapters)
            outline.root.append(item)


def chapters_of(content: bytes) -> tuple[tuple[str, int], ...]:
    """Return the bookmarks of the first level of a PDF that `print_html` made, each with its page counted from 0."""
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        return tuple(
            (item.title, pages[item.destination[0].objgen])
            for item in outline.root
            if isinstance(item.destination, pikepdf.Array)
        )


def _mark(merged: pikepdf.Pdf, watermark: str, identifier: str) -> None:
    mark = print_html(render_html(WATERMARK, {"words": watermark}), identifier=identifier, is_archival=False)
    with pikepdf.open(io.BytesIO(mark.content)) as source:
        for number, page in enumerate(merged.pages, 1):
            _lay(page, source.pages[0], pikepdf.Rectangle(page.trimbox), f"/VapupMark{number}")


def _stamp(merged: pikepdf.Pdf, identifier: str) -> None:
    """Write the number of each page at its lower right, however the page is turned."""
    count = len(merged.pages)
    numbers = [f"{number} / {count}" for number in range(1, count + 1)]
    stamps = print_html(render_html(STAMP, {"numbers": numbers}), identifier=identifier, is_archival=False)
    with pikepdf.open(io.BytesIO(stamps.content)) as source:
        for number, (page, stamp) in enumerate(zip(merged.pages, source.pages, strict=True), 1):
            _lay(page, stamp, _corner(page), f"/VapupStamp{number}")


def _lay(page: pikepdf.Page, sheet: pikepdf.Page, place: pikepdf.Rectangle, name: str) -> None:
    """Lay a page over another.

    The name is ours and unlike that of any other page, which may share the resources: `add_overlay` draws a random one,
    and no two files would be alike.
    """
    form = sheet.as_form_xobject()
    placed = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(name))
    drawing = page.calc_form_xobject_placement(
        form, placed, place, invert_transformations=True, allow_shrink=True, allow_expand=True
    )
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"Q\n")
    page.contents_add(drawing)
    page.contents_coalesce()


def _corner(page: pikepdf.Page) -> pikepdf.Rectangle:
    """Return the box at the lower right of a page as a reader sees it."""
    left, low, right, high = (float(value) for value in page.trimbox.as_list())
    turn = int(page.obj.get("/Rotate", 0)) % (4 * QUARTER)
    wide, tall, edge = STAMP_WIDTH, STAMP_HEIGHT, STAMP_MARGIN
    if turn == QUARTER:
        return pikepdf.Rectangle(right - edge - tall, high - edge - wide, right - edge, high - edge)
    if turn == 2 * QUARTER:
        return pikepdf.Rectangle(left + edge, high - edge - tall, left + edge + wide, high - edge)
    if turn == 3 * QUARTER:
        return pikepdf.Rectangle(left + edge, low + edge, left + edge + tall, low + edge + wide)
    return pikepdf.Rectangle(right - edge - wide, low + edge, right - edge, low + edge + tall)


def _name(merged: pikepdf.Pdf, title: str) -> None:
    merged.docinfo["/Title"] = title
    merged.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    merged.Root.Lang = pikepdf.String("ja-JP")
