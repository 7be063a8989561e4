"""Lists of cases and enterprises: chips, columns, order, counting, and the address in its one spelling."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.enums import CaseStage, Industry, SchemeFrame
from cases.models import Case
from tests.builders import make_case, make_enterprise, make_member
from tests.conftest import sign_in
from tests.lists.rows import enterprise as enterprise_of
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.ui import lists
from vapup.ui.lists import ListAddress, days_ago

pytestmark = pytest.mark.django_db
COLUMNS = {"number": True, "name": True, "council": False}


def address(query: str) -> ListAddress:
    return ListAddress(QueryDict(query), filters=("q", "stage"), columns=COLUMNS)


@pytest.mark.parametrize(
    ("asked", "spelled"),
    [
        ("", "view=all"),
        ("q=&stage=&page=1", "view=all"),
        ("stage=open&q=%E7%B7%91", "q=%E7%B7%91&stage=open"),
        ("column=number&column=name", "view=all"),  # the usual ones are not spelled out
        ("column=council", "column=number&column=council"),  # the first is always shown
        ("column=number&column=unknown", "column=number"),
        ("sort=-name", "sort=-name"),
        ("sort=council", "view=all"),  # not shown, so not what the list is ordered by
        ("sort=--name", "view=all"),
        ("view=7&stage=open", "stage=open&view=7"),
        ("view=all&q=a", "q=a"),
        ("view=-1&evil=1&csrfmiddlewaretoken=x", "view=all"),
    ],
)
def test_an_address_has_one_spelling(asked: str, spelled: str) -> None:
    assert address(asked).query() == spelled


def test_a_saved_view_keeps_neither_place_nor_page() -> None:
    at = address("q=a&page=4&view=7&column=council")
    assert at.conditions() == "q=a&column=number&column=council"
    assert at.query(is_paged=True) == "q=a&column=number&column=council&view=7&page=4"


def test_each_chip_takes_its_own_filter_away_alone(consultant: Member) -> None:
    page = sign_in(consultant).get("/cases/?frame=vup&stage=open&q=緑&sort=-number")
    chips = {chip.label: chip.url for chip in page.context["chips"]}
    assert chips == {
        "案件番号・事業者名・法人番号: 緑": "?frame=vup&stage=open&sort=-number",
        "制度・枠: Vアップ事業": "?q=%E7%B7%91&stage=open&sort=-number",
        "段階: 進行中すべて": "?q=%E7%B7%91&frame=vup&sort=-number",
    }
    assert 'href="/cases/?view=all">すべて外す' in page.content.decode()


def heads(browser: Client, url: str) -> list[str]:
    return [str(column.header) for column in browser.get(url).context["table"].columns]


def test_the_columns_are_those_that_are_chosen(consultant: Member) -> None:
    make_case(consultant)
    browser = sign_in(consultant)
    usual = ["案件番号", "事業者", "制度・枠", "段階", "担当", "適用基準日", "更新"]
    assert heads(browser, "/cases/") == usual
    assert heads(browser, "/cases/?column=number&column=council&column=stage") == ["案件番号", "段階", "協議会"]
    page = browser.get("/cases/?column=number&column=council").content.decode()
    assert 'data-label="協議会" class="words">宮城県' in page
    assert 'data-label="担当"' not in page
    assert '<input type="checkbox" name="column" value="council" checked>' in page


def test_a_change_of_filters_through_htmx_shows_the_short_address(consultant: Member) -> None:
    sent = "/cases/?q=&frame=vup&stage=&consultant=&council=&column=number&sort="
    answer = sign_in(consultant).get(sent, headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == "/cases/?frame=vup&column=number"
    assert 'role="status">0件<' in answer.content.decode()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "今日"),
        (1, "昨日"),
        (2, "2日前"),
        (6, "6日前"),
        (7, "1週間前"),
        (29, "4週間前"),
        (30, "1か月前"),
        (365, "1年前"),
    ],
)
def test_days_are_said_relative_to_today(days: int, said: str) -> None:
    today = date(2026, 11, 20)
    assert days_ago(today - timedelta(days=days), today=today) == said


def test_enterprises_are_filtered_and_their_cases_counted(consultant: Member) -> None:
    agency = consultant.agency
    open_one = enterprise_of(agency, "営業中", address="宮城県仙台市1-1", industry=Industry.RETAIL)
    closed = enterprise_of(agency, "完了済", address="岩手県盛岡市1-1", industry=Industry.SERVICE)
    enterprise_of(agency, "案件なし", address="宮城県石巻市1-1", industry=Industry.SERVICE)
    for _ in range(2):
        make_case(consultant, enterprise=open_one)
    make_case(consultant, enterprise=closed, stage=CaseStage.WITHDRAWN)
    browser = sign_in(consultant)

    def shown(query: str) -> dict[str, int]:
        rows = browser.get(f"/enterprises/?{query}").context["table"].page.object_list
        return {row.record.name: row.record.case_count for row in rows}

    assert shown("") == {"営業中": 2, "完了済": 1, "案件なし": 0}
    assert shown("cases=open") == {"営業中": 2}
    assert shown("cases=any") == {"営業中": 2, "完了済": 1}
    assert shown("cases=none") == {"案件なし": 0}
    assert shown("prefecture=宮城県") == {"営業中": 2, "案件なし": 0}
    assert shown("industry=service&prefecture=岩手県") == {"完了済": 1}


@pytest.fixture
def twelve(consultant: Member, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Twelve cases, pages of five, and a count that stops at ten."""
    monkeypatch.setattr(lists, "MOST_COUNTED", 10)
    monkeypatch.setattr("cases.views.listing.PAGE_SIZE", 5)
    enterprise = make_enterprise(consultant.agency)
    for place in range(12):
        make_case(consultant, enterprise=enterprise, number=f"C-2025-{place:04}")
    return sign_in(consultant)


def test_counting_stops_at_the_cap_and_says_so(twelve: Client) -> None:
    page = twelve.get("/cases/")
    assert 'role="status">10件以上<' in page.content.decode()
    assert page.context["table"].paginator.num_pages == 2  # 10 of 12 rows, in fives
    assert "10件以上のうち 1〜5件" in page.content.decode()
    assert 'role="status">1件<' in twelve.get("/cases/?q=C-2025-0003").content.decode()


def test_no_page_counts_everything(twelve: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        twelve.get("/cases/")
    counts = [query["sql"] for query in asked if "COUNT(" in query["sql"].upper() and "cases_case" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 11" in counts[0]
    assert "ORDER BY" not in counts[0]


def test_the_pages_hold_each_row_once_in_one_order(twelve: Client) -> None:
    """All rows tie in the frame: the order is settled by the row itself, so that no page repeats another."""
    Case.objects.update(frame=SchemeFrame.VUP)
    seen = [
        row.record["number"]
        for number in (1, 2)
        for row in twelve.get(f"/cases/?sort=frame&page={number}").context["table"].page.object_list
    ]
    assert seen == [f"C-2025-{place:04}" for place in range(11, 1, -1)]


@pytest.mark.parametrize("page", ["0", "999", "x", "-1", "9" * 30])
def test_a_page_that_is_not_there_is_the_first_or_the_last(twelve: Client, page: str) -> None:
    assert twelve.get(f"/cases/?page={page}").status_code == 200


def test_only_who_assigns_cases_can_tick_them(consultant: Member) -> None:
    make_case(consultant)
    manager = make_member(consultant.agency, Role.MANAGER)
    assert 'name="case"' in sign_in(manager).get("/cases/").content.decode()
    assert 'name="case"' not in sign_in(consultant).get("/cases/").content.decode()
