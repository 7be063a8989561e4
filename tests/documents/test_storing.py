from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from vapup.accounts.models import Agency
from vapup.documents.models import StoredDocument
from vapup.documents.services import DocumentDamaged, open_stored, store

CONTENT = b"%PDF-1.7 ..."


def keep(agency: Agency, content: bytes = CONTENT) -> StoredDocument:
    return store(content, agency_id=agency.pk, filename="申請書.pdf", content_type="application/pdf", page_count=3)


def test_a_stored_file_lies_under_its_hash_and_is_readable_by_its_owner_alone(agency: Agency) -> None:
    document = keep(agency)
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert (document.sha256, document.size_bytes, document.page_count) == (sha256, len(CONTENT), 3)
    path = Path(default_storage.path(document.path))
    assert path.name == sha256
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [sha256]  # no temporary file is left


def test_the_same_content_is_kept_once_and_described_twice(agency: Agency) -> None:
    first, second = keep(agency), keep(agency)
    assert first.pk != second.pk
    assert first.path == second.path
    with open_stored(second) as file:
        assert file.read() == CONTENT


def test_agencies_share_no_file(agency: Agency, outsider: object) -> None:
    other = Agency.objects.exclude(pk=agency.pk).get()
    assert keep(agency).path != keep(other).path


@pytest.mark.parametrize("harm", ["removed", "changed"])
def test_a_file_that_was_harmed_is_not_given_out(agency: Agency, harm: str) -> None:
    document = keep(agency)
    path = Path(default_storage.path(document.path))
    path.unlink()
    if harm == "changed":
        path.write_bytes(b"%PDF-1.7 another")
    with pytest.raises(DocumentDamaged, match="申請書"):
        open_stored(document)


def test_a_full_disk_leaves_neither_a_half_file_nor_a_row(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(agency)
    assert StoredDocument.objects.count() == 0
    assert not [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()]
