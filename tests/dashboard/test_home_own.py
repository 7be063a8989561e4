"""A consultant's part of the home page: what to do this week, what came back, whom to wait for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from cases.enums import CaseStage, Consent, LenderRole, SchemeFrame
from cases.models import Case
from monitoring.enums import DeadlineKind
from subsidies.enums import ApplicationKind, ApplicationState, PaperPlace, ReturnCause, WeekState
from subsidies.models import Application, Paper, ReturnItem, Settlement, Worker, WorkWeek
from tests.builders import make_case, make_deadline, make_lender, make_member, make_stance
from tests.conftest import sign_in
from tests.dashboard.home_office import apply_for, home
from vapup import clock
from vapup.accounts.models import Agency, Member
from vapup.dashboard.home.own import recent_cases
from vapup.dashboard.home.returned import returned_to
from vapup.dashboard.home.waiting import waiting_for
from vapup.dashboard.home.work import work_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
TODAY = date(2026, 11, 20)
S, K = ApplicationState, DeadlineKind
PAST = {"usage_applied_on": date(2025, 5, 7), "usage_accepted_on": date(2025, 5, 12), "accepted_on": date(2025, 5, 12)}


@pytest.fixture
def november() -> object:
    with time_machine.travel("2026-11-20 03:00:00+00:00", tick=False):
        yield


def case_in(member: Member, stage: CaseStage, **values: Any) -> Case:
    case = make_case(member, **values)
    Case.objects.filter(pk=case.pk).update(stage=stage, **PAST)
    case.refresh_from_db()
    return case


def verbs(member: Member) -> list[tuple[str, str, int]]:
    """Return the verb, the case and the yen of each row."""
    rows = work_of(member, today=TODAY).rows
    return [(row.verb, row.case.number if row.case else "", row.yen) for row in rows]


def test_the_most_urgent_comes_first_with_its_yen_and_never_more_than_seven(consultant: Member) -> None:
    """Nine papers end from 12-01 on; the claim of 12-02 stands between the first two and the rest."""
    case = make_case(consultant)
    for place in range(9):
        make_deadline(case, kind=K.PAPER, subject=f"paper:{place}", claim_by=date(2026, 12, 1 + place), yen_at_risk=0)
    make_deadline(case, kind=K.FISCAL_CLOSE, claim_by=date(2026, 11, 30), yen_at_risk=0)  # merely comes
    make_deadline(case, claim_by=date(2026, 12, 2), yen_at_risk=1_234_567)
    make_deadline(make_case(make_member(consultant.agency)), claim_by=date(2026, 11, 25))
    rows = work_of(consultant, today=TODAY).rows
    assert [row.due.deadline.safe_by.day for row in rows if row.due] == [1, 2, 2, 3, 4, 4, 4]
    assert [row.yen for row in rows] == [0, 0, 1_234_567, 0, 0, 0, 0]
    page = home(consultant)
    assert "1,234,567" in page
    assert "計画策定の支払申請を協議会に提出する" in page


@pytest.mark.parametrize(
    ("stage", "state", "step"),
    [
        (CaseStage.CONSULTATION, None, "利用申請の準備を始める"),
        (CaseStage.PREPARING, None, "費用を入力し、承認を依頼する"),
        (CaseStage.PREPARING, S.APPROVED, "正式版を出力し、協議会に提出する"),
        (CaseStage.PREPARING, S.REQUESTED, None),
        (CaseStage.PREPARING, S.SENT_BACK, None),
        (CaseStage.APPLIED, S.SUBMITTED, None),
        (CaseStage.PLAN_CLAIMED, None, None),
        (CaseStage.WITHDRAWN, None, None),
    ],
)
def test_then_come_the_next_steps_of_cases_that_wait_for_nobody_else(
    consultant: Member, stage: CaseStage, state: ApplicationState | None, step: str | None
) -> None:
    case = case_in(consultant, stage)
    if state:
        apply_for(case, state, by=consultant)
    assert verbs(consultant) == ([(step, case.number, 0)] if step else [])


def test_a_step_says_the_cases_next_deadline_and_the_nearer_one_comes_first(consultant: Member) -> None:
    idle, later, sooner = (make_case(consultant) for _ in range(3))
    make_deadline(later, claim_by=date(2027, 9, 30), yen_at_risk=200_000)
    make_deadline(sooner, claim_by=date(2027, 3, 31), yen_at_risk=100_000)
    assert [(number, yen) for _verb, number, yen in verbs(consultant)] == [
        (sooner.number, 100_000),
        (later.number, 200_000),
        (idle.number, 0),
    ]


def test_a_case_with_an_urgent_deadline_is_not_named_twice(consultant: Member) -> None:
    case = make_case(consultant)
    make_deadline(case, claim_by=TODAY + timedelta(days=3))
    assert [number for _verb, number, _yen in verbs(consultant)] == [case.number]


def test_the_week_shows_what_is_due_on_each_day_and_counts_what_is_over(consultant: Member) -> None:
    case = make_case(consultant)
    make_deadline(case, claim_by=date(2026, 11, 24))  # a Tuesday
    make_deadline(case, kind=K.PAPER, claim_by=date(2026, 11, 13))  # last Friday
    work = work_of(consultant, today=TODAY)
    assert [(day.day.day, len(day.due)) for day in work.days] == [
        *((20, 0), (21, 0), (22, 0), (23, 0), (24, 1), (25, 0), (26, 0)),
    ]
    assert work.overdue == 1
    assert "1件の期限を過ぎています" in home(consultant)


def test_many_overdue_deadlines_are_all_counted_and_listed_and_hide_no_day(consultant: Member) -> None:
    """45 were over before today, one ends today and one on Tuesday: the link leads to the 45 alone."""
    case = make_case(consultant)
    for place in range(45):
        make_deadline(case, kind=K.PAPER, subject=f"paper:{place}", claim_by=date(2026, 11, 19), yen_at_risk=0)
    make_deadline(case, kind=K.PAPER, subject="today", claim_by=TODAY, yen_at_risk=0)
    make_deadline(case, kind=K.PAPER, subject="tuesday", claim_by=date(2026, 11, 24), yen_at_risk=0)
    work = work_of(consultant, today=TODAY)
    assert work.overdue == 45
    assert [len(day.due) for day in work.days] == [1, 0, 0, 0, 1, 0, 0]
    browser = sign_in(consultant)
    page = browser.get("/")
    address = page.context["own"]["overdue_url"]
    assert address.replace("&", "&amp;") in page.content.decode()
    listed = browser.get(address)
    assert listed.context["page"].paginator.count == 45
    assert "期間: 超過のみ" in listed.content.decode()


def test_what_came_back_says_who_returned_it_and_why(consultant: Member) -> None:
    inside, outside, mine = make_case(consultant), case_in(consultant, CaseStage.USAGE_RETURNED), "経緯を詳しく"
    apply_for(inside, S.SENT_BACK, by=consultant, note=mine)
    returned = apply_for(outside, S.RETURNED, by=consultant)
    for comment, answer in (("直した", "差し替えた"), ("日付が逆", ""), ("印影なし", "")):
        said = {"answered_by": consultant, "answered_at": clock.now()} if answer else {}
        ReturnItem.objects.create(
            agency=consultant.agency,
            application=returned,
            round=1,
            returned_on=date(2026, 11, 2),
            cause=ReturnCause.DATE,
            comment=comment,
            answer=answer,
            **said,
        )
    found = {row.by: (row.words, row.more, row.on) for row in returned_to(consultant).rows}
    assert found == {"管理者": (mine, 0, TODAY), "協議会": ("日付が逆", 1, date(2026, 11, 2))}
    page = home(consultant)
    assert mine in page
    assert "ほか1項目" in page


def test_a_case_that_was_moved_in_as_returned_and_a_returned_week_stand_there_too(consultant: Member) -> None:
    case = case_in(consultant, CaseStage.CLAIM_RETURNED)
    make_week(consultant, WeekState.RETURNED)
    assert [(row.name, row.case) for row in returned_to(consultant).rows] == [
        (case.get_stage_display(), case),
        ("業務日誌 2026-11-09の週", None),
    ]
    assert returned_to(make_member(consultant.agency)).rows == ()


def test_of_many_things_returned_all_are_counted_and_the_oldest_shown(consultant: Member) -> None:
    """Nine applications, stored from 11-18 back to 11-10, and three weeks: 12, of which 7 are shown from 11-08 on."""
    for place in range(9):
        case = make_case(consultant)
        apply_for(case, S.SENT_BACK, by=consultant, at=datetime(2026, 11, 18 - place, 3, tzinfo=UTC))
    worker = Worker.objects.create(agency=consultant.agency, member=consultant, name="佐藤 花子")
    for day, monday in ((16, 9), (9, 2)):
        returned_week(worker, monday=date(2026, 11, monday), at=datetime(2026, 11, day, 3, tzinfo=UTC))
    # 15:00 UTC is the midnight with which 11-08 begins in Japan.
    returned_week(worker, monday=date(2026, 10, 26), at=datetime(2026, 11, 7, 15, tzinfo=UTC))
    found = returned_to(consultant)
    assert (found.count, found.more) == (12, 5)
    assert [row.on.day for row in found.rows if row.on] == [8, 9, 10, 11, 12, 13, 14]
    page = home(consultant)
    assert '<span class="soft">12件</span>' in page
    assert "ほかに5件あります" in page
    assert 'href="/?show=returned#returned-title"' in page
    everything = sign_in(consultant).get("/", {"show": "returned"})
    days = [row.on.day for row in everything.context["own"]["returned"].rows]
    assert days == [8, 9, 10, 11, 12, 13, 14, 15, 16, 16, 17, 18]
    assert "ほかに" not in everything.content.decode()


def test_what_the_council_returned_is_ordered_by_the_day_that_is_shown(consultant: Member) -> None:
    """Stored from 11-09 back to 11-01: a cut before the order would leave out the oldest two."""
    for place in range(9):
        returned = apply_for(case_in(consultant, CaseStage.USAGE_RETURNED), S.RETURNED, by=consultant)
        ReturnItem.objects.create(
            agency=consultant.agency,
            application=returned,
            round=1,
            returned_on=date(2026, 11, 9 - place),
            cause=ReturnCause.DATE,
            comment="日付が逆",
        )
    assert [row.on.day for row in returned_to(consultant).rows if row.on] == [1, 2, 3, 4, 5, 6, 7]


def returned_week(worker: Worker, *, monday: date, at: datetime) -> None:
    WorkWeek.objects.create(
        agency=worker.agency, worker=worker, monday=monday, state=WeekState.RETURNED, note="具体的に", decided_at=at
    )


def make_week(member: Member, state: WeekState) -> WorkWeek:
    worker = Worker.objects.create(agency=member.agency, member=member, name="佐藤 花子")
    said = {"requested_by": member, "requested_at": clock.now()} if state is WeekState.SUBMITTED else {}
    return WorkWeek.objects.create(
        agency=member.agency, worker=worker, monday=date(2026, 11, 9), state=state, note="具体的に", **said
    )


def waits(member: Member) -> list[tuple[str, str, int | None]]:
    return [(row.who, row.what, row.days) for row in waiting_for(member, today=TODAY)]


def test_the_longest_waiting_comes_first_and_each_says_for_whom(consultant: Member) -> None:
    """Asked on 10-21 (30 days), 10-31 (20), 11-10 (10), and today; papers have no day and come last."""
    bank, council = case_in(consultant, CaseStage.PLANNING), case_in(consultant, CaseStage.APPLIED)
    for name in ("青葉銀行", "杜の信金"):
        role = LenderRole.MAIN if name == "青葉銀行" else LenderRole.OTHER
        lender = make_lender(bank.enterprise, bank_name=name, role=role)
        make_stance(bank, lender, plan_handed_on=date(2026, 10, 21), consent=Consent.ASKED)
    usage = apply_for(council, S.SUBMITTED, by=consultant)
    Application.objects.filter(pk=usage.pk).update(submitted_on=date(2026, 10, 31))
    claim = apply_for(case_in(consultant, CaseStage.AGREED), S.PREPARING, by=consultant)
    Application.objects.filter(pk=claim.pk).update(kind=ApplicationKind.PLAN_CLAIM)
    Settlement.objects.create(agency=consultant.agency, application=claim, own_invoiced_on=date(2026, 11, 10))
    Paper.objects.create(
        agency=consultant.agency, application=claim, requirement="registry", place=PaperPlace.ENTERPRISE
    )
    make_week(consultant, WeekState.SUBMITTED)
    assert waits(consultant) == [
        ("金融機関", "計画への同意(2行)", 30),
        ("協議会", "利用申請の受理", 20),
        ("事業者", "自己負担分の振込", 10),
        ("管理者", "業務日誌 2026-11-09の週の承認", 0),
        ("事業者", "支払申請(計画策定)の書類(1点)", None),
    ]
    assert waits(make_member(consultant.agency)) == []
    assert "計画への同意(2行)" in home(consultant)


@pytest.mark.parametrize(
    ("kind", "state", "what"),
    [
        (ApplicationKind.USAGE, S.ACCEPTED, "利用決定の通知"),
        (ApplicationKind.USAGE, S.DECIDED, None),
        (ApplicationKind.PLAN_CLAIM, S.SUBMITTED, "支払申請(計画策定)の決定"),
        (ApplicationKind.PLAN_CLAIM, S.DECIDED, "支払申請(計画策定)の入金"),
        (ApplicationKind.PLAN_CLAIM, S.PAID, None),
        (ApplicationKind.PLAN_CLAIM, S.REQUESTED, "支払申請(計画策定)の承認"),
    ],
)
def test_what_the_council_or_the_manager_owes_depends_on_the_application(
    consultant: Member, kind: ApplicationKind, state: ApplicationState, what: str | None
) -> None:
    application = apply_for(case_in(consultant, CaseStage.MONITORING), state, by=consultant)
    Application.objects.filter(pk=application.pk).update(kind=kind)
    assert [one[1] for one in waits(consultant)] == ([what] if what else [])


def test_an_early_plan_waits_for_its_receipt_alone(consultant: Member) -> None:
    case = case_in(consultant, CaseStage.PLANNING, frame=SchemeFrame.VUP)
    stance = make_stance(case, make_lender(case.enterprise), plan_handed_on=TODAY)
    assert waits(consultant) == [("金融機関", "計画の受取書(1行)", 0)]
    stance.receipt_on = TODAY
    stance.save()
    assert waits(consultant) == []


def test_the_last_five_of_the_members_own_cases_are_shown_ended_ones_too(consultant: Member, agency: Agency) -> None:
    """All were stored in one transaction, at one instant: then the newest comes first."""
    cases = [make_case(consultant, stage=CaseStage.WITHDRAWN) for _ in range(6)]
    make_case(make_member(agency))
    assert [row.case for row in recent_cases(consultant)] == cases[:0:-1]
