"""The words of enterprises and cases that were there before the search was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from cases.models import Enterprise, EnterpriseWords
from cases.selectors.cases import listed_cases, search
from cases.selectors.enterprises import enterprises_found
from tests.builders import make_agency, make_case, make_enterprise, make_member
from tests.copied_database import copied_database
from vapup.accounts.enums import Role
from vapup.accounts.tenancy import tenant_scope

SLOW = """
CREATE OR REPLACE FUNCTION search_words_of_enterprise(name text, kana text, corporate_number text) RETURNS text
LANGUAGE sql AS $$ SELECT name || left(pg_sleep(0.3)::text, 0) $$
"""


@pytest.fixture
def _committing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), copied_database():
        yield


@pytest.mark.usefixtures("_committing")
def test_the_words_of_rows_that_are_already_there_are_filled_in() -> None:
    agency = make_agency()
    enterprise = make_enterprise(agency, name="㈱髙橋水産")
    case = make_case(make_member(agency, Role.CONSULTANT), enterprise=enterprise)
    _migrate("0012_search_functions")
    assert "cases_casewords" not in connection.introspection.table_names()
    _migrate("0014_search_words_isolation")
    with tenant_scope(agency.pk):
        assert list(enterprises_found(agency.pk, "高橋")) == [enterprise]
        assert list(search(listed_cases(agency.pk), "(株)高橋水産")) == [case]


@pytest.mark.usefixtures("_committing")
def test_rows_written_after_a_stop_between_the_two_steps_keep_no_migration_from_its_end() -> None:
    agency = make_agency()
    renamed, kept = make_enterprise(agency, name="旧名水産"), make_enterprise(agency, name="青葉製作所")
    member = make_member(agency, Role.CONSULTANT)
    cases = [make_case(member, enterprise=one) for one in (renamed, kept)]
    _migrate("0012_search_functions")
    _migrate("0013_search_words")
    # The triggers are at work: these get their words, the others have none yet.
    with tenant_scope(agency.pk):
        Enterprise.objects.filter(pk=renamed.pk).update(name="㈱髙橋水産")
        added = make_enterprise(agency, name="高橋商店")
        cases.append(make_case(member, enterprise=added))
    _migrate("0014_search_words_isolation")
    with tenant_scope(agency.pk):
        assert {*enterprises_found(agency.pk, "高橋")} == {renamed, added}
        assert list(enterprises_found(agency.pk, "青葉")) == [kept]
        assert [*search(listed_cases(agency.pk), "青葉")] == [cases[1]]
        assert {*search(listed_cases(agency.pk), "高橋")} == {cases[0], cases[2]}


@pytest.mark.usefixtures("_committing")
def test_migrating_may_take_longer_than_a_request() -> None:
    agency = make_agency()
    make_enterprise(agency, name="青葉製作所")
    _migrate("0012_search_functions")
    with connection.cursor() as cursor:
        # Every row takes longer than a request may.
        cursor.execute(SLOW)
        cursor.execute("SET statement_timeout = '100ms'")
    with pytest.raises(OperationalError, match="statement timeout"):
        _migrate("0014_search_words_isolation")
    call_command("migrate", "cases", "0014_search_words_isolation", verbosity=0)
    with tenant_scope(agency.pk):
        assert EnterpriseWords.objects.values_list("folded", flat=True).get() == "青葉製作所"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("10s", "5s")


def _migrate(name: str) -> None:
    MigrationExecutor(connection).migrate([("cases", name)])
