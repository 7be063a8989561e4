"""Judge an uploaded file before it is kept: only what an office needs comes in, and nothing that acts by itself."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import filetype
from django.conf import settings

from vapup.documents.filenames import harmless_name, split_ending
from vapup.documents.kinds import ALLOWED, KINDS, Kind, Limits
from vapup.documents.scanning import SECONDS as SCANNER_SECONDS
from vapup.documents.scanning import ScannerUnavailable, scan
from vapup.shared.errors import DomainError

TABLES: Final = frozenset({Kind.XLSX, Kind.CSV})
CELLS: Final = "CELLS"  # tells the child to read them; see vapup/documents/sandbox.py
ROOT: Final = Path(__file__).resolve().parent.parent.parent
WALL_SECONDS: Final = 20
TOO_SLOW: Final = "中身を確かめるのに時間がかかりすぎるため、途中でやめました。内容を減らすか、分けて登録してください。"
MEGABYTE: Final = 1024 * 1024
UNREADABLE: Final = "中身を確かめられませんでした(壊れているか、開くのに時間がかかりすぎます)。保存し直してください。"
# What the child knows of the world: no settings, no secrets.
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


class UploadRefused(DomainError):
    """The file is not kept; the sentence names it, and the limit where there is one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a table, row 1 first; a CSV has one.

    Attributes:
        rows: text, numbers, truth values, None, or {"day": "2024-04-01"}.
        formulas, errors: addresses of such cells, as C12.
        merged: [row, column] pairs from 0 of cells that are part of a merged range.
    """

    name: str
    hidden: bool
    rows: Sequence[Sequence[Any]]
    formulas: Sequence[str]
    errors: Sequence[str]
    merged: Sequence[Sequence[int]]


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
    until = time.monotonic() + settings.UPLOAD_INSPECTION_SECONDS
    _check_scanned(filename, content, until)
    verdict, kept = _judged(filename, kind, content, until)
    return Inspected(
        filename=filename,
        content_type=kind.value.content_type,
        content=kept,
        sha256=hashlib.sha256(kept).hexdigest(),
        page_count=int(verdict["page_count"]),
        removed=tuple(verdict["removed"]),
    )


def inspect_table(name: str, stream: BinaryIO) -> tuple[Inspected, tuple[Sheet, ...]]:
    """Return an xlsx or CSV that is to be imported, and its cells, which the child process read.

    Raises:
        UploadRefused: as `inspect_upload`, or it is no table, or larger than an import may be.
        ScannerUnavailable: a scanner is configured and does not answer.
    """
    filename = harmless_name(name)
    kind = _kind_of(filename)
    if kind not in TABLES:
        raise _refusal(filename, "取り込めるのは、Excelブック(xlsx)とCSVです。Excelで開いて、xlsxで保存してください。")
    content = _read(filename, stream)
    until = time.monotonic() + settings.UPLOAD_INSPECTION_SECONDS
    _check_scanned(filename, content, until)
    with _held(content) as (path, output):
        _accepted(filename, kind, content, _ask_child(kind, path, output, until, CELLS))
        sheets = tuple(Sheet(**one) for one in json.loads(output.read_text(encoding="utf-8")))
    sha256 = hashlib.sha256(content).hexdigest()
    return Inspected(filename, kind.value.content_type, content, sha256, page_count=0), sheets


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


def _check_scanned(filename: str, content: bytes, until: float) -> None:
    """Ask the scanner, which may take its own time at most and no longer than the inspection."""
    try:
        found = scan(content, seconds=min(SCANNER_SECONDS, until - time.monotonic()))
    except ScannerUnavailable as away:
        raise ScannerUnavailable(f"「{filename}」: {away.message}") from away
    if found:
        raise _refusal(filename, f"ウイルス検査で「{found}」が見つかりました。このファイルは開かないでください。")


def _judged(filename: str, kind: Kind, content: bytes, until: float) -> tuple[Mapping[str, Any], bytes]:
    """Return the judge's verdict and the bytes to keep."""
    with _held(content) as (path, output):
        verdict = _accepted(filename, kind, content, _ask_child(kind, path, output, until))
        return verdict, output.read_bytes() if verdict["rewritten"] else content


@contextmanager
def _held(content: bytes) -> Iterator[tuple[Path, Path]]:
    """Hold a file for the child in a folder of its own, beside the place of what the child writes."""
    with tempfile.TemporaryDirectory(prefix="vapup-upload-") as folder:
        path, output = Path(folder, "file"), Path(folder, "output")
        path.write_bytes(content)
        yield path, output


def _accepted(filename: str, kind: Kind, content: bytes, verdict: Mapping[str, Any]) -> Mapping[str, Any]:
    if "refused" in verdict:
        raise _refusal(filename, f"{verdict['refused']}{_guess(kind, content)}")
    return verdict


def _ask_child(kind: Kind, path: Path, output: Path, until: float, *wanted: str) -> Mapping[str, Any]:
    """Run the sandbox; a child that dies or takes too long has judged the file by that."""
    limits = json.dumps(asdict(Limits(pages=settings.UPLOAD_MAX_PAGES)))
    command = [sys.executable, "-m", "vapup.documents.sandbox", kind.name, str(path), str(output), limits, *wanted]
    try:
        done = subprocess.run(  # noqa: S603 (our own program; the user's words are in none of its arguments)
            command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, timeout=_seconds_until(until), check=True
        )
        return cast("Mapping[str, Any]", json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return {"refused": TOO_SLOW}
    except (subprocess.SubprocessError, ValueError):
        return {"refused": UNREADABLE}


def _seconds_until(until: float) -> float:
    return max(0.0, min(WALL_SECONDS, until - time.monotonic()))


def _guess(kind: Kind, content: bytes) -> str:
    """Say what a file with a wrong name probably is."""
    guessed = filetype.guess_extension(content)
    is_other = guessed is not None and guessed not in kind.value.endings
    return f"(中身は {guessed} のようです。)" if is_other else ""
