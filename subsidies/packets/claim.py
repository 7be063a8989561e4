"""The frozen content of a claim (支払申請): figures, each agency's papers, and how the own share was paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cases.enums import Scheme, SchemeFrame
from cases.models import Case
from cases.packets.plan_document import PlanDocument
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationKind, PaymentMethod
from subsidies.models import Application, CostLine, Settlement
from subsidies.packets.agencies import by_agency
from subsidies.packets.annex import calculation_of, told_in
from subsidies.packets.calculation import Calculation
from subsidies.packets.claim_checks import claim_checks, papers_of
from subsidies.packets.claim_lenders import Guideline, LenderAnswer, guideline_of, lender_answers
from subsidies.packets.claim_parts import (
    AgencyPart,
    ClaimPart,
    WorkGroup,
    agency_parts,
    claim_part,
    work_groups,
)
from subsidies.packets.estimate import estimate_of
from subsidies.packets.follow_up import PrintedReport, printed_report
from subsidies.packets.parties import content_fields, lenders_of, receipt_number_of, sorted_lenders
from subsidies.packets.payload import Amount, Attachment, Check, Estimate, Lenders, PacketContent, Period, Size
from subsidies.packets.plan import PlanSheets, plan_sheets, printed_plan
from subsidies.packets.time_records import time_sheets
from subsidies.packets.time_sheets import TimeSheet
from subsidies.packets.usage import in_words, size_of
from subsidies.packets.words import addressed_to, kind_of_period
from subsidies.rules.editions import FOLLOW_UP
from subsidies.selectors import cost_lines_of, periods_of
from subsidies.selectors.claiming.claims import ClaimedCategory, ClaimSheet


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One category of the claim; whole yen, tax included. Until its cost is entered it repeats what was filed."""

    category: str
    filed_yen: int
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int
    due_now_yen: int
    held_yen: int
    worked_from: date | None
    worked_to: date | None
    is_actual: bool = True

    @property
    def difference_yen(self) -> int:
        """Return the cost less what was filed."""
        return self.cost_yen - self.filed_yen


@dataclass(frozen=True, slots=True)
class Released:
    """A held half of the plan that is paid with this claim."""

    category: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class AgencyClaim:
    """One agency's contract, invoices and the transfer that it got from the enterprise.

    `agency` counts the agencies from 0, the lead one, as forms do.
    """

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
    agency: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPayload(PacketContent):
    """A claim as it is printed; amounts in whole yen, tax included.

    Attributes:
        decided_on: when the council decided that the scheme may be used.
        period: the monitoring period that is claimed; none for other claims.
        estimate: what the usage application filed, by work, of the lead agency.
        workers: who worked for the lead agency, as the estimate names them.
        is_received: the banks get the plan and give a receipt, as in the Vアップ scheme; else they agree to it.
        first_yen: of the subsidy, what the council pays with this claim; `held_yen` what later, `released_yen` what
            of earlier claims now.
        has_next_period: monitoring goes on after the claimed period.
        report: on the claimed period; none where it is written by hand.
        plan: the version that was approved when the claim was; none where an uploaded paper stands in for it.
    """

    calculation: Calculation
    accepted_on: date | None
    decided_on: date | None
    period: Period | None
    period_count: int
    rows: tuple[ClaimRow, ...]
    released: tuple[Released, ...]
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int
    due_now_yen: int
    settlements: tuple[AgencyClaim, ...]
    lenders: Lenders
    answers: tuple[LenderAnswer, ...]
    guideline: Guideline | None
    seeks_guarantee_release: bool
    estimate: Estimate
    workers: tuple[str, ...]
    notes: tuple[str, ...]
    size: Size | None = None
    receipt_number: str = ""
    is_received: bool = False
    filed_yen: int = 0
    first_yen: int = 0
    held_yen: int = 0
    released_yen: int = 0
    has_next_period: bool = False
    shares: tuple[AgencyPart, ...] = ()
    work_groups: tuple[WorkGroup, ...] = ()
    sheets: tuple[TimeSheet, ...] = ()
    checks: tuple[Check, ...] = ()
    papers: tuple[Attachment, ...] = ()
    parts: tuple[ClaimPart, ...] = ()
    report: PrintedReport | None = None
    plan: PlanDocument | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the content as plain JSON values; what was frozen before there were plans keeps its hash."""
        stored = PacketContent.as_json(self)
        return stored if self.plan else {name: value for name, value in stored.items() if name != "plan"}

    def plan_sheets(self) -> PlanSheets | None:
        """Return what the form of the plan is laid out from; None where none was approved."""
        return plan_sheets(self.plan, SchemeFrame(self.frame_code)) if self.plan else None

    def part_of(self, agency: int) -> ClaimPart:
        """Return the work of one agency, counted from 0; all of it where the estimate does not tell agencies apart."""
        if agency < len(self.parts):
            return self.parts[agency]
        return ClaimPart(self.work_groups, self.sheets, self.filed_yen, self.cost_yen, self.is_entered)

    @property
    def difference_yen(self) -> int:
        """Return the cost less what was filed."""
        return self.cost_yen - self.filed_yen

    @property
    def is_entered(self) -> bool:
        """Tell whether the cost of every category was entered; until then some repeat what was filed."""
        return all(row.is_actual for row in self.rows)

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """Return what each category cost and how it is shared, as the annex of the calculation shows it."""
        return tuple(Amount(row.category, row.cost_yen, row.subsidy_yen, row.own_burden_yen) for row in self.rows)

    @property
    def total(self) -> Amount:
        """Return the claim's sums, as the annex of the calculation shows them."""
        return Amount("合計", self.cost_yen, self.subsidy_yen, self.own_burden_yen)

    @property
    def kind_label(self) -> str:
        """Return the name of the application, its ordinal in the brackets where it is one of several."""
        label = ApplicationKind(self.application).label.replace(FOLLOW_UP, self.follow_up)
        is_one_of_several = self.application == ApplicationKind.MONITORING_CLAIM
        return f"{label.removesuffix(')')} 第{self.number}回)" if is_one_of_several else label


def claim_payload(application: Application, sheet: ClaimSheet, prepared_on: date) -> ClaimPayload:
    """Return what a claim says.

    Args:
        application: with its decision set, if there is one: the annex prints it. It may be an unsaved copy.

    Raises:
        FormsMissing: no edition of the forms was in use on the key date.
    """
    case = application.case
    lines, periods = cost_lines_of(case), periods_of(case)
    estimate = estimate_of(lines, periods)
    claim = ClaimPayload(
        **content_fields(application, prepared_on),
        accepted_on=case.usage_accepted_on,
        decided_on=case.usage_decided_on,
        period=_period(sheet),
        period_count=len(periods),
        rows=tuple(_row(one) for one in sheet.rows),
        released=tuple(Released(one.category.label, one.amount_yen) for one in sheet.released),
        cost_yen=sheet.cost_yen,
        subsidy_yen=sheet.subsidy_yen,
        own_burden_yen=sheet.own_burden_yen,
        due_now_yen=sheet.due_now_yen,
        settlements=_settlements(sheet.application),
        lenders=lenders_of(sorted_lenders(case.enterprise)),
        answers=lender_answers(case),
        guideline=guideline_of(case),
        seeks_guarantee_release=case.seeks_guarantee_release,
        estimate=estimate,
        size=size_of(sheet.assessment, estimate),
        workers=tuple(dict.fromkeys(line.person for line in lines if not line.is_subcontracted)),
        notes=sheet.notes,
        calculation=calculation_of(sheet.assessment, application),
        **_details(application, sheet, work_groups(sheet, lines, periods)),
        parts=_parts(case, sheet, lines, periods),
        report=printed_report(sheet.application.period, today=prepared_on),
        plan=printed_plan(application),
    )
    return claim if claim.follow_up == FOLLOW_UP else _in_words(claim)


def _parts(
    case: Case, sheet: ClaimSheet, lines: Sequence[CostLine], periods: Sequence[MonitoringPeriod]
) -> tuple[ClaimPart, ...]:
    own = by_agency(case, lines)
    shares = zip(own, sheet.agencies, strict=True) if own else ()
    return tuple(claim_part(sheet, mine, periods, share.cost_yen) for mine, share in shares)


def _in_words(claim: ClaimPayload) -> ClaimPayload:
    """Call the monitoring and the office of the council what the edition of the forms calls them."""

    def named(label: str) -> str:
        return addressed_to(claim.office, label.replace(FOLLOW_UP, claim.follow_up))

    return replace(
        claim,
        rows=tuple(replace(one, category=named(one.category)) for one in claim.rows),
        released=tuple(replace(one, category=named(one.category)) for one in claim.released),
        work_groups=tuple(replace(one, category=named(one.category)) for one in claim.work_groups),
        parts=tuple(
            replace(part, work_groups=tuple(replace(one, category=named(one.category)) for one in part.work_groups))
            for part in claim.parts
        ),
        estimate=in_words(claim.estimate, claim.follow_up),
        calculation=told_in(claim.calculation, claim.follow_up),
        period=replace(claim.period, kind=named(claim.period.kind)) if claim.period else None,
        checks=tuple(replace(one, text=named(one.text)) for one in claim.checks),
        papers=tuple(replace(one, title=named(one.title)) for one in claim.papers),
    )


def _details(application: Application, sheet: ClaimSheet, groups: tuple[WorkGroup, ...]) -> dict[str, Any]:
    """Return the sums, each agency's part, the work and hours, and the self-check."""
    case, held = application.case, sheet.held_yen
    return {
        "receipt_number": receipt_number_of(case),
        "is_received": Scheme.of(SchemeFrame(case.frame)) is Scheme.VUP,
        "filed_yen": sheet.filed_yen,
        "first_yen": sheet.subsidy_yen - held,
        "held_yen": held,
        "released_yen": sheet.released_yen,
        "has_next_period": (sheet.period_number or 0) < len(periods_of(case)),
        "shares": agency_parts(sheet),
        "work_groups": groups,
        "sheets": time_sheets(sheet, cost_lines_of(case)),
        "checks": claim_checks(sheet),
        "papers": papers_of(application),
    }


def _period(sheet: ClaimSheet) -> Period | None:
    period = sheet.application.period
    if period is None or sheet.period_number is None:
        return None
    deadlines = {one.period: one.claim_by for one in sheet.assessment.deadlines}
    return Period(
        number=sheet.period_number,
        kind=kind_of_period(period.kind),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        cost_yen=sheet.cost_yen,
        claim_by=deadlines.get(sheet.period_number),
    )


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
        is_actual=row.line is not None,
    )


def _settlements(application: Application) -> tuple[AgencyClaim, ...]:
    others = [None, *application.case.co_agencies.order_by("id").values_list("pk", flat=True)]
    found = application.settlements.select_related("co_agency", "application__case__agency").order_by("id")
    return tuple(_agency(one, others.index(one.co_agency_id)) for one in found)


def _agency(settlement: Settlement, place: int) -> AgencyClaim:
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
        agency=place,
    )
