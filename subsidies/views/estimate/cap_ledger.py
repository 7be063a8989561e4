"""The page of the caps that an enterprise has used."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.models import Enterprise
from cases.views.shared import crumbs
from subsidies.selectors.caps.ledger import cap_ledger_of
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can


def cap_ledger(request: MemberRequest, **_: int) -> HttpResponse:
    enterprise, today = loaded(request, Enterprise), clock.today()
    url = reverse("cases:enterprise", args=[enterprise.pk])
    may_open = can(request.member, Action.OPEN_CASE).allowed
    context = {
        "enterprise": enterprise,
        "frames": cap_ledger_of(enterprise, today=today),
        "today": today,
        "can_edit": can(request.member, Action.EDIT_ENTERPRISE, enterprise).allowed,
        "new_url": f"{reverse('cases:new')}?enterprise={enterprise.pk}" if may_open else "",
        "breadcrumbs": crumbs("補助上限の使用状況", ("事業者", "cases:enterprises"), (enterprise.name, url)),
    }
    return render(request, "subsidies/cap_ledger.html", context)
