"""Several packets taken out at once: what is asked, what is refused, what the ZIP holds, and what the trail says."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cases.models import Case
from subsidies import tasks
from subsidies.enums import ApplicationState, ExportState, PacketState
from subsidies.models import Application, Export, ExportItem, Packet
from subsidies.services.output import exports
from subsidies.services.output.packets import request_packet
from tests.subsidies.packet_cases import PREPARED_ON, make_approved, make_small_case
from vapup import clock
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.documents.services import DocumentDamaged, open_stored
from vapup.documents.storage import DurableFileStorage

NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)
PURPOSE = "宮城県の協議会へ4月分を提出するため"


def approved(consultant: Member, manager: Member) -> Application:
    return make_approved(make_small_case(consultant), requested_by=consultant, decided_by=manager)


def asked(actor: Member, *applications: Application, packets: tuple[Packet, ...] = ()) -> Export:
    return exports.request_export(
        actor=actor,
        purpose=PURPOSE,
        application_ids=[one.pk for one in applications],
        packet_ids=[one.pk for one in packets],
        now=NOW,
    )


def print_all() -> None:
    """Do what the worker does."""
    for packet in Packet.objects.filter(state=PacketState.QUEUED):
        tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)


def outcome(export: Export) -> list[tuple[str, str]]:
    return list(export.items.order_by("pk").values_list("state", "failure"))


def opened(export: Export, actor: Member, *, has_parts: bool = False) -> dict[str, bytes]:
    file = exports.pack_export(export=export, actor=actor, now=NOW, has_parts=has_parts)
    with file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_application_gets_its_final_packet_and_the_export_ends_with_the_last(
    consultant: Member, manager: Member, admin: Member
) -> None:
    export = asked(admin, approved(consultant, manager), approved(consultant, manager))
    assert outcome(export) == [(PacketState.QUEUED, "")] * 2
    first, last = Packet.objects.order_by("pk")
    assert not first.is_draft
    tasks.render_packet(agency_id=first.agency_id, packet_id=first.pk)
    export.refresh_from_db()
    assert (export.state, export.made_at) == (ExportState.WORKING, None)
    tasks.render_packet(agency_id=last.agency_id, packet_id=last.pk)
    export.refresh_from_db()
    assert outcome(export) == [(PacketState.DONE, "")] * 2
    assert export.state == ExportState.MADE
    assert export.made_at is not None


def test_a_refusal_is_the_items_result_in_words_and_the_others_go_on(
    consultant: Member, manager: Member, admin: Member
) -> None:
    good, bad = approved(consultant, manager), approved(consultant, manager)
    Application.objects.filter(pk=bad.pk).update(state=ApplicationState.PREPARING)
    export = asked(admin, good, bad)
    print_all()
    item = ExportItem.objects.get(application=bad)
    assert (item.packet, item.state) == (None, PacketState.FAILED)
    assert ApplicationState.PREPARING.label in item.failure
    assert bad.case.number in item.failure
    assert ExportItem.objects.get(application=good).state == PacketState.DONE
    export.refresh_from_db()
    assert export.state == ExportState.MADE
    assert len(opened(export, admin)) == 1 + 1


def test_what_is_made_already_goes_in_as_it_is(consultant: Member, manager: Member, admin: Member) -> None:
    application = approved(consultant, manager)
    packet = request_packet(case_id=application.case_id, actor=admin, is_draft=False, today=PREPARED_ON)
    print_all()
    export = asked(admin, packets=(packet,))
    assert (export.state, export.made_at) == (ExportState.MADE, NOW)
    assert Packet.objects.count() == 1


def test_a_failed_packet_is_made_again_and_the_made_ones_stay(
    consultant: Member, manager: Member, admin: Member
) -> None:
    export = asked(admin, approved(consultant, manager), approved(consultant, manager))
    broken = Packet.objects.order_by("pk")[0]
    Packet.objects.filter(pk=broken.pk).update(payload={"council": 1})
    print_all()
    export.refresh_from_db()
    assert [state for state, _ in outcome(export)] == [PacketState.FAILED, PacketState.DONE]
    exports.retry_export(export_id=export.pk, actor=admin, now=NOW)
    export.refresh_from_db()
    assert (export.state, export.made_at) == (ExportState.WORKING, None)
    print_all()
    export.refresh_from_db()
    assert outcome(export) == [(PacketState.DONE, "")] * 2
    assert export.state == ExportState.MADE
    assert Packet.objects.count() == 3
    with pytest.raises(exports.ExportRefused, match="失敗した書類はありません"):
        exports.retry_export(export_id=export.pk, actor=admin, now=NOW)


def test_the_zip_holds_every_packet_under_a_name_of_its_own_with_its_hash(
    consultant: Member, manager: Member, admin: Member
) -> None:
    application = approved(consultant, manager)
    export = asked(admin, application)
    again = asked(admin, application)  # the same packet still waits, so it is shared
    print_all()
    packet = Packet.objects.get()
    Packet.objects.create(
        **{
            name: getattr(packet, name)
            for name in ("agency", "case", "application", "application_row", "payload", "document", "requested_by")
        },
        is_draft=False,
        state=PacketState.DONE,
    )
    both = asked(admin, packets=tuple(Packet.objects.all()))
    files = opened(both, admin)
    name = f"{application.case.number}_利用申請_{clock.today():%Y%m%d}"
    assert [one.startswith(name) for one in files] == [True, True, False]
    assert len(files) == 3
    listed = json.loads(files["一覧.json"])
    assert listed["purpose"] == PURPOSE
    for one in listed["files"]:
        assert hashlib.sha256(files[one["file"]]).hexdigest() == one["sha256"]
    assert list(opened(export_of(again), admin)) == list(opened(export_of(export), admin))


def test_the_list_tells_the_whole_who_took_it_and_what_is_missing(
    consultant: Member, manager: Member, admin: Member
) -> None:
    good, bad = approved(consultant, manager), approved(consultant, manager)
    Application.objects.filter(pk=bad.pk).update(state=ApplicationState.PREPARING)
    export = asked(admin, good, bad)
    print_all()
    listed = json.loads(opened(export_of(export), admin)["一覧.json"])
    assert (listed["export"], listed["purpose"]) == (export.pk, PURPOSE)
    assert (listed["requested_by"], listed["taken_by"]) == (str(admin), str(admin))
    assert listed["taken_at"] == "2025-05-01T10:00:00+09:00"
    document = Packet.objects.get().document
    assert document is not None
    (file,) = listed["files"]
    assert (file["case"], file["enterprise"]) == (good.case.number, good.case.enterprise.name)
    assert (file["application"], file["state"]) == (good.name, PacketState.DONE.label)
    assert (file["pages"], file["sha256"], file["parts"]) == (document.page_count, document.sha256, [])
    assert file["made_at"] is not None
    (missing,) = listed["missing"]
    assert (missing["case"], missing["state"]) == (bad.case.number, PacketState.FAILED.label)
    assert ApplicationState.PREPARING.label in missing["failure"]


def test_the_parts_lie_beside_their_packet_each_with_its_hash(
    consultant: Member, manager: Member, admin: Member
) -> None:
    export = asked(admin, approved(consultant, manager), approved(consultant, manager))
    print_all()
    files = opened(export_of(export), admin, has_parts=True)
    listed = json.loads(files["一覧.json"])["files"]
    for packet, one in zip(Packet.objects.order_by("pk"), listed, strict=True):
        with zipfile.ZipFile(io.BytesIO(stored(packet))) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name.startswith("parts/")]
        assert len(parts) > 3
        assert [files[part["file"]] for part in one["parts"]] == parts
        assert [hashlib.sha256(part).hexdigest() for part in parts] == [part["sha256"] for part in one["parts"]]
        assert {part["file"].split("/")[0] for part in one["parts"]} == {one["file"].removesuffix(".pdf")}
    assert len(files) == 1 + sum(1 + len(one["parts"]) for one in listed)
    taken = AuditEvent.objects.get(verb=Verb.DOWNLOADED, object_type="export")
    assert set(taken.changes) == {f"一括出力: {name}" for name in files if name != "一覧.json"}


def stored(packet: Packet) -> bytes:
    assert packet.archive is not None
    with open_stored(packet.archive) as file:
        return file.read()


def export_of(export: Export) -> Export:
    return Export.objects.get(pk=export.pk)


def test_the_trail_says_who_took_what_and_what_for(consultant: Member, manager: Member, admin: Member) -> None:
    application = approved(consultant, manager)
    export = asked(admin, application)
    print_all()
    requested = AuditEvent.objects.get(verb=Verb.PACKET_REQUESTED, object_type="export")
    assert (requested.actor, requested.object_id, requested.reason) == (admin, export.pk, PURPOSE)
    assert list(requested.changes) == [f"一括出力: {application.case.number} {application.name}"]
    opened(export_of(export), admin)
    taken = AuditEvent.objects.get(verb=Verb.DOWNLOADED, object_type="export")
    document = Packet.objects.get().document
    assert document is not None
    assert taken.reason == PURPOSE
    assert taken.changes == {f"一括出力: {document.filename}": [None, f"SHA-256 {document.sha256}"]}
    of_case = AuditEvent.objects.get(verb=Verb.DOWNLOADED, object_type="case")
    assert (of_case.object_id, of_case.reason) == (application.case_id, PURPOSE)


@pytest.mark.parametrize("purpose", ["", " \u3000\n"])
def test_no_export_without_a_purpose(consultant: Member, manager: Member, admin: Member, purpose: str) -> None:
    application = approved(consultant, manager)
    with pytest.raises(exports.ExportRefused, match="出力の目的"):
        exports.request_export(actor=admin, purpose=purpose, application_ids=[application.pk], packet_ids=[], now=NOW)
    assert not Export.objects.exists()


def test_nothing_too_much_and_what_is_not_there(
    consultant: Member, manager: Member, admin: Member, outsider: Member
) -> None:
    with pytest.raises(exports.ExportRefused, match="1件以上"):
        asked(admin)
    numbers = range(10**6, 10**6 + exports.MOST_ITEMS + 1)
    with pytest.raises(exports.ExportRefused, match=r"100件まで.*101件"):
        exports.request_export(actor=admin, purpose=PURPOSE, application_ids=numbers, packet_ids=[], now=NOW)
    with pytest.raises(exports.ExportRefused, match="見つかりません"):
        asked(outsider, approved(consultant, manager))
    draft = request_packet(case_id=make_small_case(consultant).pk, actor=consultant, is_draft=True, today=PREPARED_ON)
    with pytest.raises(exports.ExportRefused, match="見つかりません"):
        asked(admin, packets=(draft,))
    assert not Export.objects.exists()


def test_only_those_who_may_take_final_packets_out(
    consultant: Member, manager: Member, admin: Member, viewer: Member, outsider: Member
) -> None:
    application = approved(consultant, manager)
    export = asked(admin, application)
    print_all()
    for actor in (consultant, manager, viewer):
        with pytest.raises(NotAllowed):
            asked(actor, application)
        with pytest.raises(NotAllowed):
            exports.retry_export(export_id=export.pk, actor=actor, now=NOW)
        with pytest.raises(NotAllowed):
            exports.pack_export(export=export_of(export), actor=actor, now=NOW)
    with pytest.raises(Export.DoesNotExist):
        exports.retry_export(export_id=export.pk, actor=outsider, now=NOW)


def test_nothing_is_given_out_before_its_time_nor_without_a_file(
    consultant: Member, manager: Member, admin: Member
) -> None:
    application = approved(consultant, manager)
    export = asked(admin, application)
    with pytest.raises(exports.ExportRefused, match="作成中"):
        exports.pack_export(export=export, actor=admin, now=NOW)
    Packet.objects.update(payload={})
    print_all()
    with pytest.raises(exports.ExportRefused, match="作成できた書類がありません"):
        exports.pack_export(export=export_of(export), actor=admin, now=NOW)


def test_a_damaged_file_stops_the_zip_and_leaves_no_trail(
    consultant: Member, manager: Member, admin: Member, tmp_path: Path
) -> None:
    export = asked(admin, approved(consultant, manager))
    print_all()
    document = Packet.objects.get().document
    assert document is not None
    (tmp_path / document.path).write_bytes(b"%PDF-1.7 other")
    with pytest.raises(DocumentDamaged):
        exports.pack_export(export=export_of(export), actor=admin, now=NOW)
    assert not AuditEvent.objects.filter(verb=Verb.DOWNLOADED).exists()
    assert not [one for one in tmp_path.iterdir() if one.is_file()]


def test_a_worker_that_gives_up_ends_the_export(
    consultant: Member, manager: Member, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(admin, approved(consultant, manager))

    def full(*_args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(DurableFileStorage, "_save", full)
    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            print_all()
    print_all()
    ((state, failure),) = outcome(export)
    assert state == PacketState.FAILED
    assert "3回試みました" in failure
    assert export_of(export).state == ExportState.MADE


def test_the_zip_is_not_held_in_memory(consultant: Member, manager: Member, admin: Member) -> None:
    export = asked(admin, approved(consultant, manager))
    print_all()
    with exports.pack_export(export=export_of(export), actor=admin, now=NOW) as file:
        assert not isinstance(file, io.BytesIO)
        assert file.tell() == 0


def test_the_cases_are_locked_in_one_order(consultant: Member, manager: Member, admin: Member) -> None:
    applications = [approved(consultant, manager) for _ in range(3)]
    export = asked(admin, *reversed(applications))
    found = Case.objects.filter(applications__in=applications).order_by("pk").values_list("pk", flat=True)
    assert list(export.items.order_by("pk").values_list("application__case_id", flat=True)) == list(found)
