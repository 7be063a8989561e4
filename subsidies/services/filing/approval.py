"""The approval of an application in the office: asked for, given with its content frozen, or sent back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from cases.models import Case
from cases.services.locking import lock_enterprise
from subsidies.enums import LETTERS, SENT, ApplicationAction, ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.packets.content import Content, content_of
from subsidies.selectors.caps.room import shortages_of
from subsidies.selectors.estimate.kept import figures_sha256
from subsidies.selectors.filing.applications import placed
from subsidies.services.estimate.sheet import check_sheet
from subsidies.services.filing.applications import (
    USAGE,
    ApplicationKey,
    locked_application,
    next_state,
    save_application,
)
from subsidies.services.filing.applications import check_version as check_application
from subsidies.services.filing.gate import forget_checks
from subsidies.workflow import has_step, refusal_of_stage
from vapup.accounts.enums import Action, Role, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.clock import JAPAN
from vapup.documents.payload import content_hash
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

UNDECIDED: Final[Mapping[str, Any]] = MappingProxyType(
    {"decided_by": None, "decided_at": None, "is_self_approved": False, "override_reason": ""}
)
UNFROZEN: Final[Mapping[str, Any]] = MappingProxyType(
    {"assessment_sha256": "", "payload": None, "figures_sha256": "", "assessed": None}
)


class ApprovalRefused(DomainError):
    """The application is not in a state, or not complete enough, for what was asked."""


class CapPassed(DomainError):
    """With this approval the enterprise would get more than a cap; the sentences say what is asked and what is left."""


class FiguresChanged(DomainError):
    """The figures, or what the forms print, are no longer what the approver was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an approver decided on: the content shown (`decision_hash`), an opinion, the reason for an exception."""

    shown_sha256: str
    note: str = ""
    override_reason: str = ""


@unit_of_work()
def request_approval(
    *, case_id: int, actor: Member, version: int, note: str, now: datetime, key: ApplicationKey = USAGE
) -> Application:
    """Ask for the approval of an application seen at `version`; from now on its figures are fixed.

    Raises:
        NotAllowed: the actor may not ask for this case.
        StepRefused: it was asked for already, or is with the council.
        ApprovalRefused: something is missing; the sentence names all of it.
        FormsMissing: the product has no forms for the frame or the key date.
        EditedMeanwhile: another person changed it in between.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REQUEST_APPROVAL, case)
    state = next_state(application, ApplicationAction.REQUEST)
    _check_seen(case, application, version)
    content = content_of(application)
    _check_complete(content)
    # What cannot be printed must be said now, not to the approver.
    content.printed(application, now.astimezone(JAPAN).date())
    values = {"state": state, "requested_by": actor, "requested_at": now}
    save_application(actor, Verb.APPROVAL_REQUESTED, application, values, reason=note)
    lock_costs(application, is_locked=True)
    return application


@unit_of_work()
def reopen(*, case_id: int, actor: Member, reason: str, key: ApplicationKey = USAGE) -> Application:
    """Take a request or an approval back, so that the application can be changed again.

    A request is taken back by whoever made it or a manager; an approval by a manager, until it is submitted;
    with an approval go the ticks and the exceptions that were given for it.

    Raises:
        NotAllowed: the actor may not change this case.
        ApprovalRefused: there is nothing to take back, it is another's to do so, or the reason is missing.
    """
    case, application = locked_application(actor, case_id, key)
    require(actor, Action.REQUEST_APPROVAL, case)
    refusal = reopen_refusal(actor, application)
    if refusal:
        raise ApprovalRefused(refusal)
    if not reason.strip():
        raise ApprovalRefused("取り消す理由を入力してください。理由は履歴に残ります。")
    was_approved = application.state == ApplicationState.APPROVED
    state = next_state(application, ApplicationAction.REOPEN)
    values: dict[str, Any] = {"state": state, "requested_by": None, "requested_at": None}
    verb = Verb.APPROVAL_CANCELLED if was_approved else Verb.REQUEST_WITHDRAWN
    if was_approved:
        values |= UNDECIDED
    unnamed = UNFROZEN if was_approved else None
    gone = forget_checks(application) if was_approved else None
    save_application(actor, verb, application, values, reason=reason, unnamed=unnamed, gone=gone)
    lock_costs(application, is_locked=False)
    return application


def reopen_refusal(actor: Member, application: Application) -> str:
    """Return why `actor` cannot take the request or the approval back, or nothing where they can."""
    kind, state = ApplicationKind(application.kind), ApplicationState(application.state)
    if application.submitted_on is not None and state in SENT:
        return f"{application.name}は「{state.label}」です。協議会に提出した後は、承認を取り消せません。"
    if not has_step(kind, state, ApplicationAction.REOPEN):
        return f"{application.name}は「{state.label}」のため、取り消す依頼や承認がありません。"
    if refusal := refusal_of_stage(placed(application), ApplicationAction.REOPEN):
        return refusal
    if actor.has_role(Role.MANAGER):
        return ""
    if state is ApplicationState.APPROVED:
        return "承認を取り消せるのは管理者です。管理者に依頼してください。"
    return "" if application.requested_by_id == actor.pk else "依頼を取り消せるのは、依頼した本人か管理者です。"


@unit_of_work()
def approve(
    *,
    case_id: int,
    actor: Member,
    approval: Approval,
    now: datetime,
    prepared_on: date,
    key: ApplicationKey = USAGE,
) -> Application:
    """Approve an application and freeze its figures and everything that its forms print.

    Args:
        prepared_on: the day that the application form bears.

    Raises:
        NotAllowed: the actor is no manager, or asked for the approval and the office wants a second person.
        StepRefused: nothing awaits approval.
        ApprovalRefused: something is missing, or an exception lacks its reason.
        CapPassed: the enterprise's other cases and claims leave less of a cap than this asks for.
        FiguresChanged: the case now gives other figures, or prints something else, than the approver was shown.
    """
    case, application = locked_application(actor, case_id, key)
    case.enterprise = lock_enterprise(actor, case.enterprise_id)  # with it, its lenders and past uses stand still
    require(actor, Action.APPROVE_USAGE, application)
    state = next_state(application, ApplicationAction.APPROVE)
    content = content_of(application)
    _check_complete(content)
    _check_approval(approval, content, decision_hash(application, content))
    _check_room(application, content)
    values = {"state": state, "decided_by": actor, "decided_at": now, **_words(application, actor, approval, content)}
    decided = Application(
        agency_id=case.agency_id, case=case, **_identity(application), **values, requested_by=application.requested_by
    )
    frozen = {**_frozen(content), "payload": content.printed(decided, prepared_on)}
    verb = Verb.SELF_APPROVED if decided.is_self_approved else Verb.APPROVED
    reason = decided.override_reason or decided.decision_note
    save_application(actor, verb, application, values, reason=reason, unnamed=frozen)
    return application


def _words(application: Application, actor: Member, approval: Approval, content: Content) -> dict[str, Any]:
    """Return what the approver says; a reason for an exception counts only where there is one."""
    return {
        "decision_note": approval.note.strip(),
        "is_self_approved": application.requested_by_id == actor.pk,
        "override_reason": approval.override_reason.strip() if content.exceptions else "",
    }


def decision_hash(application: Application, content: Content) -> str:
    """Return the hash of all that an approver decides on: the figures, and whatever else the forms would print."""
    case = application.case
    undecided = Application(agency_id=case.agency_id, case=case, **_identity(application))
    printed = content.printed(undecided, case.key_date)
    figures = content.assessment.as_dict() if content.assessment else None
    return content_hash({"assessment": figures, "printed": printed})


def shown_hash(application: Application, content: Content) -> str:
    """Return `decision_hash`, or "" where the application lacks so much that nothing can be printed."""
    is_printable = content.assessment is not None or application.kind in LETTERS
    return decision_hash(application, content) if is_printable else ""


@unit_of_work()
def send_back(
    *,
    case_id: int,
    actor: Member,
    comment: str,
    now: datetime,
    shown_sha256: str,
    key: ApplicationKey = USAGE,
) -> Application:
    """Return an application to its author with a comment; the figures sent back are kept for comparison.

    Args:
        shown_sha256: the content that the comment is about, as `shown_hash` returned it.

    Raises:
        NotAllowed: the actor is no manager, or asked for the approval and the office wants a second person.
        StepRefused: nothing awaits approval.
        ApprovalRefused: the comment is missing.
        FiguresChanged: the application is no longer what was shown.
    """
    _, application = locked_application(actor, case_id, key)
    require(actor, Action.APPROVE_USAGE, application)
    state = next_state(application, ApplicationAction.SEND_BACK)
    if not comment.strip():
        raise ApprovalRefused("差し戻す理由を入力してください。担当者は、これを読んで直します。")
    values = {"state": state, "decided_by": actor, "decided_at": now, "decision_note": comment.strip()}
    content = content_of(application)
    _check_shown(shown_sha256, shown_hash(application, content), then="差し戻してください")
    unnamed = {"assessment": content.assessment.as_dict() if content.assessment else None}
    save_application(actor, Verb.SENT_BACK, application, values, reason=comment, unnamed=unnamed)
    lock_costs(application, is_locked=False)
    return application


def lock_costs(application: Application, *, is_locked: bool) -> None:
    """Fix, or free, what the usage application says; other applications do not touch the estimate."""
    if application.kind == ApplicationKind.USAGE:
        application.case.costs_locked = is_locked
        application.case.save(update_fields=["costs_locked"])


def _identity(application: Application) -> dict[str, Any]:
    """Return what names an application, its round and what it says itself, for a copy with another decision."""
    names = ("kind", "number", "period", "subject", "explanation", "returned_count", "pk")
    return {name: getattr(application, name) for name in names}


def _frozen(content: Content) -> dict[str, Any]:
    assessment = content.assessment
    if assessment is None:
        return {}
    kept = assessment.as_dict()
    return {
        "assessment": kept,
        "assessment_sha256": content_hash(kept),
        "assessed": assessment.request.as_dict(),
        "figures_sha256": figures_sha256(assessment),
    }


def _check_seen(case: Case, application: Application, version: int) -> None:
    if application.kind == ApplicationKind.USAGE:
        check_sheet(case, application, version)
    else:
        check_application(application, version)


def _check_approval(approval: Approval, content: Content, present_sha256: str) -> None:
    _check_shown(approval.shown_sha256, present_sha256, then="承認してください")
    if content.exceptions and not approval.override_reason.strip():
        raise ApprovalRefused(
            f"上限・要件の例外が{len(content.exceptions)}件あります。「上限等の例外を認める理由」を入力してください。"
        )


def _check_shown(shown_sha256: str, present_sha256: str, *, then: str) -> None:
    if present_sha256 != shown_sha256:
        raise FiguresChanged(
            "画面を開いた後に、案件・事業者・事務所のどれかの内容が変わりました。"
            f"今の金額と申請内容を確かめてから、{then}。"
        )


def _check_room(application: Application, content: Content) -> None:
    """Refuse what the enterprise's other cases and claims leave no room for; they are decided on one at a time."""
    shortages = shortages_of(application, content.assessment) if content.assessment else ()
    if shortages:
        raise CapPassed("\n".join(one.words for one in shortages))


def _check_complete(content: Content) -> None:
    if content.blocking:
        missing = "\n".join(f"・{point.label}: {point.missing}" for point in content.blocking)
        raise ApprovalRefused(f"足りないものがあるため、承認に進めません。\n{missing}")
