"""The Django app "cases"."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """案件."""

    name = "cases"
    label = "cases"
    verbose_name = "案件"
