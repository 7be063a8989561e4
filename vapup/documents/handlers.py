"""How uploads arrive: on the disk, never in memory, and no further than the limit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedFileHandler(TemporaryFileUploadHandler):
    """Writes a file to the disk up to the limit and lets the rest go by; the inspection then sees its true size."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece that begins within the limit."""
        if start <= settings.UPLOAD_MAX_BYTES:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """Return the file; `size` is how much was sent, also where less was kept."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file
