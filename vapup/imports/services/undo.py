"""Take an import back: everything that it made goes, unless somebody has changed it or built on it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import pgtrigger
from django.apps import apps
from django.db import connection, models

from cases.models import Case, CaseStep, Enterprise, PastUse
from cases.services.locking import lock_agency, lock_enterprise
from monitoring.enums import MailState
from monitoring.models import Deadline, DeadlineExtension, Mail, Notice, Reminder
from monitoring.services.ledger import hold_cases
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.imports.enums import BatchState, ImportKind
from vapup.imports.kinds import IMPORTERS
from vapup.imports.models import ImportBatch, ImportedRecord, ImportRow
from vapup.imports.services.batches import ImportRefused, locked
from vapup.work import unit_of_work

# What the product derives by itself from an imported case: it goes with it.
DERIVED: Final = frozenset({Deadline, Reminder, Notice})
# The application may add to these and never delete; only what an import added goes with it, by `imports_forget`.
ADDED_TO: Final[tuple[type[models.Model], ...]] = (DeadlineExtension, CaseStep)
MOST_NAMED: Final = 10

Ids = Mapping[type[models.Model], Sequence[int]]


class UndoRefused(ImportRefused):
    """Something that was imported was changed or is used since; the sentences name the rows."""


@unit_of_work()
def undo_batch(*, actor: Member, batch_id: int, now: datetime) -> ImportBatch:
    """Delete everything that a batch made; every table is as if it had never been, the trail aside.

    Asked again for one that was undone, nothing happens.

    Raises:
        ImportBatch.DoesNotExist: no such batch in the actor's agency.
        NotAllowed: the actor may not bring data in.
        UndoRefused: it is not committed, or something of it was changed or is used since.
        DomainError: what it had replaced cannot be put back.
    """
    batch = locked(actor.agency_id, batch_id)
    importer = IMPORTERS[ImportKind(batch.kind)]
    require(actor, importer.action, batch)
    if batch.state == BatchState.UNDONE:
        return batch
    if batch.state != BatchState.COMMITTED:
        raise UndoRefused(f"{batch}は「{batch.get_state_display()}」です。取り消せるのは、取り込んだものだけです。")
    lock_agency(actor)  # after the batch, as a commit does
    ids = _ids(batch)
    fixed = list(importer.objections(actor, ids))
    _hold(actor, ids)
    objections = [*fixed, *_objections(batch, ids)]
    if objections:
        raise UndoRefused(_sentence(batch, objections))
    _forget(batch, ids)
    importer.restore(actor, batch)
    gone = {str(model._meta.verbose_name): [len(found), None] for model, found in ids.items()}
    batch.state, batch.undone_by, batch.undone_at = BatchState.UNDONE, actor, now
    batch.version += 1
    batch.save()
    audit.record(actor, Verb.IMPORT_UNDONE, batch, changes=gone)
    return batch


def _ids(batch: ImportBatch) -> Ids:
    """Return what was made, by model, in the order in which it was made."""
    found: dict[type[models.Model], list[int]] = {}
    records = ImportedRecord.objects.for_agency(batch.agency_id).filter(batch=batch).order_by("pk")
    for model, pk in records.values_list("model", "object_id"):
        found.setdefault(apps.get_model(model), []).append(pk)
    return found


def _hold(actor: Member, ids: Ids) -> None:
    """Lock what was made, so that nobody changes it or builds on it between the look and the end."""
    for model, found in ids.items():
        if model not in ADDED_TO:
            rows = model._default_manager.filter(agency_id=actor.agency_id, pk__in=found).order_by("pk")
            list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    uses = PastUse.objects.for_agency(actor.agency_id).filter(pk__in=ids.get(PastUse, ()))
    new = ids.get(Enterprise, ())
    for pk in (
        uses.exclude(enterprise_id__in=new).values_list("enterprise_id", flat=True).distinct().order_by("enterprise_id")
    ):
        lock_enterprise(actor, pk)  # it stays, and what is left of its caps changes
    hold_cases(actor.agency_id, ids.get(Case, ()))


def _objections(batch: ImportBatch, ids: Ids) -> Iterator[tuple[type[models.Model], int, str]]:
    """Yield what was changed, deleted or used since: the model, the id, and what happened to it."""
    for model, found in ids.items():
        present = set(
            model._default_manager.filter(agency_id=batch.agency_id, pk__in=found).values_list("pk", flat=True)
        )
        yield from ((model, pk, "削除されています") for pk in found if pk not in present)
        yield from ((model, pk, "変更されています") for pk in _changed(model, sorted(present)))
        yield from _uses(batch, model, found, ids)
    cases = ids.get(Case, ())
    deadlines = dict(
        Deadline.objects.for_agency(batch.agency_id).filter(case_id__in=cases).values_list("pk", "case_id")
    )
    for _, pk, what in _uses(batch, Deadline, list(deadlines), ids):
        yield Case, deadlines[pk], what


def _changed(model: type[models.Model], ids: Sequence[int]) -> Iterator[int]:
    """Yield what has an update in its history: an import adds rows and never changes them again."""
    try:
        history = apps.get_model(f"{model._meta.label_lower}event")
    except LookupError:
        return  # only ever added to
    updates = history._default_manager.filter(pgh_obj_id__in=ids, pgh_label="update")
    yield from updates.values_list("pgh_obj_id", flat=True).distinct().order_by("pgh_obj_id")


def _uses(
    batch: ImportBatch, model: type[models.Model], ids: Sequence[int], own: Ids
) -> Iterator[tuple[type[models.Model], int, str]]:
    """Yield what other rows point to that did not come with this import."""
    for relation in model._meta.related_objects:
        user: Any = relation.related_model
        names = {field.name for field in user._meta.fields}
        if "pgh_id" in names or user in DERIVED:
            continue
        rows = user._default_manager.filter(agency_id=batch.agency_id, **{f"{relation.field.name}__in": ids})
        others = rows.exclude(pk__in=own.get(user, ()))
        for pk in (
            others.values_list(f"{relation.field.name}_id", flat=True).distinct().order_by(f"{relation.field.name}_id")
        ):
            yield model, pk, f"「{user._meta.verbose_name}」が登録されています"


def _sentence(batch: ImportBatch, objections: Sequence[tuple[type[models.Model], int, str]]) -> str:
    """Name the rows of the file that stand against an undo, the first ones of many."""
    named = {(model, pk): what for model, pk, what in reversed(objections)}
    lines = [f"・{_row_of(batch, model, pk)} {what}" for (model, pk), what in reversed(named.items())]
    rest = f"\n・ほか{len(lines) - MOST_NAMED}件" if len(lines) > MOST_NAMED else ""
    return (
        f"{batch}は取り消せません。取り込んだ後に変更されたもの、使われているものがあります。何も変えていません。\n"
        + "\n".join(lines[:MOST_NAMED])
        + rest
    )


def _row_of(batch: ImportBatch, model: type[models.Model], pk: int) -> str:
    records = ImportedRecord.objects.for_agency(batch.agency_id).filter(batch=batch, model=model._meta.label_lower)
    row = ImportRow.objects.get(
        agency_id=batch.agency_id, pk=records.values_list("row_id", flat=True).get(object_id=pk)
    )
    return f"{row.sheet}!{row.number}行「{row.label}」の{model._meta.verbose_name}:"


def _forget(batch: ImportBatch, ids: Ids) -> None:
    """Delete what was made, what was made last first, and what the product derived from it."""
    with pgtrigger.ignore(*(f"{model._meta.label}:append_only" for model in ADDED_TO)), connection.cursor() as cursor:
        cursor.execute("SELECT imports_forget(%s)", [batch.pk])
    _forget_deadlines(batch.agency_id, ids.get(Case, ()))
    for model in reversed(list(ids)):
        if model not in ADDED_TO:
            model._default_manager.filter(agency_id=batch.agency_id, pk__in=ids[model]).delete()


def _forget_deadlines(agency_id: int, cases: Sequence[int]) -> None:
    """Delete the deadlines of cases with their reminders; mails that left the office stay what they were."""
    deadlines = Deadline.objects.for_agency(agency_id).filter(case_id__in=cases)
    reminders = Reminder.objects.for_agency(agency_id).filter(deadline__in=deadlines)
    mails = [pk for pk in reminders.values_list("mail_id", flat=True) if pk]
    Notice.objects.for_agency(agency_id).filter(deadline__in=deadlines).delete()
    reminders.delete()
    waiting = Mail.objects.for_agency(agency_id).filter(pk__in=mails, state=MailState.WAITING, reminders=None)
    waiting.filter(leased_until=None).delete()
    deadlines.delete()
