"""What a claim asks for, worked by hand: 2/3 dropped to whole yen, halves, what was filed, and several agencies."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import SchemeFrame
from cases.models import Case
from monitoring.enums import PeriodKind
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import ClaimLine
from subsidies.rules.claims import split_by_cost
from subsidies.rules.findings import Severity
from subsidies.selectors import periods_of
from subsidies.selectors.claiming.claims import NotAClaim, ReleasedHalf, claim_of, claimed_categories
from subsidies.selectors.estimate.kept import figures_sha256
from tests.builders import make_case, make_cost_line, make_period, make_ready_case
from tests.subsidies.claims_cases import (
    accept,
    accepted_case,
    make_application,
    make_claim,
    make_co_agency,
    make_line,
    make_settlement,
)
from vapup import clock
from vapup.accounts.models import Member
from vapup.documents.payload import content_hash

PLANNING, DUE_DILIGENCE = CostCategory.PLANNING, CostCategory.DUE_DILIGENCE
MONITORING, NEGOTIATION = CostCategory.MONITORING, CostCategory.NEGOTIATION


@pytest.fixture
def ready(consultant: Member) -> Case:
    """An accepted case: planning 1,500,000, monitoring 500,000 and 1,000,000, negotiation 150,000."""
    return accept(make_ready_case(consultant))


def test_the_plan_claim_of_the_normal_frame_asks_for_the_first_half(consultant: Member) -> None:
    claim = make_claim(accepted_case(consultant, {PLANNING: 1_234_567}))
    make_line(claim, 1_234_567)
    sheet = claim_of(claim)
    (row,) = sheet.rows
    # 1,234,567 × 2/3 = 823,044.67; half of 823,044 is 411,522; the enterprise pays 1,234,567 − 823,044.
    assert (row.filed_yen, row.actual_yen, row.subsidy_yen, row.own_burden_yen) == (
        1_234_567,
        1_234_567,
        823_044,
        411_523,
    )
    assert (row.due_now_yen, row.held_yen, row.difference_yen, row.over_filed_yen) == (411_522, 411_522, 0, 0)
    assert (sheet.due_now_yen, sheet.held_yen, sheet.released_yen, sheet.is_complete) == (411_522, 411_522, 0, True)
    assert (sheet.period_number, sheet.notes, sheet.case_over_filed_yen) == (None, (), 0)


def test_until_the_actual_cost_is_entered_the_filed_one_stands(consultant: Member) -> None:
    sheet = claim_of(make_claim(accepted_case(consultant, {PLANNING: 1_234_567})))
    (row,) = sheet.rows
    assert (row.line, row.actual_yen, row.cost_yen, row.subsidy_yen) == (None, None, 1_234_567, 823_044)
    assert not sheet.is_complete


def test_less_than_filed_is_paid_on_the_actual_cost(consultant: Member) -> None:
    claim = make_claim(accepted_case(consultant, {PLANNING: 1_234_567}))
    make_line(claim, 1_000_000)
    (row,) = claim_of(claim).rows
    # 1,000,000 × 2/3 = 666,666.67
    assert (row.subsidy_yen, row.due_now_yen, row.held_yen, row.own_burden_yen) == (666_666, 333_333, 333_333, 333_334)
    assert (row.difference_yen, row.over_filed_yen) == (-234_567, 0)


def test_more_than_filed_is_not_subsidised(consultant: Member) -> None:
    claim = make_claim(accepted_case(consultant, {PLANNING: 1_200_000}))
    make_line(claim, 1_500_000)
    sheet = claim_of(claim)
    # 1,200,000 × 2/3 = 800,000; the 300,000 above are the enterprise's own.
    assert (sheet.subsidy_yen, sheet.own_burden_yen, sheet.due_now_yen) == (800_000, 700_000, 400_000)
    assert (sheet.over_filed_yen, sheet.case_over_filed_yen, sheet.difference_yen) == (300_000, 300_000, 300_000)
    assert [one.code for one in sheet.findings] == ["cost_exceeds_estimate"]


def test_a_claim_of_the_guideline_frame_covers_two_categories(consultant: Member) -> None:
    filed = {DUE_DILIGENCE: 1_000_000, PLANNING: 2_100_000}
    claim = make_claim(accepted_case(consultant, filed, frame=SchemeFrame.SME_GL))
    make_line(claim, 1_000_000, category=DUE_DILIGENCE)
    make_line(claim, 2_000_001)
    sheet = claim_of(claim)
    # 1,000,000 × 2/3 = 666,666 = 333,333 + 333,333; 2,000,001 × 2/3 = 1,333,334 = 666,667 + 666,667
    assert [(row.category, row.subsidy_yen, row.due_now_yen) for row in sheet.rows] == [
        (DUE_DILIGENCE, 666_666, 333_333),
        (PLANNING, 1_333_334, 666_667),
    ]
    assert (sheet.cost_yen, sheet.due_now_yen, sheet.held_yen) == (3_000_001, 1_000_000, 1_000_000)
    assert (sheet.over_filed_yen, sheet.difference_yen) == (0, -99_999)


@pytest.mark.parametrize(
    ("cost_yen", "subsidy_yen", "first_yen"),
    # 200,000 × 2/3 = 133,333 = 66,666 + 66,667; 300,000 × 2/3 = 200,000, the cap is 150,000
    [(200_000, 133_333, 66_666), (300_000, 150_000, 75_000)],
)
def test_the_early_frame_pays_halves_too(consultant: Member, cost_yen: int, subsidy_yen: int, first_yen: int) -> None:
    claim = make_claim(accepted_case(consultant, {PLANNING: 300_000}, frame=SchemeFrame.VUP))
    make_line(claim, cost_yen)
    (row,) = claim_of(claim).rows
    assert (row.subsidy_yen, row.due_now_yen, row.held_yen) == (subsidy_yen, first_yen, subsidy_yen - first_yen)


def test_a_bank_as_supporter_is_paid_at_once(consultant: Member) -> None:
    claim = make_claim(accepted_case(consultant, {PLANNING: 225_000}, frame=SchemeFrame.VUP_BANK))
    (row,) = claim_of(claim).rows
    assert (row.subsidy_yen, row.due_now_yen, row.held_yen) == (150_000, 150_000, 0)


def test_the_first_monitoring_claim_releases_the_held_half(ready: Case) -> None:
    first, second = periods_of(ready)
    plan, claim, later = make_claim(ready), make_claim(ready, first), make_claim(ready, second, number=2)
    make_line(plan, 1_400_001)
    make_line(claim, 450_000, category=MONITORING)
    make_line(later, 1_000_000, category=MONITORING)
    sheet = claim_of(claim)
    # planning 1,400,001 × 2/3 = 933,334 = 466,667 + 466,667; period 1: 450,000 × 2/3 = 300,000
    assert sheet.released == (ReleasedHalf(PLANNING, 466_667),)
    assert (sheet.subsidy_yen, sheet.due_now_yen, sheet.period_number) == (300_000, 766_667, 1)
    (row,) = sheet.rows
    assert (row.category, row.filed_yen, row.difference_yen, row.held_yen) == (MONITORING, 500_000, -50_000, 0)
    # period 2: (450,000 + 1,000,000) × 2/3 = 966,666, less the 300,000 of period 1
    other = claim_of(later)
    assert (other.subsidy_yen, other.due_now_yen, other.released, other.period_number) == (666_666, 666_666, (), 2)


def test_a_later_period_bears_what_an_earlier_one_used_up(ready: Case) -> None:
    first, second = periods_of(ready)
    make_line(make_claim(ready, first), 600_000, category=MONITORING)
    claim = make_claim(ready, second, number=2)
    make_line(claim, 1_000_000, category=MONITORING)
    sheet = claim_of(claim)
    # 1,600,000 were spent, 1,500,000 filed: 1,000,000 in all, 400,000 of it paid for period 1.
    assert (sheet.subsidy_yen, sheet.own_burden_yen, sheet.case_over_filed_yen) == (600_000, 400_000, 100_000)


def test_the_half_goes_to_the_claim_that_was_submitted_first(ready: Case) -> None:
    first, second = periods_of(ready)
    late = make_claim(ready, second, number=2, state=ApplicationState.SUBMITTED, submitted_on=date(2027, 5, 1))
    (note,) = [one for one in claim_of(late).notes if "第1回" in one]
    assert "2026-09-30" in note
    assert claim_of(late).released_yen == 500_000
    early = make_claim(ready, first)
    assert (claim_of(early).released_yen, claim_of(late).released_yen) == (0, 500_000)
    early.submitted_on = date(2027, 4, 30)
    early.save()
    assert (claim_of(early).released_yen, claim_of(late).released_yen) == (500_000, 0)


def test_a_claim_that_was_given_up_counts_for_nothing(ready: Case) -> None:
    first, second = periods_of(ready)
    gone = make_claim(ready, first, state=ApplicationState.CANCELLED)
    make_line(gone, 900_000, category=MONITORING)
    sheet = claim_of(make_claim(ready, second, number=2))
    # period 1 stands with the 500,000 that were filed: 1,500,000 × 2/3 − 333,333
    assert (sheet.subsidy_yen, sheet.released_yen) == (666_667, 500_000)


def test_the_interim_and_the_closing_period_are_claimed_in_their_own_category(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    make_cost_line(case, gross_yen=225_000)
    interim = make_period(case, ends_on=date(2026, 3, 31), kind=PeriodKind.INTERIM)
    closing = make_period(case, ends_on=date(2026, 9, 30), kind=PeriodKind.CLOSING)
    make_cost_line(case, category=CostCategory.MONITORING_INTERIM, period=interim, gross_yen=75_000)
    make_cost_line(case, category=CostCategory.MONITORING_CLOSING, period=closing, gross_yen=60_000)
    accept(case)
    first, last = claim_of(make_claim(case, interim)), claim_of(make_claim(case, closing, number=2))
    # 75,000 × 2/3 = 50,000 and the held 75,000; 60,000 × 2/3 = 40,000
    assert (first.rows[0].category, first.due_now_yen) == (CostCategory.MONITORING_INTERIM, 125_000)
    assert (last.rows[0].category, last.due_now_yen) == (CostCategory.MONITORING_CLOSING, 40_000)


def test_periods_of_a_category_filed_as_one_sum_share_what_is_left_of_it(consultant: Member) -> None:
    case = accepted_case(consultant, {PLANNING: 1_500_000, MONITORING: 900_000})
    first, second = make_period(case), make_period(case, ends_on=date(2027, 3, 31))
    claim, later = make_claim(case, first), make_claim(case, second, number=2)
    assert [one.rows[0].filed_yen for one in (claim_of(claim), claim_of(later))] == [900_000, 0]
    make_line(claim, 300_000, category=MONITORING)
    # 300,000 × 2/3 = 200,000; 600,000 are left for the second: 900,000 × 2/3 − 200,000
    assert [one.rows[0].filed_yen for one in (claim_of(claim), claim_of(later))] == [900_000, 600_000]
    assert [one.subsidy_yen for one in (claim_of(claim), claim_of(later))] == [200_000, 400_000]


def test_the_negotiation_is_claimed_by_itself(ready: Case) -> None:
    sheet = claim_of(make_claim(ready, kind=ApplicationKind.NEGOTIATION_CLAIM))
    assert [(row.category, row.subsidy_yen, row.due_now_yen) for row in sheet.rows] == [(NEGOTIATION, 100_000, 100_000)]


def test_what_was_never_filed_is_not_subsidised(consultant: Member) -> None:
    case = accepted_case(consultant, {PLANNING: 1_000_000})
    claim = make_claim(case, kind=ApplicationKind.NEGOTIATION_CLAIM)
    make_line(claim, 150_000, category=NEGOTIATION)
    sheet = claim_of(claim)
    assert (sheet.filed_yen, sheet.subsidy_yen, sheet.own_burden_yen) == (0, 0, 150_000)


def test_the_size_class_is_judged_on_the_whole_case_and_only_warns_by_now(ready: Case) -> None:
    claim = make_claim(ready)
    make_line(claim, 1_600_000)
    # 1,600,000 + the 1,500,000 of monitoring not claimed yet = 3,100,000 > 3,000,000
    found = [one for one in claim_of(claim).findings if one.code == "total_exceeds_size_class"]
    assert [one.severity for one in found] == [Severity.WARNING]


def test_what_was_approved_no_longer_moves(ready: Case) -> None:
    first, second = periods_of(ready)
    claim = make_claim(ready, second, number=2)
    make_line(claim, 1_000_000, category=MONITORING)
    before = claim_of(claim)
    assessment = before.assessment.as_dict()
    claim.assessment, claim.assessment_sha256 = assessment, content_hash(assessment)
    claim.figures_sha256, claim.payload = figures_sha256(before.assessment), {}
    claim.state, claim.assessed = ApplicationState.APPROVED, before.assessment.request.as_dict()
    claim.requested_by = claim.decided_by = ready.consultant
    claim.requested_at = claim.decided_at = clock.now()
    claim.save()
    make_line(make_claim(ready, first), 600_000, category=MONITORING)
    assert claim_of(claim).subsidy_yen == before.subsidy_yen == 666_667
    claim.state, claim.submitted_on = ApplicationState.RETURNED, date(2027, 5, 1)
    claim.save()
    assert claim_of(claim).subsidy_yen == 600_000  # it may be changed again, so it is worked out again


def test_the_estimate_stands_for_what_was_not_approved_yet(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=900_000)
    claim = make_claim(case)
    assert [(row.filed_yen, row.subsidy_yen) for row in claim_of(claim).rows] == [(900_000, 600_000)]
    empty = claim_of(make_claim(make_case(consultant)))
    assert [(row.filed_yen, row.subsidy_yen, row.due_now_yen) for row in empty.rows] == [(0, 0, 0)]


def test_two_agencies_share_by_cost_and_the_lead_takes_the_rest(consultant: Member) -> None:
    case = accepted_case(consultant, {PLANNING: 1_200_001})
    other, claim = make_co_agency(case), make_claim(case)
    make_line(claim, 1_200_001)
    make_settlement(claim, cost_yen=500_000)
    lead, second = claim_of(claim).agencies
    assert (lead.cost_yen, lead.council_yen, second.cost_yen, second.own_yen) == (500_000, None, None, None)
    make_settlement(claim, co_agency=other, cost_yen=700_001)
    sheet = claim_of(claim)
    lead, second = sheet.agencies
    # 800,000 × 700,001/1,200,001 = 466,666.9; 400,000 × 700,001/1,200,001 = 233,333.5
    assert (second.council_yen, second.later_yen, second.own_yen) == (233_333, 233_333, 233_335)
    assert (lead.council_yen, lead.later_yen, lead.own_yen) == (166_667, 166_667, 166_666)
    assert (sheet.due_now_yen, sheet.own_burden_yen) == (166_667 + 233_333, 166_666 + 233_335)
    assert (sheet.is_split, sheet.split_difference_yen) == (True, 0)
    assert (lead.name, lead.key, second.name, second.key) == ("青葉会計事務所", 0, "駅前会計", other.pk)


def test_a_released_half_goes_to_the_agencies_of_the_plan(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=1_200_001)
    period = make_period(case)
    make_cost_line(case, category=MONITORING, period=period, gross_yen=300_000)
    accept(case)
    other, plan, claim = make_co_agency(case), make_claim(case), make_claim(case, period)
    for application, own, theirs in ((plan, 500_000, 700_001), (claim, 300_000, 0)):
        make_settlement(application, cost_yen=own)
        make_settlement(application, co_agency=other, cost_yen=theirs)
    lead, second = claim_of(claim).agencies
    # the second agency did no monitoring, and still gets its half of the plan
    assert (lead.council_yen, second.council_yen) == (200_000 + 166_667, 233_333)
    assert (lead.own_yen, second.own_yen) == (100_000, 0)


def test_one_agency_alone_needs_no_cost_of_its_own(consultant: Member) -> None:
    claim = make_claim(accepted_case(consultant, {PLANNING: 1_234_567}))
    (lead,) = claim_of(claim).agencies
    assert (lead.cost_yen, lead.council_yen, lead.later_yen, lead.own_yen) == (1_234_567, 411_522, 411_522, 411_523)


def test_nothing_but_claims_has_a_sheet(ready: Case) -> None:
    change = make_application(ready, kind=ApplicationKind.CHANGE)
    assert claimed_categories(change) == ()
    with pytest.raises(NotAClaim, match="変更の届出"):
        claim_of(change)


def test_another_case_of_the_agency_is_not_looked_at(ready: Case, consultant: Member) -> None:
    before = claim_of(make_claim(ready)).subsidy_yen
    twin = accept(make_ready_case(consultant))
    make_line(make_claim(twin), 300_000)
    assert claim_of(ready.applications.get(kind=ApplicationKind.PLAN_CLAIM)).subsidy_yen == before
    assert ClaimLine.objects.count() == 1


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=5))
def test_shares_always_add_up_and_none_is_negative(amount_yen: int, costs: list[int]) -> None:
    shares = split_by_cost(amount_yen, costs)
    assert sum(shares) == amount_yen
    assert min(shares) >= 0
