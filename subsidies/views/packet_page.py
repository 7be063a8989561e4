"""What the page of one packet shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse

from cases.views.shared import case_context
from subsidies.enums import PacketState
from subsidies.models import Packet
from subsidies.packets.payload import UsagePayload
from subsidies.rules.parameters import rule_versions
from subsidies.selectors import RuleName, rule_name
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
        **case_context(case, "subsidies:applications", here="申請書類"),
        "packet": packet,
        "tone": TONES[state],
        "is_waiting": state is PacketState.QUEUED,
        "is_late": state is PacketState.QUEUED and now - packet.requested_at > LATE_AFTER,
        "is_failed": state is PacketState.FAILED,
        "document": packet.document,
        "download_refusal": download.reason,
        "again_url": reverse(again, args=[case.number]) if _may_ask_again(packet, member) else "",
        "forms": _forms(packet),
        "content_number": content_hash(packet.payload)[:12],
    }


def _may_ask_again(packet: Packet, member: Member) -> bool:
    return can(member, Action.DRAFT_PACKET if packet.is_draft else Action.EXPORT_PACKET, packet.case).allowed


def _forms(packet: Packet) -> list[dict[str, str]]:
    """Return the forms that the packet holds, as its content named them when it was frozen."""
    try:
        payload = UsagePayload.from_json(packet.payload)
    except PayloadUnreadable:
        return []
    found = [
        {"number": form.number, "title": form.title, "edition": _edition(form.edition), "id": ""}
        for form in payload.forms
    ]
    rules = _rules(payload.calculation.rule_version)
    return [*found, {"number": "添付", "title": "計算根拠", "edition": rules.title, "id": rules.id}]


def _edition(code: str) -> str:
    """Return the edition of a form as people call it: r7 is 令和7年版."""
    return f"令和{code[1:]}年版" if code[:1] == "r" and code[1:].isdecimal() else code


def _rules(name: str) -> RuleName:
    """Return the name of the rules of that id for readers; of rules that are no longer known, the id."""
    known = (version for versions in rule_versions().values() for version in versions)
    return next((rule_name(version) for version in known if version.id == name), RuleName(name, ""))
