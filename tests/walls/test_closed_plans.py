"""What was submitted or approved does not change, whatever a service forgets: the database refuses the app's role."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from cases.enums import LenderRole, PlanState
from cases.models import EnterpriseMerge, Lender, Loan, Plan
from cases.selectors.merging import merge_plan, shown_hash
from cases.selectors.plan.versions import plans_of
from cases.services.merging import Merging, merge_enterprises, unmerge_enterprises
from cases.services.plan.copy import PARTS
from cases.services.plan.versions import approve_plan, return_plan, revise_plan, submit_plan, withdraw_plan
from tests.builders import make_enterprise, make_lender
from tests.cases.plan_papers.company import whole_plan
from tests.cases.plans.making import close, make_plan
from vapup.accounts.models import Member
from vapup.accounts.tenancy import tenant_scope

NOW: Final = datetime(2025, 5, 12, 1, 0, tzinfo=UTC)
CLOSED: Final = (PlanState.SUBMITTED, PlanState.APPROVED, PlanState.REPLACED)
TABLES: Final = {kind._meta.db_table: way for kind, way in PARTS}


@pytest.fixture
def plan(consultant: Member) -> Plan:
    return whole_plan(consultant)


def row_of(table: str, plan: Plan) -> int:
    kind = next(kind for kind, _ in PARTS if kind._meta.db_table == table)
    return int(kind._default_manager.filter(**{TABLES[table]: plan}).latest("pk").pk)


def acts(table: str, pk: int) -> dict[str, str]:
    """Return one statement of each kind on a row; the copy breaks constraints, but only after the trigger."""
    with connection.cursor() as cursor:
        columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    copied = ", ".join(one for one in columns if one != "id")
    column = "position" if "position" in columns else "year" if "year" in columns else "yen"
    return {
        "change": f"UPDATE {table} SET {column} = {column} + 1 WHERE id = {pk}",  # noqa: S608
        "delete": f"DELETE FROM {table} WHERE id = {pk}",  # noqa: S608
        "add": f"INSERT INTO {table} ({copied}) SELECT {copied} FROM {table} WHERE id = {pk}",  # noqa: S608
    }


def run(agency_id: int, statement: str, *values: int) -> int:
    """Run a statement as requests and tasks run; return the number of rows."""
    with tenant_scope(agency_id), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.mark.parametrize("state", CLOSED)
def test_no_part_of_a_closed_version_is_changed_removed_or_added(plan: Plan, state: PlanState) -> None:
    found = [(kind, acts(table, row_of(table, plan))) for kind, _ in PARTS for table in [kind._meta.db_table]]
    assert len(found) == 11
    before = {kind: kind._default_manager.count() for kind, _ in PARTS}
    close(plan, state)
    for kind, statements in found:
        for act, statement in statements.items():
            words = "no .* can be added to a plan" if act == "add" else f"{kind._meta.db_table} .* is of a plan"
            with pytest.raises(ProgrammingError, match=f"{words} that is {state}"), transaction.atomic():
                run(plan.agency_id, statement)
    assert {kind: kind._default_manager.count() for kind, _ in PARTS} == before


def test_every_part_of_a_draft_is_written(plan: Plan) -> None:
    for table in ("cases_mapnode", "cases_mapflow", "cases_issue", "cases_measure", "cases_realvalue", "cases_loan"):
        assert run(plan.agency_id, acts(table, row_of(table, plan))["change"]) == 1
    assert run(plan.agency_id, acts("cases_cashfigure", row_of("cases_cashfigure", plan))["change"]) == 1
    for table in ("cases_cashfigure", "cases_loanchange", "cases_measureeffect", "cases_mapflow"):
        assert run(plan.agency_id, acts(table, row_of(table, plan))["delete"]) == 1
    assert run(plan.agency_id, acts("cases_issue", row_of("cases_issue", plan))["add"]) == 1


def test_a_row_does_not_move_from_a_draft_into_an_approved_version(plan: Plan) -> None:
    old = make_plan(plan.case, state=PlanState.APPROVED, number=2)
    row = row_of("cases_planfigure", plan)
    with pytest.raises(ProgrammingError, match="no cases_planfigure can be added to a plan that is approved"):
        run(plan.agency_id, "UPDATE cases_planfigure SET plan_id = %s WHERE id = %s", old.pk, row)


@pytest.mark.parametrize(
    ("state", "change"),
    [
        (PlanState.SUBMITTED, "outline = 'x'"),
        (PlanState.SUBMITTED, "cash_opening_yen = 1"),
        (PlanState.APPROVED, "outline = 'x'"),
        (PlanState.APPROVED, "years = 3"),
        (PlanState.APPROVED, "state = 'draft'"),
        (PlanState.APPROVED, "state = 'submitted'"),
        (PlanState.APPROVED, "approved_at = now()"),
        (PlanState.APPROVED, "state = 'replaced', policy = 'x'"),
        (PlanState.REPLACED, "state = 'approved'"),
        (PlanState.REPLACED, "market = 'x'"),
    ],
)
def test_the_version_itself_keeps_its_texts_and_its_state(plan: Plan, state: PlanState, change: str) -> None:
    close(plan, state)
    refused = f"plan {plan.pk} is {state}, it does not change"
    with pytest.raises(ProgrammingError, match=refused), transaction.atomic():
        run(plan.agency_id, f"UPDATE cases_plan SET {change} WHERE id = %s", plan.pk)  # noqa: S608
    with pytest.raises(ProgrammingError, match=refused), transaction.atomic():
        run(plan.agency_id, "DELETE FROM cases_plan WHERE id = %s", plan.pk)


def test_versions_are_submitted_returned_approved_and_replaced_as_ever(
    plan: Plan, consultant: Member, manager: Member
) -> None:
    case_id = plan.case_id

    def seen() -> int:
        return plans_of(plan.case).order_by("-number")[0].version

    with tenant_scope(plan.agency_id):
        submit_plan(actor=consultant, case_id=case_id, version=seen(), now=NOW)
        withdraw_plan(actor=consultant, case_id=case_id, version=seen())
        submit_plan(actor=consultant, case_id=case_id, version=seen(), now=NOW)
        return_plan(actor=manager, case_id=case_id, version=seen(), reason="役員報酬を確認してください。")
        submit_plan(actor=consultant, case_id=case_id, version=seen(), now=NOW)
        first = approve_plan(actor=manager, case_id=case_id, version=seen(), now=NOW)
        second = revise_plan(
            actor=consultant,
            case_id=case_id,
            version=seen(),
            because="見直し",
            base_ends_on=plan.base_ends_on,
            years=plan.years,
            today=date(2025, 5, 12),
        )
        submit_plan(actor=consultant, case_id=case_id, version=seen(), now=NOW)
        approve_plan(actor=manager, case_id=case_id, version=seen(), now=NOW)
    states = dict(Plan.objects.values_list("number", "state"))
    assert states == {first.number: PlanState.REPLACED, second.number: PlanState.APPROVED}
    assert second.figures.count() == first.figures.count() > 100


def test_the_same_bank_of_another_enterprise_takes_over_the_loans_of_an_approved_version(
    plan: Plan, manager: Member
) -> None:
    close(plan)
    gone = plan.case.enterprise
    loans = dict(Loan.objects.filter(plan=plan).values_list("pk", "lender"))
    kept = make_enterprise(plan.agency, name="二重に登録された会社")
    first = Lender.objects.get(pk=next(iter(loans.values())))
    twin = make_lender(kept, role=LenderRole(first.role), bank_name=first.bank_name, branch_name=first.branch_name)

    with tenant_scope(plan.agency_id):
        shown = shown_hash(merge_plan(kept, gone))
        merging = Merging(gone_id=gone.pk, taken=(), shown_sha256=shown)
        done: EnterpriseMerge = merge_enterprises(actor=manager, kept_id=kept.pk, merging=merging)
    moved = dict(Loan.objects.filter(plan=plan).values_list("pk", "lender"))
    assert {pk for pk in loans if moved[pk] != loans[pk]} == {pk for pk in loans if loans[pk] == first.pk}
    assert twin.pk in moved.values()

    with tenant_scope(plan.agency_id):
        unmerge_enterprises(actor=manager, merge_id=done.pk, reason="別の会社だった", now=NOW)
    assert dict(Loan.objects.filter(plan=plan).values_list("pk", "lender")) == loans


def test_a_loan_of_an_approved_version_changes_its_lender_and_nothing_else(plan: Plan) -> None:
    close(plan)
    loan, other = Loan.objects.filter(plan=plan).first(), Lender.objects.latest("pk")
    assert loan is not None
    with pytest.raises(ProgrammingError, match=f"cases_loan {loan.pk} is of a plan that is approved"):
        run(plan.agency_id, "UPDATE cases_loan SET lender_id = %s, balance_yen = 1 WHERE id = %s", other.pk, loan.pk)
