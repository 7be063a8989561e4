from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from cases.models import Enterprise
from tests.builders import make_enterprise
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.tenancy import tenant_scope


def test_scope_hides_the_rows_of_another_agency_even_without_a_filter(consultant: Member, outsider: Member) -> None:
    make_enterprise(consultant.agency, name="自社の顧客")
    make_enterprise(outsider.agency, name="他社の顧客")
    with tenant_scope(consultant.agency_id):
        seen = list(Enterprise.objects.values_list("name", flat=True))
    assert seen == ["自社の顧客"]
    assert Enterprise.objects.count() == 2


def test_scope_refuses_to_write_for_another_agency(consultant: Member, outsider: Member) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), tenant_scope(consultant.agency_id):
        make_enterprise(outsider.agency)


def test_no_row_can_point_into_another_agency(consultant: Member, outsider: Member) -> None:
    foreign = make_enterprise(outsider.agency)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="same_agency"), transaction.atomic():
            cursor.execute(
                "INSERT INTO cases_lender (agency_id, enterprise_id, bank_name, branch_name, role, balance_yen, "
                "guaranteed_yen) VALUES (%s, %s, '七十七銀行', '', 'main', 0, 0)",
                [consultant.agency_id, foreign.pk],
            )


@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_audit_trail_can_only_grow(consultant: Member, statement: str) -> None:
    table = AuditEvent._meta.db_table
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenant_scope(consultant.agency_id),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


def test_every_table_with_an_agency_is_isolated(db: None) -> None:
    without_wall = {"accounts_member", "accounts_invitation"}  # read before the agency is known
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS "
            "(SELECT 1 FROM pg_policy p "
            "WHERE p.polrelid = c.oid AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL) "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'agency_id' AND c.relkind = 'r'"
        )
        walls = dict(cursor.fetchall())
    assert {table for table, is_isolated in walls.items() if not is_isolated} == without_wall
    assert len(walls) > 15


def test_a_scope_inside_a_scope_gives_the_outer_one_back(consultant: Member, outsider: Member) -> None:
    make_enterprise(consultant.agency, name="自社の顧客")
    make_enterprise(outsider.agency, name="他社の顧客")
    with tenant_scope(consultant.agency_id):
        with tenant_scope(outsider.agency_id):
            assert list(Enterprise.objects.values_list("name", flat=True)) == ["他社の顧客"]
        assert list(Enterprise.objects.values_list("name", flat=True)) == ["自社の顧客"]


def test_a_scope_that_was_rolled_back_gives_the_outer_one_back(consultant: Member, outsider: Member) -> None:
    make_enterprise(consultant.agency, name="自社の顧客")
    with tenant_scope(consultant.agency_id):
        with pytest.raises(KeyError), tenant_scope(outsider.agency_id):
            raise KeyError
        assert list(Enterprise.objects.values_list("name", flat=True)) == ["自社の顧客"]
