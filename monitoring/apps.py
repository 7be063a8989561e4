"""The Django app "monitoring"."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """伴走支援."""

    name = "monitoring"
    label = "monitoring"
    verbose_name = "伴走支援"
