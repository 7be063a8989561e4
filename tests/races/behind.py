"""One who acts behind another: the second waits for what the first holds, and goes on as soon as the first is done."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from django.db import connection

from tests.races.conftest import Act, within
from vapup.accounts.models import Member
from vapup.accounts.tenancy import tenant_scope
from vapup.work import unit_of_work

PATIENCE: Final = 20  # seconds
WAITING: Final = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def behind(first: Act, second: Act, actor: Member, *, then: Act = bool) -> Any:
    """Do `first`, let `second` run into its locks, do `then`, and commit; return what `second` returned or raised."""
    with ThreadPoolExecutor(1) as pool:
        with tenant_scope(actor.agency_id), unit_of_work():
            first()
            answer = pool.submit(_alone, within(actor.agency, second))
            _await_waiting(answer)
            then()
        return answer.exception(timeout=PATIENCE) or answer.result()


def _alone(act: Act) -> Any:
    try:
        return act()
    finally:
        connection.close()


def _await_waiting(answer: Future[Any]) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and not answer.done():
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")
