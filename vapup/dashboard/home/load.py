"""Who has how much to do in an office (担当別負荷): cases, what is due, hours, and how often applications came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from cases.models import Case
from cases.selectors.cases import members_by_name
from cases.workflow import OPEN_STAGES
from monitoring.enums import DeadlineState
from monitoring.models import Deadline
from monitoring.selectors.deadlines import SOON_DAYS, lapsing
from monitoring.selectors.risk import ALL_KINDS
from subsidies.models import Application, WorkEntry
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.shared.dates import monday_of

ROWS: Final = 20
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A person's load. Hours in minutes; `submitted` counts the applications handed in within a year.

    Attributes:
        due: open deadlines within a month, those that are over included.
        returned: how many of the submitted ones the council returned at least once.
    """

    member: Member
    cases: int
    due: int
    week_minutes: int
    month_minutes: int
    submitted: int
    returned: int
    cases_url: str
    due_url: str

    @property
    def percent(self) -> int | None:
        """Return the share that came back, in percent rounded to the nearest whole one; None without any."""
        return (200 * self.returned + self.submitted) // (2 * self.submitted) if self.submitted else None


@dataclass(frozen=True, slots=True)
class Loads:
    """The first people, those with the most cases first, and whether there are more."""

    rows: tuple[LoadRow, ...]
    has_more: bool


def loads_of(agency_id: int, *, today: date) -> Loads:
    """Return the people who can be in charge of cases, or still are, those with the most cases first."""
    cases = Case.objects.for_agency(agency_id).filter(stage__in=OPEN_STAGES)
    entries = WorkEntry.objects.for_agency(agency_id)
    sent = Application.objects.for_agency(agency_id).filter(submitted_on__gt=today - YEAR, submitted_on__lte=today)
    found = members_by_name(agency_id).annotate(
        cases_open=_count(cases, "consultant"),
        due=_count(_due(agency_id, today), "consultant"),
        week_minutes=_minutes(entries.filter(worked_on__range=(monday_of(today), today))),
        month_minutes=_minutes(entries.filter(worked_on__range=(today.replace(day=1), today))),
        submitted=_count(sent, "case__consultant"),
        returned=_count(sent.filter(returned_count__gt=0), "case__consultant"),
    )
    at_work = Q(is_active=True, user__is_active=True, roles__overlap=[Role.CONSULTANT.value, Role.MANAGER.value])
    rows = found.filter(at_work | Q(cases_open__gt=0)).order_by("-cases_open", "-due", "user__display_name", "pk")
    first = [_row(one) for one in rows[: ROWS + 1]]
    return Loads(tuple(first[:ROWS]), has_more=len(first) > ROWS)


def _row(member: Any) -> LoadRow:
    return LoadRow(
        member,
        cases=member.cases_open,
        due=member.due,
        week_minutes=member.week_minutes,
        month_minutes=member.month_minutes,
        submitted=member.submitted,
        returned=member.returned,
        cases_url=f"{reverse('cases:list')}?stage=open&consultant={member.pk}",
        due_url=f"{reverse('monitoring:risk')}?consultant={member.pk}&days={SOON_DAYS}&scope={ALL_KINDS}",
    )


def _due(agency_id: int, today: date) -> QuerySet[Deadline]:
    open_ = lapsing(Deadline.objects.for_agency(agency_id)).filter(state=DeadlineState.OPEN)
    return open_.filter(safe_by__lte=today + timedelta(days=SOON_DAYS))


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().filter(**{by: OuterRef("pk")}).values(person=F(by)).annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)


def _minutes(entries: QuerySet[WorkEntry]) -> Coalesce:
    own = entries.order_by().filter(worker__member=OuterRef("pk")).values(person=F("worker__member"))
    return Coalesce(Subquery(own.annotate(sum=Sum("minutes")).values("sum")), 0)
