"""From the rows of an application to the plain facts that the gate before the submission compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType

from cases.enums import Consent, LegalForm, LenderRole, SchemeFrame
from cases.models import Case, CoAgency, GuidelineProcedure
from cases.selectors.banks import BankRow, bank_board
from subsidies.enums import CLAIMS, DEAD, OPEN_STATES, ApplicationKind, ApplicationState, CostCategory, PaymentMethod
from subsidies.models import Application, ClaimLine
from subsidies.rules.deadlines import Deadline
from subsidies.rules.gate.facts import (
    AgencyFacts,
    ClaimFacts,
    GateFacts,
    LenderFacts,
    LineFacts,
    OpenPoint,
    Party,
    ProcedureFacts,
    SettlementFacts,
)
from subsidies.rules.parameters import FrameNotOpen
from subsidies.rules.request import InvalidRequest
from subsidies.selectors import periods_of
from subsidies.selectors.claiming.claims import ClaimSheet, claim_of
from subsidies.selectors.claiming.shares import AgencyShare
from subsidies.selectors.filing.readiness import Readiness, Weight, readiness_of
from subsidies.selectors.gate.frozen import changed_since_approval
from subsidies.selectors.gate.hours import GateHours, halves_of
from subsidies.selectors.gate.papers import Amounts, papers_of
from vapup.accounts.models import Agency

# The stage is looked at by the submission itself.
LEFT_TO_THE_SUBMISSION = frozenset({"案件の段階"})


def gate_facts_of(application: Application, *, today: date) -> GateFacts:
    """Return the facts of an application as its rows stand, to be submitted `today`."""
    return _Rows(application, today).facts


@dataclass(frozen=True)
class _Rows:
    """The rows around one application, each kind read once."""

    application: Application
    today: date

    @property
    def case(self) -> Case:
        return self.application.case

    @property
    def kind(self) -> ApplicationKind:
        return ApplicationKind(self.application.kind)

    @cached_property
    def facts(self) -> GateFacts:
        """Everything together."""
        return GateFacts(
            kind=self.kind,
            frame=SchemeFrame(self.case.frame),
            key_date=self.case.key_date,
            day=self.today,
            submitted_on=None if self.application.state in OPEN_STATES else self.application.submitted_on,
            enterprise=_enterprise_party(self.case),
            agencies=tuple(self.agencies.values()),
            procedure=self.procedure,
            lenders=tuple(_lender(row) for row in bank_board(self.case).rows),
            papers=papers_of(self.application, self.agencies, self.amounts),
            lines=self.lines,
            settlements=tuple(self.settlements()),
            claim=self.claim,
            points=tuple(self.points()),
            hours=self.hours.facts if self.hours else (),
            loose=self.hours.loose if self.hours else (),
        )

    @cached_property
    def agencies(self) -> Mapping[int | None, AgencyFacts]:
        """The agencies by the other agency's id, None for the lead agency, which comes first."""
        others = CoAgency.objects.for_agency(self.case.agency_id).filter(case=self.case).order_by("id")
        found: dict[int | None, AgencyFacts] = {None: _agency(self.case.agency)}
        found |= {one.pk: _agency(one) for one in others}
        return MappingProxyType(found)

    @cached_property
    def _sheet_or_reason(self) -> tuple[ClaimSheet | None, str]:
        if self.kind not in CLAIMS:
            return None, ""
        try:
            return claim_of(self.application), ""
        except (FrameNotOpen, InvalidRequest) as refused:
            return None, refused.message

    @property
    def sheet(self) -> ClaimSheet | None:
        """What the claim asks for; None of what is no claim, and where it cannot be worked out."""
        return self._sheet_or_reason[0]

    @cached_property
    def hours(self) -> GateHours | None:
        """The hours behind a claim; None where there are no figures to compare them with."""
        return GateHours(self.sheet, self.today) if self.sheet else None

    @cached_property
    def readiness(self) -> Readiness:
        """What the check before the approval says of a usage application."""
        return readiness_of(self.case)

    @property
    def filed(self) -> Mapping[CostCategory, int]:
        """What the usage application filed, by category: every claim is assessed on it."""
        estimates = self.sheet.assessment.request.estimates if self.sheet else {}
        return {category: yen for category, yen in estimates.items() if yen}

    @cached_property
    def earlier(self) -> Mapping[CostCategory, int]:
        """What the other claims of the case ask for, by category."""
        lines = ClaimLine.objects.for_agency(self.case.agency_id).filter(application__case_id=self.case.pk)
        others = lines.exclude(application_id=self.application.pk).exclude(application__state__in=DEAD)
        sums: dict[CostCategory, int] = {}
        for category, cost_yen in others.order_by("id").values_list("category", "cost_yen"):
            sums[CostCategory(category)] = sums.get(CostCategory(category), 0) + cost_yen
        return sums

    @property
    def lines(self) -> tuple[LineFacts, ...]:
        """What the claim says of its categories."""
        rows = self.sheet.rows if self.sheet else ()
        return tuple(self._line(row.line) for row in rows if row.line is not None)

    def _line(self, line: ClaimLine) -> LineFacts:
        category = CostCategory(line.category)
        return LineFacts(
            category=category,
            cost_yen=line.cost_yen,
            statement_yen=line.statement_yen,
            hours_yen=line.hours_yen,
            worked_from=line.worked_from,
            worked_to=line.worked_to,
            filed_yen=self.filed.get(category),
            earlier_yen=self.earlier.get(category, 0),
        )

    @property
    def claim(self) -> ClaimFacts | None:
        """The figures of the claim as a whole."""
        sheet = self.sheet
        if sheet is None:
            return None
        missing = (row for row in sheet.rows if row.line is None)
        return ClaimFacts(
            due_council_yen=sheet.due_now_yen,
            due_own_yen=sheet.own_burden_yen,
            not_entered=tuple((row.category, row.filed_yen) for row in missing if row.filed_yen),
            filed_total_yen=sum(self.filed.values()) if self.filed else None,
            earlier_total_yen=sum(self.earlier.values()),
            is_last_monitoring=self._is_last_monitoring,
            seeks_guarantee_release=self.case.seeks_guarantee_release,
            halves=halves_of(sheet),
        )

    @property
    def _is_last_monitoring(self) -> bool:
        """Whether the last period is claimed, without which no negotiation is paid."""
        if self.kind is not ApplicationKind.NEGOTIATION_CLAIM:
            return True
        periods = periods_of(self.case)
        claims = Application.objects.for_agency(self.case.agency_id).filter(kind=ApplicationKind.MONITORING_CLAIM)
        live = claims.filter(case_id=self.case.pk).exclude(state__in=DEAD)
        return bool(periods) and live.filter(period_id=periods[-1].pk).exists()

    def settlements(self) -> Iterator[SettlementFacts]:
        """Yield what is recorded of each agency, beside its part of what was assessed."""
        shares = self.sheet.agencies if self.sheet else ()
        alone = len(shares) == 1
        for share in shares:
            if share.settlement is not None:
                yield self._settlement(share, alone=alone)

    def _settlement(self, share: AgencyShare, *, alone: bool) -> SettlementFacts:
        row, sheet = share.settlement, self.sheet
        if row is None or sheet is None or self.hours is None:
            raise ValueError("a share without a settlement says nothing")
        return SettlementFacts(
            agency=self.agencies[row.co_agency_id],
            due_council_yen=sheet.due_now_yen if alone else share.council_yen,
            due_own_yen=sheet.own_burden_yen if alone else share.own_yen,
            contracted_on=row.contracted_on,
            cost_yen=row.cost_yen,
            council_invoiced_on=row.council_invoiced_on,
            council_invoice_yen=row.council_invoice_yen,
            own_invoiced_on=row.own_invoiced_on,
            own_invoice_yen=row.own_invoice_yen,
            method=PaymentMethod(row.method),
            transferred_on=row.transferred_on,
            transferred_yen=row.transferred_yen,
            withheld_yen=row.withheld_yen,
            has_gross_invoice=row.has_gross_invoice,
            is_single_purpose=row.is_single_purpose,
            fee_deducted_yen=row.fee_deducted_yen,
            payer=row.payer,
            payee=row.payee,
            hours_yen=self.hours.agency_yen(row.co_agency_id),
            has_lines=self.hours.has_lines(row.co_agency_id),
        )

    @property
    def amounts(self) -> Amounts:
        """What papers that state an amount should state."""
        alone = len(self.agencies) == 1
        assessment = self.readiness.assessment if self.kind is ApplicationKind.USAGE and alone else None
        usage_yen = assessment.totals.cost_yen if assessment else None
        sheet = self.sheet
        cost_yen = sheet.cost_yen if sheet and alone and sheet.is_complete else None
        return Amounts(usage_yen, cost_yen, {one.agency.name: one for one in self.settlements()})

    @property
    def present_amounts(self) -> Mapping[str, int]:
        """What the figures give now, by the names that the frozen content has for them."""
        if self.sheet:
            names = ("cost_yen", "subsidy_yen", "due_now_yen")
            return {name: getattr(self.sheet, name) for name in names}
        assessment = self.readiness.assessment if self.kind is ApplicationKind.USAGE else None
        totals = assessment.totals if assessment else None
        return {"cost_yen": totals.cost_yen, "subsidy_yen": totals.subsidy_yen} if totals else {}

    @cached_property
    def procedure(self) -> ProcedureFacts:
        """The days of the case, and of the guideline where the case follows it."""
        case, period = self.case, self.application.period
        steps: dict[str, date | None] = {}
        if case.frame == SchemeFrame.SME_GL:
            names = (
                *("main_creditors_agreed_on", "appointed_on", "standstill_requested_on"),
                *("report_on", "meeting_on"),
            )
            found = GuidelineProcedure.objects.for_agency(case.agency_id).filter(case=case)
            steps = found.values(*names).first() or {}
        return ProcedureFacts(
            consulted_on=case.consulted_on,
            applied_on=case.usage_applied_on,
            accepted_on=case.usage_accepted_on,
            decided_on=case.usage_decided_on,
            period_starts_on=period.starts_on if period else None,
            period_ends_on=period.ends_on if period else None,
            claim_by=_claim_by(self.kind, self.sheet),
            **steps,
        )

    def points(self) -> Iterator[OpenPoint]:
        """Yield what the check before the approval finds open, what changed since, and why a claim has no figures."""
        yield from changed_since_approval(self.application, self.present_amounts)
        if reason := self._sheet_or_reason[1]:
            yield OpenPoint("支払申請の算定", reason, blocks=True)
        if self.kind is not ApplicationKind.USAGE:
            return
        is_excepted = bool(self.application.override_reason) and self.application.state in _APPROVED
        for point in self.readiness.points:
            if point.is_met or point.label in LEFT_TO_THE_SUBMISSION:
                continue
            blocks = point.weight is Weight.BLOCKS or (point.weight is Weight.NEEDS_OVERRIDE and not is_excepted)
            yield OpenPoint(point.label, point.missing, blocks=blocks)


_APPROVED = frozenset({ApplicationState.APPROVED, ApplicationState.SUBMITTED, ApplicationState.ACCEPTED})


def _enterprise_party(case: Case) -> Party:
    one = case.enterprise
    signed = " ".join(part for part in (one.name, one.representative_title, one.representative) if part)
    others = [signed, f"{one.name} {one.representative}"]
    if one.legal_form == LegalForm.SOLE_PROPRIETOR:
        others.append(one.representative)
    return Party(name=one.name, address=one.address, kana=one.name_kana, other_names=tuple(others))


def _agency(one: Agency | CoAgency) -> AgencyFacts:
    return AgencyFacts(
        party=Party(name=one.name, address=one.address),
        is_lead=isinstance(one, Agency),
        certification_expires_on=one.certification_expires_on,
    )


def _lender(row: BankRow) -> LenderFacts:
    lender, stance = row.lender, row.stance
    return LenderFacts(
        name=str(lender),
        role=LenderRole(lender.role),
        balance_yen=lender.balance_yen,
        guaranteed_yen=lender.guaranteed_yen,
        seals_application=stance.seals_application,
        consultation_letter_on=stance.consultation_letter_on,
        confirmation_letter_on=stance.confirmation_letter_on,
        plan_handed_on=stance.plan_handed_on,
        receipt_on=stance.receipt_on,
        consent=Consent(stance.consent),
        consented_on=stance.consented_on,
        conditions=stance.conditions,
    )


def _claim_by(kind: ApplicationKind, sheet: ClaimSheet | None) -> date | None:
    """Return until when a claim must be made; a negotiation goes with the last monitoring claim."""
    deadlines: Sequence[Deadline] = sheet.assessment.deadlines if sheet else ()
    if kind is ApplicationKind.PLAN_CLAIM:
        days = [one.claim_by for one in deadlines if one.kind == "plan_claim"]
    else:
        number = sheet.period_number if sheet else None
        monitoring = [one for one in deadlines if one.kind == "monitoring_claim"]
        days = [one.claim_by for one in monitoring if number in {None, one.period}]
    return days[-1] if days else None
