"""The Django app "subsidies"."""

from __future__ import annotations

from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    """補助金."""

    name = "subsidies"
    label = "subsidies"
    verbose_name = "補助金"
