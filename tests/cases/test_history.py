"""The history of a case: every event before and after, narrowed down by the address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases.models import Case
from cases.selectors.history import GROUPS, HistoryFilter, history_of
from tests.builders import make_case, make_member
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member

MAY = datetime(2026, 5, 10, tzinfo=clock.JAPAN)


@pytest.fixture
def case(consultant: Member) -> Case:
    """A case in the consultant's charge."""
    return make_case(consultant)


def add(case: Case, actor: Member, changes: dict[str, Any], **other: Any) -> AuditEvent:
    facts = {"verb": Verb.CHANGED, "occurred_at": MAY, **other}
    return AuditEvent.objects.create(
        agency=case.agency,
        actor=actor,
        actor_label=str(actor),
        object_type="case",
        object_id=case.pk,
        object_label=str(case),
        changes=changes,
        **facts,
    )


def page(member: Member, case: Case, **asked: str) -> str:
    return sign_in(member).get(reverse("cases:history", args=[case.number]), asked).content.decode()


@pytest.mark.parametrize(
    ("group", "label", "verb"),
    [
        ("procedure", "受理日", Verb.CHANGED),
        ("procedure", "x", Verb.ADVANCED),
        ("people", "担当者", Verb.HANDED_OVER),
        ("facts", "財務上の問題と相談の経緯", Verb.CHANGED),
        ("facts", "その他認定支援機関 駅前会計: 名称", Verb.CHANGED),
        ("banks", "金融機関の状況 七十七銀行: 同意日", Verb.CHANGED),
        ("banks", "中小版GLの手続: 選任日", Verb.CHANGED),
        ("costs", "費用明細 計画策定: 単価", Verb.CHANGED),
        ("costs", "上乗せ補助 石巻市 100,000円: 状況", Verb.CHANGED),
        ("applications", "支払申請(計画策定): 状態", Verb.CHANGED),
        ("applications", "利用申請: 状態", Verb.APPROVED),
        ("papers", "申請書類: 版", Verb.CHANGED),
        ("papers", "x", Verb.UPLOADED),
        ("notes", "メモ 3: メモ", Verb.CHANGED),
    ],
)
def test_an_event_belongs_to_the_group_of_its_fields(
    case: Case, consultant: Member, group: str, label: str, verb: Verb
) -> None:
    event = add(case, consultant, {label: ["前", "後"]}, verb=verb)
    found = {code for code in GROUPS if event in history_of(case, HistoryFilter(group=code))}
    assert found == {group}


@pytest.mark.parametrize("value", ['"受理日": [', '{"受理日": ["a"]}', ' "メモ 1: メモ": [', "受理日", '\\"受理日": ['])
def test_words_within_a_value_are_no_field(case: Case, consultant: Member, value: str) -> None:
    add(case, consultant, {"役職": [value, [value]]})
    for code in GROUPS:
        assert not history_of(case, HistoryFilter(group=code)), code


def test_the_second_field_of_an_event_counts_too(case: Case, consultant: Member) -> None:
    add(case, consultant, {"協議会": ["a", "b"], "受理予定日": ["2026-05-01", "2026-06-01"]})
    counts = {code: history_of(case, HistoryFilter(group=code)).count() for code in GROUPS}
    assert {code for code, count in counts.items() if count} == {"procedure", "facts"}


def test_both_days_of_a_period_are_included_in_japan(case: Case, consultant: Member) -> None:
    add(case, consultant, {"協議会": ["a", "b"]}, occurred_at=MAY)
    add(case, consultant, {"協議会": ["b", "c"]}, occurred_at=MAY + timedelta(hours=23, minutes=59))
    add(case, consultant, {"協議会": ["c", "d"]}, occurred_at=MAY + timedelta(days=1))
    day = MAY.date()
    assert history_of(case, HistoryFilter(since=day, until=day)).count() == 2
    assert history_of(case, HistoryFilter(since=day)).count() == 3
    assert history_of(case, HistoryFilter(until=day - timedelta(days=1))).count() == 0


def test_the_address_narrows_the_page_down(case: Case, consultant: Member) -> None:
    boss = make_member(case.agency, Role.MANAGER, display_name="山口 一郎")
    add(case, consultant, {"費用明細 計画: 単価": [10_000, 12_000]})
    add(case, boss, {"担当者": ["佐藤 花子", "山口 一郎"]}, verb=Verb.HANDED_OVER)
    whole = page(consultant, case)
    assert ("10,000" in whole, "12,000" in whole, "引継ぎ" in whole) == (True, True, True)
    costs = page(consultant, case, group="costs")
    assert ("12,000" in costs, "1件" in costs, "条件を消す" in costs) == (True, True, True)
    assert "12,000" not in page(consultant, case, person=str(boss.pk))
    assert "条件に合う履歴はありません。" in page(consultant, case, group="notes")
    assert "12,000" in page(consultant, case, since="2026-05-10", until="R8.5.10")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": "2026-13-01"}, "2026-13-01"),
        ({"group": "secrets"}, "「項目」を一覧から選び直してください。"),
        ({"person": "999999"}, "「操作した人」を一覧から選び直してください。"),
        ({"since": "2026-05-02", "until": "2026-05-01"}, "2026-05-01 は「この日から」の 2026-05-02 より前です"),
    ],
)
def test_a_filter_that_cannot_be_read_says_so(
    case: Case, consultant: Member, asked: dict[str, str], words: str
) -> None:
    answer = sign_in(consultant).get(reverse("cases:history", args=[case.number]), asked)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_only_who_did_something_to_the_case_is_offered(case: Case, consultant: Member, outsider: Member) -> None:
    make_member(case.agency, display_name="関係 ない")
    add(case, consultant, {"協議会": ["a", "b"]})
    add(make_case(outsider), outsider, {"協議会": ["a", "b"]})
    shown = page(consultant, case)
    assert f'<option value="{consultant.pk}">' in shown
    assert "関係 ない" not in shown


def test_the_history_leads_to_a_day(case: Case, consultant: Member) -> None:
    shown = page(consultant, case)
    assert reverse("cases:as_of", args=[case.number]) in shown
    assert "この時点を見る" in shown
