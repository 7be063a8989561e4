from __future__ import annotations

import time_machine

from tests.builders import make_enterprise
from tests.conftest import sign_in
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import AuditEvent, Member


def note(actor: Member, text: str, verb: Verb = Verb.CHANGED, **changes: list[object]) -> AuditEvent:
    return audit.record(actor, verb, actor.agency, changes=changes, reason=text)


def test_the_newest_event_comes_first_with_before_and_after_in_words(manager: Member) -> None:
    note(manager, "一つ目")
    note(
        manager, "二つ目", 有利子負債=[None, 250_000_000], 有効=[True, False], 役割=[["担当者"], ["担当者", "閲覧のみ"]]
    )
    page = sign_in(manager).get("/audit/").content.decode()
    assert page.index("二つ目") < page.index("一つ目")
    assert "— → 250,000,000" in page
    assert "はい → いいえ" in page
    assert "担当者 → 担当者・閲覧のみ" in page


def test_only_the_own_agency_shows(manager: Member, outsider: Member) -> None:
    note(outsider, "よその秘密")
    assert "よその秘密" not in sign_in(manager).get("/audit/").content.decode()
    assert "よその秘密" not in sign_in(manager).get(f"/audit/?person={outsider.pk}").content.decode()


def test_filters_live_in_the_address(manager: Member, consultant: Member) -> None:
    note(manager, "所長の変更")
    note(consultant, "担当の変更")
    note(consultant, "担当の承認依頼", Verb.APPROVAL_REQUESTED)
    audit.record(consultant, Verb.CREATED, make_enterprise(consultant.agency), reason="事業者の登録")
    browser = sign_in(manager)

    def shown(query: str) -> set[str]:
        page = browser.get(f"/audit/?{query}").content.decode()
        return {text for text in ("所長の変更", "担当の変更", "担当の承認依頼", "事業者の登録") if text in page}

    assert shown(f"person={consultant.pk}") == {"担当の変更", "担当の承認依頼", "事業者の登録"}
    assert shown(f"person={consultant.pk}&verb=changed") == {"担当の変更"}
    assert shown("kind=enterprise") == {"事業者の登録"}
    assert shown("verb=nonsense&kind=agency") == {"所長の変更", "担当の変更", "担当の承認依頼"}


def test_days_are_those_of_japan_and_inclusive(manager: Member) -> None:
    AuditEvent.objects.create(
        agency=manager.agency,
        actor_label="佐藤",
        verb=Verb.CHANGED,
        object_type="agency",
        object_id=manager.agency_id,
        object_label="深夜の変更",
        occurred_at="2026-03-31T15:00:00Z",  # 2026-04-01 00:00 in Japan
    )
    browser = sign_in(manager)
    for query, is_shown in (
        ("since=2026-04-01&until=2026-04-01", True),
        ("since=R8.4.1", True),
        ("until=2026-03-31", False),
        ("since=2026-04-02", False),
    ):
        page = browser.get(f"/audit/?{query}").content.decode()
        assert ("深夜の変更" in page) is is_shown, query


def test_an_unreadable_day_says_so_and_filters_nothing(manager: Member) -> None:
    note(manager, "残る記録")
    page = sign_in(manager).get("/audit/?since=きのう").content.decode()
    assert "日付として読めません" in page
    assert "残る記録" in page


def test_fifty_events_make_a_page(manager: Member) -> None:
    for number in range(51):
        note(manager, f"第{number}番の変更")
    browser = sign_in(manager)
    first, second = (browser.get(f"/audit/?verb=changed&page={page}").content.decode() for page in (1, 2))
    assert "51件" in first
    assert "第50番の変更" in first
    assert "第0番の変更" not in first
    assert "第0番の変更" in second
    assert "verb=changed&amp;page=2" in first


def test_times_are_shown_in_japan(manager: Member) -> None:
    with time_machine.travel("2026-04-01T09:30:00+09:00"):
        AuditEvent.objects.create(
            agency=manager.agency,
            actor_label="佐藤",
            verb=Verb.CHANGED,
            object_type="agency",
            object_id=1,
            object_label="朝の変更",
            occurred_at="2026-04-01T00:30:00Z",
        )
        assert "2026-04-01 09:30:00" in sign_in(manager).get("/audit/").content.decode()
