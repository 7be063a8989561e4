"""The usage application in the words and shapes of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from subsidies.enums import ApplicationKind, CostCategory
from subsidies.models import Application, Packet
from subsidies.rules.assessment import Assessment
from subsidies.selectors.filing.readiness import Point, Weight

OPEN_STATES: Final[Mapping[Weight, tuple[str, str]]] = MappingProxyType(
    {
        Weight.BLOCKS: ("problem", "不足あり"),
        Weight.NEEDS_OVERRIDE: ("short", "例外の承認が必要"),
        Weight.ADVICE: ("short", "確認してください"),
    }
)


@dataclass(frozen=True, slots=True)
class Task:
    """One point of the check as a row of a task list."""

    label: str
    state: str
    state_label: str
    url: str
    hint: str
    reason_blocked: str = ""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of the last decision and what it is now, in whole yen; None where the category was not there."""

    label: str
    before_yen: int | None
    after_yen: int | None


def points_as_tasks(points: Sequence[Point], *, has_links: bool) -> list[Task]:
    """Return the points of a check, the open ones telling what is missing; links only for who may write."""
    return [_task(point, has_links=has_links) for point in points]


def _task(point: Point, *, has_links: bool) -> Task:
    state, label = ("done", "確認済") if point.is_met else OPEN_STATES[point.weight]
    return Task(point.label, state, label, point.url if has_links else "", point.missing)


def figure_changes(before: Mapping[str, Any] | None, assessment: Assessment) -> list[FigureChange]:
    """Return the figures that differ from those of the last decision, as `Assessment.as_dict` stored them."""
    if before is None:
        return []
    old = {f"補助額 {CostCategory(one['category']).label}": int(one["subsidy"]) for one in before["lines"]}
    old |= {"費用の合計": before["totals"]["cost"], "補助額の合計": before["totals"]["subsidy"]}
    new = {f"補助額 {one.category.label}": one.subsidy_yen for one in assessment.lines}
    new |= {"費用の合計": assessment.totals.cost_yen, "補助額の合計": assessment.totals.subsidy_yen}
    labels = dict.fromkeys((*old, *new))
    return [FigureChange(one, old.get(one), new.get(one)) for one in labels if old.get(one) != new.get(one)]


def packets_of(application: Application) -> list[Packet]:
    """Return the packets printed of an application, newest first, without the content that they print.

    Those of the usage application may have been asked for before anything of it was stored.
    """
    case, kind = application.case, ApplicationKind(application.kind)
    packets = Packet.objects.for_agency(case.agency_id).filter(case=case, application=kind).defer("payload", "enclosed")
    if kind is not ApplicationKind.USAGE:
        packets = packets.filter(application_row=application)
    return list(packets.select_related("requested_by__user", "document").order_by("-id"))
