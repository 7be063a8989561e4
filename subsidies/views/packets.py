"""Pages of packets: ask for one, watch it being made, take it away, and see what waits."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.views.shared import crumbs
from subsidies.models import Packet
from subsidies.selectors.packets import awaiting_approval, awaiting_export, made_packets
from subsidies.services import packets as services
from subsidies.views.packet_page import packet_context
from vapup import clock
from vapup.accounts.enums import Action, Role
from vapup.accounts.http import MemberRequest, loaded
from vapup.accounts.policy import can
from vapup.documents.services import DocumentDamaged, open_stored
from vapup.shared.errors import DomainError

PAGE_SIZE: Final = 50


@require_POST
def draft_packet(request: MemberRequest, **_url: Any) -> HttpResponse:
    return _ask(request, is_draft=True)


@require_POST
def export_packet(request: MemberRequest, **_url: Any) -> HttpResponse:
    return _ask(request, is_draft=False)


def _ask(request: MemberRequest, *, is_draft: bool) -> HttpResponse:
    case = loaded(request, Case)
    try:
        packet = services.request_packet(case_id=case.pk, actor=request.member, is_draft=is_draft, today=clock.today())
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("subsidies:usage", number=case.number)
    return redirect("subsidies:packet", packet_id=packet.pk)


def packet(request: MemberRequest, **_url: Any) -> HttpResponse:
    context = packet_context(loaded(request, Packet), request.member, now=clock.now())
    is_part = request.GET.get("part") == "state"
    return render(request, "subsidies/_packet_state.html" if is_part else "subsidies/packet.html", context)


def packet_download(request: MemberRequest, **_url: Any) -> HttpResponseBase:
    packet = loaded(request, Packet)
    decision = services.may_download(request.member, packet)
    if not decision.allowed:
        raise PermissionDenied(decision.reason)
    if packet.document is None:
        raise Http404(f"packet {packet.pk} is not made")
    try:
        file = open_stored(packet.document)
    except DocumentDamaged as damaged:
        messages.error(request, damaged.message)
        return redirect("subsidies:packet", packet_id=packet.pk)
    services.record_download(packet, actor=request.member)
    response = FileResponse(
        file, as_attachment=True, filename=packet.document.filename, content_type=packet.document.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, no_store=True, private=True)
    return response


def packets(request: MemberRequest, **_url: Any) -> HttpResponse:
    member = request.member
    context = {
        "page": Paginator(made_packets(member.agency_id), PAGE_SIZE).get_page(request.GET.get("page")),
        "awaiting_approval": awaiting_approval(member.agency_id),
        "awaiting_export": awaiting_export(member.agency_id),
        "can_export": can(member, Action.EXPORT_PACKET).allowed,
        "is_export_first": member.has_role(Role.ADMIN) and not member.has_role(Role.MANAGER),
        "breadcrumbs": crumbs("承認・出力"),
    }
    return render(request, "subsidies/packets.html", context)
