"""The project package as a Django app: its management commands and the queue's configuration."""

from __future__ import annotations

from django.apps import AppConfig

from vapup.celery import app as queue


class VapupConfig(AppConfig):
    """Registers the project's own management commands and binds Celery to Django."""

    name = "vapup"
    label = "vapup"

    def ready(self) -> None:
        """Make the configured broker the default of every process, so that services can publish by task name."""
        queue.set_default()
