"""The policy of every URL of the project, in one table. A URL that is not here cannot be called and fails the tests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import Http404

from cases.models import Case, Enterprise, Note
from monitoring.models import Deadline
from subsidies.models import Application, Export, Packet
from vapup.accounts.enums import Action
from vapup.accounts.http import Access, UrlPolicy
from vapup.accounts.models import Invitation, Member


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
    """Return an enterprise of the member's agency."""
    enterprise = Enterprise.objects.for_agency(member.agency_id).filter(pk=enterprise_id).first()
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
    "cases:banks": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "cases:bank": UrlPolicy(A.HANDLE_PAPERS, A.HANDLE_PAPERS, case_by_number),
    "cases:bank_letter": UrlPolicy(A.DRAFT_PACKET, load=case_by_number),
    "cases:guideline": UrlPolicy(A.VIEW_CASE, load=case_by_number),
    "cases:guideline_edit": UrlPolicy(A.EDIT_CASE, A.EDIT_CASE, case_by_number),
    "cases:enterprises": UrlPolicy(A.VIEW_ENTERPRISE),
    "cases:enterprise_new": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE),
    "cases:enterprise": UrlPolicy(A.VIEW_ENTERPRISE, load=enterprise_by_id),
    "cases:enterprise_edit": UrlPolicy(A.EDIT_ENTERPRISE, A.EDIT_ENTERPRISE, enterprise_by_id),
    "cases:enterprise_history": UrlPolicy(A.VIEW_ENTERPRISE, load=enterprise_by_id),
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
    "subsidies:application_tables": UrlPolicy(A.VIEW_CASE, load=application_by_id),
    "subsidies:application_draft": UrlPolicy(A.DRAFT_PACKET, A.DRAFT_PACKET, application_by_id),
    "subsidies:application_export": UrlPolicy(A.EXPORT_PACKET, A.EXPORT_PACKET, application_by_id),
}
POLICIES: Final[Mapping[str, UrlPolicy]] = MappingProxyType({**LIBRARY, **OFFICE, **CASES, **SUBSIDIES})
