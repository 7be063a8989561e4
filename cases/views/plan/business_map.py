"""The page of the picture of the business (ビジネスモデル俯瞰図)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from cases.forms.plan.business_map import BLANK, FLOW, NODE, MapForm
from cases.models import Plan
from cases.selectors.plan.business_map import BusinessMap, map_of
from cases.selectors.plan.part_charts import map_chart
from cases.services.plan.business_map import PART, compare_map, save_map
from cases.views.plan.shared import plan_context
from cases.views.plan.sheets import Sheet, attempt, back, blank_rows, tell
from cases.views.shared import posted
from vapup.accounts.http import MemberRequest, loaded

PAGE: Final = "cases:plan_map"


def plan_map(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    stored = map_of(plan)
    form = MapForm(posted(request), stored=stored, blank=blank_rows(request, BLANK))
    status, shown = HTTPStatus.OK, dict[str, Any]()
    if request.method == "POST":
        done = attempt(_sheet(request, plan, form))
        if done.status is HTTPStatus.FOUND:
            tell(request, PART, done)
            return back(PAGE, plan.case, form.act)
        status, shown = done.status, done.shown
    context = {**plan_context(plan, request.member, PAGE), **_shown(stored, form, plan.case.enterprise.name), **shown}
    return render(request, "plans/map.html", context, status=status)


def _sheet(request: MemberRequest, plan: Plan, form: MapForm) -> Sheet:
    return Sheet(
        plan,
        PART,
        form,
        save=lambda: save_map(
            actor=request.member, case_id=plan.case_id, seen=form.cleaned_data["version"], sheet=form.sheet()
        ),
        compare=lambda: compare_map(plan, map_of(plan), form.sheet()).changes,
        stamp=lambda: map_of(plan).stamp,
    )


def _shown(stored: BusinessMap, form: MapForm, company: str) -> dict[str, Any]:
    return {
        "form": form,
        "nodes": [(row, stored.shares.get(row.pk, "")) for row in form.rows(NODE)],
        "flows": [(row, stored.flow_shares.get(row.pk, "")) for row in form.rows(FLOW)],
        "map": stored,
        "chart": map_chart(stored, company) if stored.nodes else None,
        "is_conflict": False,
    }
