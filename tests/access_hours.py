"""Hours of the access tests' world: a worker with a rate, a week handed in, an entry in it, and a receipt."""

from __future__ import annotations

from datetime import date

from cases.models import Case
from subsidies.enums import WeekState
from subsidies.models import Receipt, WorkEntry, Worker, WorkerRate, WorkWeek
from vapup import clock
from vapup.accounts.models import Member

MONDAY = date(2025, 6, 2)


def hours_rows(case: Case, by: Member, *, claim_id: int) -> dict[str, str | int]:
    """Store one row of everything about hours and receipts; the entry has no work chosen yet."""
    worker = Worker.objects.create(agency=case.agency, member=by, name="担当 花子", qualification="税理士")
    WorkerRate.objects.create(agency=case.agency, worker=worker, valid_from=date(2025, 4, 1), hourly_rate_yen=10_000)
    week = WorkWeek.objects.create(
        agency=case.agency,
        worker=worker,
        monday=MONDAY,
        state=WeekState.SUBMITTED,
        requested_by=by,
        requested_at=clock.now(),
        note="訪問先を書く。",
    )
    entry = WorkEntry.objects.create(
        agency=case.agency,
        case=case,
        worker=worker,
        worked_on=MONDAY,
        starts_minute=9 * 60,
        ends_minute=11 * 60,
        minutes=120,
        content="資金繰り表の前提を社長に聞き取り",
        place="事業者の本社",
        entered_by=by,
    )
    Receipt.objects.create(agency=case.agency, application_id=claim_id, decided_yen=666_666)
    return {"worker_id": worker.pk, "week_id": week.pk, "entry_id": entry.pk}
