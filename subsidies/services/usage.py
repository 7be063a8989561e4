"""The approval of a usage application (利用申請) in the office, and its submission to the council."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction

from cases.enums import CaseAction, CaseStage
from cases.models import Case
from cases.services.locking import lock_case, lock_enterprise
from cases.services.procedure import advance_case
from subsidies.enums import ApprovalState, SubmissionMethod
from subsidies.models import UsageApplication
from subsidies.packets.usage import build_usage_payload
from subsidies.rules.assessment import Assessment
from subsidies.selectors.kept import figures_sha256
from subsidies.selectors.readiness import Readiness, readiness_of
from subsidies.services.sheet import check_sheet, usage_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Role, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.clock import JAPAN
from vapup.documents.payload import content_hash
from vapup.shared.errors import DomainError

APPLICATION_PREFIX: Final = "利用申請: "
REQUESTABLE: Final = frozenset({ApprovalState.PREPARING, ApprovalState.SENT_BACK})
SUBMISSIONS: Final[Mapping[CaseStage, CaseAction]] = MappingProxyType(
    {CaseStage.PREPARING: CaseAction.SUBMIT_USAGE, CaseStage.USAGE_RETURNED: CaseAction.RESUBMIT_USAGE}
)


class UsageRefused(DomainError):
    """The application is not in a state, or not complete enough, for what was asked."""


class FiguresChanged(DomainError):
    """The figures, or what the forms print, are no longer what the approver was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an approver decided on: the content shown (`decision_hash`), an opinion, the reason for an exception."""

    shown_sha256: str
    note: str = ""
    override_reason: str = ""


@transaction.atomic
def request_approval(*, case_id: int, actor: Member, version: int, note: str, now: datetime) -> UsageApplication:
    """Ask for the approval of the sheet seen at `version`; from now on its figures are fixed.

    Raises:
        NotAllowed: the actor may not ask for this case.
        UsageRefused: it was asked for already, or something is missing; the sentence names all of it.
        FormsMissing: the product has no forms for the frame or the key date.
        SheetChanged: another person changed the costs in between.
    """
    case, application = _open(actor, case_id)
    require(actor, Action.REQUEST_APPROVAL, case)
    if application.state not in REQUESTABLE:
        raise UsageRefused(f"利用申請は「{application.get_state_display()}」のため、承認を依頼できません。")
    check_sheet(case, application, version)
    assessment = _check_complete(readiness_of(case))
    # What cannot be printed must be said now, not to the approver.
    build_usage_payload(application=application, assessment=assessment, prepared_on=now.astimezone(JAPAN).date())
    values = {"state": ApprovalState.REQUESTED, "requested_by": actor, "requested_at": now}
    _write(actor, Verb.APPROVAL_REQUESTED, application, values, reason=note)
    _lock_costs(case, is_locked=True)
    return application


@transaction.atomic
def reopen_usage(*, case_id: int, actor: Member, reason: str) -> UsageApplication:
    """Take a request or an approval back, so that costs can be changed again.

    A request is taken back by whoever made it or a manager; an approval by a manager, until it is submitted.

    Raises:
        NotAllowed: the actor may not change this case.
        UsageRefused: there is nothing to take back, it is another's to do so, or the reason is missing.
    """
    case, application = _open(actor, case_id)
    require(actor, Action.REQUEST_APPROVAL, case)
    refusal = reopen_refusal(actor, case, application)
    if refusal:
        raise UsageRefused(refusal)
    if not reason.strip():
        raise UsageRefused("取り消す理由を入力してください。理由は履歴に残ります。")
    was_approved = application.state == ApprovalState.APPROVED
    values: dict[str, Any] = {"state": ApprovalState.PREPARING, "requested_by": None, "requested_at": None}
    if was_approved:
        values |= {"decided_by": None, "decided_at": None, "is_self_approved": False, "override_reason": ""}
        application.assessment_sha256, application.payload = "", None
        application.figures_sha256, application.assessed = "", None
    verb = Verb.APPROVAL_CANCELLED if was_approved else Verb.REQUEST_WITHDRAWN
    _write(actor, verb, application, values, reason=reason.strip())
    _lock_costs(case, is_locked=False)
    return application


def reopen_refusal(actor: Member, case: Case, application: UsageApplication) -> str:
    """Return why `actor` cannot take the request or the approval back, or nothing where they can."""
    state = ApprovalState(application.state)
    if state not in {ApprovalState.REQUESTED, ApprovalState.APPROVED}:
        return f"利用申請は「{state.label}」のため、取り消す依頼や承認がありません。"
    if case.stage not in SUBMISSIONS:
        return f"案件は「{case.get_stage_display()}」の段階です。協議会に提出した後は、承認を取り消せません。"
    if actor.has_role(Role.MANAGER):
        return ""
    if state is ApprovalState.APPROVED:
        return "承認を取り消せるのは管理者です。管理者に依頼してください。"
    return "" if application.requested_by_id == actor.pk else "依頼を取り消せるのは、依頼した本人か管理者です。"


@transaction.atomic
def approve_usage(
    *, case_id: int, actor: Member, approval: Approval, now: datetime, prepared_on: date
) -> UsageApplication:
    """Approve the application and freeze its figures and everything that its forms print.

    Args:
        prepared_on: the day that the application form bears.

    Raises:
        NotAllowed: the actor is no manager, or asked for the approval and the office wants a second person.
        UsageRefused: nothing awaits approval, something is missing, or an exception lacks its reason.
        FiguresChanged: the case now gives other figures, or prints something else, than the approver was shown.
    """
    case, application = _open(actor, case_id)
    case.enterprise = lock_enterprise(actor, case.enterprise_id)  # with it, its lenders and past uses stand still
    require(actor, Action.APPROVE_USAGE, application)
    _check_requested(application)
    readiness = readiness_of(case)
    assessment = _check_complete(readiness)
    _check_approval(approval, readiness, decision_hash(application, assessment))
    is_self_approved = application.requested_by_id == actor.pk
    values = {
        "state": ApprovalState.APPROVED,
        "decided_by": actor,
        "decided_at": now,
        "decision_note": approval.note.strip(),
        "is_self_approved": is_self_approved,
        "override_reason": approval.override_reason.strip() if readiness.exceptions else "",
    }
    changes = audit.apply_changes(application, values)
    application.assessment = assessment.as_dict()
    application.assessment_sha256 = content_hash(application.assessment)
    application.assessed = assessment.request.as_dict()
    application.figures_sha256 = figures_sha256(assessment)
    payload = build_usage_payload(application=application, assessment=assessment, prepared_on=prepared_on)
    application.payload = payload.as_json()
    verb = Verb.SELF_APPROVED if is_self_approved else Verb.APPROVED
    _save(actor, verb, application, changes, reason=application.override_reason or application.decision_note)
    return application


def decision_hash(application: UsageApplication, assessment: Assessment) -> str:
    """Return the hash of all that an approver decides on: the figures, and whatever else the forms would print."""
    case = application.case
    undecided = UsageApplication(agency_id=case.agency_id, case=case)
    printed = build_usage_payload(application=undecided, assessment=assessment, prepared_on=case.key_date)
    return content_hash({"assessment": assessment.as_dict(), "printed": printed.as_json()})


def _check_approval(approval: Approval, readiness: Readiness, present_sha256: str) -> None:
    if present_sha256 != approval.shown_sha256:
        raise FiguresChanged(
            "画面を開いた後に、案件・事業者・事務所のどれかの内容が変わりました。"
            "今の金額と申請内容を確かめてから、承認してください。"
        )
    if readiness.exceptions and not approval.override_reason.strip():
        raise UsageRefused(
            f"上限・要件の例外が{len(readiness.exceptions)}件あります。「上限等の例外を認める理由」を入力してください。"
        )


@transaction.atomic
def send_back_usage(*, case_id: int, actor: Member, comment: str, now: datetime) -> UsageApplication:
    """Return the application to its author with a comment; the figures sent back are kept for comparison.

    Raises:
        NotAllowed: the actor is no manager, or asked for the approval and the office wants a second person.
        UsageRefused: nothing awaits approval, or the comment is missing.
    """
    case, application = _open(actor, case_id)
    require(actor, Action.APPROVE_USAGE, application)
    _check_requested(application)
    if not comment.strip():
        raise UsageRefused("差し戻す理由を入力してください。担当者は、これを読んで直します。")
    values = {
        "state": ApprovalState.SENT_BACK,
        "decided_by": actor,
        "decided_at": now,
        "decision_note": comment.strip(),
    }
    assessment = readiness_of(case).assessment
    application.assessment = assessment.as_dict() if assessment else None
    _write(actor, Verb.SENT_BACK, application, values, reason=comment.strip())
    _lock_costs(case, is_locked=False)
    return application


@transaction.atomic
def submit_usage(
    *, case_id: int, actor: Member, submitted_on: date, method: SubmissionMethod, receipt_number: str, today: date
) -> Case:
    """Record that the approved application went to the council, or went there again after a return.

    Raises:
        UsageRefused: it is not approved, was submitted already, or the day lies in the future.
        NotAllowed, CaseRefused: as in `advance_case`.
    """
    case, application = _open(actor, case_id)
    action = SUBMISSIONS.get(CaseStage(case.stage))
    if action is None:
        raise UsageRefused(f"案件は「{case.get_stage_display()}」の段階のため、利用申請の提出を記録できません。")
    if application.state != ApprovalState.APPROVED:
        raise UsageRefused(
            f"利用申請は「{application.get_state_display()}」です。所内の承認を得てから、提出を記録してください。"
        )
    if submitted_on > today:
        raise UsageRefused(f"利用申請日 {submitted_on} は 今日 {today} より後です。提出した日を入力してください。")
    number = f"。受付番号 {receipt_number}" if receipt_number else ""
    reason = f"提出方法: {method.label}{number}"
    return advance_case(actor=actor, case_id=case_id, action=action, occurred_on=submitted_on, reason=reason)


def _open(actor: Member, case_id: int) -> tuple[Case, UsageApplication]:
    case = lock_case(actor, case_id)
    return case, usage_of(case)


def _check_requested(application: UsageApplication) -> None:
    if application.state != ApprovalState.REQUESTED:
        raise UsageRefused(f"利用申請は「{application.get_state_display()}」のため、承認も差戻しもできません。")


def _check_complete(readiness: Readiness) -> Assessment:
    """Return the assessment of a case that lacks nothing."""
    if readiness.blocking or readiness.assessment is None:
        missing = "\n".join(f"・{point.label}: {point.missing}" for point in readiness.blocking)
        raise UsageRefused(f"足りないものがあるため、承認に進めません。\n{missing}")
    return readiness.assessment


def _write(actor: Member, verb: Verb, application: UsageApplication, values: Mapping[str, Any], *, reason: str) -> None:
    _save(actor, verb, application, audit.apply_changes(application, values), reason=reason)


def _save(actor: Member, verb: Verb, application: UsageApplication, changes: audit.Changes, *, reason: str) -> None:
    application.version += 1
    application.save()
    labelled = {f"{APPLICATION_PREFIX}{label}": pair for label, pair in changes.items()}
    audit.record(actor, verb, application.case, changes=labelled, reason=reason.strip())


def _lock_costs(case: Case, *, is_locked: bool) -> None:
    case.costs_locked = is_locked
    case.save(update_fields=["costs_locked"])
