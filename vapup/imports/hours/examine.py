"""Examine rows of hours: each by itself, then against the other rows and against what the office has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.models import Case
from subsidies.models import CostLine, WorkEntry, Worker
from subsidies.rules.work_time import Span
from subsidies.selectors.diary.locks import claim_locks, week_lock_reason, weeks_of
from subsidies.selectors.diary.warnings import warnings_of
from vapup.imports.columns import Draft
from vapup.imports.hours.names import case_of, line_of, worker_of
from vapup.imports.hours.office import Office, entries_near, office_of
from vapup.imports.hours.times import clock_in, lengths_in, rests_in, span_in
from vapup.imports.importers import Asked
from vapup.shared.dates import monday_of
from vapup.shared.errors import DomainError

# The person and the day, the case, and when it began and ended: two rows with the same of all are one piece of work.
Key = tuple[int, date, int, int, int]
CHECKED: Final = ("starts", "ends", "rest", "length")


@dataclass
class HoursRow:
    """A row that could be read: whose time it is, of which case and work."""

    draft: Draft
    worker: Worker
    case: Case
    line: CostLine | None
    span: Span

    @property
    def worked_on(self) -> date:
        """Return the day."""
        day: date = self.draft.values["worked_on"]
        return day

    @property
    def key(self) -> Key:
        """Return what tells it from other pieces of work."""
        return self.worker.pk, self.worked_on, self.case.pk, self.span.starts, self.span.ends


def examine(drafts: Sequence[Draft], asked: Asked) -> tuple[HoursRow, ...]:
    """Tell everything that is wrong with the rows in them, and return those that could be read, in their order."""
    numbers = [str(draft.values["case"]) for draft in drafts if draft.values.get("case")]
    office = office_of(asked.actor, numbers, asked.options.get("case"))
    rows = [row for draft in drafts if (row := _read(draft, office, asked)) is not None]
    _check_locks(rows)
    _check_twins(rows)
    _warn(rows, asked)
    return tuple(rows)


def _read(draft: Draft, office: Office, asked: Asked) -> HoursRow | None:
    """Read a row as far as it goes; None where a part of it is missing or cannot be read."""
    if draft.form is None:
        return None
    worker = worker_of(draft, office, asked.options.get("worker"))
    case = case_of(draft, office, asked.options.get("case"))
    span, day = _span(draft), draft.values.get("worked_on")
    if day is not None and day > asked.today:
        draft.fault("worked_on", f"従事日 {day} は、今日 {asked.today} より後です。終わった仕事を入力してください。")
    if worker is None or case is None:
        return None
    if worker.co_agency is not None and worker.co_agency.case_id != case.pk:
        other = f"{worker.co_agency.case.number} の{worker.co_agency}の人"
        draft.fault("worker", f"従事者「{worker}」は {other}です。案件 {case.number} の時間は記入できません。")
    line = line_of(draft, office.works_of(case, worker), worker)
    if span is None or day is None or draft.is_faulty:
        return None
    return HoursRow(draft, worker, case, line, span)


def _span(draft: Draft) -> Span | None:
    """Return the time of a row, or None after a fault was told at the cell that it lies in."""
    raw, found = draft.values, dict[str, Any]()
    readers = {"rest": rests_in, "length": lengths_in}
    for name in CHECKED:
        if (value := raw.get(name)) is None:
            continue
        try:
            if name in readers:
                found[name] = readers[name](value)
            else:
                found[name] = clock_in(value, after=found.get("starts", -1))
        except DomainError as unreadable:
            draft.fault(name, f"「{_label(draft, name)}」の{unreadable.message}")
            return None
    if "starts" not in found:
        return None
    try:
        return span_in(found["starts"], found.get("ends"), found.get("rest", ()), found.get("length", ()))
    except DomainError as contradicting:
        draft.fault("ends" if "ends" in draft.cells else "length", contradicting.message)
        return None


def _label(draft: Draft, name: str) -> str:
    return draft.form.by_name[name].label if draft.form else name


def _check_locks(rows: Sequence[HoursRow]) -> None:
    """Tell the rows whose week was handed in, or whose work a claim holds."""
    if not rows:
        return
    agency_id = rows[0].worker.agency_id
    claims = claim_locks(agency_id, {row.case.pk for row in rows})
    weeks = weeks_of(agency_id, {(row.worker.pk, monday_of(row.worked_on)) for row in rows})
    for row in rows:
        week = weeks.get((row.worker.pk, monday_of(row.worked_on)))
        if reason := claims.reason(row.line):
            row.draft.fault("work", reason)
        elif reason := week_lock_reason(week):
            row.draft.fault("worked_on", reason)


def _check_twins(rows: Sequence[HoursRow]) -> None:
    """Leave out what is registered already, and what the file says twice."""
    days = [row.worked_on for row in rows]
    stored = entries_near(rows[0].worker.agency_id, {row.worker.pk for row in rows}, days) if rows else []
    known = {(one.worker_id, one.worked_on, one.case_id, one.starts_minute, one.ends_minute) for one in stored}
    seen: dict[Key, Draft] = {}
    for row in rows:
        if row.key in known:
            row.draft.skip(f"同じ記入({row.worked_on} {row.span.shown} {row.case.number})が登録済みです。")
        elif (twin := seen.setdefault(row.key, row.draft)) is not row.draft:
            row.draft.skip(f"{twin.number}行と同じ記入です({row.worked_on} {row.span.shown} {row.case.number})。")


def _warn(rows: Sequence[HoursRow], asked: Asked) -> None:
    """Tell what a reader of the diary would be told: overlaps, hours before the acceptance, other people's work."""
    taken = [row for row in rows if row.draft.is_taken]
    unsaved = [entry_of(row, asked, pk=-number) for number, row in enumerate(taken, 1)]
    told: Mapping[int, Sequence[Any]] = warnings_of(unsaved, unsaved=unsaved) if unsaved else defaultdict(tuple)
    for row, entry in zip(taken, unsaved, strict=True):
        for warning in told.get(entry.pk, ()):
            if warning.is_grave:
                row.draft.warn("worked_on", f"{warning.check.value}: {warning.message}")
        if row.line is None:
            row.draft.warn("work", "業務が空です。取り込んだ後で業務を選ぶまで、週を提出できません。")


def entry_of(row: HoursRow, asked: Asked, *, pk: int) -> WorkEntry:
    """Return a row as an entry that is not stored."""
    return WorkEntry(
        pk=pk,
        agency_id=row.worker.agency_id,
        case=row.case,
        worker=row.worker,
        cost_line=row.line,
        worked_on=row.worked_on,
        starts_minute=row.span.starts,
        ends_minute=row.span.ends,
        break_minutes=row.span.rest,
        minutes=row.span.minutes,
        content=row.draft.values["content"],
        place=row.draft.values["place"] or "",
        entered_by=asked.actor,
        entered_at=asked.now,
    )
