"""Weeks of hours: handing in, approving, returning, unlocking; who may, and what the trail says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from cases.services.locking import EditedMeanwhile
from subsidies.enums import WeekState
from subsidies.models import CostLine, Worker, WorkWeek
from subsidies.selectors.diary.weeks import waiting_weeks
from subsidies.selectors.diary.worked import worked_of_case
from subsidies.services.diary import weeks as services
from subsidies.services.diary.hours import log_entry
from subsidies.services.diary.weeks import WeekRefused
from tests.builders import make_member
from tests.conftest import sign_in
from tests.subsidies.hours_cases import (
    FRIDAY,
    MONDAY,
    NOW,
    entry_input,
    make_entry,
    make_week,
    make_worker,
    make_working_case,
)
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import Agency, AuditEvent, Member
from vapup.accounts.policy import NotAllowed


@pytest.fixture
def line(consultant: Member) -> CostLine:
    return make_working_case(consultant)[1]


@pytest.fixture
def worker(consultant: Member) -> Worker:
    return make_worker(consultant)


def submit(actor: Member, worker: Worker) -> WorkWeek:
    return services.submit_week(actor=actor, worker_id=worker.pk, monday=MONDAY, now=NOW)


def approve(actor: Member, *weeks: WorkWeek) -> tuple[WorkWeek, ...]:
    return services.approve_weeks(actor=actor, versions={one.pk: one.version for one in weeks}, now=NOW)


def test_a_week_is_handed_in_with_its_sum(consultant: Member, worker: Worker, line: CostLine) -> None:
    make_entry(worker, line)
    make_entry(worker, line, FRIDAY, "13:00-14:30")
    week = submit(consultant, worker)
    assert (week.state, week.requested_by, week.requested_at) == (WeekState.SUBMITTED, consultant, NOW)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.changes) == (Verb.HOURS_SUBMITTED, {"件数": [None, 2], "合計": [None, "4時間30分"]})
    with pytest.raises(WeekRefused, match="「提出済」"):
        submit(consultant, worker)


def test_an_empty_or_incomplete_week_is_refused_with_what_it_lacks(
    consultant: Member, worker: Worker, line: CostLine
) -> None:
    with pytest.raises(WeekRefused, match="記入がありません"):
        submit(consultant, worker)
    make_entry(worker, line, cost_line=None)
    with pytest.raises(WeekRefused) as refused:
        submit(consultant, worker)
    assert f"業務が未選択の記入が 1件 あります(2026-11-16 9:00〜12:00({line.case.number}))" in refused.value.message
    with pytest.raises(WeekRefused, match="月曜日ではありません"):
        services.submit_week(actor=consultant, worker_id=worker.pk, monday=FRIDAY, now=NOW)
    assert not WorkWeek.objects.exists()


def test_only_oneself_or_a_manager_hands_in(
    consultant: Member, manager: Member, worker: Worker, line: CostLine
) -> None:
    make_entry(worker, line)
    with pytest.raises(NotAllowed):
        submit(make_member(consultant.agency), worker)
    assert submit(manager, worker).requested_by == manager


def test_a_manager_approves_several_weeks_at_once(manager: Member, consultant: Member, line: CostLine) -> None:
    people = [make_worker(consultant), make_worker(make_member(consultant.agency, display_name="鈴木 健"))]
    weeks = [make_week(one, consultant) for one in people]
    for one in people:
        make_entry(one, line)
    assert [one.minutes for one in waiting_weeks(manager)] == [180, 180]
    approved = approve(manager, *weeks)
    assert [(one.state, one.decided_by, one.is_self_approved) for one in approved] == [
        (WeekState.APPROVED, manager, False)
    ] * 2
    assert waiting_weeks(manager) == ()
    assert AuditEvent.objects.filter(verb=Verb.APPROVED, object_type="workweek").count() == 2
    (worked,) = worked_of_case(line.case)
    assert (worked.minutes, worked.unapproved) == (360, ())


def test_what_changed_since_it_was_shown_is_not_approved(manager: Member, consultant: Member, worker: Worker) -> None:
    week = make_week(worker, consultant)
    other = make_week(worker, consultant, monday=MONDAY - timedelta(days=7))
    with pytest.raises(EditedMeanwhile, match="今は「提出済」です"):
        services.approve_weeks(actor=manager, versions={other.pk: 1, week.pk: week.version + 1}, now=NOW)
    with pytest.raises(EditedMeanwhile, match="見つかりません"):
        services.approve_weeks(actor=manager, versions={0: 1}, now=NOW)
    with pytest.raises(WeekRefused, match="選んでください"):
        services.approve_weeks(actor=manager, versions={}, now=NOW)
    assert set(WorkWeek.objects.values_list("state", flat=True)) == {WeekState.SUBMITTED}  # all or none


@pytest.mark.parametrize("handed_in_by_oneself", [True, False])
def test_nobody_approves_their_own_week_unless_the_agency_allows_it(
    agency: Agency, manager: Member, handed_in_by_oneself: bool
) -> None:
    worker = make_worker(manager)
    week = make_week(worker, manager if handed_in_by_oneself else make_member(agency, Role.MANAGER))
    with pytest.raises(NotAllowed, match="従事した本人や提出した人は承認できません"):
        approve(manager, week)
    assert [bool(one.refusal) for one in waiting_weeks(manager)] == [True]
    Agency.objects.update(self_approval_allowed=True)
    (approved,) = approve(Member.objects.select_related("agency", "user").get(pk=manager.pk), week)
    assert approved.is_self_approved
    assert AuditEvent.objects.latest("pk").verb == Verb.SELF_APPROVED


def test_a_returned_week_says_why_and_is_handed_in_again(
    consultant: Member, manager: Member, worker: Worker, line: CostLine
) -> None:
    make_entry(worker, line)
    week = submit(consultant, worker)
    returned = services.return_week(
        actor=manager, week_id=week.pk, version=week.version, reason="相手方を書く。", now=NOW
    )
    assert (returned.state, returned.note) == (WeekState.RETURNED, "相手方を書く。")
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.reason) == (Verb.SENT_BACK, "相手方を書く。")
    log_entry(actor=consultant, worker_id=worker.pk, entry=entry_input(line, text="13-14"), now=NOW)
    again = submit(consultant, worker)
    assert (again.state, again.note, again.decided_by) == (WeekState.SUBMITTED, "", None)


def test_unlocking_takes_the_approval_back_with_a_reason(
    consultant: Member, manager: Member, worker: Worker, line: CostLine
) -> None:
    make_entry(worker, line)
    (week,) = approve(manager, make_week(worker, consultant))
    open_week = services.unlock_week(
        actor=manager, week_id=week.pk, version=week.version, reason="業務の取り違え。", now=NOW
    )
    assert (open_week.state, open_week.note, open_week.is_self_approved) == (WeekState.OPEN, "業務の取り違え。", False)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.changes, event.reason) == (
        Verb.UNLOCKED,
        {"状態": ["承認済", "記入中"]},
        "業務の取り違え。",
    )
    log_entry(actor=consultant, worker_id=worker.pk, entry=entry_input(line, text="13-14"), now=NOW)
    with pytest.raises(EditedMeanwhile, match="今は「記入中」です"):
        services.unlock_week(actor=manager, week_id=week.pk, version=open_week.version, reason="もう一度", now=NOW)


def test_a_week_is_taken_back_until_somebody_has_decided_on_it(
    manager: Member, consultant: Member, worker: Worker, line: CostLine
) -> None:
    make_entry(worker, line)
    take_back = partial(services.withdraw_week, actor=consultant, worker_id=worker.pk, monday=MONDAY)
    with pytest.raises(WeekRefused, match="「記入中」"):
        take_back()
    submitted = submit(consultant, worker)
    week = take_back()
    assert (week.state, week.requested_by, week.version) == (WeekState.OPEN, None, submitted.version + 1)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.changes) == (Verb.REQUEST_WITHDRAWN, {"状態": ["提出済", "記入中"]})
    with pytest.raises(EditedMeanwhile):  # the manager still looks at the week as it was handed in
        approve(manager, submitted)
    make_entry(worker, line, FRIDAY, "13:00-14:30")
    approve(manager, submit(consultant, worker))
    with pytest.raises(WeekRefused, match="「承認済」"):
        take_back()


def test_nobody_takes_back_the_week_of_a_colleague(consultant: Member, worker: Worker, line: CostLine) -> None:
    make_entry(worker, line)
    submit(consultant, worker)
    colleague = make_member(consultant.agency, Role.CONSULTANT, display_name="高田 修")
    with pytest.raises(NotAllowed):
        services.withdraw_week(actor=colleague, worker_id=worker.pk, monday=MONDAY)
    shown = sign_in(consultant).get(reverse("subsidies:hours"), {"week": str(MONDAY)}).text
    assert "提出を取り消す" in shown
    answer = sign_in(consultant).post(reverse("subsidies:hours_withdraw"), {"week": str(MONDAY)}, follow=True)
    assert "提出を取り消しました" in answer.text
    assert "提出を取り消す" not in answer.text


@pytest.mark.parametrize("act", [services.return_week, services.unlock_week])
def test_only_managers_return_and_unlock(consultant: Member, worker: Worker, act: Callable[..., WorkWeek]) -> None:
    week = make_week(worker, consultant)
    with pytest.raises(NotAllowed, match="権限がありません"):
        act(actor=consultant, week_id=week.pk, version=week.version, reason="理由", now=NOW)
    week.refresh_from_db()
    assert week.state == WeekState.SUBMITTED
