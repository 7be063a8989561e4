"""The annex 計算根拠: the assessment in the words of the office, with a numbered list of its sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from subsidies.models import Application
from subsidies.packets.calculation import Approval, Calculation, Deadline, Exemption, Figure, Finding, Payment, Step
from subsidies.rules import deadlines, findings, payments, trace
from subsidies.rules.assessment import Assessment
from subsidies.rules.editions import FOLLOW_UP
from subsidies.rules.payments import Trigger
from subsidies.rules.size_class import SizeClass
from subsidies.selectors.gate.verdict import overrides_of
from vapup.clock import JAPAN
from vapup.shared.dates import format_wareki
from vapup.shared.money import format_yen

TRIGGERS: Final[Mapping[Trigger, str]] = MappingProxyType(
    {
        Trigger.PLAN_CLAIM: "計画策定費用の支払申請",
        Trigger.FIRST_MONITORING_CLAIM: "初回の伴走支援の支払申請とあわせて",
        Trigger.MONITORING_CLAIM: "伴走支援の支払申請",
        Trigger.LAST_MONITORING_CLAIM: "最後の伴走支援の支払申請とあわせて",
    }
)
SEVERITIES: Final[Mapping[findings.Severity, str]] = MappingProxyType(
    {
        findings.Severity.ERROR: "要件に反する",
        findings.Severity.WARNING: "注意",
        findings.Severity.INFO: "参考",
    }
)
FIGURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accepted_on": "適用基準日",
        "annual_sales": "年間売上高",
        "interest_bearing_debt": "有利子負債",
        "small_below": "小規模の基準額",
        "large_from": "中堅規模の基準額",
        "limit": "限度額",
        "past_planning": "過去の補助額(計画策定)",
        "past_monitoring": "過去の補助額(伴走支援)",
        "rate": "補助率",
        "periods": "対象期間の数",
        "cost": "費用",
        "estimate": "利用申請の額",
        "eligible": "対象額",
        "cap": "上限額",
        "past": "過去の補助額",
        "two_thirds": "補助率による額",
        "subsidy": "補助額",
        "own_burden": "自己負担",
        "payments": "支払の数",
        "counted_from": "起算日",
        "months": "期間",
        "period": "回",
        "payment": "その回の支払",
        "held_halves": "計画策定側の残り",
        "negotiation": "金融機関交渉費用",
        "cumulative_cost": "費用の累計",
        "entitled": "累計に対する補助額",
        "paid_before": "前回までの支払",
    }
)
UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {"periods": "{}件", "payments": "{}件", "months": "{}か月", "period": "第{}回"}
)

SIZES: Final = frozenset(SizeClass)
ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def calculation_of(assessment: Assessment, application: Application) -> Calculation:
    """Return the annex of an assessment and of the decision that was taken on it."""
    citations = dict.fromkeys(citation for step in assessment.trace for citation in step.citations)
    sources = {citation: number for number, citation in enumerate(citations, 1)}
    return Calculation(
        rule_version=assessment.rule_version.name,
        payments=tuple(_payment(payment) for payment in assessment.payments),
        deadlines=tuple(_deadline(deadline) for deadline in assessment.deadlines),
        findings=tuple(Finding(SEVERITIES[one.severity], one.message) for one in assessment.findings),
        steps=tuple(_step(step, sources) for step in assessment.trace),
        sources=tuple(sources),
        approval=_approval(application),
        exemptions=exemptions_of(application),
    )


def told_in(calculation: Calculation, follow_up: str) -> Calculation:
    """Return the annex with the monitoring named as the edition of the forms does; sources are quoted as they are."""

    def told(text: str) -> str:
        return text.replace(FOLLOW_UP, follow_up)

    return replace(
        calculation,
        payments=tuple(replace(one, label=told(one.label), trigger=told(one.trigger)) for one in calculation.payments),
        deadlines=tuple(replace(one, label=told(one.label)) for one in calculation.deadlines),
        findings=tuple(replace(one, message=told(one.message)) for one in calculation.findings),
        steps=tuple(_told_step(one, follow_up) for one in calculation.steps),
    )


def _told_step(step: Step, follow_up: str) -> Step:
    figures = tuple(replace(one, label=one.label.replace(FOLLOW_UP, follow_up)) for one in step.figures)
    label, formula = (text.replace(FOLLOW_UP, follow_up) for text in (step.label, step.formula))
    return replace(step, label=label, formula=formula, figures=figures)


def exemptions_of(application: Application) -> tuple[Exemption, ...]:
    """Return what managers let pass in the present round; nothing for an application that was never stored."""
    return tuple(
        Exemption(one.message, one.reason, str(one.made_by), one.made_at.astimezone(JAPAN).date())
        for one in overrides_of(application)
    )


def _payment(payment: payments.Payment) -> Payment:
    period = f" 第{payment.period}回" if payment.period else ""
    return Payment(f"{payment.category.label}{period}", TRIGGERS[payment.trigger], payment.amount_yen)


def _deadline(deadline: deadlines.Deadline) -> Deadline:
    label = f"伴走支援 第{deadline.period}回の支払申請" if deadline.period else "計画策定費用の支払申請"
    return Deadline(
        label=label,
        counted_from=deadline.counted_from,
        months=deadline.months,
        claim_by=deadline.claim_by,
        safe_by=deadline.safe_by,
        lapses_on=deadline.lapses_on,
        yen_at_risk=deadline.yen_at_risk,
        is_confirmed=deadline.confirmed,
    )


def _step(step: trace.Step, sources: Mapping[str, int]) -> Step:
    return Step(
        label=step.label,
        formula=step.formula,
        figures=tuple(Figure(FIGURES.get(name, name), _text(name, value)) for name, value in step.inputs.items()),
        result=_text("result", step.result),
        rule=step.rule,
        sources=tuple(sources[citation] for citation in step.citations),
        is_confirmed=step.confirmed,
    )


def _text(name: str, value: trace.Figure) -> str:
    """Return a figure as it is read: days in the Japanese calendar, counts with their word, all else in yen."""
    if isinstance(value, int):
        return UNITS[name].format(value) if name in UNITS else f"{format_yen(value)}円"
    if value in SIZES:
        return SizeClass(value).label
    return format_wareki(date.fromisoformat(value)) if ISO_DAY.fullmatch(value) else value


def _approval(application: Application) -> Approval:
    return Approval(
        requested_by=str(application.requested_by or ""),
        approved_by=str(application.decided_by or ""),
        approved_on=_day(application.decided_at),
        is_self_approved=application.is_self_approved,
        override_reason=application.override_reason,
        note=application.decision_note,
    )


def _day(instant: datetime | None) -> date | None:
    return instant.astimezone(JAPAN).date() if instant else None
