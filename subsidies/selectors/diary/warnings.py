"""The step from stored hours to what the checks of `rules/hours_checks` see of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Sum

from subsidies.models import CostLine, WorkEntry
from subsidies.rules.hours_checks import Hours, HoursWarning, Work, check_hours
from subsidies.rules.rate_card import CardRate, rate_on
from subsidies.rules.worked import is_payable
from subsidies.selectors.diary.crew import cards_of
from vapup.accounts.models import AgencyQuerySet
from vapup.clock import day_of

WarningsById = Mapping[int, tuple[HoursWarning, ...]]
# How far back the same text is looked for; overlaps and long days need the days themselves only.
LOOK_BACK: Final = timedelta(days=31)


def entries_of(agency_id: int) -> AgencyQuerySet[WorkEntry]:
    """Return the entries of an office in the order of a diary, with all that pages and checks read of them."""
    found = WorkEntry.objects.for_agency(agency_id).select_related(
        "case__enterprise", "worker__co_agency", "cost_line__period", "entered_by__user"
    )
    return found.order_by("worked_on", "starts_minute", "id")


def warnings_of(entries: Sequence[WorkEntry], *, unsaved: Sequence[WorkEntry] = ()) -> WarningsById:
    """Return what is to be asked about entries of one office, by their ids; other entries of their people are read.

    Args:
        unsaved: those of them that are not stored yet, with ids of their own below 0.
    """
    if not entries:
        return {}
    around = _around(entries, unsaved)
    cards = cards_of(entries[0].case, {one.worker_id for one in entries})
    counted = _counted(entries, unsaved)
    return _by_entry(check_hours([_hours(one, cards, counted) for one in around]), {one.pk for one in entries})


def _around(entries: Sequence[WorkEntry], unsaved: Sequence[WorkEntry]) -> list[WorkEntry]:
    """Return the entries of the same people about the same days, in the order of a diary."""
    days = [one.worked_on for one in entries]
    near = entries_of(entries[0].agency_id).filter(
        worker_id__in={one.worker_id for one in entries}, worked_on__range=(min(days) - LOOK_BACK, max(days))
    )
    return sorted([*near, *unsaved], key=lambda one: (one.worked_on, one.starts_minute, one.pk))


def _counted(entries: Sequence[WorkEntry], unsaved: Sequence[WorkEntry]) -> Mapping[int, int]:
    """Return the minutes that count by the line of the estimate, those that are not stored yet included."""
    counted = counted_minutes(entries[0].agency_id, {one.cost_line_id for one in entries if one.cost_line_id})
    for one in unsaved:
        if one.cost_line_id and is_payable(one.worked_on, one.case.usage_accepted_on):
            counted[one.cost_line_id] = counted.get(one.cost_line_id, 0) + one.minutes
    return counted


def _by_entry(warnings: Iterable[HoursWarning], wanted: Container[int]) -> WarningsById:
    found: dict[int, list[HoursWarning]] = defaultdict(list)
    for warning in warnings:
        if warning.entry_id in wanted:
            found[warning.entry_id].append(warning)
    return {pk: tuple(told) for pk, told in found.items()}


def counted_minutes(agency_id: int, line_ids: set[int]) -> dict[int, int]:
    """Return the minutes on or after the acceptance (受理日) by line; nothing counts on a case without one."""
    payable = WorkEntry.objects.for_agency(agency_id).filter(
        cost_line_id__in=line_ids, worked_on__gte=F("case__usage_accepted_on")
    )
    sums = payable.order_by().values("cost_line_id").annotate(total=Sum("minutes"))
    return {int(row["cost_line_id"]): int(row["total"]) for row in sums}


def _hours(entry: WorkEntry, cards: Mapping[int, tuple[CardRate, ...]], counted: Mapping[int, int]) -> Hours:
    line = entry.cost_line
    return Hours(
        id=entry.pk,
        worker_id=entry.worker_id,
        worker=entry.worker.name,
        co_agency_id=entry.worker.co_agency_id,
        case_id=entry.case_id,
        case=entry.case.number,
        accepted_on=entry.case.usage_accepted_on,
        worked_on=entry.worked_on,
        starts=entry.starts_minute,
        ends=entry.ends_minute,
        minutes=entry.minutes,
        content=entry.content,
        entered_on=day_of(entry.entered_at),
        work=_work(line, counted) if line else None,
        card_yen=rate_on(cards.get(entry.worker_id, ()), entry.worked_on),
    )


def _work(line: CostLine, counted: Mapping[int, int]) -> Work:
    period: tuple[date, date] | None = (line.period.starts_on, line.period.ends_on) if line.period else None
    return Work(
        id=line.pk,
        name=line.work,
        person=line.person,
        worker_id=line.worker_id,
        co_agency_id=line.co_agency_id,
        rate_yen=line.hourly_rate_yen,
        quoted_minutes=line.minutes,
        counted_minutes=counted.get(line.pk, 0),
        period=period,
    )
