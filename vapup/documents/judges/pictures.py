"""Pictures: what the name says, of bearable size by their header, whole, and nothing else at the same time."""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

from vapup.documents.judges.verdict import Accepted, Unacceptable, refuse_markup
from vapup.documents.kinds import Kind, Limits

MARKUP: Final = (b"<script", b"<?php", b"<html", b"<svg", b"%pdf-")
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
APPENDED: Final = "画像の後ろに別のデータが付いています。画像を保存し直してください。"
DAMAGED: Final = "画像として読み取れません(壊れているか、途中で切れています)。撮り直すか保存し直してください。"


def judge_picture(path: Path, kind: Kind, limits: Limits) -> Accepted:
    """Accept a picture as it is.

    Raises:
        Unacceptable: another format, too many pixels, damaged, or carrying another file along.
    """
    content = path.read_bytes()
    refuse_markup(content, MARKUP)
    if kind is Kind.PNG:
        _walk_png(content, limits)
    elif zipfile.is_zipfile(path):  # a camera may put a second picture behind the first, but no archive
        raise Unacceptable(APPENDED)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        _open(path, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unacceptable(
            f"画素数が上限の{limits.pixels:,}画素を超えています。解像度を下げて保存し直してください。"
        ) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error):
        raise Unacceptable(DAMAGED) from None
    return Accepted(page_count=1)


def _open(path: Path, kind: Kind) -> None:
    """Read the header, then as little of the picture as shows that it is whole."""
    with Image.open(path, formats=["PNG" if kind is Kind.PNG else "JPEG"]) as image:
        if kind is Kind.PNG:
            image.verify()
            return
        image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()


def _walk_png(content: bytes, limits: Limits) -> None:
    """Refuse a PNG with something behind its end, or whose rows unpack to more than its header says."""
    if not content.startswith(PNG_SIGNATURE):
        raise Unacceptable("名前はPNGですが、中身はPNG画像ではありません。")
    position, unpacker, unpacked, most = len(PNG_SIGNATURE), zlib.decompressobj(), 0, 0
    while position + 8 <= len(content):
        size, name = struct.unpack_from(">I4s", content, position)
        body = content[position + 8 : position + 8 + size]
        position += size + 12
        if name == b"IHDR":
            most = _row_bytes(body, limits)
        elif name == b"IDAT":
            unpacked += _unpacked(unpacker, body, most)
            if unpacked > most:
                raise Unacceptable("画像のデータが、画像の大きさの記載と合いません。保存し直してください。")
        elif name == b"IEND":
            break
    else:
        raise Unacceptable(DAMAGED)
    if position != len(content):
        raise Unacceptable(APPENDED)


def _row_bytes(header: bytes, limits: Limits) -> int:
    """Return the most bytes that the rows may have after unpacking: 8 a pixel, with what interlacing adds."""
    if len(header) < 13:
        raise Unacceptable(DAMAGED)
    width, height = struct.unpack_from(">II", header)
    if width * height > limits.pixels:
        raise Unacceptable(
            f"{width:,}×{height:,}画素で、上限の{limits.pixels:,}画素を超えています。"
            "解像度を下げて保存し直してください。"
        )
    return int(width * height * 8 + height * 16 + 1024)


def _unpacked(unpacker: zlib._Decompress, packed: bytes, most: int) -> int:
    size = 0
    try:
        while packed and size <= most and not unpacker.eof:
            size += len(unpacker.decompress(packed, 1 << 20))
            packed = unpacker.unconsumed_tail
    except zlib.error:
        raise Unacceptable(DAMAGED) from None
    return size
