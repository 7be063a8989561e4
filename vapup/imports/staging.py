"""Rows of a file between the browser and the database: examined, stored with their verdicts, and read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from vapup.imports.columns import HEAD_ROW, Draft, Message
from vapup.imports.enums import Verdict
from vapup.imports.importers import Asked, Importer
from vapup.imports.models import ImportBatch, ImportRow
from vapup.imports.values import read_values


def examined(importer: Importer, drafts: Sequence[Draft], asked: Asked) -> Any:
    """Read the cells of all rows, let the importer look at them, and return its plan; faults are told in the rows."""
    for draft in drafts:
        read_values(draft)
    return importer.examine(drafts, asked)


def keep_rows(batch: ImportBatch, drafts: Sequence[Draft]) -> None:
    """Store rows of a new batch with what is said of them, and count them in it."""
    ImportRow.objects.bulk_create(
        [
            ImportRow(agency_id=batch.agency_id, batch=batch, place=place, cells=dict(draft.cells), **_said(draft))
            for place, draft in enumerate(drafts)
        ],
        batch_size=2_000,
    )
    count(batch, drafts)


def newly_warned(rows: Sequence[ImportRow], drafts: Sequence[Draft]) -> int:
    """Return how many rows that can be taken have a warning now that was not among what was said of them."""
    return sum(
        draft.is_taken
        and any(
            message.level is Verdict.WARNING
            and [message.level.value, message.address, message.text] not in row.messages
            for message in draft.messages
        )
        for row, draft in zip(rows, drafts, strict=True)
    )


def say_again(rows: Sequence[ImportRow], drafts: Sequence[Draft]) -> None:
    """Store what is said of rows now, where it differs from what was said before."""
    changed = []
    for row, draft in zip(rows, drafts, strict=True):
        said = _said(draft)
        if (row.verdict, row.messages) != (said["verdict"], said["messages"]):
            row.verdict, row.messages = said["verdict"], said["messages"]
            changed.append(row)
    ImportRow.objects.bulk_update(changed, ("verdict", "messages"), batch_size=500)


def count(batch: ImportBatch, drafts: Sequence[Draft]) -> None:
    """Count the rows of a batch by their verdicts, without saving it."""
    verdicts = Counter(draft.verdict for draft in drafts)
    batch.row_count = sum(1 for draft in drafts if draft.form is not None)
    batch.error_count = verdicts[Verdict.ERROR]
    batch.skipped_count = verdicts[Verdict.SKIPPED]
    batch.warning_count = verdicts[Verdict.WARNING]


def drafts_of_rows(importer: Importer, rows: Sequence[ImportRow]) -> list[Draft]:
    """Return stored rows as they came from the file; what was said of a sheet itself stays said."""
    forms = {form.name: form for form in importer.forms}
    only = importer.forms[0] if len(importer.forms) == 1 else None  # its sheet may have any name
    drafts = []
    for row in rows:
        is_of_sheet = (
            row.number == HEAD_ROW if importer.read is None else row.place == 0
        )  # a sheet may be called as the file
        cells = {name: (letter, value, flag) for name, (letter, value, flag) in row.cells.items()}
        draft = Draft(None if is_of_sheet else only or forms[row.sheet], row.sheet, row.number, cells)
        if is_of_sheet:
            draft.messages = [Message(Verdict(level), address, text) for level, address, text in row.messages]
        drafts.append(draft)
    return drafts


def _said(draft: Draft) -> dict[str, Any]:
    return {
        "sheet": draft.sheet,
        "number": draft.number,
        "label": draft.label,
        "verdict": draft.verdict.value,
        "messages": [[one.level.value, one.address, one.text] for one in draft.messages],
    }
