"""The hours of the demonstration office: believable pieces of work on business days, written in bulk.

Times of one person never overlap, and the hours of a claim add up to the minutes of its estimate, so that the figures
of the claim follow from them to the yen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import cycle, product
from pathlib import Path
from typing import Any, Final

from cases.enums import CaseStage
from cases.models import Case
from subsidies.enums import CostCategory, WeekState
from subsidies.models import CostLine, WorkEntry, Worker, WorkerRate, WorkWeek
from subsidies.rules.payments import PLAN_CATEGORIES
from vapup.accounts.models import Agency, Member
from vapup.clock import JAPAN
from vapup.shared.dates import day_off_name, monday_of, previous_business_day

DESCRIBED: Final = Path(__file__).with_name("hours.toml")
LENGTHS: Final = (120, 150, 90, 180, 120, 150, 210, 90)
# The parts of a day, the evening only when all days are full.
PARTS: Final = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
EVENING: Final = ((18 * 60, 21 * 60),)
PLACES: Final = ("", "事業者の本社", "", "オンライン", "", "当事務所")
# Days from the acceptance until the planning is done, of which the hours so far are the share that has passed.
DAYS_OF_PLANNING: Final = 240
AT_WORK: Final = frozenset(
    {
        *(CaseStage.ACCEPTED, CaseStage.PLANNING, CaseStage.EXPERT_APPOINTED, CaseStage.STANDSTILL),
        *(CaseStage.SURVEYED, CaseStage.AGREED),
    }
)
MONITORED: Final = frozenset({CaseStage.MONITORING, CaseStage.COMPLETED})
TEXTS_OF: Final[Mapping[str, str]] = {CostCategory.DUE_DILIGENCE: "due_diligence", CostCategory.PLANNING: "planning"}
# So many pieces on, another line of a case begins with its texts.
BETWEEN_LINES: Final = 31
# Whose week of the last days waits for a manager, and whose came back.
WAITING, RETURNED = "鈴木 健", "佐藤 花子"
RETURN_REASON: Final = "業務内容に相手方がありません。どなたと話したかを書き足してください。"
# The case on which somebody began before the acceptance.
TOO_EARLY: Final = "aobakai"


@dataclass
class Diary:
    """Who works in the office, when each of them is taken, and what there is to write down."""

    workers: Mapping[str, Worker]
    texts: Mapping[str, Mapping[str, list[str]]]
    manager: Member
    today: date
    taken: dict[tuple[int, date, int], int] = field(default_factory=dict)  # by part of a day: the minute that is free

    def assign(self, case: Case) -> None:
        """Name the people of the lines of the estimate."""
        for line in case.cost_lines.all():
            CostLine.objects.filter(pk=line.pk).update(worker=self.workers.get(line.person))

    def log_planning(self, case: Case, *, until: date) -> None:
        """Log all quoted hours of the planning between the acceptance and `until`, inclusive."""
        first = (case.usage_accepted_on or case.key_date) + timedelta(days=10)
        for line in self._lines(case):
            if line.category in PLAN_CATEGORIES:
                self._log(line, first, until, line.minutes)
        self.close_weeks()

    def log_so_far(self, case: Case, *, key: str) -> None:
        """Log what has been worked by today: a share of the planning that goes on, and the monitoring."""
        accepted_on = case.usage_accepted_on
        if accepted_on is None:
            return
        if case.stage in AT_WORK:
            passed = min((self.today - accepted_on).days, DAYS_OF_PLANNING)
            for line in self._lines(case):
                if line.category in PLAN_CATEGORIES:
                    self._log(line, accepted_on, self.today, _share(line.minutes, passed, DAYS_OF_PLANNING))
        if key == TOO_EARLY and case.stage == CaseStage.ACCEPTED:
            before = previous_business_day(accepted_on - timedelta(days=3))
            self._log(self._lines(case)[0], before, before, 90)
        if case.stage in MONITORED:
            self._log_monitoring(case)

    def close_weeks(self) -> None:
        """Hand in and approve the weeks that are over; the last ones wait, or came back."""
        last = monday_of(self.today) - timedelta(days=7)
        stored = WorkWeek.objects.for_agency(self.manager.agency_id).values_list("worker_id", "monday")
        closed, weeks = set(stored), []
        entries = WorkEntry.objects.for_agency(self.manager.agency_id).order_by("worked_on", "id")
        for entry in entries.select_related("worker", "case__consultant"):
            key = (entry.worker_id, monday_of(entry.worked_on))
            if key[1] <= last and key not in closed:
                closed.add(key)
                weeks.append(self._week(entry, key[1], is_last=key[1] == last))
        WorkWeek.objects.bulk_create(weeks)

    def _week(self, entry: WorkEntry, monday: date, *, is_last: bool) -> WorkWeek:
        state = {WAITING: WeekState.SUBMITTED, RETURNED: WeekState.RETURNED} if is_last else {}
        week = WorkWeek(
            agency_id=entry.agency_id,
            worker=entry.worker,
            monday=monday,
            state=state.get(entry.worker.name, WeekState.APPROVED),
            requested_by_id=entry.worker.member_id or entry.case.consultant_id,
            requested_at=_at(monday + timedelta(days=4), 18),
            version=2,
        )
        if week.state != WeekState.SUBMITTED:
            week.decided_by, week.decided_at = self.manager, _at(monday + timedelta(days=6), 9)
            week.note = RETURN_REASON if week.state == WeekState.RETURNED else ""
        return week

    def _log_monitoring(self, case: Case) -> None:
        for line in self._lines(case):
            period = line.period
            if period is not None and period.starts_on < self.today:
                whole = (period.ends_on - period.starts_on).days
                passed = min((self.today - period.starts_on).days, whole)
                until = min(period.ends_on, self.today)
                self._log(line, period.starts_on, until, _share(line.minutes, passed, whole))

    def _lines(self, case: Case) -> list[CostLine]:
        return list(case.cost_lines.select_related("worker__member", "case__consultant", "period"))

    def _log(self, line: CostLine, first: date, last: date, minutes: int) -> None:
        """Spread some minutes of work over the business days from `first` to `last`, inclusive."""
        days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
        days = [day for day in days if not day_off_name(day)]
        lengths = list(_pieces(minutes))
        if line.worker is None or not days or not lengths:
            return
        rows = []
        for place, length in enumerate(lengths):
            wanted = place * (len(days) - 1) // max(len(lengths) - 1, 1)
            day, starts = self._free(line.worker, days[wanted:] + days[:wanted], length)
            rows.append(self._entry(line, line.worker, (day, starts, length), place))
        WorkEntry.objects.bulk_create(rows)

    def _free(self, worker: Worker, days: list[date], length: int) -> tuple[date, int]:
        """Take the first free time of that length, and return its day and minute."""
        for day, (opens, closes) in (*product(days, PARTS), *product(days, EVENING)):
            starts = self.taken.get((worker.pk, day, opens), opens)
            if starts + length <= closes:
                self.taken[worker.pk, day, opens] = starts + length
                return day, starts
        raise ValueError(f"{worker} has no {length} minutes left from {days[0]} on")

    def _entry(self, line: CostLine, worker: Worker, when: tuple[date, int, int], place: int) -> WorkEntry:
        day, starts, length = when
        return WorkEntry(
            agency_id=line.agency_id,
            case_id=line.case_id,
            worker=worker,
            cost_line=line,
            worked_on=day,
            starts_minute=starts,
            ends_minute=starts + length,
            minutes=length,
            content=self._text(line.category, place + line.position * BETWEEN_LINES),
            place=PLACES[place % len(PLACES)],
            entered_by_id=worker.member_id or line.case.consultant_id,
            entered_at=_at(day, 18),
        )

    def _text(self, category: str, place: int) -> str:
        texts = self.texts[TEXTS_OF.get(category, "monitoring")]
        subjects, acts = texts["subjects"], texts["acts"]
        subject, turn = place % len(subjects), place // len(subjects)
        # One step further with each turn, so that neighbours differ and a pair comes once.
        return subjects[subject] + acts[(subject + turn) % len(acts)]


def open_diary(agency: Agency, members: Mapping[str, Member], *, manager: Member, today: date) -> Diary:
    """Register the people with their rates, and open their diary."""
    described = tomllib.loads(DESCRIBED.read_text(encoding="utf-8"))
    workers = {}
    for row in described["worker"]:
        worker = _worker(agency, members, row)
        workers[str(worker)] = worker
        for rate in row["rates"]:
            since = today - timedelta(days=rate["from"])
            WorkerRate.objects.create(agency=agency, worker=worker, valid_from=since, hourly_rate_yen=rate["yen"])
    return Diary(workers, described["texts"], manager, today)


def _worker(agency: Agency, members: Mapping[str, Member], row: Mapping[str, Any]) -> Worker:
    return Worker.objects.create(
        agency=agency,
        name=row["name"],
        qualification=row.get("qualification", ""),
        member=members.get(row.get("email", "")),
        is_subcontracted=row.get("is_subcontracted", False),
    )


def _pieces(minutes: int) -> Iterator[int]:
    """Yield lengths of work that add up to `minutes`, none of them shorter than half an hour if it can be helped."""
    for length in cycle(LENGTHS):
        if minutes <= 0:
            return
        piece = min(length, minutes)
        yield piece
        minutes -= piece


def _share(minutes: int, passed: int, whole: int) -> int:
    """Return the share of the time quoted that has been worked, in whole half hours."""
    return minutes * passed // max(whole, 1) // 30 * 30


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), tzinfo=JAPAN)
