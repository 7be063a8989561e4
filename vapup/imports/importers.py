"""What an importer of a kind of file is: its sheets, how it examines their rows, and how it writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models

from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.imports.columns import Draft, SheetForm

M = TypeVar("M", bound=models.Model)


# What an import made, by model; and why it cannot be taken back: the model, the id, and what stands against it.
Made = Mapping[type[models.Model], Sequence[int]]
Objections = Iterable[tuple[type[models.Model], int, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who brings a file in, when, and what was chosen for all of its rows."""

    actor: Member
    now: datetime
    today: date
    options: Mapping[str, Any]


def no_objections(_actor: Member, _made: Made) -> Objections:
    """Let everything be taken back that was neither changed nor used."""
    return ()


@dataclass
class Writing:
    """One commit under way: who asked for it, from which file, and what has been made of which row so far."""

    actor: Member
    now: datetime
    today: date
    source: str
    progress: Callable[[float], None]
    made: list[tuple[Draft, models.Model]] = field(default_factory=list)

    def save(self, rows: Iterable[tuple[Draft, M]]) -> list[M]:
        """Store unsaved rows of one model at once, each with the row of the file that it was made of."""
        pairs = list(rows)
        if pairs:
            type(pairs[0][1])._default_manager.bulk_create([row for _, row in pairs], batch_size=2_000)
        self.made += pairs
        return [row for _, row in pairs]


@dataclass(frozen=True)
class Importer:
    """The parts of a kind of import.

    Attributes:
        forms: its sheets; what reads their cells follows from them.
        examine: looks at all rows together, tells faults in them, and returns a plan; reads the database, writes none.
        write: stores the rows of a plan that can be taken, inside the transaction of the commit.
        action: what its user must be allowed to do.
        objections: locks what an undo must hold first, and yields what stands against it.
    """

    forms: Sequence[SheetForm]
    examine: Callable[[Sequence[Draft], Asked], Any]
    write: Callable[[Any, Writing], None]
    action: Action = Action.MOVE_IN
    objections: Callable[[Member, Made], Objections] = no_objections
