"""20,000 account rows of month columns: reading, mapping and checking against the csv module alone; then all of it."""

from __future__ import annotations

import csv
import io
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import date
from typing import Final

from django.db import connection, transaction

from cases.rules.accounts import accounts
from tests.bench.report import report
from tests.builders import make_agency, make_enterprise, make_member
from tests.imports.files import NOW
from vapup.accounts.enums import Role
from vapup.accounts.tenancy import tenant_scope
from vapup.imports.enums import CommitMode, ImportKind
from vapup.imports.figures.checking import checked
from vapup.imports.figures.layout import Options
from vapup.imports.figures.lines import read
from vapup.imports.figures.mapping import Names
from vapup.imports.figures.reading import csv_table
from vapup.imports.services.batches import commit_batch, request_commit, upload_batch
from vapup.imports.services.undo import undo_batch
from vapup.shared.collector import collector_paused

ROWS: Final = 20_000
STAGED_ROWS: Final = 19_900  # a sheet may have 20,000 rows, its heads included
ROUNDS: Final = 7
GOAL: Final = 3
MONTHS: Final = 12


def figures() -> None:
    """Report the reader against the csv module on the same bytes, and the staged import with the database.

    Both read the bytes from memory and decode them; the first also turns 240,000 cells into yen, finds the account of
    every row and sums by account, section and total. Seconds of the processor, for the machine may have other work.
    """
    content = month_columns(ROWS)
    table = _median(lambda: list(csv.reader(io.StringIO(content.decode("cp932"), newline=""))))
    whole = _median(lambda: _checked(content))
    against = f"csv module on the same bytes, goal {GOAL}"
    report(f"figures_read_map_check_{ROWS}_rows", whole, "s", ratio=whole / table, against=against)
    _staged()


def month_columns(rows: int) -> bytes:
    """Return rows of every profit and loss account in turn, ten totals of sales among them."""
    names = [name for one in accounts().values() if one.profit_sign for name in sorted(one.names)]
    names = [name for name in names if "計" not in name and name not in {"売上高", "営業外収益", "営業外費用"}]
    heads = [f"{2025 + (month > 12)}年{(month - 1) % 12 + 1}月" for month in range(4, 4 + MONTHS)]
    file = io.StringIO(newline="")
    write = csv.writer(file)
    write.writerow(["推移表"])
    write.writerow(["コード", "勘定科目", *heads])
    for number in range(rows):
        name = names[number % len(names)]
        write.writerow([number, name, *(1_000_000 + number * 7 + month for month in range(MONTHS))])
    return file.getvalue().encode("cp932")


@collector_paused()
def _checked(content: bytes) -> None:
    reading = read("推移表.csv", [csv_table(content)], Options(today=date(2026, 6, 1)))
    found = checked(reading, Names({}))
    assert not found.unknown
    assert len(found.taken) == ROWS


def _median(action: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        action()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def _staged() -> None:
    """Report the import from the bytes to the stored figures and back; nothing stays."""
    with transaction.atomic():
        key = uuid.uuid4().hex[:12]
        actor = make_member(make_agency(slug=key), Role.CONSULTANT, email=f"{key}@example.jp")
        options = {"enterprise": make_enterprise(actor.agency).pk, "end_month": 3}
        with tenant_scope(actor.agency_id):
            start = time.perf_counter()
            file = io.BytesIO(month_columns(STAGED_ROWS))
            batch = upload_batch(
                actor=actor, kind=ImportKind.FIGURES, name="推移表.csv", stream=file, now=NOW, options=options
            )
            preview = time.perf_counter()
            mode, version = CommitMode.ALL_OR_NOTHING, batch.version
            request_commit(actor=actor, batch_id=batch.pk, version=version, mode=mode, now=NOW)
            commit_batch(agency_id=actor.agency_id, batch_id=batch.pk, now=NOW, progress=lambda _part: None)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            taken = time.perf_counter()
            undo_batch(actor=actor, batch_id=batch.pk, now=NOW)
            undone = time.perf_counter()
        transaction.set_rollback(True)
    report(f"figures_staged_preview_of_{STAGED_ROWS}_rows", preview - start, "s")
    report(f"figures_staged_commit_of_{STAGED_ROWS}_rows", taken - preview, "s")
    report("figures_staged_undo", undone - taken, "s")
