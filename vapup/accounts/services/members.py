"""What members may do changes here: roles, and the return of somebody who was switched off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vapup.accounts import audit
from vapup.accounts.enums import Action, Role, Verb
from vapup.accounts.models import Agency, Member, User
from vapup.accounts.policy import require
from vapup.accounts.tenancy import tenant_scope
from vapup.shared.errors import DomainError
from vapup.work import touch, unit_of_work


class LastAdmin(DomainError):
    """Without this member nobody could manage the agency's users any more."""


class NothingToDo(DomainError):
    """The member is already as the actor wants them to be."""


def refuse_losing_last_admin(member: Member, *, roles_after: Sequence[str] = ()) -> None:
    """Raise `LastAdmin` if `member`, left with `roles_after`, would leave the agency without an active admin.

    Call it with the agency row locked (`lock_agency`), so that two admins cannot remove each other at once.
    """
    if Role.ADMIN.value in roles_after or not member.has_role(Role.ADMIN):
        return
    admins = Member.objects.for_agency(member.agency_id).active().filter(roles__contains=[Role.ADMIN.value])
    if not admins.exclude(pk=member.pk).exists():
        raise LastAdmin(f"{member} さんはただ一人の「{Role.ADMIN.label}」です。先に別の人をこの役割にしてください。")


def lock_agency(agency_id: int) -> Agency:
    """Lock the agency until the end of the transaction; changes to its members wait for each other here."""
    touch("agency", agency_id, agency_id)
    return Agency.objects.select_for_update(no_key=True).get(pk=agency_id)


@unit_of_work()
def change_roles(*, actor: Member, member_id: int, roles: Iterable[Role]) -> Member:
    """Give a member other roles; they hold from the member's next request on.

    Raises:
        NotAllowed: the actor does not manage the users.
        LastAdmin: nobody else could manage the users.
        NothingToDo: the member has these roles already.
    """
    require(actor, Action.MANAGE_MEMBERS)
    lock_agency(actor.agency_id)
    member = _locked(actor, member_id)
    after = [role.value for role in Role if role in set(roles)]
    refuse_losing_last_admin(member, roles_after=after)
    if set(after) == set(member.roles):
        raise NothingToDo(f"{member} さんの役割は、すでに「{member.roles_label}」です。")
    changes = audit.apply_changes(member, {"roles": after})
    member.save(update_fields=["roles"])
    audit.record(actor, Verb.ROLES_CHANGED, member, changes=changes)
    return member


@unit_of_work()
def switch_on(*, actor: Member, member_id: int) -> Member:
    """Let a member who was switched off work again, with the roles they had.

    Raises:
        NotAllowed: the actor does not manage the users.
        NothingToDo: the member is not switched off.
    """
    require(actor, Action.MANAGE_MEMBERS)
    member = _locked(actor, member_id)
    if member.is_active:
        raise NothingToDo(f"{member} さんは、すでに利用できます。")
    changes = audit.apply_changes(member, {"is_active": True})
    member.save(update_fields=["is_active"])
    touch("agency", member.agency_id, member.agency_id)
    audit.record(actor, Verb.SWITCHED_ON, member, changes=changes)
    return member


@unit_of_work()
def change_profile(*, user: User, display_name: str, has_single_keys: bool) -> User:
    """Change the name under which a user appears in all their agencies, and whether single keys act for them."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    values = {"display_name": display_name, "has_single_keys": has_single_keys}
    changes = audit.apply_changes(locked, values)
    if changes:
        locked.save(update_fields=[*values])
        audit.record_everywhere(locked, Verb.CHANGED, changes=changes)
    return locked


def enter(*, member: Member) -> None:
    """Note that a user of several agencies goes over to this one."""
    with tenant_scope(member.agency_id):
        audit.record(member, Verb.ENTERED, member)


def _locked(actor: Member, member_id: int) -> Member:
    members = Member.objects.for_agency(actor.agency_id).select_related("user")
    return members.select_for_update(of=("self",), no_key=True).get(pk=member_id)
