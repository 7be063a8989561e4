"""The Django app "ui"."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """画面の共通部品."""

    name = "vapup.ui"
    label = "ui"
    verbose_name = "画面の共通部品"
