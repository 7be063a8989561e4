"""The pages of notes, the panel of calls on the home page, and what never leaves the office."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case, Note
from subsidies.packets.usage import build_usage_payload
from subsidies.selectors import assessment_of
from tests.builders import make_case, make_member, make_note, make_ready_case
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case in the consultant's charge."""
    return make_case(consultant)


@pytest.fixture
def boss(agency: Agency) -> Member:
    """A manager with a name of her own."""
    return make_member(agency, Role.MANAGER, display_name="山口 一郎")


def url(name: str, case: Case, *ids: int) -> str:
    return reverse(f"cases:{name}", args=[case.number, *ids])


def page_of(member: Member, case: Case) -> str:
    return sign_in(member).get(url("notes", case)).content.decode()


def test_a_page_without_notes_says_what_they_are_for(case: Case, consultant: Member, viewer: Member) -> None:
    page = page_of(consultant, case)
    assert "メモはまだありません。" in page
    assert "申請書類には載りません" in page
    assert "メモを書く" in page
    assert "メモを書く" not in page_of(viewer, case)


def test_a_note_is_written_and_calls_who_was_ticked(case: Case, consultant: Member, boss: Member) -> None:
    answer = sign_in(consultant).post(
        url("notes", case),
        {"body": "<b>決算書</b>は\n来週 https://example.jp/", "called": [boss.pk], "is_pinned": "on"},
    )
    assert (answer.status_code, answer["Location"]) == (302, url("notes", case))
    page = page_of(boss, case)
    assert "&lt;b&gt;決算書&lt;/b&gt;は\n来週 https://example.jp/" in page  # text stays text, links too
    assert 'href="https://example.jp' not in page
    assert "知らせた相手: 山口 一郎(未読)" in page
    assert "あなたへの呼びかけ" in page
    assert "固定" in page


def test_a_browser_that_sends_the_token_of_the_page_may_write_and_pin(case: Case, consultant: Member) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(consultant.user)
    for body in ("一つ目", "二つ目"):
        page = browser.get(url("notes", case)).content.decode()
        tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page[page.index("<main") :])
        assert tokens
        sent = browser.post(url("notes", case), {"body": body, "csrfmiddlewaretoken": tokens[0]})
        assert sent.status_code == 302
    note = Note.objects.latest("pk")
    pin = {"version": note.version, "is_pinned": "on", "csrfmiddlewaretoken": tokens[-1]}
    assert browser.post(url("note_pin", case, note.pk), pin).status_code == 302


def test_a_refused_note_keeps_its_input(case: Case, consultant: Member, outsider: Member) -> None:
    answer = sign_in(consultant).post(url("notes", case), {"body": " ", "is_pinned": "on"})
    assert answer.status_code == 422
    assert "「メモ」を入力してください。" in answer.content.decode()
    make_member(consultant.agency, display_name="同僚 次郎")
    answer = sign_in(consultant).post(url("notes", case), {"body": "残る文", "called": [outsider.pk]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "残る文" in page
    assert "「知らせる相手」を一覧から選び直してください。" in page
    assert not Note.objects.exists()


def test_an_author_changes_a_note_and_others_do_not(case: Case, consultant: Member, boss: Member) -> None:
    note = make_note(case, consultant, body="前の内容", called=[boss])
    edit = url("note_edit", case, note.pk)
    assert f'href="{edit}"' in page_of(consultant, case)
    assert f'href="{edit}"' not in page_of(boss, case)
    refused = sign_in(boss).get(edit)
    assert refused.status_code == 403
    assert "書いた本人だけ" in refused.content.decode()
    form = sign_in(consultant).get(edit).content.decode()
    assert "すでに知らせた相手: 山口 一郎" in form
    answer = sign_in(consultant).post(edit, {"body": "直した内容", "version": 1})
    assert answer["Location"] == f"{url('notes', case)}#note-{note.pk}"
    page = page_of(boss, case)
    assert "直した内容" in page
    assert "以前の内容(1件)" in page
    assert "前の内容" in page


def test_an_edit_that_comes_too_late_keeps_the_input(case: Case, consultant: Member) -> None:
    note = make_note(case, consultant, body="一")
    client, edit = sign_in(consultant), url("note_edit", case, note.pk)
    client.post(edit, {"body": "二", "version": 1})
    late = client.post(edit, {"body": "三", "version": 1})
    page = late.content.decode()
    assert late.status_code == 409
    assert ("二" in page, "三" in page) == (True, True)
    assert client.post(edit, {"body": "三", "version": 2}).status_code == 302


def test_a_note_belongs_to_its_case(case: Case, consultant: Member) -> None:
    note = make_note(case, consultant)
    other = make_case(consultant)
    assert sign_in(consultant).get(url("note_edit", other, note.pk)).status_code == 404
    assert sign_in(consultant).post(url("note_pin", other, note.pk), {"version": 1}).status_code == 404


def test_a_colleague_pins_and_unpins(case: Case, consultant: Member, boss: Member) -> None:
    old, new = (make_note(case, consultant, body=text) for text in ("去年の話", "今年の話"))
    client, pin = sign_in(boss), url("note_pin", case, old.pk)
    client.post(pin, {"version": 1, "is_pinned": "on"})
    page = page_of(boss, case)
    assert page.index("去年の話") < page.index("今年の話")
    client.post(pin, {"version": 1})  # too late: it has version 2 now
    old.refresh_from_db()
    assert (old.is_pinned, old.version) == (True, 2)
    client.post(pin, {"version": "x"})
    client.post(pin, {"version": 2})
    page = page_of(boss, case)
    assert page.index("今年の話") < page.index("去年の話")
    assert client.get(pin).status_code == 405
    assert new.version == 1


def test_looking_marks_nothing_as_read_and_the_button_does(case: Case, consultant: Member, boss: Member) -> None:
    make_note(case, consultant, body="至急ご確認ください", called=[boss])
    client = sign_in(boss)
    home = client.get("/").content.decode()
    assert "至急ご確認ください" in home
    assert f"{url('notes', case)}#note-" in home
    assert "あなたへの呼びかけが1件" in page_of(boss, case)
    assert "至急ご確認ください" in client.get("/").content.decode()
    assert client.get(url("notes_read", case)).status_code == 405
    client.post(url("notes_read", case))
    assert "至急ご確認ください" not in client.get("/").content.decode()
    assert "既読" in page_of(consultant, case)
    assert "あなたへの呼びかけ" not in sign_in(consultant).get("/").content.decode()


def test_many_notes_come_in_pages_with_as_many_questions(case: Case, consultant: Member, boss: Member) -> None:
    client, counts = sign_in(boss), []
    for number in (3, 30):
        for place in range(number):
            note = make_note(case, consultant, body=f"メモ{place}", called=[boss])
            Note.objects.filter(pk=note.pk).update(body=f"直したメモ{place}", edited_at=clock.now())
        client.get(url("notes", case))
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url("notes", case)).content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
    assert page.count("以前の内容(1件)") == 20
    assert "33件" in page


def test_a_note_never_enters_a_packet(consultant: Member) -> None:
    case = make_ready_case(consultant)
    make_note(case, consultant, body="内緒の話qqzz")
    assessment = assessment_of(case)
    application = case.applications.create(agency=case.agency)
    payload = build_usage_payload(application=application, assessment=assessment, prepared_on=clock.today())
    assert "qqzz" not in json.dumps(payload.as_json(), ensure_ascii=False, default=str)
