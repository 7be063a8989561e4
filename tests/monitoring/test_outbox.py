"""Which mails carry the reminders, and when they may go."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, timedelta

import pytest

from cases.models import Case
from monitoring.enums import Channel, DeadlineKind, MailKind
from monitoring.models import Mail, Notice, Reminder, ReminderSettings
from monitoring.services.outbox import NAMESPACE
from monitoring.services.sweep import plan_reminders
from tests.builders import make_case
from tests.monitoring.deadline_cases import (
    at,
    left,
    make_deadline,
)
from vapup.accounts.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(consultant: Member, manager: Member, admin: Member) -> Case:
    """A case of an office with one consultant, one manager and one admin."""
    return make_case(consultant)


# --- mails ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "mails"), [(1, 1), (2, 2), (3, 1), (7, 1)])
def test_from_three_reminders_on_one_person_gets_a_digest(case: Case, count: int, mails: int) -> None:
    for number in range(count):
        make_deadline(case, subject=f"period:{number}", kind=DeadlineKind.MONITORING_CLAIM)
    plan_reminders(now=left(60))
    assert Notice.objects.count() == count
    kinds = Counter(Mail.objects.values_list("kind", flat=True))
    assert kinds == {MailKind.DIGEST if count >= 3 else MailKind.REMINDER: mails}
    assert Reminder.objects.filter(channel=Channel.MAIL).exclude(mail=None).count() == count


def test_the_digest_of_one_person_is_not_that_of_another(case: Case, consultant: Member, manager: Member) -> None:
    for number in range(3):
        make_deadline(case, subject=f"period:{number}", kind=DeadlineKind.MONITORING_CLAIM)
    plan_reminders(now=left(30))
    assert {one.recipient for one in Mail.objects.filter(kind=MailKind.DIGEST)} == {consultant, manager}
    for mail in Mail.objects.all():
        assert {one.recipient_id for one in mail.reminders.all()} == {mail.recipient_id}


def test_the_message_id_follows_from_what_is_told(case: Case, consultant: Member) -> None:
    row = make_deadline(case)
    plan_reminders(now=left(60))
    mail = Mail.objects.get()
    assert mail.key == f"reminder:{row.pk}:2026-06-30:60:{consultant.pk}"
    assert mail.message_id == f"<{uuid.uuid5(NAMESPACE, mail.key)}@vapup.invalid>"


@pytest.mark.parametrize(
    ("hours", "now", "goes_at"),
    [
        (None, (15, 0), (23, 0)),  # midnight in Japan; 08:00 there is 23:00 UTC of the day before
        (None, (3, 0), (27, 0)),  # noon: at once
        ((9, 10), (3, 0), (48, 0)),  # the hour is over; tomorrow at 09:00
        ((0, 24), (15, 0), (15, 0)),
    ],
)
def test_mails_wait_for_the_hours_of_the_agency(
    case: Case, hours: tuple[int, int] | None, now: tuple[int, int], goes_at: tuple[int, int]
) -> None:
    if hours is not None:
        ReminderSettings.objects.create(agency=case.agency, mail_from_hour=hours[0], mail_until_hour=hours[1])
    make_deadline(case)
    # 2026-05-01 in Japan begins at 15:00 UTC of 30 April: 60 days before 30 June.
    evening = at(date(2026, 4, 30), 0)
    moment = evening + timedelta(hours=now[0] if now[0] >= 15 else now[0] + 24)
    plan_reminders(now=moment)
    assert Mail.objects.get().not_before == evening + timedelta(hours=goes_at[0])
    assert Notice.objects.get().made_at == moment
