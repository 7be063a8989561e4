"""The home page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from vapup import clock
from vapup.accounts.enums import Action, Role
from vapup.accounts.http import MemberRequest
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.dashboard import deadlines, selectors


def home(request: MemberRequest) -> HttpResponse:
    member = request.member
    today = clock.today()
    context: dict[str, Any] = {
        "is_new": not selectors.has_enterprises(member.agency_id),
        "can_register": can(member, Action.EDIT_ENTERPRISE).allowed,
        "can_open_case": can(member, Action.OPEN_CASE).allowed,
        "should_invite": can(member, Action.MANAGE_MEMBERS).allowed and selectors.is_alone(member.agency_id),
        "missing_settings": selectors.missing_settings(member),
        "own_cases_url": f"{reverse('cases:list')}?stage=open&consultant={member.pk}",
        "figures": deadlines.figures_for(member, today=today),
        "next_deadlines": deadlines.next_deadlines(member, today=today),
        "own_risk_url": f"{reverse('monitoring:risk')}?consultant={member.pk}&scope=all",
        "stages": selectors.stage_figures(member.agency_id),
        "sections": _sections(member),
    }
    return render(request, "dashboard/home.html", context)


def _sections(member: Member) -> dict[str, Any]:
    """Return the lists of the member's roles; a list that belongs to no role of theirs is absent."""
    sections: dict[str, Any] = {}
    if mentions := selectors.unread_mentions(member):
        sections["mentions"] = mentions
    if member.has_role(Role.MANAGER):
        sections["approvals"] = selectors.approvals_waiting(member)
    if member.has_role(Role.ADMIN):
        sections["approved"] = selectors.approved_in_office(member)
        sections["submissions"] = selectors.recent_submissions(member.agency_id)
    if member.has_role(Role.CONSULTANT, Role.MANAGER):
        sections["returned"] = selectors.returned_cases(member)
        sections["cases"] = selectors.own_cases(member) or ([] if member.has_role(Role.CONSULTANT) else None)
        sections["packets"] = selectors.own_packets(member)
    return sections
