"""The action plan of a version: issues, their measures, and what each measure is worth year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cases.enums import Statement
from cases.models import Issue, Measure, MeasureEffect, Plan
from cases.rules.accounts import accounts
from cases.rules.statements import DERIVED, DERIVED_FROM_LOANS
from cases.selectors.plan.rows import stamp_of_rows

# What measures and assumptions may change; the others follow from the rest of the plan.
CHANGEABLE: Final = tuple(one.id for one in accounts().values() if one.id not in DERIVED | DERIVED_FROM_LOANS)


@dataclass(frozen=True, slots=True)
class EffectLine:
    """The effects of a measure on one account, in yen by planned year; years without an effect are left out."""

    account: str
    label: str
    is_profit: bool
    yen: Mapping[int, int]

    @property
    def cells(self) -> list[int | None]:
        """Return the amount of every planned year, in order; None where there is none."""
        return list(self.yen.values())


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure with its effects.

    Attributes:
        profit_yen: what it changes in the ordinary profit of each planned year.
    """

    measure: Measure
    lines: Sequence[EffectLine]
    profit_yen: Mapping[int, int]

    @property
    def has_effect(self) -> bool:
        """Tell whether any effect is entered."""
        return bool(self.lines)


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue with its measures."""

    issue: Issue
    measures: Sequence[MeasureRow]


def action_plan(plan: Plan) -> list[IssueRow]:
    """Return the issues of a plan with their measures and effects, in three queries."""
    issues = Issue.objects.for_agency(plan.agency_id).filter(plan=plan).order_by("position", "id")
    measures = Measure.objects.for_agency(plan.agency_id).filter(plan=plan).order_by("position", "id")
    effects: dict[int, list[MeasureEffect]] = {}
    for one in MeasureEffect.objects.for_agency(plan.agency_id).filter(measure__plan=plan):
        effects.setdefault(one.measure_id, []).append(one)
    rows: dict[int, list[MeasureRow]] = {}
    for measure in measures:
        lines = effect_lines(effects.get(measure.pk, []))
        rows.setdefault(measure.issue_id, []).append(MeasureRow(measure, lines, _profit(lines, plan)))
    return [IssueRow(issue, rows.get(issue.pk, [])) for issue in issues]


def effect_lines(effects: Sequence[MeasureEffect]) -> list[EffectLine]:
    """Return effects as lines of accounts, in the order of the statements."""
    yen: dict[str, dict[int, int]] = {}
    for one in sorted(effects, key=lambda one: one.year):
        yen.setdefault(one.account, {})[one.year] = one.yen
    return [
        EffectLine(one.id, one.label, one.statement is Statement.PROFIT, yen[one.id])
        for one in accounts().values()
        if one.id in yen
    ]


def _profit(lines: Sequence[EffectLine], plan: Plan) -> dict[int, int]:
    chart = accounts()
    return {
        year: sum(chart[line.account].profit_sign * line.yen.get(year, 0) for line in lines)
        for year in plan.planned_years
    }


def effects_of_measure(measure: Measure) -> list[MeasureEffect]:
    """Return the effects of one measure."""
    return list(MeasureEffect.objects.for_agency(measure.agency_id).filter(measure=measure).order_by("pk"))


def seen_issue(issue: Issue) -> int:
    """Return the number that stands for an issue as it is stored; its place in the list does not count."""
    return stamp_of_rows([_placeless(issue)])


def seen_measure(measure: Measure) -> int:
    """Return the number that stands for a measure and its effects as they are stored."""
    return stamp_of_rows([_placeless(measure)], effects_of_measure(measure))


def seen_removal(issue: Issue) -> int:
    """Return the number that stands for all that goes with an issue: its measures, and what each is worth."""
    mine = issue.agency_id
    measures = Measure.objects.for_agency(mine).filter(issue=issue).order_by("pk")
    effects = MeasureEffect.objects.for_agency(mine).filter(measure__issue=issue).order_by("pk")
    return stamp_of_rows([_placeless(issue)], [_placeless(one) for one in measures], list(effects))


def _placeless(row: Issue | Measure) -> Issue | Measure:
    names = [one.attname for one in row._meta.concrete_fields if one.name != "position"]
    return type(row)(**{name: getattr(row, name) for name in names})
