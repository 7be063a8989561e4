"""Judge an uploaded file before it is kept: only what an office needs comes in, and nothing that acts by itself."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import filetype
from django.conf import settings

from vapup.documents.filenames import harmless_name, split_ending
from vapup.documents.kinds import ALLOWED, KINDS, Kind, Limits
from vapup.documents.scanning import ScannerUnavailable, scan
from vapup.shared.errors import DomainError

ROOT: Final = Path(__file__).resolve().parent.parent.parent
WALL_SECONDS: Final = 20
MEGABYTE: Final = 1024 * 1024
UNREADABLE: Final = "中身を確かめられませんでした(壊れているか、開くのに時間がかかりすぎます)。保存し直してください。"
# What the child knows of the world: no settings, no secrets.
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


class UploadRefused(DomainError):
    """The file is not kept; the sentence names it, and the limit where there is one."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be kept.

    Attributes:
        filename: its name, made harmless.
        sha256: of `content`.
        page_count: pages of a PDF or picture; 0 where a kind has none.
        removed: Japanese names of active content that was taken out; `content` is then not what was sent.
    """

    filename: str
    content_type: str
    content: bytes
    sha256: str
    page_count: int
    removed: tuple[str, ...] = ()


def inspect_upload(name: str, stream: BinaryIO) -> Inspected:
    """Return the file as it may be kept; it is opened in a child process with bounded memory and time.

    Args:
        name: as the browser sent it.
        stream: what was sent, from its start; read no further than the limit.

    Raises:
        UploadRefused: empty, too large, of a kind that is not kept, not what its name says, locked, damaged,
            swelling, with macros, or found by the scanner.
        ScannerUnavailable: a scanner is configured and does not answer.
    """
    filename = harmless_name(name)
    kind = _kind_of(filename)
    content = _read(filename, stream)
    found = _scanned(filename, content)
    if found:
        raise _refusal(filename, f"ウイルス検査で「{found}」が見つかりました。このファイルは開かないでください。")
    verdict, kept = _judged(filename, kind, content)
    return Inspected(
        filename=filename,
        content_type=kind.value.content_type,
        content=kept,
        sha256=hashlib.sha256(kept).hexdigest(),
        page_count=int(verdict["page_count"]),
        removed=tuple(verdict["removed"]),
    )


def _refusal(filename: str, reason: str) -> UploadRefused:
    return UploadRefused(f"「{filename}」は登録できません。{reason}")


def _kind_of(filename: str) -> Kind:
    ending = split_ending(filename)[1]
    kind = KINDS.get(ending)
    if kind is None:
        what = f"「.{ending}」の種類" if ending else "種類の分からない(末尾に .pdf などのない)ファイル"
        raise _refusal(filename, f"{what}は受け付けていません。登録できるのは{ALLOWED}です。")
    return kind


def _read(filename: str, stream: BinaryIO) -> bytes:
    """Return the content, at least one byte and at most the limit."""
    most = int(settings.UPLOAD_MAX_BYTES)
    content = stream.read(most + 1)
    size = max(len(content), int(getattr(stream, "size", 0) or 0))
    if size > most:
        raise _refusal(
            filename,
            f"大きさが{_megabytes(size)}MBで、上限の{_megabytes(most)}MBを超えています。"
            "解像度を下げるか、分けて登録してください。",
        )
    if not content:
        raise _refusal(filename, "中身が空(0バイト)です。元のファイルを確かめてください。")
    return content


def _megabytes(size: int) -> str:
    """Return a size with one decimal, rounded up, so that what is over the limit never looks like the limit."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths // 10:,}.{tenths % 10}".removesuffix(".0")


def _scanned(filename: str, content: bytes) -> str:
    try:
        return scan(content)
    except ScannerUnavailable as away:
        raise ScannerUnavailable(f"「{filename}」: {away.message}") from away


def _judged(filename: str, kind: Kind, content: bytes) -> tuple[Mapping[str, Any], bytes]:
    """Return the judge's verdict and the bytes to keep."""
    with tempfile.TemporaryDirectory(prefix="vapup-upload-") as folder:
        path, output = Path(folder, "file"), Path(folder, "output")
        path.write_bytes(content)
        verdict = _ask_child(kind, path, output)
        if "refused" in verdict:
            raise _refusal(filename, f"{verdict['refused']}{_guess(kind, content)}")
        return verdict, output.read_bytes() if verdict["rewritten"] else content


def _ask_child(kind: Kind, path: Path, output: Path) -> Mapping[str, Any]:
    """Run the sandbox; a child that dies or takes too long has judged the file by that."""
    limits = json.dumps(asdict(Limits(pages=settings.UPLOAD_MAX_PAGES)))
    command = [sys.executable, "-m", "vapup.documents.sandbox", kind.name, str(path), str(output), limits]
    try:
        done = subprocess.run(  # noqa: S603 (our own program; the user's words are in none of its arguments)
            command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, timeout=WALL_SECONDS, check=True
        )
        return cast("Mapping[str, Any]", json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError):
        return {"refused": UNREADABLE}


def _guess(kind: Kind, content: bytes) -> str:
    """Say what a file with a wrong name probably is."""
    guessed = filetype.guess_extension(content)
    is_other = guessed is not None and guessed not in kind.value.endings
    return f"(中身は {guessed} のようです。)" if is_other else ""
