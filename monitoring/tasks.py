"""Doors of the queue for reminders: without arguments, safe to run twice or at once. The rows are the truth."""

from __future__ import annotations

from celery import shared_task

from monitoring.services import digest, pulse
from vapup import clock


@shared_task(name="monitoring.sweep_reminders", ignore_result=True)
def sweep_reminders() -> None:
    """Write every reminder that is due, then wake the workers that send mails, though an agency's rows were broken."""
    try:
        pulse.sweep(now=clock.now())
    finally:
        pulse.wake_delivery(pulse.count_due(now=clock.now()))


@shared_task(name="monitoring.deliver_mails", ignore_result=True, acks_late=True)
def deliver_mails() -> None:
    """Send the mails that are due."""
    pulse.deliver(now=clock.now())


@shared_task(name="monitoring.weekly_digest", ignore_result=True)
def weekly_digest() -> None:
    """Store the digests of the week; the sweep makes up for it where this did not run."""
    digest.plan_weekly(now=clock.now())
