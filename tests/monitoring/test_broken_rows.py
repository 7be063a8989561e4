"""Rows of one agency that the sweep or the delivery cannot read: it is told loudly, and nobody else goes without."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitoring.enums import AlarmKind, DeadlineState, MailKind, MailState
from monitoring.models import Alarm, Deadline, Heartbeat, Mail, Notice, Reminder
from monitoring.services import pulse
from monitoring.services.delivery import deliver_batch
from monitoring.services.silence import PATIENCE, silence, watch
from monitoring.services.sweep import Planned, plan_into
from monitoring.tasks import sweep_reminders
from tests.builders import make_agency, make_case, make_member
from tests.monitoring.post import NOW, make_deadline, make_mail
from tests.test_jobs import broker, waiting  # noqa: F401  a fixture
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member

# As after a deployment that was taken back: the rows know a kind that the code does not.
UNKNOWN = "kind_of_a_later_version"


@pytest.fixture
def offices(db: None) -> list[Member]:
    """Three offices of one person each; the deadline of the second one is of a kind that nobody knows."""
    people = [make_member(make_agency(), Role.CONSULTANT, Role.ADMIN) for _ in range(3)]
    for one in people:
        make_deadline(make_case(one), remind_at=NOW)
    break_rows(people[1].agency)
    return people


def break_rows(agency: Agency) -> None:
    Deadline.objects.for_agency(agency.pk).update(kind=UNKNOWN)


def told() -> set[Member]:
    return {one.recipient for one in Notice.objects.select_related("recipient")}


def test_the_others_are_reminded_and_the_failure_is_raised(offices: list[Member]) -> None:
    counts = Planned()
    with pytest.raises(ExceptionGroup, match="of some agencies"):
        plan_into(counts, now=NOW)
    assert (counts.planned, counts.lapsed) == (2, 0)
    assert told() == {offices[0], offices[2]}
    broken = Deadline.objects.get(kind=UNKNOWN)
    assert (broken.state, broken.remind_at) == (DeadlineState.OPEN, NOW)  # due until it is mended


def test_every_failure_is_in_the_one_that_is_raised(offices: list[Member]) -> None:
    break_rows(offices[2].agency)
    with pytest.raises(ExceptionGroup, match="the deadlines of some agencies") as raised:
        plan_into(Planned(), now=NOW)
    assert [str(one) for one in raised.value.exceptions] == [f"'{UNKNOWN}' is not a valid DeadlineKind"] * 2
    assert told() == {offices[0]}


def test_what_is_mended_is_caught_up_with(offices: list[Member]) -> None:
    with pytest.raises(ExceptionGroup, match="of some agencies"):
        pulse.sweep(now=NOW)
    Deadline.objects.filter(kind=UNKNOWN).update(kind="plan_claim")
    assert pulse.sweep(now=NOW + timedelta(days=1)).late == 1
    assert told() == set(offices)
    assert Reminder.objects.count() == 2 * len(offices)


def test_the_digests_go_out_and_the_sign_of_life_is_left(offices: list[Member]) -> None:
    with pytest.raises(ExceptionGroup, match="of some agencies"):
        pulse.sweep(now=NOW)
    assert {one.recipient for one in Mail.objects.filter(kind=MailKind.WEEKLY)} == set(offices)
    assert Heartbeat.objects.get(name="sweep").counts == {"planned": 2, "late": 0, "lapsed": 0, "weekly": 3}


def test_the_alarm_goes_off_for_the_office_whose_rows_are_broken(offices: list[Member]) -> None:
    for minutes in range(20):
        with pytest.raises(ExceptionGroup, match="of some agencies"):
            pulse.sweep(now=NOW + timedelta(minutes=minutes))
    assert AlarmKind.SWEEP in [one.kind for one in silence(now=NOW + timedelta(minutes=20))]
    assert Alarm.objects.get(kind=AlarmKind.SWEEP).raised_at == NOW + PATIENCE
    assert [one.recipient for one in Mail.objects.filter(kind=MailKind.ALARM)] == [offices[1]]


def test_an_office_whose_rows_break_later_is_told_too(offices: list[Member]) -> None:
    watch(now=NOW + PATIENCE)  # nobody has swept yet: all three offices are concerned
    later = make_member(make_agency(), Role.ADMIN)
    for _ in range(2):
        watch(now=NOW + PATIENCE)
    assert Mail.objects.filter(kind=MailKind.ALARM).count() == 3
    make_deadline(make_case(make_member(later.agency)), remind_at=NOW + PATIENCE)
    for minutes in (29, 30, 31):
        watch(now=NOW + timedelta(minutes=minutes))
    told_by_mail = [one.recipient for one in Mail.objects.filter(kind=MailKind.ALARM).order_by("pk")]
    assert told_by_mail == [*offices, later]
    assert Alarm.objects.filter(kind=AlarmKind.SWEEP).count() == 1


@pytest.mark.usefixtures("broker")
def test_the_task_fails_and_still_wakes_the_delivery() -> None:
    one = make_member(make_agency())
    make_deadline(make_case(one), remind_at=NOW - timedelta(days=900))
    break_rows(one.agency)
    with pytest.raises(ExceptionGroup, match="of some agencies"):
        sweep_reminders.apply(throw=True)
    assert waiting() == [{"task": "monitoring.deliver_mails"}]


def test_a_mail_that_cannot_be_written_holds_up_no_other_office(offices: list[Member]) -> None:
    for one in offices:
        row = Deadline.objects.get(agency=one.agency)
        make_mail(row, to=one)
    for _ in range(2):
        with pytest.raises(ExceptionGroup, match="of some agencies"):
            deliver_batch(now=NOW)
        Mail.objects.filter(state=MailState.WAITING).update(leased_until=None)
    states = dict(Mail.objects.values_list("recipient_id", "state"))
    assert states == {
        offices[0].pk: MailState.SENT,
        offices[1].pk: MailState.WAITING,
        offices[2].pk: MailState.SENT,
    }
