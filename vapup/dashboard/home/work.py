"""What a member has to do this week (今週やること), the most urgent first, and which days have a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from cases.enums import CaseStage
from cases.models import APPLICATION_OPEN, Case
from cases.selectors.overview import RETURNED
from monitoring.enums import DeadlineState
from monitoring.models import Deadline
from monitoring.selectors.deadlines import SOON_DAYS, DeadlineRow, deadline_row, deadline_rows, lapsing, own_deadlines
from subsidies.enums import ApplicationState
from vapup.accounts.models import Member
from vapup.dashboard.home.own import own_cases
from vapup.dashboard.next_steps import NextStep, before_completion, next_step

ROWS: Final = 7
DAYS: Final = 7
# So many cases are looked at, of which those are left out that wait for somebody else.
LOOKED_AT: Final = 30
# The council has these; what waits is told in a part of its own.
WITH_COUNCIL: Final = (CaseStage.APPLIED, CaseStage.ACCEPTED, CaseStage.PLAN_CLAIMED)


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One thing to do: the verb, and where it is done.

    Attributes:
        due: the deadline that it meets or, of a step of a case, the case's nearest one; None where there is none.
        is_step: whether it is such a step.
    """

    verb: str
    url: str
    case: Case | None
    due: DeadlineRow | None
    is_step: bool = False

    @property
    def yen(self) -> int:
        """Return the subsidy that is lost if it is not done in time, in whole yen."""
        return self.due.deadline.yen_at_risk if self.due else 0


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the coming week with what is due on it."""

    day: date
    is_today: bool
    due: tuple[DeadlineRow, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """The rows, the days from today on, and how many deadlines were over before today."""

    rows: tuple[WorkRow, ...]
    days: tuple[Day, ...]
    overdue: int


def work_of(member: Member, *, today: date) -> Work:
    """Return what the member has to do: what is due within a month, by its day, then the next steps of other cases."""
    own = own_deadlines(member)
    soon = deadline_rows(own.filter(safe_by__lte=today + timedelta(days=SOON_DAYS))[:ROWS], today=today)
    rows = [WorkRow(one.kind.action, one.next_url, one.deadline.case, one) for one in soon]
    if len(rows) < ROWS:
        rows += _next_steps(member, {row.case.pk for row in rows if row.case}, today)
    return Work(tuple(rows[:ROWS]), _days(own, today), own.filter(safe_by__lt=today).count())


def _days(own: QuerySet[Deadline], today: date) -> tuple[Day, ...]:
    """Return the days with all that is due on them: what is over already must not crowd a day out."""
    days = [today + timedelta(days=number) for number in range(DAYS)]
    due = deadline_rows(own.filter(safe_by__range=(days[0], days[-1])), today=today)
    return tuple(Day(day, day == today, tuple(one for one in due if one.deadline.safe_by == day)) for day in days)


def _next_steps(member: Member, shown: set[int], today: date) -> list[WorkRow]:
    """Return the next steps of the cases that wait for the member, those that are due first, then the longest idle."""
    cases = list(_to_be_moved(member).exclude(pk__in=shown)[:LOOKED_AT])
    still_open = before_completion(member.agency_id, cases)
    steps = [(case, _step(case, still_open)) for case in cases]
    moved = [(case, step) for case, step in steps if step.label and not step.is_waiting][:ROWS]
    ids = [pk for case, _step in moved if (pk := getattr(case, "due_id", None)) is not None]
    due = Deadline.objects.for_agency(member.agency_id).select_related("case").in_bulk(ids) if ids else {}
    return [WorkRow(step.label, step.url, case, _row(case, due, today), is_step=True) for case, step in moved]


def _row(case: Case, due: dict[Any, Deadline], today: date) -> DeadlineRow | None:
    deadline = due.get(getattr(case, "due_id", None))
    return deadline_row(deadline, today=today) if deadline is not None else None


def _step(case: Case, still_open: dict[int, NextStep]) -> NextStep:
    return next_step(case, getattr(case, "approval", "") or ApplicationState.PREPARING, still_open)


def _to_be_moved(member: Member) -> QuerySet[Case]:
    nearest = lapsing(
        Deadline.objects.for_agency(member.agency_id).filter(case=OuterRef("pk"), state=DeadlineState.OPEN)
    ).order_by("safe_by", "pk")
    is_asked = Q(stage__in=APPLICATION_OPEN, approval__in=(ApplicationState.REQUESTED, ApplicationState.SENT_BACK))
    mine = own_cases(member).exclude(stage__in=(*WITH_COUNCIL, *RETURNED)).exclude(is_asked)
    known = mine.annotate(
        due_id=Subquery(nearest.values("pk")[:1]),
        due_on=Subquery(nearest.values("safe_by")[:1]),
    )
    return known.order_by(F("due_on").asc(nulls_last=True), "updated_at", "pk")
