"""The hours of the demonstration office: believable, without overlaps, and the ground of its claims to the yen."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.db.models import F

from subsidies.enums import ApplicationKind, WeekState
from subsidies.models import Application, ClaimLine, CostLine, WorkEntry, WorkWeek
from subsidies.rules.hours_checks import Check
from subsidies.selectors.diary.warnings import entries_of, warnings_of
from subsidies.selectors.diary.week import week_sheet
from subsidies.selectors.diary.worked import worked_of
from vapup.accounts.models import Agency
from vapup.accounts.tenancy import tenant_scope
from vapup.demonstration.office import found_office
from vapup.shared.dates import day_off_name, monday_of

# A day in the middle of a week, and one on which the year is young.
DAYS = (date(2026, 11, 19),)


@pytest.mark.nightly
@pytest.mark.parametrize("today", DAYS)
def test_hours_are_believable_and_claims_rest_on_them(db: None, today: date) -> None:
    found_office(today=today)
    agency = Agency.objects.get(slug="aoba")
    with tenant_scope(agency.pk):
        entries = list(entries_of(agency.pk))
        assert len(entries) > 300
        assert all(30 <= one.minutes <= 240 for one in entries)
        assert not any(day_off_name(one.worked_on) or one.worked_on > today for one in entries)
        by_worker = sorted(entries, key=lambda one: (one.worker_id, one.worked_on, one.starts_minute))
        overlaps = [
            (one, other)
            for one, other in pairwise(by_worker)
            if (one.worker_id, one.worked_on) == (other.worker_id, other.worked_on)
            and other.starts_minute < one.ends_minute
        ]
        assert overlaps == []
        _claims_agree()
        _weeks_tell_the_story(agency, today)
        told = [one.check for warnings in warnings_of(entries).values() for one in warnings]
        assert told.count(Check.BEFORE_ACCEPTANCE) == 1
        # The office is a good example: hardly anything else is to be asked.
        assert set(told) <= {Check.BEFORE_ACCEPTANCE, Check.LONG_DAY}, set(told)


def _claims_agree() -> None:
    claims = Application.objects.filter(kind=ApplicationKind.PLAN_CLAIM).select_related("case", "period")
    assert claims.count() >= 5
    for claim in claims:
        for line in ClaimLine.objects.filter(application=claim):
            worked = [one for one in worked_of(claim) if one.line and one.line.category == line.category]
            assert sum(one.gross_yen for one in worked) == line.hours_yen == line.cost_yen, (claim, line.category)
            assert min(one.first_on for one in worked if one.first_on) == line.worked_from
            assert max(one.last_on for one in worked if one.last_on) == line.worked_to
            assert all(one.unapproved == () for one in worked)
    assert not CostLine.objects.filter(worker=None).exists()
    assert not WorkEntry.objects.exclude(cost_line__worker=F("worker")).exists()


def _weeks_tell_the_story(agency: Agency, today: date) -> None:
    states = list(WorkWeek.objects.for_agency(agency.pk).order_by("-monday").values_list("state", flat=True))
    assert states.count(WeekState.SUBMITTED) == 1
    assert states.count(WeekState.RETURNED) == 1
    assert states.count(WeekState.APPROVED) > 50
    assert not WorkWeek.objects.filter(monday=monday_of(today)).exists()
    returned = WorkWeek.objects.select_related("worker__co_agency").get(state=WeekState.RETURNED)
    assert week_sheet(returned.worker, returned.monday).minutes > 0
