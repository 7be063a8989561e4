"""Reads of packets: what awaits a signature or an export, and what was made."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cases.models import APPLICATION_OPEN
from cases.workflow import OPEN_STAGES
from subsidies.enums import ApplicationKind, ApplicationState, PacketState
from subsidies.models import Application, Export, ExportItem, Packet


def awaiting_approval(agency_id: int) -> QuerySet[Application]:
    """Return the applications of open cases that a manager has to decide on, the longest waiting first."""
    requested = Application.objects.for_agency(agency_id).filter(
        state=ApplicationState.REQUESTED, case__stage__in=OPEN_STAGES
    )
    return requested.select_related("case__enterprise", "requested_by__user").order_by("requested_at", "pk")


def awaiting_export(agency_id: int) -> QuerySet[Application]:
    """Return the approved applications of open cases that nobody printed since, oldest first."""
    printed = Packet.objects.for_agency(agency_id).filter(
        Q(application_row=OuterRef("pk")) | Q(application_row=None, application=OuterRef("kind")),
        case_id=OuterRef("case_id"),
        is_draft=False,
        state__in=(PacketState.DONE, PacketState.QUEUED),
        requested_at__gte=OuterRef("decided_at"),
    )
    approved = Application.objects.for_agency(agency_id).filter(
        ~Exists(printed), state=ApplicationState.APPROVED, case__stage__in=OPEN_STAGES
    )
    return approved.select_related("case__enterprise", "decided_by__user", "period").order_by("decided_at", "pk")


def awaiting_submission(agency_id: int) -> QuerySet[Application]:
    """Return the approved applications of open cases that were printed and not recorded as submitted, oldest first."""
    approved = Application.objects.for_agency(agency_id).filter(
        Q(case__stage__in=APPLICATION_OPEN) | ~Q(kind=ApplicationKind.USAGE),
        state=ApplicationState.APPROVED,
        case__stage__in=OPEN_STAGES,
    )
    printed = approved.exclude(pk__in=awaiting_export(agency_id).order_by().values("pk"))
    return printed.select_related("case__enterprise", "decided_by__user", "period").order_by("decided_at", "pk")


def exportable_packets(agency_id: int) -> QuerySet[Packet]:
    """Return the final packets that are made and can go into an export."""
    final = Packet.objects.for_agency(agency_id).filter(is_draft=False, state=PacketState.DONE)
    return final.filter(application_row__isnull=False).select_related("case", "application_row", "document")


def made_packets(agency_id: int) -> QuerySet[Packet]:
    """Return every packet, newest first, without the content that it printed."""
    packets = Packet.objects.for_agency(agency_id).defer("payload")
    related = ("case__enterprise", "application_row", "requested_by__user", "document")
    return packets.select_related(*related).order_by("-pk")


def latest_exports(agency_id: int) -> QuerySet[Export]:
    """Return the exports of an agency, newest first, each with the number of its files and of those that failed."""
    failed = Count("items", filter=Q(items__state=PacketState.FAILED))
    found = Export.objects.for_agency(agency_id).annotate(count=Count("items"), failed=failed)
    return found.select_related("requested_by__user").order_by("-pk")


def items_of(export: Export) -> QuerySet[ExportItem]:
    """Return what an export consists of, by case."""
    items = ExportItem.objects.for_agency(export.agency_id).filter(export=export)
    related = ("application__case__enterprise", "application__period", "packet__document")
    return items.select_related(*related).order_by("application__case_id", "pk")
