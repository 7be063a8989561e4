"""Django's PostgreSQL backend, preceded by a lease on the embedded services."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from vapup.embedded.layout import instance
from vapup.embedded.lease import hold


class DatabaseWrapper(base.DatabaseWrapper):
    """Connect lazily, so that a command that needs no database starts none."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Start the project's own PostgreSQL if it is down, then connect."""
        hold(instance())
        return super().get_new_connection(conn_params)
