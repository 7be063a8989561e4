"""The Django app "documents"."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """文書."""

    name = "vapup.documents"
    label = "documents"
    verbose_name = "文書"
