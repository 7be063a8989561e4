"""Take several final packets out of the office at once, for one purpose: ask, try again, and give one ZIP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Any, Final

from subsidies.enums import ApplicationKind, ExportState, PacketState
from subsidies.models import Application, Export, ExportItem, Packet
from subsidies.selectors.filing.packets import exportable_packets
from subsidies.services.filing.applications import ApplicationKey
from subsidies.services.output.bundles import Bundled, Taking, bundle_of, named_members
from subsidies.services.output.packets import record_download, request_packet
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.clock import JAPAN
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

PREFIX: Final = "一括出力: "
MOST_ITEMS: Final = 100


class ExportRefused(DomainError):
    """What was chosen cannot be taken out together, or the export does not allow this now."""


@unit_of_work()
def request_export(
    *, actor: Member, purpose: str, application_ids: Iterable[int], packet_ids: Iterable[int], now: datetime
) -> Export:
    """Ask for the final packets of applications, and add packets that are made already; return the export.

    An application whose packet is refused becomes an item that says why; the others go on.

    Raises:
        NotAllowed: the actor may not take final packets out.
        ExportRefused: no purpose, nothing or too much chosen, or something that is not there any more.
    """
    require(actor, Action.EXPORT_PACKET)
    applications, packets = set(application_ids), set(packet_ids)
    _check(purpose, len(applications) + len(packets))
    chosen = list(_applications(actor.agency_id).filter(pk__in=applications))
    made = list(exportable_packets(actor.agency_id).filter(pk__in=packets).order_by("case_id", "pk"))
    if (len(chosen), len(made)) != (len(applications), len(packets)):
        raise ExportRefused("選んだ書類の一部が見つかりません。画面を開き直して、もう一度選んでください。")
    export = Export.objects.create(agency_id=actor.agency_id, purpose=purpose.strip(), requested_by=actor)
    items = [_ask(export, one, actor, now) for one in chosen]
    items += [_new(export, one.application_row_id, packet=one, state=PacketState.DONE) for one in made]
    _record_request(export, actor, items)
    _close_if_made(export, now=now)
    return export


@unit_of_work()
def retry_export(*, export_id: int, actor: Member, now: datetime) -> Export:
    """Ask again for the packets of an export that failed.

    Raises:
        Export.DoesNotExist: no such export in the actor's agency.
        NotAllowed: the actor may not take final packets out.
        ExportRefused: nothing of it failed.
    """
    require(actor, Action.EXPORT_PACKET)
    export = _locked(actor.agency_id, export_id)
    failed = list(_items(export).filter(state=PacketState.FAILED))
    if not failed:
        raise ExportRefused(f"{export}に失敗した書類はありません。作り直すものがないため、何も変えていません。")
    for item in failed:
        item.packet, item.state, item.failure = _packet_or_words(item.application, actor, now)
        item.save(update_fields=("packet", "state", "failure"))
    export.state, export.made_at = ExportState.WORKING, None
    export.save(update_fields=("state", "made_at"))
    _record_request(export, actor, failed)
    _close_if_made(export, now=now)
    return export


def settle(packet: Packet, *, now: datetime) -> None:
    """Tell the exports that wait for a packet what became of it; called in the transaction that finishes it."""
    waiting = ExportItem.objects.for_agency(packet.agency_id).filter(packet=packet, state=PacketState.QUEUED)
    for item in waiting.order_by("export_id", "pk"):
        export = _locked(packet.agency_id, item.export_id)
        item.state, item.failure = packet.state, packet.failure
        item.save(update_fields=("state", "failure"))
        _close_if_made(export, now=now)


@unit_of_work()
def pack_export(*, export: Export, actor: Member, now: datetime, has_parts: bool = False) -> IO[bytes]:
    """Return a ZIP of an export's packets, open at its beginning, and note who took which files, and what for.

    Args:
        has_parts: put the forms and papers of each packet beside it, one by one.

    Raises:
        NotAllowed: the actor may not take final packets out.
        ExportRefused: it is not made yet, or none of its packets could be made.
        DocumentDamaged: a file is missing or is not what was stored.
    """
    require(actor, Action.EXPORT_PACKET)
    if export.state != ExportState.MADE:
        raise ExportRefused(f"{export}は作成中です。すべての書類の結果が出てから、ダウンロードしてください。")
    items = list(_items(export))
    members = named_members(items)
    if not members:
        raise ExportRefused(f"{export}には作成できた書類がありません。失敗の内容を確かめて、作り直してください。")
    bundle = bundle_of(Taking(export, actor, now, has_parts), items)
    _record_download(export, actor, members, bundle.hashes)
    return bundle.file


def export_filename(export: Export) -> str:
    """Return the name of the ZIP: 申請書類_20260401_12.zip."""
    return f"申請書類_{export.requested_at.astimezone(JAPAN):%Y%m%d}_{export.pk}.zip"


def _check(purpose: str, count: int) -> None:
    if not purpose.strip():
        raise ExportRefused("「出力の目的」を入力してください。だれに何のために渡すかが、操作記録に残ります。")
    if not count:
        raise ExportRefused("出力する書類を1件以上選んでください。")
    if count > MOST_ITEMS:
        raise ExportRefused(
            f"一度に出力できるのは{MOST_ITEMS}件までです(選んだのは{count}件)。分けて出力してください。"
        )


def _applications(agency_id: int) -> Any:
    """Return the applications of an agency in the order in which their cases are locked."""
    found = Application.objects.for_agency(agency_id).select_related("case__enterprise", "period")
    return found.order_by("case_id", "pk")


def _items(export: Export) -> Any:
    found = ExportItem.objects.for_agency(export.agency_id).filter(export=export)
    packet = ("packet__document", "packet__archive", "packet__application_row__period")
    related = ("application__case", "application__period", "packet__case__enterprise", *packet)
    return found.select_related(*related).order_by("application__case_id", "pk")


def _locked(agency_id: int, export_id: int) -> Export:
    return Export.objects.for_agency(agency_id).select_for_update(of=("self",), no_key=True).get(pk=export_id)


def _ask(export: Export, application: Application, actor: Member, now: datetime) -> ExportItem:
    packet, state, failure = _packet_or_words(application, actor, now)
    return _new(export, application.pk, packet=packet, state=state, failure=failure)


def _packet_or_words(application: Application, actor: Member, now: datetime) -> tuple[Packet | None, PacketState, str]:
    """Ask for a final packet; return it with its state, or none and the words of the refusal."""
    key = ApplicationKey(ApplicationKind(application.kind), application.number)
    day = now.astimezone(JAPAN).date()
    try:
        packet = request_packet(case_id=application.case_id, actor=actor, is_draft=False, today=day, key=key)
    except DomainError as refused:
        return None, PacketState.FAILED, refused.message
    return packet, PacketState(packet.state), ""


def _new(export: Export, application_id: int | None, **values: Any) -> ExportItem:
    values |= {"agency_id": export.agency_id, "export": export, "application_id": application_id}
    return ExportItem.objects.create(**values)


def _close_if_made(export: Export, *, now: datetime) -> None:
    """Let an export be made when none of its items waits; whoever calls holds its lock or has just created it."""
    if not ExportItem.objects.for_agency(export.agency_id).filter(export=export, state=PacketState.QUEUED).exists():
        export.state, export.made_at = ExportState.MADE, now
        export.save(update_fields=("state", "made_at"))


def _record_request(export: Export, actor: Member, items: Iterable[ExportItem]) -> None:
    changes = {f"{PREFIX}{item}": [None, item.failure or PacketState(item.state).label] for item in items}
    audit.record(actor, Verb.PACKET_REQUESTED, export, changes=changes, reason=export.purpose)


def _record_download(export: Export, actor: Member, members: Iterable[Bundled], hashes: Mapping[str, str]) -> None:
    changes = {f"{PREFIX}{name}": [None, f"SHA-256 {sha256}"] for name, sha256 in hashes.items()}
    audit.record(actor, Verb.DOWNLOADED, export, changes=changes, reason=export.purpose)
    for one in members:
        record_download(actor=actor, packet=one.packet, document=one.document, purpose=export.purpose)
