"""Hand work to the queue by name, after the transaction that made it necessary has committed."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from kombu.exceptions import OperationalError

from vapup.celery import app as queue

# A broker that is down must not hold up a page: one quick try, then the sweep finds the row.
PUBLISH_POLICY: Final = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}


def enqueue_on_commit(task_name: str, **ids: int) -> None:
    """Ask a worker to run `task_name` with `ids` once the current transaction has committed.

    The message only wakes: the task's row is the truth, and a sweep repeats what was lost on the way.
    """

    def publish() -> None:
        try:
            queue.send_task(task_name, kwargs=ids, retry=True, retry_policy=PUBLISH_POLICY)
        except OperationalError:
            # Deliberately swallowed: the row stays queued and the minutely sweep publishes it again.
            return

    transaction.on_commit(publish)
