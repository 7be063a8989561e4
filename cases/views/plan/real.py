"""The page of the real balance sheet (実態貸借対照表)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from cases.forms.plan.real import ADJUSTMENT, BLANK, RealForm
from cases.models import Plan
from cases.selectors.plan.real import real_of
from cases.services.plan.real import PART, compare_real, save_real
from cases.views.plan.shared import plan_context
from cases.views.plan.sheets import Sheet, attempt, back, blank_rows, tell
from cases.views.shared import posted
from vapup.accounts.http import MemberRequest, loaded

PAGE: Final = "cases:plan_real"


def plan_real(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    stored = real_of(plan)
    form = RealForm(posted(request), stored=stored, blank=blank_rows(request, BLANK))
    status, shown = HTTPStatus.OK, dict[str, Any]()
    if request.method == "POST":
        done = attempt(_sheet(request, plan, form))
        if done.status is HTTPStatus.FOUND:
            tell(request, PART, done)
            return back(PAGE, plan.case, form.act)
        status, shown = done.status, done.shown
    own = {"form": form, "adjustments": form.rows(ADJUSTMENT), "sheet": stored, "is_conflict": False}
    context = {**plan_context(plan, request.member, PAGE), **own, **shown}
    return render(request, "plans/real.html", context, status=status)


def _sheet(request: MemberRequest, plan: Plan, form: RealForm) -> Sheet:
    return Sheet(
        plan,
        PART,
        form,
        save=lambda: save_real(
            actor=request.member, case_id=plan.case_id, seen=form.cleaned_data["version"], rows=form.sheet()
        ),
        compare=lambda: compare_real(plan, real_of(plan), form.sheet()).changes,
        stamp=lambda: real_of(plan).stamp,
    )
