"""Ask for packets, make each once, and say who may take it away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from cases.models import Case
from subsidies.enums import ApplicationKind, ApplicationState, PacketState
from subsidies.models import Application, Packet
from subsidies.packets.annex import exemptions_of
from subsidies.packets.contents import live_content
from subsidies.packets.enclosure import enclosure_of
from subsidies.services.filing.applications import USAGE, ApplicationKey
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Agency, Member
from vapup.accounts.policy import Decision, can, require
from vapup.accounts.tenancy import tenant_scope
from vapup.documents.models import StoredDocument
from vapup.documents.payload import content_hash, to_json
from vapup.jobs import enqueue_on_commit
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

RENDER_TASK: Final = "subsidies.render_packet"
PREFIX: Final = "申請書類: "
# A message that was lost is sent again after this long; far longer than any packet waits while workers are up.
REQUEUE_AFTER: Final = timedelta(seconds=30)


class NotApproved(DomainError):
    """A final packet was asked for before the application was approved."""


@unit_of_work()
def request_packet(*, case_id: int, actor: Member, is_draft: bool, today: date, key: ApplicationKey = USAGE) -> Packet:
    """Freeze what an application prints and encloses, and ask for its PDF.

    A draft takes the rows as they stand now, a final packet what was frozen at the approval. Asking again while the
    same packet still waits gives that packet.

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
        NotAllowed: the actor may not make this kind of packet.
        NotApproved: a final packet, and the application is not approved or not begun.
        DomainError: the frame or its key date has no forms or no rules.
    """
    case = Case.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True).get(pk=case_id)
    require(actor, Action.DRAFT_PACKET if is_draft else Action.EXPORT_PACKET, case)
    application = application_by_key(case, key)
    content = live_content(application, today=today).as_json() if is_draft else final_content(application)
    same = {"case": case, "application": key.kind, "is_draft": is_draft, "payload": content}
    enclosed = enclosure_of(application, today=today).as_json()
    waiting = Packet.objects.for_agency(actor.agency_id).filter(**same, enclosed=enclosed, state=PacketState.QUEUED)
    if (found := waiting.first()) is not None:
        return found
    stored = application if application.pk is not None else None
    packet = Packet.objects.create(
        agency_id=actor.agency_id, **same, enclosed=enclosed, application_row=stored, requested_by=actor
    )
    audit.record(actor, Verb.PACKET_REQUESTED, case, changes=what_changes(packet))
    enqueue_on_commit(RENDER_TASK, agency_id=packet.agency_id, packet_id=packet.pk)
    return packet


def application_by_key(case: Case, key: ApplicationKey) -> Application:
    """Return an application of a case; a usage application may be one that nothing was written to yet.

    Raises:
        NotApproved: the case has no such application.
    """
    applications = Application.objects.for_agency(case.agency_id).filter(case=case, kind=key.kind, number=key.number)
    application = applications.select_related("period").first()
    if application is None and key.kind is not ApplicationKind.USAGE:
        raise NotApproved(f"案件 {case.number} の「{key.kind.label}」(第{key.number}回)は、まだ準備していません。")
    application = application or Application(agency_id=case.agency_id, case=case)
    application.case = case
    return application


def final_content(application: Application) -> dict[str, Any]:
    """Return what was frozen when an application was approved.

    Raises:
        NotApproved: it is not approved, or was returned since.
    """
    state = ApplicationState(application.state)
    if not application.is_approved:
        raise NotApproved(
            f"案件 {application.case.number} の{application.name}は「{state.label}」で、正式版を出力できるのは"
            f"「{ApplicationState.APPROVED.label}」になってからです。管理者の承認を受けてください。"
        )
    if application.payload is None:  # moved in: it was approved before the office used this product
        raise NotApproved(
            f"案件 {application.case.number} の{application.name}は、移行で取り込んだ申請です。"
            "承認したときの書類がないため、出力できません。提出した書類の控えを「書類」に登録してください。"
        )
    payload: dict[str, Any] = application.payload
    if payload.get("calculation") is None:
        return payload
    # What was approved stays as it is; what a manager let pass afterwards, before the submission, is printed with it.
    exemptions = [to_json(one) for one in exemptions_of(application)]
    return {**payload, "calculation": {**payload["calculation"], "exemptions": exemptions}}


def waiting_packets(*, now: datetime) -> tuple[tuple[int, int], ...]:
    """Return (agency, packet) of every packet that has waited so long that its message must be lost.

    Each agency is asked in its own scope: row-level security shows even the tables' owner nothing without one.
    """
    found: list[tuple[int, int]] = []
    for agency_id in Agency.objects.order_by("pk").values_list("pk", flat=True):
        with tenant_scope(agency_id):
            queued = Packet.objects.for_agency(agency_id).filter(state=PacketState.QUEUED)
            lost = queued.filter(requested_at__lt=now - REQUEUE_AFTER).order_by("pk")
            found.extend(lost.values_list("agency_id", "pk"))
    return tuple(found)


def requeue(*, now: datetime) -> int:
    """Ask again for every packet that waits; return how many."""
    waiting = waiting_packets(now=now)
    for agency_id, packet_id in waiting:
        enqueue_on_commit(RENDER_TASK, agency_id=agency_id, packet_id=packet_id)
    return len(waiting)


def may_download(actor: Member, packet: Packet) -> Decision:
    """Tell whether `actor` may take the PDF: drafts all of the office, final packets admins and managers."""
    decision = can(actor, Action.EXPORT_PACKET, packet)
    return decision if not packet.is_draft and not can(actor, Action.APPROVE_USAGE).allowed else Decision(allowed=True)


@unit_of_work()
def record_download(*, actor: Member, packet: Packet, document: StoredDocument, purpose: str = "") -> None:
    """Note who took which file of a packet away, and what for where that was asked."""
    file = f"{document.filename} SHA-256 {document.sha256}"
    changes = {**what_changes(packet), f"{PREFIX}ファイル": [None, file]}
    audit.record(actor, Verb.DOWNLOADED, packet.case, changes=changes, reason=purpose)


def record_printing(application: Application, content: str, *, is_draft: bool, page_count: int) -> None:
    """Note that an operator printed a packet of `content` (its hash) into a file of the machine."""
    changes = {**kind_changes(is_draft=is_draft, content=content), f"{PREFIX}頁数": [None, page_count]}
    reason = f"{application.name}をコマンドで出力"
    audit.record(
        None, Verb.PACKET_MADE, application.case, changes=changes, agency_id=application.agency_id, reason=reason
    )


def what_changes(packet: Packet) -> dict[str, list[Any]]:
    """Return what a packet is, for the trail of its case."""
    return kind_changes(is_draft=packet.is_draft, content=content_hash(packet.payload))


def kind_changes(*, is_draft: bool, content: str) -> dict[str, list[Any]]:
    """Return what a packet is by its kind and content, for the trail."""
    kind = "下書き" if is_draft else "正式"
    return {f"{PREFIX}種類": [None, kind], f"{PREFIX}内容の照合番号": [None, content[:12]]}
