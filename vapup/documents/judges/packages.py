"""xlsx and docx: a package of XML parts, read piece by piece with a limit, without macros, objects or outside parts."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

from vapup.documents.judges.verdict import Accepted, Unacceptable
from vapup.documents.kinds import Kind, Limits

# The part that makes a package what its name says, and the type that it must have there.
MAIN_PARTS: Final[Mapping[Kind, tuple[str, bytes]]] = MappingProxyType(
    {
        Kind.XLSX: ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
        Kind.DOCX: ("word/document.xml", b"wordprocessingml.document.main+xml"),
    }
)
TYPES_PART: Final = "[Content_Types].xml"
LOCAL_HEADER: Final = 30
CHUNK: Final = 1 << 18
OVERLAP: Final = 64
METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_MACROS: Final = re.compile(r"(?i)(vbaproject|vbadata|/macrosheets/|/dialogsheets/|\.vba$)")
_OBJECTS: Final = re.compile(
    r"(?i)(/activex/|oleobject|/embeddings/.*\.(?!xlsx$|docx$)[^./]+$|\.(exe|dll|js|vbs|bat|html?)$)"
)
# What no part of an office document needs: own entities, live links to other programs.
_XML: Final = (b"<!DOCTYPE", b"<!ENTITY")
_LINKS: Final = (b"ddeLink", b"DDEAUTO")
_FORBIDDEN: Final = tuple(mark.decode().encode(code) for mark in _XML for code in ("utf-8", "utf-16-le", "utf-16-be"))
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']+)""")
_OUTSIDE: Final = re.compile(
    rb"<(?:\w+:)?Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)(?![^>]*/hyperlink[\"'])[^>]*>"
)
DAMAGED: Final = "ファイルとして読み取れません(壊れているおそれ)。保存し直したファイルを登録してください。"


def judge_package(path: Path, kind: Kind, limits: Limits) -> Accepted:
    """Accept an office document as it is.

    Raises:
        Unacceptable: not what its name says, locked, damaged, too large inside, or with active content.
    """
    with path.open("rb") as file:
        _Package(file, limits).check(kind)
    return Accepted()


class _Package:
    """A package being read; what it and the packages inside it unpack to counts against one limit."""

    def __init__(self, file: IO[bytes], limits: Limits, *, left: int | None = None, is_inner: bool = False) -> None:
        self.file, self.limits, self.is_inner = file, limits, is_inner
        self.left = limits.unpacked_bytes if left is None else left

    def check(self, kind: Kind) -> None:
        """Check everything, from what is cheap to what is not."""
        if self.file.read(4) != b"PK\x03\x04":
            raise Unacceptable(f"名前は{kind.value.label}ですが、中身は違う種類のファイルか、パスワード付きです。")
        try:
            with zipfile.ZipFile(self.file) as archive:
                entries = archive.infolist()
                self._check_directory(entries)
                self._check_names(entries, kind)
                for entry in entries:
                    self._check_part(archive, entry)
                _check_type(archive, kind)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, OSError, KeyError):
            raise Unacceptable(DAMAGED) from None

    def _check_directory(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > self.limits.entries:
            raise Unacceptable(f"中のファイルが{len(entries):,}個あり、上限の{self.limits.entries:,}個を超えています。")
        if sum(entry.file_size for entry in entries) > self.left:
            raise self._too_large()
        end = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
                raise Unacceptable(DAMAGED)  # parts that overlap unpack to far more than the file holds
            end = entry.header_offset + LOCAL_HEADER + len(entry.orig_filename.encode()) + entry.compress_size

    def _check_names(self, entries: list[zipfile.ZipInfo], kind: Kind) -> None:
        names = [entry.filename for entry in entries]
        is_twice = len(set(map(str.lower, names))) != len(names)
        label = kind.value.label
        wrong = (
            (_has_locked(entries), "パスワードで保護されています。保護を外したファイルを登録してください。"),
            (
                is_twice or any(_is_astray(entry.orig_filename) for entry in entries),
                "中のファイルの名前が正しくありません。保存し直したファイルを登録してください。",
            ),
            (_any(_MACROS, names), f"マクロが含まれています。マクロのない{label}で保存し直してください。"),
            (
                _any(_OBJECTS, names),
                "ほかのプログラムの部品(OLE・ActiveXなど)が埋め込まれています。取り除いてください。",
            ),
            (not {MAIN_PARTS[kind][0], TYPES_PART} <= set(names), f"名前は{label}ですが、中身はそうではありません。"),
        )
        for is_so, said in wrong:
            if is_so:
                raise Unacceptable(said)

    def _check_part(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        """Read a part to its end; its declared size binds it, and so does what is left of the limit."""
        if entry.compress_type not in METHODS:
            raise Unacceptable(DAMAGED)
        is_text = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        is_package = False
        size = 0
        for chunk, before in _chunks(archive, entry):
            if size == 0:
                is_package = chunk.startswith(b"PK\x03\x04")
                _check_encoding(chunk, is_text=is_text)
            size += len(chunk)
            if size > self.left:
                raise self._too_large()
            if is_text:
                _check_xml(before + chunk, entry.filename)
        self.left -= size
        if is_package:
            self._check_inner(archive, entry)

    def _check_inner(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        """Look into the table behind a chart; nothing lies deeper than that."""
        ending = entry.filename.rpartition(".")[2].lower()
        kind = {"xlsx": Kind.XLSX, "docx": Kind.DOCX}.get(ending)
        if kind is None or self.is_inner:
            raise Unacceptable("中に圧縮ファイルが含まれています。取り除いたファイルを登録してください。")
        inner = _Package(BytesIO(archive.read(entry)), self.limits, left=self.left, is_inner=True)
        inner.check(kind)
        self.left = inner.left

    def _too_large(self) -> Unacceptable:
        most = self.limits.unpacked_bytes // (1024 * 1024)
        return Unacceptable(f"展開すると{most}MBを超えます。中の画像を減らすか、分けて登録してください。")


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Yield the content of a part in pieces, each with the end of the one before."""
    before = b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            yield chunk, before
            before = chunk[-OVERLAP:]


def _has_locked(entries: list[zipfile.ZipInfo]) -> bool:
    return any(entry.flag_bits & 0x1 for entry in entries)


def _any(pattern: re.Pattern[str], names: list[str]) -> bool:
    return any(pattern.search(name) for name in names)


def _is_astray(name: str) -> bool:
    """Tell whether a name leads out of the package, or hides something."""
    parts = re.split(r"[/\\]", name)
    is_outside = name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]
    return is_outside or "\\" in name or any(ord(character) < 32 for character in name)


def _check_encoding(chunk: bytes, *, is_text: bool) -> None:
    """Refuse XML in a code in which entities could hide from `_check_xml`."""
    match = _ENCODING.search(chunk[:200]) if is_text else None
    if match and match[1].lower() not in {b"utf-8", b"utf-16", b"us-ascii"}:
        raise Unacceptable(DAMAGED)
    if is_text and not chunk.lstrip().startswith((b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Unacceptable(DAMAGED)


def _check_xml(text: bytes, name: str) -> None:
    if any(mark in text for mark in _FORBIDDEN):
        raise Unacceptable("中のXMLに、使ってはならない定義(DTD・実体)があります。保存し直してください。")
    if any(mark in text for mark in _LINKS):
        raise Unacceptable("ほかのプログラムを呼び出すリンク(DDE)があります。取り除いたファイルを登録してください。")
    if name.endswith(".rels") and _OUTSIDE.search(text):
        raise Unacceptable("外部のファイルを読み込む参照があります。リンクを解除したファイルを登録してください。")


def _check_type(archive: zipfile.ZipFile, kind: Kind) -> None:
    types, (part, wanted) = archive.read(TYPES_PART), MAIN_PARTS[kind]
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise Unacceptable(f"マクロが含まれています。マクロのない{kind.value.label}で保存し直してください。")
    if wanted not in types:
        raise Unacceptable(f"名前は{kind.value.label}ですが、中身({part})の種類が違います。")
