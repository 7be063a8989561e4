"""A person's month on a case as a PDF (従事時間管理表)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from cases.models import Case
from subsidies.models import Worker
from subsidies.services.output.time_records import print_month
from subsidies.views.diary.hours import week_url
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.shared.errors import DomainError

MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def hours_record(request: MemberRequest, number: str, **_: Any) -> HttpResponse:
    worker, case = loaded(request, Worker), _case(request, number)
    month = _month(request)
    if month is None:
        messages.warning(request, "従事時間管理表にする月を選んでください。")
        return redirect("subsidies:case_hours", case.number)
    ids = {"case_id": case.pk, "worker_id": worker.pk}
    try:
        filename, content = print_month(actor=request.member, month=month, today=clock.today(), **ids)
    except DomainError as refused:
        messages.warning(request, refused.message)
        return redirect(week_url(worker, month))
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response


def _case(request: MemberRequest, number: str) -> Case:
    cases = Case.objects.for_agency(request.member.agency_id)
    case = cases.filter(number=number).first() if number.isprintable() else None
    if case is None:
        raise Http404(f"no case {number!r} in this agency")
    return case


def _month(request: MemberRequest) -> date | None:
    """Return the first day of the month asked for."""
    found = MONTH.fullmatch(request.GET.get("month", ""))
    return date(int(found[1]), int(found[2]), 1) if found else None
