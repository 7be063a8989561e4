"""The time record (従事時間管理表): a sheet for each person and month, of logged hours or to be filled in by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from subsidies.models import Application, CostLine, WorkEntry
from subsidies.packets.time_approvals import Approvals, approval_words, approvals_of
from subsidies.packets.time_sheets import TimeRow, TimeSheet, TimeWork
from subsidies.rules.worked import amounts_of
from subsidies.selectors.claiming.claims import ClaimSheet, claimed_categories
from subsidies.selectors.diary.of_claim import hours_of
from subsidies.selectors.diary.worked import Worked


@dataclass(frozen=True, slots=True)
class ClaimWork:
    """A line of the estimate with its number in the statement of the claim, such as 1-2."""

    number: str
    line: CostLine


@dataclass(frozen=True, slots=True)
class LoggedSheet:
    """A sheet of logged hours, with the id of the person whose hours they are."""

    worker_id: int
    sheet: TimeSheet


# What one person did in one month: a piece of work with its number and hours, by the id of the line.
Month = dict[int, list[WorkEntry]]


def claim_works(application: Application, lines: Iterable[CostLine]) -> tuple[ClaimWork, ...]:
    """Return those of the lines that a claim covers, numbered as its statement numbers them."""
    known = sorted(lines, key=lambda line: (line.position, line.pk))
    return tuple(
        ClaimWork(f"{place}-{number}", line)
        for place, category in enumerate(claimed_categories(application), 1)
        for number, line in enumerate((one for one in known if _covers(application, category, one)), 1)
    )


def _covers(application: Application, category: str, line: CostLine) -> bool:
    return line.category == category and line.period_id == application.period_id


def time_sheets(sheet: ClaimSheet, lines: Sequence[CostLine]) -> tuple[TimeSheet, ...]:
    """Return the sheets of a claim for some of its lines, such as those of one agency.

    Categories with logged hours get a sheet for each person and month of the hours that count; the others, whose hours
    are on paper, one to be filled in for each person of the estimate and month of the worked days.
    """
    hours = hours_of(sheet.application)
    kept: set[str] = {one.category for one in hours.categories if one.is_kept}
    works = claim_works(sheet.application, lines)
    logged = logged_sheets([one for one in works if one.line.category in kept], hours.works)
    paper = [one for one in works if one.line.category not in kept]
    return (*(one.sheet for one in logged), *_paper_sheets(sheet, paper, kept))


def logged_sheets(works: Sequence[ClaimWork], hours: Iterable[Worked]) -> tuple[LoggedSheet, ...]:
    """Return a sheet for every person and month of the hours that count on some works: own people first, then by month.

    Amounts are printed only if those of all sheets add up, for every work, to what the statement says: each drops its
    fractions of a yen, and two papers must never tell two amounts. Else the sheets tell the time alone.
    """
    worked = {one.line.pk: one for one in hours if one.line}
    months: dict[tuple[int, date], Month] = defaultdict(lambda: defaultdict(list))
    for work in works:
        for entry in worked[work.line.pk].counted:
            months[entry.worker_id, entry.worked_on.replace(day=1)][work.line.pk].append(entry)
    ordered = dict(sorted(months.items(), key=lambda one: _order(*one)))
    adds_up = all(_adds_up(worked[work.line.pk], ordered.values()) for work in works)
    entries = [entry for month in ordered.values() for entry in _entries(month)]
    approvals = approvals_of(entries)
    found, minutes = [], defaultdict[int, int](int)
    for (worker_id, first), month in ordered.items():
        sheet = _logged(first, month, works, approvals, minutes[worker_id], adds_up=adds_up)
        minutes[worker_id] += sheet.minutes
        found.append(LoggedSheet(worker_id, sheet))
    return tuple(found)


def _order(key: tuple[int, date], month: Month) -> tuple[int, int, date]:
    worker = _entries(month)[0].worker
    return worker.co_agency_id or 0, *key


def _entries(month: Month) -> list[WorkEntry]:
    entries = (entry for of_work in month.values() for entry in of_work)
    return sorted(entries, key=lambda one: (one.worked_on, one.starts_minute, one.pk))


def _adds_up(worked: Worked, months: Iterable[Month]) -> bool:
    """Tell whether the amounts of a work by person and month come to its one amount."""
    line = worked.line
    return line is None or worked.net_yen == sum(_net_yen(line, one[line.pk]) for one in months if line.pk in one)


def _net_yen(line: CostLine, entries: Iterable[WorkEntry]) -> int:
    return amounts_of(line.hourly_rate_yen, sum(one.minutes for one in entries), line.tax_percent).net_yen


def _logged(
    first: date,
    month: Month,
    works: Sequence[ClaimWork],
    approvals: Approvals,
    earlier_minutes: int,
    *,
    adds_up: bool,
) -> TimeSheet:
    mine = [work for work in works if month.get(work.line.pk)]
    entries, rates = _entries(month), {work.line.hourly_rate_yen for work in mine}
    numbers = {work.line.pk: work.number for work in mine}
    worker = entries[0].worker
    return TimeSheet(
        person=worker.name,
        month=first,
        worked_from=entries[0].worked_on,
        worked_to=entries[-1].worked_on,
        rate_yen=rates.pop() if len(rates) == 1 else None,
        works=tuple(f"{work.number} {work.line.work}" for work in mine),
        qualification=worker.qualification,
        agency_name=worker.co_agency.name if worker.co_agency else "",
        rows=tuple(_row(one, numbers[one.cost_line_id or 0]) for one in entries),
        sums=tuple(_work(work, month[work.line.pk], adds_up=adds_up) for work in mine),
        earlier_minutes=earlier_minutes,
        approval=approval_words(entries, approvals),
    )


def _row(entry: WorkEntry, number: str) -> TimeRow:
    return TimeRow(
        day=entry.worked_on,
        starts=entry.starts_minute,
        ends=entry.ends_minute,
        rest=entry.break_minutes,
        minutes=entry.minutes,
        number=number,
        content=entry.content,
        place=entry.place,
    )


def _work(work: ClaimWork, entries: Sequence[WorkEntry], *, adds_up: bool) -> TimeWork:
    return TimeWork(
        number=work.number,
        work=work.line.work,
        rate_yen=work.line.hourly_rate_yen,
        minutes=sum(one.minutes for one in entries),
        amount_yen=_net_yen(work.line, entries) if adds_up else None,
    )


def _paper_sheets(sheet: ClaimSheet, works: Sequence[ClaimWork], kept: set[str]) -> Iterator[TimeSheet]:
    """Yield a ruled sheet for every person and month; subcontracted work has sheets of its own maker."""
    days = [(row.line.worked_from, row.line.worked_to) for row in sheet.rows if row.line and row.category not in kept]
    first = min((one for one, _ in days if one), default=None)
    last = max((one for _, one in days if one), default=None)
    months: list[tuple[date | None, date | None]] = [*_months(first, last)] or [(None, None)]
    own: Mapping[str, list[ClaimWork]] = defaultdict(list)
    for work in works:
        if not work.line.is_subcontracted:
            own[work.line.person].append(work)
    yield from (_ruled(person, month, mine) for person, mine in own.items() for month in months)


def _months(first: date | None, last: date | None) -> Iterator[tuple[date, date]]:
    """Yield the first and the last worked day of every month between two days, both inclusive."""
    if first is None or last is None:
        return
    start = first
    while start <= last:
        following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        yield start, min(last, date.fromordinal(following.toordinal() - 1))
        start = following


def _ruled(person: str, days: tuple[date | None, date | None], works: Sequence[ClaimWork]) -> TimeSheet:
    first, last = days
    rates = {work.line.hourly_rate_yen for work in works}
    return TimeSheet(
        person=person,
        month=first.replace(day=1) if first else None,
        worked_from=first,
        worked_to=last,
        rate_yen=rates.pop() if len(rates) == 1 else None,
        works=tuple(f"{work.number} {work.line.work}" for work in works),
    )
