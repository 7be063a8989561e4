"""Ask for packets, make each once, and say who may take it away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import ApplicationKind, ApplicationState, PacketState
from subsidies.models import Application, Packet
from subsidies.packets.annex import exemptions_of
from subsidies.packets.forms import require_usage_forms
from subsidies.packets.payload import UsagePayload
from subsidies.packets.printing import packet_filename, packet_pdf
from subsidies.packets.usage import build_usage_payload
from subsidies.selectors import assessment_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Agency, Member
from vapup.accounts.policy import Decision, can, require
from vapup.accounts.tenancy import tenant_scope
from vapup.clock import JAPAN
from vapup.documents.payload import content_hash, to_json
from vapup.documents.rendering import RenderedPdf
from vapup.documents.services import store
from vapup.jobs import enqueue_on_commit
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

RENDER_TASK: Final = "subsidies.render_packet"
PDF: Final = "application/pdf"
PREFIX: Final = "申請書類: "
# A message that was lost is sent again after this long; far longer than any packet waits while workers are up.
REQUEUE_AFTER: Final = timedelta(seconds=30)
MOST_ATTEMPTS: Final = 3
GAVE_UP: Final = (
    f"{MOST_ATTEMPTS}回試みましたが、書類を作成できませんでした。内容を確かめてもう一度作成し、"
    "続くときは事務所の管理者に知らせてください。"
)


class NotApproved(DomainError):
    """A final packet was asked for before the application was approved."""


@unit_of_work()
def request_packet(*, case_id: int, actor: Member, is_draft: bool, today: date) -> Packet:
    """Freeze what the usage application prints and ask for its PDF.

    A draft takes the rows as they stand now, a final packet what was frozen at the approval. Asking again while the
    same packet still waits gives that packet.

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
        NotAllowed: the actor may not make this kind of packet.
        NotApproved: a final packet, and the application is not approved.
        DomainError: the frame or its key date has no forms or no rules.
    """
    case = Case.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True).get(pk=case_id)
    require(actor, Action.DRAFT_PACKET if is_draft else Action.EXPORT_PACKET, case)
    payload = draft_payload(case, today=today).as_json() if is_draft else final_payload(case)
    waiting = Packet.objects.for_agency(actor.agency_id).filter(
        case=case, application=ApplicationKind.USAGE, is_draft=is_draft, state=PacketState.QUEUED, payload=payload
    )
    if (found := waiting.first()) is not None:
        return found
    packet = Packet.objects.create(
        agency_id=actor.agency_id,
        case=case,
        application=ApplicationKind.USAGE,
        is_draft=is_draft,
        payload=payload,
        requested_by=actor,
    )
    audit.record(actor, Verb.PACKET_REQUESTED, case, changes=_what(packet))
    enqueue_on_commit(RENDER_TASK, agency_id=packet.agency_id, packet_id=packet.pk)
    return packet


def draft_payload(case: Case, *, today: date) -> UsagePayload:
    """Return what the usage application of a case would print today, approved or not.

    Raises:
        DomainError: the frame or its key date has no forms or no rules.
    """
    require_usage_forms(SchemeFrame(case.frame))
    application = Application.objects.for_agency(case.agency_id).usage().filter(case=case).first()
    return build_usage_payload(
        application=application or Application(agency_id=case.agency_id, case=case),
        assessment=assessment_of(case),
        prepared_on=today,
    )


def final_payload(case: Case) -> dict[str, Any]:
    """Return what was frozen when the usage application of a case was approved.

    Raises:
        FormsMissing: the product has no forms for the frame.
        NotApproved: it is not approved, or was returned since.
    """
    require_usage_forms(SchemeFrame(case.frame))
    application = Application.objects.for_agency(case.agency_id).usage().filter(case=case).first()
    state = ApplicationState(application.state) if application else ApplicationState.PREPARING
    if application is None or not application.is_approved:
        raise NotApproved(
            f"案件 {case.number} の利用申請は「{state.label}」で、正式な書類を出力できるのは"
            f"「{ApplicationState.APPROVED.label}」になってからです。管理者の承認を受けてください。"
        )
    payload: dict[str, Any] = application.payload
    # What was approved stays as it is; what a manager let pass afterwards, before the submission, is printed with it.
    exemptions = [to_json(one) for one in exemptions_of(application)]
    return {**payload, "calculation": {**payload["calculation"], "exemptions": exemptions}}


@unit_of_work()
def begin_attempt(*, agency_id: int, packet_id: int, now: datetime) -> bool:
    """Count an attempt to make a packet, and give up after too many; return whether it is still to be made.

    The count commits before the work begins, so that a packet that kills its worker is not tried for ever.

    Raises:
        Packet.DoesNotExist: no such packet in the agency.
    """
    packet = Packet.objects.for_agency(agency_id).select_for_update(of=("self",), no_key=True).get(pk=packet_id)
    if packet.state != PacketState.QUEUED:
        return False
    if packet.attempts >= MOST_ATTEMPTS:
        _fail(packet, GAVE_UP, now=now)
        return False
    packet.attempts += 1
    packet.save(update_fields=("attempts",))
    return True


@unit_of_work()
def render_packet(*, agency_id: int, packet_id: int, now: datetime) -> Packet | None:
    """Make a packet's PDF and store it, unless that is done or another worker is at it; return what was finished.

    Raises:
        Packet.DoesNotExist: no such packet in the agency.
    """
    packets = Packet.objects.for_agency(agency_id)
    packet = packets.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk=packet_id).first()
    if packet is None:
        packets.get(pk=packet_id)  # raises unless another worker holds it
        return None
    if packet.state != PacketState.QUEUED:
        return None
    try:
        pdf = packet_pdf(UsagePayload.from_json(packet.payload), is_draft=packet.is_draft)
    except DomainError as unreadable:
        return _fail(packet, unreadable.message, now=now)
    return _finish(packet, pdf, now=now)


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


def record_download(packet: Packet, *, actor: Member) -> None:
    """Note who took the PDF away."""
    sha256 = packet.document.sha256 if packet.document else ""
    audit.record(actor, Verb.DOWNLOADED, packet.case, changes={**_what(packet), f"{PREFIX}SHA-256": [None, sha256]})


def record_printing(case: Case, content: str, *, is_draft: bool, page_count: int) -> None:
    """Note that an operator printed a packet of `content` (its hash) into a file of the machine."""
    changes = {**_kind(is_draft=is_draft, content=content), f"{PREFIX}頁数": [None, page_count]}
    audit.record(None, Verb.PACKET_MADE, case, changes=changes, agency_id=case.agency_id, reason="コマンドで出力")


def _finish(packet: Packet, pdf: RenderedPdf, *, now: datetime) -> Packet:
    document = store(
        pdf.content,
        agency_id=packet.agency_id,
        filename=packet_filename(
            packet.case.number,
            ApplicationKind(packet.application),
            is_draft=packet.is_draft,
            printed_on=now.astimezone(JAPAN).date(),
        ),
        content_type=PDF,
        page_count=pdf.page_count,
    )
    packet.document = document
    packet.state, packet.finished_at, packet.failure = PacketState.DONE, now, ""
    packet.save(update_fields=("document", "state", "finished_at", "failure"))
    changes = {**_what(packet), f"{PREFIX}頁数": [None, pdf.page_count], f"{PREFIX}SHA-256": [None, document.sha256]}
    audit.record(None, Verb.PACKET_MADE, packet.case, changes=changes, agency_id=packet.agency_id)
    return packet


def _fail(packet: Packet, message: str, *, now: datetime) -> Packet:
    packet.state, packet.finished_at, packet.failure = PacketState.FAILED, now, message
    packet.save(update_fields=("state", "finished_at", "failure"))
    states = [PacketState.QUEUED.label, PacketState.FAILED.label]
    changes = {**_what(packet), f"{PREFIX}状態": states}
    audit.record(None, Verb.PACKET_MADE, packet.case, changes=changes, agency_id=packet.agency_id, reason=message)
    return packet


def _what(packet: Packet) -> dict[str, list[Any]]:
    """Return what a packet is, for the trail of its case."""
    return _kind(is_draft=packet.is_draft, content=content_hash(packet.payload))


def _kind(*, is_draft: bool, content: str) -> dict[str, list[Any]]:
    kind = "下書き" if is_draft else "正式"
    return {f"{PREFIX}種類": [None, kind], f"{PREFIX}内容の照合番号": [None, content[:12]]}
