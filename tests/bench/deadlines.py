"""One run of the sweep over 1,000,000 open deadlines against one over 10,000, with 1,000 due in each.

Each size has a database of its own on the bench's PostgreSQL, made for the run and dropped after it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.services.sweep import Planned, plan_reminders
from tests.bench.report import report
from vapup import clock
from vapup.demonstration.bulk import load

SMALL: Final = 10_000
LARGE: Final = 1_000_000
DUE: Final = 1_000
ROUNDS: Final = 7
AGENCIES: Final = 200
CASES: Final = 2_000
# 60 days before the safe day its consultant is reminded, and nobody else.
DAYS_LEFT: Final = 60

# As a superuser may: neither triggers nor foreign keys look at a row that a sweep never wrote. Each case has its share.
QUIETLY: Final = "SET session_replication_role = replica; SET statement_timeout = 0"
EMPTY: Final = "TRUNCATE accounts_agency, accounts_user, monitoring_heartbeat, monitoring_alarm CASCADE"
NO_DEADLINES: Final = "TRUNCATE monitoring_deadline CASCADE"
FILL: Final = """
    INSERT INTO monitoring_deadline (agency_id, case_id, consultant_id, kind, subject, about, counted_from, claim_by,
        lapses_on, safe_by, yen_at_risk, is_confirmed, clause, source_url, state, met_by, remind_at, version)
    SELECT c.agency_id, c.id, c.consultant_id, 'plan_claim', 'bench:' || n, '', %(today)s, %(safe_by)s,
        %(safe_by)s::date + 1, %(safe_by)s, 1000000, true, '', '', 'open', '',
        %(later)s::timestamptz + n * '1 s'::interval, 1
    FROM generate_series(%(first)s, %(last)s) AS n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM cases_case) AS c ON c.place = n %% %(cases)s
"""
MAKE_DUE: Final = """
    UPDATE monitoring_deadline SET remind_at = %(now)s
    WHERE subject IN (SELECT 'bench:' || n FROM generate_series(%(first)s, %(last)s) AS n)
"""


def sweep() -> None:
    """Report the seconds of both sizes, their ratio, the number of queries, and how long the preparation took."""
    original = str(connection.settings_dict["NAME"])
    now = clock.now()
    start = time.perf_counter()
    with _databases(original, now) as (small, large):
        prepared = time.perf_counter() - start
        one, other, ratio = _in_turn(large, small, now)
        queries = [_queries(name, now) for name in (large, small)]
    against = f"the same with {SMALL:,} open deadlines"
    report(f"sweep_{LARGE}_open_{DUE}_due", one * 1000, "ms", ratio=ratio, against=against)
    report(f"sweep_{SMALL}_open_{DUE}_due", other * 1000, "ms")
    report(f"sweep_{LARGE}_queries", queries[0], "queries", ratio=queries[0] / queries[1], against=against)
    report("sweep_preparation", prepared, "s")


@contextmanager
def _databases(original: str, now: datetime) -> Iterator[tuple[str, str]]:
    """Make both databases, and drop them afterwards."""
    small, large = f"{original}_deadlines_small", f"{original}_deadlines_large"
    try:
        _copy(original, small)
        _use(small)
        _quietly(EMPTY)
        load(agency_count=AGENCIES, case_count=CASES, today=clock.day_of(now))
        _quietly(NO_DEADLINES)
        _fill(1, SMALL, now)
        _copy(small, large)
        _use(large)
        _fill(SMALL + 1, LARGE, now)
        for name in (small, large):
            _use(name)
            _statement("VACUUM ANALYZE")
        yield small, large
    finally:
        _use(original)
        connection.close()
        _maintain(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in (small, large)))


def _in_turn(large: str, small: str, now: datetime) -> tuple[float, float, float]:
    """Return the median seconds of the sweep of each, and the median ratio of the pairs, the first pair left out."""
    pairs = []
    for number in range(ROUNDS + 1):
        names = (large, small) if number % 2 else (small, large)
        seconds = {name: _seconds(name, number, now) for name in names}
        pairs.append((seconds[large], seconds[small]))
    measured = pairs[1:]
    ratio = statistics.median(one / other for one, other in measured)
    return statistics.median(one for one, _ in measured), statistics.median(other for _, other in measured), ratio


def _seconds(name: str, number: int, now: datetime) -> float:
    _make_due(name, number, now)
    start = time.perf_counter()
    planned = plan_reminders(now=now)
    seconds = time.perf_counter() - start
    _check(planned)
    return seconds


def _queries(name: str, now: datetime) -> int:
    _make_due(name, ROUNDS + 1, now)
    with CaptureQueriesContext(connection) as captured:
        _check(plan_reminders(now=now))
    return len(captured)


def _make_due(name: str, number: int, now: datetime) -> None:
    """Let another 1,000 of the deadlines that both have become due."""
    _use(name)
    first = number * DUE + 1
    with connection.cursor() as cursor:
        cursor.execute(MAKE_DUE, {"now": now, "first": first, "last": first + DUE - 1})
        assert cursor.rowcount == DUE


def _check(planned: Planned) -> None:
    assert (planned.planned, planned.late, planned.lapsed) == (DUE, 0, 0), planned


def _fill(first: int, last: int, now: datetime) -> None:
    today = clock.day_of(now)
    safe_by, later = today + timedelta(days=DAYS_LEFT), now + timedelta(days=1)
    values = {"first": first, "last": last, "today": today, "safe_by": safe_by, "later": later, "cases": CASES}
    _quietly(FILL, values)


def _quietly(statement: str, values: Mapping[str, Any] | None = None) -> None:
    _statement(QUIETLY)
    _statement(statement, values)
    connection.close()  # the next connection has its triggers


def _copy(original: str, name: str) -> None:
    connection.close()  # a database with a connection cannot be copied
    _maintain(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{original}"')


def _maintain(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:  # Django's own way to make test databases
        cursor.execute("SET statement_timeout = 0")
        for statement in statements:
            cursor.execute(statement)


def _statement(statement: str, values: Mapping[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _use(name: str) -> None:
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name
