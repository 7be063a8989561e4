"""Pages that take files out of the office: several packets at once, and the tables of an application."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from cases.views.shared import crumbs
from subsidies.enums import ExportState, PacketState
from subsidies.forms.exports import ExportForm
from subsidies.models import Application, Export
from subsidies.selectors.filing.packets import awaiting_export, items_of
from subsidies.services.output import exports as services
from subsidies.services.output.tables import print_tables
from subsidies.views.output.packet_page import packets_context
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.documents.services import DocumentDamaged
from vapup.shared.errors import DomainError

PAGE: Final = "subsidies:export"
ZIP: Final = "application/zip"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES: Final = {PacketState.QUEUED: "info", PacketState.DONE: "success", PacketState.FAILED: "error"}


@require_POST
def export_new(request: MemberRequest, **_url: Any) -> HttpResponse:
    form = ExportForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            export = services.request_export(
                actor=request.member,
                purpose=values["purpose"],
                application_ids=_waiting(request) if values["every"] else values["application"],
                packet_ids=() if values["every"] else values["packet"],
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            return redirect(PAGE, export_id=export.pk)
    context = packets_context(request.member, page=request.GET.get("page"), form=form)
    return render(request, "subsidies/packets.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _waiting(request: MemberRequest) -> list[int]:
    """Return the ids of all applications that the page offers as approved and not printed."""
    return list(awaiting_export(request.member.agency_id).values_list("pk", flat=True))


def export(request: MemberRequest, **_url: Any) -> HttpResponse:
    export = loaded(request, Export)
    items = list(items_of(export))
    states = [PacketState(item.state) for item in items]
    context = {
        "export": export,
        "rows": [(item, TONES[state]) for item, state in zip(items, states, strict=True)],
        "is_waiting": export.state == ExportState.WORKING,
        "finished": len(states) - states.count(PacketState.QUEUED),
        "made": states.count(PacketState.DONE),
        "failed": states.count(PacketState.FAILED),
        "breadcrumbs": crumbs(str(export), ("書類の出力", "subsidies:packets")),
    }
    is_part = request.GET.get("part") == "state"
    return render(request, "subsidies/_export_state.html" if is_part else "subsidies/export.html", context)


@require_POST
def export_retry(request: MemberRequest, **_url: Any) -> HttpResponse:
    export = loaded(request, Export)
    try:
        services.retry_export(export_id=export.pk, actor=request.member, now=clock.now())
    except DomainError as refused:
        messages.error(request, refused.message)
    return redirect(PAGE, export_id=export.pk)


def export_download(request: MemberRequest, **_url: Any) -> HttpResponseBase:
    export, has_parts = loaded(request, Export), request.GET.get("parts") == "1"
    try:
        file = services.pack_export(export=export, actor=request.member, now=clock.now(), has_parts=has_parts)
    except (services.ExportRefused, DocumentDamaged) as refused:
        messages.error(request, refused.message)
        return redirect(PAGE, export_id=export.pk)
    response = FileResponse(file, as_attachment=True, filename=services.export_filename(export), content_type=ZIP)
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response


def application_tables(request: MemberRequest, **_url: Any) -> HttpResponse:
    application = loaded(request, Application)
    try:
        filename, content = print_tables(actor=request.member, application=application, today=clock.today())
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("subsidies:application", number=application.case.number, application_id=application.pk)
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response
