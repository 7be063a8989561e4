"""The steps of a plan's approval: submit, withdraw, approve, send back, and the next version."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.forms.plan.whole import ReturnForm, ReviseForm, SubmitForm
from cases.models import Plan
from cases.selectors.plan.figures import sheet_of
from cases.selectors.plan.findings import findings_of
from cases.selectors.plan.start import past_years
from cases.selectors.plan.tasks import tasks_of
from cases.selectors.plan.versions import current_plan
from cases.services.locking import EditedMeanwhile
from cases.services.plan import versions as services
from cases.views.plan.shared import PAGE, plan_context
from cases.views.shared import posted
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.shared.errors import DomainError
from vapup.ui.forms import VersionedForm

LOOK: Final = "look"
# What is asked for before the closed years can be shown; nothing is written, and the rest may still be blank.
LOOKED_AT: Final = frozenset({"base_ends_on", "years"})
CHANGED: Final = "開いている間に、ほかの人がこの計画を変更しました。今の内容を確かめてから、もう一度実行してください。"


def plan_submit(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    form = SubmitForm(posted(request), initial={"version": plan.version})
    words = {"heading": "承認の依頼", "submit": "承認を依頼する", **_doubts(plan)}
    do = partial(services.submit_plan, actor=request.member, case_id=plan.case_id, now=clock.now())
    return step_page(request, plan, form, words, do, f"第{plan.number}版の承認を依頼しました。")


def plan_withdraw(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    form = SubmitForm(posted(request), initial={"version": plan.version})
    words = {
        "heading": "承認の依頼の取下げ",
        "submit": "依頼を取り下げる",
        "intro": "この版は「作成中」に戻り、内容を変更できるようになります。",
    }
    do = partial(services.withdraw_plan, actor=request.member, case_id=plan.case_id)
    return step_page(request, plan, form, words, do, f"第{plan.number}版の承認の依頼を取り下げました。")


def plan_approve(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    form = SubmitForm(posted(request), initial={"version": plan.version})
    words = {
        "heading": "計画の承認",
        "submit": "承認する",
        "intro": "承認した版は変更できなくなります。承認済みの版がほかにあるときは、その版が旧版になります。",
        **_doubts(plan),
        "is_self": plan.submitted_by_id == request.member.pk,
    }
    do = partial(services.approve_plan, actor=request.member, case_id=plan.case_id, now=clock.now())
    return step_page(request, plan, form, words, do, f"第{plan.number}版を承認しました。")


def plan_return(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    form = ReturnForm(posted(request), initial={"version": plan.version})
    words = {"heading": "計画の差戻し", "submit": "差し戻す"}
    do = partial(services.return_plan, actor=request.member, case_id=plan.case_id)
    return step_page(request, plan, form, words, do, f"第{plan.number}版を差し戻しました。")


def plan_revise(request: MemberRequest, **_: str) -> HttpResponse:
    plan = loaded(request, Plan)
    first = {"version": plan.version, "base_ends_on": plan.base_ends_on, "years": plan.years}
    form = ReviseForm(posted(request), initial=first)
    words = {
        "heading": "計画の見直し",
        "submit": f"第{plan.number + 1}版を作る",
        "intro": f"第{plan.number}版のすべての内容を写した新しい版を作ります。"
        f"新しい版が承認されるまでは、第{plan.number}版が有効です。"
        "決算日を変えると実績を取り込み直し、計画年度の金額は1年目、2年目…のまま写します。",
        **base_words(plan, form),
    }
    do = partial(services.revise_plan, actor=request.member, case_id=plan.case_id, today=clock.today())
    return step_page(request, plan, form, words, do, f"第{plan.number + 1}版を作りました。")


def _doubts(plan: Plan) -> dict[str, Any]:
    """Return what whoever submits or approves should know: the parts that are not filled, and what contradicts."""
    sheet = sheet_of(plan)
    missing = [task for task in tasks_of(sheet) if task.state != "done"]
    return {"missing": missing, "found": findings_of(sheet)}


def base_words(plan: Plan, form: VersionedForm) -> dict[str, Any]:
    """Return what a page that asks for the base year shows: the closed years, where what was typed takes any."""
    typed = form.cleaned_data if form.is_bound and not LOOKED_AT & form.errors.keys() else {}
    day = typed.get("base_ends_on", plan.base_ends_on)
    takes = day != plan.base_ends_on or typed.get("takes_anew")
    return {"can_look": True, "past": past_years(plan.case.enterprise, day) if takes else ()}


def step_page(
    request: MemberRequest,
    plan: Plan,
    form: VersionedForm,
    words: dict[str, Any],
    do: Callable[..., Plan],
    done: str,
) -> HttpResponse:
    """Show the form of a step or take it; a version that changed meanwhile is shown anew, with the input kept.

    Args:
        words: heading and submit, and where there is any: intro, missing, found, is_self, can_look, past.
        do: the service; it takes what the form asks for.
        done: what is said afterwards.
    """
    status = _taken(request, plan, form, do)
    if status is HTTPStatus.FOUND:
        messages.success(request, done)
        return redirect(PAGE, plan.case.number)
    empty = {"intro": "", "missing": [], "found": (), "is_self": False, "can_look": False, "past": ()}
    own = {**empty, **words, "form": form, "cancel_url": reverse(PAGE, args=[plan.case.number])}
    context = {**plan_context(plan, request.member, here=words["heading"]), **own}
    return render(request, "plans/step.html", context, status=status)


def _taken(request: MemberRequest, plan: Plan, form: VersionedForm, do: Callable[..., Plan]) -> HTTPStatus:
    """Take the form of a step and return how it went: FOUND where it is done, OK where it was only looked at."""
    if request.method != "POST":
        return HTTPStatus.OK
    if request.POST.get("act") == LOOK:
        return _looked(form)
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        do(**form.cleaned_data)
    except EditedMeanwhile:
        return _renew(plan, form)
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND


def _looked(form: VersionedForm) -> HTTPStatus:
    """Keep only the errors of what is looked at: whoever wants to see the closed years has not written why yet."""
    for name in form.errors.keys() - LOOKED_AT:
        del form.errors[name]
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _renew(plan: Plan, form: VersionedForm) -> HTTPStatus:
    form.add_error(None, CHANGED)
    now = current_plan(plan.case)
    form.accept_version(now.version if now else plan.version)
    return HTTPStatus.CONFLICT
