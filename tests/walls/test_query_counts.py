"""No page asks the database more often because there is more to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from cases.enums import CaseAction, CaseStage, LenderRole, PaidCategory, SchemeFrame
from cases.models import Case, CaseStep, CoAgency, PastUse
from monitoring.enums import PeriodKind
from monitoring.models import Deadline, MonitoringPeriod
from subsidies.enums import ApplicationKind
from subsidies.models import Packet
from tests.access_deadlines import extend_row, tell
from tests.access_world import MATRIX, World, build_world, leaves
from tests.builders import make_case, make_cost_line, make_deadline, make_enterprise, make_lender, make_member
from vapup import clock
from vapup.accounts.enums import Role, Verb
from vapup.accounts.models import AuditEvent
from vapup.demonstration.bulk import fill, load

FEW, MANY = 5, 50


def grow(world: World, count: int) -> None:
    """Add `count` of everything that any page lists, to the case, its enterprise and the office."""
    actor = world.members["c"]
    case = Case.objects.select_related("enterprise").get(number=world.values["number"])
    for place in range(count):
        _grow_case(case, place)
        _grow_office(world, case, place)
        AuditEvent.objects.create(
            agency=actor.agency,
            actor=actor,
            actor_label=str(actor),
            verb=Verb.CHANGED,
            object_type=("case", "enterprise", "member")[place % 3],
            object_id=(case.pk, case.enterprise_id, actor.pk)[place % 3],
            object_label=str(case),
            changes={f"項目{one}": [one, one + 1] for one in range(place % 9)},
        )


def _grow_case(case: Case, place: int) -> None:
    agency = case.agency
    first = date(2027, 4, 1) + timedelta(days=place)
    MonitoringPeriod.objects.create(
        agency=agency, case=case, kind=PeriodKind.REGULAR, starts_on=first, ends_on=first + timedelta(days=180)
    )
    make_cost_line(case, gross_yen=1_100, work=f"業務{place}")
    make_lender(case.enterprise, role=LenderRole.OTHER, balance_yen=place)
    CoAgency.objects.create(agency=agency, case=case, name=f"協力会計{place}")
    used = {"frame": SchemeFrame.NORMAL, "category": PaidCategory.PLANNING, "paid_yen": place}
    PastUse.objects.create(agency=agency, enterprise=case.enterprise, **used)
    CaseStep.objects.create(
        agency=agency,
        case=case,
        action=CaseAction.START_PREPARATION,
        from_stage=CaseStage.CONSULTATION,
        to_stage=CaseStage.PREPARING,
        occurred_on=date(2025, 4, 2),
        actor=case.consultant,
    )


def _grow_office(world: World, case: Case, place: int) -> None:
    actor = world.members["c"]
    stages = list(CaseStage)[:2]
    make_case(actor, enterprise=make_enterprise(actor.agency), stage=stages[place % 2])
    make_case(world.members["o"], enterprise=case.enterprise)
    make_member(actor.agency, Role.CONSULTANT)
    _grow_deadlines(world, case)
    Packet.objects.create(
        agency=actor.agency, case=case, application=ApplicationKind.USAGE, payload={}, requested_by=actor
    )


def _grow_deadlines(world: World, case: Case) -> None:
    """Add a deadline that everybody is told of, and one more word to all that was told of the world's own."""
    serial = Deadline.objects.count()
    make_deadline(case, subject=f"one:{serial}", claim_by=clock.today() + timedelta(days=serial))
    own = Deadline.objects.get(pk=world.values["deadline_id"])
    extend_row(own, case.consultant, None, proof="承認通知")
    for who in "cma":
        tell(own, world.members[who], offset=-serial)


def counted(world: World, who: str) -> dict[str, int]:
    browser, found = world.browser(who), {}
    for leaf in leaves():
        if MATRIX[leaf.name][0] in {"closed", "public", "self"}:
            continue
        reset_queries()  # the log holds 9,000
        with CaptureQueriesContext(connection) as asked:
            answer = browser.get(world.url(leaf))
        if answer.streaming:
            answer.getvalue()  # read to its end, it closes its file
        elif answer.status_code == 200:
            found[leaf.name] = len(asked)
    return found


# The first reads every part of two versions of a plan, the second everything that a plan and its follow-up say.
LARGER: Final = {"cases:plan_compare": 58, "monitoring:bank_pack_file": 45}


@pytest.mark.parametrize("who", ["m", *(pytest.param(who, marks=pytest.mark.nightly) for who in "ca")])
def test_ten_times_the_rows_are_as_many_questions(db: None, who: str) -> None:
    world = build_world()
    counted(world, who)  # what is asked once per process is asked before the counting
    grow(world, FEW)
    few = counted(world, who)
    grow(world, MANY - FEW)
    many = counted(world, who)
    assert few.keys() == many.keys()
    assert len(few) > 15
    assert over_the_limit(few) == {}
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


@pytest.mark.nightly
def test_twenty_thousand_cases_of_fifty_offices_are_as_many_questions_as_twenty(db: None) -> None:
    """400 of the cases are in the office that looks, 19,600 in the 49 others."""
    world = build_world()
    people = {world.members["c"].agency: [world.members[who] for who in "co"]}
    fill(people, case_count=20, today=clock.today())
    for who in "cma":
        counted(world, who)  # what is asked once per process is asked before the counting
    few = {who: counted(world, who) for who in "cma"}
    fill(people, case_count=380, first=20, today=clock.today())
    load(agency_count=49, case_count=19_600, today=clock.today())
    many = {who: counted(world, who) for who in "cma"}
    with connection.cursor() as cursor:  # at its end, the references of all these rows are checked in one statement
        cursor.execute("SET LOCAL statement_timeout = 0")
    more = {(who, name): (few[who][name], count) for who in few for name, count in many[who].items()}
    assert {one: counts for one, counts in more.items() if counts[0] != counts[1]} == {}


@pytest.mark.parametrize("who", ["c", pytest.param("a", marks=pytest.mark.nightly)])
def test_no_page_asks_more_than_thirty_times(db: None, who: str) -> None:
    """Of the manager's pages the first test says so."""
    world = build_world()
    grow(world, FEW)
    assert over_the_limit(counted(world, who)) == {}


def over_the_limit(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count > LARGER.get(name, 30)}


def test_the_count_would_notice_a_loop(db: None) -> None:
    """A page that asks for each row is what the first test looks for: here is one, made by hand."""
    world = build_world()
    grow(world, FEW)

    def loop() -> list[str]:
        return [str(case.enterprise) for case in Case.objects.filter(agency=world.members["c"].agency)]

    assert asked_by(loop) > 2 * FEW


def asked_by(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)
