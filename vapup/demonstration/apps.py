"""The Django app "demonstration": the commands that make and load data for showing and measuring."""

from __future__ import annotations

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """見本データ."""

    name = "vapup.demonstration"
    label = "demonstration"
    verbose_name = "見本データ"
