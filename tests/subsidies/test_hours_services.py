"""Logging hours: what is kept, what is refused, what is fixed, and what the audit trail says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cases.models import Case, CoAgency
from cases.services.locking import EditedMeanwhile
from subsidies.enums import ApplicationState, WeekState
from subsidies.models import CostLine, WorkEntry, Worker
from subsidies.selectors.diary.locks import entry_lock_reason
from subsidies.selectors.diary.warnings import counted_minutes
from subsidies.selectors.diary.worked import worked_of_case
from subsidies.services.diary import hours as services
from subsidies.services.diary.hours import HoursLocked, HoursRefused
from subsidies.services.estimate.costs import LineRefused, remove_cost_line
from tests.builders import make_agency, make_cost_line, make_member
from tests.subsidies.hours_cases import (
    ACCEPTED,
    FRIDAY,
    MONDAY,
    NOW,
    TEXT,
    entry_input,
    make_claim,
    make_entry,
    make_week,
    make_worker,
    make_working_case,
)
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

HELD = (ApplicationState.REQUESTED, ApplicationState.APPROVED, ApplicationState.SUBMITTED, ApplicationState.PAID)
FREE = (ApplicationState.PREPARING, ApplicationState.SENT_BACK, ApplicationState.RETURNED, ApplicationState.CANCELLED)


@pytest.fixture
def line(consultant: Member) -> CostLine:
    return make_working_case(consultant)[1]


@pytest.fixture
def worker(consultant: Member) -> Worker:
    return make_worker(consultant)


def log(actor: Member, worker: Worker, line: CostLine, day: date = MONDAY, text: str = "9-12") -> WorkEntry:
    return services.log_entry(actor=actor, worker_id=worker.pk, entry=entry_input(line, day, text), now=NOW)


def latest() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


def test_an_entry_says_who_did_what_when(consultant: Member, worker: Worker, line: CostLine) -> None:
    row = log(consultant, worker, line, text="9:00〜12:30 休30")
    row.refresh_from_db()
    assert (row.starts_minute, row.ends_minute, row.break_minutes, row.minutes) == (540, 750, 30, 180)
    assert (row.entered_by, row.entered_at, row.cost_line) == (consultant, NOW, line)
    event = latest()
    assert (event.verb, event.object_type, event.object_id) == (Verb.CREATED, "workentry", row.pk)
    assert event.changes["時間"] == [None, "9:00〜12:30(休憩30分) 3時間"]
    assert event.changes["業務内容"] == [None, TEXT]


def test_several_entries_are_logged_together_or_not_at_all(consultant: Member, worker: Worker, line: CostLine) -> None:
    good, bad = entry_input(line), entry_input(line, FRIDAY + timedelta(days=1))
    with pytest.raises(HoursRefused, match="2026-11-21 は、今日 2026-11-20 より後です"):
        services.log_entries(actor=consultant, worker_id=worker.pk, entries=[good, bad], now=NOW)
    assert not WorkEntry.objects.exists()
    both = services.log_entries(
        actor=consultant, worker_id=worker.pk, entries=[good, entry_input(line, text="13-15")], now=NOW
    )
    assert [one.minutes for one in both] == [180, 120]
    assert AuditEvent.objects.filter(verb=Verb.CREATED).count() == 2


def test_only_oneself_or_a_manager_logs(consultant: Member, manager: Member, worker: Worker, line: CostLine) -> None:
    colleague = make_member(consultant.agency)
    with pytest.raises(NotAllowed, match="従事した本人か管理者だけ"):
        log(colleague, worker, line)
    assert log(manager, worker, line).entered_by == manager
    with pytest.raises(Case.DoesNotExist):
        log(make_member(make_agency(slug="elsewhere"), *Role), worker, make_working_case(consultant)[1])


def test_the_consultant_logs_for_another_agency_of_the_case_only(consultant: Member, line: CostLine) -> None:
    co_agency = CoAgency.objects.create(agency=consultant.agency, case=line.case, name="駅前会計")
    theirs = make_worker(consultant, co_agency=co_agency, name="駅前 次郎")
    assert log(consultant, theirs, line).worker == theirs
    elsewhere = make_working_case(consultant)[1]
    with pytest.raises(HoursRefused, match="の駅前会計の人です"):
        log(consultant, theirs, elsewhere)


def test_what_does_not_fit_is_refused(consultant: Member, worker: Worker, line: CostLine) -> None:
    other = make_working_case(consultant)[1]
    foreign = entry_input(line, cost_line_id=other.pk)
    with pytest.raises(HoursRefused, match="見積にありません"):
        services.log_entry(actor=consultant, worker_id=worker.pk, entry=foreign, now=NOW)
    Worker.objects.filter(pk=worker.pk).update(is_active=False)
    with pytest.raises(HoursRefused, match="使用停止中"):
        log(consultant, worker, line)


@pytest.mark.parametrize("state", [WeekState.SUBMITTED, WeekState.APPROVED])
def test_a_week_handed_in_is_fixed(consultant: Member, worker: Worker, line: CostLine, state: WeekState) -> None:
    row = make_entry(worker, line)
    make_week(worker, consultant, state=state)
    told = f"2026-11-16 からの週は「{state.label}」です"
    assert told in entry_lock_reason(row)
    with pytest.raises(HoursLocked, match=told):
        log(consultant, worker, line, FRIDAY)
    with pytest.raises(HoursLocked, match=told):
        services.remove_entry(actor=consultant, entry_id=row.pk, version=1)
    moved = entry_input(line, MONDAY - timedelta(days=3))
    with pytest.raises(HoursLocked, match=told):
        services.change_entry(actor=consultant, entry_id=row.pk, version=1, entry=moved, now=NOW)
    free = log(consultant, worker, line, MONDAY - timedelta(days=3))  # nor may anything be moved into it
    with pytest.raises(HoursLocked, match=told):
        services.change_entry(actor=consultant, entry_id=free.pk, version=1, entry=entry_input(line), now=NOW)


@pytest.mark.parametrize("state", [WeekState.OPEN, WeekState.RETURNED])
def test_an_open_or_returned_week_is_written(
    consultant: Member, worker: Worker, line: CostLine, state: WeekState
) -> None:
    make_week(worker, consultant, state=state)
    assert entry_lock_reason(log(consultant, worker, line)) == ""


@pytest.mark.parametrize("state", HELD)
def test_a_claim_holds_its_hours_even_in_an_open_week(
    consultant: Member, manager: Member, worker: Worker, line: CostLine, state: ApplicationState
) -> None:
    row, loose = make_entry(worker, line), make_entry(worker, line, text="13-14", cost_line=None)
    make_claim(line.case, state)
    told = rf"「支払申請\(計画策定\)」\({state.label}\)に含まれています"
    assert state.label in entry_lock_reason(row)
    assert entry_lock_reason(loose) == ""  # no work chosen, so in no claim …
    with pytest.raises(HoursLocked, match=told):
        log(consultant, worker, line)
    with pytest.raises(HoursLocked, match=told):
        services.remove_entry(actor=manager, entry_id=row.pk, version=1)
    with pytest.raises(HoursLocked, match=told):  # … and it cannot be moved into one
        services.change_entry(actor=manager, entry_id=loose.pk, version=1, entry=entry_input(line), now=NOW)
    assert WorkEntry.objects.count() == 2


@pytest.mark.parametrize("state", FREE)
def test_a_claim_on_the_desk_holds_nothing(
    consultant: Member, worker: Worker, line: CostLine, state: ApplicationState
) -> None:
    make_claim(line.case, state)
    row = log(consultant, worker, line)
    assert entry_lock_reason(row) == ""
    services.remove_entry(actor=consultant, entry_id=row.pk, version=1)
    assert not WorkEntry.objects.exists()


def test_a_change_is_noted_field_by_field(consultant: Member, worker: Worker, line: CostLine) -> None:
    row = log(consultant, worker, line)
    changed = services.change_entry(
        actor=consultant, entry_id=row.pk, version=1, entry=entry_input(line, text="9-11", place="主要行"), now=NOW
    )
    assert (changed.minutes, changed.version, changed.entered_at) == (120, 2, NOW)
    assert latest().changes == {
        "時間": ["9:00〜12:00 3時間", "9:00〜11:00 2時間"],
        "場所・相手方": ["", "主要行"],
    }
    count = AuditEvent.objects.count()
    same = entry_input(line, text="9-11", place="主要行")
    services.change_entry(actor=consultant, entry_id=row.pk, version=2, entry=same, now=NOW)
    assert AuditEvent.objects.count() == count
    with pytest.raises(EditedMeanwhile):
        services.change_entry(actor=consultant, entry_id=row.pk, version=1, entry=same, now=NOW)


def test_what_is_removed_stays_in_the_trail(consultant: Member, worker: Worker, line: CostLine) -> None:
    row = log(consultant, worker, line)
    with pytest.raises(EditedMeanwhile):
        services.remove_entry(actor=consultant, entry_id=row.pk, version=7)
    services.remove_entry(actor=consultant, entry_id=row.pk, version=1)
    assert not WorkEntry.objects.exists()
    assert (latest().verb, latest().changes["業務内容"]) == (Verb.DELETED, [TEXT, None])


def test_yesterday_is_the_last_day_with_entries(consultant: Member, worker: Worker, line: CostLine) -> None:
    friday_before = MONDAY - timedelta(days=3)
    make_entry(worker, line, friday_before - timedelta(days=1), "9-10")
    make_entry(worker, line, friday_before, "9-12", content="借入金の返済予定表を作成")
    make_entry(worker, line, friday_before, "13:00-15:30 休30", place="主要行")
    copied = services.copy_day(actor=consultant, worker_id=worker.pk, day=MONDAY, now=NOW)
    assert [(one.worked_on, one.starts_minute, one.minutes) for one in copied] == [
        (MONDAY, 540, 180),
        (MONDAY, 780, 120),
    ]
    assert (copied[0].content, copied[1].place) == ("借入金の返済予定表を作成", "主要行")


def test_copying_leaves_out_what_overlaps_or_is_held(consultant: Member, worker: Worker, line: CostLine) -> None:
    with pytest.raises(HoursRefused, match="写せる記入がありません"):
        services.copy_day(actor=consultant, worker_id=worker.pk, day=FRIDAY, now=NOW)
    claimed = make_working_case(consultant)[1]
    make_entry(worker, line, MONDAY, "9-12")
    make_entry(worker, line, MONDAY, "13-14")
    make_entry(worker, claimed, MONDAY, "15-16")
    make_entry(worker, line, FRIDAY, "11-13")
    make_claim(claimed.case)
    copied = services.copy_day(actor=consultant, worker_id=worker.pk, day=FRIDAY, now=NOW)
    assert [one.starts_minute for one in copied] == [780]
    with pytest.raises(HoursRefused, match="時間が重なるか"):
        services.copy_day(actor=consultant, worker_id=worker.pk, day=FRIDAY, now=NOW)


def test_a_line_with_hours_stays_in_the_estimate(consultant: Member, worker: Worker) -> None:
    line = make_working_case(consultant, accepted_on=None)[1]  # before the acceptance the estimate may be changed
    row = make_entry(worker, line)
    with pytest.raises(LineRefused, match="業務日誌の記入が 1件 あるため、削除できません"):
        remove_cost_line(case_id=line.case_id, line_id=line.pk, actor=consultant, version=1)
    row.delete()
    remove_cost_line(case_id=line.case_id, line_id=line.pk, actor=consultant, version=1)
    assert not CostLine.objects.filter(pk=line.pk).exists()


class CountedHours(TestCase):
    """Sums of counted minutes never include a day before the acceptance, whatever was logged."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 180)), max_size=12), st.booleans())
    def test_no_day_before_the_acceptance_counts(self, logged: list[tuple[int, int]], is_accepted: bool) -> None:
        consultant = make_member(make_agency())
        _, line = make_working_case(consultant, accepted_on=ACCEPTED if is_accepted else None)
        worker = make_worker(consultant)
        for days, minutes in logged:
            make_entry(worker, line, ACCEPTED + timedelta(days=days), f"9:00-{9 + minutes // 60}:{minutes % 60:02d}")
        payable = sum(minutes for days, minutes in logged if is_accepted and days >= 0)
        (worked,) = worked_of_case(Case.objects.get(pk=line.case_id))
        assert worked.minutes == payable
        assert worked.net_yen == 10_000 * payable // 60
        assert worked.excluded_minutes == sum(minutes for _, minutes in logged) - payable
        assert counted_minutes(line.agency_id, {line.pk}).get(line.pk, 0) == payable


def test_hours_of_other_lines_do_not_count_here(consultant: Member, worker: Worker, line: CostLine) -> None:
    second = make_cost_line(line.case, work="金融機関との会議")
    make_entry(worker, line, text="9-10")
    make_entry(worker, second, text="10-12")
    assert counted_minutes(line.agency_id, {line.pk, second.pk}) == {line.pk: 60, second.pk: 120}
