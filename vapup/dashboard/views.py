"""The home page: each role's own part of the day's work; who has several roles sees each part once."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.selectors.notes import unread_of
from monitoring.selectors.risk import ALL_KINDS, OVERDUE
from subsidies.enums import ReceivableState
from vapup import clock
from vapup.accounts.enums import Action, Role
from vapup.accounts.http import MemberRequest
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.dashboard.home import admin, approvals, load, office, own, portfolio, returned, start, waiting, work

MENTIONS: Final = 10
PORTFOLIO: Final = "portfolio"
RETURNED: Final = "returned"


def home(request: MemberRequest) -> HttpResponse:
    member, today = request.member, clock.today()
    is_lead = member.has_role(Role.MANAGER)
    if is_lead and request.GET.get("part") == PORTFOLIO:
        found = portfolio.portfolio_of(member.agency_id, today=today)
        return render(request, "dashboard/home/_portfolio.html", {"portfolio": found})
    # Without JavaScript the page is asked for again, with the slow part in it.
    is_whole = is_lead and request.GET.get("show") == PORTFOLIO
    context: dict[str, Any] = {
        "is_new": not start.has_enterprises(member.agency_id),
        "can_register": can(member, Action.EDIT_ENTERPRISE).allowed,
        "can_open_case": can(member, Action.OPEN_CASE).allowed,
        "should_invite": can(member, Action.MANAGE_MEMBERS).allowed and start.is_alone(member.agency_id),
        "missing_settings": start.missing_settings(member),
        "mentions": list(unread_of(member)[:MENTIONS]),
        "own": _own(member, today, shows_all=request.GET.get("show") == RETURNED),
        "office": _office(member, today) if is_lead else None,
        "portfolio": portfolio.portfolio_of(member.agency_id, today=today) if is_whole else None,
        "admin": _admin(member, today) if member.has_role(Role.ADMIN) else None,
        "stages": [] if is_lead else _stages(member),
    }
    return render(request, "dashboard/home.html", context)


def _own(member: Member, today: date, *, shows_all: bool) -> dict[str, Any] | None:
    """Return the work of those who have cases of their own, with `shows_all` all that was returned to them."""
    is_consultant = member.has_role(Role.CONSULTANT)
    if not is_consultant and not (member.has_role(Role.MANAGER) and own.has_own_cases(member)):
        return None
    return {
        "work": work.work_of(member, today=today),
        "returned": returned.returned_to(member, most=returned.ALL_ROWS if shows_all else returned.ROWS),
        "waiting": waiting.waiting_for(member, today=today),
        "recent": own.recent_cases(member),
        "cases_url": f"{reverse('cases:list')}?stage=open&consultant={member.pk}",
        "risk_url": f"{reverse('monitoring:risk')}?consultant={member.pk}&scope={ALL_KINDS}",
        "overdue_url": f"{reverse('monitoring:risk')}?consultant={member.pk}&scope={ALL_KINDS}&days={OVERDUE}",
    }


def _office(member: Member, today: date) -> dict[str, Any]:
    return {
        "figures": office.figures_of(member.agency_id, today=today),
        "risks": office.risks_of(member.agency_id, today=today),
        "approvals": approvals.approvals_waiting(member),
        "loads": load.loads_of(member.agency_id, today=today),
    }


def _admin(member: Member, today: date) -> dict[str, Any]:
    agency_id = member.agency_id
    return {
        "to_export": admin.to_export(agency_id),
        "to_submit": admin.to_submit(agency_id),
        "to_match": admin.to_match(agency_id),
        "match_url": office.payments_url(ReceivableState.DECIDED, today),
        "masters": admin.masters_of(member, today=today),
    }


def _stages(member: Member) -> list[tuple[str, int, str]]:
    """Return the stages of the office's cases to those whose page has no other part: it is all they look after."""
    return [] if member.has_role(Role.CONSULTANT) else start.stage_counts(member.agency_id)
