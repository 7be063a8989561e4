"""The history of a case: what happened, narrowed down, and what the case said on a day."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from cases.forms.history import AsOfForm, HistoryForm
from cases.models import Case
from cases.selectors.as_of import stood_at
from cases.selectors.history import HistoryFilter, actors_of, history_of
from cases.views.shared import PAGE_SIZE, case_context
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.selectors import audit_entry

PAGE: Final = "cases:history"


def history(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    is_asked = not HistoryForm.base_fields.keys().isdisjoint(request.GET)
    form = HistoryForm(request.GET if is_asked else None, people=actors_of(case))
    is_wrong = is_asked and not form.is_valid()
    wanted = form.wanted() if is_asked else HistoryFilter()
    page = Paginator(history_of(case, wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        **case_context(case, PAGE),
        "subject": str(case),
        "page": page,
        "entries": [audit_entry(event) for event in page.object_list],
        "form": form,
        "is_filtered": wanted != HistoryFilter(),
        "as_of": AsOfForm(today=clock.today()),
    }
    return render(request, "cases/history.html", context, status=422 if is_wrong else 200)


def as_of(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    is_asked = "day" in request.GET
    form = AsOfForm(request.GET if is_asked else None, today=clock.today())
    is_right = is_asked and form.is_valid()
    stood = stood_at(case, form.cleaned_data["day"]) if is_right else None
    context = {**case_context(case, PAGE, here="ある日の時点の内容"), "form": form, "stood": stood}
    return render(request, "cases/as_of.html", context, status=422 if is_asked and not is_right else 200)
