"""How long cases stood in each stage, from the recorded steps: days between the day of arrival and that of leaving."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from statistics import median, quantiles
from typing import Final, NamedTuple

from cases.enums import CaseStage
from cases.models import CaseStep
from vapup.dashboard.reports.query import Scope

WHOLE: Final = "相談から完了まで"
# Below this, quartiles say little; the page says so.
FEW: Final = 5


class _Step(NamedTuple):
    case_id: int
    from_stage: str
    to_stage: str
    occurred_on: date
    consulted_on: date


class _Stay(NamedTuple):
    """The time of a case in one stage; to a stage that it leaves twice, it has two."""

    stage: str
    left_on: date
    days: int


@dataclass(frozen=True, slots=True)
class StageTime:
    """The days that `count` cases stood in a stage; quartiles are interpolated between cases (包括法)."""

    label: str
    count: int
    low: float
    median: float
    high: float
    longest: int
    is_whole: bool = False

    @property
    def is_few(self) -> bool:
        """Tell whether so few cases stand behind it that it says little."""
        return self.count < FEW


def stage_times(scope: Scope) -> list[StageTime]:
    """Return the times of the stages that cases left in the year, in the order of the procedure, then the whole way.

    A stage that a case left several times counts once, with the sum of its days. A stage whose beginning is not
    recorded (a case moved in half-way) is not counted.
    """
    days: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for case_id, steps in groupby(_steps(scope), key=itemgetter(0)):
        for stay in _stays(list(steps)):
            if scope.year.has(stay.left_on):
                days[stay.stage][case_id] += stay.days
    stages = [_time(stage.label, days[stage].values()) for stage in CaseStage if stage in days]
    return stages + ([_time(WHOLE, days[WHOLE].values(), is_whole=True)] if WHOLE in days else [])


def _steps(scope: Scope) -> Iterator[_Step]:
    """Return all steps of the cases that took one in the year, case by case in the order in which they were taken."""
    steps = CaseStep.objects.for_agency(scope.agency_id)
    moved = steps.filter(occurred_on__range=scope.year.days).values("case_id")
    names = ("case_id", "from_stage", "to_stage", "occurred_on", "case__consulted_on")
    rows = steps.filter(case__in=scope.cases(), case_id__in=moved).order_by("case_id", "id").values_list(*names)
    return (_Step(*row) for row in rows)


def _stays(steps: list[_Step]) -> Iterator[_Stay]:
    """Yield the stays of one case that have a known beginning and end."""
    stage, since = CaseStage.CONSULTATION.value, steps[0].consulted_on
    is_whole = True
    for step in steps:
        if step.from_stage != stage:  # something between was never recorded
            stage, since, is_whole = step.to_stage, step.occurred_on, False
            continue
        if step.to_stage == stage:
            continue
        days = (step.occurred_on - since).days
        if days >= 0:
            yield _Stay(stage, step.occurred_on, days)
        stage, since = step.to_stage, step.occurred_on
    if is_whole and stage == CaseStage.COMPLETED:
        yield _Stay(WHOLE, since, (since - steps[0].consulted_on).days)


def _time(label: str, days: Iterable[int], *, is_whole: bool = False) -> StageTime:
    known = sorted(days)
    low: float = known[0]
    high: float = known[-1]
    if len(known) > 1:
        low, _, high = quantiles(known, n=4, method="inclusive")
    return StageTime(label, len(known), low, median(known), high, known[-1], is_whole=is_whole)
