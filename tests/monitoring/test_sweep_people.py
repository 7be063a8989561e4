"""What people do to reminders: extend, hand over, leave, come back, acknowledge, put off."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine

from cases.models import Case
from cases.services.cases import assign_case
from cases.services.people import switch_off_member
from monitoring.enums import Channel, DeadlineKind, DeadlineState
from monitoring.models import Deadline, Reminder
from monitoring.services.deadlines import Permission, Seen, acknowledge, extend, snooze
from monitoring.services.sweep import plan_reminders
from tests.builders import make_case, make_member
from tests.monitoring.deadline_cases import (
    SAFE,
    claim_of,
    follow_agency,
    left,
    make_deadline,
    offsets,
    sweep_daily,
)
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.services.members import change_roles, switch_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(consultant: Member, manager: Member, admin: Member) -> Case:
    """A case of an office with one consultant, one manager and one admin."""
    return make_case(consultant)


@pytest.fixture
def row(case: Case) -> Deadline:
    return claim_of(case)


def test_an_extended_day_is_reminded_of_anew(row: Deadline, case: Case, consultant: Member, manager: Member) -> None:
    plan_reminders(now=left(30))
    extend_until(date(2026, 8, 31), row, manager, now=left(29))
    # 91 days are left of the new day, a Monday: of its offsets 120 has come, and nothing was missed.
    assert plan_reminders(now=left(29)).late == 0
    found = Reminder.objects.filter(recipient=consultant, channel=Channel.IN_APP).order_by("pk")
    assert [(str(one.safe_by), one.offset_days) for one in found] == [("2026-06-30", 30), ("2026-08-31", 120)]
    sweep_daily(28, -65)
    assert offsets(consultant) == [30, 120, 60, 30, 14, 7, 3, 1, 0, -1]
    assert offsets(manager) == [30, 30, 14, 7, 3, 1, 0, -1]


def test_a_loss_that_the_council_takes_back_runs_again(row: Deadline, consultant: Member, manager: Member) -> None:
    sweep_daily(1, -1)
    row.refresh_from_db()
    assert row.state == DeadlineState.LAPSED
    extend_until(date(2026, 7, 31), row, manager, now=left(-2))
    row.refresh_from_db()
    assert (row.state, row.safe_by) == (DeadlineState.OPEN, date(2026, 7, 31))
    # On 2 July 29 days are left of 31 July.
    sweep_daily(-2, -32)
    assert offsets(consultant) == [1, 0, -1, 30, 14, 7, 3, 1, 0, -1]
    assert AuditEvent.objects.filter(verb=Verb.LAPSED).count() == 2


def extend_until(day: date, row: Deadline, manager: Member, *, now: datetime) -> None:
    """Record what the council said on the telephone."""
    permission = Permission(day, SAFE - timedelta(days=29), "協議会の電話")
    with time_machine.travel(now, tick=False):
        extend(actor=manager, seen=Seen(row.pk, row.version), permission=permission, upload=None, now=now)


# --- people -----------------------------------------------------------------------------------------------------------


def test_a_case_handed_over_reminds_the_successor_and_no_longer_the_one_before(
    row: Deadline, case: Case, consultant: Member, manager: Member
) -> None:
    successor = make_member(case.agency, Role.CONSULTANT, display_name="後任")
    plan_reminders(now=left(60))
    with time_machine.travel(left(59), tick=False):
        assign_case(actor=manager, case_id=case.pk, consultant=successor)
    assert plan_reminders(now=left(59)).planned == 1
    sweep_daily(58, 30)
    assert (offsets(consultant), offsets(successor)) == ([60], [60, 30])


def test_whoever_is_switched_off_hears_nothing_more(
    row: Deadline, case: Case, consultant: Member, manager: Member, admin: Member
) -> None:
    plan_reminders(now=left(60))
    with time_machine.travel(left(59), tick=False):
        switch_off_member(actor=admin, member_id=consultant.pk, successor=manager)
    sweep_daily(59, 0)
    assert offsets(consultant) == [60]
    assert offsets(manager) == [60, 30, 14, 7, 3, 1, 0]


def test_when_the_only_manager_leaves_the_admin_hears_at_once(agency: Agency, manager: Member, admin: Member) -> None:
    agency.certification_expires_on = SAFE
    agency.save()
    with time_machine.travel(left(100), tick=False):
        follow_agency(agency.pk)
        Member.objects.filter(pk=admin.pk).update(is_active=False)
        plan_reminders(now=left(100))
        assert (offsets(manager), offsets(admin)) == ([120], [])
        Member.objects.filter(pk=admin.pk).update(is_active=True)
        switch_off_member(actor=admin, member_id=manager.pk, successor=None)
    plan_reminders(now=left(99))
    assert (offsets(manager), offsets(admin)) == ([120], [120])


def test_a_new_manager_hears_of_what_is_near_at_once(agency: Agency, admin: Member, consultant: Member) -> None:
    make_deadline(agency=agency, kind=DeadlineKind.CERTIFICATION)
    plan_reminders(now=left(20))
    assert offsets(consultant) == []
    agency.certification_expires_on = SAFE
    agency.save()
    with time_machine.travel(left(19), tick=False):
        change_roles(actor=admin, member_id=consultant.pk, roles=[Role.CONSULTANT, Role.MANAGER])
    plan_reminders(now=left(19))
    assert offsets(consultant) == [30]


def test_who_comes_back_hears_of_what_is_near_at_once(agency: Agency, admin: Member, manager: Member) -> None:
    Member.objects.filter(pk=manager.pk).update(is_active=False)
    agency.certification_expires_on = SAFE
    agency.save()
    with time_machine.travel(left(20), tick=False):
        follow_agency(agency.pk)
        plan_reminders(now=left(20))
        assert (offsets(manager), offsets(admin)) == ([], [30])
        switch_on(actor=admin, member_id=manager.pk)
    plan_reminders(now=left(19))
    assert (offsets(manager), offsets(admin)) == ([30], [30])


def test_to_acknowledge_keeps_the_matter_from_going_up(
    row: Deadline, consultant: Member, manager: Member, admin: Member
) -> None:
    plan_reminders(now=left(60))
    with time_machine.travel(left(59), tick=False):
        acknowledge(actor=consultant, seen=Seen(row.pk, row.version), note="10月に提出", now=left(59))
    sweep_daily(59, 0)
    assert offsets(consultant) == [60, 30, 14, 7, 3, 1, 0]
    assert (offsets(manager), offsets(admin)) == ([14, 7, 3, 1, 0], [3, 1, 0])


def test_a_snooze_moves_the_next_reminder_of_one_person(row: Deadline, consultant: Member, manager: Member) -> None:
    plan_reminders(now=left(30))
    until = SAFE - timedelta(days=10)
    with time_machine.travel(left(29), tick=False):
        snooze(actor=consultant, seen=Seen(row.pk, row.version), until=until, reason="社長の返事待ち", now=left(29))
    sweep_daily(29, 3)
    assert offsets(consultant) == [30, 10, 7, 3]
    assert offsets(manager) == [30, 14, 7, 3]
