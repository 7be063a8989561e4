"""Drafts: kept for their writer alone, never over what another tab has saved, gone once the form is saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.builders import make_case, make_member
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.help.models import Draft
from vapup.help.services import MOST_DRAFTS, SavedElsewhere, Unsaved, save_draft

ONE = "/help/drafts/one/"
pytestmark = pytest.mark.django_db


def sent(form: str, /, **changes: Any) -> dict[str, Any]:
    values = {"path": form, "name": "note", "page": form, "title": "メモ", "base": "a1", "revision": 0}
    return {**values, "f:body": "社長と面談。", **changes}


def found(browser: Client, path: str) -> dict[str, Any]:
    answer: dict[str, Any] = browser.get(ONE, {"path": path, "name": "note"}).json()
    return answer


def keep(member: Member, *, path: str, revision: int = 0, text: str = "途中", days_ago: int = 0) -> Draft:
    unsaved = Unsaved(path=path, name="note", page=path, title="", base="a1", fields={"body": text})
    at = clock.now() - timedelta(days=days_ago)
    return save_draft(actor=member, unsaved=unsaved, revision=revision, now=at)


@pytest.fixture
def notes(consultant: Member) -> str:
    return f"/cases/{make_case(consultant).number}/notes/"


def test_what_is_written_comes_back_with_its_time(consultant: Member, notes: str) -> None:
    browser = sign_in(consultant)
    with time_machine.travel("2026-04-01T10:42:00+09:00", tick=False):
        browser = sign_in(consultant)
        said = browser.post(ONE, sent(notes)).json()
        assert (said["at"], said["revision"]) == ("10:42", 1)
        assert found(browser, notes)["fields"] == {"body": "社長と面談。"}
    with time_machine.travel("2026-04-02T09:00:00+09:00", tick=False):
        later = sign_in(consultant)  # the day before is told with its date
        assert found(later, notes)["at"] == "2026-04-01 10:42"


def test_a_saved_form_drops_its_draft_and_a_refused_one_keeps_it(consultant: Member, notes: str) -> None:
    browser = sign_in(consultant)
    browser.post(ONE, sent(notes))
    refused = browser.post(notes, {"body": "", "_draft": "note"})
    assert refused.status_code == 422
    assert found(browser, notes)["fields"] == {"body": "社長と面談。"}
    saved = browser.post(notes, {"body": "社長と面談した。", "_draft": "note"})
    assert saved.status_code == 302
    assert found(browser, notes) == {}


def test_another_form_of_the_same_address_keeps_its_draft(consultant: Member, notes: str) -> None:
    browser = sign_in(consultant)
    browser.post(ONE, sent(notes))
    assert browser.post(notes, {"body": "別の入力欄", "_draft": "other"}).status_code == 302
    assert browser.post(notes, {"body": "印なし"}).status_code == 302
    assert browser.post(notes, {"body": "壊れた印", "_draft": "\x00"}).status_code == 302
    assert found(browser, notes) != {}


def test_a_second_tab_never_replaces_what_the_first_has_saved(consultant: Member, notes: str) -> None:
    browser = sign_in(consultant)
    assert browser.post(ONE, sent(notes)).json()["revision"] == 1
    second = browser.post(ONE, sent(notes, **{"f:body": "古い文章"}))  # it has seen no draft: revision 0
    assert second.status_code == 409
    assert "別のタブ" in second.json()["error"]
    assert found(browser, notes)["fields"] == {"body": "社長と面談。"}
    assert browser.post(ONE, sent(notes, revision=1)).json()["revision"] == 2


def test_a_draft_that_is_gone_is_not_written_back(consultant: Member) -> None:
    with pytest.raises(SavedElsewhere):  # its form was saved in another tab meanwhile
        keep(consultant, path="/cases/new/", revision=3)


def test_nobody_else_sees_a_draft(consultant: Member, outsider: Member, notes: str) -> None:
    colleague = make_member(consultant.agency, Role.CONSULTANT)
    draft = keep(consultant, path=notes)
    for other in (colleague, outsider):
        browser = sign_in(other)
        assert found(browser, notes) == {}
        assert "途中" not in browser.get("/help/drafts/").content.decode()
        assert browser.post(f"/help/drafts/{draft.pk}/drop/").status_code == 404
    assert Draft.objects.count() == 1


def test_the_list_leads_back_and_drops(consultant: Member, notes: str) -> None:
    draft, browser = keep(consultant, path=notes), sign_in(consultant)
    assert f'href="{notes}"' in browser.get("/help/drafts/").content.decode()
    assert browser.post(f"/help/drafts/{draft.pk}/drop/", follow=True).redirect_chain == [("/help/drafts/", 302)]
    assert "下書きはありません" in browser.get("/help/drafts/").content.decode()


def test_old_drafts_and_those_beyond_fifty_are_dropped(consultant: Member) -> None:
    keep(consultant, path="/old/", days_ago=31)
    for number in range(MOST_DRAFTS + 2):  # 52 young ones: the two oldest go
        keep(consultant, path=f"/page/{number}/")
    paths = set(Draft.objects.values_list("path", flat=True))
    assert paths == {f"/page/{number}/" for number in range(2, MOST_DRAFTS + 2)}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"path": "//evil.example/"}, id="another site"),
        pytest.param({"page": "javascript:alert(1)"}, id="a script as an address"),
        pytest.param({"page": "/no/such/page/"}, id="no page of ours"),
        pytest.param({"name": "a b"}, id="a name with a space"),
        pytest.param({"revision": "-1"}, id="a negative count"),
        pytest.param({"f:body": "x" * 100_001}, id="too long"),
        pytest.param({f"f:{number}": "x" for number in range(81)}, id="too many fields"),
    ],
)
def test_what_no_page_sends_is_refused(consultant: Member, notes: str, broken: dict[str, str]) -> None:
    assert sign_in(consultant).post(ONE, sent(notes, **broken)).status_code == 422
    assert not Draft.objects.exists()


def test_the_one_sign_that_the_database_cannot_keep_is_left_out(consultant: Member, notes: str) -> None:
    browser = sign_in(consultant)
    assert browser.post(ONE, sent(notes, **{"f:body": "一\x00二"})).status_code == 200
    assert found(browser, notes)["fields"] == {"body": "一二"}
