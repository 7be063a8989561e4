"""What runs every minute, and the signs of life that it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from monitoring.models import Heartbeat
from monitoring.services.delivery import LONGEST_RUN, Delivered, deliver_waiting, due_mails
from monitoring.services.digest import plan_weekly
from monitoring.services.silence import watch
from monitoring.services.sweep import Planned, plan_into
from vapup.accounts.tenancy import sweep_scope
from vapup.jobs import enqueue_on_commit

DELIVER_TASK: Final = "monitoring.deliver_mails"
MOST_WORKERS: Final = 4
# Mails that one worker sends before another is woken.
EACH: Final = 20


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep wrote: reminders to persons, how many of them late, lapses and weekly digests."""

    planned: int
    late: int
    lapsed: int
    weekly: int


def sweep(*, now: datetime) -> Swept:
    """Write everything that is due, leave a sign of life, and look for what has fallen silent.

    Raises:
        ExceptionGroup: when all of this is done; see `plan_into`.
    """
    planned = Planned()
    try:
        plan_into(planned, now=now)
    finally:
        weekly = plan_weekly(now=now)
        counts = {"planned": planned.planned, "late": planned.late, "lapsed": planned.lapsed, "weekly": weekly}
        with sweep_scope():
            _beat("sweep", now, counts)
        watch(now=now)
    return Swept(**counts)


def count_due(*, now: datetime) -> int:
    """Return how many mails are due, as far as that decides how many workers are woken."""
    with sweep_scope():
        return due_mails().filter(not_before__lte=now)[: MOST_WORKERS * EACH].count()


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
