"""Tell how far a commit is while its transaction is still open: on a connection of its own, which commits at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connection

SCOPE: Final = "SELECT set_config('role', %s, false), set_config('app.agency_id', %s, false)"
TELL: Final = "UPDATE imports_importprogress SET done = %s WHERE batch_id = %s AND agency_id = %s"


@contextmanager
def told_progress(agency_id: int, batch_id: int, row_count: int) -> Iterator[Callable[[float], None]]:
    """Yield a function that takes how much of the work is done, from 0 to 1, and shows it to everybody at once.

    The page reads a table that the commit does not lock; row-level security holds on this connection, too.
    """
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute(SCOPE, [settings.TENANT_ROLE, str(agency_id)])

        def tell(part: float) -> None:
            with own.cursor() as cursor:
                cursor.execute(TELL, [int(row_count * part), batch_id, agency_id])

        yield tell
    finally:
        own.close()
