"""The pages of a merge: who is warned of, what is chosen between, where the old address leads."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Enterprise, EnterpriseMerge
from tests.builders import make_agency, make_case, make_enterprise, make_member
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

pytestmark = pytest.mark.django_db
NUMBERS = ("7999901000001", "6999901000002")


@pytest.fixture
def manager() -> Member:
    return make_member(make_agency(), Role.MANAGER)


@pytest.fixture
def browser(manager: Member) -> Client:
    client = Client()
    client.force_login(manager.user)
    return client


def pair(manager: Member, *numbers: str) -> tuple[Enterprise, Enterprise]:
    first, second = numbers or ("", "")
    return (
        make_enterprise(manager.agency, name="株式会社髙橋水産", corporate_number=first),
        make_enterprise(manager.agency, name="㈱高橋 水産", corporate_number=second),
    )


def test_the_list_and_the_page_name_the_likely_duplicate(manager: Member, browser: Client) -> None:
    kept, gone = pair(manager)
    page = browser.get("/enterprises/").content.decode()
    assert page.count("二重登録の可能性") == 2
    own = browser.get(f"/enterprises/{kept.pk}/").content.decode()
    assert "二重に登録されている可能性があります" in own
    assert f"/enterprises/{kept.pk}/merge/?other={gone.pk}" in own
    chosen = browser.get(f"/enterprises/{kept.pk}/merge/").content.decode()
    assert "㈱高橋 水産" in chosen


def test_without_a_duplicate_nothing_is_said(manager: Member, browser: Client) -> None:
    alone = make_enterprise(manager.agency)
    assert "二重" not in browser.get(f"/enterprises/{alone.pk}/").content.decode()
    page = browser.get(f"/enterprises/{alone.pk}/merge/?q=ない").content.decode()
    assert "一致する事業者はありません" in page
    assert "「ない」に該当する、ほかの事業者はありません。" in page


def test_merging_and_taking_back_by_the_pages(manager: Member, browser: Client) -> None:
    kept, gone = pair(manager)
    case = make_case(manager, enterprise=gone)
    url = f"/enterprises/{kept.pk}/merge/?other={gone.pk}"
    form = browser.get(url).context["form"]
    answer = browser.post(url, {"shown": form["shown"].value(), "stays_name": "gone"})
    assert (answer.status_code, answer["Location"]) == (302, f"/enterprises/{kept.pk}/")
    case.refresh_from_db()
    assert (case.enterprise_id, case.enterprise.name) == (kept.pk, "㈱高橋 水産")
    assert browser.get(f"/enterprises/{gone.pk}/")["Location"] == f"/enterprises/{kept.pk}/"
    assert browser.get(f"/enterprises/{gone.pk}/history/").status_code == 200
    assert browser.get(f"/enterprises/{kept.pk}/merge/?other={gone.pk}").status_code == 404
    undo = f"/enterprises/{kept.pk}/merge/{EnterpriseMerge.objects.get().pk}/undo/"
    assert browser.post(undo, {"reason": ""}).status_code == 422
    assert browser.post(undo, {"reason": "別の会社"}).status_code == 302
    assert browser.get(f"/enterprises/{gone.pk}/").status_code == 200


def test_two_numbers_are_warned_of_and_need_a_tick(manager: Member, browser: Client) -> None:
    kept, gone = pair(manager, *NUMBERS)
    url = f"/enterprises/{kept.pk}/merge/?other={gone.pk}"
    page = browser.get(url)
    assert "法人番号が異なります。別の事業者ではありませんか。" in page.content.decode()
    sent = {"shown": page.context["form"]["shown"].value(), "stays_name": "kept", "stays_corporate_number": "kept"}
    assert browser.post(url, sent).status_code == 422
    assert browser.post(url, {**sent, "is_one": "on"}).status_code == 302
    merge = EnterpriseMerge.objects.get()
    assert (merge.kept_number, merge.gone_number) == NUMBERS


def test_what_changed_meanwhile_is_shown_again_with_the_choices(manager: Member, browser: Client) -> None:
    kept, gone = pair(manager)
    url = f"/enterprises/{kept.pk}/merge/?other={gone.pk}"
    shown = browser.get(url).context["form"]["shown"].value()
    make_case(manager, enterprise=gone)
    late = browser.post(url, {"shown": shown, "stays_name": "gone"})
    assert late.status_code == 409
    again = late.context["form"]
    assert again["stays_name"].value() == "gone"
    assert browser.post(url, {"shown": again["shown"].value(), "stays_name": "gone"}).status_code == 302
