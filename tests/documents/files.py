"""Files of every kind, built from nothing: the well-formed ones, and the pieces that the hostile ones are made of."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Final

import pikepdf
from PIL import Image

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCX_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELS: Final = '<?xml version="1.0" encoding="UTF-8"?><Relationships>{}</Relationships>'
ODD_DAY: Final = (2026, 4, 1, 0, 0, 0)


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, *, pages: int = 1, **save: Any) -> bytes:
    """Return a PDF of blank pages; `change` puts in what the test wants."""
    save.setdefault("deterministic_id", "encryption" not in save)
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        if change:
            change(document)
        out = BytesIO()
        document.save(out, **save)
    return out.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """Return a picture that is not of one colour."""
    out = BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.save(out, kind)
    return out.getvalue()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rows: bytes, *, extra: bytes = b"") -> bytes:
    """Return a grey PNG with these rows, whatever its header says; `extra` are chunks before them."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(rows, 9)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + extra + body


def package(parts: Mapping[str, bytes | str]) -> bytes:
    """Return a zip of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, ODD_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def types(main: str = XLSX_TYPE, part: str = "/xl/workbook.xml", *, more: str = "") -> str:
    override = f'<Override PartName="{part}" ContentType="{main}"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?><Types>{override}{more}</Types>'


def xlsx_parts(**more: bytes | str) -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": types(),
        "_rels/.rels": RELS.format('<Relationship Id="r1" Type="…/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook><sheets/></workbook>',
        "xl/worksheets/sheet1.xml": "<worksheet><sheetData/></worksheet>",
        **more,
    }


def xlsx(**more: bytes | str) -> bytes:
    """Return a workbook; `more` are further parts (write / as __slash__ is not needed: pass a dict by **)."""
    return package(xlsx_parts(**more))


def docx(**more: bytes | str) -> bytes:
    """Return a Word document with further parts."""
    link = '<Relationship Id="r9" Type="…/relationships/hyperlink" Target="https://example.jp/" TargetMode="External"/>'
    return package(
        {
            "[Content_Types].xml": types(DOCX_TYPE, "/word/document.xml"),
            "_rels/.rels": RELS.format('<Relationship Id="r1" Type="…/officeDocument" Target="word/document.xml"/>'),
            "word/_rels/document.xml.rels": RELS.format(link),
            "word/document.xml": "<w:document><w:body><w:p/></w:body></w:document>",
            **more,
        }
    )


CSV: Final = "取引日,摘要,金額\r\n2026-04-01,顧問料 髙橋商店,-11000\r\n2026-04-02,+81-22-123-4567,2200\r\n"
GOOD: Final[Mapping[str, Callable[[], bytes]]] = {
    "見積書.pdf": lambda: pdf(pages=3),
    "登記簿.png": lambda: picture("PNG"),
    "通帳の写し.JPG": lambda: picture("JPEG"),
    "収支計画.xlsx": xlsx,
    "計画書.docx": docx,
    "グラフのある計画書.docx": lambda: docx(**{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": xlsx()}),
    "仕訳.csv": lambda: CSV.encode("utf-8-sig"),
    "仕訳2.csv": lambda: CSV.replace("髙", "高").encode("cp932"),
}
