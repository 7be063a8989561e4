"""Stored files: content-addressed, described, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from vapup.accounts.models import Agency, AgencyQuerySet


class StoredDocument(models.Model):
    """A file as it was made; a new version is a new row."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField("ファイル名", max_length=200)
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    page_count = models.PositiveIntegerField("頁数", default=0)
    made_at = models.DateTimeField("作成日時", db_default=Now())

    objects = AgencyQuerySet["StoredDocument"].as_manager()

    class Meta:
        verbose_name = "保存文書"

    def __str__(self) -> str:
        return self.filename

    @property
    def path(self) -> str:
        """Return the place in private storage, derived from the content."""
        return f"{self.agency_id}/{self.sha256[:2]}/{self.sha256}"
