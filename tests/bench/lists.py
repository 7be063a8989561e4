"""A page of the list of 200,000 cases of one agency, as the role of a request: its rows, its count, each order.

The cases have a database of their own, made for the run by SQL and dropped after it.
"""

from __future__ import annotations

import json
import statistics
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from cases.models import Case
from cases.selectors.cases import columns_of, in_stage, listed_cases, search
from cases.tables.cases import CASE_COLUMNS
from tests.bench.report import report
from tests.bench.search import database
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member, User
from vapup.accounts.tenancy import tenant_scope
from vapup.ui.lists import CappedData

PAGE: Final = 50
LAST: Final = 9_950  # the rows before the last page that can be turned to
ROUNDS: Final = 5
FILL: Final = """
    INSERT INTO cases_case (agency_id, number, enterprise_id, frame, stage, council_id, consultant_id, consulted_on,
        planned_accepted_on, usage_applied_on, usage_accepted_on, accepted_on, accepted_on_reason,
        seeks_guarantee_release, difficulty, support_outlook, repeat_use_reason, returned_count, costs_locked, version,
        updated_at)
    SELECT agency_id, 'C-' || 2000 + n %% 27 || '-' || lpad((n / 27)::text, 6, '0'), id,
        (ARRAY['normal', 'vup', 'sme_gl'])[1 + n %% 3],
        CASE WHEN n %% 50 = 0 THEN 'lapsed' WHEN n %% 4 = 0 THEN 'preparing' ELSE 'monitoring' END,
        lpad((1 + n %% 47)::text, 2, '0'), members[1 + n %% cardinality(members)], day, day + 30, day, day + 30,
        day + 30, '', false, '', '', '', n %% 3, false, 1, day + time '09:00'
    FROM (SELECT id, agency_id, row_number() OVER (ORDER BY id) AS n, %(members)s::bigint[] AS members,
            date '2018-04-01' + (hashint8(id) & 2047) AS day
        FROM cases_enterprise WHERE agency_id = %(agency)s) AS one
"""
# One row after another the triggers need minutes for so many; what they would write is written at once.
QUIETLY: Final = "SET session_replication_role = replica; SET statement_timeout = 0"
FILL_WORDS: Final = """
    INSERT INTO cases_casewords (id, agency_id, folded)
    SELECT one.id, one.agency_id, search_words_of_case(one.number, own.folded)
    FROM cases_case AS one JOIN cases_enterprisewords AS own ON own.id = one.enterprise_id
    ON CONFLICT (id) DO NOTHING
"""


def case_list() -> None:
    """Report the milliseconds of the database for pages of the list, beside counting every row."""
    original = str(connection.settings_dict["NAME"])
    with database(original, f"{original}_lists") as agency_id:
        _fill(agency_id)
        with tenant_scope(agency_id):
            _measure(agency_id)


def _fill(agency_id: int) -> None:
    agency = Agency.objects.get(pk=agency_id)
    members = []
    for place in range(20):
        user = User.objects.create(email=f"lists-{place}@example.jp", display_name=f"担当 {place}")
        members.append(Member.objects.create(agency=agency, user=user, roles=[Role.CONSULTANT.value]).pk)
    with connection.cursor() as cursor:
        cursor.execute(QUIETLY)
        cursor.execute(FILL, {"agency": agency_id, "members": members})
        cursor.execute(FILL_WORDS)
        cursor.execute("VACUUM ANALYZE")


def _measure(agency_id: int) -> None:
    everything = listed_cases(agency_id)
    counted = everything.order_by().values("pk")
    counting, capped = _of(counted), _of(_capped(everything))
    report("list_count_of_all", counting, "ms")
    report("list_count_to_the_cap", capped, "ms", ratio=capped / counting, against="counting every row")
    for name, column in CASE_COLUMNS.items():
        for order in (column.order_by, tuple(_reversed(part) for part in column.order_by)) if column.order_by else ():
            page = _pages(everything.order_by(*order), agency_id)
            label = f"list_by_{'-' if order is not column.order_by else ''}{name}"
            report(label, _of(page[:PAGE]), "ms")
            report(f"{label}_last_page", _of(page[LAST : LAST + PAGE]), "ms")
    for name, rows in {
        "open": in_stage(everything, "open"),
        "lapsed": in_stage(everything, "lapsed"),
        "one_council": everything.filter(council="04"),
        "found": search(everything, "高橋水産"),
    }.items():
        report(f"list_{name}", _of(_pages(rows.order_by("-number"), agency_id)[:PAGE]), "ms")
        report(f"list_{name}_count", _of(_capped(rows)), "ms")


def _reversed(part: str) -> str:
    return part.removeprefix("-") if part.startswith("-") else f"-{part}"


def _pages(rows: QuerySet[Case], agency_id: int) -> CappedData:
    return CappedData(rows, lambda ids: columns_of(listed_cases(agency_id).filter(pk__in=ids)))


def _capped(rows: QuerySet[Case]) -> QuerySet[Any, Any]:
    return CappedData(rows, lambda ids: ids).bare


def _of(rows: QuerySet[Any, Any]) -> float:
    """Return the median time of planning and running, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        plan = json.loads(rows.explain(format="json", analyze=True))[0]
        times.append(plan["Planning Time"] + plan["Execution Time"])
    return float(statistics.median(times))
