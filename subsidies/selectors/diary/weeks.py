"""The weeks that wait for an approval, with what their reader needs to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from subsidies.enums import WeekState
from subsidies.models import CostLine, WorkEntry, WorkWeek
from subsidies.rules.worked import amounts_of, is_payable
from subsidies.selectors.diary.of_case import WarningSum, warning_sums
from subsidies.selectors.diary.warnings import WarningsById, entries_of, warnings_of
from subsidies.selectors.diary.week import DAYS
from vapup.accounts.enums import Action
from vapup.accounts.models import AgencyQuerySet, Member
from vapup.accounts.policy import can
from vapup.shared.dates import monday_of


@dataclass(frozen=True, slots=True)
class WaitingWeek:
    """A week handed in: its time in minutes by case number, what to look at, why the reader may not approve it.

    Attributes:
        gross_yen: what the time that counts is worth at the quoted rates with tax, in whole yen.
        entries: its hours in the order of a diary.
    """

    week: WorkWeek
    minutes: int
    count: int
    cases: tuple[tuple[str, int], ...]
    warnings: tuple[WarningSum, ...]
    is_own: bool
    refusal: str
    gross_yen: int
    entries: tuple[WorkEntry, ...]

    @property
    def choice(self) -> str:
        """Return the value of its box: the week as it was shown."""
        return f"{self.week.pk}:{self.week.version}"


def waiting(agency_id: int) -> AgencyQuerySet[WorkWeek]:
    """Return the weeks of an office that wait, the oldest first."""
    weeks = WorkWeek.objects.for_agency(agency_id).filter(state=WeekState.SUBMITTED)
    return weeks.select_related("worker__co_agency", "requested_by__user").order_by("monday", "id")


def waiting_weeks(actor: Member) -> tuple[WaitingWeek, ...]:
    """Return the weeks that wait, as a manager sees them; asks as often for one as for many."""
    weeks = tuple(waiting(actor.agency_id))
    if not weeks:
        return ()
    days = Q()
    for week in weeks:
        until = week.monday + timedelta(days=DAYS - 1)
        days |= Q(worker_id=week.worker_id, worked_on__range=(week.monday, until))
    by_week = defaultdict(list)
    entries = list(entries_of(actor.agency_id).filter(days))
    for entry in entries:
        by_week[entry.worker_id, monday_of(entry.worked_on)].append(entry)
    warnings = warnings_of(entries)
    return tuple(_waiting(actor, week, by_week[week.worker_id, week.monday], warnings) for week in weeks)


def _waiting(actor: Member, week: WorkWeek, entries: Sequence[WorkEntry], warnings: WarningsById) -> WaitingWeek:
    minutes: dict[str, int] = defaultdict(int)
    for entry in entries:
        minutes[entry.case.number] += entry.minutes
    decision = can(actor, Action.APPROVE_HOURS, week)
    return WaitingWeek(
        week=week,
        minutes=sum(minutes.values()),
        count=len(entries),
        cases=tuple(sorted(minutes.items())),
        warnings=warning_sums([told for entry in entries for told in warnings.get(entry.pk, ())]),
        is_own=actor.pk in {week.requested_by_id, week.worker.member_id},
        refusal=decision.reason,
        gross_yen=_worth(entries),
        entries=tuple(entries),
    )


def _worth(entries: Sequence[WorkEntry]) -> int:
    """Return what hours are worth, line by line of the estimate; those without a line are worth nothing yet."""
    minutes: dict[CostLine, int] = defaultdict(int)
    for entry in entries:
        if entry.cost_line and is_payable(entry.worked_on, entry.case.usage_accepted_on):
            minutes[entry.cost_line] += entry.minutes
    return sum(amounts_of(line.hourly_rate_yen, time, line.tax_percent).gross_yen for line, time in minutes.items())
