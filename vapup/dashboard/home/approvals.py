"""The applications that wait for a manager, with what each is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Sum

from subsidies.models import Application
from subsidies.selectors.filing.applications import act_url, application_url
from subsidies.selectors.filing.packets import awaiting_approval
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can

ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """An application that waits for a manager. `cost_yen` is the case's whole estimate, tax included."""

    application: Application
    cost_yen: int
    url: str
    action_label: str


def approvals_waiting(member: Member) -> list[ApprovalRow]:
    """Return the applications that wait for approval, the longest waiting first."""
    waiting = awaiting_approval(member.agency_id).annotate(cost_yen=Sum("case__cost_lines__gross_yen"))
    return [_approval_row(member, one) for one in waiting.defer("payload", "assessment", "assessed")[:ROWS]]


def _approval_row(member: Member, application: Application) -> ApprovalRow:
    cost_yen = getattr(application, "cost_yen", None) or 0
    if can(member, Action.APPROVE_USAGE, application).allowed:
        return ApprovalRow(application, cost_yen, act_url(application, "approve"), "確認して承認")
    return ApprovalRow(application, cost_yen, application_url(application), "内容を見る")
