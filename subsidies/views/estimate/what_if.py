"""The what-if page (試算): every assumption stands in the address, nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from django.forms import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.models import Case
from cases.views.shared import LIST, crumbs
from subsidies.forms.what_if import AssumptionForm
from subsidies.rules.assumptions import HALF_YEAR
from subsidies.selectors.estimate.estimates import estimates_of
from subsidies.selectors.estimate.what_if import (
    FILED_PREFIX,
    PAST_PREFIX,
    WhatIf,
    assumptions_of_case,
    values_of,
    what_if_of,
)
from subsidies.views.shared import case_context
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can

PAGE: Final = "subsidies:what_if"


def what_if(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    form = assumption_form(request.GET, values_of(assumptions_of_case(case)))
    found = _result(form, case)
    context = {
        **case_context(case, PAGE),
        **_shown(form, found, reverse(PAGE, args=[case.number])),
        "estimates": estimates_of(case),
        "can_keep": can(request.member, Action.EDIT_COSTS, case).allowed,
    }
    return render(request, "subsidies/what_if.html", context, status=_status(form))


def what_if_free(request: MemberRequest) -> HttpResponse:
    today = clock.today()
    start = {
        "frame": SchemeFrame.NORMAL.value,
        "accepted_on": today.isoformat(),
        "every_months": str(HALF_YEAR),
    }
    form = assumption_form(request.GET, start) if request.GET else AssumptionForm(initial=start)
    context = {
        **_shown(form, _result(form, None), reverse("subsidies:what_if_free")),
        "breadcrumbs": crumbs("試算", LIST),
    }
    return render(request, "subsidies/what_if_free.html", context, status=_status(form))


def assumption_form(query: QueryDict, start: dict[str, str]) -> AssumptionForm:
    """Return the form of an address; one that does not name the frame only changes some of the values to start with."""
    if "frame" in query:
        return AssumptionForm(query)
    data = QueryDict(mutable=True)
    data.update(start)
    for name in query:
        data[name] = query.get(name) or ""
    return AssumptionForm(data)


def _result(form: AssumptionForm, case: Case | None) -> WhatIf | None:
    if not form.is_valid():
        return None
    return what_if_of(form.assumptions(), case=case, today=clock.today())


def _shown(form: AssumptionForm, found: WhatIf | None, page_url: str) -> dict[str, Any]:
    """Return what both pages show; the groups of the form that are not in use stay folded."""
    past = [field for field in form if field.name.startswith(PAST_PREFIX)]
    filed = [field for field in form if field.name.startswith(FILED_PREFIX)]
    costs = [form[name] for name in ("due_diligence_yen", "seeks_guarantee_release", "negotiation_yen", "closing_yen")]
    return {
        "form": form,
        "found": found,
        "page_url": page_url,
        "past_fields": past,
        "filed_fields": filed,
        "other_fields": costs,
        "is_past_open": _is_used(past),
        "is_filed_open": _is_used(filed),
        "is_other_open": _is_used(costs),
    }


def _is_used(fields: Iterable[BoundField]) -> bool:
    return any(field.value() or field.errors for field in fields)


def _status(form: AssumptionForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
