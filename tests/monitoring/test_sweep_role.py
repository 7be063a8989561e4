"""The sweep's own role: it passes row-level security at the tables that it works on, and reads nothing else.

In production nobody logs in as a superuser. `restricted` stands for that: the session belongs to a role that may only
become one of the two roles of the product, as after `docker compose up`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline, Mail, Notice, Reminder
from monitoring.services.sweep import plan_reminders
from tests.builders import make_agency, make_case, make_cost_line, make_member
from tests.monitoring.deadline_cases import SAFE, left, make_deadline
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, AuditEvent
from vapup.accounts.tenancy import sweep_scope, tenant_scope

LOGIN = "vapup_test_login"
FORBIDDEN = (
    "SELECT annual_sales_yen FROM cases_enterprise",
    "SELECT representative FROM cases_enterprise",
    "SELECT difficulty FROM cases_case",
    "SELECT gross_yen FROM subsidies_costline",
    "SELECT payload FROM subsidies_application",
    "SELECT body FROM cases_note",
    "SELECT balance_yen FROM cases_lender",
    "SELECT filename FROM documents_storeddocument",
    "SELECT changes FROM accounts_auditevent",
    "SELECT proof FROM monitoring_deadlineextension",
    "UPDATE cases_case SET number = number",
    "UPDATE monitoring_reminder SET is_late = false",
    "UPDATE accounts_member SET is_active = true",
    "DELETE FROM monitoring_deadline",
    "DELETE FROM monitoring_notice",
    "INSERT INTO monitoring_acknowledgement DEFAULT VALUES",
    "TRUNCATE accounts_auditevent",
)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def restricted(db: None) -> Iterator[None]:
    """Give the rest of the test's transaction to a login role that is no superuser."""
    run(f"CREATE ROLE {LOGIN} LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT")
    run(f"GRANT vapup_app, vapup_sweeper TO {LOGIN}")
    run(f"SET LOCAL SESSION AUTHORIZATION {LOGIN}")
    yield
    run("RESET SESSION AUTHORIZATION")


@pytest.fixture
def offices(db: None) -> list[Agency]:
    """Two offices, each with a deadline that is due, one that is over and one that merely came."""
    made = []
    for name in ("青葉会計事務所", "港会計事務所"):
        member = make_member(make_agency(name=name), Role.CONSULTANT, Role.MANAGER, Role.ADMIN)
        case = make_case(member)
        make_cost_line(case)
        make_deadline(case)
        make_deadline(case, kind=DeadlineKind.NEGOTIATION_CLAIM, safe_by=date(2026, 6, 1), yen=100_000)
        make_deadline(case, kind=DeadlineKind.FISCAL_CLOSE, safe_by=date(2026, 6, 1), yen=0)
        make_deadline(agency=member.agency, kind=DeadlineKind.CERTIFICATION, yen=0)
        made.append(member.agency)
    return made


def test_the_session_of_the_test_is_no_superuser(offices: list[Agency], restricted: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
        assert cursor.fetchone() == (LOGIN, False)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        list(Deadline.objects.all())


def test_it_sweeps_every_office_without_being_a_superuser(offices: list[Agency], restricted: None) -> None:
    counts = plan_reminders(now=left(20))
    # Of each office: the plan claim and the certification are due, the negotiation is over.
    assert (counts.planned, counts.lapsed) == (2 * 3, 2)
    for agency in offices:
        with tenant_scope(agency.pk):
            assert Reminder.objects.count() == 6
            assert Notice.objects.count() == 3
            assert Mail.objects.count() == 1  # three for one person make a digest
            states = dict(Deadline.objects.filter(safe_by__lt=SAFE).values_list("kind", "state"))
            assert states == {
                DeadlineKind.NEGOTIATION_CLAIM: DeadlineState.LAPSED,
                DeadlineKind.FISCAL_CLOSE: DeadlineState.PASSED,
            }
            assert AuditEvent.objects.count() == 1
    assert plan_reminders(now=left(20)).planned == 0


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_its_role_does_nothing_else(offices: list[Agency], restricted: None, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), sweep_scope():
        run(statement)


def test_its_role_sees_the_deadlines_of_all_offices_and_the_one_of_a_request_only_its_own(
    offices: list[Agency], restricted: None
) -> None:
    with sweep_scope():
        assert Deadline.objects.count() == 8
    with tenant_scope(offices[0].pk):
        assert Deadline.objects.count() == 4
        with sweep_scope():
            assert Deadline.objects.count() == 8
        assert Deadline.objects.count() == 4  # the scope of the request has come back


def test_of_a_case_and_its_enterprise_it_reads_what_a_notice_says(offices: list[Agency]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, string_agg(column_name, ' ' ORDER BY column_name)"
            " FROM information_schema.column_privileges WHERE grantee = 'vapup_sweeper'"
            " AND table_name IN ('cases_case', 'cases_enterprise') GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("cases_case", "agency_id consultant_id enterprise_id frame id number stage"),
            ("cases_enterprise", "agency_id id name"),
        ]
