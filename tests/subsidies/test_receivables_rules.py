"""The parts of a case add up to its assessment, whoever shares them and whatever was decided."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory, ReceivableState
from subsidies.rules import receivable_words as words
from subsidies.rules.assessment import assess
from subsidies.rules.receivables import Expected, Figures, Part, allocate, expected_of, shares_of
from subsidies.rules.request import AssessRequest, PeriodCost
from tests.subsidies.requests import assess_requests

C = CostCategory
TODAY = date(2026, 11, 20)


@settings(max_examples=1_000, deadline=None)
@given(assess_requests(), st.lists(st.integers(0, 3_000_000), min_size=1, max_size=4))
def test_parts_and_shares_add_up_to_the_assessment(request: AssessRequest, costs: list[int]) -> None:
    assessment = assess(request)
    figures = Figures.of(assessment)
    parts = expected_of(figures)
    assert sum(one.council_yen for one in parts) == assessment.totals.subsidy_yen
    assert sum(one.own_yen for one in parts) == assessment.totals.own_burden_yen
    assert sum(one.cost_yen for one in parts) == assessment.totals.cost_yen
    council = own = 0
    for part in parts:
        if part.part is Part.HELD:
            continue  # its shares come with those of the plan
        shares = shares_of(part, figures.held_yen if part.part is Part.PLAN else 0, costs)
        council += sum(one.council_yen + one.later_yen for one in shares)
        own += sum(one.own_yen for one in shares)
    assert (council, own) == (assessment.totals.subsidy_yen, assessment.totals.own_burden_yen)


@settings(max_examples=300, deadline=None)
@given(assess_requests())
def test_kept_figures_say_what_the_live_ones_say(request: AssessRequest) -> None:
    assessment = assess(request)
    answer, asked = (json.loads(json.dumps(one)) for one in (assessment.as_dict(), request.as_dict()))
    kept = Figures.kept(answer["lines"], answer["payments"], asked["monitoring_periods"])
    assert expected_of(kept) == expected_of(Figures.of(assessment))


def test_a_plan_is_paid_in_halves_and_the_own_share_at_once() -> None:
    """1,500,001 × 2/3 = 1,000,000; halves 500,000 + 500,000; own share 500,001. Periods 300,000 → 200,000 + 100,000."""
    request = AssessRequest(
        frame=SchemeFrame.NORMAL,
        accepted_on=date(2025, 5, 12),
        annual_sales_yen=500_000_000,
        interest_bearing_debt_yen=300_000_000,
        costs={C.PLANNING: 1_500_001},
        monitoring_periods=(
            PeriodCost(C.MONITORING, date(2026, 3, 31), 300_000),
            PeriodCost(C.MONITORING, date(2027, 3, 31), 300_000),
        ),
    )
    found = {(one.part, one.period): (one.cost_yen, one.council_yen, one.own_yen) for one in _parts(request)}
    assert found == {
        (Part.PLAN, None): (1_500_001, 500_000, 500_001),
        (Part.PERIOD, 1): (300_000, 200_000, 100_000),
        (Part.PERIOD, 2): (300_000, 200_000, 100_000),
        (Part.HELD, None): (0, 500_000, 0),
    }


def test_monitoring_without_periods_is_a_part_without_a_day() -> None:
    request = AssessRequest(
        frame=SchemeFrame.VUP,
        accepted_on=date(2025, 5, 12),
        costs={C.PLANNING: 225_000, C.MONITORING_CLOSING: 60_000},
    )
    found = {one.part: (one.council_yen, one.own_yen) for one in _parts(request)}
    assert found[Part.UNPLANNED] == (40_000, 20_000)
    assert sum(council for council, _ in found.values()) == 150_000 + 40_000


def test_agencies_share_by_cost_and_the_lead_takes_the_rest() -> None:
    """1,000,000 by 2 : 1: floor(333,333.3) to the other; of the first half 500,000 it gets 166,666, later 166,667."""
    lead, other = shares_of(Expected(Part.PLAN, None, 1_500_000, 500_000, 500_000), 500_000, [1_000_000, 500_000])
    assert (other.council_yen, other.later_yen, other.own_yen) == (166_666, 166_667, 166_667)
    assert (lead.council_yen, lead.later_yen, lead.own_yen) == (333_334, 333_333, 333_333)
    assert (lead.cost_yen, other.cost_yen) == (1_000_000, 500_000)


def test_what_is_missing_is_missing_from_the_last_part() -> None:
    assert allocate(700_000, [200_000, 500_000]) == (200_000, 500_000)
    assert allocate(650_000, [200_000, 500_000]) == (200_000, 450_000)
    assert allocate(150_000, [200_000, 500_000]) == (150_000, 0)
    assert allocate(710_000, [200_000, 500_000]) == (200_000, 510_000)
    assert allocate(90_000, [200_000]) == (90_000,)


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=3))
def test_nothing_is_lost_when_an_amount_is_laid_out(amount: int, claimed: list[int]) -> None:
    found = allocate(amount, claimed)
    assert sum(found) == amount
    assert len(found) == len(claimed)
    assert min(found) >= 0


def test_differences_name_both_amounts_and_the_gap() -> None:
    short = words.difference("入金額", 480_000, "決定額", 500_000)
    assert short == "入金額 480,000円は、決定額 500,000円より 20,000円 少ない額です。"
    assert words.difference("決定額", 510_000, "申請額", 500_000).endswith("より 10,000円 多い額です。")
    assert words.difference("決定額", 500_000, "申請額", 500_000) == ""
    assert words.with_reason(short, "組戻し中").endswith("理由: 組戻し中")
    assert words.with_reason(short, "").endswith("理由は記録されていません。")
    assert words.with_reason("", "組戻し中") == ""


def test_a_payment_is_late_on_the_thirty_first_day() -> None:
    decided = ReceivableState.DECIDED
    assert not words.is_late(date(2026, 10, 21), TODAY)
    assert words.is_late(date(2026, 10, 20), TODAY)
    assert not words.is_late(None, TODAY)
    assert words.waiting(decided, date(2026, 10, 20), TODAY).endswith("(決定から31日)。協議会に確かめてください。")
    assert words.waiting(decided, date(2026, 11, 19), TODAY) == "入金を待っています(決定から1日)。"
    assert words.waiting(ReceivableState.PAID, TODAY, TODAY) == ""


def test_what_a_payment_waits_for_is_said_with_its_days() -> None:
    claimed = ReceivableState.CLAIMED
    assert words.waiting(claimed, date(2026, 11, 10), TODAY) == "協議会の決定を待っています(提出から10日)。"
    assert words.waiting(claimed, None, TODAY) == ""
    assert words.invoiced(None, TODAY) == "事業者あての請求書がまだありません。"
    assert words.invoiced(date(2026, 11, 10), TODAY) == "事業者の振込を待っています(請求から10日)。"
    assert words.invoiced(date(2026, 10, 20), TODAY).endswith("(請求から31日)。事業者に確かめてください。")


def test_what_is_still_to_be_claimed_names_its_application_and_safe_day() -> None:
    safe = date(2026, 12, 18)
    assert words.to_claim("計画の支払申請", "", safe, is_over=False).endswith(
        "はまだありません(安全な期限 2026-12-18)。"
    )
    assert words.to_claim("計画の支払申請", "作成中", None, is_over=False) == "「計画の支払申請」は「作成中」です。"
    assert words.to_claim("計画の支払申請", "作成中", safe, is_over=True).endswith("支払われない見込みです。")


def _parts(request: AssessRequest) -> tuple[Expected, ...]:
    return expected_of(Figures.of(assess(request)))
