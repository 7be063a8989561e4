from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from cases.enums import CaseStage
from cases.models import Case
from subsidies import tasks
from subsidies.enums import ApplicationState, PacketState
from subsidies.models import Application, Packet
from subsidies.packets.payload import UsagePayload
from subsidies.selectors.filing.packets import awaiting_approval, awaiting_export, made_packets
from subsidies.services.output import packets, printing
from tests.builders import make_cost_line, make_member
from tests.subsidies.packet_cases import PREPARED_ON, make_approved, make_small_case
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.documents.models import StoredDocument
from vapup.documents.services import open_stored
from vapup.documents.storage import DurableFileStorage

NOW = datetime(2025, 5, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect what would be sent to the broker."""
    found: list[dict[str, Any]] = []

    def send_task(name: str, **options: Any) -> None:
        found.append({"name": name, **options["kwargs"]})

    monkeypatch.setattr(current_app, "send_task", send_task)
    return found


def ask(member: Member, *, is_draft: bool = True) -> Packet:
    case = make_small_case(member)
    if not is_draft:
        make_approved(case, requested_by=member, decided_by=member)
    actor = member if is_draft else make_member(member.agency, Role.ADMIN)
    return packets.request_packet(case_id=case.pk, actor=actor, is_draft=is_draft, today=PREPARED_ON)


def test_a_draft_is_frozen_when_asked_for(
    consultant: Member, sent: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        packet = ask(consultant)
    make_cost_line(packet.case, gross_yen=11)
    packet.refresh_from_db()
    assert (packet.state, packet.is_draft, packet.requested_by) == (PacketState.QUEUED, True, consultant)
    assert UsagePayload.from_json(packet.payload).total.cost_yen == 150_000
    assert sent == [{"name": "subsidies.render_packet", "agency_id": packet.agency_id, "packet_id": packet.pk}]
    event = AuditEvent.objects.get(verb=Verb.PACKET_REQUESTED)
    assert (event.actor, event.object_id) == (consultant, packet.case_id)
    assert event.changes["申請書類: 種類"] == [None, "下書き"]


def test_asking_twice_for_what_waits_gives_one_packet(consultant: Member) -> None:
    first = ask(consultant)
    again = packets.request_packet(case_id=first.case_id, actor=consultant, is_draft=True, today=PREPARED_ON)
    assert again == first
    make_cost_line(first.case, gross_yen=11)
    other = packets.request_packet(case_id=first.case_id, actor=consultant, is_draft=True, today=PREPARED_ON)
    assert other != first


def test_a_final_packet_prints_what_was_approved(consultant: Member, manager: Member, admin: Member) -> None:
    application = make_approved(make_small_case(consultant), requested_by=consultant, decided_by=manager)
    make_cost_line(application.case, gross_yen=11)
    packet = packets.request_packet(case_id=application.case_id, actor=admin, is_draft=False, today=PREPARED_ON)
    assert packet.payload == application.payload


@pytest.mark.parametrize("state", [None, ApplicationState.PREPARING, ApplicationState.REQUESTED])
def test_no_final_packet_before_the_approval(consultant: Member, admin: Member, state: ApplicationState | None) -> None:
    case = make_small_case(consultant)
    if state:
        Application.objects.create(
            agency_id=case.agency_id, case=case, state=state, requested_by=consultant, requested_at=NOW
        )
    with pytest.raises(packets.NotApproved, match=(state or ApplicationState.PREPARING).label):
        packets.request_packet(case_id=case.pk, actor=admin, is_draft=False, today=PREPARED_ON)
    assert not Packet.objects.exists()


def test_who_may_ask_is_asked_of_the_policy(consultant: Member, admin: Member, viewer: Member) -> None:
    case = make_small_case(consultant)
    for actor, is_draft in ((viewer, True), (consultant, False), (admin, True)):
        with pytest.raises(NotAllowed):
            packets.request_packet(case_id=case.pk, actor=actor, is_draft=is_draft, today=PREPARED_ON)


def test_another_agencys_case_is_not_there(consultant: Member, outsider: Member) -> None:
    case = make_small_case(consultant)
    with pytest.raises(type(case).DoesNotExist):
        packets.request_packet(case_id=case.pk, actor=outsider, is_draft=True, today=PREPARED_ON)


def test_the_task_makes_the_packet_once(consultant: Member) -> None:
    packet = ask(consultant)
    tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)
    tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)
    packet.refresh_from_db()
    assert (packet.state, packet.attempts) == (PacketState.DONE, 1)
    document = packet.document
    assert document is not None
    assert {one.pk for one in StoredDocument.objects.all()} == {document.pk, packet.archive_id}
    assert document.filename == f"{packet.case.number}_利用申請_下書き.pdf"
    assert document.page_count >= 8
    with open_stored(document) as file:
        assert file.read(5) == b"%PDF-"
    event = AuditEvent.objects.get(verb=Verb.PACKET_MADE)
    assert (event.actor_label, event.object_id) == ("システム", packet.case_id)
    assert event.changes["申請書類: SHA-256"] == [None, document.sha256]


def test_the_task_of_another_agency_finds_nothing(consultant: Member, outsider: Member) -> None:
    packet = ask(consultant)
    with pytest.raises(Packet.DoesNotExist):
        tasks.render_packet(agency_id=outsider.agency_id, packet_id=packet.pk)
    packet.refresh_from_db()
    assert packet.state == PacketState.QUEUED
    assert not StoredDocument.objects.exists()


def test_a_payload_that_cannot_be_read_fails_with_words(consultant: Member) -> None:
    packet = ask(consultant)
    del packet.payload["council"]
    packet.save()
    tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)
    packet.refresh_from_db()
    assert packet.state == PacketState.FAILED
    assert "council" in packet.failure
    assert packet.finished_at


def test_a_packet_is_tried_three_times_and_then_given_up(consultant: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    packet = ask(consultant)

    def full(*_args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(DurableFileStorage, "_save", full)
    for _ in range(printing.MOST_ATTEMPTS):
        with pytest.raises(OSError, match="No space"):
            tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)
    packet.refresh_from_db()
    assert (packet.state, packet.attempts) == (PacketState.QUEUED, 3)
    tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)
    packet.refresh_from_db()
    assert packet.state == PacketState.FAILED
    assert packet.failure.startswith("3回試みましたが")


def test_the_sweep_asks_again_for_what_waits_too_long(
    consultant: Member, sent: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    lost, fresh, done = ask(consultant), ask(consultant), ask(consultant)
    Packet.objects.filter(pk=lost.pk).update(requested_at=NOW - timedelta(seconds=31))
    Packet.objects.filter(pk=fresh.pk).update(requested_at=NOW - timedelta(seconds=29))
    Packet.objects.filter(pk=done.pk).update(requested_at=NOW - timedelta(hours=1), state=PacketState.FAILED)
    sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert packets.requeue(now=NOW) == 1
    assert sent == [{"name": "subsidies.render_packet", "agency_id": lost.agency_id, "packet_id": lost.pk}]


def test_the_sweep_finds_what_waits_where_the_owner_of_the_tables_is_no_superuser(
    consultant: Member, outsider: Member, sent: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    lost = [ask(consultant), ask(outsider)]
    Packet.objects.update(requested_at=NOW - timedelta(minutes=1))
    sent.clear()
    with connection.cursor() as cursor:
        # Like such an owner, the unprivileged role sees no row outside a scope.
        cursor.execute("SELECT set_config('role', %s, true)", [settings.TENANT_ROLE])
    assert not Packet.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert packets.requeue(now=NOW) == 2
    assert [one["packet_id"] for one in sent] == [packet.pk for packet in lost]


def test_the_tasks_are_registered_by_the_names_that_are_asked_for() -> None:
    assert {packets.RENDER_TASK, "subsidies.sweep_packets"} <= set(current_app.tasks)


def test_the_lists_hold_what_waits_for_whom(consultant: Member, manager: Member, outsider: Member) -> None:
    agency_id = consultant.agency_id
    requested = Application.objects.create(
        agency_id=agency_id,
        case=make_small_case(consultant),
        state=ApplicationState.REQUESTED,
        requested_by=consultant,
        requested_at=NOW,
    )
    approved = make_approved(make_small_case(consultant), requested_by=consultant, decided_by=manager)
    draft = ask(consultant)
    assert list(awaiting_approval(agency_id)) == [requested]
    assert list(awaiting_export(agency_id)) == [approved]
    assert list(made_packets(agency_id)) == [draft]
    packets.request_packet(
        case_id=approved.case_id, actor=make_member(consultant.agency, Role.ADMIN), is_draft=False, today=PREPARED_ON
    )
    assert list(awaiting_export(agency_id)) == []
    for found in (awaiting_approval, awaiting_export, made_packets):
        assert not found(outsider.agency_id).exists()


@pytest.mark.parametrize("stage", [CaseStage.WITHDRAWN, CaseStage.REJECTED, CaseStage.LAPSED])
def test_a_closed_case_waits_for_nobody(consultant: Member, manager: Member, stage: CaseStage) -> None:
    requested = Application.objects.create(
        agency_id=consultant.agency_id,
        case=make_small_case(consultant),
        state=ApplicationState.REQUESTED,
        requested_by=consultant,
        requested_at=NOW,
    )
    approved = make_approved(make_small_case(consultant), requested_by=consultant, decided_by=manager)
    dates = {"usage_applied_on": PREPARED_ON, "usage_accepted_on": PREPARED_ON, "accepted_on": PREPARED_ON}
    Case.objects.filter(pk__in=[requested.case_id, approved.case_id]).update(stage=stage, **dates)
    assert not awaiting_approval(consultant.agency_id).exists()
    assert not awaiting_export(consultant.agency_id).exists()


def test_two_workers_with_the_same_message_make_one_document(consultant: Member) -> None:
    packet = ask(consultant)
    ids = {"agency_id": packet.agency_id, "packet_id": packet.pk}
    assert [printing.begin_attempt(**ids, now=NOW) for _ in range(2)] == [True, True]
    assert printing.render_packet(**ids, now=NOW) == packet
    assert printing.render_packet(**ids, now=NOW) is None
    assert StoredDocument.objects.count() == 2  # the PDF and the ZIP
