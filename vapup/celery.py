"""The Celery application and, in one place, its schedule. The broker only wakes; the truth is in PostgreSQL."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, Final

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init
from django.conf import settings

from vapup.limits import limit_memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vapup.settings")

MINUTE: Final = 60
# Printing leaves memory behind: a process makes way for a fresh one after so many tasks, or when so much is resident.
TASKS_PER_PROCESS: Final = 100
RESIDENT_KILOBYTES: Final = 600_000


def every(seconds: int) -> crontab | timedelta:
    """Return a schedule: each whole minute for 60 seconds, else simply that far apart."""
    return crontab(minute="*") if seconds == MINUTE else timedelta(seconds=seconds)


app = Celery("vapup")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    timezone="UTC",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=240,
    task_soft_time_limit=200,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=TASKS_PER_PROCESS,
    worker_max_memory_per_child=RESIDENT_KILOBYTES,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "unacked_mutex_expire": 30,
    },
    beat_schedule={
        # A queued packet whose message was lost is found again by this sweep.
        "render-waiting-packets": {
            "task": "subsidies.sweep_packets",
            "schedule": crontab(minute="*"),
            "options": {"expires": 120},
        },
        # As with packets: an import whose message was lost, or whose worker died, is asked for again.
        "commit-waiting-imports": {
            "task": "imports.sweep_batches",
            "schedule": crontab(minute="*"),
            "options": {"expires": 120},
        },
        # Two of these at once, or none for a while, change nothing but the time: the rows say what is due.
        "sweep-reminders": {
            "task": "monitoring.sweep_reminders",
            "schedule": every(settings.REMINDER_SWEEP_SECONDS),
            "options": {"expires": 120},
        },
        # Monday 08:00 in Japan; the sweep makes up for a missed one.
        "weekly-digest": {
            "task": "monitoring.weekly_digest",
            "schedule": crontab(hour="23", minute="0", day_of_week="sun"),
            "options": {"expires": 3600},
        },
        "refresh-deadlines": {
            "task": "subsidies.refresh_deadlines",
            "schedule": crontab(hour="18", minute="10"),
            "options": {"expires": 3600},
        },
        "clear-ended-sessions": {"task": "accounts.clear_sessions", "schedule": crontab(hour="18", minute="40")},
    },
)
app.autodiscover_tasks(["vapup.accounts", "vapup.imports", "subsidies", "monitoring"])


@worker_process_init.connect
def bound_process(**_signal: Any) -> None:
    """Bound the memory of a process that will print, before it takes its first task."""
    limit_memory(settings.RENDER_MEMORY_MB)
