"""Uploaded pictures as pages: A4, upright, whole, and a JPEG byte for byte."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from PIL import ExifTags, Image

from subsidies.packets.pictures import picture_as_pdf

RED, WHITE, BLUE = (230, 20, 20), (255, 255, 255), (20, 20, 230)


def painted(size: tuple[int, int], *, mode: str = "RGB") -> Image.Image:
    """Return a blue picture whose upper left quarter is red."""
    picture = Image.new("RGB", size, BLUE)
    picture.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, *, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    out = io.BytesIO()
    picture.save(out, kind, exif=exif)
    return out.getvalue()


def drawn(content: bytes, folder: Path) -> Image.Image:
    """Return the page as a reader sees it, one pixel a point."""
    (folder / "page.pdf").write_bytes(content)
    command = ["pdftoppm", "-r", "72", "-png", "-singlefile", str(folder / "page.pdf"), str(folder / "page")]
    subprocess.run(command, check=True)
    with Image.open(folder / "page.png") as opened:
        return opened.convert("RGB")


def is_like(page: Image.Image, place: tuple[int, int], colour: tuple[int, ...]) -> bool:
    found = page.getpixel(place)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 30 for one, other in zip(found, colour, strict=True))


@pytest.mark.parametrize("size", [(1240, 1754), (1754, 1240), (3000, 300), (300, 3000), (100, 100)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_every_picture_is_one_sheet_of_a4_and_whole(kind: str, size: tuple[int, int], tmp_path: Path) -> None:
    page = drawn(picture_as_pdf(saved(painted(size), kind)), tmp_path)
    assert sorted(page.size) == [595, 842]
    assert (page.width > page.height) is (size[0] > size[1])
    middle, across, down = (page.width // 2, page.height // 2), min(size[0], page.width), min(size[1], page.height)
    scale = min(page.width / size[0], page.height / size[1], 1)
    half = int(size[0] * scale / 2) - 3, int(size[1] * scale / 2) - 3
    assert across >= 2 * half[0]
    assert down >= 2 * half[1]
    assert is_like(page, (middle[0] - half[0], middle[1] - half[1]), RED)
    assert is_like(page, (middle[0] + half[0], middle[1] + half[1]), BLUE)
    assert is_like(page, (middle[0] + half[0], middle[1] - half[1]), BLUE)


def test_a_jpeg_goes_in_byte_for_byte() -> None:
    content = saved(painted((640, 480)), "JPEG")
    made = picture_as_pdf(content)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.pages[0].obj.Resources.XObject.Picture.read_raw_bytes() == content
    assert made == picture_as_pdf(content)
    assert len(made) < len(content) + 2_000


# Where the red quarter of a lying photograph is seen: a camera held on its side writes down how to turn it.
@pytest.mark.parametrize(("orientation", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1)), (2, (1, 0))])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photograph_stands_upright(kind: str, orientation: int, corner: tuple[int, int], tmp_path: Path) -> None:
    page = drawn(picture_as_pdf(saved(painted((800, 600)), kind, orientation=orientation)), tmp_path)
    assert (page.height > page.width) is (orientation in {6, 8})
    seen = {
        (x, y): is_like(page, (int(page.width * (0.3 + 0.4 * x)), int(page.height * (0.3 + 0.4 * y))), RED)
        for x in (0, 1)
        for y in (0, 1)
    }
    assert seen == {place: place == corner for place in seen}


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_gray_and_printed_colours_stay_what_they_are(mode: str, tmp_path: Path) -> None:
    page = drawn(picture_as_pdf(saved(painted((600, 800), mode=mode), "JPEG")), tmp_path)
    red, blue = page.getpixel((150, 200)), page.getpixel((450, 600))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > blue[0]
    assert (red[0] == red[2]) is (mode == "L")


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 200, 200))
    page = drawn(picture_as_pdf(saved(picture, "PNG")), tmp_path)
    assert is_like(page, (page.width // 2 + 100, page.height // 2 + 100), WHITE)
    assert is_like(page, (page.width // 2 - 100, page.height // 2 - 100), RED)
