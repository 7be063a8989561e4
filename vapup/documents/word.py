"""A printed letter as a Word file: the HTML of our own templates, paragraph by paragraph and cell by cell.

The words of a letter stand in its template alone, so that the PDF and the Word file can never differ. Only what those
templates use is known: headings, paragraphs, numbered lists, tables with fixed columns, blanks, seals and boxes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any, Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

MINCHO: Final = "BIZ UDMincho"
GOTHIC: Final = "BIZ UDGothic"
A4: Final = (Mm(210), Mm(297))
TEXT_WIDTH: Final = Mm(210 - 20 - 17)
# Rows as high and lines as far apart as in the PDF, so that a hand can write on them.
ROW_HEIGHT: Final = Mm(8)
LINE_SPACING: Final = 1.4
CELL_SPACE: Final = Pt(3)
# A ZIP keeps the time of each file; a fixed one lets the same letter give the same bytes.
FIRST_TIME: Final = (1980, 1, 1, 0, 0, 0)
BLANK: Final = "\u3000\u3000"
LONG_BLANK: Final = "\u3000" * 14
# What stands for a drawn thing, before its own words.
DRAWN: Final[Mapping[str, str]] = MappingProxyType(
    {"rule": BLANK, "rule rule--long": LONG_BLANK, "box": "□", "box box--on": "■"}
)
HEADINGS: Final = MappingProxyType({"h1": "Title", "h2": "Heading 2"})
VOID: Final = frozenset({"meta", "col", "br", "link"})
SKIPPED: Final = frozenset({"title", "script", "style"})


@dataclass(slots=True)
class Node:
    """An element of a document: its children are elements and texts."""

    tag: str
    css: str = ""
    span: int = 1
    children: list[Node | str] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Node]:
        """Yield the elements below that bear one of these tags, in the order of the document."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags:
                    yield child
                yield from child.all(*tags)


class _Reader(HTMLParser):
    """Builds the tree of a well-formed document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        node = Node(tag, values.get("class", ""), int(values.get("colspan", "1")))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and len(self.open) > 1 and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def word_from_html(html: str, *, title: str, author: str, made_on: date) -> bytes:
    """Return a letter on A4 as .docx; the same HTML gives the same bytes."""
    reader = _Reader()
    reader.feed(html)
    document = Document()
    _set_up(document, title=title, author=author, made_on=made_on)
    for section in reader.root.all("section"):
        _blocks(document, section)
    out = io.BytesIO()
    document.save(out)
    return _with_fixed_times(out.getvalue())


def _set_up(document: WordDocument, *, title: str, author: str, made_on: date) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = A4
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(19), Mm(17), Mm(20), Mm(17)
    for name, font, size in (("Normal", MINCHO, Pt(10.5)), ("Title", GOTHIC, Pt(14)), ("Heading 2", GOTHIC, Pt(10.5))):
        _set_font(document.styles[name], font, size)
    normal: Any = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(3)
    normal.paragraph_format.line_spacing = LINE_SPACING
    heading: Any = document.styles["Title"]
    heading.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.font.bold = True
    for border in heading.element.pPr.findall(qn("w:pBdr")):  # the blue line of Word's own template
        heading.element.pPr.remove(border)
    properties = document.core_properties
    midnight = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001 (the file knows no time zones)
    properties.title, properties.author, properties.last_modified_by = title, author, author
    properties.created = properties.modified = midnight
    properties.comments, properties.language, properties.revision = "", "ja-JP", 1


def _set_font(style: Any, font: str, size: Length) -> None:
    style.font.name, style.font.size, style.font.color.rgb = font, size, None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), font)


def _blocks(document: WordDocument, section: Node) -> None:
    for block in section.children:
        if not isinstance(block, Node):
            continue
        if block.tag in HEADINGS:
            _paragraph(document.add_paragraph(style=HEADINGS[block.tag]), block)
        elif block.tag == "ol":
            for number, item in enumerate(block.all("li"), 1):
                _paragraph(document.add_paragraph(f"{number}. "), item)
        elif block.tag == "table":
            _table(document, block)
        else:
            paragraph = _paragraph(document.add_paragraph(), block)
            if block.css == "letter__day":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(document: WordDocument, node: Node) -> None:
    rows = [list(row.all("th", "td")) for row in node.all("tr")]
    widths = _widths([one.css for one in node.all("col")])
    table = document.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    table.autofit = False
    for place, width in enumerate(widths):
        table.columns[place].width = width  # some programs heed the columns, some the cells
        for cell in table.columns[place].cells:
            cell.width = width
    for number, row in enumerate(rows):
        place = 0
        table.rows[number].height, table.rows[number].height_rule = ROW_HEIGHT, WD_ROW_HEIGHT_RULE.AT_LEAST
        for one in row:
            cell = table.cell(number, place)
            if one.span > 1:
                cell = cell.merge(table.cell(number, place + one.span - 1))
            _fill(cell, one)
            place += one.span
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _fill(cell: _Cell, node: Node) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = _paragraph(cell.paragraphs[0], node)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = CELL_SPACE
    if node.css == "sealed":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if node.tag == "th":
        cell._tc.get_or_add_tcPr().append(_shade())


def _shade() -> Any:
    """Return the pale gray that the heads of rows have in print."""
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "F0F0F0")):
        shade.set(qn(name), value)
    return shade


def _widths(names: list[str]) -> list[Length]:
    """Return the widths of columns: w34 is 34 mm wide, and the others share the rest."""
    fixed = [Mm(int(name.removeprefix("w"))) if name else None for name in names]
    rest = TEXT_WIDTH - sum(one for one in fixed if one is not None)
    share = rest // max(fixed.count(None), 1)
    return [one if one is not None else Length(share) for one in fixed]


def _paragraph(paragraph: Paragraph, node: Node) -> Paragraph:
    """Write the words of an element into a paragraph: line breaks stay, other white space is one space at most."""
    for text, is_underlined in _joined(node):
        run = paragraph.add_run()
        run.underline = True if is_underlined else None
        for place, line in enumerate(text.split("\n")):
            if place:
                run.add_break()
            run.add_text(_storable(line))
    return paragraph


def _joined(node: Node) -> list[tuple[str, bool]]:
    """Return the pieces of an element's text, whether each is a blank to write on, without outer white space."""
    pieces: list[tuple[str, bool]] = []
    for text, is_blank in _texts(node):
        before = pieces[-1][0] if pieces else "\n"
        kept = text.lstrip(" ") if before.endswith((" ", "\n")) else text
        if kept:
            pieces.append((kept, is_blank))
    if pieces and not pieces[-1][1]:
        pieces[-1] = (pieces[-1][0].rstrip(" "), False)
    return pieces


def _texts(node: Node) -> Iterator[tuple[str, bool]]:
    for child in node.children:
        if isinstance(child, str):
            yield _spaces(child), False
        elif child.tag == "br":
            yield "\n", False
        elif child.tag not in SKIPPED:
            drawn = DRAWN.get(child.css, "")
            if drawn:
                yield drawn, drawn in {BLANK, LONG_BLANK}
            yield from _texts(child)
            if child.css == "choice":
                yield "\u3000", False


def _spaces(text: str) -> str:
    """Return text with each run of ASCII white space as one space, as a browser shows it."""
    words = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    while "  " in words:
        words = words.replace("  ", " ")
    return words


def _storable(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return "".join(one for one in text if one >= " " and one not in "\ufffe\uffff" and not "\ud800" <= one <= "\udfff")


def _with_fixed_times(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, FIRST_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(entry, made.read(name))
    return out.getvalue()
