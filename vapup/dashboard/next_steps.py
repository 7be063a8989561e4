"""What is to be done next in a case, as the home page says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.urls import reverse

from cases.enums import CaseAction, CaseStage, SchemeFrame
from cases.models import APPLICATION_OPEN, Case
from cases.selectors.overview import AGAIN, MAIN_ROAD, action_url
from cases.workflow import TRANSITIONS, possible_actions
from monitoring.models import MonitoringPeriod
from subsidies.enums import CLAIMS, DEAD, OPEN_STATES, ApplicationKind, ApplicationState
from subsidies.models import Application
from subsidies.selectors.filing.applications import application_url

FORWARD: Final = (*AGAIN.values(), *MAIN_ROAD)
# What the office does next while an application is prepared; after that the procedure itself says it.
PREPARATION: Final[Mapping[str, str]] = MappingProxyType(
    {
        ApplicationState.PREPARING: "費用を入力し、承認を依頼する",
        ApplicationState.SENT_BACK: "指摘を直し、もう一度承認を依頼する",
        ApplicationState.REQUESTED: "所内の承認を待っています",
        ApplicationState.APPROVED: "正式版を出力し、協議会に提出する",
        ApplicationState.RETURNED: "差戻しの項目に対応し、もう一度承認を依頼する",
    }
)
# What it does for a claim that has left the office.
WITH_COUNCIL: Final[Mapping[str, str]] = MappingProxyType(
    {
        ApplicationState.SUBMITTED: "協議会の決定を待ち、届いたら記録する",
        ApplicationState.ACCEPTED: "協議会の決定を待ち、届いたら記録する",
        ApplicationState.DECIDED: "入金を確かめて記録する",
    }
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do, and where; both are "" where nobody in the office can do anything.

    `is_waiting` tells that somebody else is to move first: the approver, or the council.
    """

    label: str = ""
    url: str = ""
    is_waiting: bool = False


def next_step(case: Case, approval: str, still_open: Mapping[int, NextStep]) -> NextStep:
    """Return what is next.

    Args:
        approval: the state of the usage application.
        still_open: what keeps cases from being completed, of `before_completion`.
    """
    stage, usage_url = CaseStage(case.stage), reverse("subsidies:usage", args=[case.number])
    if stage is CaseStage.USAGE_RETURNED and approval == ApplicationState.APPROVED:
        return NextStep("不備を直し、協議会に再提出する", usage_url)
    if stage in APPLICATION_OPEN and stage is not CaseStage.CONSULTATION:
        return NextStep(PREPARATION.get(approval, ""), usage_url, approval == ApplicationState.REQUESTED)
    possible = possible_actions(stage, frame=SchemeFrame(case.frame))
    action = next((one for one in FORWARD if one in possible), None)
    if action is None:
        return NextStep()
    if action is CaseAction.COMPLETE and case.pk in still_open:
        return still_open[case.pk]
    return NextStep(action.label, action_url(case, action))


def before_completion(agency_id: int, cases: Iterable[Case]) -> dict[int, NextStep]:
    """Return the first thing that is left to do in those of the cases that could be completed next, by case.

    That is a claim which has not been paid, what lies with the office before what lies with the council, else the first
    monitoring period that nothing was claimed for.
    """
    sources = TRANSITIONS[CaseAction.COMPLETE].sources
    ending = {case.pk: case for case in cases if case.stage in sources}
    if not ending:
        return {}
    claims = Application.objects.for_agency(agency_id).filter(case__in=ending, kind__in=CLAIMS).exclude(state__in=DEAD)
    rows = list(claims.only("kind", "number", "state", "case_id", "period_id").order_by("pk"))
    found = _periods_left(agency_id, ending, {one.period_id for one in rows})
    # The last one that is put here stands, so what comes first is put last.
    for claim in sorted(rows, key=lambda one: (one.state in OPEN_STATES, -one.pk)):
        if claim.state != ApplicationState.PAID:
            claim.case = ending[claim.case_id]
            found[claim.case_id] = _of_claim(claim)
    return found


def _periods_left(agency_id: int, cases: Mapping[int, Case], claimed: Collection[int | None]) -> dict[int, NextStep]:
    """Return the first period of each case that nothing was claimed for."""
    found: dict[int, NextStep] = {}
    numbers: dict[int, int] = defaultdict(int)
    periods = MonitoringPeriod.objects.for_agency(agency_id).filter(case__in=cases).order_by("ends_on", "pk")
    for pk, case_id in periods.values_list("pk", "case_id"):
        numbers[case_id] += 1
        if pk not in claimed:
            found.setdefault(case_id, _of_period(cases[case_id], numbers[case_id]))
    return found


def _of_claim(claim: Application) -> NextStep:
    what = PREPARATION.get(claim.state) or WITH_COUNCIL[claim.state]
    is_waiting = claim.state in WITH_COUNCIL or claim.state == ApplicationState.REQUESTED
    return NextStep(f"{claim.name}: {what}", application_url(claim), is_waiting)


def _of_period(case: Case, number: int) -> NextStep:
    label = f"{ApplicationKind.MONITORING_CLAIM.label}(第{number}回)を準備する"
    return NextStep(label, reverse("subsidies:applications", args=[case.number]))
