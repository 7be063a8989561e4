"""Reads of packets: what awaits a signature or an export, and what was made."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import APPLICATION_OPEN
from cases.workflow import OPEN_STAGES
from subsidies.enums import ApplicationKind, ApplicationState, PacketState
from subsidies.models import Application, Packet


def awaiting_approval(agency_id: int) -> QuerySet[Application]:
    """Return the applications of open cases that a manager has to decide on, the longest waiting first."""
    requested = Application.objects.for_agency(agency_id).filter(
        state=ApplicationState.REQUESTED, case__stage__in=OPEN_STAGES
    )
    return requested.select_related("case__enterprise", "requested_by__user").order_by("requested_at", "pk")


def awaiting_export(agency_id: int) -> QuerySet[Application]:
    """Return the approved usage applications that the council waits for and nobody printed since, oldest first."""
    printed = Packet.objects.for_agency(agency_id).filter(
        case_id=OuterRef("case_id"),
        is_draft=False,
        state__in=(PacketState.DONE, PacketState.QUEUED),
        requested_at__gte=OuterRef("decided_at"),
    )
    approved = Application.objects.for_agency(agency_id).filter(
        ~Exists(printed),
        kind=ApplicationKind.USAGE,
        state=ApplicationState.APPROVED,
        case__stage__in=APPLICATION_OPEN,
    )
    return approved.select_related("case__enterprise", "decided_by__user").order_by("decided_at", "pk")


def made_packets(agency_id: int) -> QuerySet[Packet]:
    """Return every packet, newest first, without the content that it printed."""
    packets = Packet.objects.for_agency(agency_id).defer("payload")
    return packets.select_related("case__enterprise", "requested_by__user", "document").order_by("-pk")
