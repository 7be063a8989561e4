"""Which documents an application needs (必要書類), judged on the facts of one case, and how fresh they must be."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from subsidies.rules.requirements_conditions import RequirementFacts, judge
from subsidies.rules.requirements_rows import (
    Condition,
    Copy,
    CouncilNote,
    List,
    Maker,
    Per,
    Requirement,
    council_notes,
    requirements,
)
from vapup.shared.dates import months_end

__all__ = [
    "Condition",
    "Copy",
    "CouncilNote",
    "Judged",
    "Maker",
    "Per",
    "Requirement",
    "RequirementFacts",
    "fresh_until",
    "judge_requirement",
    "last_fiscal_day",
    "notes_for",
    "requirements_on",
]


@dataclass(frozen=True, slots=True)
class Judged:
    """A document of the list, whether this application needs it, and why; `why` is "" where all do."""

    requirement: Requirement
    is_needed: bool
    why: str


def requirements_on(facts: RequirementFacts, *, lists: List | None = None) -> tuple[Judged, ...]:
    """Return the list in force on the key date, in its order, each document judged.

    A frame that has no such application (negotiation in the GL frame, say) has an empty list.

    Args:
        lists: other rows than those of the product.
    """
    members = (requirements() if lists is None else lists).get((facts.frame, facts.application), ())
    return tuple(judge_requirement(one, facts) for one in members if _is_listed(one, facts))


def _is_listed(requirement: Requirement, facts: RequirementFacts) -> bool:
    is_in_force = requirement.effective_from <= facts.on and (
        requirement.effective_to is None or facts.on <= requirement.effective_to
    )
    return is_in_force and requirement.council in {"", facts.council}


def judge_requirement(requirement: Requirement, facts: RequirementFacts) -> Judged:
    """Judge one document: all its conditions must hold. Where some do not, those say why."""
    verdicts = [judge(condition, facts) for condition in requirement.conditions]
    is_needed = all(verdict.is_met for verdict in verdicts)
    return Judged(requirement, is_needed, _joined(one.why for one in verdicts if one.is_met == is_needed))


def _joined(reasons: Iterable[str]) -> str:
    return "、".join(filter(None, reasons))


def notes_for(council: str, *, on: date) -> tuple[CouncilNote, ...]:
    """Return what a council says about its documents beside the list, for cases whose key date is `on`."""
    return tuple(
        note
        for note in council_notes()
        if note.council == council
        and note.effective_from <= on
        and (note.effective_to is None or on <= note.effective_to)
    )


def fresh_until(requirement: Requirement, issued_on: date) -> date | None:
    """Return the last day on which a document issued then may be filed, inclusive, or None where its age is free.

    Months are counted by 民法: issued on 2025-11-30, three months end on 2026-02-28.
    """
    if requirement.max_age_months is None:
        return None
    return months_end(issued_on, requirement.max_age_months)


def last_fiscal_day(month: int, *, until: date) -> date:
    """Return the last end of a fiscal year on or before a day, for fiscal years that end with `month`."""
    found = date(until.year, month, monthrange(until.year, month)[1])
    if found <= until:
        return found
    return date(until.year - 1, month, monthrange(until.year - 1, month)[1])
