"""The pages of the notes on a case."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from cases.forms.notes import EditNoteForm, NoteForm, PinForm
from cases.models import Case, Note
from cases.selectors import notes as selectors
from cases.services import notes as services
from cases.services.locking import EditedMeanwhile
from cases.views.shared import case_context, conflict, posted
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.shared.errors import DomainError

PAGE: Final = "cases:notes"
FORM_PAGE: Final = "cases/note_form.html"
NOTES_PER_PAGE: Final = 20


def notes(request: MemberRequest, **_: str) -> HttpResponse:
    case, member = loaded(request, Case), request.member
    form = NoteForm(posted(request), office=selectors.colleagues(member))
    if request.method == "POST" and form.is_valid():
        try:
            services.write_note(actor=member, case_id=case.pk, **form.facts())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, "メモを書きました。")
            return redirect(PAGE, case.number)
    page = Paginator(selectors.notes_of(case), NOTES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **case_context(case, PAGE),
        "form": form,
        "page": page,
        "notes": selectors.shown_notes(member, list(page.object_list)),
        "unread": selectors.unread_of(member, case).count(),
        "can_write": can(member, Action.WRITE_NOTE, case).allowed,
    }
    return render(request, "cases/notes.html", context, status=422 if request.method == "POST" else 200)


def note_edit(request: MemberRequest, **_: Any) -> HttpResponse:
    note = loaded(request, Note)
    initial = {name: getattr(note, name) for name in (*services.FACTS, "version")}
    called = selectors.called_by(note)
    office = [one for one in selectors.colleagues(request.member) if one not in called]
    form = EditNoteForm(posted(request), office=office, initial=initial)
    context = {**case_context(note.case, PAGE, here="メモの変更"), "row": note, "form": form, "called": called}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.edit_note(actor=request.member, note_id=note.pk, version=version, now=clock.now(), **form.facts())
        except EditedMeanwhile as late:
            return conflict(request, form, late, FORM_PAGE, context)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return _back(request, note, "メモを保存しました。")
    return render(request, FORM_PAGE, context, status=422 if request.method == "POST" else 200)


@require_POST
def note_pin(request: MemberRequest, **_: Any) -> HttpResponse:
    note = loaded(request, Note)
    form = PinForm(request.POST)
    if not form.is_valid():
        messages.error(request, "画面の情報が壊れています。もう一度「固定」を押してください。")
        return redirect(PAGE, note.case.number)
    is_pinned, version = form.cleaned_data["is_pinned"], form.cleaned_data["version"]
    try:
        services.pin_note(actor=request.member, note_id=note.pk, version=version, is_pinned=is_pinned)
    except EditedMeanwhile:
        messages.error(request, "ほかの人がこのメモを変更しました。今の内容を確かめてから、もう一度押してください。")
        return redirect(PAGE, note.case.number)
    return _back(request, note, "メモを上に固定しました。" if is_pinned else "メモの固定を外しました。")


@require_POST
def notes_read(request: MemberRequest, **_: str) -> HttpResponse:
    case = loaded(request, Case)
    if services.mark_read(actor=request.member, case_id=case.pk, now=clock.now()):
        messages.success(request, "呼びかけを既読にしました。")
    return redirect(PAGE, case.number)


def _back(request: MemberRequest, note: Note, message: str) -> HttpResponseRedirect:
    messages.success(request, message)
    return redirect(f"{reverse(PAGE, args=[note.case.number])}#note-{note.pk}")
