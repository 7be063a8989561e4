"""Switch a member off and hand their open cases over, in one transaction."""

from __future__ import annotations

from cases.models import Case
from cases.services.cases import CHARGEABLE
from cases.services.locking import lock_agency
from cases.workflow import OPEN_STAGES
from vapup.accounts import audit
from vapup.accounts.enums import Action, Role, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import touch, unit_of_work


class SwitchOffRefused(DomainError):
    """The member cannot be switched off like this."""


@unit_of_work()
def switch_off_member(*, actor: Member, member_id: int, successor: Member | None, reason: str = "") -> int:
    """Take a member's access away and give their open cases to `successor`; return how many cases moved.

    Sessions of the member end with their next request, which finds no active membership.

    Raises:
        Member.DoesNotExist: no such member in the actor's agency.
        SwitchOffRefused: the last admin, somebody switched off already, or open cases without a fit successor.
    """
    require(actor, Action.MANAGE_MEMBERS)
    lock_agency(actor)
    leaver = _lock_leaver(actor, member_id)
    cases = Case.objects.for_agency(actor.agency_id).filter(consultant=leaver, stage__in=OPEN_STAGES)
    moved = list(cases.select_for_update(of=("self",), no_key=True).select_related("enterprise").order_by("pk"))
    if moved:
        _hand_over(actor, leaver, moved, _fit_successor(leaver, successor, len(moved)), reason)
    leaver.is_active = False
    leaver.save(update_fields=["is_active"])
    touch("agency", leaver.agency_id, leaver.agency_id)
    audit.record(actor, Verb.SWITCHED_OFF, leaver, changes={"有効": [True, False]}, reason=reason)
    return len(moved)


def _lock_leaver(actor: Member, member_id: int) -> Member:
    members = Member.objects.for_agency(actor.agency_id)
    leaver = members.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=member_id)
    if not leaver.is_active:
        raise SwitchOffRefused(f"{leaver}は、すでに利用を停止されています。")
    others = members.active().filter(roles__contains=[Role.ADMIN]).exclude(pk=leaver.pk)
    if leaver.has_role(Role.ADMIN) and not others.exists():
        raise SwitchOffRefused(
            f"{leaver}は最後の事務管理者なので、利用を停止できません。先に別の人を事務管理者にしてください。"
        )
    return leaver


def _fit_successor(leaver: Member, successor: Member | None, count: int) -> Member:
    if successor is None:
        raise SwitchOffRefused(f"{leaver}が担当する進行中の案件が{count}件あります。引き継ぐ人を選んでください。")
    colleagues = Member.objects.for_agency(leaver.agency_id).filter(is_active=True).exclude(pk=leaver.pk)
    fit = colleagues.filter(pk=successor.pk).first()  # looked at again, now that the agency is locked
    if fit is None or not fit.has_role(*CHARGEABLE):
        raise SwitchOffRefused(f"{successor}は案件を引き継げません。有効な担当者か管理者を選んでください。")
    return successor


def _hand_over(actor: Member, leaver: Member, cases: list[Case], successor: Member, reason: str) -> None:
    for case in cases:
        touch("case", case.agency_id, case.pk)
        case.consultant = successor
        case.version += 1
        case.save(update_fields=["consultant", "version"])
        changes = {"担当者": [str(leaver), str(successor)]}
        audit.record(actor, Verb.HANDED_OVER, case, changes=changes, reason=reason)
