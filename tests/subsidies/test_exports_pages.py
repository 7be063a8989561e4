"""The pages of an export: what can be ticked, what is asked, how its making is watched, and what is taken away."""

from __future__ import annotations

import io
import zipfile

from django.contrib.messages import get_messages
from django.urls import reverse

from subsidies.enums import PacketState
from subsidies.models import Export, Packet
from subsidies.services.output.packets import request_packet
from tests.conftest import sign_in
from tests.subsidies.packet_cases import PREPARED_ON, make_small_case
from tests.subsidies.test_exports import PURPOSE, approved, asked, print_all
from vapup.accounts.models import Member

LIST = reverse("subsidies:packets")
NEW = reverse("subsidies:export_new")


def page_of(export: Export) -> str:
    return reverse("subsidies:export", args=[export.pk])


def test_an_admin_can_tick_what_is_approved_and_what_is_made(
    consultant: Member, manager: Member, admin: Member
) -> None:
    waiting, done = approved(consultant, manager), approved(consultant, manager)
    packet = request_packet(case_id=done.case_id, actor=admin, is_draft=False, today=PREPARED_ON)
    draft = request_packet(case_id=make_small_case(consultant).pk, actor=consultant, is_draft=True, today=PREPARED_ON)
    print_all()
    text = sign_in(admin).get(LIST).content.decode()
    assert f'name="application" value="{waiting.pk}"' in text
    assert f'name="packet" value="{packet.pk}"' in text
    assert f'name="packet" value="{draft.pk}"' not in text
    assert text.count("選んだものを出力する") == 1
    for member in (consultant, manager):
        text = sign_in(member).get(LIST).content.decode()
        assert 'type="checkbox"' not in text
        assert "選んだものを出力する" not in text


def test_asking_leads_to_the_page_of_the_export(consultant: Member, manager: Member, admin: Member) -> None:
    application = approved(consultant, manager)
    answer = sign_in(admin).post(NEW, {"application": [application.pk], "purpose": PURPOSE})
    export = Export.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(export))
    assert (export.purpose, export.requested_by) == (PURPOSE, admin)


def test_one_button_takes_everything_that_waits_without_any_script(
    consultant: Member, manager: Member, admin: Member
) -> None:
    waiting = [approved(consultant, manager) for _ in range(2)]
    browser = sign_in(admin)
    text = browser.get(LIST).content.decode()
    assert "承認済で未出力の2件をすべて出力する" in text
    assert '<div class="row" hidden data-tick-all="application">' in text
    slip = browser.post(NEW, {"every": "application", "purpose": ""})
    assert slip.status_code == 422
    browser.post(NEW, {"every": "application", "purpose": PURPOSE, "application": [waiting[0].pk]})
    export = Export.objects.get()
    assert {item.application for item in export.items.all()} == set(waiting)
    nothing = browser.post(NEW, {"every": "application", "purpose": PURPOSE})
    assert nothing.status_code == 422
    assert "出力する書類を1件以上選んでください。" in nothing.content.decode()
    assert "すべて出力する" not in browser.get(LIST).content.decode()
    assert "data-tick-all" not in sign_in(manager).get(LIST).content.decode()


def test_a_slip_keeps_what_was_ticked_and_typed(consultant: Member, manager: Member, admin: Member) -> None:
    application = approved(consultant, manager)
    browser = sign_in(admin)
    answer = browser.post(NEW, {"application": [application.pk], "purpose": ""})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "「出力の目的」を入力してください。" in text
    assert f'value="{application.pk}" aria-label="{application.case.number} 利用申請を選ぶ" checked' in text
    answer = browser.post(NEW, {"purpose": PURPOSE})
    assert answer.status_code == 422
    assert "出力する書類を1件以上選んでください。" in answer.content.decode()
    assert PURPOSE in answer.content.decode()
    assert browser.post(NEW, {"application": ["1 OR 1=1"], "purpose": PURPOSE}).status_code == 422
    assert not Export.objects.exists()


def test_the_page_watches_the_making_and_then_offers_the_zip(
    consultant: Member, manager: Member, admin: Member
) -> None:
    export = asked(admin, approved(consultant, manager), approved(consultant, manager))
    browser = sign_in(admin)
    waiting = browser.get(page_of(export), {"part": "state"}).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "2件のうち 0件が終わりました" in waiting
    assert f'href="{page_of(export)}">更新' in waiting
    assert "<html" not in waiting
    print_all()
    done = browser.get(page_of(export)).content.decode()
    assert 'hx-trigger="every' not in done
    assert "2件のうち 2件が終わりました(作成済 2件、失敗 0件)。" in done
    assert "ZIPをダウンロード(2件)" in done
    assert "失敗した書類をもう一度作成" not in done
    assert PURPOSE in done


def test_a_failure_is_told_beside_its_file_and_can_be_tried_again(
    consultant: Member, manager: Member, admin: Member
) -> None:
    export = asked(admin, approved(consultant, manager), approved(consultant, manager))
    Packet.objects.filter(pk=Packet.objects.order_by("pk")[0].pk).update(payload={})
    print_all()
    browser = sign_in(admin)
    text = browser.get(page_of(export)).content.decode()
    item = export.items.get(state=PacketState.FAILED)
    assert item.failure
    assert item.failure[:20] in text
    assert "失敗あり" in text
    retry = reverse("subsidies:export_retry", args=[export.pk])
    assert f'action="{retry}"' in text
    assert browser.post(retry)["Location"] == page_of(export)
    print_all()
    assert "失敗 0件" in browser.get(page_of(export)).content.decode()
    again = browser.post(retry)
    assert "失敗した書類はありません" in str(next(iter(get_messages(again.wsgi_request))))


def test_the_zip_comes_as_a_private_file_in_pieces(consultant: Member, manager: Member, admin: Member) -> None:
    export = asked(admin, approved(consultant, manager))
    browser = sign_in(admin)
    download = reverse("subsidies:export_download", args=[export.pk])
    assert browser.get(download)["Location"] == page_of(export)
    print_all()
    answer = browser.get(download)
    assert answer.streaming
    assert answer["Content-Type"] == "application/zip"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    assert len(content) == int(answer["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == 2


def test_the_zip_with_parts_is_a_choice_of_the_page(consultant: Member, manager: Member, admin: Member) -> None:
    export = asked(admin, approved(consultant, manager))
    print_all()
    browser = sign_in(admin)
    download = reverse("subsidies:export_download", args=[export.pk])
    assert f'href="{download}?parts=1"' in browser.get(page_of(export)).content.decode()
    answer = browser.get(download, {"parts": "1"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert len(names) > 2 + 3
    assert sum("/" in name for name in names) == len(names) - 2


def test_who_may_come_in(consultant: Member, manager: Member, admin: Member, viewer: Member, outsider: Member) -> None:
    export = asked(admin, approved(consultant, manager))
    print_all()
    pages = [reverse(f"subsidies:{name}", args=[export.pk]) for name in ("export", "export_download")]
    for url in pages:
        for member in (consultant, manager, viewer):
            assert sign_in(member).get(url).status_code == 403
        assert sign_in(outsider).get(url).status_code == 404
    retry = reverse("subsidies:export_retry", args=[export.pk])
    assert sign_in(outsider).post(retry).status_code == 404
    for member in (consultant, manager, viewer):
        assert sign_in(member).post(NEW, {"purpose": PURPOSE}).status_code == 403
        assert sign_in(member).post(retry).status_code == 403


def test_the_latest_exports_are_listed_for_admins(consultant: Member, manager: Member, admin: Member) -> None:
    asked(admin, approved(consultant, manager))
    assert PURPOSE in sign_in(admin).get(LIST).content.decode()
    assert PURPOSE not in sign_in(manager).get(LIST).content.decode()
