"""The agency itself: its settings, and its foundation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from vapup.accounts import audit
from vapup.accounts.enums import Action, Role, Verb
from vapup.accounts.models import Agency, Member, User
from vapup.accounts.policy import require
from vapup.accounts.services.invitations import Invited, store_invitation
from vapup.accounts.services.members import lock_agency
from vapup.accounts.tenancy import tenant_scope
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

# One person who consults, approves and manages: the agency allows self-approval from its first day.
ONE_PERSON: Final = (Role.CONSULTANT, Role.MANAGER, Role.ADMIN)
NEXT_ID: Final = "SELECT nextval(pg_get_serial_sequence('accounts_agency', 'id'))"


class ChangedMeanwhile(DomainError):
    """Somebody else saved the settings after this user had opened them."""


class ReasonMissing(DomainError):
    """Self-approval is switched only with a written reason."""


class CannotFound(DomainError):
    """The agency or its admin cannot be made; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class NewAgency:
    """What an agency is founded with."""

    name: str
    slug: str
    admin_email: str
    admin_name: str
    is_one_person: bool = False


@dataclass(frozen=True, slots=True)
class Founded:
    """A new agency, and either its first admin or the invitation that awaits them."""

    agency: Agency
    roles: tuple[Role, ...]
    invited: Invited | None


@unit_of_work()
def change_agency(*, actor: Member, version: int, values: Mapping[str, Any], reason: str = "") -> Agency:
    """Change the settings of the actor's agency.

    Args:
        version: the version that the actor saw.
        reason: why self-approval is switched on or off; kept with the change.

    Raises:
        NotAllowed: the actor does not manage the agency.
        ChangedMeanwhile: the stored version is another one.
        ReasonMissing: self-approval would change without a reason.
    """
    require(actor, Action.EDIT_AGENCY)
    agency = lock_agency(actor.agency_id)
    if agency.version != version:
        raise ChangedMeanwhile(
            "編集している間に、ほかの人が事務所の設定を変更しました。内容を確かめて保存し直してください。"
        )
    is_self_approval_switched = values.get("self_approval_allowed", agency.self_approval_allowed) != (
        agency.self_approval_allowed
    )
    if is_self_approval_switched and not reason.strip():
        raise ReasonMissing("「自己承認を認める」を変えるときは、理由を入力してください。")
    changes = audit.apply_changes(agency, values)
    if changes:
        agency.version += 1
        agency.save(update_fields=[*values, "version"])
        audit.record(actor, Verb.CHANGED, agency, changes=changes, reason=reason.strip())
    return agency


@unit_of_work()
def found_agency(*, new: NewAgency, password: str | None, now: datetime) -> Founded:
    """Make an agency with its first admin, or with an invitation for them where no password is given.

    Raises:
        CannotFound: the slug is taken, or the admin's address has an account already and a password is given.
    """
    if Agency.objects.filter(slug=new.slug).exists():
        raise CannotFound("slug", f"識別名 {new.slug} の事務所は、すでにあります。")
    email = new.admin_email.strip().lower()
    if password is not None and User.objects.filter(email=email).exists():
        raise CannotFound(
            "admin_email", f"{email} のアカウントはすでにあります。パスワードを指定せず、招待にしてください。"
        )
    roles = ONE_PERSON if new.is_one_person else (Role.ADMIN,)
    agency_id = _next_id()
    with tenant_scope(agency_id):  # the history of an agency is its own: even its first row needs the scope
        agency = Agency.objects.create(
            pk=agency_id, name=new.name, slug=new.slug, self_approval_allowed=new.is_one_person
        )
        audit.record(None, Verb.CREATED, agency, changes=audit.initial_values(agency, ["name", "slug"]))
        invited = _first_admin(agency, new, roles, password=password, now=now)
    return Founded(agency, roles, invited)


def _first_admin(
    agency: Agency, new: NewAgency, roles: tuple[Role, ...], *, password: str | None, now: datetime
) -> Invited | None:
    email = new.admin_email.strip().lower()
    if password is None:
        invited = store_invitation(
            agency=agency, email=email, display_name=new.admin_name, roles=roles, now=now, by=None
        )
        audit.record(None, Verb.INVITED, invited.invitation)
        return invited
    user = User.objects.create_user(email, password, display_name=new.admin_name)
    member = Member.objects.create(agency=agency, user=user, roles=[role.value for role in roles])
    audit.record(None, Verb.JOINED, member, changes=audit.initial_values(member, ["roles"]))
    return None


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_ID)
        return int(cursor.fetchone()[0])
