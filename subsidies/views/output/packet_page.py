"""What the pages of packets show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.paginator import Paginator
from django.urls import reverse

from cases.views.shared import case_context, crumbs
from subsidies.enums import PacketState
from subsidies.forms.exports import ExportForm
from subsidies.models import Packet
from subsidies.packets.contents import content_from
from subsidies.rules.parameters import rule_versions
from subsidies.selectors import RuleName, rule_name
from subsidies.selectors.filing.packets import (
    awaiting_approval,
    awaiting_export,
    awaiting_submission,
    latest_exports,
    made_packets,
)
from subsidies.services.output.packets import may_download
from vapup.accounts.enums import Action, Role
from vapup.accounts.models import Member
from vapup.accounts.policy import can
from vapup.documents.payload import PayloadUnreadable, content_hash

PAGE_SIZE: Final = 50
EXPORTS_SHOWN: Final = 10
LATE_AFTER: Final = timedelta(seconds=60)
TONES: Final = {PacketState.QUEUED: "info", PacketState.DONE: "success", PacketState.FAILED: "error"}


def packets_context(member: Member, *, page: str | None, form: ExportForm) -> dict[str, Any]:
    """Return the context of the page of all packets; `form` keeps what was ticked and typed."""
    can_export = can(member, Action.EXPORT_PACKET).allowed
    return {
        "page": Paginator(made_packets(member.agency_id), PAGE_SIZE).get_page(page),
        "awaiting_approval": awaiting_approval(member.agency_id),
        "awaiting_export": awaiting_export(member.agency_id),
        "awaiting_submission": awaiting_submission(member.agency_id).defer("payload", "assessment", "assessed"),
        "can_export": can_export,
        "form": form,
        "ticked_applications": form.ticked("application"),
        "ticked_packets": form.ticked("packet"),
        "exports": latest_exports(member.agency_id)[:EXPORTS_SHOWN] if can_export else (),
        "is_export_first": member.has_role(Role.ADMIN) and not member.has_role(Role.MANAGER),
        "breadcrumbs": crumbs("書類の出力"),
    }


def packet_context(packet: Packet, member: Member, *, now: datetime) -> dict[str, Any]:
    """Return the context of the page and of its state part, which are rendered from the same facts."""
    case, download = packet.case, may_download(member, packet)
    row = packet.application_row
    names = ("application_draft", "application_export") if row else ("draft_packet", "export_packet")
    again = f"subsidies:{names[0] if packet.is_draft else names[1]}"
    place = [case.number, row.pk] if row else [case.number]
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
        "again_url": reverse(again, args=place) if _may_ask_again(packet, member) else "",
        "forms": _forms(packet),
        "content_number": content_hash(packet.payload)[:12],
    }


def _may_ask_again(packet: Packet, member: Member) -> bool:
    return can(member, Action.DRAFT_PACKET if packet.is_draft else Action.EXPORT_PACKET, packet.case).allowed


def _forms(packet: Packet) -> list[dict[str, str]]:
    """Return the forms that the packet holds, as its content named them when it was frozen."""
    try:
        payload = content_from(packet.application, packet.payload)
    except PayloadUnreadable:
        return []
    found = [
        {"number": form.number, "title": form.title, "edition": form.edition_label or form.edition, "id": ""}
        for form in payload.forms
    ]
    if payload.calculation is None:
        return found
    rules = _rules(payload.calculation.rule_version)
    return [*found, {"number": "添付", "title": "計算根拠", "edition": rules.title, "id": rules.id}]


def _rules(name: str) -> RuleName:
    """Return the name of the rules of that id for readers; of rules that are no longer known, the id."""
    known = (version for versions in rule_versions().values() for version in versions)
    return next((rule_name(version) for version in known if version.id == name), RuleName(name, ""))
