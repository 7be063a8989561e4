"""Keep files for good, by their content, and give them out unharmed."""

from __future__ import annotations

import hashlib
from typing import IO, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from vapup.documents.models import StoredDocument
from vapup.shared.errors import DomainError

CHUNK: Final = 1 << 20


class DocumentDamaged(DomainError):
    """The stored file is missing or is not what was stored."""


def store(content: bytes, *, agency_id: int, filename: str, content_type: str, page_count: int = 0) -> StoredDocument:
    """Store a file under the hash of its content and return its new row; the same content is kept once.

    The file is on the disk before the row is: a transaction that fails leaves at most a file that nobody refers to.
    """
    document = StoredDocument(
        agency_id=agency_id,
        filename=filename,
        content_type=content_type,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        page_count=page_count,
    )
    if not default_storage.exists(document.path):
        default_storage.save(document.path, ContentFile(content))
    document.save()
    return document


def open_stored(document: StoredDocument) -> IO[bytes]:
    """Open a stored file for reading, after checking that it still is what was stored.

    Raises:
        DocumentDamaged: the file is missing, or its hash differs.
    """
    if not default_storage.exists(document.path):
        raise DocumentDamaged(f"「{document.filename}」のファイルが保存場所にありません。作成し直してください。")
    file: IO[bytes] = default_storage.open(document.path)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    if digest.hexdigest() != document.sha256:
        file.close()
        raise DocumentDamaged(f"「{document.filename}」のファイルが壊れています。作成し直してください。")
    file.seek(0)
    return file
