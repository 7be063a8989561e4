"""What came back to a member, from the approver or from the council (差し戻し), with the words that came with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from cases.enums import PlanState
from cases.models import Case, Plan
from cases.selectors.overview import RETURNED
from cases.workflow import OPEN_STAGES
from subsidies.enums import ApplicationState, WeekState
from subsidies.models import Application, ReturnItem, WorkWeek
from subsidies.selectors.filing.applications import application_url
from vapup.accounts.models import Member
from vapup.clock import day_of
from vapup.dashboard.home.own import own_cases
from vapup.dashboard.home.people import COUNCIL, MANAGER, hours_url

ROWS: Final = 7
CAME_BACK: Final = (ApplicationState.SENT_BACK, ApplicationState.RETURNED)


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """One thing to be mended: what, by whom it was returned, when and with which words; a week has no case."""

    name: str
    url: str
    case: Case | None
    by: str
    on: date | None
    words: str
    more: int = 0


def returned_to(member: Member) -> list[ReturnedRow]:
    """Return what came back to a member and was not asked for again, the oldest first."""
    rows = [*_applications(member), *_cases(member), *_plans(member), *_weeks(member)]
    return sorted(rows, key=lambda one: one.on or date.min)[:ROWS]


def _applications(member: Member) -> Iterator[ReturnedRow]:
    items = ReturnItem.objects.for_agency(member.agency_id).filter(application=OuterRef("pk"), answer="").order_by()
    first = items.order_by("-round", "pk")
    rows = _came_back(member).annotate(
        comment=Subquery(first.values("comment")[:1]),
        returned_on=Subquery(first.values("returned_on")[:1]),
        open_items=Subquery(items.values("application").annotate(count=Count("pk")).values("count")),
        last_returned_on=Max("return_items__returned_on"),
    )
    columns = ("pk", "kind", "number", "state", "decision_note", "decided_at", "case")
    named = rows.select_related("case__enterprise").only(*columns, "case__number", "case__enterprise__name")
    for one in named.order_by("pk")[:ROWS]:
        if one.state == ApplicationState.SENT_BACK:
            on = day_of(one.decided_at) if one.decided_at else None
            yield ReturnedRow(one.name, application_url(one), one.case, MANAGER, on, one.decision_note)
        else:
            words, more = one.comment or "", max((one.open_items or 0) - 1, 0)
            on = one.returned_on or one.last_returned_on
            yield ReturnedRow(one.name, application_url(one), one.case, COUNCIL, on, words, more)


def _came_back(member: Member) -> QuerySet[Application]:
    applications = Application.objects.for_agency(member.agency_id).filter(state__in=CAME_BACK)
    return applications.filter(case__consultant=member, case__stage__in=OPEN_STAGES)


def _cases(member: Member) -> Iterator[ReturnedRow]:
    """Yield the cases that stand in a stage of return without an application that says so: they were moved in."""
    said = Exists(Application.objects.for_agency(member.agency_id).filter(case=OuterRef("pk"), state__in=CAME_BACK))
    cases = own_cases(member).filter(~said, stage__in=RETURNED).order_by("pk")
    for case in cases[:ROWS]:
        url = reverse("subsidies:applications", args=[case.number])
        yield ReturnedRow(case.get_stage_display(), url, case, COUNCIL, None, "")


def _plans(member: Member) -> Iterator[ReturnedRow]:
    plans = Plan.objects.for_agency(member.agency_id).filter(~Q(returned_because=""), state=PlanState.DRAFT)
    mine = plans.filter(case__consultant=member, case__stage__in=OPEN_STAGES).select_related("case__enterprise")
    for plan in mine.only("number", "returned_because", "case__number", "case__enterprise__name").order_by("pk")[:ROWS]:
        url = reverse("cases:plan", args=[plan.case.number])
        yield ReturnedRow(f"計画(第{plan.number}版)", url, plan.case, MANAGER, None, plan.returned_because)


def _weeks(member: Member) -> Iterator[ReturnedRow]:
    weeks = WorkWeek.objects.for_agency(member.agency_id).filter(worker__member=member, state=WeekState.RETURNED)
    for week in weeks.order_by("monday")[:ROWS]:
        on = day_of(week.decided_at) if week.decided_at else None
        yield ReturnedRow(f"業務日誌 {week.monday}の週", hours_url(week), None, MANAGER, on, week.note)
