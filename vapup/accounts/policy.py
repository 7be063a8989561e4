"""The one place that says who may do what: `can(actor, action, obj)`.

Pages ask it before they run (see `middleware.PolicyMiddleware`), templates and services ask it again, so that a button
is shown exactly when its request would be allowed. Objects of another agency never get this far: they are 404.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vapup.accounts.enums import Action, Role
from vapup.accounts.models import Member
from vapup.shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, and the sentence that tells the user why not."""

    allowed: bool
    reason: str = ""


class NotAllowed(DomainError):
    """The actor lacks the right; the message says which."""


ALLOWED: Final = Decision(allowed=True)
EVERYBODY: Final = frozenset(Role)
WRITERS: Final = frozenset({Role.CONSULTANT, Role.MANAGER})
OFFICE_LEADS: Final = frozenset({Role.MANAGER, Role.ADMIN})

ROLES: Final[Mapping[Action, frozenset[Role]]] = MappingProxyType(
    {
        Action.USE_OFFICE: EVERYBODY,
        Action.VIEW_ENTERPRISE: EVERYBODY,
        Action.EDIT_ENTERPRISE: WRITERS,
        Action.VIEW_CASE: EVERYBODY,
        Action.OPEN_CASE: WRITERS,
        Action.EDIT_CASE: WRITERS,
        Action.ASSIGN_CASE: frozenset({Role.MANAGER}),
        Action.EDIT_COSTS: WRITERS,
        Action.REQUEST_APPROVAL: WRITERS,
        Action.APPROVE_USAGE: frozenset({Role.MANAGER}),
        Action.APPROVE_PLAN: frozenset({Role.MANAGER}),
        Action.DRAFT_PACKET: WRITERS,
        Action.EXPORT_PACKET: frozenset({Role.ADMIN}),
        Action.HANDLE_PAPERS: frozenset(Role) - {Role.VIEWER},
        Action.OVERRIDE_GATE: frozenset({Role.MANAGER}),
        Action.REVIEW_CAPS: OFFICE_LEADS,
        Action.WRITE_NOTE: frozenset(Role) - {Role.VIEWER},
        Action.EDIT_NOTE: frozenset(Role) - {Role.VIEWER},
        Action.HANDLE_DEADLINE: frozenset(Role) - {Role.VIEWER},
        Action.EXTEND_DEADLINE: frozenset(Role) - {Role.VIEWER},
        Action.LOG_HOURS: WRITERS,
        Action.APPROVE_HOURS: frozenset({Role.MANAGER}),
        Action.UNLOCK_HOURS: frozenset({Role.MANAGER}),
        Action.KEEP_RATES: OFFICE_LEADS,
        Action.MOVE_IN: OFFICE_LEADS,
        Action.MERGE_ENTERPRISES: OFFICE_LEADS,
        Action.REGISTER_COUNCIL: frozenset(Role) - {Role.VIEWER},
        Action.MANAGE_MEMBERS: frozenset({Role.ADMIN}),
        Action.EDIT_AGENCY: OFFICE_LEADS,
        Action.KEEP_VIEW: EVERYBODY,
        Action.VIEW_AUDIT: OFFICE_LEADS,
        Action.VIEW_REPORTS: frozenset(Role) - {Role.VIEWER},
    }
)


def can(actor: Member, action: Action, obj: object | None = None) -> Decision:
    """Tell whether `actor` may do `action`, and to `obj` if given.

    `obj` is the thing acted on (a case, an enterprise, an application …); without it the answer is about the role
    alone, which is what menus need.
    """
    if not actor.has_role(*ROLES[action]):
        allowed_roles = "・".join(role.label for role in Role if role in ROLES[action])
        return Decision(allowed=False, reason=f"{action.value}する権限がありません({allowed_roles}が行えます)。")
    rule = OBJECT_RULES.get(action)
    return ALLOWED if obj is None or rule is None else rule(actor, obj)


def require(actor: Member, action: Action, obj: object | None = None) -> None:
    """Raise `NotAllowed` with the reason unless `can` allows it."""
    decision = can(actor, action, obj)
    if not decision.allowed:
        raise NotAllowed(decision.reason)


def _own_case(actor: Member, obj: object) -> Decision:
    """Consultants write to the cases in their charge; managers and admins to all of the office."""
    consultant_id = getattr(obj, "consultant_id", None)
    if consultant_id is None or consultant_id == actor.pk or actor.has_role(Role.MANAGER, Role.ADMIN):
        return ALLOWED
    return Decision(allowed=False, reason="担当者または管理者だけが、この案件を変更できます。")


def _own_note(actor: Member, obj: object) -> Decision:
    """A note says what its author says; nobody else changes the words."""
    if getattr(obj, "author_id", None) == actor.pk:
        return ALLOWED
    return Decision(allowed=False, reason="メモを変更できるのは、書いた本人だけです。")


def _second_person(actor: Member, obj: object) -> Decision:
    """Who asked for an approval does not give it, unless the agency allows self-approval."""
    if getattr(obj, "requested_by_id", None) != actor.pk or actor.agency.self_approval_allowed:
        return ALLOWED
    return Decision(
        allowed=False,
        reason="承認を依頼した本人は承認できません。別の管理者が承認するか、事務所の設定で自己承認を認めてください。",
    )


def _not_own_plan(actor: Member, obj: object) -> Decision:
    """Who submitted a plan does not approve it, unless the agency allows self-approval."""
    if getattr(obj, "submitted_by_id", None) != actor.pk or actor.agency.self_approval_allowed:
        return ALLOWED
    return Decision(
        allowed=False,
        reason="計画の承認を依頼した本人は承認できません。別の管理者が承認するか、"
        "事務所の設定で自己承認を認めてください。",
    )


def _not_own_hours(actor: Member, obj: object) -> Decision:
    """Who handed in a week, or worked in it, does not approve it, unless the agency allows self-approval."""
    worker = getattr(obj, "worker", None)
    is_own = actor.pk in {getattr(obj, "requested_by_id", None), getattr(worker, "member_id", None)}
    if not is_own or actor.agency.self_approval_allowed:
        return ALLOWED
    return Decision(
        allowed=False,
        reason="業務日誌は、従事した本人や提出した人は承認できません。別の管理者が承認するか、"
        "事務所の設定で自己承認を認めてください。",
    )


def _own_hours(actor: Member, obj: object) -> Decision:
    """People log their own hours; managers log anybody's, and whoever has the case those of other agencies' people.

    `obj` is a worker, or what a worker has: an entry or a week.
    """
    worker = getattr(obj, "worker", obj)
    member_id, co_agency = getattr(worker, "member_id", None), getattr(worker, "co_agency", None)
    if actor.has_role(Role.MANAGER) or member_id == actor.pk:
        return ALLOWED
    if co_agency is not None and co_agency.case.consultant_id == actor.pk:
        return ALLOWED
    return Decision(allowed=False, reason="業務日誌を記入できるのは、従事した本人か管理者だけです。")


def _own_view(actor: Member, obj: object) -> Decision:
    """A view belongs to who saved it; one that the office shares is also the managers' to change."""
    is_own, is_shared = getattr(obj, "owner_id", None) == actor.pk, getattr(obj, "is_shared", False)
    if is_own or (is_shared and actor.has_role(Role.MANAGER)):
        return ALLOWED
    return Decision(allowed=False, reason="保存した表示を変更できるのは、保存した本人か管理者(所長)だけです。")


OBJECT_RULES: Final[Mapping[Action, Callable[[Member, object], Decision]]] = MappingProxyType(
    {
        Action.EDIT_CASE: _own_case,
        Action.EDIT_COSTS: _own_case,
        Action.REQUEST_APPROVAL: _own_case,
        Action.DRAFT_PACKET: _own_case,
        Action.HANDLE_PAPERS: _own_case,
        Action.EXTEND_DEADLINE: _own_case,
        Action.REGISTER_COUNCIL: _own_case,
        Action.APPROVE_USAGE: _second_person,
        Action.APPROVE_PLAN: _not_own_plan,
        Action.EDIT_NOTE: _own_note,
        Action.LOG_HOURS: _own_hours,
        Action.KEEP_VIEW: _own_view,
        Action.APPROVE_HOURS: _not_own_hours,
    }
)
