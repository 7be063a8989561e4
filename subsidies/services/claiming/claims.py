"""Record what a claim really cost, and how each agency was contracted, invoiced and paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from cases.models import Case, CoAgency
from cases.services.locking import EditedMeanwhile, lock_case
from subsidies.enums import WRITABLE, CostCategory
from subsidies.models import Application, ClaimLine, Settlement
from subsidies.selectors.claiming.claims import claimed_categories, is_claim
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

LINE_FACTS: Final = ("cost_yen", "statement_yen", "hours_yen", "worked_from", "worked_to")
SETTLEMENT_FACTS: Final = (
    "contracted_on",
    "cost_yen",
    "council_invoiced_on",
    "council_invoice_yen",
    "own_invoiced_on",
    "own_invoice_yen",
    "method",
    "transferred_on",
    "transferred_yen",
    "withheld_yen",
    "has_gross_invoice",
    "is_single_purpose",
    "fee_deducted_yen",
    "payer",
    "payee",
)
# What lies in the past when it is recorded; an invoice may bear the day on which it will be handed over.
DONE_DAYS: Final = {"contracted_on": "契約日", "transferred_on": "振込日"}


class ClaimRefused(DomainError):
    """What was entered contradicts the case, or the claim cannot be changed any more."""


@unit_of_work()
def save_claim_lines(
    *,
    actor: Member,
    application_id: int,
    version: int,
    lines: Mapping[CostCategory, Mapping[str, Any]],
    today: date,
) -> Application:
    """Store the actual costs of a claim by a user who saw `version` of it; nothing is written where nothing changed.

    Args:
        lines: the fields named in `LINE_FACTS` by category; one without any value is not entered yet.

    Raises:
        NotAllowed: the actor may not change the case.
        Application.DoesNotExist: the agency has no such application.
        ClaimRefused: the claim is fixed, does not cover a category, or the days of work are impossible.
        EditedMeanwhile: another person changed the claim in between.
    """
    application = locked_claim(actor, application_id)
    if application.version != version:
        raise EditedMeanwhile
    for category, facts in lines.items():
        check_line(application, category, facts, today)
    changes: audit.Changes = {}
    for category, facts in lines.items():
        changes |= store_line(application, category, facts)
    if changes:
        application.version += 1
        application.save(update_fields=["version"])
        audit.record(actor, Verb.CHANGED, application.case, changes=changes)
    return application


@unit_of_work()
def save_settlement(
    *,
    actor: Member,
    application_id: int,
    co_agency_id: int | None,
    version: int,
    facts: Mapping[str, Any],
    today: date,
) -> Settlement:
    """Store one agency's contract, invoices and transfer for a claim; None stands for the lead agency.

    Args:
        version: of the settlement that the user saw; 1 where there was none yet.
        facts: the fields named in `SETTLEMENT_FACTS`.

    Raises:
        NotAllowed, Application.DoesNotExist, EditedMeanwhile: as in `save_claim_lines`.
        CoAgency.DoesNotExist: the case has no such agency.
        ClaimRefused: the claim is fixed, or a day lies in the future.
    """
    application = locked_claim(actor, application_id)
    row = settlement_row(application, co_agency_id)
    if row.version != version:
        raise EditedMeanwhile
    for name, label in DONE_DAYS.items():
        _check_past(label, facts[name], today)
    changes = audit.apply_changes(row, facts)
    if changes:
        row.version += 1
        row.save()
        labelled = {f"{application.name} {row}: {label}": pair for label, pair in changes.items()}
        audit.record(actor, Verb.CHANGED, application.case, changes=labelled)
    return row


def locked_claim(actor: Member, application_id: int) -> Application:
    """Return a claim that may still be changed, its case and itself locked; who may not write gets neither."""
    applications = Application.objects.for_agency(actor.agency_id)
    case = lock_case(actor, applications.values_list("case_id", flat=True).get(pk=application_id))
    require(actor, Action.EDIT_COSTS, case)
    application = applications.select_for_update(of=("self",), no_key=True).get(pk=application_id)
    application.case = case
    refusal = claim_lock_reason(application)
    if refusal:
        raise ClaimRefused(refusal)
    return application


def claim_lock_reason(application: Application) -> str:
    """Return why the figures of a claim cannot be changed now, or nothing where they can."""
    if not is_claim(application):
        return f"「{application.name}」は、支払申請ではありません。"
    if application.state in WRITABLE:
        return ""
    return (
        f"「{application.name}」は「{application.get_state_display()}」のため、実績と支払の内容を変更できません。"
        "変更できるのは、準備中・所内差戻し・差戻しのときです。"
    )


def check_line(application: Application, category: CostCategory, facts: Mapping[str, Any], today: date) -> None:
    """Refuse what one category of a claim cannot say.

    Raises:
        ClaimRefused: the claim does not cover the category, the cost is missing, or the days are impossible.
    """
    if category not in claimed_categories(application):
        raise ClaimRefused(f"「{application.name}」の費用区分に、「{category.label}」はありません。")
    if facts["cost_yen"] is None and any(facts[name] is not None for name in LINE_FACTS):
        raise ClaimRefused(
            f"{category.label}の「実績の費用(税込)」を入力してください。ほかの欄だけでは保存できません。"
        )
    first, last = facts["worked_from"], facts["worked_to"]
    if first and last and last < first:
        raise ClaimRefused(
            f"{category.label}の従事の最終日 {last} が、初日 {first} より前です。どちらかを直してください。"
        )
    _check_accepted(application.case, category, {"従事の初日": first, "従事の最終日": last})
    _check_past(f"{category.label}の従事の初日", first, today)
    _check_past(f"{category.label}の従事の最終日", last, today)


def _check_accepted(case: Case, category: CostCategory, days: Mapping[str, date | None]) -> None:
    """Refuse work before the acceptance: it is not payable (decision 18 of the domain)."""
    accepted_on = case.usage_accepted_on
    for label, day in days.items():
        if day is not None and accepted_on is None:
            raise ClaimRefused(
                f"案件に受理日がないため、{category.label}の{label} {day} を登録できません。"
                "先に受理を記録してください。"
            )
        if day is not None and accepted_on is not None and day < accepted_on:
            raise ClaimRefused(
                f"{category.label}の{label} {day} が、受理日 {accepted_on} より前です。"
                "受理日より前の作業は補助の対象になりません。従事した日を確かめてください。"
            )


def _check_past(label: str, day: date | None, today: date) -> None:
    if day is not None and day > today:
        raise ClaimRefused(f"{label} {day} が、今日 {today} より後です。日付を確かめてください。")


def store_line(application: Application, category: CostCategory, facts: Mapping[str, Any]) -> audit.Changes:
    """Write one category and return what changed; a line without a cost is taken away."""
    rows = ClaimLine.objects.for_agency(application.agency_id).filter(application=application, category=category)
    line = rows.first()
    if facts["cost_yen"] is None:
        gone = audit.initial_values(line, LINE_FACTS) if line else {}
        rows.delete()
        return _named(application, category, {label: [after, before] for label, (before, after) in gone.items()})
    is_new = line is None
    if line is None:
        line = ClaimLine(agency_id=application.agency_id, application=application, category=category, **facts)
    changes = audit.initial_values(line, LINE_FACTS) if is_new else audit.apply_changes(line, facts)
    if changes:
        line.save()
    return _named(application, category, changes)


def _named(application: Application, category: CostCategory, changes: audit.Changes) -> audit.Changes:
    return {f"{application.name} {category.label}: {label}": pair for label, pair in changes.items()}


def settlement_row(application: Application, co_agency_id: int | None) -> Settlement:
    """Return the agency's settlement, locked, or a new one; the case's lock keeps others from making it meanwhile."""
    rows = Settlement.objects.for_agency(application.agency_id).select_for_update(of=("self",), no_key=True)
    row = rows.filter(application=application, co_agency_id=co_agency_id).first()
    if row is None:
        co_agency = None
        if co_agency_id is not None:
            agencies = CoAgency.objects.for_agency(application.agency_id).filter(case_id=application.case_id)
            co_agency = agencies.get(pk=co_agency_id)
        row = Settlement(agency_id=application.agency_id, co_agency=co_agency)
    row.application = application
    return row
