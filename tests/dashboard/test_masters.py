"""Councils, banks and the way to everything that the office keeps."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from cases.enums import CaseStage
from cases.models import Case, Council
from tests.builders import PASSWORD, make_agency, make_case, make_member
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member
from vapup.dashboard.masters.councils import council_rows, live_count, profile_of
from vapup.dashboard.masters.hub import certification_of, entries_for
from vapup.shared.bank_search import find_bank, listed_banks, listed_branches, matching

TODAY = date(2026, 11, 20)


@pytest.fixture
def member(db: None) -> Member:
    return make_member(make_agency(), *Role)


def browser_of(member: Member) -> Client:
    browser = Client()
    browser.login(username=member.user.email, password=PASSWORD)
    return browser


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("みずほ銀行", "0001"),
        ("ﾐｽﾞﾎ", "0001"),
        ("0125", "0125"),
        ("０１２５", "0125"),
        ("しちじゅうしち", "0125"),
        ("三菱UFJ", "0005"),
        ("みつびしユーエフジェイ", "0005"),
        ("京都信用金庫", "1610"),
    ],
)
def test_a_bank_is_found_however_it_is_written(text: str, code: str) -> None:
    assert code in [one.code for one in matching(listed_banks(), text)]


def test_a_search_finds_what_it_says_and_nothing_else() -> None:
    assert matching(listed_banks(), "  ") == list(listed_banks())
    assert matching(listed_banks(), "そんな銀行はない") == []
    assert {one.code[:2] for one in matching(listed_banks(), "01")} == {"01"}
    # What is left of 銀行 alone would be nothing: then the word itself is searched for.
    assert all("銀行" in one.name for one in matching(listed_banks(), "銀行"))


def test_branches_are_those_of_a_listed_bank_only() -> None:
    assert [one.name for one in matching(listed_branches("0001"), "001")] == ["東京営業部"]
    assert listed_branches("../banks") == ()
    assert find_bank("9999x") is None


def test_the_pages_of_banks_say_what_to_do_when_nothing_is_found(member: Member) -> None:
    browser = browser_of(member)
    assert "七十七" in browser.get("/masters/banks/", {"q": "しちじゅうしち"}).content.decode()
    assert "見つかりませんでした" in browser.get("/masters/banks/", {"q": "そんな銀行はない"}).content.decode()
    assert "東京営業部" in browser.get("/masters/banks/0001/", {"q": "とうきよう"}).content.decode()
    assert "zengin-code" in browser.get("/masters/banks/0001/").content.decode()
    assert browser.get("/masters/banks/9999x/").status_code == 404


def test_each_council_counts_the_live_cases_of_the_office_alone(member: Member) -> None:
    fukuoka = Council.objects.get(code="40")
    for stage in (CaseStage.PREPARING, CaseStage.CONSULTATION, CaseStage.WITHDRAWN):
        Case.objects.filter(pk=make_case(member, stage=stage).pk).update(council=fukuoka)
    make_case(make_member(make_agency()))
    rows = {row.council.code: row for row in council_rows(member.agency_id)}
    assert len(rows) == 47
    assert {code: row.case_count for code, row in rows.items() if row.case_count} == {"40": 2}
    assert live_count(member.agency_id, "40") == 2


def test_a_profile_says_its_sources_and_what_is_not_confirmed(member: Member) -> None:
    profile = profile_of("40")
    assert (len(profile.extras), profile.unconfirmed) == (4, 2)
    page = browser_of(member).get("/masters/councils/40/").content.decode()
    assert page.count("未確認の解釈") == 2
    assert all(one.source.url in page for one in profile.extras)
    assert "独自の様式の提出を求めることがあります" in browser_of(member).get("/masters/councils/22/").content.decode()


def test_a_council_without_a_profile_says_so(member: Member) -> None:
    assert profile_of("13").rows == 0
    page = browser_of(member).get("/masters/councils/13/").content.decode()
    assert "固有の書類や注意は登録されていません" in page
    assert browser_of(member).get("/masters/councils/99/").status_code == 404
    assert browser_of(member).get("/masters/councils/x/").status_code == 404


def test_everybody_finds_only_what_they_may_open(member: Member) -> None:
    viewer = make_member(member.agency, Role.VIEWER)
    assert [one.label for one in entries_for(viewer)] == ["協議会", "金融機関と支店", "制度・規則"]
    admin = make_member(member.agency, Role.ADMIN)
    entries = {one.label: one for one in entries_for(admin)}
    assert entries["利用者・役割・招待"].count == "3人"
    browser = browser_of(admin)
    assert {browser.get(one.url).status_code for one in entries.values()} == {200}


@pytest.mark.parametrize(
    ("until", "tone", "remaining"),
    [
        (None, "warning", ""),
        (date(2026, 11, 19), "error", "1日超過"),
        (date(2026, 11, 20), "caution", "本日"),
        # 120 days before its end, the first reminder goes out: 2027-03-20 is 120 days after 2026-11-20.
        (date(2027, 3, 20), "caution", "あと120日"),
        (date(2027, 3, 21), "success", "あと121日"),
    ],
)
def test_the_certification_says_how_long_it_holds(until: date | None, tone: str, remaining: str) -> None:
    found = certification_of(Agency(certification_number="104904009999", certification_expires_on=until), today=TODAY)
    assert (found.tone, found.remaining, found.remind_days) == (tone, remaining, 120)
