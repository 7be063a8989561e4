"""The schedule of a case is laid as a whole, as it was confirmed."""

from __future__ import annotations

from datetime import date

import pytest

from cases.enums import CaseStage, Frequency, SchemeFrame
from cases.models import Case
from cases.services.locking import EditedMeanwhile
from monitoring.enums import PeriodKind, ScheduleStep, Tie
from monitoring.models import MonitoringPeriod
from monitoring.rules.schedule import difference
from monitoring.selectors.follow_up_schedule import (
    agreed_of,
    changes_hash,
    planned_of,
    planning_closed,
    received_on,
    terms_of,
)
from monitoring.selectors.periods import periods_of
from monitoring.services.periods import PeriodRefused
from monitoring.services.schedule import lay_schedule
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.models import Application, WorkEntry, Worker
from tests.builders import make_case, make_cost_line, make_lender, make_member, make_period, make_stance
from tests.monitoring.follow_up.follow_up_cases import accept, make_followed_case, make_meeting, make_report
from vapup.accounts.models import AuditEvent, Member
from vapup.accounts.policy import NotAllowed

APRIL = date(2025, 4, 1)


def seen(
    case: Case, *, starts_on: date = APRIL, months: int = 12, frequency: Frequency = Frequency.HALF_YEARLY,
    moves_costed: bool = False,
) -> str:  # fmt: skip
    agreed = agreed_of(case, starts_on=starts_on, months=months, frequency=frequency, counted_from=received_on(case))
    return changes_hash(difference(planned_of(case), agreed, moves_costed=moves_costed))


def lay(
    case: Case, *, actor: Member | None = None, months: int = 12, moves_costed: bool = False, stamp: str = ""
) -> list[ScheduleStep]:
    found = lay_schedule(
        actor=actor or case.consultant,
        case_id=case.pk,
        starts_on=APRIL,
        months=months,
        frequency=Frequency.HALF_YEARLY,
        moves_costed=moves_costed,
        seen=stamp or seen(case, months=months, moves_costed=moves_costed),
    )
    return [one.step for one in found]


def days(case: Case) -> list[str]:
    return [str(one) for one in periods_of(case)]


def close_in(case: Case, month: int) -> None:
    case.enterprise.fiscal_year_end_month = month
    case.enterprise.save()


def test_the_first_schedule_is_added_and_noted_in_one_event(consultant: Member) -> None:
    case = make_case(consultant, planned_accepted_on=APRIL)
    assert lay(case) == [ScheduleStep.ADDED, ScheduleStep.ADDED]
    assert days(case) == ["2025-04-01〜2025-09-30", "2025-10-01〜2026-03-31"]
    event = AuditEvent.objects.get(object_type="case", object_id=case.pk)
    assert list(event.changes.values()) == [
        [None, "伴走支援(405事業) 2025-04-01〜2025-09-30"],
        [None, "伴走支援(405事業) 2025-10-01〜2026-03-31"],
    ]


def test_a_new_fiscal_year_end_moves_the_periods_and_keeps_their_rows(consultant: Member) -> None:
    case = make_case(consultant, planned_accepted_on=APRIL)
    lay(case)
    ids = [one.pk for one in periods_of(case)]
    close_in(case, 5)
    case.refresh_from_db()
    # Halves end in May and November now: 2 months, 6 months, and the 4 that are left.
    assert lay(case) == [ScheduleStep.MOVED, ScheduleStep.MOVED, ScheduleStep.ADDED]
    assert days(case) == ["2025-04-01〜2025-05-31", "2025-06-01〜2025-11-30", "2025-12-01〜2026-03-31"]
    assert [one.pk for one in periods_of(case)][:2] == ids


def test_a_shorter_agreement_removes_what_nothing_holds(consultant: Member) -> None:
    case = make_case(consultant, planned_accepted_on=APRIL)
    lay(case, months=24)
    assert lay(case, months=6)[1:] == [ScheduleStep.REMOVED] * 3
    assert days(case) == ["2025-04-01〜2025-09-30"]


def test_every_tie_is_found(consultant: Member) -> None:
    case = make_followed_case(consultant)
    lender = case.enterprise.lenders.all()[0]
    periods = [make_period(case, ends_on=date(year, 9, 30)) for year in (2025, 2026, 2027, 2028, 2029)]
    Application.objects.create(agency=case.agency, case=case, kind=ApplicationKind.MONITORING_CLAIM, period=periods[0])
    line = make_cost_line(case, category=CostCategory.MONITORING, period=periods[1])
    worker = Worker.objects.create(agency=case.agency, member=consultant, name="担当", qualification="税理士")
    entry = {"starts_minute": 540, "ends_minute": 600, "minutes": 60, "content": "面談", "entered_by": consultant}
    WorkEntry.objects.create(
        agency=case.agency, case=case, worker=worker, cost_line=line, worked_on=date(2026, 9, 1), **entry
    )
    make_report(periods[2])
    make_meeting(periods[3], lender)
    assert [one.ties for one in planned_of(case)] == [
        {Tie.CLAIM},
        {Tie.COSTS, Tie.HOURS},
        {Tie.REPORT},
        {Tie.MEETING},
        set(),
    ]


def test_what_hangs_on_a_period_keeps_it(consultant: Member) -> None:
    case = make_followed_case(consultant)
    lay(case)
    first, second = periods_of(case)
    make_report(first)
    close_in(case, 5)
    case.refresh_from_db()
    # The report keeps April to September; the rest is laid around it: October, November, then to March.
    assert lay(case) == [ScheduleStep.STAYS, ScheduleStep.MOVED, ScheduleStep.ADDED]
    assert days(case) == ["2025-04-01〜2025-09-30", "2025-10-01〜2025-11-30", "2025-12-01〜2026-03-31"]
    assert periods_of(case)[1].pk == second.pk


def test_costed_periods_move_while_the_application_is_open(consultant: Member) -> None:
    case = make_case(consultant, planned_accepted_on=APRIL)
    lay(case)
    make_cost_line(case, category=CostCategory.MONITORING, period=periods_of(case)[0])
    close_in(case, 5)
    case.refresh_from_db()
    assert lay(case, moves_costed=True)[0] is ScheduleStep.MOVED
    assert days(case)[0] == "2025-04-01〜2025-05-31"


def test_costed_periods_stay_once_the_council_has_the_application(consultant: Member) -> None:
    case = make_followed_case(consultant)
    with pytest.raises(PeriodRefused, match="費用明細のある回は動かせません"):
        lay(case, moves_costed=True)


def test_other_changes_than_those_seen_are_not_made(consultant: Member) -> None:
    case = make_case(consultant, planned_accepted_on=APRIL)
    stamp = seen(case)
    make_period(case, ends_on=date(2025, 9, 30))
    with pytest.raises(EditedMeanwhile, match="もう一度確定"):
        lay(case, stamp=stamp)
    assert len(days(case)) == 1
    lay(case)
    with pytest.raises(PeriodRefused, match="変更するものはありません"):
        lay(case)


def test_a_period_before_the_key_date_is_refused_and_nothing_is_written(consultant: Member) -> None:
    case = make_case(consultant, planned_accepted_on=date(2025, 10, 1))
    with pytest.raises(PeriodRefused, match="2025-09-30 は 受理予定日 2025-10-01 より前"):
        lay(case)
    assert days(case) == []


def test_only_who_has_the_case_lays_its_schedule(consultant: Member) -> None:
    case = make_case(make_member(consultant.agency), planned_accepted_on=APRIL)
    with pytest.raises(NotAllowed):
        lay(case, actor=consultant)


@pytest.mark.parametrize(
    ("stage", "is_closed"),
    [
        (CaseStage.APPLIED, True),
        (CaseStage.ACCEPTED, False),
        (CaseStage.MONITORING, False),
        (CaseStage.COMPLETED, True),
        (CaseStage.LAPSED, True),
    ],
)
def test_periods_are_fixed_while_the_council_decides_and_after_the_end(
    consultant: Member, stage: CaseStage, is_closed: bool
) -> None:
    case = make_case(consultant)
    assert planning_closed(case) == ""
    accept(case, stage)
    assert bool(planning_closed(case)) == is_closed
    if is_closed:
        with pytest.raises(PeriodRefused, match=stage.label):
            lay(case)


def test_costs_that_wait_for_an_approval_fix_the_periods(consultant: Member) -> None:
    case = make_case(consultant)
    case.costs_locked = True
    case.save()
    with pytest.raises(PeriodRefused, match="固定"):
        lay(case)


def test_terms_come_from_the_approved_plan(consultant: Member) -> None:
    case = make_followed_case(consultant)
    terms = terms_of(case, [])
    assert (terms.starts_on, terms.months, terms.frequency) == (APRIL, 36, Frequency.HALF_YEARLY)
    bare = make_case(consultant)
    found = terms_of(bare, [])
    assert (found.plan, found.starts_on, found.months, found.frequency) == (None, None, 36, Frequency.YEARLY)
    make_period(bare, ends_on=date(2026, 9, 30))
    assert terms_of(bare, periods_of(bare)).starts_on == date(2026, 4, 1)


def test_the_early_scheme_counts_from_the_first_receipt(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    lender = make_lender(case.enterprise)
    make_stance(case, lender, receipt_on=date(2025, 9, 10))
    terms = terms_of(case, [])
    assert (terms.counted_from, terms.starts_on) == (date(2025, 9, 10), date(2025, 9, 11))
    agreed = agreed_of(
        case, starts_on=date(2025, 9, 11), months=1, frequency=terms.frequency, counted_from=terms.counted_from
    )
    # The first close after 2026-09-10.
    assert agreed.ends_on == date(2027, 3, 31)
    normal = make_case(consultant, enterprise=case.enterprise)
    assert received_on(normal) is None


def test_a_frame_without_follow_up_has_no_schedule(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK)
    assert "伴走支援がない" in planning_closed(case)
    with pytest.raises(PeriodRefused, match="伴走支援がない"):
        lay(case)
    assert MonitoringPeriod.objects.count() == 0


def test_the_closing_period_is_stored_as_such(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP, planned_accepted_on=APRIL)
    lay(case)
    kinds = [one.kind for one in periods_of(case)]
    assert kinds == [PeriodKind.INTERIM, PeriodKind.CLOSING]
