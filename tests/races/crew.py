"""People who act at the same moment again and again: threads that keep their connections from round to round."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection

from tests.races.conftest import Act

PATIENCE = 240  # seconds, for a busy machine; a deadlock would be told by PostgreSQL after one


class Crew:
    """As many threads as people; a connection costs more than most acts."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count)

    def at_once(self, acts: Sequence[Act]) -> list[Any]:
        """Return what each act returned, or the exception that it raised, in their order; all start together."""
        start = threading.Barrier(len(acts))

        def work(act: Act) -> Any:
            try:
                connection.ensure_connection()
            except OperationalError:
                start.abort()  # or all others would wait for one who never comes
                raise
            start.wait(timeout=PATIENCE)
            try:
                return act()
            except Exception as raised:  # noqa: BLE001 - whatever happens is an answer for the test to judge
                return raised

        return [one.result(timeout=PATIENCE) for one in [self._pool.submit(work, act) for act in acts]]

    def go_home(self) -> None:
        """Close every connection."""
        gone = threading.Barrier(self.count)

        def leave() -> None:
            connection.close()
            gone.wait(timeout=PATIENCE)

        for one in [self._pool.submit(leave) for _ in range(self.count)]:
            one.result(timeout=PATIENCE)
        self._pool.shutdown()


@contextmanager
def crew_of(count: int) -> Iterator[Crew]:
    """Let `count` people work, and send them home at the end."""
    crew = Crew(count)
    try:
        yield crew
    finally:
        crew.go_home()
