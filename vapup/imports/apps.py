"""The Django app "imports"."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """取込."""

    name = "vapup.imports"
    label = "imports"
    verbose_name = "取込"
