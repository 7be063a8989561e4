"""From the rows of a case to the frozen content of its usage application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from cases.enums import SchemeFrame
from cases.models import Case
from monitoring.models import MonitoringPeriod
from subsidies.enums import CostCategory
from subsidies.models import Application, CostLine
from subsidies.packets import payload
from subsidies.packets.agencies import by_agency
from subsidies.packets.annex import calculation_of, told_in
from subsidies.packets.attachments import attachments_of
from subsidies.packets.checklist import Names, checks_of
from subsidies.packets.estimate import estimate_of
from subsidies.packets.forms import edition_for
from subsidies.packets.parties import content_fields, lenders_of, sorted_lenders
from subsidies.packets.payload import UsagePayload
from subsidies.packets.usage_sheets import sheets_of
from subsidies.packets.words import kind_of_period
from subsidies.rules.assessment import Assessment
from subsidies.rules.editions import FOLLOW_UP
from subsidies.rules.payments import in_order
from subsidies.rules.size_class import SizeClass
from subsidies.selectors import cost_lines_of, periods_of
from vapup.shared.errors import DomainError
from vapup.shared.money import format_yen


class FiguresDiffer(DomainError):
    """The assessment was made of other costs than those that the forms would print."""


def build_usage_payload(*, application: Application, assessment: Assessment, prepared_on: date) -> UsagePayload:
    """Return all that the usage application prints; every subsidy figure is the assessment's own.

    Args:
        application: with its decision already set, if there is one: the annex prints it. It may be unsaved.
        assessment: of the case as its rows stand now.
        prepared_on: the day that the application form bears.

    Raises:
        FormsMissing: no edition of the forms was in use on the key date.
        FiguresDiffer: the cost lines do not add up to the assessed cost.
    """
    case = application.case
    lines, periods = cost_lines_of(case), periods_of(case)
    follow_up = edition_for(case).follow_up
    estimate = in_words(_estimate(lines, periods, assessment), follow_up)
    lenders = sorted_lenders(case.enterprise)
    fields = content_fields(application, prepared_on)
    return UsagePayload(
        **fields,
        amounts=_amounts(assessment, follow_up),
        total=payload.Amount("合計", *assessment.totals),
        size=size_of(assessment, estimate),
        periods=_periods(periods, assessment),
        **_told(case),
        lenders=lenders_of(lenders),
        checks=checks_of(case, lenders, assessment, Names.of(fields["forms"], follow_up)),
        attachments=attachments_of(case, assessment),
        estimate=estimate,
        calculation=told_in(calculation_of(assessment, application), follow_up),
        sheets=sheets_of(case, lines, periods, assessment, follow_up),
        estimates=tuple(in_words(estimate_of(own, periods), follow_up) for own in by_agency(case, lines)),
    )


def _told(case: Case) -> dict[str, Any]:
    """Return what the case tells of itself in words, and of its earlier uses."""
    return {
        "past_uses": _past_uses(case),
        "seeks_guarantee_release": case.seeks_guarantee_release,
        "repeat_use_reason": case.repeat_use_reason,
        "difficulty": case.difficulty,
        "support_outlook": case.support_outlook,
    }


def in_words(estimate: payload.Estimate, follow_up: str) -> payload.Estimate:
    """Return the estimate with its groups named as the edition of the forms names the monitoring."""
    groups = tuple(replace(one, label=one.label.replace(FOLLOW_UP, follow_up)) for one in estimate.groups)
    return replace(estimate, groups=groups)


def _estimate(
    lines: Sequence[CostLine], periods: Sequence[MonitoringPeriod], assessment: Assessment
) -> payload.Estimate:
    estimate = estimate_of(lines, periods)
    if estimate.gross_yen != assessment.totals.cost_yen:
        raise FiguresDiffer(
            f"費用明細の合計 {format_yen(estimate.gross_yen)}円と、算定に使った費用の合計 "
            f"{format_yen(assessment.totals.cost_yen)}円が異なります。費用の画面を開き直して算定し直してください。"
        )
    return estimate


def _amounts(assessment: Assessment, follow_up: str) -> tuple[payload.Amount, ...]:
    return tuple(
        payload.Amount(
            line.category.label.replace(FOLLOW_UP, follow_up), line.cost_yen, line.subsidy_yen, line.own_burden_yen
        )
        for line in assessment.lines
    )


def size_of(assessment: Assessment, estimate: payload.Estimate) -> payload.Size | None:
    """Return the size class with its guide, where the frame's rules have one."""
    if assessment.size_class is None:
        return None
    guide_yen = assessment.rule_version.whole("size_total_yen", size_class=assessment.size_class)
    choices = tuple(payload.Choice(size.label, size is assessment.size_class) for size in SizeClass)
    return payload.Size(choices, assessment.size_class.label, guide_yen, estimate.plan_and_monitoring_yen)


def _periods(periods: Sequence[MonitoringPeriod], assessment: Assessment) -> tuple[payload.Period, ...]:
    """Return the planned periods; what they cost and their deadlines are those of the assessment."""
    assessed = in_order(assessment.request.monitoring_periods)
    is_costed = len(assessed) == len(periods)
    claim_by = {deadline.period: deadline.claim_by for deadline in assessment.deadlines if is_costed}
    return tuple(
        payload.Period(
            number=number,
            kind=kind_of_period(period.kind),
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            cost_yen=assessed[number - 1].cost_yen if is_costed else 0,
            claim_by=claim_by.get(number),
        )
        for number, period in enumerate(periods, 1)
    )


def _past_uses(case: Case) -> tuple[payload.PastUse, ...]:
    return tuple(
        payload.PastUse(
            frame=SchemeFrame(use.frame).label,
            category=CostCategory(use.category).label,
            paid_yen=use.paid_yen,
            accepted_on=use.accepted_on,
            note=use.note,
        )
        for use in case.enterprise.past_uses.order_by("id")
    )
