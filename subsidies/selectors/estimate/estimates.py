"""Estimates that were kept (試算), as they were: their figures come from the frozen answer, never from the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from cases.enums import SchemeFrame
from cases.models import Case
from subsidies.enums import CostCategory
from subsidies.models import Estimate
from subsidies.rules.assumptions import assumptions_of
from subsidies.rules.payments import Trigger
from subsidies.rules.request import InvalidRequest, parse_request
from subsidies.rules.size_class import SizeClass
from subsidies.rules.terms import Limit
from subsidies.selectors.estimate.assessment_page import LIMITS
from subsidies.selectors.estimate.what_if import query_of
from vapup.shared.money import format_yen

CLAIMS: Final = {
    Trigger.PLAN_CLAIM: "計画策定費用の支払申請",
    Trigger.FIRST_MONITORING_CLAIM: "初回の伴走支援の支払申請(留保分)",
    Trigger.LAST_MONITORING_CLAIM: "最後の伴走支援の支払申請",
}
TONES: Final = {"error": ("error", "超過・不可"), "warning": ("warning", "注意"), "info": ("info", "お知らせ")}


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """A kept estimate in the list of its case; amounts in whole yen."""

    estimate: Estimate
    frame: str
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One category of a kept estimate."""

    label: str
    cost_yen: int
    subsidy_yen: int
    own_burden_yen: int
    limited_by: str


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """One finding of a kept estimate, with the tone and the word of its chip."""

    tone: str
    word: str
    message: str


@dataclass(frozen=True, slots=True)
class KeptPayment:
    """One payment of a kept estimate."""

    claim: str
    category: str
    amount_yen: int


@dataclass(frozen=True, slots=True)
class KeptEstimate:
    """A kept estimate for its page; `query` leads to a what-if with its assumptions, "" where they are unreadable."""

    row: EstimateRow
    rule_version: str
    assumed: tuple[tuple[str, str], ...]
    lines: tuple[KeptLine, ...]
    findings: tuple[KeptFinding, ...]
    payments: tuple[KeptPayment, ...]
    query: str


def estimates_of(case: Case) -> tuple[EstimateRow, ...]:
    """Return the kept estimates of a case, newest first."""
    rows = Estimate.objects.for_agency(case.agency_id).filter(case=case).select_related("created_by__user")
    return tuple(_row(one) for one in rows.order_by("-id"))


def estimate_of(case: Case, estimate_id: int) -> Estimate | None:
    """Return one kept estimate of a case, or None."""
    rows = Estimate.objects.for_agency(case.agency_id).select_related("created_by__user")
    return rows.filter(case=case, pk=estimate_id).first()


def kept_estimate(estimate: Estimate) -> KeptEstimate:
    """Lay out a kept estimate from its frozen answer."""
    answer = estimate.assessment
    return KeptEstimate(
        row=_row(estimate),
        rule_version=answer["rule_version"],
        assumed=tuple(_assumed(estimate)),
        lines=tuple(_line(line) for line in answer["lines"]),
        findings=tuple(
            KeptFinding(*TONES[one["severity"]], one["message"])
            for one in answer["findings"]
            if one["code"] != "unconfirmed_rule"
        ),
        payments=tuple(_payment(one) for one in answer["payments"]),
        query=_query(estimate),
    )


def _row(estimate: Estimate) -> EstimateRow:
    totals = estimate.assessment["totals"]
    frame = SchemeFrame(estimate.assessed["frame"]).label
    return EstimateRow(estimate, frame, totals["cost"], totals["subsidy"], totals["own_burden"])


def _assumed(estimate: Estimate) -> Iterator[tuple[str, str]]:
    """Yield what was assumed beside the costs, as label and words."""
    assessed, size = estimate.assessed, estimate.assessment["size_class"]
    yield "受理(予定)日", assessed["accepted_on"]
    if size:
        enterprise = assessed["enterprise"]
        sales, debt = format_yen(enterprise["annual_sales"]), format_yen(enterprise["interest_bearing_debt"])
        yield "企業規模", f"{SizeClass(size).label}(売上高 {sales}円、有利子負債 {debt}円)"
    ends = [one["ends_on"] for one in assessed["monitoring_periods"]]
    yield "伴走支援の回", f"{len(ends)}回(最終日 {'、'.join(ends)})" if ends else "なし"
    for category, yen in assessed["past_subsidies"].items():
        yield f"過去の補助額 {CostCategory(category).label}", f"{format_yen(yen)}円"
    for category, yen in assessed["estimates"].items():
        yield f"利用申請の額 {CostCategory(category).label}", f"{format_yen(yen)}円"


def _line(line: dict[str, Any]) -> KeptLine:
    limit = line["limited_by"]
    label = CostCategory(line["category"]).label
    return KeptLine(label, line["cost"], line["subsidy"], line["own_burden"], LIMITS[Limit(limit)] if limit else "")


def _payment(payment: dict[str, Any]) -> KeptPayment:
    claim = CLAIMS.get(payment["trigger"], f"伴走支援 第{payment['period']}回の支払申請")
    return KeptPayment(claim, CostCategory(payment["category"]).label, payment["amount"])


def _query(estimate: Estimate) -> str:
    """Return the what-if with the kept assumptions; a negotiation was only counted with a guarantee to release."""
    try:
        request = parse_request(estimate.assessed)
    except InvalidRequest:
        return ""
    has_negotiation = CostCategory.NEGOTIATION in request.costs
    return query_of(assumptions_of(request, seeks_guarantee_release=has_negotiation))
