"""What differs between two versions of a plan: texts, issues and measures, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.models import Plan
from cases.rules.accounts import accounts
from cases.selectors.plan.actions import action_plan
from cases.selectors.plan.figures import Figures, Sheet, sheet_of
from cases.selectors.plan.grid import YearHead, heads_of, key_rows
from cases.selectors.plan.tasks import TEXT_LABELS
from vapup.shared.money import format_yen


@dataclass(frozen=True, slots=True)
class TextDifference:
    """A text or a row that the versions word differently; "" where a version has none."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AmountDifference:
    """An amount that differs, in yen; None where a version has none."""

    label: str
    old_yen: int | None
    new_yen: int | None

    @property
    def change_yen(self) -> int:
        """Return the new amount less the old one."""
        return (self.new_yen or 0) - (self.old_yen or 0)


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything in which two versions differ; years are told apart by the day on which they end."""

    texts: Sequence[TextDifference]
    actions: Sequence[TextDifference]
    key_figures: Sequence[AmountDifference]
    figures: Sequence[AmountDifference]

    @property
    def is_empty(self) -> bool:
        """Tell whether the versions say the same."""
        return not (self.texts or self.actions or self.key_figures or self.figures)


def differences_between(old: Plan, new: Plan) -> Differences:
    """Compare two versions of the plan of a case."""
    before, after = sheet_of(old), sheet_of(new)
    return Differences(
        texts=_texts(old, new),
        actions=_compared(_actions(old), _actions(new)),
        key_figures=_amounts(_key_figures(before), _key_figures(after)),
        figures=_amounts(_figures(before), _figures(after)),
    )


def _texts(old: Plan, new: Plan) -> list[TextDifference]:
    found = [TextDifference(label, getattr(old, name), getattr(new, name)) for name, label in TEXT_LABELS]
    return [one for one in found if one.old != one.new]


def _actions(plan: Plan) -> dict[str, str]:
    """Return issues and measures as words, by a name that both versions share where they have the row."""
    found: dict[str, str] = {}
    for row in action_plan(plan):
        issue = row.issue
        words = "\n".join(filter(None, (issue.situation, issue.direction)))
        found[f"経営課題「{issue.title}」"] = words or "(本文なし)"
        for one in row.measures:
            measure = one.measure
            lines = [f"担当 {measure.owner}、{measure.starts_on} から {measure.due_on}", measure.kpi, measure.detail]
            for line in one.lines:
                amounts = "、".join(f"{year}年目 {format_yen(yen)}円" for year, yen in line.yen.items())
                lines.append(f"{line.label}: {amounts}")
            found[f"施策「{measure.title}」(経営課題「{issue.title}」)"] = "\n".join(filter(None, lines))
    return found


def _compared(old: Mapping[str, str], new: Mapping[str, str]) -> list[TextDifference]:
    return [
        TextDifference(name, old.get(name, ""), new.get(name, ""))
        for name in {**old, **new}
        if old.get(name) != new.get(name)
    ]


def _key_figures(sheet: Sheet) -> dict[str, int | None]:
    heads = heads_of(sheet.plan)
    return {
        f"{row.label} {head.period}": yen
        for row in key_rows(sheet)
        for head, yen in zip(heads, row.amounts, strict=True)
        if head.year >= 0
    }


def _figures(sheet: Sheet) -> dict[str, int | None]:
    """Return what was entered, by account and year end, in the order of the statements."""
    heads: Mapping[int, YearHead] = {head.year: head for head in heads_of(sheet.plan)}
    stored: Figures = sheet.stored
    return {
        f"{one.label} {heads[year].period}": stored[one.id, year]
        for one in accounts().values()
        for year in heads
        if (one.id, year) in stored
    }


def _amounts(old: Mapping[str, int | None], new: Mapping[str, int | None]) -> list[AmountDifference]:
    return [
        AmountDifference(name, old.get(name), new.get(name))
        for name in {**old, **new}
        if (old.get(name) or 0) != (new.get(name) or 0)
    ]
