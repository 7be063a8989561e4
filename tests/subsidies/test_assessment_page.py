"""The assessment page: its figures are those of the rules, and each shows where it comes from."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from cases.enums import SchemeFrame
from cases.models import Case, Enterprise, PastUse
from monitoring.enums import PeriodKind
from subsidies.enums import CostCategory
from subsidies.rules.request import PeriodCost
from subsidies.selectors import assess_request_of, assessment_of
from subsidies.selectors.estimate.assessment_page import assessment_page_of
from tests.builders import make_case, make_cost_line, make_enterprise, make_period, make_ready_case
from tests.conftest import sign_in
from vapup.accounts.models import Member
from vapup.shared.money import format_yen

TODAY = date(2026, 11, 21)


@pytest.fixture
def browser(consultant: Member) -> Client:
    return sign_in(consultant)


def page_of(browser: Client, case: Case, query: str = "") -> str:
    answer = browser.get(reverse("subsidies:assessment", args=[case.number]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def past_use(case: Case, category: CostCategory, paid_yen: int, *, frame: SchemeFrame = SchemeFrame.NORMAL) -> None:
    PastUse.objects.create(
        agency_id=case.agency_id, enterprise=case.enterprise, frame=frame, category=category, paid_yen=paid_yen
    )


def test_the_request_is_made_of_the_rows(consultant: Member) -> None:
    case = make_ready_case(consultant)
    past_use(case, CostCategory.PLANNING, 300_000)
    past_use(case, CostCategory.PLANNING, 50_000)
    past_use(case, CostCategory.PLANNING, 150_000, frame=SchemeFrame.VUP)  # another frame does not count
    request = assess_request_of(case)
    assert request.accepted_on == date(2025, 5, 12)
    assert request.costs == {CostCategory.PLANNING: 1_500_000, CostCategory.NEGOTIATION: 150_000}
    assert request.monitoring_periods == (
        PeriodCost(CostCategory.MONITORING, date(2026, 9, 30), 500_000),
        PeriodCost(CostCategory.MONITORING, date(2027, 3, 31), 1_000_000),
    )
    assert request.past_subsidies == {CostCategory.PLANNING: 350_000}


def test_acceptance_replaces_the_planned_date(consultant: Member) -> None:
    case = make_case(consultant, planned_accepted_on=date(2025, 5, 12))
    case.accepted_on = date(2025, 6, 2)
    assert assess_request_of(case).accepted_on == date(2025, 6, 2)


def test_a_period_without_lines_still_has_its_deadline(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case)
    make_period(case, ends_on=date(2024, 4, 30))
    deadline = assessment_of(case).deadlines[1]
    assert (deadline.claim_by, deadline.lapses_on) == (date(2024, 10, 31), date(2024, 11, 1))


def test_lines_without_a_period_are_never_mixed_with_periods(consultant: Member) -> None:
    case = make_case(consultant)
    make_cost_line(case, category=CostCategory.MONITORING, gross_yen=300_000)
    assert assess_request_of(case).costs == {CostCategory.MONITORING: 300_000}
    period = make_period(case)
    make_cost_line(case, category=CostCategory.MONITORING, period=period, gross_yen=200_000)
    request = assess_request_of(case)
    assert request.costs == {CostCategory.MONITORING: 500_000}
    assert request.monitoring_periods == ()
    assert assessment_of(case).totals.cost_yen == 500_000


def test_interim_and_closing_periods_are_their_own_categories(consultant: Member) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP)
    interim, closing = make_period(case, kind=PeriodKind.INTERIM), make_period(case, kind=PeriodKind.CLOSING)
    make_cost_line(case, category=CostCategory.MONITORING_INTERIM, period=interim, gross_yen=60_000)
    make_cost_line(case, category=CostCategory.MONITORING_CLOSING, period=closing, gross_yen=90_000)
    subsidies = {line.category: line.subsidy_yen for line in assessment_of(case).lines}
    # 60,000 × 2/3 = 40,000; 90,000 × 2/3 = 60,000, cap 50,000
    assert subsidies == {CostCategory.MONITORING_INTERIM: 40_000, CostCategory.MONITORING_CLOSING: 50_000}


def test_every_figure_of_the_rules_is_on_the_page(consultant: Member, browser: Client) -> None:
    case = make_ready_case(consultant)
    page, assessment = page_of(browser, case), assessment_of(case)
    assert assessment.totals == (3_150_000, 2_100_000, 1_050_000)  # 2/3 of 1.5 M, 1.5 M and 0.15 M
    for line in assessment.lines:
        for amount in (line.cost_yen, line.subsidy_yen, line.own_burden_yen):
            assert f">{format_yen(amount)}<" in page
    for payment in assessment.payments:
        assert f">{format_yen(payment.amount_yen)}<" in page
    for deadline in assessment.deadlines:
        for day in (deadline.claim_by, deadline.safe_by, deadline.lapses_on):
            assert day.isoformat() in page
        assert f">{format_yen(deadline.yen_at_risk)}<" in page
    assert all(finding.message in page for finding in assessment.findings)


def test_every_step_shows_its_rule_source_and_confirmation(consultant: Member, browser: Client) -> None:
    case = make_ready_case(consultant)
    page, trace = page_of(browser, case), assessment_of(case).trace
    assert len(trace) > 15
    for step in trace:
        assert f">{step.rule}<" in page  # for print; on the screen its name says it
        assert step.formula in page
        for rule in step.kind.rules:
            assert f'href="{rule.source.url}"' in page
            assert f"{getattr(rule, 'label', case.get_frame_display())}(" in page
    # once for the groups, once for each unconfirmed step, deadlines and the list of findings on top
    assert page.count("要確認(手引き)") > sum(not step.confirmed for step in trace)


def test_bars_say_what_is_used_free_and_binding(consultant: Member) -> None:
    case = make_case(consultant)
    past_use(case, CostCategory.PLANNING, 1_900_000)
    make_cost_line(case, gross_yen=900_000)
    page = assessment_page_of(case, assessment_of(case), today=TODAY)
    (bar,) = page.bars
    # cap 2,000,000 − past 1,900,000 = 100,000 < 600,000; size total 3,000,000 × 2/3 − 1,900,000 = 100,000 too
    assert (bar.past_yen, bar.subsidy_yen, bar.free_yen, bar.cap_yen) == (1_900_000, 100_000, 0, 2_000_000)
    assert bar.limited_by
    assert page.pool is not None
    assert (page.pool.past_yen, page.pool.cap_yen, page.pool.free_yen) == (1_900_000, 2_000_000, 0)


@pytest.mark.parametrize(
    ("planning_yen", "monitoring_yen", "codes"),
    [
        pytest.param(1_500_000, 1_500_000, set(), id="exactly the total and the half"),
        pytest.param(1_500_001, 1_500_000, {"total_exceeds_size_class"}, id="a yen above the total"),
        pytest.param(1_000_000, 1_000_001, {"monitoring_exceeds_half"}, id="a yen above the half"),
    ],
)
def test_gauges_pass_their_limit_exactly_when_the_rules_say_so(
    consultant: Member, planning_yen: int, monitoring_yen: int, codes: set[str]
) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=planning_yen)
    make_cost_line(case, category=CostCategory.MONITORING, period=make_period(case), gross_yen=monitoring_yen)
    page = assessment_page_of(case, assessment_of(case), today=TODAY)
    assert {finding.code for finding in page.errors} == codes
    assert sum(gauge.is_over for gauge in page.gauges) == len(codes)


@pytest.mark.parametrize(("cost_yen", "is_needed"), [(450_000, False), (450_001, True)])
def test_a_work_schedule_is_asked_for_above_450000_yen(
    consultant: Member, browser: Client, cost_yen: int, is_needed: bool
) -> None:
    case = make_case(consultant)
    make_cost_line(case, gross_yen=cost_yen)
    assert ("工程表(ガントチャート)を添付します" in page_of(browser, case)) is is_needed


def test_a_frame_that_is_not_open_gives_a_sentence_instead_of_figures(consultant: Member, browser: Client) -> None:
    case = make_case(consultant, frame=SchemeFrame.VUP_BANK, planned_accepted_on=date(2028, 2, 1))
    make_cost_line(case)
    page = page_of(browser, case)
    assert "補助額を算定できません" in page
    assert "2028-02-01" in page
    assert "計算根拠" not in page
    for name in ("subsidies:costs", "subsidies:usage"):
        assert "制度の版がありません" in browser.get(reverse(name, args=[case.number])).content.decode()


def test_the_fragment_holds_the_summary_alone(consultant: Member, browser: Client) -> None:
    case = make_ready_case(consultant)
    fragment = page_of(browser, case, "?part=summary")
    assert "<html" not in fragment
    for words in (
        "2,100,000",
        "1,050,000",
        '2024年4月1日からの規則 <span class="id">normal-2024<',
        "暫定",
        reverse("subsidies:assessment", args=[case.number]),
    ):
        assert words in fragment


def test_the_basis_opens_at_once_for_paper(consultant: Member, browser: Client) -> None:
    case = make_ready_case(consultant)
    assert '<details class="explain" open>' not in page_of(browser, case)
    assert page_of(browser, case, "?basis=open").count('<details class="explain" open>') == 4  # case, three categories


def test_a_provisional_date_is_marked_until_the_acceptance(consultant: Member, browser: Client) -> None:
    case = make_ready_case(consultant)
    assert "暫定の算定です" in page_of(browser, case)
    Case.objects.filter(pk=case.pk).update(
        usage_applied_on="2025-05-01", usage_accepted_on="2025-05-12", accepted_on="2025-05-12"
    )
    assert "暫定" not in page_of(browser, case)


def test_an_empty_case_says_that_lines_are_missing(consultant: Member, browser: Client) -> None:
    assert "費用明細がないため、補助額は0円です" in page_of(browser, make_case(consultant))


def test_sizes_come_from_the_enterprise(consultant: Member) -> None:
    small = make_enterprise(consultant.agency, annual_sales_yen=99_999_999, interest_bearing_debt_yen=99_999_999)
    case = make_case(consultant, enterprise=small)
    assert assessment_page_of(case, assessment_of(case), today=TODAY).size_class == "小規模"
    Enterprise.objects.filter(pk=small.pk).update(annual_sales_yen=100_000_000)
    small.refresh_from_db()
    assert assessment_page_of(case, assessment_of(case), today=TODAY).size_class == "中規模"


@pytest.mark.parametrize(
    ("today", "words", "tone"),
    [
        (date(2027, 3, 1), "あと30日", "warning"),
        (date(2027, 2, 28), "あと31日", "neutral"),
        (date(2027, 3, 31), "本日", "warning"),
        (date(2027, 4, 3), "3日超過", "error"),
    ],
)
def test_a_deadline_says_how_far_off_its_safe_day_is(consultant: Member, today: date, words: str, tone: str) -> None:
    case = make_ready_case(consultant)
    page = assessment_page_of(case, assessment_of(case), today=today)
    row = page.deadlines[1]  # the period that ends on 2026-09-30
    assert (row.safe_by, row.remaining, row.tone) == (date(2027, 3, 31), words, tone)


def test_the_next_deadline_is_the_first_that_can_still_be_kept(consultant: Member) -> None:
    case = make_ready_case(consultant)  # plan 2027-05-12, periods 2027-03-31 and 2027-09-30
    for today, expected in ((date(2027, 3, 31), date(2027, 3, 31)), (date(2027, 4, 1), date(2027, 5, 12))):
        (row,) = assessment_page_of(case, assessment_of(case), today=today).next_deadlines
        assert row.claim_by == expected
    assert assessment_page_of(case, assessment_of(case), today=date(2027, 10, 1)).next_deadlines == ()


def test_another_agency_finds_nothing(consultant: Member, outsider: Member) -> None:
    case = make_ready_case(consultant)
    for query in ("", "?part=summary"):
        answer = sign_in(outsider).get(reverse("subsidies:assessment", args=[case.number]) + query)
        assert answer.status_code == 404
