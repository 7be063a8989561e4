"""A manager's part of the home page: four numbers with their lists, risk, load, stages in yen, and tight caps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from cases.enums import CaseStage, PaidCategory, PlanState, SchemeFrame
from cases.models import Case, PastUse, Plan
from monitoring.enums import DeadlineKind
from subsidies.enums import ApplicationState, CostCategory, WeekState
from subsidies.models import Application, Receipt, WorkEntry, Worker, WorkWeek
from tests.builders import make_case, make_cost_line, make_deadline, make_enterprise, make_member
from tests.conftest import sign_in
from tests.dashboard.home_office import apply_for, home
from tests.subsidies.claims_cases import accepted_case, make_claim, make_co_agency, make_line, make_settlement
from tests.subsidies.test_receivables import send
from vapup import clock
from vapup.accounts.enums import Role
from vapup.accounts.models import Agency, Member
from vapup.dashboard.approvals.listing import Sort, inbox_of
from vapup.dashboard.home.load import loads_of
from vapup.dashboard.home.office import Figure, figures_of, month_receipts, risks_of
from vapup.dashboard.home.portfolio import portfolio_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
TODAY = date(2026, 11, 20)
S, C, K = ApplicationState, CostCategory, DeadlineKind


@pytest.fixture
def november() -> object:
    with time_machine.travel("2026-11-20 03:00:00+00:00", tick=False):
        yield


def figures(agency: Agency) -> dict[str, Figure]:
    return {one.label: one for one in figures_of(agency.pk, today=TODAY)}


def claim_of(consultant: Member, decided_yen: int, **heard: Any) -> Application:
    """Store a plan claim of 500,000 that was handed in on 2026-09-01 and decided on 2026-10-01."""
    claim = make_claim(accepted_case(consultant, {C.PLANNING: 1_500_000}))
    make_line(claim, 1_500_000)
    make_settlement(claim, cost_yen=1_500_000, own_invoice_yen=500_000, own_invoiced_on=date(2026, 8, 1))
    known = {"state": S.DECIDED, "decided_on": date(2026, 10, 1), "decided_yen": decided_yen}
    return send(claim, date(2026, 9, 1), **known | heard)


def test_money_at_risk_and_urgent_deadlines_lead_to_lists_with_the_same_numbers(
    manager: Member, consultant: Member
) -> None:
    """90 days: 300,000 in 60 days and 200,000 that is over; urgent: that one and a paper in six days."""
    for days, yen in ((-2, 200_000), (60, 300_000), (200, 400_000)):
        make_deadline(make_case(consultant), claim_by=TODAY + timedelta(days=days), yen_at_risk=yen)
    make_deadline(make_case(consultant), kind=K.PAPER, claim_by=TODAY + timedelta(days=6), yen_at_risk=0)
    found, browser = figures(manager.agency), sign_in(manager)
    risk, urgent = found["90日以内に失うおそれ"], found["期限超過・7日以内"]
    assert (risk.value, urgent.value) == (500_000, 2)
    assert browser.get(risk.url).context["yen"] == 500_000
    assert browser.get(urgent.url).context["page"].paginator.count == 2
    assert "500,000" in home(manager)


def test_the_first_rows_of_the_risk_are_the_nearest_with_the_sum_of_all(manager: Member, consultant: Member) -> None:
    for days in range(8):
        make_deadline(make_case(consultant), claim_by=date(2026, 12, 1) + timedelta(days=days), yen_at_risk=100_000)
    risks = risks_of(manager.agency_id, today=TODAY)
    assert [one.row.deadline.claim_by.day for one in risks.rows] == [1, 2, 3, 4, 5]
    assert risks.yen == 800_000


def test_what_waits_for_approval_is_as_many_as_stand_in_the_inbox(manager: Member, consultant: Member) -> None:
    """Two applications, a plan and a week: four."""
    cases = [make_case(consultant) for _ in range(3)]
    for case in cases[:2]:
        apply_for(case, S.REQUESTED, by=consultant)
    asked = {"submitted_by": consultant, "submitted_at": clock.now(), "prepared_by": consultant}
    Plan.objects.create(
        agency=manager.agency, case=cases[2], number=1, state=PlanState.SUBMITTED, base_ends_on=TODAY, **asked
    )
    worker = Worker.objects.create(agency=manager.agency, member=consultant, name="佐藤 花子")
    WorkWeek.objects.create(
        agency=manager.agency,
        worker=worker,
        monday=date(2026, 11, 9),
        state=WeekState.SUBMITTED,
        requested_by=consultant,
        requested_at=clock.now(),
    )
    figure = figures(manager.agency)["承認待ち"]
    assert figure.value == len(inbox_of(manager, Sort.OLDEST, today=TODAY)) == 4
    assert figure.notes[0].text == "申請 2・計画 1・業務日誌 1"


def test_what_waits_is_listed_the_oldest_first_with_its_yen(manager: Member, consultant: Member) -> None:
    old, young = make_case(consultant), make_case(consultant)
    make_cost_line(old, gross_yen=1_100_000)
    make_cost_line(old, gross_yen=550_000)  # 1,100,000 + 550,000 = 1,650,000
    apply_for(young, S.REQUESTED, by=consultant)
    apply_for(old, S.REQUESTED, by=consultant, at=clock.now() - timedelta(days=2))
    page = home(manager)
    assert "1,650,000" in page
    assert page.index(f"/cases/{old.number}/usage/approve/") < page.index(f"/cases/{young.number}/usage/approve/")


def test_a_manager_cannot_approve_what_they_asked_for(manager: Member, agency: Agency) -> None:
    case = make_case(manager)
    apply_for(case, S.REQUESTED, by=manager)
    assert f"/cases/{case.number}/usage/approve/" not in home(manager)
    Agency.objects.filter(pk=agency.pk).update(self_approval_allowed=True)
    assert f"/cases/{case.number}/usage/approve/" in home(manager)


def test_what_came_in_this_month_stands_beside_what_is_expected_and_both_lists_agree(
    manager: Member, consultant: Member
) -> None:
    """Paid: 480,000 of November; October's 500,000 is no part. To come: 450,000. Expected: 480,000 + 450,000."""
    claim_of(consultant, 480_000, state=S.PAID, paid_on=date(2026, 11, 10), paid_yen=480_000)
    claim_of(consultant, 500_000, state=S.PAID, paid_on=date(2026, 10, 30), paid_yen=500_000)
    claim_of(consultant, 450_000)
    figure = figures(manager.agency)["今月の入金"]
    assert figure.value == 480_000
    assert [note.text for note in figure.notes] == ["見込 930,000円", "入金待ち 450,000円"]
    browser = sign_in(manager)
    paid, waiting = browser.get(figure.url).context, browser.get(figure.notes[1].url).context
    assert sum(row.paid_yen for row in paid["page"].object_list) == 480_000
    assert sum(row.open_yen for row in waiting["page"].object_list) == 450_000


def test_of_a_claim_of_two_agencies_only_what_has_arrived_counts_as_paid(agency: Agency, consultant: Member) -> None:
    """Of 500,000 the other agency has got its 200,000 in November; 300,000 are still to come."""
    claim = claim_of(consultant, 500_000)
    other = make_co_agency(claim.case)
    parts: list[dict[str, Any]] = [
        {"decided_yen": 300_000},
        {"co_agency": other, "decided_yen": 200_000, "paid_yen": 200_000, "paid_on": date(2026, 11, 5)},
    ]
    for part in parts:
        Receipt.objects.create(agency=agency, application=claim, **part)
    found = month_receipts(agency.pk, today=TODAY)
    assert (found.paid_yen, found.expected_yen) == (200_000, 300_000)


def test_a_persons_load_counts_cases_deadlines_hours_and_returns(agency: Agency, consultant: Member) -> None:
    """Of three applications of this year one came back: 33 %; that of 2025 is too old to count."""
    cases = [make_case(consultant) for _ in range(4)]
    make_case(consultant, stage=CaseStage.WITHDRAWN)
    for case, day, times in zip(
        cases, ("2026-02-01", "2026-03-01", "2026-11-01", "2025-11-01"), (0, 2, 0, 5), strict=True
    ):
        sent = apply_for(case, S.SUBMITTED, by=consultant)
        Application.objects.filter(pk=sent.pk).update(submitted_on=day, returned_count=times)
    make_deadline(cases[0], claim_by=TODAY + timedelta(days=20))
    make_deadline(cases[1], claim_by=TODAY + timedelta(days=200))
    worker = Worker.objects.create(agency=agency, member=consultant, name="佐藤 花子")
    for place, minutes in ((16, 90), (20, 60), (3, 30)):  # Monday, Friday; another week
        log(worker, cases[0], date(2026, 11, place), minutes)
    log(worker, cases[0], date(2026, 10, 30), 600)
    (row,) = [one for one in loads_of(agency.pk, today=TODAY).rows if one.member == consultant]
    assert (row.cases, row.due, row.week_minutes, row.month_minutes) == (4, 1, 150, 180)
    assert (row.returned, row.submitted, row.percent) == (1, 3, 33)


def log(worker: Worker, case: Case, day: date, minutes: int) -> None:
    WorkEntry.objects.create(
        agency=worker.agency,
        case=case,
        worker=worker,
        worked_on=day,
        starts_minute=540,
        ends_minute=540 + minutes,
        minutes=minutes,
        content="面談",
        entered_by=case.consultant,
    )


def test_the_numbers_of_a_load_lead_to_as_many_rows(manager: Member, consultant: Member) -> None:
    make_deadline(make_case(consultant), claim_by=TODAY + timedelta(days=20))
    make_case(consultant)
    row = next(one for one in loads_of(manager.agency_id, today=TODAY).rows if one.member == consultant)
    due = sign_in(manager).get(row.due_url).context["page"].paginator.count
    assert (row.cases, row.due, due) == (2, 1, 1)
    assert f"stage=open&amp;consultant={consultant.pk}" in home(manager)


def test_who_left_with_open_cases_stands_there_who_left_without_does_not(agency: Agency, manager: Member) -> None:
    gone, idle = make_member(agency, Role.CONSULTANT), make_member(agency, Role.CONSULTANT)
    make_case(gone)
    Member.objects.filter(pk__in=(gone.pk, idle.pk)).update(is_active=False)
    assert [row.member for row in loads_of(agency.pk, today=TODAY).rows] == [gone, manager]
    assert "利用停止" in home(manager)


def test_more_than_twenty_people_are_cut_and_the_page_says_so(agency: Agency, manager: Member) -> None:
    """The manager and 19 consultants are 20; with one more the first 20 are shown, and the busiest leads."""
    for _place in range(19):
        busiest = make_member(agency, Role.CONSULTANT)
    make_case(busiest)
    assert (len(loads_of(agency.pk, today=TODAY).rows), loads_of(agency.pk, today=TODAY).has_more) == (20, False)
    assert "人を表示しています" not in home(manager)
    make_member(agency, Role.CONSULTANT)
    found = loads_of(agency.pk, today=TODAY)
    assert (len(found.rows), found.has_more, found.rows[0].member) == (20, True, busiest)
    assert "案件の多い20人を表示しています" in home(manager)


def test_a_stage_sums_the_subsidies_of_its_cases(agency: Agency, consultant: Member) -> None:
    """Two thirds of 1,500,000 and of 300,000: 1,000,000 + 200,000 while preparing; an accepted one as approved."""
    for yen in (1_500_000, 300_000):
        make_cost_line(make_case(consultant), gross_yen=yen)
    accepted_case(consultant, {C.PLANNING: 900_000})
    make_cost_line(make_case(consultant, stage=CaseStage.WITHDRAWN), gross_yen=600_000)
    found = portfolio_of(agency.pk, today=TODAY)
    assert [(one.label, one.count, one.yen, one.width) for one in found.stages] == [
        (CaseStage.PREPARING.label, 2, 1_200_000, 1_000),
        (CaseStage.PLANNING.label, 1, 600_000, 500),
    ]
    assert (found.count, found.yen) == (3, 1_800_000)


def test_the_tightest_cap_comes_first_with_what_binds(agency: Agency, consultant: Member) -> None:
    """The early frame gives 150,000 for a plan; 300,000 × 2/3 is more than that: nothing is left, and it binds."""
    full, loose = make_case(consultant, frame=SchemeFrame.VUP), make_case(consultant, frame=SchemeFrame.VUP)
    make_cost_line(full, gross_yen=300_000)
    make_cost_line(loose, gross_yen=75_000)  # 50,000
    caps = portfolio_of(agency.pk, today=TODAY).caps
    assert [(one.enterprise, one.row.cap_yen, one.row.open_yen, one.row.free_yen, one.binds) for one in caps] == [
        (full.enterprise, 150_000, 150_000, 0, True),
        (loose.enterprise, 150_000, 50_000, 100_000, False),
    ]


def test_what_was_used_before_counts_and_five_are_shown(agency: Agency, consultant: Member) -> None:
    for _place in range(6):
        make_cost_line(make_case(consultant, frame=SchemeFrame.VUP), gross_yen=75_000)
    case = make_case(consultant, enterprise=make_enterprise(agency), frame=SchemeFrame.VUP)
    make_cost_line(case, gross_yen=75_000)
    used = {"frame": SchemeFrame.VUP, "category": PaidCategory.PLANNING, "paid_yen": 90_000}
    PastUse.objects.create(agency=agency, enterprise=case.enterprise, **used)
    caps = portfolio_of(agency.pk, today=TODAY).caps
    assert len(caps) == 5
    assert (caps[0].enterprise, caps[0].row.used_yen, caps[0].row.open_yen) == (case.enterprise, 90_000, 50_000)


def test_the_slow_part_comes_later_or_with_the_page_where_nothing_can_ask_for_it(
    manager: Member, consultant: Member
) -> None:
    make_cost_line(make_case(consultant))
    page, part, whole = home(manager), home(manager, "?part=portfolio"), home(manager, "?show=portfolio")
    assert 'hx-get="/?part=portfolio"' in page
    assert 'href="/?show=portfolio"' in page
    assert ">パイプライン</h2>" not in page
    assert part.strip().startswith("<section")
    assert ">パイプライン</h2>" in whole
    assert ">残りの少ない上限</h2>" in whole


@pytest.mark.parametrize("query", ["?part=portfolio", "?show=portfolio"])
def test_others_never_get_the_offices_yen(consultant: Member, query: str) -> None:
    make_cost_line(make_case(consultant))
    page = home(consultant, query)
    assert "パイプライン" not in page
    assert ">今週やること</h2>" in page
