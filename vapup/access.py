"""The policy of every URL of the project, in one table. A URL that is not here cannot be called and fails the tests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import Http404
from django.urls import reverse

from cases.models import Case, Enterprise, Note
from monitoring.models import Deadline
from subsidies.models import Application, Export, Packet, WorkEntry, Worker, WorkWeek
from vapup.accounts.enums import Action
from vapup.accounts.http import Access, Moved, UrlPolicy
from vapup.accounts.models import Invitation, Member
from vapup.imports.enums import ImportKind
from vapup.imports.models import ImportBatch


def case_by_number(member: Member, *, number: str, **_rest: Any) -> Case:
    """Return a case of the member's agency."""
    cases = Case.objects.for_agency(member.agency_id).select_related(
        "enterprise", "council", "consultant__user", "agency"
    )
    case = cases.filter(number=number).first() if number.isprintable() else None
    if case is None:
        raise Http404(f"no case {number} in this agency")
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


def deadline_by_id(member: Member, *, deadline_id: int, **_rest: Any) -> Deadline:
    """Return a deadline of the member's agency; its case, if it has one, comes with it."""
    deadlines = Deadline.objects.for_agency(member.agency_id).select_related(
        "case__enterprise", "case__council", "case__consultant__user", "consultant__user"
    )
    deadline = deadlines.filter(pk=deadline_id).first()
    if deadline is None:
        raise Http404(f"no deadline {deadline_id} in this agency")
    return deadline


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


A = Action

LIBRARY: Final = {
    "account_login": UrlPolicy(Access.PUBLIC, Access.PUBLIC),
    "account_logout": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
    "account_inactive": UrlPolicy(Access.PUBLIC),
    "account_reauthenticate": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
    "account_change_password": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
    "account_reset_password": UrlPolicy(Access.PUBLIC, Access.PUBLIC),
    "account_reset_password_done": UrlPolicy(Access.PUBLIC),
    "account_reset_password_from_key": UrlPolicy(Access.PUBLIC, Access.PUBLIC),
    "account_reset_password_from_key_done": UrlPolicy(Access.PUBLIC),
    "account_signup": UrlPolicy(Access.CLOSED),
    "account_email": UrlPolicy(Access.CLOSED),
    "account_email_verification_sent": UrlPolicy(Access.CLOSED),
    "account_confirm_email": UrlPolicy(Access.CLOSED),
    "account_set_password": UrlPolicy(Access.CLOSED),
    "account_confirm_login_code": UrlPolicy(Access.CLOSED),
    "mfa_index": UrlPolicy(Access.SIGNED_IN),
    "mfa_authenticate": UrlPolicy(Access.PUBLIC, Access.PUBLIC),
    "mfa_reauthenticate": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
    "mfa_activate_totp": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
    "mfa_deactivate_totp": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
    "mfa_view_recovery_codes": UrlPolicy(Access.SIGNED_IN),
    "mfa_generate_recovery_codes": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
    "mfa_download_recovery_codes": UrlPolicy(Access.SIGNED_IN),
}
OFFICE: Final = {
    "health": UrlPolicy(Access.PUBLIC),
    "dashboard:home": UrlPolicy(A.USE_OFFICE),
    "dashboard:calendar": UrlPolicy(A.VIEW_CASE),
    "dashboard:calendar_export": UrlPolicy(A.VIEW_CASE),
    "imports:list": UrlPolicy(A.MOVE_IN),
    "imports:new": UrlPolicy(A.MOVE_IN, A.MOVE_IN),
    "imports:template": UrlPolicy(A.MOVE_IN),
    "imports:batch": UrlPolicy(A.MOVE_IN, load=batch_by_id),
    "imports:commit": UrlPolicy(A.MOVE_IN, A.MOVE_IN, batch_by_id),
    "imports:undo": UrlPolicy(A.MOVE_IN, A.MOVE_IN, batch_by_id),
    "imports:hours": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS),
    "imports:hours_template": UrlPolicy(A.LOG_HOURS),
    "imports:hours_batch": UrlPolicy(A.LOG_HOURS, load=hours_batch_by_id),
    "imports:hours_commit": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS, hours_batch_by_id),
    "imports:hours_undo": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS, hours_batch_by_id),
    "dashboard:payments": UrlPolicy(A.VIEW_CASE),
    "dashboard:payments_export": UrlPolicy(A.VIEW_CASE),
    "accounts:members": UrlPolicy(A.MANAGE_MEMBERS),
    "accounts:invite": UrlPolicy(A.MANAGE_MEMBERS, A.MANAGE_MEMBERS),
    "accounts:revoke_invitation": UrlPolicy(A.MANAGE_MEMBERS, A.MANAGE_MEMBERS, invitation_by_id),
    "accounts:member_roles": UrlPolicy(A.MANAGE_MEMBERS, A.MANAGE_MEMBERS, member_by_id),
    "accounts:switch_on": UrlPolicy(A.MANAGE_MEMBERS, A.MANAGE_MEMBERS, member_by_id),
    "accounts:accept_invitation": UrlPolicy(Access.PUBLIC, Access.PUBLIC),
    "accounts:agency": UrlPolicy(A.EDIT_AGENCY, A.EDIT_AGENCY),
    "accounts:audit": UrlPolicy(A.VIEW_AUDIT),
    "accounts:switch_agency": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
    "accounts:profile": UrlPolicy(Access.SIGNED_IN, Access.SIGNED_IN),
}
CASES: Final = {
    "cases:list": UrlPolicy(A.VIEW_CASE),
    "cases:new": UrlPolicy(A.OPEN_CASE, A.OPEN_CASE),
    "cases:detail": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "cases:edit": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "cases:assign": UrlPolicy(A.ASSIGN_CASE, A.ASSIGN_CASE, case_by_number),
    "cases:advance": UrlPolicy(A.REGISTER_COUNCIL, A.REGISTER_COUNCIL, case_by_number),
    "cases:history": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "cases:as_of": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "cases:notes": UrlPolicy(A.VIEW_CASE, A.WRITE_NOTE, case_by_number),
    "cases:notes_read": UrlPolicy(A.VIEW_CASE, A.VIEW_CASE, case_by_number),
    "cases:note_edit": UrlPolicy(A.EDIT_NOTE, A.EDIT_NOTE, note_by_id),
    "cases:note_pin": UrlPolicy(A.WRITE_NOTE, A.WRITE_NOTE, note_by_id),
    "cases:co_agency_new": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "cases:co_agency_remove": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "cases:co_agency_account": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "cases:office_account": UrlPolicy(A.EDIT_AGENCY, A.EDIT_AGENCY),
    "cases:banks": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "cases:bank": UrlPolicy(A.HANDLE_PAPERS, A.HANDLE_PAPERS, case_by_number),
    "cases:bank_letter": UrlPolicy(A.DRAFT_PACKET, load=case_by_number),
    "cases:guideline": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "cases:guideline_edit": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "cases:enterprises": UrlPolicy(A.VIEW_ENTERPRISE),
    "cases:enterprise_new": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE),
    "cases:enterprise": UrlPolicy(A.VIEW_ENTERPRISE, load=enterprise_by_id),
    "cases:enterprise_edit": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE, enterprise_by_id),
    "cases:enterprise_history": UrlPolicy(A.VIEW_ENTERPRISE, load=any_enterprise_by_id),
    "cases:enterprise_merge": UrlPolicy(A.MERGE_ENTERPRISES, A.MERGE_ENTERPRISES, enterprise_by_id),
    "cases:enterprise_unmerge": UrlPolicy(A.MERGE_ENTERPRISES, A.MERGE_ENTERPRISES, enterprise_by_id),
    "cases:lender_new": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE, enterprise_by_id),
    "cases:lender_edit": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE, enterprise_by_id),
    "cases:lender_remove": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE, enterprise_by_id),
    "cases:past_use_new": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE, enterprise_by_id),
    "cases:past_use_remove": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE, enterprise_by_id),
    "cases:switch_off": UrlPolicy(A.MANAGE_MEMBERS, A.MANAGE_MEMBERS, member_by_id),
    "monitoring:feed": UrlPolicy(A.USE_OFFICE, A.USE_OFFICE),
    "monitoring:feed_ics": UrlPolicy(Access.PUBLIC),
    "monitoring:case_deadlines": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "monitoring:deadline": UrlPolicy(A.VIEW_CASE, load=deadline_by_id),
    "monitoring:deadline_acknowledge": UrlPolicy(A.HANDLE_DEADLINE, A.HANDLE_DEADLINE, deadline_by_id),
    "monitoring:deadline_snooze": UrlPolicy(A.HANDLE_DEADLINE, A.HANDLE_DEADLINE, deadline_by_id),
    "monitoring:deadline_extend": UrlPolicy(A.EXTEND_DEADLINE, A.EXTEND_DEADLINE, deadline_by_id),
    "monitoring:extension_document": UrlPolicy(A.VIEW_CASE, load=deadline_by_id),
    "monitoring:notices": UrlPolicy(A.USE_OFFICE),
    "monitoring:notices_read": UrlPolicy(A.USE_OFFICE, A.USE_OFFICE),
    "monitoring:risk": UrlPolicy(A.VIEW_CASE),
    "monitoring:reminder_settings": UrlPolicy(A.EDIT_AGENCY, A.EDIT_AGENCY),
    "monitoring:period_new": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, case_by_number),
    "monitoring:period_edit": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, case_by_number),
    "monitoring:period_remove": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, case_by_number),
}
SUBSIDIES: Final = {
    "subsidies:costs": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:cost_line_new": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, case_by_number),
    "subsidies:cost_line_edit": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, case_by_number),
    "subsidies:cost_line_remove": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, case_by_number),
    "subsidies:assessment": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:usage": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:request_approval": UrlPolicy(A.REQUEST_APPROVAL, A.REQUEST_APPROVAL, case_by_number),
    "subsidies:withdraw_request": UrlPolicy(A.REQUEST_APPROVAL, A.REQUEST_APPROVAL, case_by_number),
    "subsidies:approve": UrlPolicy(A.APPROVE_USAGE, A.APPROVE_USAGE, case_by_number),
    "subsidies:send_back": UrlPolicy(A.APPROVE_USAGE, A.APPROVE_USAGE, case_by_number),
    "subsidies:submit": UrlPolicy(A.REGISTER_COUNCIL, A.REGISTER_COUNCIL, case_by_number),
    "subsidies:applications": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:application_new": UrlPolicy(A.REQUEST_APPROVAL, A.REQUEST_APPROVAL, case_by_number),
    "subsidies:application": UrlPolicy(A.VIEW_CASE, load=application_by_id),
    "subsidies:application_edit": UrlPolicy(A.REQUEST_APPROVAL, A.REQUEST_APPROVAL, application_by_id),
    "subsidies:application_request": UrlPolicy(A.REQUEST_APPROVAL, A.REQUEST_APPROVAL, application_by_id),
    "subsidies:application_reopen": UrlPolicy(A.REQUEST_APPROVAL, A.REQUEST_APPROVAL, application_by_id),
    "subsidies:application_cancel": UrlPolicy(A.REQUEST_APPROVAL, A.REQUEST_APPROVAL, application_by_id),
    "subsidies:application_approve": UrlPolicy(A.APPROVE_USAGE, A.APPROVE_USAGE, application_by_id),
    "subsidies:application_send_back": UrlPolicy(A.APPROVE_USAGE, A.APPROVE_USAGE, application_by_id),
    "subsidies:application_submit": UrlPolicy(A.REGISTER_COUNCIL, A.REGISTER_COUNCIL, application_by_id),
    "subsidies:application_council": UrlPolicy(A.REGISTER_COUNCIL, A.REGISTER_COUNCIL, application_by_id),
    "subsidies:return_answer": UrlPolicy(A.REQUEST_APPROVAL, A.REQUEST_APPROVAL, application_by_id),
    "subsidies:papers": UrlPolicy(A.VIEW_CASE, A.HANDLE_PAPERS, application_by_id),
    "subsidies:paper": UrlPolicy(A.VIEW_CASE, A.HANDLE_PAPERS, application_by_id),
    "subsidies:paper_upload": UrlPolicy(A.HANDLE_PAPERS, A.HANDLE_PAPERS, application_by_id),
    "subsidies:paper_version": UrlPolicy(A.VIEW_CASE, load=application_by_id),
    "subsidies:claim": UrlPolicy(A.VIEW_CASE, A.EDIT_COSTS, application_by_id),
    "subsidies:settlement": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, application_by_id),
    "subsidies:transfer_note": UrlPolicy(A.VIEW_CASE, load=application_by_id),
    "subsidies:take_hours": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, application_by_id),
    "subsidies:match": UrlPolicy(A.VIEW_CASE, load=application_by_id),
    "subsidies:case_match": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:payments": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:payment_edit": UrlPolicy(A.REGISTER_COUNCIL, A.REGISTER_COUNCIL, application_by_id),
    "subsidies:gate": UrlPolicy(A.VIEW_CASE, load=application_by_id),
    "subsidies:gate_tick": UrlPolicy(A.HANDLE_PAPERS, A.HANDLE_PAPERS, application_by_id),
    "subsidies:gate_override": UrlPolicy(A.OVERRIDE_GATE, A.OVERRIDE_GATE, application_by_id),
    "subsidies:gate_override_remove": UrlPolicy(A.OVERRIDE_GATE, A.OVERRIDE_GATE, application_by_id),
    "subsidies:draft_packet": UrlPolicy(A.DRAFT_PACKET, A.DRAFT_PACKET, case_by_number),
    "subsidies:export_packet": UrlPolicy(A.EXPORT_PACKET, A.EXPORT_PACKET, case_by_number),
    "subsidies:what_if": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:hand_over": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:what_if_free": UrlPolicy(A.USE_OFFICE),
    "subsidies:estimate_new": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, case_by_number),
    "subsidies:estimate": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:estimate_remove": UrlPolicy(A.EDIT_COSTS, A.EDIT_COSTS, case_by_number),
    "subsidies:top_up_new": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "subsidies:top_up_edit": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "subsidies:top_up_remove": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "subsidies:chooser": UrlPolicy(A.USE_OFFICE),
    "subsidies:cap_ledger": UrlPolicy(A.VIEW_ENTERPRISE, load=enterprise_by_id),
    "subsidies:packets": UrlPolicy(A.VIEW_CASE),
    "subsidies:packet": UrlPolicy(A.VIEW_CASE, load=packet_by_id),
    "subsidies:packet_download": UrlPolicy(A.VIEW_CASE, load=packet_by_id),
    "subsidies:packet_archive": UrlPolicy(A.VIEW_CASE, load=packet_by_id),
    "subsidies:export_new": UrlPolicy(A.EXPORT_PACKET, A.EXPORT_PACKET),
    "subsidies:export": UrlPolicy(A.EXPORT_PACKET, load=export_by_id),
    "subsidies:export_retry": UrlPolicy(A.EXPORT_PACKET, A.EXPORT_PACKET, export_by_id),
    "subsidies:export_download": UrlPolicy(A.EXPORT_PACKET, load=export_by_id),
    "subsidies:hours": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS),
    "subsidies:hours_time": UrlPolicy(A.LOG_HOURS),
    "subsidies:hours_start": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS),
    "subsidies:hours_copy": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS),
    "subsidies:hours_submit": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS),
    "subsidies:hours_new": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS),
    "subsidies:hours_entry": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS, entry_by_id),
    "subsidies:hours_entry_remove": UrlPolicy(A.LOG_HOURS, A.LOG_HOURS, entry_by_id),
    "subsidies:hours_approvals": UrlPolicy(A.APPROVE_HOURS, A.APPROVE_HOURS),
    "subsidies:hours_return": UrlPolicy(A.APPROVE_HOURS, A.APPROVE_HOURS, week_by_id),
    "subsidies:hours_unlock": UrlPolicy(A.UNLOCK_HOURS, A.UNLOCK_HOURS, week_by_id),
    "subsidies:case_hours": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "subsidies:hours_record": UrlPolicy(A.LOG_HOURS, load=worker_by_id),
    "subsidies:workers": UrlPolicy(A.KEEP_RATES),
    "subsidies:worker_new": UrlPolicy(A.KEEP_RATES, A.KEEP_RATES),
    "subsidies:worker": UrlPolicy(A.KEEP_RATES, A.KEEP_RATES, worker_by_id),
    "subsidies:worker_switch": UrlPolicy(A.KEEP_RATES, A.KEEP_RATES, worker_by_id),
    "subsidies:worker_rate_remove": UrlPolicy(A.KEEP_RATES, A.KEEP_RATES, worker_by_id),
    "subsidies:application_tables": UrlPolicy(A.VIEW_CASE, load=application_by_id),
    "subsidies:application_draft": UrlPolicy(A.DRAFT_PACKET, A.DRAFT_PACKET, application_by_id),
    "subsidies:application_export": UrlPolicy(A.EXPORT_PACKET, A.EXPORT_PACKET, application_by_id),
}
POLICIES: Final[Mapping[str, UrlPolicy]] = MappingProxyType({**LIBRARY, **OFFICE, **CASES, **SUBSIDIES})
