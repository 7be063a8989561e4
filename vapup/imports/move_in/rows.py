"""From the rows of the file to unsaved rows of the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cases.enums import CaseStage, LegalForm, SchemeFrame
from cases.models import Case, CaseStep, Enterprise, GuidelineProcedure, Lender, PastUse
from cases.services.enterprises import FACTS
from cases.services.relations import LENDER_FACTS, PAST_USE_FACTS
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application, ClaimLine, CostLine, Receipt
from subsidies.rules.assessment import Assessment
from subsidies.rules.worked import TAX_PERCENTS, amounts_of
from subsidies.selectors.estimate.kept import figures_sha256
from vapup.accounts.models import Member
from vapup.documents.payload import content_hash
from vapup.imports.columns import Draft
from vapup.imports.move_in.book import Bundle, Party
from vapup.imports.move_in.check_cases import GUIDELINE_COLUMNS
from vapup.imports.move_in.figures import costs_of
from vapup.imports.move_in.journey import steps_of

S: Final = ApplicationState
# What became of the usage application, by the stage of its case; in later stages it was decided on.
USAGE_STATES: Final = {CaseStage.APPLIED: S.SUBMITTED, CaseStage.ACCEPTED: S.ACCEPTED}
NOT_APPLIED: Final = frozenset({CaseStage.CONSULTATION, CaseStage.PREPARING})
TAX_PERCENT: Final = TAX_PERCENTS[0]
HOUR: Final = 60
CASE_FACTS: Final = (
    "frame",
    "stage",
    "consulted_on",
    "usage_applied_on",
    "usage_accepted_on",
    "usage_decided_on",
    "difficulty",
    "support_outlook",
)


def enterprise_of(agency_id: int, draft: Draft) -> Enterprise:
    """Return the unsaved enterprise of a row."""
    facts = _facts(Enterprise, draft, FACTS)
    facts["legal_form"] = facts["legal_form"] or LegalForm.COMPANY
    return Enterprise(agency_id=agency_id, **facts)


def lender_of(agency_id: int, enterprise: Enterprise, draft: Draft) -> Lender:
    """Return the unsaved lender of a row."""
    facts = _facts(Lender, draft, LENDER_FACTS)
    return Lender(
        agency_id=agency_id, enterprise=enterprise, **facts | {"guaranteed_yen": facts["guaranteed_yen"] or 0}
    )


def past_use_of(agency_id: int, enterprise: Enterprise, draft: Draft) -> PastUse:
    """Return the unsaved earlier subsidy of a row."""
    return PastUse(agency_id=agency_id, enterprise=enterprise, **_facts(PastUse, draft, PAST_USE_FACTS))


def case_of(agency_id: int, bundle: Bundle, enterprise: Enterprise, number: str) -> Case:
    """Return the unsaved case of a row, in its stage."""
    values = bundle.draft.values
    return Case(
        agency_id=agency_id,
        number=number,
        enterprise=enterprise,
        council_id=bundle.council,
        consultant=bundle.consultant,
        planned_accepted_on=values["planned_accepted_on"] or values["usage_accepted_on"],
        accepted_on=values["usage_accepted_on"],
        seeks_guarantee_release=bool(values["seeks_guarantee_release"]),
        costs_locked=bundle.stage not in NOT_APPLIED,
        **_facts(Case, bundle.draft, CASE_FACTS),
    )


def guideline_of(bundle: Bundle, case: Case) -> GuidelineProcedure | None:
    """Return the unsaved procedure of the guideline, where the row dates any of it."""
    values = bundle.draft.values
    if bundle.frame is not SchemeFrame.SME_GL or not any(values[name] for name in (*GUIDELINE_COLUMNS, "agreed_on")):
        return None
    return GuidelineProcedure(
        agency_id=case.agency_id,
        case=case,
        appointed_on=values["appointed_on"],
        standstill_requested_on=values["standstill_on"],
        standstill_until=values["standstill_until"],
        report_on=values["report_on"],
        meeting_on=values["agreed_on"],
    )


def steps(bundle: Bundle, case: Case, actor: Member, source: str) -> Iterator[CaseStep]:
    """Yield the steps that brought the case to its stage, each marked as brought in."""
    stage = CaseStage.CONSULTATION
    for step, _, day in steps_of(bundle):
        if day is None:
            continue  # a case with a missing day is not taken
        yield CaseStep(
            agency_id=case.agency_id,
            case=case,
            action=step.action,
            from_stage=stage,
            to_stage=step.stage,
            occurred_on=day,
            reason=f"取込({source} {bundle.draft.address()})",
            actor=actor,
        )
        stage = step.stage


def cost_line_of(case: Case, draft: Draft, position: int, period_id: int | None) -> CostLine:
    """Return the unsaved line of the estimate; one without a rate is one hour at its whole amount."""
    values = draft.values
    gross = values["gross_yen"]
    rate, minutes = values["hourly_rate_yen"], values["minutes"]
    if rate is None:
        net = -(-gross * 100 // (100 + TAX_PERCENT))
        rate, minutes, tax = net, HOUR, gross - net
    else:
        amounts = amounts_of(rate, minutes, TAX_PERCENT)
        net, tax = amounts.net_yen, amounts.tax_yen
    return CostLine(
        agency_id=case.agency_id,
        case=case,
        category=values["category"],
        period_id=period_id,
        position=position,
        work=values["work"] or CostCategory(values["category"]).label,
        person=values["person"] or "",
        hourly_rate_yen=rate,
        minutes=minutes,
        net_yen=net,
        tax_percent=TAX_PERCENT,
        tax_yen=tax,
        gross_yen=gross,
    )


def usage_of(bundle: Bundle, case: Case, assessment: Assessment) -> Application | None:
    """Return the unsaved usage application with its frozen figures, where the case has applied."""
    if bundle.stage is None or bundle.stage in NOT_APPLIED:
        return None
    return Application(
        agency_id=case.agency_id,
        case=case,
        kind=ApplicationKind.USAGE,
        state=USAGE_STATES.get(bundle.stage, S.DECIDED),
        submitted_on=case.usage_applied_on,
        accepted_on=case.usage_accepted_on,
        decided_on=case.usage_decided_on,
        **_frozen(assessment),
    )


def claim_of(case: Case, draft: Draft, assessment: Assessment, period_id: int | None) -> Application:
    """Return the unsaved claim of a row with its frozen figures."""
    values = draft.values
    days = (("paid_on", S.PAID), ("decided_on", S.DECIDED), ("accepted_on", S.ACCEPTED))
    return Application(
        agency_id=case.agency_id,
        case=case,
        kind=values["kind"],
        number=values["period"] or 1,
        period_id=period_id,
        state=next((state for name, state in days if values[name]), S.SUBMITTED),
        receipt_number=values["receipt_number"] or "",
        **{name: values[name] for name in ("submitted_on", "accepted_on", "decided_on", "decided_yen")},
        **{name: values[name] for name in ("paid_on", "paid_yen")},
        **_frozen(assessment),
    )


def claim_lines_of(claim: Application, draft: Draft) -> Iterator[ClaimLine]:
    """Yield what the categories of a claim really cost."""
    for category, yen in costs_of(draft).items():
        yield ClaimLine(
            agency_id=claim.agency_id,
            application=claim,
            category=category,
            cost_yen=yen,
            worked_from=draft.values["worked_from"],
            worked_to=draft.values["worked_to"],
        )


def receipt_of(claim: Application) -> Receipt | None:
    """Return what the lead agency was granted and paid for a claim, where it was decided on."""
    if claim.decided_yen is None:
        return None
    amounts = {"decided_yen": claim.decided_yen, "paid_on": claim.paid_on, "paid_yen": claim.paid_yen}
    return Receipt(agency_id=claim.agency_id, application=claim, **amounts)


def party_of(party: Party) -> Enterprise:
    """Return the enterprise of a party: the registered one, or the one that was just made."""
    found = party.stored or party.made
    if found is None:
        raise ValueError(f"{party.name} has not been written")
    return found


def _frozen(assessment: Assessment) -> dict[str, Any]:
    kept = assessment.as_dict()
    return {
        "assessment": kept,
        "assessment_sha256": content_hash(kept),
        "assessed": assessment.request.as_dict(),
        "figures_sha256": figures_sha256(assessment),
    }


def _facts(model: Any, draft: Draft, names: tuple[str, ...]) -> dict[str, Any]:
    """Return values by column; an empty text is stored as a text."""
    found = {}
    for name in names:
        value = draft.values.get(name)
        field = model._meta.get_field(name)
        found[name] = "" if value is None and not field.null and field.empty_strings_allowed else value
    return found
