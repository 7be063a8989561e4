"""The hours of a case by piece of work: what counts, what lies before the acceptance, what nobody approved yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cases.models import Case
from subsidies.enums import CostCategory, WeekState
from subsidies.models import Application, CostLine, WorkEntry, WorkWeek
from subsidies.rules.worked import amounts_of, is_payable
from subsidies.selectors import cost_lines_of
from subsidies.selectors.claiming.claims import claimed_categories
from vapup.shared.dates import monday_of


@dataclass(frozen=True)
class Worked:
    """The hours on one piece of work (業務); `line` is None for hours that no work was chosen for yet.

    Attributes:
        entries: all of them, by day.
        counted: those on or after the acceptance day (受理日); only they are paid.
        unapproved: the counted ones whose week nobody approved yet.
    """

    line: CostLine | None
    entries: tuple[WorkEntry, ...]
    counted: tuple[WorkEntry, ...]
    unapproved: tuple[WorkEntry, ...]

    @cached_property
    def minutes(self) -> int:
        """Return the time that counts."""
        return sum(entry.minutes for entry in self.counted)

    @property
    def excluded_minutes(self) -> int:
        """Return the time before the acceptance (対象外), which is kept and never paid."""
        return sum(entry.minutes for entry in self.entries) - self.minutes

    @property
    def net_yen(self) -> int:
        """Return the quoted rate × the time that counts, without tax; fractions of a yen dropped."""
        return self._amounts[0]

    @property
    def tax_yen(self) -> int:
        """Return the consumption tax of that; fractions of a yen dropped."""
        return self._amounts[1]

    @property
    def gross_yen(self) -> int:
        """Return both together."""
        return self._amounts[2]

    @property
    def first_on(self) -> date | None:
        """Return the first day that counts."""
        return min((entry.worked_on for entry in self.counted), default=None)

    @property
    def last_on(self) -> date | None:
        """Return the last day that counts."""
        return max((entry.worked_on for entry in self.counted), default=None)

    @cached_property
    def _amounts(self) -> tuple[int, int, int]:
        if self.line is None:
            return 0, 0, 0
        found = amounts_of(self.line.hourly_rate_yen, self.minutes, self.line.tax_percent)
        return found.net_yen, found.tax_yen, found.gross_yen


def worked_of_case(case: Case, lines: Sequence[CostLine] | None = None) -> tuple[Worked, ...]:
    """Return the hours of every line of the estimate, in its order; hours without a line come last."""
    entries = WorkEntry.objects.for_agency(case.agency_id).filter(case=case)
    by_line: dict[int | None, list[WorkEntry]] = defaultdict(list)
    for entry in entries.select_related("worker").order_by("worked_on", "starts_minute", "id"):
        by_line[entry.cost_line_id].append(entry)
    approved = _approved_weeks(case, (entry for found in by_line.values() for entry in found))
    places: list[CostLine | None] = [*(cost_lines_of(case) if lines is None else lines)]
    if by_line[None]:
        places.append(None)
    return tuple(_worked(case, line, by_line[line.pk if line else None], approved) for line in places)


def worked_of(application: Application) -> tuple[Worked, ...]:
    """Return the hours of the lines that a claim covers: its categories, and of a monitoring claim its period."""
    categories = claimed_categories(application)
    lines = [
        line
        for line in cost_lines_of(application.case)
        if CostCategory(line.category) in categories and line.period_id == application.period_id
    ]
    return tuple(one for one in worked_of_case(application.case, lines) if one.line is not None)


def _worked(
    case: Case, line: CostLine | None, entries: Sequence[WorkEntry], approved: frozenset[tuple[int, date]]
) -> Worked:
    counted = tuple(one for one in entries if is_payable(one.worked_on, case.usage_accepted_on))
    unapproved = tuple(one for one in counted if (one.worker_id, monday_of(one.worked_on)) not in approved)
    return Worked(line, tuple(entries), counted, unapproved)


def _approved_weeks(case: Case, entries: Iterable[WorkEntry]) -> frozenset[tuple[int, date]]:
    workers = {entry.worker_id for entry in entries}
    weeks = WorkWeek.objects.for_agency(case.agency_id).filter(worker_id__in=workers, state=WeekState.APPROVED)
    return frozenset(weeks.values_list("worker_id", "monday"))
