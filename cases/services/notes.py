"""Notes on a case: write, change one's own, pin, and say that one has read what one was called for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from cases.models import Case, Mention, Note
from cases.selectors.notes import called_in, colleagues
from cases.services.locking import EditedMeanwhile, lock_case
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

FACTS: Final = ("body", "is_pinned")
# In the trail the words of a note have another name than the note itself.
NAMES: Final = {"メモ": "本文"}


class NoteRefused(DomainError):
    """The note calls somebody who cannot be called."""


@unit_of_work()
def write_note(
    *, actor: Member, case_id: int, body: str, is_pinned: bool = False, called: Collection[Member] = ()
) -> Note:
    """Add a note to a case and call colleagues: those in `called` and those named in it with @氏名.

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
        NotAllowed: the actor may not write notes.
        NoteRefused: somebody in `called` is no active member of the agency.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.WRITE_NOTE, case)
    note = Note.objects.create(agency_id=actor.agency_id, case=case, author=actor, body=body, is_pinned=is_pinned)
    changes = audit.initial_values(note, FACTS if is_pinned else ("body",))
    changes.update(_call(note, actor, called))
    _record(actor, case, note, changes)
    return note


@unit_of_work()
def edit_note(
    *,
    actor: Member,
    note_id: int,
    version: int,
    body: str,
    is_pinned: bool,
    now: datetime,
    called: Collection[Member] = (),
) -> Note:
    """Change an own note that was seen at `version`; the old text stays in the history.

    Who is named anew is called; nobody's call is taken back. Nothing is written where nothing changed.

    Raises:
        Note.DoesNotExist: no such note in the actor's agency.
        NotAllowed: the actor is not its author.
        EditedMeanwhile: it was changed after the user had opened it.
        NoteRefused: as in `write_note`.
    """
    case, note = _locked(actor, note_id, version)
    require(actor, Action.EDIT_NOTE, note)
    is_reworded = note.body != body
    changes = audit.apply_changes(note, {"body": body, "is_pinned": is_pinned})
    if changes:
        note.version += 1
        note.edited_at = now if is_reworded else note.edited_at
        note.save(update_fields=[*FACTS, "version", "edited_at"])
    changes.update(_call(note, actor, called))
    if changes:
        _record(actor, case, note, changes)
    return note


@unit_of_work()
def pin_note(*, actor: Member, note_id: int, version: int, is_pinned: bool) -> Note:
    """Put a note on top of the others, or back into its place; whoever writes notes may do so.

    Raises:
        Note.DoesNotExist, NotAllowed, EditedMeanwhile: as in `edit_note`.
    """
    case, note = _locked(actor, note_id, version)
    require(actor, Action.WRITE_NOTE, case)
    changes = audit.apply_changes(note, {"is_pinned": is_pinned})
    if changes:
        note.version += 1
        note.save(update_fields=["is_pinned", "version"])
        _record(actor, case, note, changes)
    return note


@unit_of_work()
def mark_read(*, actor: Member, case_id: int, now: datetime) -> int:
    """Say that the actor has read every note of a case that calls them; return how many that were.

    Raises:
        Case.DoesNotExist: no such case in the actor's agency.
    """
    case = lock_case(actor, case_id)
    require(actor, Action.VIEW_CASE, case)
    unread = Mention.objects.for_agency(actor.agency_id).filter(member=actor, note__case=case, read_at=None)
    count = unread.update(read_at=now)
    if count:
        audit.record(actor, Verb.CHANGED, case, changes={f"メモ: {actor}への呼びかけ": [f"未読{count}件", "既読"]})
    return count


def _locked(actor: Member, note_id: int, version: int) -> tuple[Case, Note]:
    """Return the case and its note, both locked."""
    notes = Note.objects.for_agency(actor.agency_id)
    case = lock_case(actor, notes.get(pk=note_id).case_id)
    note = notes.select_for_update(of=("self",), no_key=True).get(pk=note_id)
    if note.version != version:
        raise EditedMeanwhile
    return case, note


def _call(note: Note, actor: Member, called: Collection[Member]) -> audit.Changes:
    """Store who is called by the note and was not before; return it as a change."""
    office = colleagues(actor)
    fit = {one.pk: one for one in office}
    for one in called:
        if one.pk not in fit:
            raise NoteRefused(f"{one}には知らせられません。「知らせる相手」を、今いる同僚から選び直してください。")
    wanted = {one.pk for one in called} | {one.pk for one in called_in(note.body, office)}
    known = set(note.mentions.values_list("member_id", flat=True))
    new = [fit[pk] for pk in sorted(wanted - known)]
    Mention.objects.bulk_create(Mention(agency_id=note.agency_id, note=note, member=one) for one in new)
    return {"知らせる相手": [None, [str(one) for one in new]]} if new else {}


def _record(actor: Member, case: Case, note: Note, changes: audit.Changes) -> None:
    """Record changes in the trail of the case, each labelled with the note's number."""
    labelled = {f"メモ {note.pk}: {NAMES.get(label, label)}": pair for label, pair in changes.items()}
    audit.record(actor, Verb.CHANGED, case, changes=labelled)
