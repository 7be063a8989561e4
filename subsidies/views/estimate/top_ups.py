"""The forms of local top-ups (地域の上乗せ補助) of a case."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cases.models import Case
from cases.services.locking import EditedMeanwhile
from cases.views.shared import differences_of, posted
from subsidies.forms.application import VersionForm
from subsidies.forms.top_ups import EditTopUpForm, TopUpForm
from subsidies.models import LocalTopUp
from subsidies.selectors.estimate.top_ups import Suggestion, latest_change, suggestions_of
from subsidies.services.estimate import top_ups as services
from subsidies.views.shared import case_context
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen
from vapup.ui.forms import VersionedForm

PAGE: Final = "subsidies:assessment"
FORM_PAGE: Final = "subsidies/top_up_form.html"


def top_up_new(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    suggestions = suggestions_of(case)
    form = TopUpForm(posted(request), initial=_first_values(suggestions, request.GET.get("programme", "")))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.add_top_up(actor=request.member, case_id=case.pk, facts=form.facts(), today=clock.today())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return _done(request, case, f"{row.provider}の上乗せ補助 {format_yen(row.amount_yen)}円 を登録しました。")
    context = {**_context(case, "上乗せ補助の登録", "登録する"), "form": form, "suggestions": suggestions}
    return render(request, FORM_PAGE, context, status=_status(request))


def top_up_edit(request: MemberRequest, top_up_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    row = get_object_or_404(case.top_ups, pk=top_up_id)
    initial = {name: getattr(row, name) for name in (*services.FACTS, "version")}
    form = EditTopUpForm(posted(request), initial=initial)
    context = {**_context(case, "上乗せ補助の変更", "保存する"), "form": form, "suggestions": ()}
    if request.method == "POST" and form.is_valid():
        facts, ids = form.facts(), {"case_id": case.pk, "top_up_id": row.pk, "version": form.cleaned_data["version"]}
        try:
            services.edit_top_up(actor=request.member, facts=facts, today=clock.today(), **ids)
        except EditedMeanwhile as late:
            return _conflict(request, case, row, form, late, context)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return _done(request, case, f"{facts['provider']}の上乗せ補助を保存しました。")
    return render(request, FORM_PAGE, context, status=_status(request))


def top_up_remove(request: MemberRequest, top_up_id: int, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    row = get_object_or_404(case.top_ups, pk=top_up_id)
    form = VersionForm(posted(request), initial={"version": row.version})
    context = {**_context(case, "上乗せ補助の削除", "削除する"), "form": form, "suggestions": (), "removed": row}
    if request.method == "POST" and form.is_valid():
        ids = {"case_id": case.pk, "top_up_id": row.pk, "version": form.cleaned_data["version"]}
        try:
            name = services.remove_top_up(actor=request.member, **ids)
        except EditedMeanwhile as late:
            return _conflict(request, case, row, form, late, context)
        return _done(request, case, f"上乗せ補助「{name}」を削除しました。")
    return render(request, FORM_PAGE, context, status=_status(request))


def _first_values(suggestions: tuple[Suggestion, ...], programme_id: str) -> dict[str, Any]:
    """Return what a new form shows first: the programme that was picked from the suggestions, if any."""
    for one in suggestions:
        if one.programme.id == programme_id:
            programme = one.programme
            values = {"provider": programme.provider, "programme": programme.name}
            return {**values, "amount_yen": one.amount_yen or None, "source_url": programme.source.url}
    return {}


def _conflict(
    request: MemberRequest,
    case: Case,
    row: LocalTopUp,
    form: VersionedForm,
    late: EditedMeanwhile,
    context: dict[str, Any],
) -> HttpResponse:
    """Answer 409: keep the input, show what is stored instead and who stored it, and let the user save again."""
    row.refresh_from_db()
    form.add_error(None, late.message)
    form.accept_version(row.version)
    found = {"differences": differences_of(form, row), "latest": latest_change(case)}
    return render(request, FORM_PAGE, {**context, **found}, status=HTTPStatus.CONFLICT)


def _status(request: MemberRequest) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def _context(case: Case, heading: str, submit: str) -> dict[str, Any]:
    return {
        **case_context(case, PAGE, here=heading),
        "heading": heading,
        "submit": submit,
        "removed": None,
        "cancel_url": f"{reverse(PAGE, args=[case.number])}#net-burden",
    }


def _done(request: MemberRequest, case: Case, message: str) -> HttpResponseRedirect:
    messages.success(request, message)
    return redirect(f"{reverse(PAGE, args=[case.number])}#net-burden")
