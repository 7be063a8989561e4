"""The versions of the rules and what differs between two of them.

Rules are data of the repository, the same for every agency: nothing here reads the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from cases.enums import SchemeFrame
from subsidies.enums import ApplicationKind, CostCategory
from subsidies.rules.parameters import rule_versions
from subsidies.rules.requirements_rows import Requirement, requirements
from subsidies.rules.size_class import SizeClass
from subsidies.rules.version import SPECS, Key, Parameter, RuleVersion
from vapup.dashboard.rules.words import value_in_words

ADDED: Final = "追加"
DROPPED: Final = "なくなる"
ALTERED: Final = "変更"
_NAMES: Final = tuple(SPECS)
_CATEGORIES: Final = tuple(CostCategory)
_SIZES: Final = tuple(SizeClass)


@dataclass(frozen=True, slots=True)
class Change:
    """A value that two versions do not have in common, before and after, with the row that says so."""

    label: str
    before: str
    after: str
    row: Parameter
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperChange:
    """A document that one list has and the other has not, or has otherwise."""

    application: str
    label: str
    what: str
    detail: str
    row: Requirement


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs between two versions of one frame, the older one first."""

    before: RuleVersion
    after: RuleVersion
    categories: tuple[str, ...]
    changes: tuple[Change, ...]
    papers: tuple[PaperChange, ...]

    @property
    def count(self) -> int:
        """Return how many things differ."""
        return len(self.categories) + len(self.changes) + len(self.papers)


def versions_of(frame: SchemeFrame) -> tuple[RuleVersion, ...]:
    """Return the versions of a frame, the oldest first."""
    return rule_versions()[frame]


def version_from(frame: SchemeFrame, since: date) -> RuleVersion | None:
    """Return the version of a frame that begins on a day."""
    return next((one for one in versions_of(frame) if one.effective_from == since), None)


def before(version: RuleVersion) -> RuleVersion | None:
    """Return the version that it follows, or None for the first."""
    return next(
        (one for one, two in pairwise(versions_of(version.frame)) if two.effective_from == version.effective_from), None
    )


def in_order(parameters: Mapping[Key, Parameter]) -> list[Parameter]:
    """Return parameters in the order of the specification, those of one name by category and size."""
    return [parameters[key] for key in sorted(parameters, key=_place)]


def compared(one: RuleVersion, two: RuleVersion) -> Compared:
    """Return what differs between two versions of a frame; the older one comes first."""
    first, second = sorted((one, two), key=lambda version: version.effective_from)
    return Compared(
        first, second, tuple(_categories(first, second)), tuple(_changes(first, second)), tuple(_papers(first, second))
    )


def _place(key: Key) -> tuple[int, int, int]:
    return (
        _NAMES.index(key.name),
        _CATEGORIES.index(key.category) if key.category else -1,
        _SIZES.index(key.size_class) if key.size_class else -1,
    )


def _categories(first: RuleVersion, second: RuleVersion) -> Iterator[str]:
    for category in CostCategory:
        if (category in second.categories) != (category in first.categories):
            verb = "が対象になる" if category in second.categories else "が対象でなくなる"
            yield f"{category.label}{verb}"


def _changes(first: RuleVersion, second: RuleVersion) -> Iterator[Change]:
    for key in sorted({*first.parameters, *second.parameters}, key=_place):
        old, new = first.parameters.get(key), second.parameters.get(key)
        row = new or old
        if row is None:
            continue
        if old is None or new is None or old.value != new.value:
            yield Change(row.label, value_in_words(old), value_in_words(new), row)
        elif old.confirmed != new.confirmed:
            said = value_in_words(new)
            yield Change(row.label, said, said, row, "値は同じで、出典の確認の状況だけが違います。")


def _papers(first: RuleVersion, second: RuleVersion) -> Iterator[PaperChange]:
    """Yield how the national lists differ, as they stand on the first day of each version."""
    for kind in ApplicationKind:
        old, new = (_listed(version, kind) for version in (first, second))
        for name in (*(name for name in old if name not in new), *new):
            if name not in new:
                yield PaperChange(kind.label, old[name].label, DROPPED, "", old[name])
            elif name not in old:
                yield PaperChange(kind.label, new[name].label, ADDED, "", new[name])
            elif detail := _altered(old[name], new[name]):
                yield PaperChange(kind.label, new[name].label, ALTERED, detail, new[name])


def _listed(version: RuleVersion, kind: ApplicationKind) -> dict[str, Requirement]:
    day = version.effective_from
    return {
        one.id: one
        for one in requirements().get((version.frame, kind), ())
        if not one.council and one.effective_from <= day and (one.effective_to is None or day <= one.effective_to)
    }


def _altered(old: Requirement, new: Requirement) -> str:
    pairs = (
        ("名称", old.label, new.label),
        ("原本・写し", old.copy.label, new.copy.label),
        ("作成者", old.maker.label, new.maker.label),
        ("発行からの月数", _months(old), _months(new)),
    )
    return "、".join(f"{name} {was} → {now}" for name, was, now in pairs if was != now)


def _months(one: Requirement) -> str:
    return "定めなし" if one.max_age_months is None else f"{one.max_age_months}か月以内"
