"""Write the rows of hours that can be taken, by the same services as hours that are typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from cases.services.locking import lock_case
from subsidies.services.diary.hours import EntryInput, lock_worker, log_entries
from vapup.accounts.models import Member
from vapup.imports.hours.examine import HoursRow
from vapup.imports.importers import Writing


def write(rows: Sequence[HoursRow], writing: Writing) -> None:
    """Store the rows that can be taken; whoever calls holds them, and has examined them since in this transaction."""
    taken = [row for row in rows if row.draft.is_taken]
    by_worker: dict[int, list[HoursRow]] = defaultdict(list)
    for row in taken:
        by_worker[row.worker.pk].append(row)
    done = 0
    for worker_id, own in sorted(by_worker.items()):
        entries = [_input(row) for row in own]
        stored = log_entries(actor=writing.actor, worker_id=worker_id, entries=entries, now=writing.now)
        writing.made += [(row.draft, entry) for row, entry in zip(own, stored, strict=True)]
        done += len(own)
        writing.progress(done / len(taken))


def hold(actor: Member, examined: Callable[[], Sequence[HoursRow]]) -> None:
    """Lock all cases, then all people of the rows that can be taken, in the order in which everybody does.

    Raises:
        NotAllowed: the actor may not log the hours of one of them any more.
    """
    taken = [row for row in examined() if row.draft.is_taken]
    for pk in sorted({row.case.pk for row in taken}):
        lock_case(actor, pk)
    for pk in sorted({row.worker.pk for row in taken}):
        lock_worker(actor, pk)


def _input(row: HoursRow) -> EntryInput:
    return EntryInput(
        case_id=row.case.pk,
        cost_line_id=row.line.pk if row.line else None,
        worked_on=row.worked_on,
        span=row.span,
        content=row.draft.values["content"],
        place=row.draft.values["place"] or "",
    )
