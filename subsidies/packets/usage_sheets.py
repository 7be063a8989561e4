"""The further sheets of a usage application, from the rows of its case."""

from __future__ import annotations

from collections.abc import Sequence

from cases.enums import ExpertList, SchemeFrame
from cases.models import Case, GuidelineProcedure
from monitoring.models import MonitoringPeriod
from subsidies.models import CostLine
from subsidies.packets.agencies import by_agency
from subsidies.packets.rates import rates_of
from subsidies.packets.schedule import schedule_of
from subsidies.packets.sheets import CapLeft, Expert, Sheets, Wanted
from subsidies.rules.assessment import Assessment
from subsidies.rules.chooser import conditions
from subsidies.rules.editions import FOLLOW_UP
from subsidies.rules.terms import terms_on


def sheets_of(
    case: Case,
    lines: Sequence[CostLine],
    periods: Sequence[MonitoringPeriod],
    assessment: Assessment,
    follow_up: str,
) -> Sheets:
    """Return what the rate table, the schedule and the sheets of the case's frame print."""
    claim_by = {one.period: one.claim_by for one in assessment.deadlines if one.period is not None}
    return Sheets(
        rates=rates_of(lines),
        agency_rates=tuple(map(rates_of, by_agency(case, lines))),
        schedule=schedule_of(case, lines, periods, claim_by, follow_up),
        expert=_expert(case),
        bank_terms=_bank_terms(case),
        caps=_caps(assessment, follow_up),
        wanted=_wanted(case, assessment, follow_up),
    )


def _expert(case: Case) -> Expert | None:
    if case.frame != SchemeFrame.SME_GL:
        return None
    kept = GuidelineProcedure.objects.for_agency(case.agency_id).filter(case=case).first() or GuidelineProcedure()
    return Expert(
        name=kept.expert_name,
        office=kept.expert_office,
        listed_by=ExpertList(kept.expert_list).label if kept.expert_list else "",
        agreed_on=kept.main_creditors_agreed_on,
        appointed_on=kept.appointed_on,
        standstill_requested_on=kept.standstill_requested_on,
        standstill_until=kept.standstill_until,
    )


def _bank_terms(case: Case) -> str:
    """Return the test of the supporting bank's loans that is in force on the key date."""
    if case.frame != SchemeFrame.VUP_BANK:
        return ""
    rows = (one for one in conditions() if one.id.startswith("vup-bank-lending") and one.holds(case.key_date))
    return next((one.reason for one in rows), "")


def _wanted(case: Case, assessment: Assessment, follow_up: str) -> tuple[Wanted, ...]:
    costed = {line.category for line in assessment.lines if line.cost_yen}
    terms = terms_on(SchemeFrame(case.frame), case.key_date).by_category.values()
    return tuple(
        Wanted(one.category.label.replace(FOLLOW_UP, follow_up), one.category in costed)
        for one in terms
        if one.in_frame
    )


def _caps(assessment: Assessment, follow_up: str) -> tuple[CapLeft, ...]:
    return tuple(
        CapLeft(
            label=line.category.label.replace(FOLLOW_UP, follow_up),
            cap_yen=line.cap_yen,
            past_yen=line.past_yen,
            remaining_yen=line.remaining_cap_yen,
            subsidy_yen=line.subsidy_yen,
        )
        for line in assessment.lines
        if line.in_frame
    )
