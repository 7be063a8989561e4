"""Uploaded pictures as pages: upright as the camera held them, on A4, a JPEG as it is."""

from __future__ import annotations

import io
from typing import Final

import pikepdf
from PIL import ExifTags, Image, ImageOps

# Points, 72 to the inch.
A4: Final = (595, 842)
# The clockwise turns that a camera writes down; it never writes the mirrored ones.
TURNS: Final = {1: 0, 3: 180, 6: 90, 8: 270}
COLOURS: Final = {"RGB": pikepdf.Name.DeviceRGB, "L": pikepdf.Name.DeviceGray}
QUALITY: Final = 90


def picture_as_pdf(content: bytes) -> bytes:
    """Return a picture as one page of A4, upright or on its side as fits it, as large as the page and no larger.

    A JPEG goes in byte for byte: unpacking 20 megabytes would take ten times the memory, and packing them again would
    blur them. Other pictures are packed as JPEG, on white where they are transparent.
    """
    with Image.open(io.BytesIO(content)) as opened:
        turn = TURNS.get(opened.getexif().get(ExifTags.Base.Orientation, 1))
        if opened.format == "JPEG" and opened.mode in COLOURS and turn is not None:
            return _page(content, opened.size, opened.mode, turn)
        upright = _on_white(ImageOps.exif_transpose(opened))
    packed = io.BytesIO()
    upright.save(packed, "JPEG", quality=QUALITY)
    return _page(packed.getvalue(), upright.size, upright.mode, 0)


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture if picture.mode in COLOURS else picture.convert("RGB")
    seen = picture.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def _page(jpeg: bytes, size: tuple[int, int], mode: str, turn: int) -> bytes:
    """Return a page with a JPEG in its middle; `turn` is clockwise, in degrees."""
    wide, tall = size if turn in {0, 180} else size[::-1]
    page_wide, page_tall = A4 if tall >= wide else A4[::-1]
    scale = min(page_wide / wide, page_tall / tall, 1)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(page_wide, page_tall))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Picture=_image(pdf, jpeg, size, mode)))
        page.obj.Contents = pdf.make_stream(_drawing((page_wide, page_tall), (wide * scale, tall * scale), turn))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def _image(pdf: pikepdf.Pdf, jpeg: bytes, size: tuple[int, int], mode: str) -> pikepdf.Stream:
    return pikepdf.Stream(
        pdf,
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=COLOURS[mode],
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )


def _drawing(page: tuple[float, float], shown: tuple[float, float], turn: int) -> bytes:
    """Return the commands that draw a picture of that size, as it is shown after its turn, in the middle of a page."""
    wide, tall = shown
    left, low = (page[0] - wide) / 2, (page[1] - tall) / 2
    right, high = left + wide, low + tall
    matrix = {
        0: (wide, 0, 0, tall, left, low),
        90: (0, -tall, wide, 0, left, high),
        180: (-wide, 0, 0, -tall, right, high),
        270: (0, tall, -wide, 0, right, low),
    }[turn]
    return b"q %s cm /Picture Do Q" % " ".join(f"{value:.3f}" for value in matrix).encode()
