"""The pages of the follow-up that a plan agrees (モニタリング計画), and of the debtor's sheet (債務者概況表)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.forms.plan.follow_up import FollowUpForm
from cases.models import Plan
from cases.selectors.plan.debtor import debtor_sheet
from cases.selectors.plan.follow_up import follow_up_stamp, lenders_told
from cases.selectors.plan.versions import current_plan
from cases.services.plan.follow_up import PART, compare_follow_up, save_follow_up
from cases.views.plan.shared import PAGE as OVERVIEW
from cases.views.plan.shared import plan_context
from cases.views.plan.sheets import Sheet, attempt, tell
from cases.views.shared import posted
from vapup.accounts.http import MemberRequest, loaded

PAGE: Final = "cases:plan_follow_up"
DEBTOR: Final = "債務者概況表"


def plan_follow_up(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    form = FollowUpForm(posted(request), plan=plan)
    status, shown = HTTPStatus.OK, dict[str, Any]()
    if request.method == "POST":
        done = attempt(_sheet(request, plan, form))
        if done.status is HTTPStatus.FOUND:
            tell(request, PART, done)
            return redirect(PAGE, plan.case.number)
        status, shown = done.status, done.shown
    own = {"form": form, "lenders": lenders_told(plan), "is_conflict": False}
    context = {**plan_context(plan, request.member, PAGE), **own, **shown}
    return render(request, "plans/follow_up.html", context, status=status)


def plan_debtor(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    context = {**plan_context(plan, request.member, OVERVIEW, here=DEBTOR), "sheet": debtor_sheet(plan)}
    return render(request, "plans/debtor.html", {**context, "part_label": DEBTOR})


def _sheet(request: MemberRequest, plan: Plan, form: FollowUpForm) -> Sheet:
    def stored() -> Plan:
        return current_plan(plan.case) or plan

    return Sheet(
        plan,
        PART,
        form,
        save=lambda: save_follow_up(
            actor=request.member, case_id=plan.case_id, seen=form.cleaned_data["version"], facts=form.values()
        ),
        compare=lambda: compare_follow_up(stored(), form.values()),
        stamp=lambda: follow_up_stamp(stored()),
    )
