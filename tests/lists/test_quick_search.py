"""The quick search of every page: one box, cases and enterprises, from two characters on."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import make_agency, make_case, make_enterprise, make_member
from tests.conftest import sign_in
from tests.lists.rows import enterprise as enterprise_of
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

pytestmark = pytest.mark.django_db
URL = "/search/"
BELOW_BOX = {"HX-Request": "true", "HX-Target": "quick-results"}


@pytest.fixture
def desk(consultant: Member) -> Client:
    """Sign in to an office with two enterprises, of which one has a case."""
    agency = consultant.agency
    bridge = enterprise_of(agency, "株式会社髙橋水産", name_kana="タカハシスイサン", corporate_number="7000012050002")
    enterprise_of(agency, "青葉商店", name_kana="アオバショウテン", corporate_number="9000012050003")
    make_case(consultant, enterprise=bridge, number="C-2025-0041")
    make_case(make_member(make_agency(), Role.CONSULTANT), number="C-2025-0777")
    return sign_in(consultant)


def found(desk: Client, text: str) -> tuple[list[str], list[str]]:
    result = desk.get(URL, {"q": text}).context["found"]
    return [case.number for case in result.cases], [one.name for one in result.enterprises]


@pytest.mark.parametrize(
    "text", ["高橋", "髙橋", "たかはし", "ﾀｶﾊｼ", "㈱高橋", "株式会社 髙橋水産", "7-0000-1205-0002", "700001205"]
)
def test_names_readings_and_numbers_are_found_however_they_are_typed(desk: Client, text: str) -> None:
    assert found(desk, text) == (["C-2025-0041"], ["株式会社髙橋水産"])


def test_part_of_a_case_number_is_found_on_the_page(desk: Client) -> None:
    assert found(desk, "0041") == (["C-2025-0041"], [])


@pytest.mark.parametrize("text", ["C-2025-0041", "c-2025-0041", " Ｃ－２０２５－００４１ "])
def test_the_whole_number_of_a_case_leads_straight_there(desk: Client, text: str) -> None:
    assert desk.get(URL, {"q": text})["Location"] == "/cases/C-2025-0041/"


def test_the_number_of_another_agencys_case_leads_nowhere(desk: Client) -> None:
    assert found(desk, "C-2025-0777") == ([], [])


@pytest.mark.parametrize("text", ["", "高", " 高 ", "\u3000"])
def test_less_than_two_characters_ask_nothing(desk: Client, text: str) -> None:
    page = desk.get(URL, {"q": text})
    assert page.context["found"] is None
    assert "2文字以上で検索してください" in page.content.decode()


@pytest.mark.parametrize(
    "text",
    ["\x00\x00", "あ" * 101, "%_\\'\"", "<script>alert(1)</script>", "\ud800".encode(errors="replace").decode() * 2],
)
def test_odd_texts_break_nothing(desk: Client, text: str) -> None:
    page = desk.get(URL, {"q": text})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_what_is_not_there_is_said_with_a_next_step(desk: Client) -> None:
    page = desk.get(URL, {"q": "存在しない"}).content.decode()
    assert "「存在しない」に当てはまる案件と事業者はありません。" in page
    assert "案件の一覧を見る" in page


def test_more_than_the_page_shows_is_a_way_to_the_list(desk: Client, consultant: Member) -> None:
    enterprise = make_enterprise(consultant.agency, name="多数物産")
    for place in range(21):
        make_case(consultant, enterprise=enterprise, number=f"C-2024-{place:04}")
    page = desk.get(URL, {"q": "多数物産"})
    assert "案件 20件以上、事業者 1件。登録の新しいものから表示しています。" in page.content.decode()
    assert 'href="/cases/?q=%E5%A4%9A%E6%95%B0%E7%89%A9%E7%94%A3"' in page.content.decode()


def test_below_the_box_stands_a_short_list_without_a_page(desk: Client) -> None:
    part = desk.get(URL, {"q": "C-2025-0041"}, headers=BELOW_BOX)
    text = part.content.decode()
    assert part.status_code == 200  # the list under the typing never leads away
    assert "<html" not in text
    assert 'hx-swap-oob="innerHTML">案件 1件、事業者 0件' in text
    assert 'href="/cases/C-2025-0041/"' in text
    assert "<a" not in desk.get(URL, {"q": "C"}, headers=BELOW_BOX).content.decode()


def test_every_page_of_a_member_has_the_box_and_no_page_of_a_visitor(desk: Client) -> None:
    page = desk.get("/calendar/").content.decode()
    assert 'action="/search/" method="get"' in page
    assert 'for="quick-search"' in page
    assert "quick-search" not in Client().get("/accounts/login/").content.decode()
    assert 'name="q" value="青葉"' in desk.get(URL, {"q": "青葉"}).content.decode()


def test_ten_times_the_hits_are_as_many_questions(desk: Client, consultant: Member) -> None:
    counts = []
    for number in (2, 18):
        for _ in range(number):
            make_case(consultant, enterprise=make_enterprise(consultant.agency, name="増加物産"))
        desk.get(URL)
        with CaptureQueriesContext(connection) as asked:
            desk.get(URL, {"q": "増加"})
        counts.append(len(asked))
    assert counts[0] == counts[1]
