"""Bulk data keeps the invariants of real data, and costs as many statements as it has batches."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.enums import CaseStage
from cases.models import Case, Enterprise
from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.models import Deadline
from monitoring.services import ledger
from subsidies.models import CostLine
from subsidies.selectors.clocks import clocks_of
from tests.builders import make_agency
from vapup import clock
from vapup.accounts.models import Agency, Member
from vapup.commands import InvalidInput
from vapup.demonstration import bulk

TODAY = date(2026, 11, 21)


def load(agencies: int, cases: int, seed: int = 7) -> bulk.Loaded:
    return bulk.load(agency_count=agencies, case_count=cases, today=TODAY, seed=seed)


def statements(agencies: int, cases: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        load(agencies, cases)
    return len([one for one in captured.captured_queries if one["sql"].startswith("INSERT")])


def test_it_says_what_it_added(db: None) -> None:
    answer = StringIO()
    call_command("load_data", "--agencies=3", "--cases=10", stdout=answer)
    assert json.loads(answer.getvalue()) == {"agencies": 3, "enterprises": 10, "cases": 10} | {
        "cost_lines": 20,
        "deadlines": Deadline.objects.count(),
    }
    assert (Agency.objects.count(), Member.objects.count(), Case.objects.count()) == (3, 9, 10)


def test_cases_are_spread_evenly_and_stay_inside_their_agency(db: None) -> None:
    load(3, 10)
    per_agency = [Case.objects.filter(agency=agency).count() for agency in Agency.objects.all()]
    assert sorted(per_agency) == [3, 3, 4]
    for case in Case.objects.select_related("enterprise", "consultant"):
        assert case.enterprise.agency_id == case.consultant.agency_id == case.agency_id
    assert not any(member.user.has_usable_password() for member in Member.objects.select_related("user"))
    assert Enterprise.objects.count() == 10


def test_days_follow_each_other_and_none_lies_ahead(db: None) -> None:
    load(1, 300)
    seen = set()
    for case in Case.objects.all():
        seen.add(case.stage)
        recorded = [case.consulted_on, case.usage_applied_on, case.usage_accepted_on, case.usage_decided_on]
        days = [day for day in recorded if day is not None]
        assert days == sorted(days)
        assert days[-1] <= TODAY
        assert days[0] >= TODAY - timedelta(days=400)
        is_applied = case.stage not in {CaseStage.CONSULTATION, CaseStage.PREPARING}
        assert (case.usage_applied_on is not None) is is_applied
        assert (case.accepted_on is not None) is (case.stage in {CaseStage.PLANNING, CaseStage.MONITORING})
    assert len(seen) == len(bulk.STAGES)


def test_lines_add_up_from_the_rate_and_the_time(db: None) -> None:
    load(1, 50)
    lines = list(CostLine.objects.all())
    assert len(lines) == 100
    for line in lines:
        assert line.net_yen == line.hourly_rate_yen * line.minutes // 60
        assert line.tax_yen == line.net_yen // 10
        assert line.gross_yen == line.net_yen + line.tax_yen
    assert {line.agency_id for line in lines} == {Agency.objects.get().pk}


def test_deadlines_are_those_that_the_rows_ask_for(db: None) -> None:
    """Working them out again from the rows as stored, as every act on a case does, changes nothing."""
    load(2, 120)
    before = list(Deadline.objects.order_by("pk").values())
    for case in Case.objects.select_related("enterprise", "agency", "consultant"):
        ledger.keep_case(case, clocks_of(case), now=clock.start_of(TODAY))
    assert list(Deadline.objects.order_by("pk").values()) == before
    claims = Deadline.objects.filter(kind=DeadlineKind.PLAN_CLAIM)
    accepted = Case.objects.exclude(accepted_on=None)
    assert sorted(claims.values_list("case_id", flat=True)) == sorted(accepted.values_list("pk", flat=True))
    assert claims.count() > 20
    assert set(claims.values_list("state", flat=True)) == {DeadlineState.OPEN}
    assert all(claims.values_list("yen_at_risk", flat=True))
    # Reminders begin 120 days before the safe day: those that are nearer are looked at from today on.
    for claim in claims:
        first = claim.safe_by - timedelta(days=120)
        assert claim.remind_at == clock.start_of(max(first, TODAY)), claim
    assert 0 < claims.filter(remind_at=clock.start_of(TODAY)).count() < claims.count()


def test_more_can_be_added_beside_real_agencies(db: None) -> None:
    make_agency()
    load(2, 4)
    load(2, 4)
    slugs = list(Agency.objects.filter(slug__startswith="load-").values_list("slug", flat=True))
    assert len(slugs) == len(set(slugs)) == 4
    numbers = list(Case.objects.values_list("agency_id", "number"))
    assert len(numbers) == len(set(numbers)) == 8


def test_the_same_seed_gives_the_same_figures(db: None) -> None:
    def figures() -> list[Any]:
        return list(CostLine.objects.order_by("pk").values_list("minutes", "gross_yen"))

    load(1, 20)
    first = figures()
    load(1, 20)
    assert figures()[40:] == first
    load(1, 20, seed=8)
    assert figures()[80:] != first


def test_it_needs_as_many_statements_as_batches(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case is four rows (itself, its enterprise, two lines): 100 more of them are 100 × 4 / 50 = 8 statements.

    The deadlines come on top, 50 in a statement; how many there are is chance.
    """
    monkeypatch.setattr(bulk, "BATCH", 50)

    def without_deadlines(agencies: int, cases: int) -> int:
        before = Deadline.objects.count()
        needed = statements(agencies, cases)
        return needed - -(-(Deadline.objects.count() - before) // 50)

    small, middle, large = without_deadlines(1, 100), without_deadlines(1, 200), without_deadlines(1, 400)
    assert (middle - small, large - middle) == (8, 16)
    # 50 agencies instead of one: 1 statement as before; 150 users and 150 members in 3 instead of 1 each.
    assert without_deadlines(50, 100) - small == 4


def test_agencies_do_not_cost_their_square(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each member is looked at once, however many agencies there are."""
    looked = 0
    agency_id: Any = Member.agency_id

    class Counted:
        def __get__(self, instance: Member | None, owner: type[Member]) -> Any:
            nonlocal looked
            looked += 1
            return agency_id.__get__(instance, owner) if instance is not None else agency_id

        def __set__(self, instance: Member, value: int) -> None:
            agency_id.__set__(instance, value)

    agencies = bulk._save(Agency(name=f"第{n}会計事務所", slug=f"many-{n}") for n in range(100))
    monkeypatch.setattr(Member, "agency_id", Counted())
    members = bulk._members(agencies)
    assert [len(found) for found in members.values()] == [3] * 100
    assert looked < 100 * 3 * 20  # its square would be 100 × 300 = 30,000


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (("--agencies=0", "--cases=5"), "agencies"),
        (("--agencies=-1", "--cases=5"), "agencies"),
        (("--agencies=10001", "--cases=5"), "agencies"),
        (("--agencies=1", "--cases=0"), "cases"),
        (("--agencies=1", "--cases=1000001"), "cases"),
    ],
)
def test_sizes_out_of_range_are_refused_before_anything_is_added(
    db: None, options: tuple[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        call_command("load_data", *options)
    assert (refused.value.code, refused.value.field) == ("invalid_request", field)
    assert f"--{field}" in refused.value.message
    assert not Agency.objects.exists()
