"""Doors of the queue for accounts."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task(name="accounts.clear_sessions", ignore_result=True)
def clear_sessions() -> None:
    """Delete the sessions that have ended, so that the table holds those who are signed in."""
    call_command("clearsessions")
