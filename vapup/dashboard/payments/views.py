"""The pages of the payment schedule (支払予定)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from cases.views.shared import Tab, active_filters, crumbs
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.dashboard import exports
from vapup.dashboard.calendar.query import Span, View, span_of
from vapup.dashboard.payments.drawing import lanes_of
from vapup.dashboard.payments.feed import calendar_of
from vapup.dashboard.payments.listing import payments_in, sums_of
from vapup.dashboard.payments.query import PaymentFilter
from vapup.dashboard.payments.sheet import NAME, sheet_of

ROWS_PER_PAGE: Final = 50


def payments(request: MemberRequest) -> HttpResponse:
    today, agency_id = clock.today(), request.member.agency_id
    span, form = span_of(request.GET, today=today), PaymentFilter(request.GET, agency_id=agency_id)
    rows = payments_in(request.member.agency, span, form, today=today)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "span": span,
        "form": form,
        "chips": active_filters(request, form),
        "page": page,
        "drawing": lanes_of(agency_id, span, {row.case.pk for row in page.object_list}, today=today),
        "today": today,
        "sums": sums_of(rows, span),
        "late_count": sum(1 for row in rows if row.is_late),
        "breadcrumbs": crumbs(NAME),
        **_ways(request.GET, span, Span(span.view, today.replace(day=1))),
    }
    return render(request, "dashboard/payments.html", context)


def payments_export(request: MemberRequest) -> HttpResponse:
    now, today, agency_id = clock.now(), clock.today(), request.member.agency_id
    span, form = span_of(request.GET, today=today), PaymentFilter(request.GET, agency_id=agency_id)
    rows = payments_in(request.member.agency, span, form, today=today)
    sheet, conditions = sheet_of(rows), [span.title, *form.in_words()]
    asked = request.GET.get("format", "")
    format_ = exports.Format(asked) if asked in set(exports.Format) else exports.Format.CSV
    exports.record_export(actor=request.member, sheet=sheet, format_=format_, conditions=conditions)
    if format_ is exports.Format.ICS:
        return exports.saved(calendar_of(rows, now=now), format_, f"{NAME}_{today}")
    return exports.answer(sheet, format_, now=now, today=today)


def _ways(data: QueryDict, span: Span, here: Span) -> dict[str, Any]:
    """Return the ways to other months, to the other views, and out to a file; each keeps the filters."""
    ways = {"previous": span.shifted(-1), "next": span.shifted(1), "now": here}
    tabs = [Tab(view.label, f"?{_query(data, Span(view, span.first))}", view is span.view) for view in View]
    return {
        **{f"{name}_url": f"?{_query(data, to)}" for name, to in ways.items()},
        "is_now": span == here,
        "tabs": tabs,
        "export_query": _query(data, span),
    }


def _query(data: QueryDict, span: Span) -> str:
    kept = {name: data[name] for name in PaymentFilter.base_fields if data.get(name)}
    return urlencode({"view": span.view.value, "from": f"{span.first:%Y-%m}", **kept})
