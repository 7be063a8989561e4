"""The names in a file of figures, with what they stand for now: what the page of the preview asks about."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from vapup.imports.columns import Draft, Message
from vapup.imports.enums import Verdict
from vapup.imports.figures.checking import Taken, checked
from vapup.imports.figures.form import reading_of
from vapup.imports.figures.lines import Role
from vapup.imports.figures.mapping import OF_THE_FACTORY, Names, remembered_name
from vapup.imports.figures.office import decided_names
from vapup.imports.models import ImportBatch, ImportRow
from vapup.shared.collector import collector_paused

MOST_NAMES: Final = 200
KEY_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name of the books.

    Attributes:
        name: as it is remembered; label: as people read it.
        account: the id of the account, "" for none; is_left_out: a person said that the line is not taken.
        largest: the largest amount of its first line, in yen, of either sign.
    """

    name: str
    label: str
    account: str
    is_left_out: bool
    is_negated: bool
    is_guess: bool
    is_unknown: bool
    largest: int

    @property
    def key(self) -> str:
        """Return what stands for the name in a form; its place would not do, for other imports move it."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:KEY_LENGTH]

    @property
    def field(self) -> str:
        """Return the field of its account."""
        return f"account-{self.key}"


@dataclass(frozen=True, slots=True)
class Seen:
    """The preview of a file at a glance.

    Attributes:
        names: the unknown ones first, then guesses, then as in the file.
        said: what is said of the file itself: level and sentence.
        totals, differing: how many totals the file states, and what is said of those that do not agree.
    """

    names: list[NameRow]
    said: list[tuple[str, str]]
    totals: int
    differing: list[str]

    @property
    def hidden(self) -> int:
        """Return how many names the page does not show."""
        return max(0, len(self.names) - MOST_NAMES)

    def shown(self, posted: Container[str] = ()) -> list[NameRow]:
        """Return the names that a form shows, and those whose field a form has that was shown before."""
        return [row for place, row in enumerate(self.names) if place < MOST_NAMES or row.field in posted]

    @property
    def has_unknown(self) -> bool:
        """Tell whether a name still waits for its account."""
        return any(row.is_unknown for row in self.names)


@collector_paused()
def seen(batch: ImportBatch) -> Seen:
    """Return what the page of a preview shows above its rows."""
    stored = ImportRow.objects.for_agency(batch.agency_id).filter(batch=batch).order_by("place")
    drafts = [_draft(row) for row in stored]
    if not drafts:
        return Seen([], [], 0, [])
    head, rows, reading = reading_of(drafts)
    found = checked(reading, Names(decided_names(batch.agency_id, batch.options)))
    names: dict[str, NameRow] = {}
    for one in found.taken:
        if one.line.role is Role.ACCOUNT:
            row = _row(one)
            names.setdefault(row.name, row)
    told = [(draft, one) for draft, one in zip(rows, found.taken, strict=True) if one.total is not None]
    differing = [message.text for draft, _ in told for message in draft.messages if message.level is Verdict.WARNING]
    ordered = sorted(names.values(), key=lambda row: (not row.is_unknown, not row.is_guess))
    said = [(message.level.value, message.text) for message in head.messages]
    return Seen(ordered, said, len(told), differing)


def _draft(row: ImportRow) -> Draft:
    said = [Message(Verdict(level), address, text) for level, address, text in row.messages]
    return Draft(None, row.sheet, row.number, row.cells, messages=said)


def _row(one: Taken) -> NameRow:
    line, chosen = one.line, one.chosen
    return NameRow(
        name=remembered_name(line.key, is_made=line.is_made),
        label=f"{line.name}{OF_THE_FACTORY}" if line.is_made else line.name,
        account=one.account.id if one.account else "",
        is_left_out=chosen is not None and one.account is None,
        is_negated=chosen is not None and chosen.is_negated,
        is_guess=chosen is not None and chosen.is_guess,
        is_unknown=one.is_unknown,
        largest=max(line.yen, key=abs, default=0),
    )
