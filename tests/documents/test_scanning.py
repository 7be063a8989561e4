"""A scanner that is configured is asked, and nothing is kept unseen."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.documents.files import pdf
from tests.documents.hostile import EICAR
from vapup.documents.inspection import UploadRefused, inspect_table, inspect_upload
from vapup.documents.scanning import ScannerUnavailable, is_scanner_configured, scan
from vapup.profile import STATEMENT_GUARDS


def exactly(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size and (part := connection.recv(size - len(found))):
        found += part
    return found


def serve(listener: socket.socket, seen: list[bytes]) -> None:
    """Speak clamd's INSTREAM: a length, a piece, and so on until a length of 0."""
    while True:
        try:
            connection, _address = listener.accept()
        except OSError:
            return
        with connection:
            assert exactly(connection, 10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", exactly(connection, 4))[0]:
                content += exactly(connection, size)
            seen.append(content)
            found = b"Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"OK"
            broken = b"INSTREAM size limit exceeded. ERROR\0"
            connection.sendall(broken if b"too much" in content else b"stream: " + found + b"\0")


@pytest.fixture
def seen(tmp_path: Path, settings: LazySettings) -> Iterator[list[bytes]]:
    """What a small scanner on a socket of this test was sent."""
    listener, content = socket.socket(socket.AF_UNIX), list[bytes]()
    listener.bind(str(tmp_path / "clamd"))
    listener.listen()
    thread = threading.Thread(target=serve, args=(listener, content), daemon=True)
    thread.start()
    settings.CLAMD_ADDRESS = f"unix:{tmp_path / 'clamd'}"
    yield content
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def test_the_test_virus_is_refused_by_name(seen: list[bytes]) -> None:
    with pytest.raises(UploadRefused) as refused:
        inspect_upload("名簿.csv", BytesIO(EICAR))
    assert refused.value.message == (
        "「名簿.csv」は登録できません。ウイルス検査で「Win.Test.EICAR_HDB-1」が見つかりました。"
        "このファイルは開かないでください。"
    )


def test_the_scanner_sees_every_byte(seen: list[bytes]) -> None:
    content = pdf(pages=300)
    assert inspect_upload("書類.pdf", BytesIO(content)).content == content
    assert seen == [content]


def test_what_the_scanner_will_not_look_at_is_not_kept(seen: list[bytes]) -> None:
    with pytest.raises(ScannerUnavailable, match=r"「a\.csv」: ウイルス検査を行えないため、登録していません"):
        inspect_upload("a.csv", BytesIO(b"too much"))


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd", "127.0.0.1:1", "nonsense"])
def test_a_scanner_that_is_away_stops_uploads(settings: LazySettings, address: str) -> None:
    settings.CLAMD_ADDRESS = address
    assert is_scanner_configured()
    with pytest.raises(ScannerUnavailable):
        inspect_upload("書類.pdf", BytesIO(pdf()))


def drip(listener: socket.socket, ended: threading.Event) -> None:
    """Take everything, and answer a letter at a time, each before a patience for single letters ends."""
    connection, _address = listener.accept()
    with connection:
        threading.Thread(target=connection.recv, args=(1 << 20,), daemon=True).start()
        while not ended.wait(0.2):
            try:
                connection.sendall(b"s")
            except OSError:
                return


def test_a_scanner_that_never_comes_to_its_end_holds_nobody_up(tmp_path: Path, settings: LazySettings) -> None:
    settings.UPLOAD_INSPECTION_SECONDS = 1
    ended = threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "clamd"))
        listener.listen()
        settings.CLAMD_ADDRESS = f"unix:{tmp_path / 'clamd'}"
        thread = threading.Thread(target=drip, args=(listener, ended), daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(ScannerUnavailable, match="ウイルス検査を行えないため"):
            inspect_upload("書類.pdf", BytesIO(pdf()))
        assert time.monotonic() - began < 3
        ended.set()
        thread.join(5)


def test_an_inspection_ends_well_before_the_transaction_around_it(settings: LazySettings) -> None:
    idle = re.search(r"idle_in_transaction_session_timeout=(\d+)s", STATEMENT_GUARDS)
    assert idle is not None
    assert int(idle[1]) >= settings.UPLOAD_INSPECTION_SECONDS + 5
    settings.UPLOAD_INSPECTION_SECONDS = 0.05  # no child starts as quickly
    for inspect in (inspect_upload, inspect_table):
        with pytest.raises(UploadRefused, match=r"「名簿\.csv」は登録できません。中身を確かめるのに時間がかかりすぎる"):
            inspect("名簿.csv", BytesIO("名前\n山田\n".encode()))


def test_without_a_scanner_nothing_is_asked(settings: LazySettings) -> None:
    assert settings.CLAMD_ADDRESS == ""
    assert not is_scanner_configured()
    assert scan(EICAR) == ""
