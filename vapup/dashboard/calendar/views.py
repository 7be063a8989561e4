"""The pages of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, Min, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from monitoring.models import Deadline
from vapup import clock
from vapup.accounts.http import MemberRequest
from vapup.dashboard import exports
from vapup.dashboard.calendar.drawing import drawing_of
from vapup.dashboard.calendar.query import CalendarFilter, Span, View, span_of
from vapup.dashboard.calendar.rows import Row, found, money_in, rows_of, with_names
from vapup.dashboard.calendar.sheet import sheet_of
from vapup.dashboard.calendar.sums import sums_of

ROWS_PER_PAGE: Final = 50
LANES_PER_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the calendar; tabs of this kind have no count."""

    label: str
    url: str
    is_current: bool
    count: None = None


def calendar(request: MemberRequest) -> HttpResponse:
    today, agency_id = clock.today(), request.member.agency_id
    span, form = span_of(request.GET, today=today), CalendarFilter(request.GET, agency_id=agency_id)
    deadlines = found(agency_id, span, form.wanted())
    money = money_in(agency_id, deadlines)
    page, listed = _page(deadlines, span, request.GET.get("page"))
    rows = list(rows_of(listed, money, today=today))
    context = {
        "span": span,
        "form": form,
        "chips": _chips(form, request.GET),
        "count": deadlines.count(),
        "page": page,
        "rows": sorted(rows, key=_by_day) if span.view is not View.LIST else rows,
        "drawing": drawing_of(rows, span, today=today) if span.view is not View.LIST else None,
        "sums": sums_of(deadlines, money, span),
        "today": today,
        "breadcrumbs": [{"label": "ホーム", "url": "/"}, {"label": "期限カレンダー", "url": ""}],
        **_ways(request.GET, span, today),
    }
    return render(request, "dashboard/calendar.html", context)


def calendar_export(request: MemberRequest) -> HttpResponse:
    now, today, agency_id = clock.now(), clock.today(), request.member.agency_id
    span, form = span_of(request.GET, today=today), CalendarFilter(request.GET, agency_id=agency_id)
    format_ = exports.Format.XLSX if request.GET.get("format") == exports.Format.XLSX else exports.Format.CSV
    deadlines = found(agency_id, span, form.wanted())
    money = money_in(agency_id, deadlines)
    sheet = sheet_of(rows_of(with_names(deadlines), money, today=today))
    conditions = [span.title, *form.in_words()]
    exports.record_export(actor=request.member, sheet=sheet, format_=format_, conditions=conditions)
    return exports.answer(sheet, format_, now=now, today=today)


def _page(deadlines: QuerySet[Deadline], span: Span, number: str | None) -> tuple[Page[Any], Sequence[Deadline]]:
    """Return a page of deadlines, or of cases with all their deadlines, one case after the other."""
    if span.view is View.LIST:
        listed = Paginator(with_names(deadlines), ROWS_PER_PAGE).get_page(number)
        return listed, list(listed.object_list)
    cases = deadlines.order_by().values("case_id").annotate(first=Min("safe_by"))
    page = Paginator(cases.order_by("first", F("case_id").asc(nulls_first=True)), LANES_PER_PAGE).get_page(number)
    places: dict[int | None, int] = {one["case_id"]: place for place, one in enumerate(page.object_list)}
    drawn = with_names(deadlines).filter(case_id__in=[one for one in places if one is not None])
    if None in places:
        drawn |= with_names(deadlines).filter(case=None)
    return page, sorted(drawn, key=lambda one: (places[one.case_id], one.counted_from, one.pk))


def _by_day(row: Row) -> tuple[date, int, bool]:
    return row.deadline.safe_by, row.deadline.pk, row.is_held


def _ways(data: QueryDict, span: Span, today: date) -> dict[str, Any]:
    """Return the ways to other months, to the other views, and out to a file; each keeps the filters."""
    here = Span(span.view, today.replace(day=1))
    ways = {"previous": span.shifted(-1), "next": span.shifted(1), "now": here}
    tabs = [Tab(view.label, _address(data, Span(view, span.first)), view is span.view) for view in View]
    return {
        **{f"{name}_url": _address(data, to) for name, to in ways.items()},
        "is_now": span == here,
        "tabs": tabs,
        "export_query": _query(data, span),
    }


def _address(data: QueryDict, span: Span) -> str:
    return f"?{_query(data, span)}"


def _query(data: QueryDict, span: Span) -> str:
    """Return the parameters of an address that shows `span` under the same filters."""
    kept = {name: data[name] for name in CalendarFilter.base_fields if data.get(name)}
    return urlencode({"view": span.view.value, "from": f"{span.first:%Y-%m}", **kept})


def _chips(form: CalendarFilter, data: QueryDict) -> list[dict[str, str]]:
    """Return the filters in force, each with the address that leaves it out."""
    chips = []
    for name, label in zip(form.wanted(), form.in_words(), strict=True):
        rest = data.copy()
        rest.pop(name, None)
        rest.pop("page", None)
        chips.append({"label": label, "url": f"?{rest.urlencode()}"})
    return chips
