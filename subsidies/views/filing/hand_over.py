"""The hand-over sheet (引継書) of a case."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from cases.models import Case
from subsidies.selectors.hand_over import hand_over_of
from subsidies.views.shared import case_context
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded


def hand_over(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    now, today = clock.now(), clock.today()
    context = {
        **case_context(case, "cases:detail", here="引継書"),
        "sheet": hand_over_of(case, today=today),
        "made_at": now,
        "made_by": request.member,
    }
    return render(request, "subsidies/hand_over.html", context)
