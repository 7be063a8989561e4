"""The Django app "help"."""

from __future__ import annotations

from django.apps import AppConfig


class HelpConfig(AppConfig):
    """ヘルプ."""

    name = "vapup.help"
    label = "help"
    verbose_name = "ヘルプ"
