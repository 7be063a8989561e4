"""What an importer of a kind of file is: its sheets, how it examines their rows, and how it writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db import models

from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.documents.inspection import Inspected, Sheet
from vapup.imports.columns import Draft, SheetForm
from vapup.imports.models import ImportBatch
from vapup.imports.sheets import drafts_of

# What stands for the file itself among the rows of an importer that reads files in its own way.
FILE: Final = "ファイル"
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


def nothing_replaced(_actor: Member, _batch: ImportBatch) -> None:
    """Put nothing back: the import replaced nothing."""


def no_objections(_actor: Member, _made: Made) -> Objections:
    """Let everything be taken back that was neither changed nor used."""
    return ()


@dataclass
class Writing:
    """One commit under way: who asked for it, from which file, and what has been made of which row so far.

    Attributes:
        kept: plain values that an undo will need, stored with the import.
    """

    actor: Member
    now: datetime
    today: date
    source: str
    progress: Callable[[float], None]
    made: list[tuple[Draft, models.Model]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

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
        read: makes rows of a file whose layout its forms do not tell, the first one standing for the file; raises
            DomainError. None where the heads of the forms do.
        restore: puts back what the import had replaced, after what it made is deleted.
        hold: locks what the rows are written to, before they are examined as the office then stands; given what would
            examine them without a lock. None where the constraints of the tables keep two imports apart.
    """

    forms: Sequence[SheetForm]
    examine: Callable[[Sequence[Draft], Asked], Any]
    write: Callable[[Any, Writing], None]
    action: Action = Action.MOVE_IN
    objections: Callable[[Member, Made], Objections] = no_objections
    read: Callable[[Inspected, Sequence[Sheet], Asked], list[Draft]] | None = None
    restore: Callable[[Member, ImportBatch], None] = nothing_replaced
    hold: Callable[[Member, Callable[[], Any]], None] | None = None

    def drafts_of(self, inspected: Inspected, sheets: Sequence[Sheet], asked: Asked) -> list[Draft]:
        """Return the rows of a file."""
        return drafts_of(self.forms, sheets) if self.read is None else self.read(inspected, sheets, asked)
