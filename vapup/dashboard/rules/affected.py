"""The live cases of an office that a version of the rules, or an edition of the forms, applies to (影響する案件)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from django.db.models import Count, Q, QuerySet

from cases.enums import SchemeFrame
from cases.models import Case
from cases.workflow import OPEN_STAGES


class Dated(Protocol):
    """What holds for a frame from one day to another, both inclusive."""

    @property
    def frame(self) -> SchemeFrame:
        """Return the frame."""

    @property
    def effective_from(self) -> date:
        """Return the first day."""

    @property
    def effective_to(self) -> date | None:
        """Return the last day, or None until further notice."""


Counts = Mapping[tuple[str, date], int]


def live_cases(agency_id: int) -> QuerySet[Case]:
    """Return the cases under way of an office."""
    return Case.objects.for_agency(agency_id).filter(stage__in=OPEN_STAGES)


def counts_by_day(agency_id: int) -> Counts:
    """Return how many live cases there are, by frame and the day that picks their rules (`Case.key_date`)."""
    days = live_cases(agency_id).order_by().values_list("frame", "accepted_on", "planned_accepted_on")
    found = Counter[tuple[str, date]]()
    for frame, accepted_on, planned_on, count in days.annotate(Count("pk")):
        found[frame, accepted_on or planned_on] += count
    return found


def count_of(dated: Dated, counts: Counts) -> int:
    """Return how many live cases fall under a version or an edition."""
    return sum(count for (frame, day), count in counts.items() if frame == dated.frame and _holds(dated, day))


def count_by_frame_outside(every: Iterable[Dated], counts: Counts) -> Mapping[str, int]:
    """Return by frame how many live cases fall under none of `every`."""
    known, found = list(every), Counter[str]()
    for (frame, day), count in counts.items():
        if not any(one.frame == frame and _holds(one, day) for one in known):
            found[frame] += count
    return found


def cases_under(agency_id: int, dated: Dated) -> QuerySet[Case]:
    """Return the live cases that fall under a version or an edition, by number."""
    fixed, planned = _between("accepted_on", dated), _between("planned_accepted_on", dated)
    cases = live_cases(agency_id).filter(fixed | (Q(accepted_on=None) & planned), frame=dated.frame)
    return cases.select_related("enterprise", "consultant__user").order_by("number")


def _between(name: str, dated: Dated) -> Q:
    """Return the condition that a day is one on which `dated` holds."""
    since = Q((f"{name}__gte", dated.effective_from))
    return since if dated.effective_to is None else since & Q((f"{name}__lte", dated.effective_to))


def _holds(dated: Dated, day: date) -> bool:
    return dated.effective_from <= day and (dated.effective_to is None or day <= dated.effective_to)
