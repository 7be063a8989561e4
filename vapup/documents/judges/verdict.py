"""What a judge says of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class Unacceptable(Exception):
    """The file is refused; the text is a complete Japanese sentence that follows the file's name."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The file may be kept.

    Attributes:
        page_count: pages of a PDF or a picture; 0 where a kind has none.
        removed: Japanese names of what was taken out; then `rewritten` holds the file to keep.
    """

    page_count: int = 0
    removed: tuple[str, ...] = ()
    rewritten: Path | None = None


def refuse_markup(head: bytes, marks: Iterable[bytes]) -> None:
    """Refuse content that a browser would take for a page, or a server for a program."""
    text = head.lower()
    if any(mark in text for mark in marks):
        raise Unacceptable(
            "中にHTMLやスクリプトが書き込まれています。元の書類から作り直したファイルを登録してください。"
        )
