"""The ledger of money at risk (失効リスク帳)."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from cases.views.shared import active_filters, crumbs
from monitoring.forms.deadlines import RiskFilterForm
from monitoring.selectors.risk import LAPSED_DAYS, at_risk, risk_rows, risk_totals, yen_of
from vapup import clock
from vapup.accounts.http import MemberRequest

ROWS: Final = 100


def risk(request: MemberRequest) -> HttpResponse:
    agency_id, today = request.member.agency_id, clock.today()
    form = RiskFilterForm(request.GET, agency_id=agency_id)
    found = at_risk(agency_id, form.wanted(), today=today)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "chips": active_filters(request, form),
        "totals": risk_totals(agency_id, today=today),
        "lapsed_days": LAPSED_DAYS,
        "page": page,
        "rows": risk_rows(list(page.object_list), today=today),
        "yen": yen_of(found),
        "breadcrumbs": crumbs("失効リスク"),
    }
    return render(request, "monitoring/risk.html", context)
