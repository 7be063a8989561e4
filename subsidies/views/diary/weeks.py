"""The weeks that wait for an approval: approve, return with a reason, unlock with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.services.locking import EditedMeanwhile
from cases.views.shared import crumbs, posted
from subsidies.forms.hours import ReasonForm
from subsidies.models import WorkWeek
from subsidies.selectors.diary.weeks import waiting_weeks
from subsidies.services.diary import weeks as services
from subsidies.views.diary.hours import NAME, PAGE, week_url
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.shared.errors import DomainError

APPROVALS: Final = "subsidies:hours_approvals"
TITLE: Final = "業務日誌の承認"
# A box of the list: the week and the version that was shown.
BOX: Final = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")


def approvals(request: MemberRequest) -> HttpResponse:
    status = HTTPStatus.OK
    if request.method == "POST":
        boxes = (BOX.fullmatch(one) for one in request.POST.getlist("week"))
        versions = {int(box[1]): int(box[2]) for box in boxes if box}
        try:
            approved = services.approve_weeks(actor=request.member, versions=versions, now=clock.now())
        except DomainError as refused:
            messages.error(request, refused.message)
            is_late = isinstance(refused, EditedMeanwhile)
            status = HTTPStatus.CONFLICT if is_late else HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            self_approved = sum(one.is_self_approved for one in approved)
            told = f"(うち自己承認 {self_approved}件)" if self_approved else ""
            messages.success(request, f"{len(approved)}件の週を承認しました{told}。")
            return redirect(APPROVALS)
    weeks = waiting_weeks(request.member)
    chosen = set(request.POST.getlist("week"))
    context = {"breadcrumbs": crumbs(TITLE, (NAME, PAGE)), "weeks": weeks, "chosen": chosen}
    return render(request, "subsidies/hours_approvals.html", context, status=status)


def week_return(request: MemberRequest, **_: int) -> HttpResponse:
    intro = "理由は本人の画面に表示されます。差し戻すと、本人が直して、もう一度提出できます。"
    return _reason_page(request, services.return_week, "業務日誌の差戻し", "差し戻す", "差し戻しました", intro)


def week_unlock(request: MemberRequest, **_: int) -> HttpResponse:
    intro = "固定を解除すると承認は取り消され、記入を変更できます。支払申請に含まれる業務の時間は固定されたままです。"
    return _reason_page(request, services.unlock_week, "業務日誌の固定の解除", "解除する", "固定を解除しました", intro)


def _reason_page(
    request: MemberRequest, act: Callable[..., WorkWeek], heading: str, submit: str, done: str, intro: str
) -> HttpResponse:
    week = loaded(request, WorkWeek)
    form = ReasonForm(posted(request), initial={"version": week.version})
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _do(request, act, week, form)
        if status is HTTPStatus.FOUND:
            messages.success(request, f"{week}を{done}。")
            return redirect(APPROVALS if act is services.return_week else week_url(week.worker, week.monday))
    context = {
        "breadcrumbs": crumbs(heading, (NAME, PAGE), (TITLE, APPROVALS)),
        "heading": heading,
        "submit": submit,
        "intro": intro,
        "week": week,
        "form": form,
        "cancel_url": week_url(week.worker, week.monday),
    }
    return render(request, "subsidies/hours_reason.html", context, status=status)


def _do(request: MemberRequest, act: Callable[..., WorkWeek], week: WorkWeek, form: ReasonForm) -> HTTPStatus:
    """Do what the form asks for, with its reason; what is refused stands in the form then."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    seen = {"week_id": week.pk, "version": form.cleaned_data["version"]}
    try:
        act(actor=request.member, reason=form.cleaned_data["reason"], now=clock.now(), **seen)
    except EditedMeanwhile as late:
        week.refresh_from_db()
        form.add_error(None, late.message)
        form.accept_version(week.version)
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND
