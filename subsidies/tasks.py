"""Doors of the queue for packets and deadlines: named, by ids, safe to run twice."""

from __future__ import annotations

from typing import Final

from celery import shared_task

from subsidies.services import deadlines
from subsidies.services.output import packets, printing
from vapup import clock
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope
from vapup.jobs import enqueue_on_commit

# Forms take a second or two; uploaded papers, which may have hundreds of pages, are merged and numbered on top of that,
# on a machine that may be several times as slow. What takes longer will never end, and is killed a little later.
SOFT_SECONDS: Final = 60
HARD_SECONDS: Final = 75


@shared_task(
    name="subsidies.render_packet",
    acks_late=True,
    ignore_result=True,
    soft_time_limit=SOFT_SECONDS,
    time_limit=HARD_SECONDS,
)
def render_packet(*, agency_id: int, packet_id: int) -> None:
    """Make one packet inside its agency's scope; an unforeseen failure leaves it to the sweep."""
    with tenant_scope(agency_id):
        is_due = printing.begin_attempt(agency_id=agency_id, packet_id=packet_id, now=clock.now())
    if is_due:
        with tenant_scope(agency_id):
            printing.render_packet(agency_id=agency_id, packet_id=packet_id, now=clock.now())


@shared_task(name="subsidies.sweep_packets", ignore_result=True)
def sweep_packets() -> None:
    """Ask again for packets whose message was lost. Looks into all agencies, and touches nothing itself."""
    packets.requeue(now=clock.now())


@shared_task(name="subsidies.refresh_deadlines", ignore_result=True)
def refresh_deadlines() -> None:
    """Ask for the deadlines of every agency to be worked out again: a task each, so that none takes all the time."""
    for agency_id in Agency.objects.order_by("pk").values_list("pk", flat=True):
        enqueue_on_commit("subsidies.refresh_agency_deadlines", agency_id=agency_id)


@shared_task(name="subsidies.refresh_agency_deadlines", ignore_result=True)
def refresh_agency_deadlines(*, agency_id: int) -> None:
    """Work an agency's deadlines out again, for what moves without a write: another edition of the rules."""
    deadlines.refresh_agency(agency_id=agency_id)
