"""A packet on paper: its parts, the whole of them in one PDF, and the ZIP that holds them one by one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import pikepdf

from subsidies.enums import ApplicationKind
from subsidies.models.applications import REPEATED
from subsidies.packets.enclosure import PDF, Attached, Enclosure
from subsidies.packets.payload import Form, PacketContent
from subsidies.packets.pictures import picture_as_pdf
from subsidies.rules.editions import FOLLOW_UP
from subsidies.selectors.filing.requirements import PLAN
from vapup.documents.merging import Leaf, chapters_of, merge
from vapup.documents.rendering import RenderedPdf, print_html, render_html

PART: Final = "documents/part.html"
COVER: Final = "documents/_packet/cover.html"
CALCULATION: Final = Form("calculation", "", "添付", "計算根拠", "")
CALCULATION_TEMPLATE: Final = "documents/_packet/calculation.html"
NOT_CHECKED: Final = "提出前確認 未了"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a packet.

    Attributes:
        kind: form, calculation, paper (uploaded), or beside (a file that cannot stand among the pages).
        label: the official number and the title.
        edition: of a form, in words.
        first_page: where it begins in the merged packet, counted from 1; 0 of what is not among the pages.
        chapters: what the table of contents names below it, with the page of each within it, counted from 0.
    """

    kind: str
    label: str
    edition: str
    filename: str
    content: bytes
    page_count: int
    first_page: int = 0
    chapters: tuple[tuple[str, int], ...] = ()

    @property
    def placed_chapters(self) -> tuple[tuple[str, int], ...]:
        """Return the chapters with their pages in the merged packet, counted from 1."""
        return tuple((title, self.first_page + page) for title, page in self.chapters)

    @property
    def sha256(self) -> str:
        """Return the hash of the part's own file."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class PrintedPacket:
    """A packet, merged, and its parts in order, the cover first."""

    pdf: RenderedPdf
    parts: tuple[Part, ...]


def print_packet(
    payload: PacketContent,
    enclosure: Enclosure | None = None,
    files: Mapping[int, bytes] | None = None,
    *,
    is_draft: bool,
) -> PrintedPacket:
    """Print a packet; the same content and papers give the same bytes.

    A draft bears a watermark on every form. What is approved, but not through the check before submission, bears one on
    the merged pages alone: its forms, one by one, must go out to be sealed.

    Args:
        files: the uploaded papers of the enclosure, by the id of the stored document.
    """
    parts = list(_printed_parts(payload, enclosure, files or {}, is_draft=is_draft))
    cover = _cover(payload, enclosure, parts, is_draft=is_draft)
    placed = _placed([cover, *parts])
    leaves = [Leaf(part.label, part.content, part.chapters) for part in placed if part.first_page]
    title = packet_title(payload, is_draft=is_draft)
    is_closed = not is_draft and enclosure is not None and not enclosure.verdict.is_open
    watermark = NOT_CHECKED if is_closed else ""
    return PrintedPacket(merge(leaves, title=title, identifier=payload.sha256, watermark=watermark), placed)


def packet_title(payload: PacketContent, *, is_draft: bool) -> str:
    """Return the title of the packet: case, enterprise and application."""
    return f"{payload.case_number} {payload.applicant.name} {_kind(payload)}{'(下書き)' if is_draft else ''}"


def packet_filename(payload: PacketContent, *, is_draft: bool, printed_on: date) -> str:
    """Return the name of the file: C-2026-0012_利用申請_20260401.pdf, or with 下書き in the place of the day.

    Of applications that a case may have several of, it bears the ordinal: 支払申請(伴走支援)第2回.
    """
    suffix = "下書き" if is_draft else f"{printed_on:%Y%m%d}"
    return f"{payload.case_number}_{_kind(payload)}_{suffix}.pdf"


def _kind(payload: PacketContent) -> str:
    """Return the name of the application in the words of its edition, with its ordinal where a case has several."""
    kind = ApplicationKind(payload.application)
    ordinal = f"第{payload.number}回" if payload.number > 1 or kind in REPEATED else ""
    return f"{kind.label.replace(FOLLOW_UP, payload.follow_up)}{ordinal}"


def part_html(payload: PacketContent, form: Form, *, is_draft: bool) -> str:
    """Return one form as a document of its own."""
    return _html(payload, form, form.template, is_draft=is_draft)


def calculation_html(payload: PacketContent, *, is_draft: bool) -> str:
    """Return the annex 計算根拠 as a document of its own."""
    return _html(payload, CALCULATION, CALCULATION_TEMPLATE, is_draft=is_draft)


def _html(payload: PacketContent, form: Form, template: str, *, is_draft: bool) -> str:
    context = {
        "payload": payload,
        "form": form,
        "agency": payload.agencies[form.agency],
        "part": payload.part_of(form.agency),
        "plan": payload.plan_sheets() if form.code == PLAN else None,
        "template": template,
        "edition": _footer(payload, form),
        "is_draft": is_draft,
    }
    return render_html(PART, context)


def _footer(payload: PacketContent, form: Form) -> str:
    edition = f"{form.edition_label}(配置は vapup 独自) ・ " if form.edition_label else ""
    rules = f"規則 {payload.calculation.rule_version} ・ " if payload.calculation else ""
    return f"{edition}{rules}内容 {payload.sha256[:12]}"


def _printed_parts(
    payload: PacketContent, enclosure: Enclosure | None, files: Mapping[int, bytes], *, is_draft: bool
) -> Iterable[Part]:
    """Yield the forms in the order of the list, each with its signed scan, then the other papers, then 計算根拠."""
    papers = list(enclosure.attached) if enclosure else []
    for form in payload.forms:
        pdf = print_html(part_html(payload, form, is_draft=is_draft), identifier=payload.sha256, is_part=True)
        label = form.label if form.agency == 0 else f"{form.label}({payload.agencies[form.agency].name})"
        # The first bookmark of the plan is that of the form itself.
        chapters = chapters_of(pdf.content)[1:] if form.code == PLAN else ()
        name = _file_name(label)
        yield Part("form", label, form.edition_label, name, pdf.content, pdf.page_count, chapters=chapters)
        yield from (_paper(one, files) for one in papers if one.key == form.key)
    keys = {form.key for form in payload.forms}
    yield from (_paper(one, files) for one in papers if one.key not in keys)
    if payload.calculation is not None:
        html = calculation_html(payload, is_draft=is_draft)
        pdf = print_html(html, identifier=payload.sha256, is_part=True)
        yield Part("calculation", CALCULATION.label, "", _file_name(CALCULATION.label), pdf.content, pdf.page_count)


def _paper(paper: Attached, files: Mapping[int, bytes]) -> Part:
    content = files[paper.document_id]
    if not paper.is_merged:
        return Part("beside", paper.label, "", paper.filename, content, 0)
    pdf = content if paper.content_type == PDF else picture_as_pdf(content)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return Part("paper", paper.label, "", _file_name(paper.label), pdf, len(opened.pages))


def _cover(payload: PacketContent, enclosure: Enclosure | None, parts: Sequence[Part], *, is_draft: bool) -> Part:
    """Print the cover with the table of contents; its own length decides where the others begin."""
    length = 1
    while True:
        cover = Part("cover", "表紙・目次", "", "00_表紙・目次.pdf", b"", length)
        context = {
            "payload": payload,
            "title": packet_title(payload, is_draft=is_draft),
            "kind": _kind(payload),
            "parts": _placed([cover, *parts])[1:],
            "verdict": enclosure.verdict if enclosure else None,
            "edition": _footer(payload, CALCULATION),
            "is_draft": is_draft,
        }
        pdf = print_html(render_html(COVER, context), identifier=payload.sha256, is_part=True)
        if pdf.page_count == length:
            return Part("cover", cover.label, "", cover.filename, pdf.content, length)
        length = pdf.page_count


def _placed(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts with their first pages and with numbered file names."""
    placed: list[Part] = []
    page = 1
    for number, part in enumerate(parts):
        first = page if part.page_count else 0
        name = part.filename if part.kind == "cover" else f"{number:02}_{part.filename}"
        placed.append(replace(part, filename=name, first_page=first))
        page += part.page_count
    return tuple(placed)


def _file_name(label: str) -> str:
    """Return a name that every system can store."""
    kept = "".join(letter if letter.isalnum() or letter in "-_()・" else "_" for letter in label)
    return f"{kept[:60]}.pdf"
