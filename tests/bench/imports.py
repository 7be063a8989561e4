"""A move-in of 2,000 rows with 40 faults: reading and examining it, taking it, and taking it back."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable

from django.db import connection, transaction

from tests.bench.report import report
from tests.builders import make_agency, make_member
from tests.imports.files import NOW, sound_rows, workbook_of
from tests.imports.planted import plant
from vapup.accounts.enums import Role
from vapup.accounts.tenancy import tenant_scope
from vapup.imports.enums import CommitMode, ImportKind
from vapup.imports.services.batches import commit_batch, request_commit, upload_batch
from vapup.imports.services.undo import undo_batch

ENTERPRISES = 310  # with their lenders, cases, costs, periods, past uses and claims: about 2,000 rows
LIMIT_SECONDS = 10


def move_in() -> None:
    """Report the seconds of each part, from the click to its end, each in its own transaction; nothing stays."""
    with transaction.atomic():
        key = uuid.uuid4().hex[:12]
        actor = make_member(make_agency(slug=key), Role.MANAGER, email=f"{key}@example.jp")
        rows, _, merged = plant(sound_rows(ENTERPRISES, consultant=actor.user.email))
        content = workbook_of(rows, merged=merged)

        def upload() -> int:
            batch = upload_batch(
                actor=actor, kind=ImportKind.MOVE_IN, name="移行.xlsx", stream=io.BytesIO(content), now=NOW
            )
            mode = CommitMode.FLAWLESS_ROWS
            request_commit(actor=actor, batch_id=batch.pk, version=batch.version, mode=mode, now=NOW)
            return batch.pk

        with tenant_scope(actor.agency_id):
            pk, reading = _timed(upload)
            _, taking = _timed(lambda: commit_batch(agency_id=actor.agency_id, batch_id=pk, now=NOW, progress=_ignored))
            _, undoing = _timed(lambda: undo_batch(actor=actor, batch_id=pk, now=NOW))
        transaction.set_rollback(True)
    against = f"limit of {LIMIT_SECONDS} s"
    count = sum(map(len, rows.values()))
    report(f"move_in_preview_of_{count}_rows", reading, "s", ratio=reading / LIMIT_SECONDS, against=against)
    report(f"move_in_commit_of_{count}_rows", taking, "s", ratio=taking / LIMIT_SECONDS, against=against)
    both = reading + taking
    report("move_in_from_file_to_cases", both, "s", ratio=both / LIMIT_SECONDS, against=against)
    report("move_in_undo", undoing, "s", ratio=undoing / LIMIT_SECONDS, against=against)


def _timed(action: Callable[[], object]) -> tuple[int, float]:
    """Run something to its end, deferred checks of the database included; return what it gave and the seconds."""
    start = time.perf_counter()
    found = action()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return found if isinstance(found, int) else 0, time.perf_counter() - start


def _ignored(_part: float) -> None:
    """Tell nobody how far it is."""
