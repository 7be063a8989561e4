"""The people whose hours are charged and their rate cards (従事者と単価)."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cases.models import CoAgency
from cases.services.locking import EditedMeanwhile
from cases.views.shared import HUB, crumbs, differences_of, posted
from subsidies.forms.workers import EditWorkerForm, RateForm, WorkerForm, initial_of
from subsidies.models import Worker, WorkerRate
from subsidies.selectors.diary.workers import rates_of, worker_rows
from subsidies.services.diary import workers as services
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.selectors import latest_event_of
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen

NAME: Final = "従事者と単価"
PAGE: Final = "subsidies:workers"
ONE: Final = "subsidies:worker"
LONGEST_ID: Final = 18


def workers(request: MemberRequest) -> HttpResponse:
    rows = worker_rows(request.member.agency_id, today=clock.today())
    context = {
        "breadcrumbs": crumbs(NAME, HUB),
        "own": [row for row in rows if row.worker.co_agency is None],
        "others": [row for row in rows if row.worker.co_agency is not None],
    }
    return render(request, "subsidies/workers.html", context)


def worker_new(request: MemberRequest) -> HttpResponse:
    co_agency = _co_agency(request)
    form = WorkerForm(posted(request), agency_id=request.member.agency_id, of_another=co_agency is not None)
    if request.method == "POST" and form.is_valid():
        facts = form.worker_input(co_agency.pk if co_agency else None)
        try:
            worker = services.add_worker(actor=request.member, facts=facts)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"従事者「{worker}」を登録しました。続けて単価を登録してください。")
            return redirect(ONE, worker.pk)
    context = {**_context("従事者の登録"), "form": form, "co_agency": co_agency}
    return render(request, "subsidies/worker_new.html", context, status=_status(request))


def worker(request: MemberRequest, **_: int) -> HttpResponse:
    """Show a person with the card; one form changes the person, the other adds a rate."""
    row = loaded(request, Worker)
    is_rate = request.POST.get("part") == "rate"
    person = EditWorkerForm(
        None if is_rate else posted(request),
        agency_id=row.agency_id,
        of_another=row.co_agency_id is not None,
        initial=initial_of(row),
    )
    rate = RateForm(posted(request) if is_rate else None, initial={"valid_from": clock.today()}, auto_id="rate_%s")
    if request.method == "POST":
        return _save_rate(request, row, person, rate) if is_rate else _save_person(request, row, person, rate)
    return _page(request, row, person, rate)


def worker_switch(request: MemberRequest, worker_id: int) -> HttpResponse:
    row = loaded(request, Worker)
    if request.method == "POST":
        is_active = request.POST.get("is_active") == "on"
        try:
            services.switch_worker(actor=request.member, worker_id=worker_id, is_active=is_active)
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"従事者「{row}」の使用を{'再開' if is_active else '停止'}しました。")
    return redirect(ONE, worker_id)


def worker_rate_remove(request: MemberRequest, worker_id: int, rate_id: int) -> HttpResponse:
    row = loaded(request, Worker)
    get_object_or_404(WorkerRate.objects.for_agency(row.agency_id), worker=row, pk=rate_id)
    if request.method == "POST":
        try:
            gone = services.remove_rate(actor=request.member, worker_id=worker_id, rate_id=rate_id)
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            amount = format_yen(gone.hourly_rate_yen)
            messages.success(request, f"{gone.valid_from} からの単価 {amount}円 を削除しました。")
    return redirect(ONE, worker_id)


def _save_person(request: MemberRequest, row: Worker, form: EditWorkerForm, rate: RateForm) -> HttpResponse:
    if form.is_valid():
        change = partial(services.change_worker, actor=request.member, worker_id=row.pk)
        try:
            change(version=form.cleaned_data["version"], facts=form.worker_input(row.co_agency_id))
        except EditedMeanwhile as late:
            row.refresh_from_db()
            form.add_error(None, late.message)
            form.accept_version(row.version)
            found = {"differences": differences_of(form, row), "latest": latest_event_of(row.agency_id, row)}
            return _page(request, row, form, rate, status=HTTPStatus.CONFLICT, **found)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "従事者を保存しました。")
            return redirect(PAGE)
    return _page(request, row, form, rate, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _save_rate(request: MemberRequest, row: Worker, person: EditWorkerForm, form: RateForm) -> HttpResponse:
    if form.is_valid():
        try:
            rate = services.add_rate(actor=request.member, worker_id=row.pk, **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{rate.valid_from} から {format_yen(rate.hourly_rate_yen)}円 を登録しました。")
            return redirect(ONE, row.pk)
    return _page(request, row, person, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    request: MemberRequest,
    row: Worker,
    person: EditWorkerForm,
    rate: RateForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    plain: dict[str, Any] = {"differences": [], "latest": None}
    context = {**_context(str(row)), **plain, "worker": row, "form": person, "rate_form": rate, "rates": rates_of(row)}
    return render(request, "subsidies/worker.html", {**context, **more}, status=status)


def _co_agency(request: MemberRequest) -> CoAgency | None:
    """Return the other agency that the address names, or None for the office's own people."""
    named = request.GET.get("co_agency", "")
    if not named:
        return None
    is_id = named.isascii() and named.isdigit() and len(named) <= LONGEST_ID
    found = CoAgency.objects.for_agency(request.member.agency_id).select_related("case")
    co_agency = found.filter(pk=int(named)).first() if is_id else None
    if co_agency is None:
        raise Http404(f"no co-agency {named!r} in this agency")
    return co_agency


def _context(heading: str) -> dict[str, Any]:
    return {"breadcrumbs": crumbs(heading, HUB, (NAME, PAGE)), "heading": heading, "cancel_url": reverse(PAGE)}


def _status(request: MemberRequest) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
