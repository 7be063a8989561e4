"""What was printed of an application, and which of its papers a member may have printed now."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from subsidies.enums import CLAIMS, DEAD, ApplicationKind, PacketState
from subsidies.models import Application, Packet
from subsidies.selectors.filing.usage_page import packets_of
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can


def printings_of(member: Member, application: Application) -> dict[str, Any]:
    """Return the packets of an application with their state, and the buttons that would be allowed."""
    case, packets = application.case, packets_of(application)
    is_alive = application.state not in DEAD
    is_usage = application.kind == ApplicationKind.USAGE
    place = [case.number] if is_usage else [case.number, application.pk]
    names = ("draft_packet", "export_packet") if is_usage else ("application_draft", "application_export")
    return {
        "packets": packets,
        "is_printed": any(_is_final(packet, application) for packet in packets),
        "can_draft": is_alive and can(member, Action.DRAFT_PACKET, case).allowed,
        "can_export": application.is_approved and can(member, Action.EXPORT_PACKET, case).allowed,
        "draft_url": reverse(f"subsidies:{names[0]}", args=place),
        "export_url": reverse(f"subsidies:{names[1]}", args=place),
        "tables_url": _tables_url(application),
    }


def _tables_url(application: Application) -> str:
    """Return where the tables are given out; letters have none, nor has what nothing was written to yet."""
    if application.pk is None or application.kind not in {ApplicationKind.USAGE, *CLAIMS}:
        return ""
    return reverse("subsidies:application_tables", args=[application.case.number, application.pk])


def _is_final(packet: Packet, application: Application) -> bool:
    """Tell whether a packet is what may be handed in: final, and asked for since the approval that stands."""
    if packet.is_draft or packet.state == PacketState.FAILED:
        return False
    return application.decided_at is None or packet.requested_at >= application.decided_at
