"""The sweep: what is due is written once, whoever sweeps how often and however late."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from monitoring.enums import DeadlineKind, DeadlineState, MailKind, MailState
from monitoring.models import Deadline, Mail, Notice, Reminder
from monitoring.services.sweep import plan_reminders
from tests.builders import make_agency, make_case, make_member
from tests.monitoring.deadline_cases import (
    SAFE,
    at,
    left,
    make_deadline,
    offsets,
    reminders,
    sweep_daily,
)
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(consultant: Member, manager: Member, admin: Member) -> Case:
    """A case of an office with one consultant, one manager and one admin."""
    return make_case(consultant)


# --- once -------------------------------------------------------------------------------------------------------------


def test_a_reminder_is_a_notice_and_a_mail_and_is_written_once(case: Case, consultant: Member) -> None:
    row = make_deadline(case)
    first = plan_reminders(now=left(120))
    assert (first.planned, first.late, first.lapsed) == (1, 0, 0)
    assert reminders(deadline=row) == [(consultant.pk, 120, "in_app"), (consultant.pk, 120, "mail")]
    notice, mail = Notice.objects.get(), Mail.objects.get()
    assert notice.recipient == consultant
    assert notice.title == "あと120日: 支払申請(計画策定)の期限"
    assert "1,000,000円" in notice.body
    assert "次の作業: 計画策定の支払申請を協議会に提出する" in notice.body
    assert (mail.kind, mail.state, mail.recipient) == (MailKind.REMINDER, MailState.WAITING, consultant)
    for now in (left(120), left(120, 14), left(119), left(61), left(60) - timedelta(hours=24)):
        assert plan_reminders(now=now).planned == 0
    assert (Reminder.objects.count(), Notice.objects.count(), Mail.objects.count()) == (2, 1, 1)


def test_swept_every_day_each_person_hears_of_each_offset_once(
    case: Case, consultant: Member, manager: Member, admin: Member
) -> None:
    make_deadline(case)
    sweep_daily(130, -10)
    assert offsets(consultant) == [120, 60, 30, 14, 7, 3, 1, 0, -1]
    assert offsets(manager) == [30, 14, 7, 3, 1, 0, -1]
    assert offsets(admin) == [7, 3, 1, 0, -1]
    assert not Reminder.objects.filter(is_late=True).exists()
    assert Counter(Reminder.objects.values_list("channel", flat=True)) == {"in_app": 21, "mail": 21}


def test_forced_to_look_again_it_writes_nothing_twice(case: Case) -> None:
    row = make_deadline(case)
    plan_reminders(now=left(30))
    for _ in range(3):
        Deadline.objects.filter(pk=row.pk).update(remind_at=left(30))
        assert plan_reminders(now=left(30)).planned == 0


# --- late -------------------------------------------------------------------------------------------------------------


def test_days_that_were_missed_are_caught_up_once_and_flagged(case: Case, consultant: Member) -> None:
    make_deadline(case)
    plan_reminders(now=left(31))
    # Nothing runs for 25 days; 30, 14 and 7 pass. One reminder, of the latest.
    counts = plan_reminders(now=left(6))
    assert (counts.planned, counts.late) == (3, 3)
    assert offsets(consultant) == [60, 7]
    assert list(Reminder.objects.filter(offset_days=7).values_list("is_late", flat=True)) == [True] * 6
    plan_reminders(now=left(3))
    assert not Reminder.objects.filter(offset_days=3, is_late=True).exists()


def test_what_is_found_at_the_end_of_its_day_is_not_late(case: Case) -> None:
    make_deadline(case)
    # 14:59 UTC is 23:59 in Japan; a minute later it is the next day there.
    assert plan_reminders(now=at(SAFE - timedelta(days=120), 14, 59)).late == 0
    other = make_deadline(case, subject="other")
    assert plan_reminders(now=at(SAFE - timedelta(days=120), 15, 0)).late == 1
    assert list(Reminder.objects.filter(is_late=True).values_list("deadline", flat=True)) == [other.pk] * 2


# --- met, over -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [DeadlineState.MET, DeadlineState.CANCELLED])
def test_what_is_met_or_cancelled_is_silent(case: Case, state: DeadlineState) -> None:
    row = make_deadline(case)
    Deadline.objects.filter(pk=row.pk).update(state=state, met_on=SAFE, remind_at=None)
    sweep_daily(121, -2)
    assert (Reminder.objects.count(), AuditEvent.objects.filter(verb=Verb.LAPSED).count()) == (0, 0)


def test_a_lapse_is_recorded_once_and_told_to_everybody(
    case: Case, consultant: Member, manager: Member, admin: Member, viewer: Member
) -> None:
    row = make_deadline(case)
    version = row.version
    plan_reminders(now=left(0))
    counts = plan_reminders(now=left(-1))
    assert (counts.planned, counts.lapsed) == (3, 1)
    row.refresh_from_db()
    assert (row.state, row.lapsed_recorded_at, row.remind_at) == (DeadlineState.LAPSED, left(-1), None)
    assert row.version == version + 1  # a subscribed calendar must notice
    lapse = Notice.objects.filter(title="失効: 支払申請(計画策定)の期限")
    assert {one.recipient for one in lapse} == {consultant, manager, admin}
    assert all(one.is_urgent and "次の作業: 協議会に確認する" in one.body for one in lapse)
    event = AuditEvent.objects.get(verb=Verb.LAPSED)
    assert (event.object_type, event.object_id, event.actor, event.actor_label) == ("case", case.pk, None, "システム")
    assert event.changes == {"期限 支払申請(計画策定)の期限: 状態": ["期限前", "失効"]}
    sweep_daily(-1, -400)
    assert (AuditEvent.objects.filter(verb=Verb.LAPSED).count(), lapse.count()) == (1, 3)


def test_a_lapse_that_nobody_looked_at_for_months_is_still_recorded(case: Case) -> None:
    make_deadline(case)
    assert plan_reminders(now=left(-200)).lapsed == 1
    assert {one.offset_days for one in Reminder.objects.all()} == {-1}


def test_what_was_mended_and_is_lost_again_is_told_again(case: Case, consultant: Member) -> None:
    row = make_deadline(case)
    plan_reminders(now=left(-1))
    for after in (1, 20):  # a claim was recorded and given back: on the day of the first lapse, and on a later one
        Deadline.objects.filter(pk=row.pk).update(state=DeadlineState.OPEN, remind_at=left(-after))
        counts = plan_reminders(now=left(-after, 4))
        assert (counts.planned, counts.lapsed) == (0 if after == 1 else 3, 1)
        assert plan_reminders(now=left(-after, 5)).planned == 0
    assert offsets(consultant) == [-1, -20]
    assert Notice.objects.filter(recipient=consultant, title="失効: 支払申請(計画策定)の期限").count() == 2
    assert AuditEvent.objects.filter(verb=Verb.LAPSED).count() == 3


def test_a_day_that_merely_came_has_passed_without_an_event(case: Case, consultant: Member) -> None:
    row = make_deadline(case, kind=DeadlineKind.FISCAL_CLOSE)
    sweep_daily(31, -3)
    row.refresh_from_db()
    assert (row.state, offsets(consultant)) == (DeadlineState.PASSED, [30, 7, 0])
    assert not AuditEvent.objects.filter(verb=Verb.LAPSED).exists()


def test_the_agency_s_own_deadline_lapses_in_the_trail_of_the_agency(agency: Agency, admin: Member) -> None:
    make_deadline(agency=agency, kind=DeadlineKind.CERTIFICATION, yen=0)
    plan_reminders(now=left(-1))
    event = AuditEvent.objects.get(verb=Verb.LAPSED)
    assert (event.object_type, event.object_id) == ("agency", agency.pk)
    assert [one.recipient for one in Notice.objects.all()] == [admin]


# --- size and strangers -----------------------------------------------------------------------------------------------


def test_a_hundred_deadlines_cost_as_many_queries_as_ten(case: Case) -> None:
    figures = []
    for count in (10, 100):
        for number in range(count):
            make_deadline(case, subject=f"period:{count}-{number}", kind=DeadlineKind.MONITORING_CLAIM)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert plan_reminders(now=left(30)).planned == 2 * count
        figures.append(len(found))
    assert figures[0] == figures[1]


def test_more_than_a_batch_is_swept_in_one_go(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitoring.services.sweep.BATCH", 4)
    for number in range(9):
        make_deadline(case, subject=f"period:{number}", kind=DeadlineKind.MONITORING_CLAIM)
    assert plan_reminders(now=left(60)).planned == 9
    assert Deadline.objects.filter(remind_at__lte=left(60)).count() == 0


def test_offices_never_hear_of_each_other(case: Case, consultant: Member) -> None:
    stranger = make_member(make_agency(), Role.CONSULTANT, Role.MANAGER, Role.ADMIN)
    make_deadline(case)
    make_deadline(make_case(stranger))
    plan_reminders(now=left(0))
    for row in Reminder.objects.select_related("deadline", "recipient", "mail"):
        assert row.agency_id == row.deadline.agency_id == row.recipient.agency_id
        assert row.mail is None or row.mail.agency_id == row.agency_id
    assert offsets(stranger) == [0]
