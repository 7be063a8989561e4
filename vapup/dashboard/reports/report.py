"""A report put together: the tables of one fiscal year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vapup.dashboard.reports.query import Scope
from vapup.dashboard.reports.returns import Passed, Returns, passed_findings, returns_of
from vapup.dashboard.reports.stays import StageTime, stage_times
from vapup.dashboard.reports.totals import Grouping, Totals, totals_of


@dataclass(frozen=True, slots=True)
class Report:
    """The tables of one fiscal year."""

    scope: Scope
    groupings: list[Grouping]
    times: list[StageTime]
    returns: Returns
    passed: list[Passed]

    @property
    def total(self) -> Totals:
        """Return the sums of all cases."""
        return self.groupings[0].total

    @property
    def has_anything(self) -> bool:
        """Tell whether anything at all happened in the year."""
        return bool(self.total.active or self.times or self.returns.points or self.returns.submitted or self.passed)


def report_of(scope: Scope, *, today: date) -> Report:
    """Return the report, with a fixed number of questions to the database."""
    return Report(scope, totals_of(scope, today=today), stage_times(scope), returns_of(scope), passed_findings(scope))
