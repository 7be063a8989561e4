"""Write the hours that people log (業務日誌)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cases.models import Case
from cases.services.locking import EditedMeanwhile, lock_case
from subsidies.models import CostLine, WorkEntry, Worker
from subsidies.rules.work_time import Span, clock_of
from subsidies.selectors.diary.locks import claim_locks, week_lock_reason, weeks_of
from subsidies.selectors.diary.week import span_of
from vapup.accounts import audit
from vapup.accounts.enums import Action, Verb
from vapup.accounts.models import Member
from vapup.accounts.policy import require
from vapup.clock import day_of
from vapup.shared.dates import monday_of
from vapup.shared.durations import length_of
from vapup.shared.errors import DomainError
from vapup.work import unit_of_work

# How far back "yesterday" may lie: a person may have been away.
LONGEST_ABSENCE: Final = timedelta(days=92)


class HoursRefused(DomainError):
    """The hours do not fit: their day, their person, their work, or there is nothing to copy."""


class HoursLocked(DomainError):
    """The hours are fixed: their week was handed in, or a claim that rests on them has left the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryInput:
    """What a user says about a piece of work; without `cost_line_id` its work is chosen later."""

    case_id: int
    cost_line_id: int | None
    worked_on: date
    span: Span
    content: str
    place: str = ""


@unit_of_work()
def log_entry(*, actor: Member, worker_id: int, entry: EntryInput, now: datetime) -> WorkEntry:
    """Log one piece of work.

    Raises:
        Worker.DoesNotExist, Case.DoesNotExist: no such row in the actor's agency.
        HoursRefused: the day has not come, the person is switched off or of an agency that is not on the case, or the
            work is none of the case's.
        HoursLocked: the week was handed in, or a claim holds the work.
    """
    return _log(actor, worker_id, (entry,), now)[0]


@unit_of_work()
def log_entries(
    *, actor: Member, worker_id: int, entries: Sequence[EntryInput], now: datetime
) -> tuple[WorkEntry, ...]:
    """Log several pieces of one person's work, all of them or none; raises as `log_entry` does."""
    return _log(actor, worker_id, entries, now)


@unit_of_work()
def copy_day(*, actor: Member, worker_id: int, day: date, now: datetime) -> tuple[WorkEntry, ...]:
    """Copy a person's last day with entries before `day` to it, words and times, to be edited (前回の日を写す).

    What would overlap with an entry of the day, or is held by a claim, is left out.

    Raises:
        HoursRefused: there is nothing to copy, or everything was left out.
        HoursLocked: as in `log_entry`.
    """
    of_worker = WorkEntry.objects.for_agency(actor.agency_id).filter(worker_id=worker_id)
    earlier = of_worker.filter(worked_on__lt=day, worked_on__gte=day - LONGEST_ABSENCE)
    last = earlier.order_by("-worked_on").values_list("worked_on", flat=True).first()
    if last is None:
        raise HoursRefused(f"{day} より前の{LONGEST_ABSENCE.days}日間に、写せる記入がありません。")
    sources = list(of_worker.filter(worked_on=last).select_related("cost_line").order_by("starts_minute", "id"))
    taken = [span_of(one) for one in of_worker.filter(worked_on=day)]
    locks = claim_locks(actor.agency_id, {one.case_id for one in sources})
    fitting = [one for one in sources if not _meets(span_of(one), taken) and not locks.reason(one.cost_line)]
    if not fitting:
        raise HoursRefused(
            f"{last} の {len(sources)}件 は、{day} の記入と時間が重なるか、支払申請に含まれる業務のため、写せません。"
        )
    return _log(actor, worker_id, [_input_of(one, day) for one in fitting], now)


@unit_of_work()
def change_entry(*, actor: Member, entry_id: int, version: int, entry: EntryInput, now: datetime) -> WorkEntry:
    """Change an entry that the user saw at `version`; nothing is written where nothing changed.

    Raises:
        WorkEntry.DoesNotExist: no such entry in the actor's agency.
        EditedMeanwhile: another person changed it in between.
        HoursRefused, HoursLocked: as in `log_entry`, of where the entry was as of where it goes to.
    """
    old = WorkEntry.objects.for_agency(actor.agency_id).get(pk=entry_id)
    cases = _locked_cases(actor, {old.case_id, entry.case_id})
    worker = lock_worker(actor, old.worker_id)
    row = _locked_entry(actor, entry_id, version)
    _check_open(worker, [(row.worked_on, row.cost_line)])
    changed = _row(worker, entry, cases, _lines(actor, [entry]), now)
    _check_open(worker, [(changed.worked_on, changed.cost_line)])
    before, after = described(row), described(changed)
    changes = {label: [before[label], after[label]] for label in before if before[label] != after[label]}
    if changes:
        changed.pk, changed.version = row.pk, row.version + 1
        changed.entered_by_id, changed.entered_at = row.entered_by_id, row.entered_at
        changed.save(force_update=True)
        audit.record(actor, Verb.CHANGED, changed, changes=changes)
    return changed


@unit_of_work()
def remove_entry(*, actor: Member, entry_id: int, version: int) -> WorkEntry:
    """Remove an entry and return it as it was; the audit trail keeps what it said. Raises as `change_entry`."""
    old = WorkEntry.objects.for_agency(actor.agency_id).get(pk=entry_id)
    _locked_cases(actor, {old.case_id})
    worker = lock_worker(actor, old.worker_id)
    row = _locked_entry(actor, entry_id, version)
    _check_open(worker, [(row.worked_on, row.cost_line)])
    gone = {label: [said, None] for label, said in described(row).items() if said}
    audit.record(actor, Verb.DELETED, row, changes=gone)
    row.delete()
    return row


def lock_worker(actor: Member, worker_id: int) -> Worker:
    """Return a person whose hours the actor may log, locked: a week is handed in or written to, never both at once.

    Raises:
        Worker.DoesNotExist: no such person in the actor's agency.
        NotAllowed: the actor may not log this person's hours.
    """
    workers = Worker.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    worker = workers.select_related("co_agency__case", "member__user").get(pk=worker_id)
    require(actor, Action.LOG_HOURS, worker)
    return worker


def described(entry: WorkEntry) -> dict[str, str]:
    """Return an entry as the audit trail and a conflict show it, field by field."""
    rest = f"(休憩{length_of(entry.break_minutes)})" if entry.break_minutes else ""
    time = f"{clock_of(entry.starts_minute)}〜{clock_of(entry.ends_minute)}{rest} {length_of(entry.minutes)}"
    return {
        "従事日": entry.worked_on.isoformat(),
        "時間": time,
        "案件": entry.case.number,
        "業務": entry.cost_line.work if entry.cost_line else "",
        "業務内容": entry.content,
        "場所・相手方": entry.place,
    }


def _log(actor: Member, worker_id: int, entries: Sequence[EntryInput], now: datetime) -> tuple[WorkEntry, ...]:
    cases = _locked_cases(actor, {one.case_id for one in entries})
    worker = lock_worker(actor, worker_id)
    if not worker.is_active:
        raise HoursRefused(f"従事者「{worker}」は使用停止中です。管理者に使用の再開を頼んでください。")
    lines = _lines(actor, entries)
    rows = [_row(worker, one, cases, lines, now) for one in entries]
    _check_open(worker, [(row.worked_on, row.cost_line) for row in rows])
    for row in rows:
        row.entered_by = actor
    stored = WorkEntry.objects.bulk_create(rows)
    for row in stored:
        said = {label: [None, value] for label, value in described(row).items() if value}
        audit.record(actor, Verb.CREATED, row, changes=said)
    return tuple(stored)


def _locked_cases(actor: Member, case_ids: Iterable[int]) -> dict[int, Case]:
    """Lock cases in one order for everybody; a claim of theirs waits, or has been handed in before."""
    return {pk: lock_case(actor, pk) for pk in sorted(case_ids)}


def _locked_entry(actor: Member, entry_id: int, version: int) -> WorkEntry:
    entries = WorkEntry.objects.for_agency(actor.agency_id).select_for_update(of=("self",), no_key=True)
    row = entries.select_related("case", "worker", "cost_line").get(pk=entry_id)
    if row.version != version:
        raise EditedMeanwhile
    return row


def _lines(actor: Member, entries: Iterable[EntryInput]) -> dict[int, CostLine]:
    wanted = {one.cost_line_id for one in entries if one.cost_line_id is not None}
    return CostLine.objects.for_agency(actor.agency_id).in_bulk(wanted) if wanted else {}


def _row(
    worker: Worker, entry: EntryInput, cases: Mapping[int, Case], lines: Mapping[int, CostLine], now: datetime
) -> WorkEntry:
    """Return an unsaved row, checked against its day, its person and its case."""
    case, today = cases[entry.case_id], day_of(now)
    line = lines.get(entry.cost_line_id) if entry.cost_line_id is not None else None
    if entry.worked_on > today:
        raise HoursRefused(f"従事日 {entry.worked_on} は、今日 {today} より後です。終わった仕事を記入してください。")
    if entry.cost_line_id is not None and (line is None or line.case_id != case.pk):
        raise HoursRefused(f"選んだ業務は、案件 {case.number} の見積にありません。業務を選び直してください。")
    if worker.co_agency is not None and worker.co_agency.case_id != case.pk:
        raise HoursRefused(
            f"従事者「{worker}」は {worker.co_agency.case.number} の{worker.co_agency}の人です。"
            f"案件 {case.number} の時間は記入できません。"
        )
    return WorkEntry(
        agency_id=worker.agency_id,
        case=case,
        worker=worker,
        cost_line=line,
        worked_on=entry.worked_on,
        starts_minute=entry.span.starts,
        ends_minute=entry.span.ends,
        break_minutes=entry.span.rest,
        minutes=entry.span.minutes,
        content=entry.content,
        place=entry.place,
        entered_at=now,
    )


def _check_open(worker: Worker, places: Sequence[tuple[date, CostLine | None]]) -> None:
    """Refuse to write where a claim or a week handed in holds the hours."""
    locks = claim_locks(worker.agency_id, {line.case_id for _, line in places if line is not None})
    weeks = weeks_of(worker.agency_id, {(worker.pk, monday_of(day)) for day, _ in places})
    for day, line in places:
        if reason := locks.reason(line) or week_lock_reason(weeks.get((worker.pk, monday_of(day)))):
            raise HoursLocked(reason)


def _meets(span: Span, taken: Iterable[Span]) -> bool:
    return any(span.starts < other.ends and other.starts < span.ends for other in taken)


def _input_of(entry: WorkEntry, day: date) -> EntryInput:
    return EntryInput(
        case_id=entry.case_id,
        cost_line_id=entry.cost_line_id,
        worked_on=day,
        span=span_of(entry),
        content=entry.content,
        place=entry.place,
    )
