"""The weekly digest: every Monday at 08:00 in Japan, from the open deadlines themselves, once for each member."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core import mail as outbox

from monitoring.enums import Channel, DeadlineState, MailKind
from monitoring.models import Mail, Reminder, ReminderSettings
from monitoring.services.delivery import deliver_waiting
from monitoring.services.digest import plan_weekly, week_key
from monitoring.services.pulse import sweep
from tests.builders import make_case, make_member
from tests.monitoring.post import make_deadline
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.celery import app
from vapup.clock import JAPAN

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=JAPAN)  # a holiday too: the digest comes all the same
WEEK = timedelta(days=7)


def weeklies() -> list[str]:
    return sorted(Mail.objects.filter(kind=MailKind.WEEKLY).values_list("key", flat=True))


def test_it_comes_on_monday_at_eight_and_once(consultant: Member) -> None:
    make_deadline(make_case(consultant))
    assert plan_weekly(now=MONDAY - timedelta(seconds=1)) == 0
    assert plan_weekly(now=MONDAY) == 1
    assert plan_weekly(now=MONDAY) == 0
    assert plan_weekly(now=MONDAY + timedelta(days=6, hours=15, minutes=59)) == 0
    assert weeklies() == [f"weekly:{consultant.pk}:2026-W48"]
    assert plan_weekly(now=MONDAY + WEEK) == 1
    assert weeklies() == [f"weekly:{consultant.pk}:2026-W48", f"weekly:{consultant.pk}:2026-W49"]


def test_a_second_beat_changes_nothing_even_if_the_sign_of_the_first_is_lost(consultant: Member) -> None:
    make_deadline(make_case(consultant))
    plan_weekly(now=MONDAY)
    from monitoring.models import Heartbeat  # noqa: PLC0415

    Heartbeat.objects.all().delete()
    assert plan_weekly(now=MONDAY + timedelta(hours=1)) == 0
    assert len(weeklies()) == 1


def test_a_missed_monday_is_made_up_for_by_the_sweep(consultant: Member) -> None:
    make_deadline(make_case(consultant))
    assert sweep(now=MONDAY + timedelta(days=3)).weekly == 1
    assert sweep(now=MONDAY + timedelta(days=3, minutes=1)).weekly == 0


def test_the_week_is_the_iso_week_also_around_new_year() -> None:
    assert week_key(7, date(2026, 12, 31)) == "weekly:7:2026-W53"
    assert week_key(7, date(2027, 1, 3)) == "weekly:7:2026-W53"
    assert week_key(7, date(2027, 1, 4)) == "weekly:7:2027-W01"


def test_the_beat_is_monday_eight_in_japan() -> None:
    schedule = app.conf.beat_schedule["weekly-digest"]["schedule"]
    assert (schedule.hour, schedule.minute, schedule.day_of_week) == ({23}, {0}, {0})  # Sunday 23:00 UTC
    assert str(app.conf.timezone) == "UTC"


def test_consultants_get_their_own_and_managers_the_office(consultant: Member, manager: Member) -> None:
    other = make_member(consultant.agency, display_name="鈴木 健")
    mine = make_case(consultant, number="C-2026-0001")
    theirs = make_case(other, number="C-2026-0002")
    make_deadline(mine, yen_at_risk=1_000_000)
    make_deadline(mine, yen_at_risk=500_000, safe_by=MONDAY.date() + timedelta(days=121))
    make_deadline(theirs, yen_at_risk=200_000, safe_by=MONDAY.date() + timedelta(days=120))
    make_deadline(theirs, yen_at_risk=4_000_000, state=DeadlineState.MET)
    assert plan_weekly(now=MONDAY) == 3
    assert deliver_waiting(now=MONDAY).sent == 3
    texts = {one.to[0]: (one.subject, str(one.body)) for one in outbox.outbox}
    subject, text = texts[consultant.user.email]
    assert "担当案件の期限 1件" in subject
    assert "C-2026-0002" not in text
    assert "1,500,000円" in text  # 1,000,000 + 500,000: the later one counts in the total
    subject, text = texts[manager.user.email]
    assert "事務所の期限 2件" in subject
    assert "C-2026-0001" in text
    assert "C-2026-0002" in text
    assert "1,700,000円" in text  # 1,000,000 + 500,000 + 200,000
    assert "担当者 鈴木 健" in text


def test_without_a_manager_the_admin_gets_the_offices(consultant: Member, admin: Member) -> None:
    make_deadline(make_case(consultant))
    plan_weekly(now=MONDAY)
    assert weeklies() == sorted(week_key(one.pk, MONDAY.date()) for one in (consultant, admin))


def test_whoever_has_nothing_to_read_gets_nothing(consultant: Member, viewer: Member, outsider: Member) -> None:
    make_deadline(make_case(consultant), safe_by=MONDAY.date() + timedelta(days=121))
    left = make_member(consultant.agency)
    make_deadline(make_case(left))
    Member.objects.filter(pk=left.pk).update(is_active=False)
    assert plan_weekly(now=MONDAY) == 0


def test_it_asks_no_reminder(consultant: Member) -> None:
    """A deadline whose reminders were all written already, or never will be, still stands in it."""
    case = make_case(consultant)
    row = make_deadline(case, remind_at=None)
    Reminder.objects.create(
        agency_id=row.agency_id,
        deadline=row,
        safe_by=row.safe_by,
        offset_days=30,
        recipient=consultant,
        channel=Channel.IN_APP,
        planned_at=MONDAY,
    )
    plan_weekly(now=MONDAY)
    deliver_waiting(now=MONDAY)
    assert case.number in str(outbox.outbox[0].body)


def test_what_was_done_before_it_went_out_is_not_in_it(consultant: Member) -> None:
    row = make_deadline(make_case(consultant))
    plan_weekly(now=MONDAY)
    row.state, row.met_on = DeadlineState.MET, MONDAY.date()
    row.save()
    assert deliver_waiting(now=MONDAY).cancelled == 1


@pytest.mark.parametrize(("hour", "goes_at"), [(8, 9), (10, 10)])
def test_it_keeps_the_hours_of_the_office(consultant: Member, hour: int, goes_at: int) -> None:
    ReminderSettings.objects.create(agency_id=consultant.agency_id, mail_from_hour=9, mail_until_hour=18)
    make_deadline(make_case(consultant))
    plan_weekly(now=MONDAY.replace(hour=hour))
    assert Mail.objects.get().not_before == MONDAY.replace(hour=goes_at)


def test_an_office_that_hides_figures_gets_no_total(consultant: Member, manager: Member) -> None:
    ReminderSettings.objects.create(agency_id=manager.agency_id, hides_figures=True)
    make_deadline(make_case(consultant, number="C-2026-0012"))
    plan_weekly(now=MONDAY)
    deliver_waiting(now=MONDAY)
    for one in outbox.outbox:
        assert "1,500,000" not in str(one.body)
        assert "山田水産" not in str(one.body)
        assert "C-2026-0012" in str(one.body)


def test_each_role_counts_once(consultant: Member) -> None:
    both = make_member(consultant.agency, Role.CONSULTANT, Role.MANAGER, Role.ADMIN)
    make_deadline(make_case(both))
    plan_weekly(now=MONDAY)
    assert weeklies() == [week_key(both.pk, MONDAY.date())]
