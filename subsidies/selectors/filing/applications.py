"""Reads of a case's applications: the list, which may be begun, and the state of one in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.urls import reverse

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from subsidies.enums import CLAIMS, DEAD, LETTERS, ApplicationKind, ApplicationState
from subsidies.models import Application, ReturnItem
from subsidies.workflow import FRAMES, OPENABLE, Placed

S = ApplicationState
TONES: Final[Mapping[ApplicationState, str]] = MappingProxyType(
    {
        S.PREPARING: "todo",
        S.REQUESTED: "info",
        S.SENT_BACK: "caution",
        S.APPROVED: "success",
        S.SUBMITTED: "info",
        S.RETURNED: "caution",
        S.ACCEPTED: "info",
        S.DECIDED: "success",
        S.PAID: "success",
        S.REFUSED: "error",
        S.CANCELLED: "neutral",
    }
)
# What every application passes, in the words of its step navigation; the council's answers to claims have two more.
ROAD: Final = (("準備", S.PREPARING), ("承認", S.APPROVED), ("提出", S.SUBMITTED), ("受理", S.ACCEPTED))
CLAIM_ROAD: Final = (*ROAD, ("決定", S.DECIDED), ("入金", S.PAID))
USAGE_ROAD: Final = (*ROAD, ("利用決定", S.DECIDED))
# How far a state is, as a number of steps of the road that were taken.
TAKEN: Final[Mapping[ApplicationState, int]] = MappingProxyType(
    {
        S.PREPARING: 0,
        S.SENT_BACK: 0,
        S.RETURNED: 0,
        S.REQUESTED: 1,
        S.APPROVED: 2,
        S.SUBMITTED: 3,
        S.ACCEPTED: 4,
        S.DECIDED: 5,
        S.PAID: 6,
    }
)
# The usage application's own addresses for its acts in the office.
USAGE_ACTS: Final = {
    "request": "request_approval",
    "reopen": "withdraw_request",
    "approve": "approve",
    "send_back": "send_back",
    "submit": "submit",
}


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application in the list of its case."""

    application: Application
    url: str
    tone: str


@dataclass(frozen=True, slots=True)
class Openable:
    """An application that may be begun now; `choice` names it in a form."""

    choice: str
    label: str


@dataclass(frozen=True, slots=True)
class RoadStep:
    """One circle of an application's step navigation."""

    label: str
    state: str
    url: str = ""


def placed(application: Application) -> Placed:
    """Return what the tables of the procedure look at."""
    kind, state, case = ApplicationKind(application.kind), ApplicationState(application.state), application.case
    return Placed(application.name, kind, state, CaseStage(case.stage), SchemeFrame(case.frame))


def tone_of(application: Application) -> str:
    """Return the tone of the chip that shows the state."""
    return TONES[ApplicationState(application.state)]


def application_rows(case: Case) -> list[ApplicationRow]:
    """Return the applications of a case, the usage application first, then as they were begun."""
    stored = Application.objects.for_agency(case.agency_id).filter(case=case).defer("payload", "assessment", "assessed")
    found = sorted(stored.select_related("period"), key=lambda one: (one.kind != ApplicationKind.USAGE, one.pk))
    if not found or found[0].kind != ApplicationKind.USAGE:
        found.insert(0, Application(agency_id=case.agency_id, case=case))
    for one in found:
        one.case = case
    return [ApplicationRow(one, application_url(one), tone_of(one)) for one in found]


def application_url(application: Application) -> str:
    """Return the page of an application; the usage application's has the costs beside it."""
    number = application.case.number
    if application.kind == ApplicationKind.USAGE:
        return reverse("subsidies:usage", args=[number])
    return reverse("subsidies:application", args=[number, application.pk])


def act_url(application: Application, name: str) -> str:
    """Return the page on which an act of an application is done."""
    number = application.case.number
    if application.kind == ApplicationKind.USAGE and name in USAGE_ACTS:
        return reverse(f"subsidies:{USAGE_ACTS[name]}", args=[number])
    return reverse(f"subsidies:application_{name}", args=[number, application.pk])


def openable_of(case: Case) -> list[Openable]:
    """Return what may be begun at the case's stage and frame, and is not there already."""
    stage, frame = CaseStage(case.stage), SchemeFrame(case.frame)
    kinds = [one for one in ApplicationKind if stage in OPENABLE[one] and frame in FRAMES[one]]
    live = list(case.applications.exclude(state__in=DEAD).values_list("kind", "period_id"))
    found: list[Openable] = []
    for kind in kinds:
        if kind is ApplicationKind.MONITORING_CLAIM:
            found.extend(_periods(case, {period_id for _, period_id in live}))
        elif _is_free(case, kind, {one for one, _ in live}):
            found.append(Openable(kind.value, kind.label))
    return found


def next_of(openable: Sequence[Openable]) -> Openable | None:
    """Return the application that a case goes on with: the first claim that may be begun, none where there is none."""
    return next((one for one in openable if read_openable(one.choice)[0] in CLAIMS), None)


def _is_free(case: Case, kind: ApplicationKind, live: set[str]) -> bool:
    if kind is ApplicationKind.USAGE:
        return False
    if kind is ApplicationKind.NEGOTIATION_CLAIM and not case.seeks_guarantee_release:
        return False
    return kind is ApplicationKind.CHANGE or kind.value not in live


def _periods(case: Case, claimed: set[int | None]) -> list[Openable]:
    kind = ApplicationKind.MONITORING_CLAIM
    return [
        Openable(f"{kind.value}:{period.pk}", f"{kind.label} 第{number}回 {period}")
        for number, period in enumerate(case.monitoring_periods.all(), 1)
        if period.pk not in claimed
    ]


def read_openable(choice: str) -> tuple[ApplicationKind, int | None]:
    """Return the kind, and the period if there is one, of a choice that a form offered."""
    kind, _, period = choice.partition(":")
    return ApplicationKind(kind), int(period) if period else None


def road_of(application: Application) -> list[RoadStep]:
    """Return the step navigation of an application; nothing for one that ended without an answer."""
    kind, state = ApplicationKind(application.kind), ApplicationState(application.state)
    if state in DEAD:
        return []
    taken = TAKEN[state]
    is_back = state in {S.RETURNED, S.SENT_BACK}
    return [RoadStep(label, _step_state(place, taken, is_back=is_back)) for place, (label, _) in enumerate(_road(kind))]


def _road(kind: ApplicationKind) -> tuple[tuple[str, ApplicationState], ...]:
    if kind is ApplicationKind.USAGE:
        return USAGE_ROAD
    return ROAD if kind in LETTERS else CLAIM_ROAD


def _step_state(place: int, taken: int, *, is_back: bool) -> str:
    if place < taken:
        return "reached"
    if place > taken:
        return "todo"
    return "returned" if is_back else "current"


def return_items_of(application: Application) -> list[ReturnItem]:
    """Return what the council found wrong, the newest return first."""
    items = ReturnItem.objects.for_agency(application.agency_id).filter(application_id=application.pk)
    return list(items.select_related("answered_by__user").order_by("-round", "id"))


def approved_after(cases: Collection[int], instant: datetime) -> tuple[str, str] | None:
    """Return the first application of some cases that was approved after an instant and still is: case and name."""
    found = Application.objects.frozen().filter(case__in=cases, decided_at__gt=instant)
    kept = found.exclude(state=ApplicationState.RETURNED).order_by("pk").only("kind", "number", "case__number")
    first = kept.select_related("case").first()
    return (first.case.number, first.name) if first is not None else None
