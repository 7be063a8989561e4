"""Questions about the notes of a case, and about who is called by them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.apps import apps
from django.db.models import Prefetch, QuerySet

from cases.models import Case, Mention, Note
from cases.selectors.cases import members_by_name
from vapup.accounts.enums import Action
from vapup.accounts.models import Member
from vapup.accounts.policy import can

ANY_SPACE: Final = r"[ \t\u3000]*"


@dataclass(frozen=True, slots=True)
class OldText:
    """What a note said before, and from when on."""

    body: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note as its page shows it.

    Attributes:
        earlier: its earlier texts, the newest first.
        calls_reader: whether it calls the reader, who has not yet said that they have read it.
    """

    note: Note
    mentions: Sequence[Mention]
    earlier: Sequence[OldText]
    can_edit: bool
    calls_reader: bool


def notes_of(case: Case) -> QuerySet[Note]:
    """Return the notes of a case, pinned ones first, then the newest, with everybody whom they call."""
    mentions = Mention.objects.for_agency(case.agency_id).select_related("member__user").order_by("pk")
    notes = Note.objects.for_agency(case.agency_id).filter(case=case).select_related("author__user")
    return notes.prefetch_related(Prefetch("mentions", mentions))


def shown_notes(reader: Member, notes: Sequence[Note]) -> list[ShownNote]:
    """Return notes (of `notes_of`) with what `reader` may do to them."""
    earlier = _earlier_texts(reader.agency_id, notes)
    return [_shown(reader, note, earlier[note.pk]) for note in notes]


def _shown(reader: Member, note: Note, texts: Sequence[OldText]) -> ShownNote:
    mentions = list(note.mentions.all())
    calls_reader = any(one.member_id == reader.pk and one.read_at is None for one in mentions)
    return ShownNote(note, mentions, texts, can(reader, Action.EDIT_NOTE, note).allowed, calls_reader)


def _earlier_texts(agency_id: int, notes: Iterable[Note]) -> dict[int, list[OldText]]:
    """Return what each of the notes said before, from the history that the database keeps itself."""
    current = {note.pk: note.body for note in notes if note.edited_at is not None}
    texts: dict[int, list[OldText]] = defaultdict(list)
    if current:
        events = apps.get_model("cases", "NoteEvent")._default_manager.filter(agency_id=agency_id, id__in=current)
        last: dict[int, str] = {}
        for pk, body, since in events.order_by("pgh_id").values_list("id", "body", "pgh_created_at"):
            if last.get(pk) != body:
                texts[pk].insert(0, OldText(body, since))
            last[pk] = body
    return defaultdict(list, {pk: found[1:] for pk, found in texts.items()})


def unread_of(reader: Member, case: Case | None = None) -> QuerySet[Mention]:
    """Return what the reader is called for and has not read, the newest first; of one case or of all."""
    unread = Mention.objects.for_agency(reader.agency_id).filter(member=reader, read_at=None)
    found = unread.filter(note__case=case) if case is not None else unread
    return found.select_related("note__case__enterprise", "note__author__user").order_by("-pk")


def called_by(note: Note) -> list[Member]:
    """Return who is called by a note, the first called first."""
    mentions = Mention.objects.for_agency(note.agency_id).filter(note=note).select_related("member__user")
    return [one.member for one in mentions.order_by("pk")]


def colleagues(actor: Member) -> list[Member]:
    """Return who can be called by `actor`: everybody at work in the office but themselves."""
    return list(members_by_name(actor.agency_id).active().exclude(pk=actor.pk))


def called_in(text: str, office: Sequence[Member]) -> list[Member]:
    """Return who of `office` is named in `text` with @氏名, white space in the name or not.

    The longest name that fits is meant; of two colleagues of the same name both are.
    """
    by_name: dict[str, list[Member]] = defaultdict(list)
    for member in office:
        by_name[_joined(str(member))].append(member)
    names = sorted((name for name in by_name if name), key=len, reverse=True)
    if not names:
        return []
    pattern = "|".join(ANY_SPACE.join(re.escape(letter) for letter in name) for name in names)
    found = {_joined(one) for one in re.findall(f"[@\uff20]({pattern})", text)}
    return [member for name in names if name in found for member in by_name[name]]


def _joined(name: str) -> str:
    return "".join(name.split())
