"""What came back to a member, from the approver or from the council (差し戻し), with the words that came with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case as Choice
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from cases.enums import PlanState
from cases.models import Case, Plan
from cases.selectors.overview import RETURNED
from cases.workflow import OPEN_STAGES
from subsidies.enums import ApplicationState, WeekState
from subsidies.models import Application, ReturnItem, WorkWeek
from subsidies.selectors.filing.applications import application_url
from vapup.accounts.models import Member
from vapup.clock import JAPAN, day_of
from vapup.dashboard.home.own import own_cases
from vapup.dashboard.home.people import COUNCIL, MANAGER, hours_url

ROWS: Final = 7
# Of those who asked for all; beyond it, the list says how many it leaves out.
ALL_ROWS: Final = 200
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


@dataclass(frozen=True, slots=True)
class Returned:
    """The first rows of what came back, and how long the whole list is."""

    rows: tuple[ReturnedRow, ...]
    count: int

    @property
    def more(self) -> int:
        """Return how many are not among the rows."""
        return self.count - len(self.rows)

    @property
    def can_show_more(self) -> bool:
        """Tell whether more of them can be asked for."""
        return len(self.rows) < min(self.count, ALL_ROWS)


def returned_to(member: Member, *, most: int = ROWS) -> Returned:
    """Return what came back to a member and was not asked for again: the oldest first, what has no day at last."""
    sources: tuple[tuple[QuerySet[Any], Callable[[Any], ReturnedRow]], ...] = (
        (_applications(member), _application_row),
        (_cases(member), _case_row),
        (_plans(member), _plan_row),
        (_weeks(member), _week_row),
    )
    # Each source comes by the day on which it was returned: only so are its first rows the oldest of all.
    first = [(list(found.annotate(total=Window(Count("pk")))[:most]), row) for found, row in sources]
    rows = [row(one) for found, row in first for one in found]
    rows.sort(key=lambda one: one.on or date.max)
    return Returned(tuple(rows[:most]), sum(found[0].total for found, _row in first if found))


def _applications(member: Member) -> QuerySet[Application]:
    """Return the applications that came back, each with `back_on`: the day on which it did, where that is known."""
    items = ReturnItem.objects.for_agency(member.agency_id).filter(application=OuterRef("pk")).order_by()
    unanswered = items.filter(answer="")
    first = unanswered.order_by("-round", "pk")
    last_on = Subquery(items.order_by("-returned_on").values("returned_on")[:1])
    by_manager = When(state=ApplicationState.SENT_BACK, then=TruncDate("decided_at", tzinfo=JAPAN))
    rows = _came_back(member).annotate(
        comment=Subquery(first.values("comment")[:1]),
        open_items=Subquery(unanswered.values("application").annotate(count=Count("pk")).values("count")),
        back_on=Choice(by_manager, default=Coalesce(Subquery(first.values("returned_on")[:1]), last_on)),
    )
    columns = ("pk", "kind", "number", "state", "decision_note", "case")
    named = rows.select_related("case__enterprise").only(*columns, "case__number", "case__enterprise__name")
    return named.order_by(F("back_on").asc(nulls_last=True), "pk")


def _application_row(one: Any) -> ReturnedRow:
    if one.state == ApplicationState.SENT_BACK:
        return ReturnedRow(one.name, application_url(one), one.case, MANAGER, one.back_on, one.decision_note)
    words, more = one.comment or "", max((one.open_items or 0) - 1, 0)
    return ReturnedRow(one.name, application_url(one), one.case, COUNCIL, one.back_on, words, more)


def _came_back(member: Member) -> QuerySet[Application]:
    applications = Application.objects.for_agency(member.agency_id).filter(state__in=CAME_BACK)
    return applications.filter(case__consultant=member, case__stage__in=OPEN_STAGES)


def _cases(member: Member) -> QuerySet[Case]:
    """Return the cases that stand in a stage of return without an application that says so: they were moved in."""
    said = Exists(Application.objects.for_agency(member.agency_id).filter(case=OuterRef("pk"), state__in=CAME_BACK))
    return own_cases(member).filter(~said, stage__in=RETURNED).order_by("pk")


def _case_row(case: Case) -> ReturnedRow:
    url = reverse("subsidies:applications", args=[case.number])
    return ReturnedRow(case.get_stage_display(), url, case, COUNCIL, None, "")


def _plans(member: Member) -> QuerySet[Plan]:
    """Return the plans that came back; on which day is not stored, so that those asked for first come first."""
    plans = Plan.objects.for_agency(member.agency_id).filter(~Q(returned_because=""), state=PlanState.DRAFT)
    mine = plans.filter(case__consultant=member, case__stage__in=OPEN_STAGES).select_related("case__enterprise")
    columns = ("number", "returned_because", "case__number", "case__enterprise__name")
    return mine.only(*columns).order_by(F("submitted_at").asc(nulls_last=True), "pk")


def _plan_row(plan: Plan) -> ReturnedRow:
    url = reverse("cases:plan", args=[plan.case.number])
    return ReturnedRow(f"計画(第{plan.number}版)", url, plan.case, MANAGER, None, plan.returned_because)


def _weeks(member: Member) -> QuerySet[WorkWeek]:
    weeks = WorkWeek.objects.for_agency(member.agency_id).filter(worker__member=member, state=WeekState.RETURNED)
    return weeks.order_by(F("decided_at").asc(nulls_last=True), "monday")


def _week_row(week: WorkWeek) -> ReturnedRow:
    on = day_of(week.decided_at) if week.decided_at else None
    return ReturnedRow(f"業務日誌 {week.monday}の週", hours_url(week), None, MANAGER, on, week.note)
