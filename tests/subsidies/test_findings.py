"""When a finding is made, and what it tells its reader."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from cases.enums import SchemeFrame
from subsidies.enums import CostCategory
from subsidies.rules.assessment import assess
from subsidies.rules.findings import Finding
from subsidies.rules.request import AssessRequest, PeriodCost
from tests.subsidies import oracle
from tests.subsidies.requests import assess_requests

PLANNING, MONITORING = CostCategory.PLANNING, CostCategory.MONITORING
MIDDLE = 320_000_000


def _normal(
    planning_yen: int, monitoring_yen: int, *, sales_yen: int = MIDDLE, day: str = "2025-04-10"
) -> AssessRequest:
    return AssessRequest(
        frame=SchemeFrame.NORMAL,
        accepted_on=date.fromisoformat(day),
        annual_sales_yen=sales_yen,
        interest_bearing_debt_yen=0,
        costs={PLANNING: planning_yen},
        monitoring_periods=(PeriodCost(MONITORING, date(2028, 3, 31), monitoring_yen),),
    )


def _found(request: AssessRequest, code: str) -> Finding | None:
    return next((found for found in assess(request).findings if found.code == code), None)


def _expected(request: AssessRequest) -> list[tuple[str, str | None]]:
    """Return code and category of every finding but unconfirmed_rule, by their definitions."""
    version, size = oracle.version_of(request), oracle.size_of(request)
    costs, subsidies = oracle.costs_of(request), oracle.subsidies_of(request)
    named = [category.value for category in CostCategory if category.value in costs]
    joint = ["planning", "monitoring"] if version == "normal-2013" else []
    inside = [category for category in named if category in [*oracle.CAPS_YEN[version], *joint]]
    eligible = {name: min(costs[name], request.estimates.get(CostCategory(name), costs[name])) for name in inside}
    planning, monitoring = costs.get("planning", 0), costs.get("monitoring", 0)
    has_holdback = version not in {"normal-2013", "vup-2017", "vup_bank-2024", "vup_bank-2025"}
    is_2013 = version == "normal-2013"
    totals = {"small": 1_000_000, "medium": 2_000_000, "medium_large": 3_000_000} if is_2013 else oracle.SIZE_TOTALS_YEN
    no_period = not request.monitoring_periods
    reused = any(request.past_subsidies.values())
    barred = version in {"vup-2017", "vup-2024", "vup_bank-2024", "vup_bank-2025"}
    plan_subsidy = subsidies.get("planning", 0) + subsidies.get("due_diligence", 0)
    rows: list[tuple[str, str | None, bool]] = [
        *(("category_not_in_frame", name, name not in inside and costs[name] > 0) for name in named),
        ("monitoring_exceeds_half", None, size is not None and 2 * monitoring > planning + monitoring),
        (
            "monitoring_exceeds_ceiling",
            None,
            size == "medium_large" and not is_2013 and monitoring > 1_500_000,
        ),
        ("total_exceeds_size_class", None, size is not None and planning + monitoring > totals[size]),
        ("reuse_not_allowed", None, reused and barred),
        ("reuse_needs_council", None, reused and not barred),
        *(("cost_exceeds_estimate", name, eligible[name] < costs[name]) for name in inside),
        ("holdback_without_monitoring", None, has_holdback and plan_subsidy > 0 and no_period),
        ("negotiation_without_monitoring", None, subsidies.get("negotiation", 0) > 0 and no_period),
        *(("cap_binds", name, subsidies[name] < eligible[name] * 2 // 3) for name in inside),
    ]
    return [(code, category) for code, category, holds in rows if holds]


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(assess_requests())
def test_findings_are_those_that_their_definitions_ask_for(request: AssessRequest) -> None:
    findings = [(found.code, found.category) for found in assess(request).findings if found.code != "unconfirmed_rule"]
    assert findings == _expected(request)


@pytest.mark.parametrize(
    ("monitoring_yen", "is_found"),
    [pytest.param(750_000, False, id="exactly half"), pytest.param(750_001, True, id="one yen more")],
)
def test_monitoring_may_be_half_of_the_total(monitoring_yen: int, is_found: bool) -> None:
    found = _found(_normal(750_000, monitoring_yen), "monitoring_exceeds_half")
    assert (found is not None) == is_found
    if found:
        assert "750,001円" in found.message
        assert "1,500,001円" in found.message  # the total
        assert "750,000円" in found.message  # its half, 750,000.5


@pytest.mark.parametrize(
    ("sales_yen", "planning_yen", "is_found"),
    [
        pytest.param(99_999_999, 1_000_000, False, id="small at its total"),  # 1,000,000 + 500,000
        pytest.param(99_999_999, 1_000_001, True, id="small above it"),
        pytest.param(100_000_000, 2_500_000, False, id="medium at its total"),
        pytest.param(100_000_000, 2_500_001, True, id="medium above it"),
        pytest.param(1_000_000_000, 4_000_000, False, id="large at its total"),
        pytest.param(1_000_000_000, 4_000_001, True, id="large above it"),
    ],
)
def test_the_total_may_reach_that_of_the_size_class(sales_yen: int, planning_yen: int, is_found: bool) -> None:
    found = _found(_normal(planning_yen, 500_000, sales_yen=sales_yen), "total_exceeds_size_class")
    assert (found is not None) == is_found


@pytest.mark.parametrize(("monitoring_yen", "is_found"), [(1_500_000, False), (1_500_001, True)])
def test_the_largest_class_has_a_ceiling_on_monitoring(monitoring_yen: int, is_found: bool) -> None:
    request = _normal(2_000_000, monitoring_yen, sales_yen=1_000_000_000)
    assert (_found(request, "monitoring_exceeds_ceiling") is not None) == is_found


@pytest.mark.parametrize(
    ("frame", "day", "code", "proof"),
    [
        ("sme_gl", "2024-03-31", "reuse_needs_council", "原油価格"),
        ("sme_gl", "2024-04-01", "reuse_needs_council", "協議会の承認"),
        ("vup", "2024-03-31", "reuse_needs_council", "ウクライナ"),
        ("vup", "2024-04-01", "reuse_not_allowed", "認められていません"),
        ("vup_bank", "2025-04-01", "reuse_not_allowed", "認められていません"),
    ],
)
def test_reuse_names_the_proof_that_its_day_asks_for(frame: str, day: str, code: str, proof: str) -> None:
    request = AssessRequest(
        frame=SchemeFrame(frame), accepted_on=date.fromisoformat(day), past_subsidies={PLANNING: 123_456}
    )
    found = _found(request, code)
    assert found is not None
    assert proof in found.message
    assert "123,456円" in found.message


def test_unconfirmed_readings_are_named_once_and_only_when_they_took_part() -> None:
    bank = AssessRequest(frame=SchemeFrame.VUP_BANK, accepted_on=date(2025, 3, 3), costs={PLANNING: 225_000})
    assert [found.message.split("」")[0] for found in assess(bank).findings] == ["「補助額の1円未満の端数処理"]
    nothing = AssessRequest(frame=SchemeFrame.VUP_BANK, accepted_on=date(2025, 3, 3))
    assert assess(nothing).findings == ()
    both_held = AssessRequest(
        frame=SchemeFrame.SME_GL,
        accepted_on=date(2025, 3, 3),
        costs={PLANNING: 300_000, CostCategory.DUE_DILIGENCE: 300_000},
        monitoring_periods=(PeriodCost(MONITORING, date(2026, 3, 31), 30_000),),
    )
    messages = [found.message for found in assess(both_held).findings]
    assert len(messages) == len(set(messages)) == 6  # rounding, two held shares, halves, held half lapses, per period


def test_a_period_that_ends_on_the_acceptance_day_counts() -> None:
    request = AssessRequest(
        frame=SchemeFrame.VUP,
        accepted_on=date(2025, 3, 3),
        monitoring_periods=(PeriodCost(CostCategory.MONITORING_CLOSING, date(2025, 3, 3), 75_000),),
    )
    assert [deadline.claim_by for deadline in assess(request).deadlines] == [date(2026, 3, 3), date(2025, 9, 3)]
