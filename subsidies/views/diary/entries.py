"""One entry of the hours: a new one from a case, changing, removing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.models import Case
from cases.services.locking import EditedMeanwhile
from cases.views.shared import Difference, crumbs, posted
from subsidies.forms.application import VersionForm
from subsidies.forms.hours import EditEntryForm, EntryForm, choice_of, initial_of
from subsidies.models import CostLine, WorkEntry, Worker
from subsidies.rules.work_time import Span
from subsidies.selectors.diary.locks import entry_lock_reason
from subsidies.selectors.diary.warnings import entries_of
from subsidies.selectors.diary.week import last_end, last_entry, offers_for, proposed_span
from subsidies.selectors.diary.workers import own_worker_of, workers_on
from subsidies.services.diary import hours as services
from subsidies.views.diary.hours import NAME, PAGE, week_url
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.selectors import latest_event_of
from vapup.shared.errors import DomainError
from vapup.ui.forms import VersionedForm

FORM_PAGE: Final = "subsidies/hours_form.html"
CASE_PAGE: Final = "subsidies:case_hours"


def hours_new(request: MemberRequest) -> HttpResponse:
    """Log hours on the case of the address, for anybody who may work on it; without a case, go to one's week."""
    if "case" not in request.GET:
        return redirect(PAGE)
    case = _case_of(request)
    workers = workers_on(case, request.member)
    if not workers:
        messages.warning(request, "先に、自分の業務日誌を始めてください。")
        return redirect(PAGE)
    today, first = clock.today(), workers[0]
    offers = offers_for(first, today=today, case=case)
    form = EntryForm(
        posted(request),
        workers=workers,
        offers=offers,
        ends=partial(last_end, _named(request, workers)),
        initial=_first_values(request, case, first),
    )
    if request.method == "POST" and form.is_valid() and _is_logged(request, form):
        return redirect(CASE_PAGE, case.number)
    context = _context("業務日誌の記入", reverse(CASE_PAGE, args=[case.number]))
    return render(request, FORM_PAGE, {**context, "form": form, "case": case}, status=_status(request))


def _is_logged(request: MemberRequest, form: EntryForm) -> bool:
    """Log what a valid form says; what the service refuses stands in the form then."""
    worker_id, entry = form.cleaned_data["worker"], form.entry_input()
    try:
        row = services.log_entry(actor=request.member, worker_id=worker_id, entry=entry, now=clock.now())
    except DomainError as refused:
        form.add_error(None, refused.message)
        return False
    messages.success(request, f"{row.worked_on} の {services.described(row)['時間']} を記入しました。")
    return True


def hours_entry(request: MemberRequest, entry_id: int) -> HttpResponse:
    entry = loaded(request, WorkEntry)
    back = week_url(entry.worker, entry.worked_on)
    lock = entry_lock_reason(entry)
    if request.method == "GET" and lock:
        messages.warning(request, lock)
        return redirect(back)
    form = _edit_form(request, entry)
    context = {**_context("業務日誌の変更", back), "form": form, "case": entry.case}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        change = partial(services.change_entry, actor=request.member, entry_id=entry_id, version=version)
        try:
            row = change(entry=form.entry_input(), now=clock.now())
        except EditedMeanwhile as late:
            return _conflict(request, entry, form, late, context)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{row.worked_on} の {services.described(row)['時間']} に保存しました。")
            return redirect(week_url(entry.worker, row.worked_on, new=row.pk))
    return render(request, FORM_PAGE, context, status=_status(request))


def hours_entry_remove(request: MemberRequest, entry_id: int) -> HttpResponse:
    entry = loaded(request, WorkEntry)
    back = week_url(entry.worker, entry.worked_on)
    form = VersionForm(posted(request), initial={"version": entry.version})
    status = _status(request)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            row = services.remove_entry(actor=request.member, entry_id=entry_id, version=version)
        except EditedMeanwhile as late:
            entry.refresh_from_db()
            form.add_error(None, late.message)
            form.accept_version(entry.version)
            status = HTTPStatus.CONFLICT
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{row.worked_on} の {services.described(row)['時間']} を削除しました。")
            return redirect(back)
    context = {**_context("業務日誌の削除", back), "form": form, "entry": entry, "said": services.described(entry)}
    return render(request, "subsidies/hours_remove.html", context, status=status)


def _edit_form(request: MemberRequest, entry: WorkEntry) -> EditEntryForm:
    """Return the form of a stored entry; its own case and work are offered even where they are not any more."""
    offers = list(offers_for(entry.worker, today=clock.today()))
    if all(one.case.pk != entry.case_id for one in offers):
        offers += offers_for(entry.worker, today=clock.today(), case=entry.case)
    initial = {**initial_of(entry), "version": entry.version}
    workers = (entry.worker,)
    return EditEntryForm(
        posted(request), workers=workers, offers=offers, ends=partial(last_end, entry.worker), initial=initial
    )


def _conflict(
    request: MemberRequest, entry: WorkEntry, form: VersionedForm, late: EditedMeanwhile, context: dict[str, Any]
) -> HttpResponse:
    """Answer 409: keep the input, show what is stored instead and who stored it, and let the user save again."""
    stored = entries_of(entry.agency_id).get(pk=entry.pk)
    form.add_error(None, late.message)
    form.accept_version(stored.version)
    was, typed = services.described(stored), _typed(form, entry.agency_id)
    differences = [Difference(name, was[name], typed[name]) for name in was if was[name] != typed[name]]
    found = {"differences": differences, "latest": latest_event_of(entry.agency_id, entry)}
    return render(request, FORM_PAGE, {**context, **found}, status=HTTPStatus.CONFLICT)


def _typed(form: VersionedForm, agency_id: int) -> dict[str, str]:
    """Return what was typed as `described` writes a stored entry."""
    cleaned = form.cleaned_data
    case_id, _, line_id = str(cleaned["work"]).partition(":")
    span: Span = cleaned["span"]
    return services.described(
        WorkEntry(
            case=Case.objects.for_agency(agency_id).get(pk=case_id),
            cost_line=CostLine.objects.for_agency(agency_id).filter(pk=line_id).first() if line_id else None,
            worked_on=cleaned["worked_on"],
            starts_minute=span.starts,
            ends_minute=span.ends,
            break_minutes=span.rest,
            minutes=span.minutes,
            content=cleaned["content"],
            place=cleaned["place"],
        )
    )


def _case_of(request: MemberRequest) -> Case:
    number = request.GET.get("case", "")
    cases = Case.objects.for_agency(request.member.agency_id).select_related("enterprise")
    case = cases.filter(number=number).first() if number.isprintable() else None
    if case is None:
        raise Http404(f"no case {number!r} in this agency")
    return case


def _named(request: MemberRequest, workers: Sequence[Worker]) -> Worker:
    """Return the person who was chosen in the form, or the first one."""
    named = request.POST.get("worker", "")
    return next((one for one in workers if str(one.pk) == named), workers[0])


def _first_values(request: MemberRequest, case: Case, worker: Worker) -> dict[str, Any]:
    today, own = clock.today(), own_worker_of(request.member)
    last = last_entry(worker)
    values: dict[str, Any] = {"worked_on": today, "time": proposed_span(worker, today), "worker": worker.pk}
    if last is not None and last.case_id == case.pk and own == worker:
        values["work"] = choice_of(case.pk, last.cost_line_id)
    return values


def _context(heading: str, back: str) -> dict[str, Any]:
    return {"breadcrumbs": crumbs(heading, (NAME, PAGE)), "heading": heading, "cancel_url": back}


def _status(request: MemberRequest) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
