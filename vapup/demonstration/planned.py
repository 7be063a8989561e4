"""Which enterprises of the demonstration have books, plans and a follow-up, and how they come to them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from cases.enums import SchemeFrame
from cases.models import Case
from monitoring.selectors.periods import periods_of
from vapup.accounts.models import Member
from vapup.demonstration.books import (
    PAST,
    Times,
    Writer,
    closed_years,
    described,
    keep_months,
    keep_years,
    loans_of,
    past_of,
)
from vapup.demonstration.followed import Follower, reports_told
from vapup.demonstration.ledger import MONTHS, Ledger, add_months, year_figures
from vapup.demonstration.planning import Planner, plan_told, planned_years, repayments_of
from vapup.demonstration.story import period_days
from vapup.shared.dates import ONE_DAY

# The case with books, an approved plan and reports, and the one whose plan is being made.
FOLLOWED: Final = ("kitazawa", SchemeFrame.NORMAL)
DRAFTED: Final = ("yamada", SchemeFrame.NORMAL)
DRAFT: Final = Path(__file__).with_name("draft.toml")
# The last closed year of a plan that is being made is at least so old: its accounts are settled.
DAYS_SETTLED: Final = 75


def fiscal_month(times: Times) -> int:
    """Return the month in which the fiscal year of the followed enterprise ends."""
    return times.base_ends_on.month


def times_of(consulted_on: date, days_to_first_period: int, today: date) -> Times:
    """Return the days of the followed case: its follow-up begins with its first period."""
    ((starts_on, _),) = period_days(consulted_on + timedelta(days=days_to_first_period), [1])
    return Times(starts_on, today)


@dataclass(frozen=True, slots=True)
class Written:
    """The books of the followed enterprise, and the base year that its plan starts from, in yen by account."""

    ledger: Ledger
    base: Mapping[str, int]
    plan: Mapping[int, Mapping[str, int]]


def write_books(times: Times) -> Written:
    """Write the books of the followed enterprise: its past, and what became of its plan."""
    told = plan_told()
    writer = Writer(described(FOLLOWED[0]), times, loans_of(told["loan"]), repayments_of(told))
    ledger = writer.past()
    base = year_figures(ledger.months[-MONTHS:])
    plan = planned_years(told, base)
    writer.actual(ledger, plan)
    return Written(ledger, base, plan)


def plan_and_follow(case: Case, *, consultant: Member, manager: Member, today: date) -> None:
    """Give the followed case its books, its approved plan, its reports and its meetings."""
    first = periods_of(case).first()
    if first is None:
        raise LookupError(f"{case} has no follow-up")
    times = Times(first.starts_on, today)
    written = write_books(times)
    months = written.ledger.months
    years = {times.year_end(year): figures for year, figures in closed_years(months, times).items()}
    keep_years(case.enterprise, years)
    keep_months(case.enterprise, months)
    Planner(case, consultant, manager, times).approved(plan_told(), written.base, months)
    Follower(case, consultant, today).report(reports_told())


def begin_plan(case: Case, *, consultant: Member, manager: Member, today: date) -> None:
    """Give the case of the draft its closed years, and half of a plan."""
    base_ends_on = _last_close(case.enterprise.fiscal_year_end_month, today - timedelta(days=DAYS_SETTLED))
    ends = {year: add_months(base_ends_on.replace(day=1), year * MONTHS + 1) - ONE_DAY for year in PAST}
    keep_years(case.enterprise, {ends[year]: figures for year, figures in past_of(described(DRAFTED[0])).items()})
    told: dict[str, Any] = tomllib.loads(DRAFT.read_text(encoding="utf-8"))
    Planner(case, consultant, manager, Times(today.replace(day=1), today)).draft(told, base_ends_on)


def _last_close(month: int, day: date) -> date:
    """Return the last fiscal year-end that is not after `day`."""
    ends = (add_months(date(year, month, 1), 1) - ONE_DAY for year in (day.year, day.year - 1))
    return next(end for end in ends if end <= day)
