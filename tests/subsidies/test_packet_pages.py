from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

from django.contrib.messages import get_messages
from django.core.files.storage import default_storage
from django.urls import reverse

from cases.enums import SchemeFrame
from subsidies import tasks
from subsidies.enums import PacketState
from subsidies.models import Packet
from subsidies.services.output import packets, printing
from tests.builders import make_case, make_cost_line, make_member
from tests.conftest import sign_in
from tests.subsidies.packet_cases import PREPARED_ON, make_approved, make_small_case
from vapup import clock
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member


def made(member: Member, *, is_draft: bool = True) -> Packet:
    """Return a finished packet."""
    case = make_small_case(member)
    actor = member
    if not is_draft:
        make_approved(case, requested_by=member, decided_by=member)
        actor = make_member(member.agency, Role.ADMIN)
    packet = packets.request_packet(case_id=case.pk, actor=actor, is_draft=is_draft, today=PREPARED_ON)
    tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)
    packet.refresh_from_db()
    return packet


def page_of(packet: Packet) -> str:
    return reverse("subsidies:packet", args=[packet.pk])


def download_of(packet: Packet) -> str:
    return reverse("subsidies:packet_download", args=[packet.pk])


def test_asking_for_a_draft_leads_to_its_page(consultant: Member) -> None:
    case = make_small_case(consultant)
    answer = sign_in(consultant).post(reverse("subsidies:draft_packet", args=[case.number]))
    packet = Packet.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(packet))
    assert packet.payload["prepared_on"] == clock.today().isoformat()


def test_a_key_date_before_the_frame_opened_is_explained(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK, planned_accepted_on=date(2024, 1, 31))
    make_cost_line(case)
    answer = sign_in(consultant).post(reverse("subsidies:draft_packet", args=[case.number]))
    assert answer["Location"] == reverse("subsidies:usage", args=[case.number])
    (message,) = get_messages(answer.wsgi_request)
    # 受理予定日 is a day before the frame opened: no rules are open, so there are no forms either.
    assert "2024-01-31の受理に当たる制度の版がありません" in str(message)


def test_an_export_before_the_approval_is_refused(consultant: Member, admin: Member) -> None:
    case = make_small_case(consultant)
    answer = sign_in(admin).post(reverse("subsidies:export_packet", args=[case.number]))
    assert answer["Location"] == reverse("subsidies:usage", args=[case.number])
    assert not Packet.objects.exists()


def test_an_admin_exports_what_is_approved(consultant: Member, manager: Member, admin: Member) -> None:
    application = make_approved(make_small_case(consultant), requested_by=consultant, decided_by=manager)
    sign_in(admin).post(reverse("subsidies:export_packet", args=[application.case.number]))
    assert not Packet.objects.get().is_draft


def test_the_page_watches_the_making_and_then_stops(consultant: Member) -> None:
    case = make_small_case(consultant)
    packet = packets.request_packet(case_id=case.pk, actor=consultant, is_draft=True, today=PREPARED_ON)
    browser = sign_in(consultant)
    waiting = browser.get(page_of(packet), {"part": "state"}).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "更新" in waiting
    assert "<html" not in waiting
    tasks.render_packet(agency_id=packet.agency_id, packet_id=packet.pk)
    done = browser.get(page_of(packet), {"part": "state"}).content.decode()
    assert "hx-trigger" not in done
    assert download_of(packet) in done


def test_the_page_names_the_forms_and_says_that_their_layout_is_our_own(consultant: Member) -> None:
    text = sign_in(consultant).get(page_of(made(consultant))).content.decode()
    for words in ("別紙①-2", "業務別見積明細書", "計算根拠", "欄の配置はvapup独自のもの"):
        assert words in text


def test_a_packet_that_waits_too_long_says_so(consultant: Member) -> None:
    case = make_small_case(consultant)
    packet = packets.request_packet(case_id=case.pk, actor=consultant, is_draft=True, today=PREPARED_ON)
    Packet.objects.filter(pk=packet.pk).update(requested_at=clock.now() - timedelta(seconds=61))
    assert "1分以上たっても" in sign_in(consultant).get(page_of(packet)).content.decode()


def test_a_failure_is_shown_with_a_way_to_try_again(consultant: Member, viewer: Member) -> None:
    packet = made(consultant)
    Packet.objects.filter(pk=packet.pk).update(state=PacketState.FAILED, document=None, failure=printing.GAVE_UP)
    text = sign_in(consultant).get(page_of(packet)).content.decode()
    assert printing.GAVE_UP in text
    assert reverse("subsidies:draft_packet", args=[packet.case.number]) in text
    assert '<button class="button" type="submit">もう一度作成' in text
    assert 'type="submit">もう一度作成' not in sign_in(viewer).get(page_of(packet)).content.decode()


def test_a_download_is_whole_private_named_and_noted(consultant: Member, viewer: Member) -> None:
    packet = made(consultant)
    assert packet.document
    answer = sign_in(viewer).get(download_of(packet))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == packet.document.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    # RFC 6266: 利用申請_下書き as UTF-8 octets
    assert answer["Content-Disposition"] == (
        f"attachment; filename*=utf-8''{packet.case.number}_%E5%88%A9%E7%94%A8%E7%94%B3%E8%AB%8B_"
        "%E4%B8%8B%E6%9B%B8%E3%81%8D.pdf"
    )
    event = AuditEvent.objects.get(verb=Verb.DOWNLOADED)
    assert (event.actor, event.object_id) == (viewer, packet.case_id)


def test_a_final_packet_is_given_to_admins_and_managers(consultant: Member) -> None:
    packet = made(consultant, is_draft=False)
    for role, status in ((Role.ADMIN, 200), (Role.MANAGER, 200), (Role.CONSULTANT, 403), (Role.VIEWER, 403)):
        browser = sign_in(make_member(consultant.agency, role))
        answer = browser.get(download_of(packet))
        assert answer.status_code == status, role
        if status == 200:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        page = browser.get(page_of(packet)).content.decode()
        assert (download_of(packet) in page) == (status == 200), role


def test_another_agency_finds_neither_page_nor_file(consultant: Member, outsider: Member) -> None:
    packet, browser = made(consultant), sign_in(outsider)
    assert [browser.get(url).status_code for url in (page_of(packet), download_of(packet))] == [404, 404]


def test_a_packet_without_a_file_has_no_download(consultant: Member) -> None:
    case = make_small_case(consultant)
    packet = packets.request_packet(case_id=case.pk, actor=consultant, is_draft=True, today=PREPARED_ON)
    assert sign_in(consultant).get(download_of(packet)).status_code == 404


def test_a_damaged_file_is_not_given_out(consultant: Member) -> None:
    packet = made(consultant)
    assert packet.document
    Path(default_storage.path(packet.document.path)).write_bytes(b"%PDF-")
    answer = sign_in(consultant).get(download_of(packet), follow=True)
    assert "ファイルが壊れています" in answer.content.decode()
    assert not AuditEvent.objects.filter(verb=Verb.DOWNLOADED).exists()


def test_the_list_says_what_waits_and_what_was_made(consultant: Member, manager: Member, admin: Member) -> None:
    application = make_approved(make_small_case(consultant), requested_by=consultant, decided_by=manager)
    packet = made(consultant)
    export = reverse("subsidies:application_export", args=[application.case.number, application.pk])
    shown = sign_in(admin).get(reverse("subsidies:packets")).content.decode()
    assert "承認待ち(0件)" in shown
    assert "承認済で未出力(1件)" in shown
    assert shown.index("承認済で未出力") < shown.index("承認待ち(")  # what an admin has to do comes first
    assert export in shown
    assert page_of(packet) in shown
    assert export not in sign_in(consultant).get(reverse("subsidies:packets")).content.decode()


def test_the_empty_list_says_what_to_do(consultant: Member) -> None:
    assert "まだ書類がありません" in sign_in(consultant).get(reverse("subsidies:packets")).content.decode()
