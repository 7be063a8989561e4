from __future__ import annotations

import pytest
from django.test import Client

from monitoring.enums import AlarmKind
from monitoring.models import Alarm, Deadline, Notice
from tests.access_deadlines import tell
from tests.builders import make_case, make_deadline
from tests.conftest import sign_in
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member

BELL = '<span class="bell__count">'


@pytest.fixture
def row(consultant: Member) -> Deadline:
    """A deadline to be told of."""
    return make_deadline(make_case(consultant))


@pytest.fixture
def desk(consultant: Member) -> Client:
    """The consultant's desk."""
    return sign_in(consultant)


def read(desk: Client, notice: Notice, **more: str) -> int:
    return desk.post("/notices/read/", {"notice": notice.pk, **more}).status_code


def shown(desk: Client, query: str = "") -> list[int]:
    return [notice.pk for notice in desk.get(f"/notices/{query}").context["page"].object_list]


def test_unread_notices_come_first_and_then_the_newest(desk: Client, consultant: Member, row: Deadline) -> None:
    first, second, third, fourth = (tell(row, consultant, offset=days) for days in (120, 60, 30, 14))
    assert read(desk, fourth) == read(desk, second) == 302
    assert shown(desk) == [third.pk, first.pk, fourth.pk, second.pk]
    assert shown(desk, "?show=unread") == [third.pk, first.pk]


def test_a_notice_leads_to_its_deadline(desk: Client, consultant: Member, row: Deadline) -> None:
    tell(row, consultant)
    assert f'href="/deadlines/{row.pk}/"' in desk.get("/notices/").content.decode()


def test_the_bell_counts_what_is_unread_on_every_page(desk: Client, consultant: Member, row: Deadline) -> None:
    assert BELL not in desk.get("/cases/").content.decode()
    notices = [tell(row, consultant, offset=days) for days in (60, 30)]
    assert f"{BELL}2<" in desk.get("/cases/").content.decode()
    read(desk, notices[0])
    assert f"{BELL}1<" in desk.get("/").content.decode()


def test_the_bell_stops_counting_at_a_hundred(desk: Client, consultant: Member, row: Deadline) -> None:
    for offset in range(100):
        tell(row, consultant, offset=offset)
    assert f"{BELL}99+<" in desk.get("/").content.decode()


def test_reading_one_is_noted_once(desk: Client, consultant: Member, row: Deadline) -> None:
    notice = tell(row, consultant)
    read(desk, notice)
    first = Notice.objects.get(pk=notice.pk).read_at
    read(desk, notice)
    assert first is not None
    assert Notice.objects.get(pk=notice.pk).read_at == first
    assert AuditEvent.objects.filter(object_type="member", object_id=consultant.pk, verb="changed").count() == 1


def test_reading_all_leaves_alone_what_came_after_the_page(desk: Client, consultant: Member, row: Deadline) -> None:
    known, newest = tell(row, consultant, offset=60), tell(row, consultant, offset=30)
    later = tell(row, consultant, offset=14)
    assert read(desk, newest, everything="on") == 302
    assert set(Notice.objects.exclude(read_at=None)) == {known, newest}
    assert Notice.objects.get(read_at=None) == later


def test_reading_comes_back_to_where_one_was_and_nowhere_else(desk: Client, consultant: Member, row: Deadline) -> None:
    notice = tell(row, consultant)
    data = {"notice": notice.pk, "next": "/notices/?show=unread"}
    assert desk.post("/notices/read/", data)["Location"] == "/notices/?show=unread"
    data["next"] = "https://evil.example/"
    assert desk.post("/notices/read/", data)["Location"] == "/notices/"


@pytest.mark.parametrize("value", ["", "x", "-1", "99999999999999999999"])
def test_what_is_no_notice_is_said_to_be_none(desk: Client, value: str) -> None:
    answer = desk.post("/notices/read/", {"notice": value}, follow=True)
    assert "既読にする通知を選び直してください。" in answer.content.decode()


def test_nobody_reads_what_another_was_told(
    desk: Client, consultant: Member, manager: Member, outsider: Member, row: Deadline
) -> None:
    theirs = tell(row, manager)
    foreign = tell(make_deadline(make_case(outsider)), outsider)
    for notice in (theirs, foreign):
        assert read(desk, notice) == 404
    assert read(desk, foreign, everything="on") == 302  # all of one's own, of which there are none
    assert not Notice.objects.exclude(read_at=None).exists()
    assert shown(desk) == []


def test_without_notices_the_page_says_what_will_come(desk: Client) -> None:
    assert "通知はまだありません" in desk.get("/notices/").content.decode()
    assert "未読の通知はありません" in desk.get("/notices/?show=unread").content.decode()


def test_looking_at_a_notice_does_not_read_it(desk: Client, consultant: Member, row: Deadline) -> None:
    notice = tell(row, consultant)
    desk.get("/notices/")
    desk.get(f"/deadlines/{row.pk}/")
    assert Notice.objects.get(pk=notice.pk).read_at is None


def test_an_open_alarm_stands_on_every_page_of_admins_alone(admin: Member, manager: Member) -> None:
    detail = "期限の確認が15分以上行われていません。"
    alarm = Alarm.objects.create(kind=AlarmKind.SWEEP, raised_at=clock.now(), detail=detail)
    assert detail in sign_in(admin).get("/cases/").content.decode()
    assert detail not in sign_in(manager).get("/cases/").content.decode()
    Alarm.objects.filter(pk=alarm.pk).update(cleared_at=clock.now())
    assert detail not in sign_in(admin).get("/cases/").content.decode()


def test_every_role_has_its_notices(viewer: Member, row: Deadline) -> None:
    assert viewer.has_role(Role.VIEWER)
    notice = tell(row, viewer)
    assert read(sign_in(viewer), notice) == 302
