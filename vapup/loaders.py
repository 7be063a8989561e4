"""Find what an address names among the rows of the member's own agency; the policies name these functions."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from cases.models import Case, Enterprise, Note, Plan
from cases.selectors.plan.versions import current_plan
from monitoring.models import Deadline
from subsidies.models import Application, Export, Packet, WorkEntry, Worker, WorkWeek
from vapup.accounts.http import Moved
from vapup.accounts.models import Invitation, Member, SavedView
from vapup.accounts.saved_views.selectors import views_for
from vapup.help.models import Draft
from vapup.imports.enums import ImportKind
from vapup.imports.models import ImportBatch


def case_by_number(member: Member, *, number: str, **_rest: Any) -> Case:
    """Return a case of the member's agency."""
    cases = Case.objects.for_agency(member.agency_id).select_related("enterprise", "council", "consultant__user")
    case = cases.filter(number=number).first() if number.isprintable() else None
    if case is None:
        raise Http404(f"no case {number} in this agency")
    case.agency = member.agency
    return case


def enterprise_by_id(member: Member, *, enterprise_id: int, **_rest: Any) -> Enterprise:
    """Return an enterprise of the member's agency; one that was merged leads to the one it was merged into."""
    enterprise = any_enterprise_by_id(member, enterprise_id=enterprise_id)
    if enterprise.merged_into_id is not None:
        raise Moved(reverse("cases:enterprise", args=[enterprise.merged_into_id]))
    return enterprise


def any_enterprise_by_id(member: Member, *, enterprise_id: int, **_rest: Any) -> Enterprise:
    """Return an enterprise of the member's agency, though it was merged into another."""
    enterprise = Enterprise.with_merged.for_agency(member.agency_id).filter(pk=enterprise_id).first()
    if enterprise is None:
        raise Http404(f"no enterprise {enterprise_id} in this agency")
    return enterprise


def note_by_id(member: Member, *, number: str, note_id: int, **_rest: Any) -> Note:
    """Return a note on a case of the member's agency; its case comes with it."""
    notes = Note.objects.for_agency(member.agency_id).select_related(
        "case__enterprise", "case__council", "case__consultant__user", "author__user"
    )
    note = notes.filter(pk=note_id, case__number=number).first() if number.isprintable() else None
    if note is None:
        raise Http404(f"no note {note_id} on the case {number} in this agency")
    return note


def application_by_id(member: Member, *, number: str, application_id: int, **_rest: Any) -> Application:
    """Return an application of the member's agency; its case comes with it."""
    applications = Application.objects.for_agency(member.agency_id).select_related(
        "case__enterprise", "case__council", "case__consultant__user", "case__agency", "period"
    )
    found = applications.filter(pk=application_id, case__number=number) if number.isprintable() else None
    application = found.first() if found is not None else None
    if application is None:
        raise Http404(f"no application {application_id} in this agency")
    return application


def draft_by_id(member: Member, *, draft_id: int) -> Draft:
    """Return a draft that the member wrote."""
    draft = Draft.objects.for_agency(member.agency_id).filter(member=member, pk=draft_id).first()
    if draft is None:
        raise Http404(f"no draft {draft_id} of this member")
    return draft


def deadline_by_id(member: Member, *, deadline_id: int, **_rest: Any) -> Deadline:
    """Return a deadline of the member's agency; its case, if it has one, comes with it."""
    deadlines = Deadline.objects.for_agency(member.agency_id).select_related(
        "case__enterprise", "case__council", "case__consultant__user", "consultant__user"
    )
    deadline = deadlines.filter(pk=deadline_id).first()
    if deadline is None:
        raise Http404(f"no deadline {deadline_id} in this agency")
    return deadline


def plan_by_case(member: Member, *, number: str, **_rest: Any) -> Plan:
    """Return the version of a case's plan that is worked on, else the approved one; without any, lead to the tab."""
    case = case_by_number(member, number=number)
    plan = current_plan(case)
    if plan is None:
        raise Moved(reverse("cases:plan", args=[case.number]))
    return plan


def packet_by_id(member: Member, *, packet_id: int, **_rest: Any) -> Packet:
    """Return a packet of the member's agency."""
    packets = Packet.objects.for_agency(member.agency_id).select_related(
        "case__enterprise", "document", "archive", "application_row"
    )
    packet = packets.filter(pk=packet_id).first()
    if packet is None:
        raise Http404(f"no packet {packet_id} in this agency")
    return packet


def export_by_id(member: Member, *, export_id: int, **_rest: Any) -> Export:
    """Return an export of the member's agency."""
    found = Export.objects.for_agency(member.agency_id).select_related("requested_by__user").filter(pk=export_id)
    export = found.first()
    if export is None:
        raise Http404(f"no export {export_id} in this agency")
    return export


def batch_by_id(member: Member, *, batch_id: int, **_rest: Any) -> ImportBatch:
    """Return a move-in of the member's agency."""
    return _batch(member, batch_id, ImportKind.MOVE_IN)


def hours_batch_by_id(member: Member, *, hours_batch_id: int, **_rest: Any) -> ImportBatch:
    """Return an import of hours of the member's agency; the policy says whose may be looked into."""
    return _batch(member, hours_batch_id, ImportKind.HOURS)


def figures_batch_by_id(member: Member, *, enterprise_id: int, figures_batch_id: int, **_rest: Any) -> ImportBatch:
    """Return an import of figures of an enterprise of the member's agency; a merged one's lead to where it went."""
    enterprise = enterprise_by_id(member, enterprise_id=enterprise_id)
    batch = _batch(member, figures_batch_id, ImportKind.FIGURES)
    if batch.options.get("enterprise") != enterprise.pk:
        raise Http404(f"no import {figures_batch_id} for the enterprise {enterprise_id}")
    return batch


def _batch(member: Member, batch_id: int, kind: ImportKind) -> ImportBatch:
    batches = ImportBatch.objects.for_agency(member.agency_id).select_related(
        "document", "uploaded_by__user", "committed_by__user", "undone_by__user"
    )
    batch = batches.filter(pk=batch_id, kind=kind).first()
    if batch is None:
        raise Http404(f"no import {batch_id} in this agency")
    return batch


def member_by_id(member: Member, *, member_id: int, **_rest: Any) -> Member:
    """Return a colleague."""
    found = Member.objects.for_agency(member.agency_id).select_related("user", "agency").filter(pk=member_id).first()
    if found is None:
        raise Http404(f"no member {member_id} in this agency")
    return found


def invitation_by_id(member: Member, *, invitation_id: int, **_rest: Any) -> Invitation:
    """Return an invitation of the member's agency."""
    found = Invitation.objects.for_agency(member.agency_id).filter(pk=invitation_id).first()
    if found is None:
        raise Http404(f"no invitation {invitation_id} in this agency")
    return found


def view_by_id(member: Member, *, view_id: int, **_rest: Any) -> SavedView:
    """Return a saved view of the member's own, or one that their office shares."""
    view = views_for(member).filter(pk=view_id).first()
    if view is None:
        raise Http404(f"no saved view {view_id} for this member")
    return view


def worker_by_id(member: Member, *, worker_id: int, **_rest: Any) -> Worker:
    """Return a person of the rate card of the member's agency."""
    workers = Worker.objects.for_agency(member.agency_id).select_related("co_agency__case", "member__user")
    worker = workers.filter(pk=worker_id).first()
    if worker is None:
        raise Http404(f"no worker {worker_id} in this agency")
    return worker


def entry_by_id(member: Member, *, entry_id: int, **_rest: Any) -> WorkEntry:
    """Return logged hours of the member's agency; their case, worker and line come with them."""
    entries = WorkEntry.objects.for_agency(member.agency_id).select_related(
        "case__enterprise", "worker__co_agency__case", "cost_line"
    )
    entry = entries.filter(pk=entry_id).first()
    if entry is None:
        raise Http404(f"no hours {entry_id} in this agency")
    return entry


def week_by_id(member: Member, *, week_id: int, **_rest: Any) -> WorkWeek:
    """Return a week that was handed in at the member's agency; its worker comes with it."""
    weeks = WorkWeek.objects.for_agency(member.agency_id).select_related("worker__co_agency", "requested_by__user")
    week = weeks.filter(pk=week_id).first()
    if week is None:
        raise Http404(f"no week {week_id} in this agency")
    return week
