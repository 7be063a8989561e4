"""What the page of one packet shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse

from cases.views.shared import crumbs
from subsidies.enums import PacketState
from subsidies.models import Packet
from subsidies.packets.payload import UsagePayload
from subsidies.services.packets import may_download
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.documents.payload import PayloadUnreadable, content_hash

LATE_AFTER: Final = timedelta(seconds=60)
TONES: Final = {PacketState.QUEUED: "info", PacketState.DONE: "success", PacketState.FAILED: "error"}


def packet_context(packet: Packet, member: Member, *, now: datetime) -> dict[str, Any]:
    """Return the context of the page and of its state part, which are rendered from the same facts."""
    case, download = packet.case, may_download(member, packet)
    again = "subsidies:draft_packet" if packet.is_draft else "subsidies:export_packet"
    state = PacketState(packet.state)
    return {
        "packet": packet,
        "case": case,
        "tone": TONES[state],
        "is_waiting": state is PacketState.QUEUED,
        "is_late": state is PacketState.QUEUED and now - packet.requested_at > LATE_AFTER,
        "is_failed": state is PacketState.FAILED,
        "document": packet.document,
        "download_refusal": download.reason,
        "again_url": reverse(again, args=[case.number]) if _may_ask_again(packet, member) else "",
        "forms": _forms(packet),
        "content_number": content_hash(packet.payload)[:12],
        "breadcrumbs": crumbs(
            "書類",
            ("案件", "cases:list"),
            (case.number, reverse("cases:detail", args=[case.number])),
            (str(packet.get_application_display()), reverse("subsidies:usage", args=[case.number])),
        ),
    }


def _may_ask_again(packet: Packet, member: Member) -> bool:
    return can(member, Action.DRAFT_PACKET if packet.is_draft else Action.EXPORT_PACKET, packet.case).allowed


def _forms(packet: Packet) -> list[dict[str, str]]:
    """Return the forms that the packet holds, as its content named them when it was frozen."""
    try:
        payload = UsagePayload.from_json(packet.payload)
    except PayloadUnreadable:
        return []
    found = [{"number": form.number, "title": form.title, "edition": form.edition} for form in payload.forms]
    return [*found, {"number": "添付", "title": "計算根拠", "edition": payload.calculation.rule_version}]
