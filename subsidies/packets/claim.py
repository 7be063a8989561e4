"""The frozen content of a claim (支払申請): figures, each agency's papers, and how the own share was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind, PaymentMethod
from subsidies.models import Application, Settlement
from subsidies.packets.annex import calculation_of
from subsidies.packets.payload import Calculation
from subsidies.selectors.claims import ClaimedCategory, ClaimSheet
from vapup.documents.payload import to_json


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One category of the claim; whole yen, tax included."""

    category: str
    filed_yen: int
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int
    due_now_yen: int
    held_yen: int
    worked_from: date | None
    worked_to: date | None


@dataclass(frozen=True, slots=True)
class Released:
    """A held half of the plan that is paid with this claim."""

    category: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class AgencyClaim:
    """One agency's contract, invoices and the transfer that it got from the enterprise."""

    name: str
    contracted_on: date | None
    cost_yen: int | None
    council_invoiced_on: date | None
    council_invoice_yen: int | None
    own_invoiced_on: date | None
    own_invoice_yen: int | None
    method: str
    transferred_on: date | None
    transferred_yen: int | None
    withheld_yen: int
    payer: str
    payee: str


@dataclass(frozen=True, slots=True)
class ClaimPayload:
    """A claim as it is printed."""

    kind: str
    number: int
    case_number: str
    frame: str
    council: str
    prepared_on: date
    applicant: str
    applicant_address: str
    representative: str
    agency: str
    accepted_on: date | None
    period_starts_on: date | None
    period_ends_on: date | None
    rows: tuple[ClaimRow, ...]
    released: tuple[Released, ...]
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int
    due_now_yen: int
    agencies: tuple[AgencyClaim, ...]
    notes: tuple[str, ...]
    calculation: Calculation


def claim_payload(application: Application, sheet: ClaimSheet, prepared_on: date) -> dict[str, Any]:
    """Return what a claim says, as plain JSON values.

    Args:
        application: with its decision set, if there is one: the annex prints it. It may be an unsaved copy.
    """
    case, period = application.case, sheet.application.period
    settlements = sheet.application.settlements.select_related("co_agency", "application__case__agency").order_by("id")
    payload = ClaimPayload(
        kind=ApplicationKind(application.kind).label,
        number=application.number,
        case_number=case.number,
        frame=SchemeFrame(case.frame).label,
        council=case.council.name,
        prepared_on=prepared_on,
        applicant=case.enterprise.name,
        applicant_address=case.enterprise.address,
        representative=case.enterprise.representative,
        agency=case.agency.name,
        accepted_on=case.usage_accepted_on,
        period_starts_on=period.starts_on if period else None,
        period_ends_on=period.ends_on if period else None,
        rows=tuple(_row(one) for one in sheet.rows),
        released=tuple(Released(one.category.label, one.amount_yen) for one in sheet.released),
        cost_yen=sheet.cost_yen,
        subsidy_yen=sheet.subsidy_yen,
        own_burden_yen=sheet.own_burden_yen,
        due_now_yen=sheet.due_now_yen,
        agencies=tuple(_agency(one) for one in settlements),
        notes=sheet.notes,
        calculation=calculation_of(sheet.assessment, application),
    )
    return to_json(payload)


def _row(row: ClaimedCategory) -> ClaimRow:
    return ClaimRow(
        category=row.category.label,
        filed_yen=row.filed_yen,
        cost_yen=row.cost_yen,
        subsidy_yen=row.subsidy_yen,
        own_burden_yen=row.own_burden_yen,
        due_now_yen=row.due_now_yen,
        held_yen=row.held_yen,
        worked_from=row.line.worked_from if row.line else None,
        worked_to=row.line.worked_to if row.line else None,
    )


def _agency(settlement: Settlement) -> AgencyClaim:
    return AgencyClaim(
        name=str(settlement),
        contracted_on=settlement.contracted_on,
        cost_yen=settlement.cost_yen,
        council_invoiced_on=settlement.council_invoiced_on,
        council_invoice_yen=settlement.council_invoice_yen,
        own_invoiced_on=settlement.own_invoiced_on,
        own_invoice_yen=settlement.own_invoice_yen,
        method=PaymentMethod(settlement.method).label,
        transferred_on=settlement.transferred_on,
        transferred_yen=settlement.transferred_yen,
        withheld_yen=settlement.withheld_yen,
        payer=settlement.payer,
        payee=settlement.payee,
    )
