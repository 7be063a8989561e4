"""Plans of the tests of their parts: a draft with a small set of figures, and makers of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from cases.enums import CashItem, NodeKind, PlanState
from cases.models import Case, CashFigure, Lender, Loan, MapFlow, MapNode, Plan, PlanFigure
from cases.services.plan.rows import RowInput
from vapup import clock
from vapup.accounts.models import AuditEvent

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

BASE_ENDS_ON: Final = date(2025, 3, 31)
# A year whose sheet balances: 30 + 20 + 100 = 25 + 120 + 10 − 5 (million yen).
BASE_YEAR: Final[Mapping[str, int]] = {
    "sales": 120_000_000,
    "purchases": 60_000_000,
    "salaries": 30_000_000,
    "depreciation": 6_000_000,
    "interest": 1_200_000,
    "cash": 30_000_000,
    "receivables": 20_000_000,
    "tangible_assets": 100_000_000,
    "payables": 25_000_000,
    "long_term_loans": 120_000_000,
    "capital": 10_000_000,
    "retained_earnings": -5_000_000,
}


def make_plan(case: Case, *, years: int = 3, state: PlanState = PlanState.DRAFT) -> Plan:
    """Store the first version of the plan of a case."""
    now, by = clock.now(), case.consultant
    is_open = state == PlanState.DRAFT
    decided = state in {PlanState.APPROVED, PlanState.REPLACED}
    return Plan.objects.create(
        agency_id=case.agency_id,
        case=case,
        number=1,
        state=state,
        base_ends_on=BASE_ENDS_ON,
        years=years,
        prepared_by=by,
        submitted_by=None if is_open else by,
        submitted_at=None if is_open else now,
        approved_by=by if decided else None,
        approved_at=now if decided else None,
    )


def make_figures(plan: Plan, *, years: range | None = None, amounts: Mapping[str, int] = BASE_YEAR) -> None:
    """Store figures of the years (default: the base year alone)."""
    PlanFigure.objects.bulk_create(
        PlanFigure(agency_id=plan.agency_id, plan=plan, year=year, account=account, yen=yen)
        for year in (years if years is not None else range(1))
        for account, yen in amounts.items()
    )


def make_node(plan: Plan, name: str, *, kind: NodeKind = NodeKind.SUPPLIER, amount_yen: int | None = None) -> MapNode:
    """Store a party at the end of the sheet."""
    position = MapNode.objects.filter(plan=plan).count() + 1
    return MapNode.objects.create(
        agency_id=plan.agency_id, plan=plan, position=position, kind=kind, name=name, amount_yen=amount_yen
    )


def make_flow(source: MapNode, target: MapNode, *, amount_yen: int | None = None, label: str = "") -> MapFlow:
    """Store a flow of goods at the end of the sheet."""
    plan = source.plan
    position = MapFlow.objects.filter(plan=plan).count() + 1
    return MapFlow.objects.create(
        agency_id=plan.agency_id,
        plan=plan,
        position=position,
        source=source,
        target=target,
        amount_yen=amount_yen,
        label=label,
    )


def make_loan(plan: Plan, lender: Lender, *, balance_yen: int, rate: int = 0, name: str = "証書貸付") -> Loan:
    """Store a loan at the end of the sheet; the rate is in hundredths of a percent."""
    position = Loan.objects.filter(plan=plan).count() + 1
    return Loan.objects.create(
        agency_id=plan.agency_id,
        plan=plan,
        position=position,
        lender=lender,
        name=name,
        balance_yen=balance_yen,
        rate_basis_points=rate,
    )


def make_cash(plan: Plan, month: date, item: CashItem, yen: int, *, is_actual: bool = False) -> CashFigure:
    """Store an amount of the cash table."""
    return CashFigure.objects.create(
        agency_id=plan.agency_id, plan=plan, month=month, item=item, yen=yen, is_actual=is_actual
    )


def row(pk: int | None = None, *, is_gone: bool = False, **values: Any) -> RowInput:
    """Return a row as a user enters it."""
    return RowInput(pk, values, is_gone)


def latest_changes(case: Case) -> dict[str, Any]:
    """Return what the newest event of the case says, without the name of the version in front of each label."""
    event = AuditEvent.objects.filter(object_type="case", object_id=case.pk).latest("pk")
    return {label.removeprefix("計画 第1版 "): pair for label, pair in event.changes.items()}


def url_of(case: Case, part: str) -> str:
    """Return the address of a part of the plan."""
    return reverse(f"cases:plan_{part}", args=[case.number])


def shown(page: Response) -> dict[str, Any]:
    """Return what a browser would send if nothing were changed on the page."""
    values = {bound.html_name: bound.value() for bound in page.context["form"]}
    return {name: value for name, value in values.items() if value not in (None, False)}


def send(client: Client, url: str, **typed: Any) -> Response:
    """Send the form of a page as it stands, changed by `typed`."""
    return client.post(url, {**shown(client.get(url)), **typed})
