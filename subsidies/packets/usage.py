"""From the rows of a case to the frozen content of its usage application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cases.enums import Industry, LegalForm, LenderRole, SchemeFrame
from cases.models import Case, CoAgency, Enterprise, Lender
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from subsidies.enums import CostCategory
from subsidies.models import Application
from subsidies.packets import payload
from subsidies.packets.annex import calculation_of
from subsidies.packets.attachments import attachments_of
from subsidies.packets.checklist import checks_of
from subsidies.packets.estimate import estimate_of, permille
from subsidies.packets.forms import SCHEME_TITLES, usage_forms
from subsidies.packets.payload import UsagePayload
from subsidies.rules.assessment import Assessment
from subsidies.rules.payments import in_order
from subsidies.rules.size_class import SizeClass
from subsidies.selectors import cost_lines_of, periods_of
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen


class FiguresDiffer(DomainError):
    """The assessment was made of other costs than those that the forms would print."""


def build_usage_payload(*, application: Application, assessment: Assessment, prepared_on: date) -> UsagePayload:
    """Return all that the usage application prints; every subsidy figure is the assessment's own.

    Args:
        application: with its decision already set, if there is one: the annex prints it. It may be unsaved.
        assessment: of the case as its rows stand now.
        prepared_on: the day that the application form bears.

    Raises:
        FormsMissing: no edition of a form was in use on the key date.
        FiguresDiffer: the cost lines do not add up to the assessed cost.
    """
    case = application.case
    periods = periods_of(case)
    estimate = _estimate(case, periods, assessment)
    lenders = _lenders_of(case.enterprise)
    return UsagePayload(
        case_number=case.number,
        frame=SchemeFrame(case.frame).label,
        scheme_title=SCHEME_TITLES[SchemeFrame(case.frame)],
        prepared_on=prepared_on,
        key_date=case.key_date,
        is_key_date_provisional=case.is_key_date_provisional,
        council=case.council.name,
        forms=usage_forms(SchemeFrame(case.frame), case.key_date),
        applicant=_applicant(case.enterprise),
        lead_agency=_lead_agency(case),
        co_agencies=tuple(_co_agency(one) for one in case.co_agencies.order_by("id")),
        amounts=_amounts(assessment),
        total=payload.Amount("合計", *assessment.totals),
        size=_size(assessment, estimate),
        periods=_periods(periods, assessment),
        **_told(case),
        lenders=_lenders(lenders),
        checks=checks_of(case, lenders, assessment),
        attachments=attachments_of(case, assessment),
        estimate=estimate,
        calculation=calculation_of(assessment, application),
    )


def _told(case: Case) -> dict[str, Any]:
    """Return what the case tells of itself in words, and of its earlier uses."""
    return {
        "past_uses": _past_uses(case),
        "seeks_guarantee_release": case.seeks_guarantee_release,
        "repeat_use_reason": case.repeat_use_reason,
        "difficulty": case.difficulty,
        "support_outlook": case.support_outlook,
    }


def _estimate(case: Case, periods: Sequence[MonitoringPeriod], assessment: Assessment) -> payload.Estimate:
    estimate = estimate_of(cost_lines_of(case), periods)
    if estimate.gross_yen != assessment.totals.cost_yen:
        raise FiguresDiffer(
            f"費用明細の合計 {format_yen(estimate.gross_yen)}円と、算定に使った費用の合計 "
            f"{format_yen(assessment.totals.cost_yen)}円が異なります。費用の画面を開き直して算定し直してください。"
        )
    return estimate


def _applicant(enterprise: Enterprise) -> payload.Applicant:
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


def _lead_agency(case: Case) -> payload.SupportAgency:
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


def _co_agency(agency: CoAgency) -> payload.SupportAgency:
    return payload.SupportAgency(
        name=agency.name,
        representative=agency.representative,
        certification_number=agency.certification_number,
        postal_code="",
        address=agency.address,
        phone=agency.phone,
        contact="",
    )


def _amounts(assessment: Assessment) -> tuple[payload.Amount, ...]:
    return tuple(
        payload.Amount(line.category.label, line.cost_yen, line.subsidy_yen, line.own_burden_yen)
        for line in assessment.lines
    )


def _size(assessment: Assessment, estimate: payload.Estimate) -> payload.Size | None:
    """Return the size class with its guide, where the frame's rules have one."""
    if assessment.size_class is None:
        return None
    guide_yen = assessment.rule_version.whole("size_total_yen", size_class=assessment.size_class)
    choices = tuple(payload.Choice(size.label, size is assessment.size_class) for size in SizeClass)
    return payload.Size(choices, assessment.size_class.label, guide_yen, estimate.plan_and_monitoring_yen)


def _periods(periods: Sequence[MonitoringPeriod], assessment: Assessment) -> tuple[payload.Period, ...]:
    """Return the planned periods; what they cost and their deadlines are those of the assessment."""
    assessed = in_order(assessment.request.monitoring_periods)
    is_costed = len(assessed) == len(periods)
    claim_by = {deadline.period: deadline.claim_by for deadline in assessment.deadlines if is_costed}
    return tuple(
        payload.Period(
            number=number,
            kind=PeriodKind(period.kind).label,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            cost_yen=assessed[number - 1].cost_yen if is_costed else 0,
            claim_by=claim_by.get(number),
        )
        for number, period in enumerate(periods, 1)
    )


def _past_uses(case: Case) -> tuple[payload.PastUse, ...]:
    return tuple(
        payload.PastUse(
            frame=SchemeFrame(use.frame).label,
            category=CostCategory(use.category).label,
            paid_yen=use.paid_yen,
            accepted_on=use.accepted_on,
            note=use.note,
        )
        for use in case.enterprise.past_uses.order_by("id")
    )


def _lenders_of(enterprise: Enterprise) -> tuple[Lender, ...]:
    """Return the lenders in the order of the form: main, submain, the rest; the largest balance first."""
    roles = list(LenderRole)
    found = enterprise.lenders.order_by("-balance_yen", "id")
    return tuple(sorted(found, key=lambda lender: roles.index(LenderRole(lender.role))))


def _lenders(found: Sequence[Lender]) -> payload.Lenders:
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
