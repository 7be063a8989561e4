"""T05: either wall holds when the other has fallen.

The filter of the application without row-level security, and row-level security without a filter.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.db.models import Model
from django.db.utils import ProgrammingError

from cases.models import Case
from tests.walls.offices import Office, make_office, models_of_agencies
from tests.walls.test_canaries import OURS, THEIRS, body, own_pages, questions
from vapup.accounts.models import Agency, AgencyQuerySet, AuditEvent
from vapup.accounts.tenancy import tenant_scope

# Members and invitations are read before the agency is known: their one wall is the filter (see test_scope).
PEOPLE = ("member.", "user.", "invitation.")
PEOPLE_PAGES = {"accounts:members", "accounts:invite"}
NO_ROLE = "none"  # PostgreSQL: stay who you are; the owner of the tables, a superuser, passes every policy


@pytest.fixture
def ours(db: None) -> Office:
    return make_office(lambda column, _room: f"{OURS} {column}", number=f"C-2025-{OURS}")


@pytest.fixture
def theirs(db: None) -> Office:
    """The other office; what is said of its people carries no canary, as only the first wall hides people."""
    return make_office(
        lambda column, _room: f"person {column}" if column.startswith(PEOPLE) else f"{THEIRS} {column}",
        number=f"C-2025-{THEIRS}",
    )


def tables() -> Iterator[str]:
    """Yield the tables behind row-level security."""
    found: list[type[Model]] = [*models_of_agencies(), AuditEvent]
    for model in found:
        if model._meta.model_name not in {"member", "invitation"}:
            yield model._meta.db_table


def leaks(office: Office, who: str) -> list[str]:
    browser = office.world.browser(who)
    return [leaf.name for leaf, url in own_pages(office) if THEIRS in body(browser, url)]


@pytest.mark.parametrize("who", ["m", pytest.param("a", marks=pytest.mark.nightly)])
def test_the_filter_alone_shows_nothing_foreign(ours: Office, theirs: Office, settings: LazySettings, who: str) -> None:
    settings.TENANT_ROLE = NO_ROLE
    with tenant_scope(ours.agency.pk):
        assert Case.objects.filter(agency=theirs.agency).exists()  # the second wall is down indeed
    assert leaks(ours, who) == []
    browser = ours.world.browser(who)
    assert [url for url in questions(theirs) if f"{THEIRS} " in body(browser, url)] == []
    assert browser.get(f"/cases/{theirs.world.values['number']}/").status_code == 404
    assert browser.get(f"/packets/{theirs.world.values['packet_id']}/download/").status_code == 404


@pytest.fixture
def no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the first wall away: every query starts with the rows of all agencies."""
    monkeypatch.setattr(AgencyQuerySet, "for_agency", lambda rows, _agency_id: rows)


@pytest.mark.parametrize("who", ["a", *(pytest.param(who, marks=pytest.mark.nightly) for who in "cm")])
@pytest.mark.usefixtures("no_filter")
def test_row_level_security_alone_shows_nothing_foreign(ours: Office, theirs: Office, who: str) -> None:
    assert Case.objects.for_agency(ours.agency.pk).filter(agency=theirs.agency).exists()  # the first wall is down
    assert leaks(ours, who) == []
    browser = ours.world.browser(who)
    for leaf, url in own_pages(theirs):
        if leaf.parameters & {"number", "enterprise_id", "packet_id"}:
            answer = browser.get(url)
            assert answer.status_code in {403, 404, 405}, leaf.name
            assert THEIRS not in answer.content.decode().replace(url, ""), leaf.name


def test_a_query_that_forgets_the_agency_sees_the_own_rows_alone(ours: Office, theirs: Office) -> None:
    with tenant_scope(ours.agency.pk), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT t.agency_id, t::text FROM {table} t")  # noqa: S608
            rows = cursor.fetchall()
            assert {agency for agency, _ in rows} == {ours.agency.pk}, table
            assert [text for _, text in rows if THEIRS in text] == [], table


def test_a_write_that_forgets_the_agency_reaches_the_own_rows_alone(ours: Office, theirs: Office) -> None:
    with tenant_scope(ours.agency.pk), connection.cursor() as cursor:
        for table in tables():
            if table == AuditEvent._meta.db_table:
                continue
            cursor.execute(f"UPDATE {table} SET id = id WHERE agency_id = %s", [theirs.agency.pk])  # noqa: S608
            assert cursor.rowcount == 0, table
            cursor.execute(f"DELETE FROM {table} WHERE agency_id = %s", [theirs.agency.pk])  # noqa: S608
            assert cursor.rowcount == 0, table
    assert Case.objects.filter(agency=theirs.agency).exists()


def test_no_row_moves_into_another_office(ours: Office, theirs: Office) -> None:
    refused = []
    with tenant_scope(ours.agency.pk), connection.cursor() as cursor:
        for table in tables():
            with pytest.raises(ProgrammingError, match=r"row-level security|permission denied"), transaction.atomic():
                cursor.execute(f"UPDATE {table} SET agency_id = %s", [theirs.agency.pk])  # noqa: S608
            refused.append(table)
    assert len(refused) > 10
    assert Case.objects.filter(agency=ours.agency).count() == 1


def test_without_a_scope_the_unprivileged_role_sees_nothing(ours: Office) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE vapup_app")
        for table in tables():
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert cursor.fetchone() == (0,), table
        cursor.execute("RESET ROLE")


def test_what_the_history_of_a_row_keeps_is_walled_too(ours: Office, theirs: Office) -> None:
    Agency.objects.filter(pk=theirs.agency.pk).update(address=f"{THEIRS} moved")
    with tenant_scope(ours.agency.pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relname LIKE '%%event' "
            "AND c.relname NOT LIKE '%%context' ORDER BY 1"
        )
        histories = [name for (name,) in cursor.fetchall()]
        assert len(histories) > 8
        for table in histories:
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608
            assert [text for (text,) in cursor.fetchall() if THEIRS in text] == [], table
