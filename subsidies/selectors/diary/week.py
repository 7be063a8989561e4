"""A person's week of hours over all cases, and what a new entry starts with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q

from cases.models import Case
from cases.workflow import OPEN_STAGES
from subsidies.models import CostLine, WorkEntry, Worker, WorkWeek
from subsidies.rules.hours_checks import HoursWarning
from subsidies.rules.work_time import Span, proposed
from subsidies.rules.worked import is_payable
from subsidies.selectors.diary.locks import claim_locks, lock_reasons
from subsidies.selectors.diary.warnings import entries_of, warnings_of
from vapup.shared.dates import day_off_name

DAYS: Final = 7
# Cases that a person worked on so recently are offered, whoever has them.
RECENT: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as lists show it: why it cannot be written, what is to be asked about it, whether it counts."""

    entry: WorkEntry
    span: Span
    lock: str
    warnings: tuple[HoursWarning, ...]
    is_excluded: bool


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week with its entries; `off` is why offices are closed, or ""; times in minutes."""

    day: date
    off: str
    rows: tuple[EntryRow, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class CaseSum:
    """A case's minutes on each day of the week, from Monday, and in all."""

    case: Case
    days: tuple[int, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """A person's week; `excluded_minutes` lie before their case's acceptance, `lacking` have no work chosen."""

    worker: Worker
    week: WorkWeek
    days: tuple[WeekDay, ...]
    cases: tuple[CaseSum, ...]
    minutes: int
    excluded_minutes: int
    lacking: int

    @property
    def sunday(self) -> date:
        """Return the last day."""
        return self.week.monday + timedelta(days=DAYS - 1)

    @property
    def entries(self) -> tuple[EntryRow, ...]:
        """Return all entries."""
        return tuple(row for day in self.days for row in day.rows)

    @property
    def warning_count(self) -> int:
        """Return how many things there are to look at."""
        return sum(len(row.warnings) for row in self.entries)


@dataclass(frozen=True, slots=True)
class Offer:
    """A case whose hours a person may log, with the lines that are open, in the order of the estimate."""

    case: Case
    lines: tuple[CostLine, ...]


def week_of(worker: Worker, monday: date) -> WorkWeek:
    """Return a person's week, unsaved where nobody has handed it in."""
    stored = WorkWeek.objects.for_agency(worker.agency_id).filter(worker=worker, monday=monday)
    found = stored.select_related("requested_by__user", "decided_by__user").first()
    week = found or WorkWeek(agency_id=worker.agency_id, worker=worker, monday=monday)
    week.worker = worker
    return week


def entry_rows(entries: Sequence[WorkEntry]) -> tuple[EntryRow, ...]:
    """Return entries of one office as lists show them; asks as often for one as for many."""
    locks, warnings = lock_reasons(entries), warnings_of(entries)
    return tuple(
        EntryRow(
            one,
            span_of(one),
            locks[one.pk],
            warnings.get(one.pk, ()),
            not is_payable(one.worked_on, one.case.usage_accepted_on),
        )
        for one in entries
    )


def span_of(entry: WorkEntry) -> Span:
    """Return the time of an entry."""
    return Span(entry.starts_minute, entry.ends_minute, entry.break_minutes)


def week_sheet(worker: Worker, monday: date) -> WeekSheet:
    """Return a person's week, Monday to Sunday, with its sums by day and by case."""
    days = tuple(monday + timedelta(days=place) for place in range(DAYS))
    entries = list(entries_of(worker.agency_id).filter(worker=worker, worked_on__range=(days[0], days[-1])))
    rows = entry_rows(entries)
    return WeekSheet(
        worker,
        week_of(worker, monday),
        tuple(_day(day, rows) for day in days),
        _sums(entries, days),
        sum(one.minutes for one in entries),
        sum(row.entry.minutes for row in rows if row.is_excluded),
        sum(one.cost_line_id is None for one in entries),
    )


def _day(day: date, rows: Iterable[EntryRow]) -> WeekDay:
    own = tuple(row for row in rows if row.entry.worked_on == day)
    return WeekDay(day, day_off_name(day), own, sum(row.entry.minutes for row in own))


def _sums(entries: Iterable[WorkEntry], days: Sequence[date]) -> tuple[CaseSum, ...]:
    minutes: dict[tuple[int, date], int] = defaultdict(int)
    cases = {}
    for one in entries:
        cases[one.case_id] = one.case
        minutes[one.case_id, one.worked_on] += one.minutes
    found = []
    for pk, case in sorted(cases.items()):
        by_day = tuple(minutes[pk, day] for day in days)
        found.append(CaseSum(case, by_day, sum(by_day)))
    return tuple(found)


def last_end(worker: Worker, day: date) -> int | None:
    """Return when the last entry of a person's day ends, in minutes from midnight; None on an empty day."""
    entries = WorkEntry.objects.for_agency(worker.agency_id).filter(worker=worker, worked_on=day)
    return entries.order_by("-ends_minute").values_list("ends_minute", flat=True).first()


def proposed_span(worker: Worker, day: date, *, like: WorkEntry | None = None) -> Span:
    """Return the time of the next entry of a day: after the last one, as long as `like` or the usual length."""
    after = last_end(worker, day)
    return proposed(after, length=like.minutes) if like else proposed(after)


def last_entry(worker: Worker) -> WorkEntry | None:
    """Return what a person entered last; its case and work are proposed for the next entry."""
    return WorkEntry.objects.for_agency(worker.agency_id).filter(worker=worker).order_by("-entered_at", "-id").first()


def offers_for(worker: Worker, *, today: date, case: Case | None = None) -> tuple[Offer, ...]:
    """Return the cases that a person may log hours on: their own, those that name them, and recent ones.

    Lines that a claim holds are left out. `case` alone is offered where one is given, whatever its stage.
    """
    cases = Case.objects.for_agency(worker.agency_id).select_related("enterprise")
    if case is not None:
        cases = cases.filter(pk=case.pk)
    elif worker.co_agency is not None:
        cases = cases.filter(pk=worker.co_agency.case_id)
    else:
        cases = cases.filter(_near(worker, today), stage__in=OPEN_STAGES)
    found = {one.pk: one for one in cases.order_by("-number")}
    locks, lines = claim_locks(worker.agency_id, found), defaultdict(list)
    of_cases = CostLine.objects.for_agency(worker.agency_id).filter(case_id__in=found).select_related("period")
    for line in of_cases.order_by("position", "id"):
        if not locks.reason(line):
            lines[line.case_id].append(line)
    return tuple(Offer(one, tuple(lines[pk])) for pk, one in found.items())


def _near(worker: Worker, today: date) -> Q:
    recent = WorkEntry.objects.for_agency(worker.agency_id).filter(worker=worker, worked_on__gte=today - RECENT)
    named = CostLine.objects.for_agency(worker.agency_id).filter(worker=worker)
    near = Q(pk__in=recent.values("case_id")) | Q(pk__in=named.values("case_id"))
    return near | Q(consultant_id=worker.member_id) if worker.member_id else near
