"""The hours of a case by piece of work, beside the estimate."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from cases.models import Case
from subsidies.selectors.diary.of_case import CaseHours, HoursFilter, hours_of_case
from subsidies.selectors.diary.records import records_of_case
from subsidies.selectors.diary.workers import workers_on
from subsidies.views.shared import case_context
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can

PAGE: Final = "subsidies:case_hours"
MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def case_hours(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    wanted = _wanted(request)
    sheet = hours_of_case(case, wanted)
    may_log = can(request.member, Action.LOG_HOURS).allowed
    workers = workers_on(case, request.member) if may_log else ()
    context: dict[str, Any] = {
        **case_context(case, PAGE),
        "sheet": sheet,
        "can_log": may_log,
        "writable": {one.pk for one in workers},
        "records": records_of_case(case, workers),
        "can_keep_rates": can(request.member, Action.KEEP_RATES).allowed,
        "co_agencies": case.co_agencies.order_by("id"),
        "choices": _choices(sheet, wanted),
        "is_filtered": wanted != HoursFilter(),
    }
    return render(request, "subsidies/case_hours.html", context)


def _wanted(request: MemberRequest) -> HoursFilter:
    worker, month = request.GET.get("worker", ""), MONTH.fullmatch(request.GET.get("month", ""))
    return HoursFilter(
        worker_id=int(worker) if re.fullmatch(r"[0-9]{1,18}", worker) else None,
        month=date(int(month[1]), int(month[2]), 1) if month else None,
    )


def _choices(sheet: CaseHours, wanted: HoursFilter) -> dict[str, list[tuple[str, str, bool]]]:
    """Return the choices of the filter: value, label, whether it is in force."""
    return {
        "worker": [(str(one.pk), str(one), one.pk == wanted.worker_id) for one in sheet.workers],
        "month": [(f"{one:%Y-%m}", f"{one.year}年{one.month}月", one == wanted.month) for one in sheet.months],
    }
