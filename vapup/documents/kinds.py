"""The kinds of files that the office keeps, and by which endings they go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What a kind is called, how it is given out, and the endings that name it (without the dot)."""

    label: str
    content_type: str
    endings: tuple[str, ...]


class Kind(Enum):
    """Papers come as PDF or as pictures; drafts and tables come from the office suite. Nothing else is kept."""

    PDF = KindFacts("PDF", "application/pdf", ("pdf",))
    PNG = KindFacts("PNG画像", "image/png", ("png",))
    JPEG = KindFacts("JPEG画像", "image/jpeg", ("jpg", "jpeg"))
    XLSX = KindFacts(
        "Excelブック(xlsx)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)
    )
    DOCX = KindFacts(
        "Word文書(docx)", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)
    )
    CSV = KindFacts("CSV", "text/csv", ("csv",))


KINDS: Final[Mapping[str, Kind]] = MappingProxyType({ending: kind for kind in Kind for ending in kind.value.endings})
ALLOWED: Final = "PDF・PNG・JPEG・xlsx・docx・CSV"
# What the control of a form offers first; the server asks the content.
ACCEPT: Final = ",".join(f".{ending}" for ending in KINDS)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of anything a file may hold.

    Attributes:
        pages: pages of a PDF.
        pixels: width times height of a picture, also of one inside a PDF.
        unpacked_bytes: everything inside a file after unpacking, pictures of a PDF excepted.
        entries: files inside an xlsx or docx.
    """

    pages: int = 300
    pixels: int = 80_000_000
    unpacked_bytes: int = 200 * 1024 * 1024
    entries: int = 5_000
