"""The papers desk (書類): the list of an application, one paper, uploads and downloads."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST

from cases.services.locking import EditedMeanwhile
from cases.views.shared import differences_of, posted
from subsidies.enums import OPEN_STATES
from subsidies.forms.papers import CheckForm, PaperForm, PlaceForm, SeenForm, UploadForm
from subsidies.models import Application, Paper
from subsidies.rules.requirements import notes_for
from subsidies.selectors.filing.applications import application_url
from subsidies.selectors.filing.papers import label_of, latest_change, papers_page_of, row_of, version_of
from subsidies.selectors.filing.requirements import PaperSlot, slot_by_key
from subsidies.services.filing import papers as services
from subsidies.views.shared import below_application
from vapup import clock
from vapup.accounts.enums import Action
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.documents.scanning import is_scanner_configured
from vapup.documents.services import DocumentDamaged, open_stored
from vapup.shared.errors import DomainError

LIST: Final = "subsidies:papers"
PAPER: Final = "subsidies:paper"


def papers(request: MemberRequest, **_: object) -> HttpResponse:
    application = loaded(request, Application)
    page = papers_page_of(application, today=clock.today(), status=request.GET.get("status", ""))
    offered = [row.seen for group in page.groups for row in group.rows if row.seen]
    form = CheckForm(posted(request), offered=offered)
    if request.method == "POST" and form.is_valid():
        ids = {"case_id": application.case_id, "application_id": application.pk}
        try:
            done = services.check_papers(actor=request.member, **ids, seen=form.seen(), now=clock.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{len(done)}件の書類を確認済にしました。")
            return redirect(LIST, application.case.number, application.pk)
    context = {
        **_context(application, "書類"),
        "notes": notes_for(application.case.council_id, on=application.case.key_date),
        "page": page,
        "form": form,
        "can_edit": can(request.member, Action.HANDLE_PAPERS, application).allowed,
    }
    return render(request, "subsidies/papers.html", context, status=_status(request))


def paper(request: MemberRequest, slot: str, **_: object) -> HttpResponse:
    application, found = _slot(request, slot)
    is_open = application.state in OPEN_STATES
    form = _paper_form(request, found, is_open=is_open)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {
            "actor": request.member,
            "address": _address(application, found),
            "version": form.cleaned_data["version"],
            "now": clock.now(),
        }
        try:
            if is_open:
                services.record_paper(**given, facts=form.values())
            else:
                services.mark_place(**given, place=form.cleaned_data["place"])
        except EditedMeanwhile as late:
            return _conflict(request, application, found, form, late)
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"「{found.label}」を保存しました。")
            return redirect(LIST, application.case.number, application.pk)
    context = _paper_context(request, application, found, form=form)
    return render(request, "subsidies/paper.html", context, status=_status(request))


@require_POST
def paper_upload(request: MemberRequest, slot: str, **_: object) -> HttpResponse:
    application, found = _slot(request, slot)
    form = UploadForm(request.POST, request.FILES, max_bytes=settings.UPLOAD_MAX_BYTES)
    if form.is_valid():
        file, note = form.cleaned_data["file"], form.cleaned_data["note"]
        given: dict[str, Any] = {"address": _address(application, found), "now": clock.now()}
        try:
            version, kept = services.upload_paper(
                actor=request.member, **given, name=file.name or "", stream=file, note=note
            )
        except DomainError as refused:
            form.add_error("file", refused.message)
        else:
            removed = f"安全のため、{'・'.join(kept.removed)}を取り除いて保存しました。" if kept.removed else ""
            messages.success(request, f"「{kept.filename}」を{version}として登録しました。{removed}")
            return redirect(PAPER, application.case.number, application.pk, found.key)
    context = _paper_context(request, application, found, upload=form)
    return render(request, "subsidies/paper.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def paper_version(request: MemberRequest, version_id: int, **_: object) -> HttpResponseBase:
    application = loaded(request, Application)
    version = version_of(application, version_id)
    if version is None:
        raise Http404(f"no version {version_id} of a paper of the application {application.pk}")
    label = label_of(application, version.paper)
    try:
        file = open_stored(version.document)
    except DocumentDamaged as damaged:
        messages.error(request, damaged.message)
        return redirect(LIST, application.case.number, application.pk)
    services.record_download(actor=request.member, version=version, label=label)
    document = version.document
    response = FileResponse(file, as_attachment=True, filename=document.filename, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    patch_cache_control(response, no_store=True, private=True)
    return response


def _slot(request: MemberRequest, key: str) -> tuple[Application, PaperSlot]:
    application = loaded(request, Application)
    found = slot_by_key(application, key)
    if found is None:
        raise Http404(f"the application {application.pk} has no paper {key}")
    return application, found


def _address(application: Application, slot: PaperSlot) -> services.PaperAddress:
    return services.PaperAddress(case_id=application.case_id, application_id=application.pk, key=slot.key)


def _paper_form(request: MemberRequest, slot: PaperSlot, *, is_open: bool) -> PaperForm | PlaceForm:
    row = slot.paper or Paper(version=0)
    initial = {name: getattr(row, name) for name in (*services.FACTS, "version")}
    data = posted(request) if request.resolver_match and request.resolver_match.url_name == "paper" else None
    return PaperForm(data, initial=initial) if is_open else PlaceForm(data, initial=initial)


def _context(application: Application, here: str, *via: tuple[str, str]) -> dict[str, Any]:
    return {
        **below_application(application, here, *via),
        "application": application,
        "application_url": application_url(application),
        "list_url": reverse(LIST, args=[application.case.number, application.pk]),
        "is_scanned": is_scanner_configured(),
    }


def _paper_context(
    request: MemberRequest,
    application: Application,
    slot: PaperSlot,
    *,
    form: SeenForm | None = None,
    upload: UploadForm | None = None,
) -> dict[str, Any]:
    is_open = application.state in OPEN_STATES
    can_edit = can(request.member, Action.HANDLE_PAPERS, application).allowed
    list_url = reverse(LIST, args=[application.case.number, application.pk])
    return {
        **_context(application, slot.label, ("書類", list_url)),
        "slot": slot,
        "row": row_of(slot, application, today=clock.today()),
        "form": form or _paper_form(request, slot, is_open=is_open),
        "upload": upload or UploadForm(max_bytes=settings.UPLOAD_MAX_BYTES),
        "can_edit": can_edit,
        "can_upload": can_edit and is_open,
        "is_open": is_open,
        "differences": (),
        "latest": None,
    }


def _conflict(
    request: MemberRequest, application: Application, slot: PaperSlot, form: SeenForm, late: EditedMeanwhile
) -> HttpResponse:
    """Answer 409: keep the input, show what is stored instead and who stored it, and let the user save again."""
    now = slot_by_key(application, slot.key) or slot
    stored = now.paper or Paper(version=0)
    form.add_error(None, late.message)
    form.accept_version(stored.version)
    context = {
        **_paper_context(request, application, now, form=form),
        "differences": differences_of(form, stored),
        "latest": latest_change(application, slot.label),
    }
    return render(request, "subsidies/paper.html", context, status=HTTPStatus.CONFLICT)


def _status(request: MemberRequest) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
