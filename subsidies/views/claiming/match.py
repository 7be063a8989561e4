"""The pages of the four-way match (四点突合), and the page that fills a claim from the hours."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from cases.models import Case
from cases.services.locking import EditedMeanwhile
from subsidies.forms.application import TakeHoursForm
from subsidies.models import Application
from subsidies.selectors.claiming.claims import claim_of, is_claim
from subsidies.selectors.matching.of_case import case_match_of
from subsidies.selectors.matching.of_claim import match_of
from subsidies.selectors.matching.take_hours import taken_hours_of
from subsidies.services.claiming.claims import claim_lock_reason
from subsidies.services.claiming.take_hours import take_from_hours
from subsidies.services.output.match_tables import print_match
from subsidies.views.output.exports import XLSX
from subsidies.views.shared import APPLICATIONS, below_application, case_context
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

TITLE: Final = "四点突合"
CLAIM_PATH: Final = "実績と請求額"
TAKE: Final = "業務日誌から取り込む"


def _of_claims(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the claim of its address; where there are no figures, go back and say why."""

    @wraps(view)
    def wrapped(request: MemberRequest, number: str, application_id: int, **_: Any) -> HttpResponse:
        application = loaded(request, Application)
        if not is_claim(application):
            messages.error(request, f"「{application.name}」は支払申請ではないため、突き合わせる金額がありません。")
            return redirect("subsidies:application", number, application_id)
        try:
            return view(request, application=application)
        except DomainError as closed:
            messages.error(request, f"「{application.name}」の金額を計算できません。{closed.message}")
            return redirect("cases:detail", number)

    return wrapped


@_of_claims
def match(request: MemberRequest, application: Application) -> HttpResponse:
    if request.GET.get("format") == "xlsx":
        return _file(*print_match(actor=request.member, application=application, today=clock.today()))
    found = match_of(application)
    may_edit = can(request.member, Action.EDIT_COSTS, application)
    context = {
        **below_application(application, TITLE),
        "heading": f"{application.name} {TITLE}",
        "application": application,
        "match": found,
        "can_take": may_edit.allowed and found.hours.is_kept and not claim_lock_reason(application),
    }
    return render(request, "subsidies/match.html", context)


def case_match(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    context = {**case_context(case, APPLICATIONS, here=TITLE), "match": case_match_of(case)}
    return render(request, "subsidies/case_match.html", context)


@_of_claims
def take_hours(request: MemberRequest, application: Application) -> HttpResponse:
    back = reverse("subsidies:claim", args=[application.case.number, application.pk])
    lock = claim_lock_reason(application)
    form = TakeHoursForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _take(request, form, application)
        if status is HTTPStatus.FOUND:
            messages.success(request, "業務日誌から、実績の費用と支援機関ごとの費用を取り込みました。")
            return redirect(back)
    taken = taken_hours_of(claim_of(application))
    form.show_again(application.version, taken.sha256)
    context = {
        **below_application(application, TAKE, (CLAIM_PATH, back)),
        "heading": f"{application.name} {TAKE}",
        "taken": taken,
        "form": form,
        "notice": lock,
        "cancel_url": back,
    }
    return render(request, "subsidies/take_hours.html", context, status=status)


def _take(request: MemberRequest, form: TakeHoursForm, application: Application) -> HTTPStatus:
    """Fill the claim; what keeps it from being filled becomes an error of the page, which shows the rows anew."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        take_from_hours(
            actor=request.member,
            application_id=application.pk,
            **form.cleaned_data,
            today=clock.today(),
        )
    except EditedMeanwhile as late:
        application.refresh_from_db(fields=["version"])
        form.add_error(None, late.message)
        return HTTPStatus.CONFLICT
    except DomainError as refused:
        form.add_error(None, refused.message)
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FOUND


def _file(filename: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response
