"""What is done with a previewed file of figures: read it in another way, and decide what its names stand for."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cases.rules.accounts import accounts
from cases.services.locking import EditedMeanwhile
from vapup import clock
from vapup.accounts import audit
from vapup.accounts.enums import Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.documents.inspection import inspect_table
from vapup.documents.services import open_stored
from vapup.imports.enums import BatchState, ImportKind
from vapup.imports.importers import Asked
from vapup.imports.kinds import IMPORTERS
from vapup.imports.models import ImportBatch, ImportRow
from vapup.imports.services.batches import ImportRefused, locked
from vapup.imports.staging import count, drafts_of_rows, examined, keep_rows, say_again
from vapup.work import unit_of_work

IMPORTER: Final = IMPORTERS[ImportKind.FIGURES]
# How a choice is called in the trail.
LABELS: Final = {
    "product": "会計ソフト",
    "first": "最初の月",
    "last": "最後の月",
    "basis": "損益の金額",
}


@unit_of_work()
def read_again(
    *, actor: Member, batch_id: int, version: int, options: Mapping[str, str | None], now: datetime
) -> ImportBatch:
    """Read the stored file once more with other choices; what was decided about names stays.

    Raises:
        ImportBatch.DoesNotExist: no such batch in the actor's agency.
        NotAllowed: the actor may not bring figures in.
        ImportRefused: it is not previewed; EditedMeanwhile: another person did something with it.
        DomainError: with these choices the file cannot be read.
    """
    batch = _previewed(actor, batch_id, version)
    before = {label: batch.options.get(name) for name, label in LABELS.items()}
    batch.options = {**batch.options, **options}
    with open_stored(batch.document) as file:
        inspected, sheets = inspect_table(batch.document.filename, io.BytesIO(file.read()))
    asked = Asked(actor, now, clock.day_of(now), batch.options)
    drafts = IMPORTER.drafts_of(inspected, sheets, asked)
    ImportRow.objects.for_agency(actor.agency_id).filter(batch=batch).delete()
    examined(IMPORTER, drafts, asked)
    keep_rows(batch, drafts)
    _save(batch)
    after = {label: batch.options.get(name) for name, label in LABELS.items()}
    changes = {label: [before[label], after[label]] for label in after if before[label] != after[label]}
    audit.record(actor, Verb.CHANGED, batch, changes=changes)
    return batch


@unit_of_work()
def choose_names(
    *, actor: Member, batch_id: int, version: int, names: Mapping[str, tuple[str, bool]], now: datetime
) -> ImportBatch:
    """Decide what names of the books stand for, in this file and, once it is taken, in those to come.

    Args:
        names: by the remembered name, the id of an account ("" leaves the line out) and whether to negate.

    Raises:
        ImportBatch.DoesNotExist: no such batch in the actor's agency.
        NotAllowed: the actor may not bring figures in.
        ImportRefused: it is not previewed, or an account is not of the chart.
        EditedMeanwhile: another person did something with it.
    """
    batch = _previewed(actor, batch_id, version)
    for name, (account, _) in names.items():
        if account and account not in accounts():
            raise ImportRefused(f"「{name}」の科目を一覧から選び直してください。")
    before = dict(batch.options.get("names", {}))
    batch.options = {**batch.options, "names": before | {name: list(chosen) for name, chosen in names.items()}}
    rows = list(ImportRow.objects.for_agency(actor.agency_id).filter(batch=batch).order_by("place"))
    drafts = drafts_of_rows(IMPORTER, rows)
    examined(IMPORTER, drafts, Asked(actor, now, clock.day_of(now), batch.options))
    say_again(rows, drafts)
    count(batch, drafts)
    _save(batch)
    changes = {name: [_label(before.get(name)), _label(chosen)] for name, chosen in names.items()}
    audit.record(actor, Verb.CHANGED, batch, changes=changes)
    return batch


def _previewed(actor: Member, batch_id: int, version: int) -> ImportBatch:
    batch = locked(actor.agency_id, batch_id)
    require(actor, IMPORTER.action, batch)
    if batch.state != BatchState.PREVIEWED or batch.kind != ImportKind.FIGURES:
        raise ImportRefused(f"{batch}は「{batch.get_state_display()}」のため、読み方を変えられません。")
    if batch.version != version:
        raise EditedMeanwhile(f"{batch}の確認の結果が変わりました。今の内容を確かめてから、もう一度操作してください。")
    return batch


def _save(batch: ImportBatch) -> None:
    batch.version += 1
    batch.failure = ""
    batch.save()


def _label(chosen: Any) -> str | None:
    if chosen is None:
        return None
    account, is_negated = chosen
    label = accounts()[account].label if account in accounts() else "対象外"
    return f"{label}(符号を反転)" if is_negated else label
