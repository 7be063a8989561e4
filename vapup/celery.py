"""The Celery application and, in one place, its schedule. The broker only wakes; the truth is in PostgreSQL."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vapup.settings")

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
        "clear-ended-sessions": {"task": "accounts.clear_sessions", "schedule": crontab(hour="18", minute="40")},
    },
)
app.autodiscover_tasks(["vapup.accounts", "subsidies", "monitoring"])
