"""What runs every minute, and the signs of life that it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitoring.models import Heartbeat
from monitoring.services.delivery import LONGEST_RUN, Delivered, deliver_waiting, due_mails
from monitoring.services.digest import plan_weekly
from monitoring.services.silence import watch
from monitoring.services.sweep import plan_reminders
from vapup.accounts.tenancy import sweep_scope
from vapup.jobs import enqueue_on_commit

DELIVER_TASK: Final = "monitoring.deliver_mails"
MOST_WORKERS: Final = 4
# Mails that one worker sends before another is woken.
EACH: Final = 20


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep wrote: reminders to persons, how many of them late, lapses and weekly digests; mails now due."""

    planned: int
    late: int
    lapsed: int
    weekly: int
    due_mails: int


def sweep(*, now: datetime) -> Swept:
    """Write everything that is due, leave a sign of life, and look for what has fallen silent."""
    planned = plan_reminders(now=now)
    weekly = plan_weekly(now=now)
    with sweep_scope():
        due = due_mails().filter(not_before__lte=now)[: MOST_WORKERS * EACH].count()
        counts = {"planned": planned.planned, "late": planned.late, "lapsed": planned.lapsed, "weekly": weekly}
        _beat("sweep", now, counts)
    watch(now=now)
    return Swept(planned.planned, planned.late, planned.lapsed, weekly, due)


def wake_delivery(due: int) -> int:
    """Ask workers to send the mails that are due; one at least, whose sign of life is awaited. Return how many."""
    workers = min(max(-(-due // EACH), 1), MOST_WORKERS)
    for _ in range(workers):
        enqueue_on_commit(DELIVER_TASK)
    return workers


def deliver(*, now: datetime, seconds: int = LONGEST_RUN) -> Delivered:
    """Send what is due; leave a sign of life where that worked, or where nothing was overdue."""
    delivered = deliver_waiting(now=now, seconds=seconds)
    with sweep_scope():
        if delivered.sent or not due_mails().filter(due_at__lte=now).exists():
            counts = {"sent": delivered.sent, "failed": delivered.failed, "retried": delivered.retried}
            _beat("mail", now, counts)
    return delivered


def _beat(name: str, now: datetime, counts: dict[str, int]) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "counts": counts})
