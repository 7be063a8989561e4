"""Invitations: made, taken back, accepted. The link is known to its receiver alone; the database keeps a hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from vapup.accounts import audit
from vapup.accounts.enums import Action, Role, Verb
from vapup.accounts.models import Agency, Invitation, Member, User
from vapup.accounts.policy import require
from vapup.accounts.tenancy import tenant_scope
from vapup.shared.errors import DomainError
from vapup.work import touch, unit_of_work

LIFETIME: Final = timedelta(hours=72)


class InvitationRefused(DomainError):
    """This person cannot be invited now; the message says why."""


class InvitationClosed(DomainError):
    """The invitation was used, taken back or has run out."""


class AnotherAccount(DomainError):
    """The invitation is for another address than that of the user who accepts it."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation with its token, which is never to be had again."""

    invitation: Invitation
    token: str


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def shown(instant: datetime) -> str:
    """Write an instant as the office reads it: 2026-04-01 09:30, in Japan."""
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}"


@unit_of_work()
def invite(*, actor: Member, email: str, display_name: str, roles: Iterable[Role], now: datetime) -> Invited:
    """Offer a person a place in the actor's agency for 72 hours.

    Raises:
        NotAllowed: the actor does not manage the users.
        InvitationRefused: the person is a member already, or another invitation is still open.
    """
    require(actor, Action.MANAGE_MEMBERS)
    agency = Agency.objects.select_for_update(no_key=True).get(pk=actor.agency_id)
    address = email.strip().lower()
    _refuse_members(agency, address)
    _close_what_ran_out(actor, address, now)
    invited = store_invitation(agency=agency, email=address, display_name=display_name, roles=roles, now=now, by=actor)
    audit.record(actor, Verb.INVITED, invited.invitation, changes=_content(invited.invitation))
    return invited


def store_invitation(
    *, agency: Agency, email: str, display_name: str, roles: Iterable[Role], now: datetime, by: Member | None
) -> Invited:
    """Store an invitation without asking anything; for `invite` and for an agency's first admin."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        agency=agency,
        email=email,
        display_name=display_name,
        roles=[role.value for role in roles],
        token_hash=token_hash(token),
        invited_by=by,
        invited_at=now,
        expires_at=now + LIFETIME,
    )
    return Invited(invitation, token)


@unit_of_work()
def revoke_invitation(*, actor: Member, invitation_id: int, now: datetime) -> Invitation:
    """Take an open invitation back; its link is dead at once.

    Raises:
        NotAllowed: the actor does not manage the users.
        InvitationClosed: it was accepted or taken back before.
    """
    require(actor, Action.MANAGE_MEMBERS)
    invitations = Invitation.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    invitation = invitations.get(pk=invitation_id)
    _refuse_closed(invitation)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    audit.record(actor, Verb.INVITATION_REVOKED, invitation)
    return invitation


@unit_of_work()
def accept_as_new_user(*, token: str, display_name: str, password: str, now: datetime) -> Member:
    """Make the account of an invited person and give them their place in the agency.

    Raises:
        Invitation.DoesNotExist: no invitation has this token.
        InvitationClosed: used, taken back or run out.
        AnotherAccount: the address has an account; its owner has to log in first.
    """
    invitation = _locked(token, now)
    if User.objects.filter(email=invitation.email).exists():
        raise AnotherAccount(f"{invitation.email} のアカウントはすでにあります。ログインしてから参加してください。")
    user = User.objects.create_user(invitation.email, password, display_name=display_name)
    return _join(invitation, user, now)


@unit_of_work()
def accept_as_user(*, token: str, user: User, now: datetime) -> Member:
    """Give a signed-in user their place in the agency that invited them.

    Raises:
        Invitation.DoesNotExist: no invitation has this token.
        InvitationClosed: used, taken back or run out.
        AnotherAccount: the invitation is for another address.
    """
    invitation = _locked(token, now)
    if user.email != invitation.email:
        raise AnotherAccount(
            f"この招待は {invitation.email} あてです。今は {user.email} としてログインしています。"
            "いったんログアウトして、もう一度リンクを開いてください。"
        )
    return _join(invitation, user, now)


def refuse_unusable(invitation: Invitation, now: datetime) -> None:
    """Raise `InvitationClosed` with the reason unless the invitation can be accepted at `now`."""
    _refuse_closed(invitation)
    if now >= invitation.expires_at:
        raise InvitationClosed(
            f"招待の有効期限({shown(invitation.expires_at)})を過ぎています。事務所の管理者に、招待をやり直すよう依頼してください。"
        )


def _refuse_closed(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise InvitationClosed(
            f"この招待は {shown(invitation.accepted_at)} に使われています。ログインしてご利用ください。"
        )
    if invitation.revoked_at is not None:
        raise InvitationClosed(
            f"この招待は {shown(invitation.revoked_at)} に取り消されています。事務所の管理者にお問い合わせください。"
        )


def _locked(token: str, now: datetime) -> Invitation:
    invitations = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("agency")
    invitation = invitations.get(token_hash=token_hash(token))
    refuse_unusable(invitation, now)
    return invitation


def _join(invitation: Invitation, user: User, now: datetime) -> Member:
    if invitation.agency.members.filter(user=user).exists():
        raise InvitationClosed(
            f"{invitation.agency} にはすでに登録されています。"
            "利用できないときは、事務所の管理者に利用の再開を依頼してください。"
        )
    with tenant_scope(invitation.agency_id):
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        member = Member.objects.create(agency=invitation.agency, user=user, roles=invitation.roles)
        audit.record(member, Verb.JOINED, member, changes=audit.initial_values(member, ["roles"]))
    touch("agency", member.agency_id, member.agency_id)
    return member


def _refuse_members(agency: Agency, address: str) -> None:
    member = agency.members.filter(user__email=address).first()
    if member is not None and member.is_active:
        raise InvitationRefused(f"{address} は、すでにこの事務所のメンバーです。")
    if member is not None:
        raise InvitationRefused(
            f"{address} は、利用を停止したメンバーです。招待ではなく「利用を再開」を使ってください。"
        )


def _close_what_ran_out(actor: Member, address: str, now: datetime) -> None:
    earlier = Invitation.objects.for_agency(actor.agency_id).filter(
        email=address, accepted_at__isnull=True, revoked_at__isnull=True
    )
    for invitation in earlier:
        if now < invitation.expires_at:
            raise InvitationRefused(
                f"{address} への招待は {shown(invitation.expires_at)} まで有効です。"
                "送り直すときは、その招待を取り消してからにしてください。"
            )
        revoke_invitation(actor=actor, invitation_id=invitation.pk, now=now)


def _content(invitation: Invitation) -> audit.Changes:
    return audit.initial_values(invitation, ["email", "display_name", "roles"])
