"""PDF: openable, unlocked, of bearable size, and without anything that acts by itself."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from vapup.documents.judges.verdict import Accepted, Unacceptable, refuse_markup
from vapup.documents.kinds import Limits

MARKUP: Final = (b"<script", b"<html", b"<svg", b"<?php", b"<!doctype")
# Actions that leave the document or run something, by their Japanese names; going to a page or an address may stay.
ACTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/JavaScript": "JavaScript",
        "/Launch": "プログラムの起動",
        "/SubmitForm": "フォームの送信",
        "/ImportData": "データの取込み",
        "/GoToE": "別のファイルへの移動",
        "/GoToR": "別のファイルへの移動",
        "/Rendition": "動画・音声",
        "/Movie": "動画・音声",
        "/Sound": "動画・音声",
        "/RichMediaExecute": "動画・音声",
    }
)
# Keys that have no place in a paper, wherever they stand.
KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/JS": "JavaScript",
        "/JavaScript": "JavaScript",
        "/AA": "自動で動く操作",
        "/EmbeddedFiles": "添付ファイル",
        "/EF": "添付ファイル",
        "/XFA": "XFAフォーム",
        "/RichMediaContent": "動画・音声",
    }
)
DEEPEST: Final = 50
MOST_FILTERS: Final = 2
CHUNK: Final = 1 << 20


def judge_pdf(path: Path, output: Path, limits: Limits) -> Accepted:
    """Accept a PDF; what acts by itself is taken out, and then `output` holds the rest.

    Raises:
        Unacceptable: locked, damaged, too large inside, without pages, or signed and yet with active content.
    """
    _check_head(path)
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            return _judge(pdf, output, limits)
    except pikepdf.PasswordError:
        raise Unacceptable("パスワードで保護されています。保護を外したファイルを登録してください。") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, zlib.error, ValueError, RecursionError):
        raise Unacceptable("PDFとして読み取れません(壊れているおそれ)。PDFに保存し直してください。") from None


def _check_head(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(1024)
    if not head.startswith(b"%PDF-"):
        raise Unacceptable("名前はPDFですが、中身はPDFではありません。")
    refuse_markup(head, MARKUP)


def _judge(pdf: pikepdf.Pdf, output: Path, limits: Limits) -> Accepted:
    if pdf.is_encrypted:
        raise Unacceptable("パスワードや権限で保護されています。保護を外したファイルを登録してください。")
    page_count = len(pdf.pages)
    if not 1 <= page_count <= limits.pages:
        raise Unacceptable(f"頁数が{page_count:,}です。1頁から{limits.pages:,}頁までのファイルに分けてください。")
    objects = list(pdf.objects)
    _check_streams(objects, limits)
    removed, is_signed = _disarm(pdf, objects)
    if not removed:
        return Accepted(page_count=page_count)
    if is_signed:
        raise Unacceptable(
            f"電子署名のあるPDFに{'・'.join(removed)}が含まれています。署名を保ったまま取り除けないため、"
            "印刷の画面から「PDFに保存」したファイルを登録してください。"
        )
    pdf.remove_unreferenced_resources()
    pdf.save(output, deterministic_id=True)
    return Accepted(page_count=page_count, removed=removed, rewritten=output)


def _check_streams(objects: list[Any], limits: Limits) -> None:
    """Refuse streams that swell when they are opened; nothing is unpacked further than the limit."""
    left = limits.unpacked_bytes
    for one in objects:
        if isinstance(one, pikepdf.Stream):
            filters = _filters_of(one)
            if len(filters) > MOST_FILTERS or filters.count("/FlateDecode") > 1:
                raise Unacceptable("圧縮が何重にもかけられています。PDFに保存し直してください。")
            if one.get("/Subtype") == "/Image":
                _check_picture(one, limits)
            elif "/FlateDecode" in filters:
                left -= _unpacked_size(one, left)
    if left < 0:
        raise Unacceptable(
            f"展開すると{limits.unpacked_bytes // (1024 * 1024)}MBを超えます。PDFに保存し直してください。"
        )


def _filters_of(stream: Any) -> list[str]:
    named = stream.get("/Filter")
    if named is None:
        return []
    return [str(one) for one in named] if isinstance(named, pikepdf.Array) else [str(named)]


def _check_picture(stream: Any, limits: Limits) -> None:
    width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    if width * height > limits.pixels:
        raise Unacceptable(
            f"中の画像が{width:,}×{height:,}画素で、上限の{limits.pixels:,}画素を超えています。"
            "解像度を下げて保存し直してください。"
        )


def _unpacked_size(stream: Any, left: int) -> int:
    """Return how many bytes a stream has after unpacking; reading stops once there are more than `left`."""
    raw, size, unpacker = stream.read_raw_bytes(), 0, zlib.decompressobj()
    while raw and size <= left and not unpacker.eof:
        try:
            size += len(unpacker.decompress(raw, CHUNK))
        except zlib.error:
            return size  # a damaged stream shows nothing; the rest of the file may still be read
        raw = unpacker.unconsumed_tail
    return size


def _disarm(pdf: pikepdf.Pdf, objects: list[Any]) -> tuple[tuple[str, ...], bool]:
    """Take out everything that acts; return the names of what was found, and whether the file is signed."""
    found: dict[str, None] = {}
    is_signed = False
    for one in _dictionaries([*objects, pdf.Root]):
        is_signed = is_signed or "/ByteRange" in one
        for name in _disarm_dictionary(one):
            found[name] = None
    return tuple(found), is_signed


def _disarm_dictionary(one: Any) -> Iterator[str]:
    action = str(one.get("/S", "")) if one.get("/Type") != "/StructElem" else ""
    subtype = str(one.get("/Subtype", ""))
    if action in ACTIONS:
        for key in list(one.keys()):
            del one[key]
        yield ACTIONS[action]
    if subtype in {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}:
        one["/Subtype"] = pikepdf.Name("/Text")
        yield "添付ファイル" if subtype == "/FileAttachment" else "動画・音声"
    for key, name in KEYS.items():
        if key in one:
            del one[key]
            yield name


def _dictionaries(objects: list[Any]) -> Iterator[Any]:
    """Yield every dictionary, also those that stand inside others; indirect ones come by themselves."""
    waiting = [(one, 0) for one in objects]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unacceptable("中の構造が深すぎます。PDFに保存し直してください。")
        if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
            holder = one.stream_dict if isinstance(one, pikepdf.Stream) else one
            yield holder
            children = [holder[key] for key in list(holder.keys())]
        elif isinstance(one, pikepdf.Array):
            children = list(one)
        else:
            continue
        waiting.extend((child, depth + 1) for child in children if _is_inside(child))


def _is_inside(child: Any) -> bool:
    is_compound = isinstance(child, pikepdf.Stream | pikepdf.Dictionary | pikepdf.Array)
    return is_compound and not child.is_indirect
