"""Make the packets that were asked for, each once: the merged PDF and the ZIP of its parts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from subsidies.enums import PacketState
from subsidies.models import Packet
from subsidies.packets.archive import archive_of
from subsidies.packets.contents import content_from
from subsidies.packets.enclosure import PDF, Enclosure
from subsidies.packets.payload import PacketContent
from subsidies.packets.printing import PrintedPacket, packet_filename, print_packet
from subsidies.services.output.exports import settle
from subsidies.services.output.packets import PREFIX, what_changes
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.clock import JAPAN
from vapup.documents.models import StoredDocument
from vapup.documents.services import open_stored, store
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

ZIP: Final = "application/zip"
MOST_ATTEMPTS: Final = 3
GAVE_UP: Final = (
    f"{MOST_ATTEMPTS}回試みましたが、書類を作成できませんでした。内容を確かめてもう一度作成し、"
    "続くときは事務所の管理者に知らせてください。"
)


TOO_LARGE: Final = (
    "書類が大きすぎて、決められたメモリーの中で作成できませんでした。"
    "登録した書類のうち大きなもの(画素の多い写真など)を小さくして登録し直し、もう一度作成してください。"
)


@unit_of_work()
def begin_attempt(*, agency_id: int, packet_id: int, now: datetime) -> bool:
    """Count an attempt to make a packet, and give up after too many; return whether it is still to be made.

    The count commits before the work begins, so that a packet that kills its worker is not tried for ever.

    Raises:
        Packet.DoesNotExist: no such packet in the agency.
    """
    packet = _free(agency_id, packet_id)
    if packet is None or packet.state != PacketState.QUEUED:
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
    packet = _free(agency_id, packet_id)
    if packet is None or packet.state != PacketState.QUEUED:
        return None
    try:
        content = content_from(packet.application, packet.payload)
        enclosure = Enclosure.from_json(packet.enclosed) if packet.enclosed is not None else None
        printed = print_packet(content, enclosure, stored_files(packet.agency_id, enclosure), is_draft=packet.is_draft)
    except DomainError as unreadable:
        return _fail(packet, unreadable.message, now=now)
    except MemoryError:
        return _fail(packet, TOO_LARGE, now=now)
    return _finish(packet, content, printed, now=now)


def _free(agency_id: int, packet_id: int) -> Packet | None:
    """Return a packet under its lock, or none while another worker holds it; nobody waits for that one."""
    packets = Packet.objects.for_agency(agency_id)
    packet = packets.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk=packet_id).first()
    if packet is None:
        packets.get(pk=packet_id)  # raises unless another worker holds it
    return packet


def stored_files(agency_id: int, enclosure: Enclosure | None) -> dict[int, bytes]:
    """Return the uploaded papers of an enclosure by the id of the stored document.

    Raises:
        DocumentDamaged: a file is missing or is not what was stored.
    """
    ids = [one.document_id for one in enclosure.attached] if enclosure else []
    files = {}
    for document in StoredDocument.objects.for_agency(agency_id).filter(pk__in=ids):
        with open_stored(document) as file:
            files[document.pk] = file.read()
    return files


def _finish(packet: Packet, content: PacketContent, printed: PrintedPacket, *, now: datetime) -> Packet:
    day = now.astimezone(JAPAN).date()
    name = packet_filename(content, is_draft=packet.is_draft, printed_on=day)
    pdf = printed.pdf
    packet.document = store(
        pdf.content, agency_id=packet.agency_id, filename=name, content_type=PDF, page_count=pdf.page_count
    )
    archive = archive_of(content, printed, filename=name, is_draft=packet.is_draft)
    zip_name = f"{name.removesuffix('.pdf')}.zip"
    packet.archive = store(archive, agency_id=packet.agency_id, filename=zip_name, content_type=ZIP)
    packet.state, packet.finished_at, packet.failure = PacketState.DONE, now, ""
    packet.save(update_fields=("document", "archive", "state", "finished_at", "failure"))
    settle(packet, now=now)
    sha256 = packet.document.sha256
    changes = {**what_changes(packet), f"{PREFIX}頁数": [None, pdf.page_count], f"{PREFIX}SHA-256": [None, sha256]}
    audit.record(None, Verb.PACKET_MADE, packet.case, changes=changes, agency_id=packet.agency_id)
    return packet


def _fail(packet: Packet, message: str, *, now: datetime) -> Packet:
    packet.state, packet.finished_at, packet.failure = PacketState.FAILED, now, message
    packet.save(update_fields=("state", "finished_at", "failure"))
    settle(packet, now=now)
    states = [PacketState.QUEUED.label, PacketState.FAILED.label]
    changes = {**what_changes(packet), f"{PREFIX}状態": states}
    audit.record(None, Verb.PACKET_MADE, packet.case, changes=changes, agency_id=packet.agency_id, reason=message)
    return packet
