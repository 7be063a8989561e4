"""Every kind of page in an office of 400 cases, beside 19,600 of 49 others, against a bare page of the same run.

The offices have a database of their own, made for the run and dropped after it.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Iterator
from typing import Final

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from tests.access_world import MATRIX, World, build_world, leaves
from tests.bench.databases import copied
from tests.bench.report import report
from vapup import clock
from vapup.accounts.middleware import registry
from vapup.demonstration.bulk import fill, load

AGENCIES: Final = 50
CASES: Final = 20_000
ROUNDS: Final = 21
WARM_UP: Final = 2
BARE: Final = "/bench/bare/"
# The one who reads a page is the first of these who may: most may be read by managers.
READERS: Final = "mac"


@override_settings(
    ROOT_URLCONF="tests.bench.urls", URL_POLICIES="tests.bench.urls.POLICIES", ALLOWED_HOSTS=["testserver"]
)
def every_page() -> None:
    """Report the median and the 95th percentile of each page, its ratio to the bare page, and its questions."""
    logging.disable(logging.WARNING)
    registry.cache_clear()
    original = str(connection.settings_dict["NAME"])
    with copied(original, f"{original}_pages"):
        world = office()
        readers = {who: world.browser(who) for who in READERS}
        slowest = 0.0
        for name, who, address in pages(world):
            slowest = max(slowest, _measure(name, readers[who], address))
        report("page_of_the_largest_ratio", slowest, "times", against="bare page of the same 50 rows")


def office() -> World:
    """Store one row of everything in an office, cases in it and in others, and let the database count them."""
    world = build_world()
    people = [world.members[who] for who in "co"]
    today = clock.today()
    fill({people[0].agency: people}, case_count=CASES // AGENCIES, today=today)
    load(agency_count=AGENCIES - 1, case_count=CASES - CASES // AGENCIES, today=today)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # rows loaded a moment ago have no statistics; a running database always has them
    return world


def pages(world: World) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the reader and the address of every page that answers with a page."""
    for leaf in leaves():
        allowed = (MATRIX.get(leaf.name) or ("", ""))[0] or ""
        who = next((one for one in READERS if one in allowed), None)
        if who is None or allowed in {"public", "closed", "self"}:
            continue
        answer = world.browser(who).get(address := world.url(leaf))
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html") and not answer.streaming:
            yield leaf.name, who, address


def _measure(name: str, browser: Client, address: str) -> float:
    for _ in range(WARM_UP):
        browser.get(address)
        browser.get(BARE)
    with CaptureQueriesContext(connection) as captured:
        browser.get(address)
    asked = len(captured)  # the next request empties Django's log
    times, ratios = [], []
    for _ in range(ROUNDS):
        taken, bare = _seconds(browser, address), _seconds(browser, BARE)
        times.append(taken * 1000)
        ratios.append(taken / bare)
    ratio = statistics.median(ratios)
    report(f"page_{name}_p50", statistics.median(times), "ms", ratio=ratio, against="bare page of the same 50 rows")
    report(f"page_{name}_p95", statistics.quantiles(times, n=20)[-1], "ms")
    report(f"page_{name}_queries", asked, "queries")
    return ratio


def _seconds(browser: Client, address: str) -> float:
    start = time.perf_counter()
    browser.get(address)
    return time.perf_counter() - start
