"""What the office has that rows of hours are held against: its people, cases, works, and the hours of the same days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cases.models import Case
from subsidies.models import CostLine, WorkEntry, Worker
from subsidies.packets.agencies import by_agency
from subsidies.packets.estimate import numbered_lines
from subsidies.selectors import cost_lines_of, periods_of
from subsidies.selectors.diary.workers import workers_for, workers_of
from vapup.accounts.models import Member

# A work of the estimate with its number there, such as 1-2.
Numbered = tuple[str, CostLine]


def folded_name(text: str) -> str:
    """Return a name without spaces; its letters stay as they are."""
    return "".join(text.split())


@dataclass
class Office:
    """The people and cases of an office; the works of a case are read when a row first asks for them."""

    actor: Member
    people: Mapping[str, Sequence[Worker]]
    by_id: Mapping[int, Worker]
    allowed: frozenset[int]
    cases: Mapping[str, Case]
    works: dict[int, tuple[tuple[Numbered, ...], ...]] = field(default_factory=dict)

    def works_of(self, case: Case, worker: Worker) -> tuple[Numbered, ...]:
        """Return the works that a person may have done on a case, numbered as in the estimate of their agency."""
        if case.pk not in self.works:
            self.works[case.pk] = _works(case)
        parts = self.works[case.pk]
        if len(parts) == 1:
            return parts[0]
        own = [part for part in parts if any(line.co_agency_id == worker.co_agency_id for _, line in part)]
        return own[0] if own else tuple(one for part in parts for one in part)


def office_of(actor: Member, numbers: Iterable[str], case_id: int | None) -> Office:
    """Return the office of somebody who brings hours in, with the cases of these numbers and ids."""
    people: dict[str, list[Worker]] = defaultdict(list)
    workers = {one.pk: one for one in workers_of(actor.agency_id)}
    for worker in workers.values():
        for name in {folded_name(worker.name), folded_name(str(worker))}:
            people[name].append(worker)
    cases = Case.objects.for_agency(actor.agency_id).select_related("enterprise")
    found = [*cases.filter(number__in=set(numbers)), *cases.filter(pk=case_id or 0)]
    allowed = frozenset(one.pk for one in workers_for(actor))
    return Office(actor, people, workers, allowed, {one.number: one for one in found})


def _works(case: Case) -> tuple[tuple[Numbered, ...], ...]:
    lines, periods = cost_lines_of(case), periods_of(case)
    return tuple(numbered_lines(part, periods) for part in by_agency(case, lines) or (lines,))


def entries_near(agency_id: int, workers: Iterable[int], days: Sequence[date]) -> list[WorkEntry]:
    """Return the stored hours of some people between the first and the last of these days."""
    if not days:
        return []
    found = WorkEntry.objects.for_agency(agency_id).filter(
        worker_id__in=set(workers), worked_on__range=(min(days), max(days))
    )
    return list(found.only("worker_id", "case_id", "worked_on", "starts_minute", "ends_minute"))
