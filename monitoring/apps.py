"""The Django app "monitoring"."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """伴走支援."""

    name = "monitoring"
    label = "monitoring"
    verbose_name = "伴走支援"

    def ready(self) -> None:
        """Let the agency's own deadlines follow it."""
        from monitoring.services import ledger  # noqa: PLC0415  models are not loaded when this module is
        from vapup import work  # noqa: PLC0415

        work.follow("agency", ledger.keep_agency)
