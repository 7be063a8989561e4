"""All hours of a case by piece of work, beside what was quoted (業務日誌 of a case)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cases.models import Case
from subsidies.models import Worker
from subsidies.rules.hours_checks import Check, HoursWarning, tone_of
from subsidies.selectors.diary.warnings import entries_of
from subsidies.selectors.diary.week import EntryRow, entry_rows
from subsidies.selectors.diary.worked import Worked, worked_of_case


@dataclass(frozen=True, slots=True)
class HoursFilter:
    """Which entries to show; None means all. `month` is its first day."""

    worker_id: int | None = None
    month: date | None = None

    def shows(self, row: EntryRow) -> bool:
        """Tell whether an entry is wanted."""
        day = row.entry.worked_on
        return (self.worker_id is None or row.entry.worker_id == self.worker_id) and (
            self.month is None or (day.year, day.month) == (self.month.year, self.month.month)
        )


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """One piece of work: its sums over all hours, and the entries that the filter lets through."""

    worked: Worked
    rows: tuple[EntryRow, ...]

    @property
    def title(self) -> str:
        """Return what the estimate calls it."""
        return self.worked.line.work if self.worked.line else "業務が未選択の時間"

    @property
    def share_percent(self) -> int:
        """Return the time worked as a share of the time quoted, in whole per cent, at most 100 for the bar."""
        line = self.worked.line
        return min(100, self.worked.minutes * 100 // line.minutes) if line else 0

    @property
    def over_minutes(self) -> int:
        """Return by how much the time worked exceeds the time quoted."""
        return max(0, self.worked.minutes - self.worked.line.minutes) if self.worked.line else 0


@dataclass(frozen=True, slots=True)
class WarningSum:
    """How often one check speaks."""

    check: Check
    count: int
    is_grave: bool

    @property
    def tone(self) -> str:
        """Return the colour of its chip."""
        return tone_of(is_grave=self.is_grave)


@dataclass(frozen=True, slots=True)
class CaseHours:
    """The page of a case; sums are over all its hours, in minutes and whole yen with tax."""

    groups: tuple[WorkGroup, ...]
    warnings: tuple[WarningSum, ...]
    workers: tuple[Worker, ...]
    months: tuple[date, ...]
    shown: int
    total: int

    @property
    def minutes(self) -> int:
        """Return the time that counts."""
        return sum(group.worked.minutes for group in self.groups)

    @property
    def quoted_minutes(self) -> int:
        """Return the time of the estimate."""
        return sum(group.worked.line.minutes for group in self.groups if group.worked.line)

    @property
    def excluded_minutes(self) -> int:
        """Return the time before the acceptance (対象外)."""
        return sum(group.worked.excluded_minutes for group in self.groups)

    @property
    def unapproved_minutes(self) -> int:
        """Return the time that counts but was not approved yet."""
        return sum(entry.minutes for group in self.groups for entry in group.worked.unapproved)

    @property
    def gross_yen(self) -> int:
        """Return what the time that counts is worth, at the quoted rates."""
        return sum(group.worked.gross_yen for group in self.groups)

    @property
    def quoted_yen(self) -> int:
        """Return the estimate."""
        return sum(group.worked.line.gross_yen for group in self.groups if group.worked.line)


def hours_of_case(case: Case, wanted: HoursFilter) -> CaseHours:
    """Return the hours of a case; asks as often for one entry as for many."""
    worked = worked_of_case(case)
    entries = list(entries_of(case.agency_id).filter(case=case))
    rows = {row.entry.pk: row for row in entry_rows(entries)}
    groups = tuple(WorkGroup(one, _shown(one, rows, wanted)) for one in worked)
    return CaseHours(
        groups=groups,
        warnings=warning_sums([told for row in rows.values() for told in row.warnings]),
        workers=tuple({one.worker_id: one.worker for one in entries}.values()),
        months=tuple(sorted({one.worked_on.replace(day=1) for one in entries})),
        shown=sum(len(group.rows) for group in groups),
        total=len(entries),
    )


def warning_sums(warnings: Sequence[HoursWarning]) -> tuple[WarningSum, ...]:
    """Count warnings by check, in the order of the checks."""
    found = []
    for check in Check:
        told = [one for one in warnings if one.check is check]
        if told:
            found.append(WarningSum(check, len(told), any(one.is_grave for one in told)))
    return tuple(found)


def _shown(worked: Worked, rows: Mapping[int, EntryRow], wanted: HoursFilter) -> tuple[EntryRow, ...]:
    own = (rows[entry.pk] for entry in worked.entries if entry.pk in rows)
    return tuple(row for row in own if wanted.shows(row))
