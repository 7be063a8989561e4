"""Ask a virus scanner, where the operator runs one: clamd over its socket."""

from __future__ import annotations

import socket
import struct
import time
from typing import Final

from django.conf import settings

from vapup.shared.errors import DomainError

PIECE: Final = 1 << 16
SECONDS: Final = 8
LONGEST_ANSWER: Final = 4096


class ScannerUnavailable(DomainError):
    """A scanner is configured and does not answer: nothing is kept unseen."""


def is_scanner_configured() -> bool:
    """Tell whether uploads are scanned; pages say so where they are not."""
    return bool(settings.CLAMD_ADDRESS)


def scan(content: bytes, *, seconds: float = SECONDS) -> str:
    """Return the name of what the scanner found; "" where it found nothing or none is configured.

    Args:
        seconds: what it may take altogether.

    Raises:
        ScannerUnavailable: it does not answer in time, or refuses to look.
    """
    if not is_scanner_configured():
        return ""
    try:
        answer = _ask(settings.CLAMD_ADDRESS, content, time.monotonic() + seconds)
    except (OSError, ValueError):
        answer = ""
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream:").removesuffix("FOUND").strip()
    if answer == "stream: OK":
        return ""
    raise ScannerUnavailable(
        "ウイルス検査を行えないため、登録していません。しばらくしてからもう一度お試しください。"
        "続くときは、システムの管理者に検査プログラム(clamd)の状態を確かめてもらってください。"
    )


def _ask(address: str, content: bytes, until: float) -> str:
    """Send the content by INSTREAM (pieces with their lengths, an empty one last) and return the answer."""
    with _connected(address, _left(until)) as scanner:
        pieces = (content[start : start + PIECE] for start in range(0, len(content), PIECE))
        for part in (b"zINSTREAM\0", *(struct.pack("!L", len(one)) + one for one in pieces), struct.pack("!L", 0)):
            scanner.settimeout(_left(until))
            scanner.sendall(part)
        return _answer_of(scanner, until).rstrip(b"\0\n").decode("utf-8", "replace")


def _answer_of(scanner: socket.socket, until: float) -> bytes:
    answer = b""
    while len(answer) < LONGEST_ANSWER and not answer.endswith(b"\0"):
        scanner.settimeout(_left(until))
        if not (part := scanner.recv(LONGEST_ANSWER)):
            break
        answer += part
    return answer


def _left(until: float) -> float:
    """Return the seconds that are left.

    Raises:
        TimeoutError: none.
    """
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connected(address: str, seconds: float) -> socket.socket:
    """Connect to `unix:/path` or to `host:port`."""
    if address.startswith("unix:"):
        scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        scanner.settimeout(seconds)
        try:
            scanner.connect(address.removeprefix("unix:"))
        except OSError:
            scanner.close()
            raise
        return scanner
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=seconds)
