"""Private storage: a file is there completely or not at all, and nobody else can read it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from vapup.accounts.models import Agency
from vapup.documents.models import StoredDocument
from vapup.documents.rendering import StaticOnlyFetcher
from vapup.documents.services import DocumentDamaged, open_stored, store
from vapup.documents.storage import DurableFileStorage


@pytest.fixture
def storage(tmp_path: Path) -> DurableFileStorage:
    return DurableFileStorage(location=str(tmp_path / "files"))


def test_content_is_on_the_disk_before_it_has_its_name(
    storage: DurableFileStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def noted_sync(descriptor: int) -> None:
        steps.append("folder" if Path(f"/proc/self/fd/{descriptor}").resolve().is_dir() else "file")
        sync(descriptor)

    def noted_replace(self: Path, target: Any) -> Path:
        steps.append("rename")
        assert self.read_bytes() == b"whole"
        assert self.parent == Path(target).parent  # of one file system
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    assert storage.save("1/ab/abc", ContentFile(b"whole")) == "1/ab/abc"
    assert steps == ["file", "rename", "folder"]


def test_files_and_their_folder_are_the_applications_own_whatever_the_umask(storage: DurableFileStorage) -> None:
    before = os.umask(0)
    try:
        storage.save("1/ab/abc", ContentFile(b"x"))
    finally:
        os.umask(before)
    path = Path(storage.path("1/ab/abc"))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("failing", ["content", "rename"])
def test_a_failure_leaves_no_file_behind(
    storage: DurableFileStorage, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def torn(chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError(5, "Input/output error")

    def refuse(self: Path, target: Any) -> Path:
        raise OSError(5, "Input/output error")

    content = ContentFile(b"half and half")
    if failing == "content":
        monkeypatch.setattr(content, "chunks", torn)
    else:
        monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="Input/output"):
        storage.save("1/ab/abc", content)
    assert [path for path in Path(storage.location).rglob("*") if path.is_file()] == []
    assert not storage.exists("1/ab/abc")


@pytest.mark.parametrize("name", ["../outside", "1/../../outside", "/etc/vapup"])
def test_no_name_leads_out_of_the_storage(storage: DurableFileStorage, tmp_path: Path, name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        storage.save(name, ContentFile(b"x"))
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("harm", ["first", "last", "longer", "shorter", "empty"])
def test_any_altered_byte_is_noticed(agency: Agency, tmp_path: Path, harm: str) -> None:
    content = b"%PDF-1.7" + bytes(range(256)) * 5_000  # more than one chunk: 1,280,008 bytes
    document = store(content, agency_id=agency.pk, filename="申請書.pdf", content_type="application/pdf")
    harmed = {
        "first": b"&" + content[1:],
        "last": content[:-1] + b"x",
        "longer": content + b"x",
        "shorter": content[:-1],
        "empty": b"",
    }
    with open_stored(document) as file:
        assert file.read() == content
    (tmp_path / document.path).write_bytes(harmed[harm])
    with pytest.raises(DocumentDamaged, match=r"「申請書\.pdf」のファイルが壊れています"):
        open_stored(document)


def test_a_path_comes_from_the_content_and_never_from_the_name(agency: Agency) -> None:
    sneaky = store(b"x", agency_id=agency.pk, filename="../../etc/passwd", content_type="text/plain")
    assert sneaky.path == f"{agency.pk}/{sneaky.sha256[:2]}/{sneaky.sha256}"
    assert StoredDocument.objects.get().filename == "../../etc/passwd"


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.jp/x", "HTTP://127.0.0.1/", "//127.0.0.1/x", "file:/etc/passwd", "FILE:///etc/passwd"),
        *("data:image/png;base64,iVBORw0KGgo=", "jar:file:///x", "gopher://127.0.0.1/", "javascript:1", "chrome://x"),
        *("blob:http://x/1", "/etc/passwd", "etc/passwd", "", "unix:///run/redis.sock", "ftp://127.0.0.1/"),
    ],
)
def test_no_kind_of_address_is_loaded_by_a_document(url: str) -> None:
    with pytest.raises(ValueError, match="documents load nothing") as refused:
        StaticOnlyFetcher().fetch(url)
    assert len(str(refused.value)) < 120
    with pytest.raises(ValueError, match="documents load nothing"):
        StaticOnlyFetcher()(url)  # as WeasyPrint's older entry calls it
