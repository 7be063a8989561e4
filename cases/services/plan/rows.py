"""Rows of a part of a plan, saved as one sheet: what is new, what changed, what is gone, and the trail of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from cases.models.plans import PlanPart
from vapup.accounts import audit
from vapup.accounts.models import AgencyQuerySet

Part = TypeVar("Part", bound=PlanPart)
NOT_WRITTEN: Final = frozenset({"id", "agency", "plan"})


@dataclass(frozen=True, slots=True)
class RowInput:
    """What a user says about one row of a sheet.

    Attributes:
        pk: of the row as it was shown; None for a new one.
        values: its columns; a link holds the row that it leads to.
        is_gone: the user takes it out.
    """

    pk: int | None
    values: Mapping[str, Any]
    is_gone: bool = False


@dataclass(slots=True)
class Comparison(Generic[Part]):
    """What saving a sheet does to its rows; `kept` are the rows that stay or come, in their order."""

    title: str
    kept: list[Part] = field(default_factory=list)
    new: list[Part] = field(default_factory=list)
    changed: list[Part] = field(default_factory=list)
    gone: list[Part] = field(default_factory=list)
    changes: audit.Changes = field(default_factory=dict)

    def note(self, row: object, changes: Mapping[str, Any]) -> None:
        """Write what changed in a row under its place in the sheet, so that equal names do not hide each other."""
        number = len(self.kept) + len(self.gone) + 1
        self.changes.update({f"{self.title} {number}. {row}: {label}": pair for label, pair in changes.items()})


def compare_rows(
    title: str, stored: Sequence[Part], rows: Iterable[RowInput], make: Callable[[], Part]
) -> Comparison[Part]:
    """Return what saving `rows` would do, without saving: the stored rows carry their new values afterwards.

    A row that another person added meanwhile stays, after the others; one that another person took out comes back.
    """
    found = Comparison[Part](title)
    left = {row.pk: row for row in stored}
    before = [(row.pk, str(row)) for row in stored]
    for entry in rows:
        row = left.pop(entry.pk, None) if entry.pk else None
        if entry.is_gone:
            _take_out(found, row, entry)
        elif row is None:
            _add(found, make(), entry)
        else:
            _change(found, row, entry)
    found.kept.extend(left.values())
    _put_in_order(found, before)
    return found


def store_rows(found: Comparison[Part], rows: AgencyQuerySet[Part]) -> None:
    """Save what `compare_rows` found, in at most one statement for each way of changing.

    Args:
        rows: of the plan's agency; nothing else is deleted or written.
    """
    if found.gone:
        rows.filter(pk__in=[row.pk for row in found.gone]).delete()
    if found.changed:
        names = [one.name for one in rows.model._meta.concrete_fields if one.name not in NOT_WRITTEN]
        rows.bulk_update(found.changed, names)
    if found.new:
        rows.bulk_create(found.new)


def _take_out(found: Comparison[Part], row: Part | None, entry: RowInput) -> None:
    if row is not None:
        gone = audit.initial_values(row, entry.values)
        found.note(row, {label: [after, before] for label, (before, after) in gone.items()})
        found.gone.append(row)


def _add(found: Comparison[Part], row: Part, entry: RowInput) -> None:
    for name, value in entry.values.items():
        setattr(row, name, value)
    found.note(row, audit.initial_values(row, entry.values))
    found.kept.append(row)
    found.new.append(row)


def _change(found: Comparison[Part], row: Part, entry: RowInput) -> None:
    name = str(row)
    changes = audit.apply_changes(row, entry.values)
    found.note(name, changes)
    found.kept.append(row)
    if changes:
        found.changed.append(row)


def _put_in_order(found: Comparison[Part], before: Sequence[tuple[int, str]]) -> None:
    """Number the rows as they stand, and tell of it where rows that stayed have another order than before."""
    fresh, touched = {id(row) for row in found.new}, {id(row) for row in found.changed}
    stayed = [row for row in found.kept if id(row) not in fresh]
    ids = [row.pk for row in stayed]
    earlier = [(pk, name) for pk, name in before if pk in ids]
    if [pk for pk, _ in earlier] != ids:
        names = ["、".join(name for _, name in earlier), "、".join(map(str, stayed))]
        found.changes[f"{found.title}の並び"] = list(names)
    for position, row in enumerate(found.kept, 1):
        if row.position != position:
            row.position = position
            if id(row) not in fresh | touched:
                found.changed.append(row)
