"""The versions of the plan of a case: which one is worked on, which one holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from cases.enums import PlanState
from cases.models import Case, Plan


def plans_of(case: Case) -> QuerySet[Plan]:
    """Return the versions of the plan of a case, the newest first, each with the people that had to do with it.

    Each has `case` itself as its case, with whatever was loaded with it: joined once more, the tables would be so many
    that the database takes forty times as long to plan the query as to answer it.
    """
    people = ("prepared_by__user", "submitted_by__user", "approved_by__user")
    return case.plans.for_agency(case.agency_id).select_related(*people).order_by("-number")


def current_plan(case: Case) -> Plan | None:
    """Return the version that is worked on or waits for approval, else the approved one; None without any plan."""
    return plans_of(case).exclude(state=PlanState.REPLACED).first()


def approved_plan(case: Case) -> Plan | None:
    """Return the version that holds: the approved one; None while there is none."""
    return plans_of(case).filter(state=PlanState.APPROVED).first()


def year_end(plan: Plan, year: int) -> date:
    """Return the last day of a year of the plan (0 is the base year); a 29th of February falls on the 28th."""
    return shifted(plan.base_ends_on, year)


def shifted(day: date, years: int) -> date:
    """Return the same day of another year; the last day of February stays the last."""
    target = day.year + years
    if (day.month, day.day) in {(2, 28), (2, 29)}:
        is_leap = target % 4 == 0 and (target % 100 != 0 or target % 400 == 0)
        return date(target, 2, 29 if is_leap else 28)
    return day.replace(year=target)


def stamp(*content: Iterable[Any]) -> int:
    """Return a number (≥ 1) that stands for stored content, to tell whether a part of a plan changed since it was seen.

    The plan's own `version` counts every edit of every part; a long text is not refused because somebody else entered
    a loan meanwhile.
    """
    written = json.dumps([list(one) for one in content], ensure_ascii=False, default=str)
    return int.from_bytes(hashlib.sha256(written.encode()).digest()[:6], "big") + 1
