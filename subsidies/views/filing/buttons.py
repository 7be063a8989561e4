"""What a member may do with an application now, each of which would be allowed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.urls import reverse

from subsidies.enums import ApplicationAction, ApplicationState
from subsidies.models import Application
from subsidies.selectors.filing.applications import act_url, placed
from subsidies.services.filing import approval
from subsidies.views.filing.acts import reopen_label
from subsidies.workflow import is_possible
from vapup.accounts.enums import Action, Role
from vapup.accounts.models import Member
from vapup.accounts.policy import can

A = ApplicationAction
COUNCIL: Final = (A.ACCEPT, A.DECIDE, A.PAY, A.RETURN, A.REFUSE)
COUNCIL_MAIN: Final = frozenset({A.ACCEPT, A.DECIDE, A.PAY})


@dataclass(frozen=True, slots=True)
class Button:
    """Something that the member may do with the application now; what goes back is quiet."""

    label: str
    url: str
    is_main: bool = False
    is_quiet: bool = False


def buttons_of(member: Member, application: Application, *, is_ready: bool, is_printed: bool = True) -> list[Button]:
    """Return what the member may do; the first that moves the application on is main.

    Args:
        is_ready: nothing is missing before the approval may be asked for.
        is_printed: the papers to hand in have been made.
    """
    found = [
        *_office(member, application, is_ready=is_ready),
        *_submission(member, application, is_printed=is_printed),
        *_council(member, application),
        *_backwards(member, application),
    ]
    main = next((one for one in found if one.is_main), None)
    return [replace(one, is_main=one is main) for one in found]


def waits_for(member: Member, application: Application) -> str:
    """Return whom the application waits for, where the reader is not the one."""
    if _has(application, A.REQUEST):
        return can(member, Action.REQUEST_APPROVAL, application.case).reason
    if not _has(application, A.APPROVE):
        return ""
    decision = can(member, Action.APPROVE_USAGE, application)
    if decision.allowed:
        return ""
    is_own = application.requested_by_id == member.pk and member.has_role(Role.MANAGER)
    return decision.reason if is_own else "管理者(所長)の承認を待っています。"


def _has(application: Application, action: ApplicationAction) -> bool:
    return is_possible(placed(application), action)


def _office(member: Member, application: Application, *, is_ready: bool) -> list[Button]:
    may_write = can(member, Action.REQUEST_APPROVAL, application.case).allowed
    found = []
    if may_write and is_ready and _has(application, A.REQUEST):
        found.append(Button("承認を依頼する", act_url(application, "request"), is_main=True))
    if not can(member, Action.APPROVE_USAGE, application).allowed:
        return found
    if _has(application, A.APPROVE):
        found.append(Button("確認して承認する", act_url(application, "approve"), is_main=True))
    if _has(application, A.SEND_BACK):
        found.append(Button("差し戻す", act_url(application, "send_back")))
    return found


def _submission(member: Member, application: Application, *, is_printed: bool) -> list[Button]:
    may_register = can(member, Action.REGISTER_COUNCIL, application.case).allowed
    if not (may_register and _has(application, A.SUBMIT)):
        return []
    return [Button("提出を記録する", act_url(application, "submit"), is_main=is_printed)]


def _council(member: Member, application: Application) -> list[Button]:
    if application.pk is None or not can(member, Action.REGISTER_COUNCIL, application.case).allowed:
        return []
    number = application.case.number
    return [
        Button(
            f"{one.label}する",
            reverse("subsidies:application_council", args=[number, application.pk, one.value]),
            is_main=one in COUNCIL_MAIN,
        )
        for one in COUNCIL
        if _has(application, one)
    ]


def _backwards(member: Member, application: Application) -> list[Button]:
    if not can(member, Action.REQUEST_APPROVAL, application.case).allowed:
        return []
    found = []
    if not approval.reopen_refusal(member, application):
        label = reopen_label(ApplicationState(application.state))
        found.append(Button(label, act_url(application, "reopen"), is_quiet=True))
    if _has(application, A.CANCEL) and not application.returned_count:
        found.append(Button("この申請を取りやめる", act_url(application, "cancel"), is_quiet=True))
    return found
