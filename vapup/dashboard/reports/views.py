"""The pages of the reports (レポート)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render

from cases.views.shared import active_filters, crumbs
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.dashboard import exports
from vapup.dashboard.reports.drawing import causes_chart, times_chart, totals_chart
from vapup.dashboard.reports.query import ReportFilter, Scope
from vapup.dashboard.reports.report import report_of
from vapup.dashboard.reports.sheets import NAME, sheets_of
from vapup.dashboard.reports.stays import FEW


def reports(request: MemberRequest) -> HttpResponse:
    today = clock.today()
    form = ReportFilter(request.GET, member=request.member, today=today)
    scope = form.scope()
    report = report_of(scope, today=today)
    chips = [one for one in active_filters(request, form) if not one["label"].startswith("年度")]
    context: dict[str, Any] = {
        "form": form,
        "chips": chips,
        "conditions": form.in_words(),
        "sees_all": form.sees_all,
        "year": scope.year,
        "report": report,
        "groupings": [(one, totals_chart(one)) for one in report.groupings],
        "times_chart": times_chart(report.times),
        "causes_chart": causes_chart(report.returns),
        "few": FEW,
        "export_query": _query(scope, sees_all=form.sees_all),
        "breadcrumbs": crumbs(NAME),
    }
    return render(request, "dashboard/reports/report.html", context)


def reports_export(request: MemberRequest) -> HttpResponse:
    """Hand out one table of the page, or all of them as one workbook."""
    now, today = clock.now(), clock.today()
    form = ReportFilter(request.GET, member=request.member, today=today)
    scope, part = form.scope(), request.GET.get("part", "")
    sheets = sheets_of(report_of(scope, today=today))
    if part and part not in sheets:
        raise Http404(f"no table {part} in the reports")
    format_ = exports.Format.CSV if request.GET.get("format") == exports.Format.CSV else exports.Format.XLSX
    if part:
        exports.record_export(actor=request.member, sheet=sheets[part], format_=format_, conditions=form.in_words())
        return exports.answer(sheets[part], format_, now=now, today=today)
    every = exports.Sheet(NAME, (), [row for sheet in sheets.values() for row in sheet.rows])
    exports.record_export(actor=request.member, sheet=every, format_=exports.Format.XLSX, conditions=form.in_words())
    return exports.workbook_of(list(sheets.values()), f"{NAME}_{scope.year.year}年度", now=now, today=today)


def _query(scope: Scope, *, sees_all: bool) -> str:
    asked = {"year": scope.year.year, "frame": scope.frame}
    if sees_all:
        asked["consultant"] = scope.consultant_id or ""
    return urlencode({name: value for name, value in asked.items() if value})
