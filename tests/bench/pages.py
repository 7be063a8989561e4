"""The case list with 2,000 cases against a bare page of the same rows, in one process and one run."""

from __future__ import annotations

import logging

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from tests.bench.report import paired, report
from vapup import clock
from vapup.accounts.middleware import registry
from vapup.accounts.models import Agency, Member
from vapup.demonstration.bulk import load

ROUNDS = 60


@override_settings(
    ROOT_URLCONF="tests.bench.urls", URL_POLICIES="tests.bench.urls.POLICIES", ALLOWED_HOSTS=["testserver"]
)
def case_list() -> None:
    """Report time ratio and number of queries."""
    logging.disable(logging.WARNING)
    registry.cache_clear()
    if not Agency.objects.filter(slug__startswith="load-").exists():
        load(agency_count=1, case_count=2_000, today=clock.today())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # rows loaded a moment ago have no statistics; a running database always has them
    client = Client()
    client.force_login(Member.objects.filter(agency__slug__startswith="load-").order_by("pk")[0].user)
    for address in ("/cases/", "/bench/bare/"):
        for _ in range(5):
            assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get("/cases/")
    queries = len(captured)  # the next request empties Django's log
    page, bare, ratio = paired(lambda: client.get("/cases/"), lambda: client.get("/bench/bare/"), rounds=ROUNDS)
    report("case_list_2000", page * 1000, "ms", ratio=ratio, against="bare page of the same 50 rows")
    report("bare_page", bare * 1000, "ms")
    report("case_list_queries", queries, "queries")
