"""Two sweeps at once, a sweep beside people, and two writers of one case's deadlines: real threads and connections."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from cases.models import Case, Enterprise
from cases.services.enterprises import edit_enterprise
from monitoring.enums import Channel, DeadlineKind, PeriodKind
from monitoring.models import Deadline, Mail, Notice, Reminder
from monitoring.services import sweep
from monitoring.services.deadlines import Seen, acknowledge
from monitoring.services.periods import add_period
from monitoring.services.sweep import plan_reminders
from tests.builders import make_agency, make_case, make_member
from tests.monitoring.deadline_cases import assert_in_step, left, make_deadline
from tests.races.conftest import Act, kinds, run_at_once, within
from vapup.accounts.enums import Role
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.services.members import change_roles

COUNT = 60


@pytest.fixture
def office(db: None) -> dict[str, Member]:
    Deadline.objects.update(remind_at=None)  # what the tests before left behind
    agency = make_agency()
    return {role.value: make_member(agency, role) for role in Role}


def make_many(case: Case, **fields: Any) -> None:
    for number in range(COUNT):
        make_deadline(case, subject=f"{case.pk}:{number}", kind=DeadlineKind.MONITORING_CLAIM, **fields)


def assert_each_once(case: Case, people: int) -> None:
    written = Reminder.objects.filter(deadline__case=case)
    by_key = Counter(written.values_list("deadline", "safe_by", "offset_days", "recipient", "channel"))
    assert set(by_key.values()) == {1}
    assert Counter(written.values_list("channel", flat=True)) == dict.fromkeys(Channel, COUNT * people)
    assert Notice.objects.filter(deadline__case=case).count() == COUNT * people


def test_sweeps_at_once_share_the_work_and_write_everything_once(
    office: dict[str, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 7)
    case = make_case(office["consultant"])
    make_many(case)
    answers = run_at_once([partial(plan_reminders, now=left(30))] * 4)
    assert sum(one.planned for one in answers) == 2 * COUNT
    assert_each_once(case, 2)
    assert plan_reminders(now=left(30)).planned == 0


def test_lapses_found_by_several_sweeps_are_recorded_once(
    office: dict[str, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 7)
    case = make_case(office["consultant"])
    make_many(case)
    answers = run_at_once([partial(plan_reminders, now=left(-1))] * 4)
    assert sum(one.lapsed for one in answers) == COUNT
    assert AuditEvent.objects.filter(object_id=case.pk, verb="lapsed").count() == COUNT
    assert_each_once(case, 3)


def test_a_sweep_never_waits_for_a_deadline_that_somebody_holds(office: dict[str, Member]) -> None:
    case = make_case(office["consultant"])
    make_many(case)
    held = Deadline.objects.filter(case=case).order_by("pk").first()
    assert held is not None
    with transaction.atomic():
        Deadline.objects.select_for_update(of=("self",), no_key=True).get(pk=held.pk)
        [counts] = run_at_once([partial(plan_reminders, now=left(60))])
    assert counts.planned == COUNT - 1
    assert plan_reminders(now=left(60)).planned == 1
    assert_each_once(case, 1)


def test_people_and_sweeps_never_stop_each_other(office: dict[str, Member]) -> None:
    """Roles change, deadlines are acknowledged and everything is swept at the same time; nobody ends in a deadlock."""
    case = make_case(office["consultant"])
    make_many(case)
    admin, agency = office["admin"], office["admin"].agency
    roles = partial(change_roles, actor=admin, member_id=office["viewer"].pk)
    acts: list[Act] = [
        within(agency, partial(roles, roles=[Role.VIEWER, Role.MANAGER])),
        partial(plan_reminders, now=left(60)),
        within(agency, partial(take_note, office["consultant"], case)),
        partial(plan_reminders, now=left(60)),
        within(agency, partial(roles, roles=[Role.VIEWER, Role.CONSULTANT])),
    ]
    kinds(run_at_once(acts))
    plan_reminders(now=left(60))


def take_note(actor: Member, case: Case) -> object:
    row = Deadline.objects.for_agency(actor.agency_id).filter(case=case).order_by("-pk")[0]
    return acknowledge(actor=actor, seen=Seen(row.pk, row.version), note="", now=left(60))


def test_a_case_and_its_enterprise_changed_at_once_leave_deadlines_that_fit_both(office: dict[str, Member]) -> None:
    """Neither writer sees the other's row when it begins: whoever comes second must look again."""
    actor = office["consultant"]
    for number in range(6):
        case = make_case(actor)
        month = number % 12 + 1
        facts = {"fiscal_year_end_month": month, "corporate_number": ""}
        days = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31) + timedelta(days=number)}
        acts = [
            within(
                actor.agency,
                partial(edit_enterprise, actor=actor, enterprise_id=case.enterprise_id, version=1, facts=facts),
            ),
            within(actor.agency, partial(add_period, actor=actor, case_id=case.pk, kind=PeriodKind.REGULAR, **days)),
        ]
        assert kinds(run_at_once(acts)) == ["done", "done"]
        assert Enterprise.objects.get(pk=case.enterprise_id).fiscal_year_end_month == month
        assert Deadline.objects.filter(case=case, kind=DeadlineKind.FISCAL_CLOSE).count() == 1
        assert Deadline.objects.get(case=case, kind=DeadlineKind.FISCAL_CLOSE).claim_by.month == month
        assert_in_step(actor.agency_id)


def test_no_mail_is_without_its_reminders(office: dict[str, Member]) -> None:
    connection.ensure_connection()
    case = make_case(office["consultant"])
    make_many(case)
    run_at_once([partial(plan_reminders, now=left(60))] * 2)
    for mail in Mail.objects.filter(recipient=office["consultant"]):
        assert mail.reminders.exists()
