"""The page of all caps (補助上限の一覧)."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from cases.views.shared import crumbs
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.dashboard import exports
from vapup.dashboard.caps.listing import caps_in, sums_of
from vapup.dashboard.caps.query import CapFilter
from vapup.dashboard.caps.sheet import NAME, sheet_of

ROWS_PER_PAGE: Final = 50


def caps(request: MemberRequest) -> HttpResponse:
    today, agency_id = clock.today(), request.member.agency_id
    form = CapFilter(request.GET, agency_id=agency_id)
    found = caps_in(agency_id, form.wanted(), today=today)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "chips": form.chips(request.GET),
        "page": Paginator(found.rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "sums": sums_of(found.rows),
        "closed": found.closed,
        "today": today,
        "export_query": kept.urlencode(),
        "breadcrumbs": crumbs(NAME),
    }
    return render(request, "dashboard/caps/page.html", context)


def caps_export(request: MemberRequest) -> HttpResponse:
    now, today, agency_id = clock.now(), clock.today(), request.member.agency_id
    form = CapFilter(request.GET, agency_id=agency_id)
    format_ = exports.Format.XLSX if request.GET.get("format") == exports.Format.XLSX else exports.Format.CSV
    sheet = sheet_of(caps_in(agency_id, form.wanted(), today=today).rows)
    exports.record_export(actor=request.member, sheet=sheet, format_=format_, conditions=form.in_words())
    return exports.answer(sheet, format_, now=now, today=today)
