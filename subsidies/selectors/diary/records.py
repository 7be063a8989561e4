"""Which months of whom can be printed as time records (従事時間管理表)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.db.models.functions import TruncMonth
from django.urls import reverse

from cases.models import Case
from subsidies.models import WorkEntry, Worker
from subsidies.selectors.diary.week import WeekSheet


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A month of a person on a case that has hours to be printed; `month` is its first day."""

    case: str
    person: str
    month: date
    url: str

    @property
    def month_label(self) -> str:
        """Return the month: 2026年11月."""
        return f"{self.month.year}年{self.month.month}月"


def records_of_week(sheet: WeekSheet) -> tuple[RecordLink, ...]:
    """Return the months that a person's week lies in, by case."""
    months = {sheet.week.monday.replace(day=1), sheet.sunday.replace(day=1)}
    wanted = {"case_id__in": [one.case.pk for one in sheet.cases], "month__in": months}
    return _records(sheet.worker.agency_id, [sheet.worker], wanted)


def records_of_case(case: Case, workers: Iterable[Worker]) -> tuple[RecordLink, ...]:
    """Return the months of some people on a case, by person."""
    return _records(case.agency_id, workers, {"case": case})


def _records(agency_id: int, workers: Iterable[Worker], wanted: dict[str, Any]) -> tuple[RecordLink, ...]:
    names = {one.pk: str(one) for one in workers}
    entries = WorkEntry.objects.for_agency(agency_id).annotate(month=TruncMonth("worked_on"))
    counted = entries.filter(
        worker_id__in=names, worked_on__gte=F("case__usage_accepted_on"), cost_line__isnull=False, **wanted
    )
    places = counted.order_by("worker_id", "case__number", "month").values_list("worker_id", "case__number", "month")
    return tuple(
        RecordLink(number, names[worker_id], month, _url(worker_id, number, month))
        for worker_id, number, month in places.distinct()
    )


def _url(worker_id: int, number: str, month: date) -> str:
    return f"{reverse('subsidies:hours_record', args=[number, worker_id])}?{urlencode({'month': f'{month:%Y-%m}'})}"
