"""What passes between the office and the council: submission, return item by item, acceptance, decision, payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from cases.services.procedure import advance_case
from subsidies.enums import (
    WRITABLE,
    ApplicationAction,
    ApplicationKind,
    ReturnCause,
    SubmissionMethod,
)
from subsidies.models import Application, ReturnItem
from subsidies.selectors.payments.receipts import AgencyKey
from subsidies.services.filing.applications import (
    USAGE,
    ApplicationKey,
    locked_application,
    next_state,
    save_application,
)
from subsidies.services.filing.approval import lock_costs
from subsidies.services.filing.gate import require_open_gate
from subsidies.services.filing.receipts import (
    Paid,
    decided_parts,
    decision_columns,
    paid_parts,
    payment_columns,
    store_receipts,
    sums_of,
)
from subsidies.workflow import StepRefused, case_action
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work


class CouncilRefused(DomainError):
    """A day or an amount contradicts what is already recorded; the sentence names both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """How an application was handed in."""

    submitted_on: date
    method: SubmissionMethod
    receipt_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing that the council found wrong."""

    cause: ReturnCause
    comment: str
    document: str = ""


@unit_of_work()
def submit(
    *, case_id: int, actor: Member, submission: Submission, today: date, key: ApplicationKey = USAGE
) -> Application:
    """Record that an approved application went to the council, or went there again after a return.

    Raises:
        NotAllowed: the actor may not record what passes with the council for this case.
        StepRefused: it is not approved, was submitted already, or the stage of the case is too early.
        GateClosed: the check before submission still finds something; the sentence lists it.
        CouncilRefused, CaseRefused: the day lies in the future, or before one that must precede it.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REGISTER_COUNCIL, case)
    state = next_state(application, ApplicationAction.SUBMIT)
    _not_after(f"{application.name}の提出日", submission.submitted_on, today)
    _not_before_return(application, submission.submitted_on)
    require_open_gate(application, submitted_on=submission.submitted_on, today=today)
    values = {
        "state": state,
        "submitted_on": submission.submitted_on,
        "submission_method": submission.method,
        "receipt_number": submission.receipt_number.strip(),
    }
    save_application(actor, Verb.CHANGED, application, values)
    number = f"。受付番号 {submission.receipt_number.strip()}" if submission.receipt_number.strip() else ""
    reason = f"提出方法: {submission.method.label}{number}"
    _advance(actor, application, ApplicationAction.SUBMIT, submission.submitted_on, reason)
    return application


@unit_of_work()
def record_return(
    *,
    case_id: int,
    actor: Member,
    returned_on: date,
    complaints: Sequence[Complaint],
    today: date,
    key: ApplicationKey = USAGE,
) -> Application:
    """Record that the council returned an application, with each thing that it found wrong.

    The application can be changed again, and needs another approval before it goes back.

    Raises:
        NotAllowed, StepRefused: as in `submit`, or nothing is said about what is wrong.
        CouncilRefused: the day lies in the future or before the submission.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REGISTER_COUNCIL, case)
    state = next_state(application, ApplicationAction.RETURN)
    if not complaints:
        raise StepRefused("差戻しの項目を一つ以上入力してください。次の提出の前に、項目ごとに対応を確かめます。")
    _check_day(application, "差戻しの日", returned_on, today)
    round_number = application.returned_count + 1
    values = {"state": state, "returned_count": round_number, "accepted_on": None}
    reason = "\n".join(_said(one) for one in complaints)
    save_application(actor, Verb.CHANGED, application, values, reason=reason)
    _store_items(application, returned_on, complaints)
    lock_costs(application, is_locked=False)
    _advance(actor, application, ApplicationAction.RETURN, returned_on, reason)
    return application


def _store_items(application: Application, returned_on: date, complaints: Sequence[Complaint]) -> None:
    ReturnItem.objects.bulk_create(
        ReturnItem(
            agency_id=application.agency_id,
            application=application,
            round=application.returned_count,
            returned_on=returned_on,
            cause=one.cause,
            document=one.document.strip(),
            comment=one.comment.strip(),
        )
        for one in complaints
    )


@unit_of_work()
def answer_item(*, case_id: int, actor: Member, item_id: int, answer: str, now: datetime) -> ReturnItem:
    """Note what was done about one thing that the council found wrong.

    Raises:
        ReturnItem.DoesNotExist: the case has no such item.
        StepRefused: the answer is empty, or the application is not being mended.
    """
    items = ReturnItem.objects.for_agency(actor.agency_id).select_related("application__case")
    found = items.get(pk=item_id, application__case_id=case_id)
    key = ApplicationKey(ApplicationKind(found.application.kind), found.application.number)
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REQUEST_APPROVAL, case)
    if application.state not in WRITABLE:
        raise StepRefused(
            f"{application.name}は「{application.get_state_display()}」です。"
            "差戻しへの対応を記録できるのは、再び承認を依頼するまでです。"
        )
    if not answer.strip():
        raise StepRefused("対応の内容を入力してください。次の提出の前に、承認者が確かめます。")
    item = application.return_items.select_for_update(of=("self",), no_key=True).get(pk=item_id)
    changes = audit.apply_changes(item, {"answer": answer.strip(), "answered_by": actor})
    item.answered_at = now
    item.save()
    labelled = {f"{application.name}の差戻し「{item}」: {label}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, case, changes=labelled)
    return item


@unit_of_work()
def record_acceptance(
    *, case_id: int, actor: Member, accepted_on: date, receipt_number: str, today: date, key: ApplicationKey = USAGE
) -> Application:
    """Record that the council accepted an application; of the usage application this day picks rules and forms.

    Raises:
        NotAllowed, StepRefused, CouncilRefused: as in `record_return`.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REGISTER_COUNCIL, case)
    state = next_state(application, ApplicationAction.ACCEPT)
    _check_day(application, "受理日", accepted_on, today)
    values: dict[str, Any] = {"state": state, "accepted_on": accepted_on}
    if receipt_number.strip():
        values["receipt_number"] = receipt_number.strip()
    save_application(actor, Verb.CHANGED, application, values)
    reason = application.explanation if key.kind is ApplicationKind.WITHDRAWAL else ""
    _advance(actor, application, ApplicationAction.ACCEPT, accepted_on, reason)
    return application


@unit_of_work()
def record_refusal(
    *, case_id: int, actor: Member, refused_on: date, reason: str, today: date, key: ApplicationKey = USAGE
) -> Application:
    """Record that the council did not accept a usage application, which ends the case.

    Raises:
        NotAllowed, StepRefused, CouncilRefused: as in `record_return`, or the reason is missing.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REGISTER_COUNCIL, case)
    state = next_state(application, ApplicationAction.REFUSE)
    if not reason.strip():
        raise StepRefused("不受理の理由を入力してください。理由は履歴に残ります。")
    _check_day(application, "不受理の日", refused_on, today)
    save_application(actor, Verb.CHANGED, application, {"state": state}, reason=reason)
    _advance(actor, application, ApplicationAction.REFUSE, refused_on, reason)
    return application


@unit_of_work()
def record_decision(
    *,
    case_id: int,
    actor: Member,
    decided_on: date,
    decided_yen: int | None,
    today: date,
    key: ApplicationKey = USAGE,
    parts: Mapping[AgencyKey, int] | None = None,
    note: str = "",
) -> Application:
    """Record the council's decision: that the scheme may be used, or how much it pays for a claim.

    Args:
        decided_yen: of a claim, the sum; with `parts` it is theirs.
        parts: each agency's part; without them the sum is split by what each agency claimed.
        note: why an amount is another one than was claimed.

    Raises:
        NotAllowed, StepRefused: as in `record_return`, or the amount of a claim is missing.
        CouncilRefused: the day contradicts an earlier one.
        ReceiptRefused: an amount is out of range, or is not the claimed one and no note says why.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REGISTER_COUNCIL, case)
    state = next_state(application, ApplicationAction.DECIDE)
    is_claim = key.kind is not ApplicationKind.USAGE
    if is_claim and decided_yen is None and parts is None:
        raise StepRefused("決定額を入力してください。決定通知書の額です。")
    _check_day(application, "決定日", decided_on, today)
    values: dict[str, Any] = {"state": state, "decided_on": decided_on}
    if is_claim:
        found = decided_parts(application, decided_yen, parts, note)
        values["decided_yen"] = sum(found.values())
        store_receipts(actor, application, decision_columns(application, found, note))
    save_application(actor, Verb.CHANGED, application, values, reason=note)
    _advance(actor, application, ApplicationAction.DECIDE, decided_on, "")
    return application


@unit_of_work()
def record_payment(
    *,
    case_id: int,
    actor: Member,
    today: date,
    key: ApplicationKey,
    paid_on: date | None = None,
    paid_yen: int | None = None,
    parts: Mapping[AgencyKey, Paid] | None = None,
    note: str = "",
) -> Application:
    """Record that the council's payment for a claim arrived.

    Args:
        paid_on, paid_yen: the sum and its day; with `parts` they are theirs.
        parts: what arrived at each agency; without them the sum is split as the decision was.
        note: why an amount is another one than was decided.

    Raises:
        NotAllowed, StepRefused: as in `record_return`, or the day or the amount is missing.
        CouncilRefused: the day contradicts the decision's.
        ReceiptRefused: an amount is not the one that was decided and no note says why.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REGISTER_COUNCIL, case)
    state = next_state(application, ApplicationAction.PAY)
    total = Paid(paid_yen, paid_on) if paid_yen is not None and paid_on is not None else None
    if total is None and parts is None:
        raise StepRefused("入金日と入金額を入力してください。通帳の日付と額です。")
    for day in {one.on for one in (*(parts or {}).values(), *([total] if total else []))}:
        _check_day(application, "入金日", day, today)
    found = paid_parts(application, total, parts, note)
    store_receipts(actor, application, payment_columns(application, found, note))
    sums = sums_of(found)
    save_application(actor, Verb.CHANGED, application, {"state": state, **sums}, reason=note)
    _advance(actor, application, ApplicationAction.PAY, sums["paid_on"], "")
    return application


def _advance(actor: Member, application: Application, action: ApplicationAction, day: date, reason: str) -> None:
    """Let the case follow its application."""
    case: Case = application.case
    step = case_action(ApplicationKind(application.kind), action, CaseStage(case.stage), SchemeFrame(case.frame))
    if step is not None:
        moved = advance_case(actor=actor, case_id=case.pk, action=step, occurred_on=day, reason=reason)
        application.case = moved


def _check_day(application: Application, label: str, day: date, today: date) -> None:
    """Refuse a day in the future, or before what the council had to have first."""
    _not_after(f"{application.name}の{label}", day, today)
    for name, earlier in (
        ("提出日", application.submitted_on),
        ("受理日", application.accepted_on),
        ("決定日", application.decided_on),
    ):
        if earlier is not None and day < earlier:
            raise CouncilRefused(
                f"{application.name}の{label} {day} は、{name} {earlier} より前です。どちらかを直してください。"
            )


def _not_before_return(application: Application, day: date) -> None:
    last = application.return_items.order_by("-returned_on").values_list("returned_on", flat=True).first()
    if last is not None and day < last:
        raise CouncilRefused(
            f"{application.name}の提出日 {day} は、差戻しの日 {last} より前です。再提出の日を確かめてください。"
        )


def _not_after(label: str, day: date, today: date) -> None:
    if day > today:
        raise CouncilRefused(f"{label} {day} は、今日 {today} より後です。起きた日を入力してください。")


def _said(complaint: Complaint) -> str:
    about = f"({complaint.document.strip()})" if complaint.document.strip() else ""
    return f"{complaint.cause.label}{about}: {complaint.comment.strip()}"
