"""The pages of the lists that the office works with (管理)."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.models import Council
from cases.views.shared import HUB, crumbs, search_text
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest
from vapup.accounts.policy import can
from vapup.dashboard.masters.councils import council_rows, live_count, profile_of
from vapup.dashboard.masters.hub import certification_of, entries_for
from vapup.shared.bank_search import find_bank, listed_banks, listed_branches, matching

ROWS_PER_PAGE: Final = 50


def masters(request: MemberRequest) -> HttpResponse:
    member = request.member
    context = {
        "entries": entries_for(member),
        "certification": certification_of(member.agency, today=clock.today()),
        "can_edit": can(member, Action.EDIT_AGENCY).allowed,
        "breadcrumbs": crumbs(HUB[0]),
    }
    return render(request, "dashboard/masters/hub.html", context)


def councils(request: MemberRequest) -> HttpResponse:
    rows = council_rows(request.member.agency_id)
    context = {
        "rows": rows,
        "known": sum(1 for row in rows if row.profile.rows),
        "case_count": sum(row.case_count for row in rows),
        "cases_url": reverse("cases:list"),
        "breadcrumbs": crumbs("協議会", HUB),
    }
    return render(request, "dashboard/masters/councils.html", context)


def council(request: MemberRequest, *, council_code: str) -> HttpResponse:
    found = Council.objects.filter(code=council_code).first() if council_code.isdecimal() else None
    if found is None:
        raise Http404(f"no council {council_code}")
    context = {
        "council": found,
        "profile": profile_of(found.code),
        "case_count": live_count(request.member.agency_id, found.code),
        "cases_url": f"{reverse('cases:list')}?{urlencode({'council': found.code, 'stage': 'open'})}",
        "breadcrumbs": crumbs(found.name, HUB, ("協議会", "dashboard:councils")),
    }
    return render(request, "dashboard/masters/council.html", context)


def banks(request: MemberRequest) -> HttpResponse:
    form, text = search_text(request)
    found = matching(listed_banks(), text)
    context = {
        "form": form,
        "page": Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "text": text,
        "list_version": version("zengin-code"),
        "breadcrumbs": crumbs("金融機関と支店", HUB),
    }
    return render(request, "dashboard/masters/banks.html", context)


def bank(request: MemberRequest, *, bank_code: str) -> HttpResponse:
    found = find_bank(bank_code)
    if found is None:
        raise Http404(f"no bank {bank_code}")
    form, text = search_text(request)
    branches = matching(listed_branches(bank_code), text)
    context = {
        "form": form,
        "bank": found,
        "page": Paginator(branches, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "text": text,
        "list_version": version("zengin-code"),
        "breadcrumbs": crumbs(found.name, HUB, ("金融機関と支店", "dashboard:banks")),
    }
    return render(request, "dashboard/masters/bank.html", context)
