"""What the diary of a claim is worth, worked out anew from its entries; and the hours that a printed sheet shows."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Final

from cases.models import Case
from subsidies.enums import WeekState
from subsidies.models import Application, CostLine, WorkEntry, Worker, WorkWeek
from subsidies.selectors.claiming.claims import claimed_categories
from vapup import clock
from vapup.shared.dates import monday_of

HOUR: Final = 60
SUM: Final = re.compile(r"合計の時間\s+([0-9]+):([0-5][0-9])")
# The person, the month, and the line of the estimate.
Cell = tuple[int, tuple[int, int], int]


def lines_of(claim: Application) -> list[CostLine]:
    """Return the lines of the estimate that a claim covers."""
    lines = CostLine.objects.filter(case=claim.case, category__in=claimed_categories(claim), period=claim.period)
    return list(lines.order_by("pk"))


def counted_of(claim: Application) -> list[WorkEntry]:
    """Return the entries that count: of the claim's lines, on or after the acceptance."""
    accepted = claim.case.usage_accepted_on
    found = WorkEntry.objects.filter(cost_line__in=lines_of(claim)).order_by("pk")
    return [one for one in found if accepted is not None and one.worked_on >= accepted]


def minutes_of(claim: Application) -> dict[Cell, int]:
    """Return the counted minutes by person, month and line."""
    found: dict[Cell, int] = defaultdict(int)
    for one in counted_of(claim):
        found[one.worker_id, (one.worked_on.year, one.worked_on.month), one.cost_line_id or 0] += one.minutes
    return found


def sheet_rows(claim: Application) -> list[tuple[int, ...]]:
    """Return rate and amount of every work of every sheet; none where the floors do not add up to the statement's."""
    minutes, lines = minutes_of(claim), {one.pk: one for one in lines_of(claim)}
    rates = {pk: line.hourly_rate_yen for pk, line in lines.items()}
    rows = [(rates[pk], rates[pk] * many // HOUR, pk) for (*_, pk), many in minutes.items()]
    for pk, line in lines.items():
        whole = line.hourly_rate_yen * sum(many for (*_, one), many in minutes.items() if one == pk) // HOUR
        if whole != sum(amount for _, amount, one in rows if one == pk):
            return []
    return [row[:2] for row in rows]


def worked_amounts(claim: Application) -> set[int]:
    """Return every amount that the sheets and the statement may tell of the hours."""
    minutes, found = minutes_of(claim), {one for row in sheet_rows(claim) for one in row}
    lines = {one.pk: one for one in lines_of(claim)}
    by_sheet: dict[tuple[int, tuple[int, int]], int] = defaultdict(int)
    for (worker, month, pk), many in minutes.items():
        by_sheet[worker, month] += lines[pk].hourly_rate_yen * many // HOUR
    for line in lines.values():
        net = line.hourly_rate_yen * sum(many for (*_, one), many in minutes.items() if one == line.pk) // HOUR
        gross = net + net * line.tax_percent // 100
        found |= {net, gross, gross - line.gross_yen}
    return found | (set(by_sheet.values()) if sheet_rows(claim) else set())


def printed_minutes(text: str) -> int:
    """Return the sum of the hours of all sheets of a text."""
    return sum(int(hours) * HOUR + int(minutes) for hours, minutes in SUM.findall(text))


def log_at_random(claim: Application, chance: Random) -> None:
    """Store odd hours of two people over some months from before the acceptance on; some weeks are approved."""
    case, by = claim.case, claim.case.consultant
    people = [_worker(case, name) for name in ("佐藤 花子", "髙﨑 𠮷郎")]
    first = case.usage_accepted_on or date(2025, 5, 12)
    for line in lines_of(claim):
        for _ in range(chance.randint(1, 12)):
            worker, day = chance.choice(people), first + timedelta(days=chance.randint(-20, 80))
            minutes = chance.randrange(5, 400, 5)
            starts = chance.randrange(6 * HOUR, 15 * HOUR, 5)
            WorkEntry.objects.create(
                agency=case.agency,
                case=case,
                worker=worker,
                cost_line=line,
                worked_on=day,
                starts_minute=starts,
                ends_minute=starts + minutes + 30,
                break_minutes=30,
                minutes=minutes,
                content="資金繰り表の前提を社長に聞き取り",
                entered_by=by,
            )
            if chance.random() < 0.5:
                decided = {"decided_by": by, "decided_at": clock.now(), "is_self_approved": chance.random() < 0.5}
                handed_in = {"requested_by": by, "requested_at": clock.now(), "state": WeekState.APPROVED}
                WorkWeek.objects.get_or_create(
                    agency=case.agency, worker=worker, monday=monday_of(day), defaults={**decided, **handed_in}
                )


def _worker(case: Case, name: str) -> Worker:
    return Worker.objects.get_or_create(agency=case.agency, name=name, qualification="税理士")[0]
