"""The browser of rules and forms says what the data say: values, sources, differences, and the cases concerned."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from subsidies.rules.parameters import rule_versions
from subsidies.rules.sources import sourced_rows
from subsidies.rules.version import SPECS, RuleVersion
from tests.builders import PASSWORD, make_agency, make_case, make_member
from vapup.accounts.models import Member
from vapup.dashboard.rules.affected import cases_under, count_of, counts_by_day
from vapup.dashboard.rules.forms import forms_by_frame, sources
from vapup.dashboard.rules.versions import ADDED, DROPPED, before, compared, version_from
from vapup.dashboard.rules.words import RULES, value_in_words


def version(frame: SchemeFrame, since: date) -> RuleVersion:
    found = version_from(frame, since)
    assert found is not None
    return found


OLD, NEW = version(SchemeFrame.NORMAL, date(2013, 3, 8)), version(SchemeFrame.NORMAL, date(2022, 4, 1))


def test_every_word_of_the_rules_is_told_in_japanese() -> None:
    assert {word for spec in SPECS.values() for word in spec.words} == set(RULES)
    every = [
        one for versions in rule_versions().values() for version in versions for one in version.parameters.values()
    ]
    assert not [one.id for one in every if value_in_words(one).isascii() and "/" not in value_in_words(one)]


def test_a_difference_names_the_value_before_and_after() -> None:
    changes = {one.label: (one.before, one.after) for one in compared(OLD, NEW).changes}
    assert changes["計画策定支援と伴走支援を合わせた補助上限額"] == ("2,000,000円", "定めなし")
    assert changes["補助上限額(計画策定支援費用)"] == ("定めなし", "2,000,000円")
    assert "補助率" not in changes
    assert compared(OLD, NEW).categories == ("金融機関交渉費用が対象になる",)


def test_the_older_version_comes_first_whichever_is_asked_for() -> None:
    assert compared(NEW, OLD) == compared(OLD, NEW)
    assert compared(NEW, NEW).count == 0
    former = before(NEW)
    assert former is not None
    assert (former.name, before(OLD)) == (OLD.name, None)


def test_documents_that_come_and_go_are_named() -> None:
    last, newest = rule_versions()[SchemeFrame.NORMAL][-2:]
    papers = {one.label: one.what for one in compared(last, newest).papers}
    assert papers["再度利用申請書"] == DROPPED
    assert papers["再度利用時の要件チェック表"] == ADDED
    assert all(one.row.source.url for one in compared(last, newest).papers)


@pytest.fixture
def member(db: None) -> Member:
    return make_member(make_agency())


def browser_of(member: Member) -> Client:
    browser = Client()
    browser.login(username=member.user.email, password=PASSWORD)
    return browser


def test_a_version_applies_by_acceptance_or_by_the_day_planned_for_it(member: Member) -> None:
    """Until 2024-03-31 and from 2024-04-01, both inclusive; what was accepted does not look at the plan any more."""
    last, first = date(2024, 3, 31), date(2024, 4, 1)
    planned = make_case(member, planned_accepted_on=last, number="C-2024-0001")
    accepted = make_case(member, planned_accepted_on=last, number="C-2024-0002")
    Case.objects.filter(pk=accepted.pk).update(accepted_on=first)
    make_case(member, planned_accepted_on=first, stage=CaseStage.WITHDRAWN)
    make_case(member, planned_accepted_on=first, frame=SchemeFrame.VUP)
    make_case(make_member(make_agency()), planned_accepted_on=first)
    newest, former = version(SchemeFrame.NORMAL, first), before(version(SchemeFrame.NORMAL, first))
    assert former is not None
    assert list(cases_under(member.agency_id, newest)) == [accepted]
    assert list(cases_under(member.agency_id, former)) == [planned]
    counts = counts_by_day(member.agency_id)
    assert (count_of(newest, counts), count_of(former, counts)) == (1, 1)


def test_the_page_of_a_version_lists_its_cases_and_what_is_not_confirmed(member: Member) -> None:
    case = make_case(member, planned_accepted_on=date(2025, 5, 12))
    page = browser_of(member).get("/rules/normal/2024-04-01/").content.decode()
    assert case.number in page
    assert "受理予定日で仮に適用" in page
    assert "この画面は見るだけです" in page
    newest = version(SchemeFrame.NORMAL, date(2024, 4, 1))
    unconfirmed = [one for one in newest.parameters.values() if not one.confirmed]
    assert f"{len(unconfirmed)}項目" in page
    for one in unconfirmed:
        assert (one.note or "") in page


def test_any_other_version_of_the_frame_can_be_compared(member: Member) -> None:
    answer = browser_of(member).get("/rules/normal/2024-04-01/", {"against": "2013-03-08"})
    assert answer.context["difference"].before.name == OLD.name
    nonsense = browser_of(member).get("/rules/normal/2024-04-01/", {"against": "2000-01-01"})
    assert nonsense.context["difference"].before.effective_from == date(2023, 4, 1)
    assert browser_of(member).get("/rules/normal/2013-03-08/").context["difference"] is None


@pytest.mark.parametrize("path", ["normal/2024-04-02", "none/2024-04-01", "normal/2024-13-01", "normal/x"])
def test_what_is_no_version_is_not_there(member: Member, path: str) -> None:
    assert browser_of(member).get(f"/rules/{path}/").status_code == 404


def test_a_case_without_a_version_is_told(member: Member) -> None:
    make_case(member, planned_accepted_on=date(2030, 1, 1), frame=SchemeFrame.VUP_BANK)
    page = browser_of(member).get("/rules/").content.decode()
    assert "進行中の案件 1件は" in page
    assert "当たる版がありません" in page


def test_every_edition_has_its_forms_and_their_source(member: Member) -> None:
    make_case(member, planned_accepted_on=date(2025, 4, 1))
    frames = {one.frame: one for one in forms_by_frame(counts_by_day(member.agency_id), today=date(2026, 11, 20))}
    normal = frames[SchemeFrame.NORMAL]
    assert [row.edition.edition for row in normal.editions] == ["r3", "r4", "r6", "r7"]
    assert [row.case_count for row in normal.editions] == [0, 0, 0, 1]
    assert [row.is_current for row in normal.editions] == [False, False, False, True]
    for one in frames.values():
        assert one.forms
        assert all(len(form.layouts) == len(one.editions) and form.newest.source.url for form in one.forms)
    assert browser_of(member).get("/rules/forms/").status_code == 200


def test_no_source_is_left_out(member: Member) -> None:
    every = sourced_rows()
    assert sum(one.rows for one in sources(only_unconfirmed=False)) == len(every)
    unconfirmed = [row for row in every if not row.confirmed]
    assert sum(one.rows for one in sources(only_unconfirmed=True)) == len(unconfirmed)
    page = browser_of(member).get("/rules/sources/", {"unconfirmed": "1"}).content.decode()
    assert "未確認の規則が拠っている資料" in page
