"""A person's week of hours (業務日誌): look, log, copy yesterday, hand in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.views.shared import crumbs, posted
from subsidies.enums import OPEN_WEEKS, WeekState
from subsidies.forms.hours import EntryForm, choice_of, echo_of
from subsidies.models import WorkEntry, Worker
from subsidies.rules.work_time import UnreadableTime, read_span
from subsidies.selectors.diary.records import records_of_week
from subsidies.selectors.diary.warnings import entries_of
from subsidies.selectors.diary.week import (
    DAYS,
    WeekSheet,
    last_end,
    last_entry,
    offers_for,
    proposed_span,
    week_sheet,
)
from subsidies.selectors.diary.weeks import waiting
from subsidies.selectors.diary.workers import own_worker_of, workers_for
from subsidies.services.diary import hours as services
from subsidies.services.diary.weeks import UNLOCKABLE, submit_week, withdraw_week
from subsidies.services.diary.workers import own_worker
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest
from vapup.accounts.policy import can
from vapup.shared.dates import monday_of
from vapup.shared.errors import DomainError

NAME: Final = "業務日誌"
PAGE: Final = "subsidies:hours"
WEEK: Final = timedelta(days=DAYS)
EARLIEST: Final = date(2000, 1, 3)
LONGEST_ID: Final = 18
TONES: Final = {
    WeekState.OPEN: "todo",
    WeekState.SUBMITTED: "info",
    WeekState.APPROVED: "success",
    WeekState.RETURNED: "warning",
}


def hours(request: MemberRequest) -> HttpResponse:
    worker = chosen_worker(request)
    if worker is None:
        return render(request, "subsidies/hours_first.html", {"breadcrumbs": crumbs(NAME), **_reader(request)})
    sheet = week_sheet(worker, _monday(request))
    if request.method != "POST":
        return _week_page(request, sheet, _form(request, sheet))
    form = _form(request, sheet, None)
    if form.is_valid():
        try:
            entry = services.log_entry(
                actor=request.member, worker_id=worker.pk, entry=form.entry_input(), now=clock.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return redirect(week_url(worker, entry.worked_on, new=entry.pk))
    return _week_page(request, sheet, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def hours_time(request: MemberRequest) -> HttpResponse:
    """Answer how a time is understood, while it is typed."""
    worker = chosen_worker(request)
    day = _day_of(request.GET.get("worked_on", ""))
    try:
        span = read_span(request.GET.get("time", ""), after=last_end(worker, day) if worker else None)
    except UnreadableTime:
        return render(request, "subsidies/_hours_echo.html", {"echo": "", "is_wrong": True})
    return render(request, "subsidies/_hours_echo.html", {"echo": echo_of(span), "is_wrong": False})


def hours_start(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            worker = own_worker(actor=request.member)
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, f"従事者「{worker}」として業務日誌を始めます。")
    return redirect(PAGE)


def hours_copy(request: MemberRequest) -> HttpResponse:
    """Copy the last day with entries to the day that was sent."""
    day = _day_of(request.POST.get("day", ""))

    def copy(worker: Worker) -> str:
        copied = services.copy_day(actor=request.member, worker_id=worker.pk, day=day, now=clock.now())
        return f"{len(copied)}件を {day} に写しました。時間と業務内容を、その日の仕事に合わせて直してください。"

    return _act(request, day, copy)


def hours_submit(request: MemberRequest) -> HttpResponse:
    monday = _monday(request)

    def submit(worker: Worker) -> str:
        submit_week(actor=request.member, worker_id=worker.pk, monday=monday, now=clock.now())
        return f"{monday} からの週を提出しました。管理者の承認を待っています。"

    return _act(request, monday, submit)


def hours_withdraw(request: MemberRequest) -> HttpResponse:
    monday = _monday(request)

    def withdraw(worker: Worker) -> str:
        withdraw_week(actor=request.member, worker_id=worker.pk, monday=monday)
        return f"{monday} からの週の提出を取り消しました。直してから、もう一度提出してください。"

    return _act(request, monday, withdraw)


def chosen_worker(request: MemberRequest) -> Worker | None:
    """Return whose hours are meant: the person named in the request, or the reader; None before the first time."""
    named = request.POST.get("worker") or request.GET.get("worker", "")
    if not named:
        return own_worker_of(request.member)
    found = next((one for one in workers_for(request.member) if str(one.pk) == named), None)
    if found is None:
        raise Http404(f"no worker {named!r} whose hours the member may log")
    return found


def week_url(worker: Worker, day: date, **more: int) -> str:
    """Return the address of a person's week that a day lies in."""
    return f"{reverse(PAGE)}?{urlencode({'week': monday_of(day).isoformat(), 'worker': worker.pk, **more})}"


def _act(request: MemberRequest, day: date, act: Callable[[Worker], str]) -> HttpResponseRedirect:
    """Do something to a person's week and go back to it, with what was done or why not."""
    worker = chosen_worker(request)
    if worker is None or request.method != "POST":
        return redirect(PAGE)
    try:
        messages.success(request, act(worker))
    except DomainError as refused:
        messages.error(request, refused.message)
    return redirect(week_url(worker, day))


def _week_page(
    request: MemberRequest, sheet: WeekSheet, form: EntryForm, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    worker, monday, today = sheet.worker, sheet.week.monday, clock.today()
    is_open = sheet.week.state in OPEN_WEEKS
    may_log = can(request.member, Action.LOG_HOURS, worker)
    context = {
        "breadcrumbs": crumbs(NAME),
        **_reader(request),
        "sheet": sheet,
        "form": form,
        "tone": TONES[WeekState(sheet.week.state)],
        "can_log": is_open and may_log.allowed and worker.is_active,
        "can_submit": is_open and bool(sheet.entries),
        "can_withdraw": sheet.week.state == WeekState.SUBMITTED and may_log.allowed,
        "can_decide": sheet.week.state == WeekState.SUBMITTED and can(request.member, Action.APPROVE_HOURS).allowed,
        "can_unlock": sheet.week.state in UNLOCKABLE and can(request.member, Action.UNLOCK_HOURS).allowed,
        "day": _form_day(request, sheet),
        "previous_url": week_url(worker, monday - WEEK),
        "next_url": week_url(worker, monday + WEEK) if monday + WEEK <= today else "",
        "this_url": week_url(worker, today) if monday != monday_of(today) else "",
        "new_id": _number(request.GET.get("new", "")),
        "records": records_of_week(sheet),
    }
    return render(request, "subsidies/hours.html", context, status=status)


def _reader(request: MemberRequest) -> dict[str, Any]:
    """Return what depends on the reader alone: the people to choose from, and the weeks that wait for a manager."""
    is_manager = can(request.member, Action.APPROVE_HOURS).allowed
    return {
        "workers": workers_for(request.member),
        "is_manager": is_manager,
        "waiting_count": waiting(request.member.agency_id).count() if is_manager else 0,
    }


def _form(request: MemberRequest, sheet: WeekSheet, initial: dict[str, Any] | None = None) -> EntryForm:
    worker, today = sheet.worker, clock.today()
    if request.method != "POST":
        initial = _first_values(request, sheet)
    offers = offers_for(worker, today=today)
    return EntryForm(posted(request), workers=(worker,), offers=offers, ends=partial(last_end, worker), initial=initial)


def _first_values(request: MemberRequest, sheet: WeekSheet) -> dict[str, Any]:
    """Return what a new entry starts with: a copy, or the last case and work, going on from the day's last entry."""
    worker, day = sheet.worker, _form_day(request, sheet)
    copied = copied_entry(request, worker)
    like = copied or last_entry(worker)
    values: dict[str, Any] = {"worker": worker.pk, "worked_on": day, "time": proposed_span(worker, day, like=copied)}
    if like is not None:
        values["work"] = choice_of(like.case_id, like.cost_line_id)
    if copied is not None:
        values |= {"content": copied.content, "place": copied.place}
    return values


def copied_entry(request: MemberRequest, worker: Worker) -> WorkEntry | None:
    """Return the entry of the person that the address asks to copy, if there is one."""
    pk = _number(request.GET.get("copy", ""))
    return entries_of(worker.agency_id).filter(worker=worker, pk=pk).first() if pk else None


def _form_day(request: MemberRequest, sheet: WeekSheet) -> date:
    """Return the day that a new entry is for: the one asked for, today, or else the week's last day with entries."""
    today, monday = clock.today(), sheet.week.monday
    asked = _day_of(request.GET.get("day", ""))
    if request.GET.get("day") and monday <= asked <= sheet.sunday:
        return asked
    if monday <= today <= sheet.sunday:
        return today
    return max((row.entry.worked_on for row in sheet.entries), default=monday)


def _monday(request: MemberRequest) -> date:
    return monday_of(_day_of(request.POST.get("week") or request.GET.get("week", "")))


def _day_of(text: str) -> date:
    """Return the day that was sent; today where it is none, or one that no diary has."""
    today = clock.today()
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if EARLIEST <= asked <= today + WEEK else today


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0
