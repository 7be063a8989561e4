"""The calendar that other programs read: what is in it, read back by two libraries, and who may have it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import vobject
from django.conf import LazySettings
from icalendar import Calendar

from cases.models import Enterprise
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import CalendarFeed, Deadline
from monitoring.selectors.feeds import MOST_EVENTS, calendar_of, live_feed, token_hash
from monitoring.services.feeds import FeedRefused, MadeFeed, make_feed, revoke_feed
from tests.builders import make_case
from tests.dashboard.calendar_cases import NOON, make_accepted_case, make_deadline, make_office_deadline
from tests.monitoring.deadline_cases import follow_case
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import NotAllowed
from vapup.accounts.tenancy import tenant_scope

pytestmark = pytest.mark.django_db
MARCH_31 = date(2027, 3, 31)


def made(member: Member, *, is_private: bool = False, covers_office: bool = False) -> MadeFeed:
    return make_feed(actor=member, is_private=is_private, covers_office=covers_office, now=NOON)


def content(member: Member, **options: bool) -> bytes:
    """Return the calendar as the address gives it: behind the wall of the agency that the token belongs to."""
    feed = live_feed(made(member, **options).token)
    assert feed is not None
    with tenant_scope(feed.agency_id):
        return calendar_of(feed, now=NOON)


def events(calendar: bytes) -> list[Any]:
    return list(Calendar.from_ical(calendar).walk("VEVENT"))


def summaries(calendar: bytes) -> list[str]:
    return [str(event["SUMMARY"]) for event in events(calendar)]


def test_a_claim_is_an_event_of_the_whole_safe_day(consultant: Member, settings: LazySettings) -> None:
    settings.PUBLIC_ORIGIN = "https://vapup.example.jp"
    case = make_accepted_case(consultant)
    row = Deadline.objects.get(case=case, kind=DeadlineKind.MONITORING_CLAIM, period_number=1)
    calendar = content(consultant)
    event = next(one for one in events(calendar) if one["UID"] == f"deadline-{row.pk}@vapup.example.jp")
    assert event["SUMMARY"].startswith("【安全な期限】C-2026-0012 有限会社山田水産 支払申請(伴走支援)の期限 第1回")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (MARCH_31, date(2027, 4, 1))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert b"DTSTART;VALUE=DATE:20270331\r\n" in calendar
    # 333,333 of the period and 500,000 of the held half
    assert "失うおそれのある補助金: 833,333円" in event["DESCRIPTION"]
    assert "最終日: 令和9年3月31日(水)" in event["DESCRIPTION"]
    assert "失効する日: 令和9年4月1日(木)" in event["DESCRIPTION"]
    assert event["URL"] == f"https://vapup.example.jp/deadlines/{row.pk}/"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", row.version)
    assert event["LAST-MODIFIED"].dt == event["DTSTAMP"].dt == row.changed_at.replace(microsecond=0)
    assert event["CATEGORIES"].to_ical().decode() == "支払申請(伴走支援)の期限"
    head = Calendar.from_ical(calendar)
    assert (head["METHOD"], head["VERSION"], head["X-WR-CALNAME"]) == ("PUBLISH", "2.0", "vapup 期限")


@pytest.mark.parametrize(
    ("claim_by", "safe_by", "end"),
    [
        (date(2027, 2, 28), date(2027, 2, 26), date(2027, 2, 27)),  # a Sunday at the end of February
        (date(2026, 12, 31), date(2026, 12, 28), date(2026, 12, 29)),  # public offices close from the 29th
        (date(2027, 1, 2), date(2026, 12, 28), date(2026, 12, 29)),  # back over the turn of the year
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 1)),  # a Tuesday in a leap year
        (date(2027, 4, 30), date(2027, 4, 30), date(2027, 5, 1)),
    ],
)
def test_the_ends_of_months_and_of_the_year(consultant: Member, claim_by: date, safe_by: date, end: date) -> None:
    make_deadline(make_case(consultant), claim_by)
    calendar = content(consultant)
    (event,) = events(calendar)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (safe_by, end)
    other = vobject.readOne(calendar.decode()).vevent
    assert (other.dtstart.value, other.dtend.value) == (safe_by, end)
    assert b"TZID" not in calendar
    assert b"VTIMEZONE" not in calendar


def test_another_library_reads_the_same(consultant: Member) -> None:
    make_accepted_case(consultant)
    calendar = content(consultant)
    read = vobject.readOne(calendar.decode())
    ours = events(calendar)
    assert len(ours) == Deadline.objects.filter(consultant=consultant).count() >= 4
    for mine, theirs in zip(ours, read.vevent_list, strict=True):
        assert str(mine["UID"]) == theirs.uid.value
        assert str(mine["SUMMARY"]) == theirs.summary.value
        assert str(mine["DESCRIPTION"]) == theirs.description.value
        assert mine["DTSTART"].dt == theirs.dtstart.value
    assert Calendar.from_ical(calendar).to_ical() == calendar


def test_long_japanese_lines_are_folded_between_characters(consultant: Member) -> None:
    case = make_case(consultant)
    Enterprise.objects.filter(pk=case.enterprise_id).update(name="髙﨑㈱" * 40)
    make_deadline(case, MARCH_31, about="履歴事項全部証明書" * 20)
    calendar = content(consultant)
    lines = calendar.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    assert summaries(calendar) == [
        f"【安全な期限】{case.number} {'髙﨑㈱' * 40} 書類の有効期限 {'履歴事項全部証明書' * 20}"
    ]
    assert vobject.readOne(calendar.decode()).vevent.summary.value == summaries(calendar)[0]


def test_what_people_type_stays_text(consultant: Member) -> None:
    hostile = "山田\r\nEND:VEVENT\nBEGIN:VEVENT\rUID:evil\u2028SUMMARY:x\x85;,\\n\x00"[:-1]
    case = make_case(consultant)
    Enterprise.objects.filter(pk=case.enterprise_id).update(name=hostile)
    make_deadline(case, MARCH_31, about=hostile)
    calendar = content(consultant)
    (event,) = events(calendar)
    assert calendar.count(b"\r\nBEGIN:VEVENT") == 1
    assert b"\r\nUID:evil" not in calendar
    assert "山田  END:VEVENT BEGIN:VEVENT UID:evil SUMMARY:x ;,\\n" in event["SUMMARY"]
    assert len(vobject.readOne(calendar.decode()).vevent_list) == 1


def test_private_mode_leaks_neither_names_nor_yen(consultant: Member) -> None:
    case = make_accepted_case(consultant)
    Enterprise.objects.filter(pk=case.enterprise_id).update(name="秘密水産")
    make_deadline(case, MARCH_31, about="七十七銀行 石巻支店", yen_at_risk=1_234_567)
    open_words = unfolded(content(consultant))
    private = unfolded(content(consultant, is_private=True))
    for secret in ("秘密水産", "七十七銀行", "1,234,567", "1234567", "833,333", "円", consultant.user.display_name):
        assert secret not in private, secret
    assert all(secret in open_words for secret in ("秘密水産", "七十七銀行", "1\\,234\\,567円", "833\\,333円"))
    assert "【安全な期限】C-2026-0012 支払申請(伴走支援)の期限 第2回" in private


def unfolded(calendar: bytes) -> str:
    return calendar.decode().replace("\r\n ", "")


def test_the_sequence_grows_when_the_day_moves(consultant: Member) -> None:
    case = make_accepted_case(consultant)
    row = Deadline.objects.get(case=case, kind=DeadlineKind.MONITORING_CLAIM, period_number=1)
    uid = f"deadline-{row.pk}@127.0.0.1"

    def event() -> Any:
        return next(one for one in events(content(consultant)) if one["UID"] == uid)

    before = event()
    period = case.monitoring_periods.order_by("ends_on")[0]
    type(period).objects.filter(pk=period.pk).update(ends_on=date(2026, 10, 31))
    follow_case(case)
    after = event()
    assert after["DTSTART"].dt == date(2027, 4, 30)
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (DeadlineState.MET, "済"),
        (DeadlineState.LAPSED, "失効"),
        (DeadlineState.PASSED, "到来"),
        (DeadlineState.CANCELLED, "対象外"),
    ],
)
def test_what_is_over_is_cancelled_for_ninety_days(consultant: Member, state: DeadlineState, mark: str) -> None:
    closed: dict[str, Any] = {"state": state, "met_on": date(2026, 11, 1), "lapsed_recorded_at": NOON}
    case = make_case(consultant, number="C-2026-0001")
    make_deadline(case, date(2026, 11, 10), changed_at=NOON - timedelta(days=90), **closed)
    make_deadline(case, date(2026, 8, 10), changed_at=NOON - timedelta(days=90, seconds=1), **closed)
    (event,) = events(content(consultant))
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == f"【{mark}】C-2026-0001 有限会社山田水産 書類の有効期限"


def test_own_cases_or_the_whole_office(agency: Agency, consultant: Member, manager: Member, admin: Member) -> None:
    make_deadline(make_case(consultant, number="C-1"), MARCH_31)
    make_deadline(make_case(manager, number="C-2"), MARCH_31)
    make_office_deadline(agency, MARCH_31, about="青葉会計事務所")
    assert [one.split()[0] for one in summaries(content(consultant))] == ["【安全な期限】C-1"]
    assert len(summaries(content(manager))) == 2  # the own case, and the office itself
    assert len(summaries(content(admin, covers_office=True))) == 3
    with pytest.raises(FeedRefused, match="管理者"):
        made(consultant, covers_office=True)


def test_who_does_not_lead_the_office_any_more_sees_the_own_cases_alone(consultant: Member, manager: Member) -> None:
    make_deadline(make_case(consultant), MARCH_31)
    token = made(manager, covers_office=True).token
    Member.objects.filter(pk=manager.pk).update(roles=[Role.CONSULTANT.value])
    feed = live_feed(token)
    assert feed is not None
    assert events(calendar_of(feed, now=NOON)) == []


def test_another_agency_never_appears(consultant: Member, manager: Member, outsider: Member) -> None:
    make_deadline(make_case(consultant, number="C-1"), MARCH_31)
    foreign = make_deadline(make_case(outsider, number="C-2"), MARCH_31)
    Deadline.objects.filter(pk=foreign.pk).update(about="他の事務所")
    assert [one.split()[0] for one in summaries(content(manager, covers_office=True))] == ["【安全な期限】C-1"]
    assert [one.split()[0] for one in summaries(content(outsider, covers_office=True))] == ["【安全な期限】C-2"]


def test_the_database_refuses_even_where_the_filter_would_not(consultant: Member, outsider: Member) -> None:
    foreign = make_deadline(make_case(outsider), MARCH_31)
    with tenant_scope(consultant.agency_id):
        assert not Deadline.objects.filter(pk=foreign.pk).exists()


def test_the_answer_is_bounded_and_open_ones_come_first(consultant: Member) -> None:
    case = make_case(consultant)
    closed: dict[str, Any] = {"state": DeadlineState.MET, "met_on": date(2026, 11, 1)}
    make_deadline(case, date(2026, 11, 10), **closed)
    model = make_deadline(case, MARCH_31)
    copies = [Deadline(**{**values(model), "subject": f"paper:x{number}"}) for number in range(MOST_EVENTS)]
    Deadline.objects.bulk_create(copies)
    found = events(content(consultant))
    assert len(found) == MOST_EVENTS
    assert {event["STATUS"] for event in found} == {"CONFIRMED"}


def values(row: Deadline) -> dict[str, Any]:
    return {one.attname: getattr(row, one.attname) for one in Deadline._meta.concrete_fields if not one.primary_key}


def test_only_the_hash_of_a_token_is_kept(consultant: Member) -> None:
    given = made(consultant)
    assert len(given.token) >= 43  # 32 random bytes
    assert CalendarFeed.objects.get().token_hash == token_hash(given.token)
    kept = " ".join(str(row) for row in CalendarFeed.objects.values_list())
    noted = " ".join(str((event.changes, event.object_label)) for event in AuditEvent.objects.all())
    assert given.token not in kept + noted


def test_a_new_address_takes_the_place_of_the_old_one(consultant: Member) -> None:
    first, second = made(consultant), made(consultant, is_private=True)
    assert live_feed(first.token) is None
    assert live_feed(second.token) == second.feed
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", "actor_id"))
    assert verbs == [(verb, consultant.pk) for verb in (Verb.CREATED, Verb.DELETED, Verb.CREATED)]


def test_a_revoked_address_opens_nothing(consultant: Member) -> None:
    token = made(consultant).token
    assert live_feed(token) is not None
    revoke_feed(actor=consultant, now=NOON)
    assert live_feed(token) is None
    with pytest.raises(FeedRefused, match="すでに取り消されています"):
        revoke_feed(actor=consultant, now=NOON)


@pytest.mark.parametrize("switched", ["member", "user"])
def test_who_is_switched_off_has_no_calendar(consultant: Member, switched: str) -> None:
    token = made(consultant).token
    row: Any = consultant if switched == "member" else consultant.user
    type(row).objects.filter(pk=row.pk).update(is_active=False)
    assert live_feed(token) is None


def test_nobody_revokes_the_address_of_another(consultant: Member, manager: Member) -> None:
    token = made(consultant).token
    with pytest.raises(FeedRefused):
        revoke_feed(actor=manager, now=NOON)
    assert live_feed(token) is not None


def test_a_member_without_any_right_gets_none(consultant: Member) -> None:
    consultant.roles = []
    with pytest.raises(NotAllowed):
        made(consultant)
