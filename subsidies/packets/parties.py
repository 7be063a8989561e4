"""Who an application is about: the enterprise, the agencies and the lenders, as forms name them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cases.enums import Industry, LegalForm, LenderRole, SchemeFrame
from cases.models import Case, CoAgency, Enterprise, Lender, Payee
from cases.selectors.payees import payees_of
from subsidies.enums import CLAIMS
from subsidies.models import Application
from subsidies.packets import payload
from subsidies.packets.estimate import permille
from subsidies.packets.forms import SCHEME_TITLES, edition_for, forms_of
from subsidies.rules.editions import OFFICE

# How the forms of today name the council in running text.
COUNCIL: Final = "協議会"


def content_fields(application: Application, prepared_on: date) -> dict[str, Any]:
    """Return the fields that the content of every application has, except its calculation.

    Raises:
        FormsMissing: no edition of the forms was in use on the key date.
    """
    case = application.case
    payees = payees_of(case) if application.kind in CLAIMS else {}
    edition = edition_for(case)
    is_center = edition.office != OFFICE
    return {
        "application": application.kind,
        "number": application.number,
        "case_number": case.number,
        "frame": SchemeFrame(case.frame).label,
        "frame_code": case.frame,
        "scheme_title": SCHEME_TITLES[SchemeFrame(case.frame)],
        "prepared_on": prepared_on,
        "key_date": case.key_date,
        "is_key_date_provisional": case.is_key_date_provisional,
        "council": f"{case.council.prefecture}{edition.office}" if is_center else case.council.name,
        "office": edition.office if is_center else COUNCIL,
        "follow_up": edition.follow_up,
        "forms": forms_of(application),
        "applicant": applicant_of(case.enterprise),
        "lead_agency": replace(lead_agency_of(case), account=_account(payees.get(None))),
        "co_agencies": tuple(_co_agency(one, payees.get(one.pk)) for one in case.co_agencies.order_by("id")),
    }


def receipt_number_of(case: Case) -> str:
    """Return the number that the council gave the usage application, empty before it did."""
    usage = Application.objects.for_agency(case.agency_id).usage().filter(case=case)
    return usage.values_list("receipt_number", flat=True).first() or ""


def applicant_of(enterprise: Enterprise) -> payload.Applicant:
    """Return the enterprise as forms name it."""
    return payload.Applicant(
        name=enterprise.name,
        name_kana=enterprise.name_kana,
        legal_form=LegalForm(enterprise.legal_form).label,
        corporate_number=enterprise.corporate_number,
        representative_title=enterprise.representative_title,
        representative=enterprise.representative,
        postal_code=enterprise.postal_code,
        address=enterprise.address,
        phone=enterprise.phone,
        founded_on=enterprise.founded_on,
        industry=Industry(enterprise.industry).label,
        business=enterprise.business,
        capital_yen=enterprise.capital_yen,
        employee_count=enterprise.employee_count,
        fiscal_year_end_month=enterprise.fiscal_year_end_month,
        annual_sales_yen=enterprise.annual_sales_yen,
        interest_bearing_debt_yen=enterprise.interest_bearing_debt_yen,
    )


def lead_agency_of(case: Case) -> payload.SupportAgency:
    """Return the agency itself, with the consultant in charge."""
    agency = case.agency
    return payload.SupportAgency(
        name=agency.name,
        representative=agency.representative,
        certification_number=agency.certification_number,
        postal_code=agency.postal_code,
        address=agency.address,
        phone=agency.phone,
        contact=str(case.consultant),
    )


def _account(payee: Payee | None) -> payload.Account | None:
    if payee is None or not payee.has_account:
        return None
    return payload.Account(
        bank=f"{payee.bank_name}{f'({payee.bank_code})' if payee.bank_code else ''}",
        branch=f"{payee.branch_name}{f'({payee.branch_code})' if payee.branch_code else ''}",
        kind=payee.get_kind_display(),
        number=payee.number,
        holder_kana=payee.holder_kana,
    )


def _co_agency(agency: CoAgency, payee: Payee | None) -> payload.SupportAgency:
    return payload.SupportAgency(
        name=agency.name,
        representative=agency.representative,
        certification_number=agency.certification_number,
        postal_code="",
        address=agency.address,
        phone=agency.phone,
        contact="",
        account=_account(payee),
    )


def sorted_lenders(enterprise: Enterprise) -> tuple[Lender, ...]:
    """Return the lenders in the order of the forms: main, submain, the rest; the largest balance first."""
    roles = list(LenderRole)
    found: Iterable[Lender] = enterprise.lenders.order_by("-balance_yen", "id")
    return tuple(sorted(found, key=lambda lender: roles.index(LenderRole(lender.role))))


def lenders_of(found: Sequence[Lender]) -> payload.Lenders:
    """Return the lenders with their shares and sums."""
    balance_yen = sum(lender.balance_yen for lender in found)
    rows = tuple(
        payload.Lender(
            bank_name=lender.bank_name,
            branch_name=lender.branch_name,
            role=LenderRole(lender.role).label,
            balance_yen=lender.balance_yen,
            guaranteed_yen=lender.guaranteed_yen,
            share_permille=permille(lender.balance_yen, balance_yen),
        )
        for lender in found
    )
    return payload.Lenders(rows, balance_yen, sum(lender.guaranteed_yen for lender in found))
