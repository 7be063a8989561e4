"""Pages of packets: ask for one, watch it being made, take it away, and see what waits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST

from cases.models import Case
from subsidies.enums import ApplicationKind
from subsidies.forms.exports import ExportForm
from subsidies.models import Application, Packet
from subsidies.services.filing.applications import USAGE, ApplicationKey
from subsidies.services.output import packets as services
from subsidies.views.output.packet_page import packet_context, packets_context
from vapup import clock
from vapup.accounts.http import MemberRequest, loaded
from vapup.documents.models import StoredDocument
from vapup.documents.services import DocumentDamaged, open_stored
from vapup.shared.errors import DomainError


@require_POST
def draft_packet(request: MemberRequest, **_url: Any) -> HttpResponse:
    return _ask(request, is_draft=True)


@require_POST
def export_packet(request: MemberRequest, **_url: Any) -> HttpResponse:
    return _ask(request, is_draft=False)


@require_POST
def application_draft(request: MemberRequest, **_url: Any) -> HttpResponse:
    return _ask(request, is_draft=True)


@require_POST
def application_export(request: MemberRequest, **_url: Any) -> HttpResponse:
    return _ask(request, is_draft=False)


def _ask(request: MemberRequest, *, is_draft: bool) -> HttpResponse:
    """Ask for the packet of the application in the address, or of the usage application of the case in it."""
    target = request.target
    case = target.case if isinstance(target, Application) else loaded(request, Case)
    key = ApplicationKey(ApplicationKind(target.kind), target.number) if isinstance(target, Application) else USAGE
    try:
        packet = services.request_packet(
            case_id=case.pk, actor=request.member, is_draft=is_draft, today=clock.today(), key=key
        )
    except DomainError as refused:
        messages.error(request, refused.message)
        if isinstance(target, Application) and key != USAGE:
            return redirect("subsidies:application", number=case.number, application_id=target.pk)
        return redirect("subsidies:usage", number=case.number)
    return redirect("subsidies:packet", packet_id=packet.pk)


def packet(request: MemberRequest, **_url: Any) -> HttpResponse:
    context = packet_context(loaded(request, Packet), request.member, now=clock.now())
    is_part = request.GET.get("part") == "state"
    return render(request, "subsidies/_packet_state.html" if is_part else "subsidies/packet.html", context)


def packet_download(request: MemberRequest, **_url: Any) -> HttpResponseBase:
    packet = loaded(request, Packet)
    return _give(request, packet, packet.document)


def packet_archive(request: MemberRequest, **_url: Any) -> HttpResponseBase:
    packet = loaded(request, Packet)
    return _give(request, packet, packet.archive)


def _give(request: MemberRequest, packet: Packet, document: StoredDocument | None) -> HttpResponseBase:
    """Give one of a packet's files out, to those who may take it, and note it in the trail."""
    decision = services.may_download(request.member, packet)
    if not decision.allowed:
        raise PermissionDenied(decision.reason)
    if document is None:
        raise Http404(f"packet {packet.pk} has no such file")
    try:
        file = open_stored(document)
    except DocumentDamaged as damaged:
        messages.error(request, damaged.message)
        return redirect("subsidies:packet", packet_id=packet.pk)
    services.record_download(actor=request.member, packet=packet, document=document)
    response = FileResponse(file, as_attachment=True, filename=document.filename, content_type=document.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response


def packets(request: MemberRequest, **_url: Any) -> HttpResponse:
    context = packets_context(request.member, page=request.GET.get("page"), form=ExportForm())
    return render(request, "subsidies/packets.html", context)
