"""The payments of cases: planned, claimed, decided and paid, part by part and agency by agency."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationState, CostCategory, Payer, ReceivableState
from subsidies.models import Application, CostLine, Receipt
from subsidies.rules.receivables import Part
from subsidies.selectors import assessment_of
from subsidies.selectors.claiming.claims import claim_of
from subsidies.selectors.payments.receivables import receivables_of, receivables_of_cases
from subsidies.selectors.payments.rows import Receivable
from tests.builders import make_agency, make_case, make_cost_line, make_member, make_period
from tests.subsidies.claims_cases import (
    accept,
    accepted_case,
    make_claim,
    make_co_agency,
    make_line,
    make_settlement,
)
from vapup.accounts.enums import Role
from vapup.accounts.models import Member

pytestmark = pytest.mark.django_db
C, S = CostCategory, ReceivableState
TODAY, SENT, DECIDED, PAID = date(2026, 11, 20), date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 20)


@pytest.fixture
def consultant() -> Member:
    return make_member(make_agency(), Role.CONSULTANT, Role.MANAGER)


def monitored(consultant: Member, *, lead_yen: int = 1_500_000, other_yen: int = 0) -> tuple[Case, MonitoringPeriod]:
    """Store an accepted case of a plan and one period of 300,000; `other_yen` of the plan is another agency's."""
    case = make_case(consultant)
    period = make_period(case)
    make_cost_line(case, gross_yen=lead_yen)
    if other_yen:
        line = make_cost_line(case, gross_yen=other_yen)
        CostLine.objects.filter(pk=line.pk).update(co_agency=make_co_agency(case))
    make_cost_line(case, category=C.MONITORING, period=period, gross_yen=300_000)
    return accept(case), period


def send(claim: Application, day: date = SENT, **heard: Any) -> Application:
    """Freeze a claim as its approval does, and hand it in."""
    assessment = claim_of(claim).assessment
    claim.assessment, claim.assessed = assessment.as_dict(), assessment.request.as_dict()
    claim.payload, claim.submitted_on = {}, day
    claim.state = ApplicationState.SUBMITTED
    for name, value in heard.items():
        setattr(claim, name, value)
    claim.save()
    return claim


def found(case: Case, payer: Payer = Payer.COUNCIL) -> dict[tuple[Part, str], Receivable]:
    rows = receivables_of(fresh(case), today=TODAY).of(payer)
    return {(one.part, one.agency_name): one for one in rows}


def fresh(case: Case) -> Case:
    return Case.objects.select_related("enterprise", "agency", "consultant__user").get(pk=case.pk)


def plan_claim(case: Case, cost_yen: int = 1_500_000, **settled: Any) -> Application:
    claim = make_claim(case)
    make_line(claim, cost_yen)
    make_settlement(claim, cost_yen=cost_yen, **settled)
    return claim


def test_before_anything_is_claimed_the_filed_estimate_is_planned(consultant: Member) -> None:
    """Plan 1,500,000: 500,000 now, 500,000 held, 500,000 own. Period 300,000: 200,000 and 100,000."""
    case, _ = monitored(consultant)
    name = case.agency.name
    council, own = found(case), found(case, Payer.ENTERPRISE)
    assert {key[0]: one.planned_yen for key, one in council.items()} == {
        Part.PLAN: 500_000,
        Part.PERIOD: 200_000,
        Part.HELD: 500_000,
    }
    assert {key[0]: one.planned_yen for key, one in own.items()} == {Part.PLAN: 500_000, Part.PERIOD: 100_000}
    assert {one.state for one in (*council.values(), *own.values())} == {S.PLANNED}
    held = council[Part.HELD, name]
    assert held.sentences[0] == "最初に提出する「支払申請(伴走支援)(第1回)」と一緒に支払われます。"
    assert sum(one.planned_yen for one in council.values()) == assessment_of(case).totals.subsidy_yen


def test_a_half_is_paid_with_the_first_monitoring_claim_that_was_handed_in(consultant: Member) -> None:
    case, period = monitored(consultant)
    name = case.agency.name
    send(plan_claim(case), state=ApplicationState.PAID, decided_on=DECIDED, decided_yen=500_000)
    Application.objects.filter(kind="plan_claim").update(paid_on=PAID, paid_yen=500_000)
    waiting = found(case)[Part.HELD, name]
    assert (waiting.state, waiting.claimed_yen, waiting.revised_yen, waiting.open_yen) == (
        S.PLANNED,
        None,
        500_000,
        500_000,
    )
    claim = make_claim(case, period)
    make_line(claim, 300_000, category=C.MONITORING)
    make_settlement(claim, cost_yen=300_000)
    # 700,000 were claimed and 690,000 decided: the period is paid in full, 10,000 lack from the half.
    send(claim, date(2026, 7, 1), state=ApplicationState.DECIDED, decided_on=date(2026, 8, 1), decided_yen=690_000)
    rows = found(case)
    held, of_period, plan = (rows[part, name] for part in (Part.HELD, Part.PERIOD, Part.PLAN))
    assert (of_period.claimed_yen, of_period.decided_yen, of_period.differences) == (200_000, 200_000, ())
    assert (held.claimed_yen, held.decided_yen, held.state, held.is_late) == (500_000, 490_000, S.DECIDED, True)
    assert held.differences[0].startswith("決定額 490,000円は、申請額 500,000円より 10,000円 少ない額です。")
    assert held.claim_id == claim.pk
    assert (plan.state, plan.paid_yen, plan.paid_on, plan.open_yen) == (S.PAID, 500_000, PAID, 0)
    assert held.sentences == ("入金を待っています(決定から111日)。協議会に確かめてください。",)


def test_two_agencies_share_by_cost_and_have_receipts_of_their_own(consultant: Member) -> None:
    """1,500,000 by 2 : 1 → first half 333,334 / 166,666, later 333,333 / 166,667, own 333,333 / 166,667."""
    case, _ = monitored(consultant, lead_yen=1_000_000, other_yen=500_000)
    other = case.co_agencies.get()
    planned = found(case)
    assert planned[Part.PLAN, case.agency.name].planned_yen == 333_334
    assert planned[Part.PLAN, other.name].planned_yen == 166_666
    assert planned[Part.HELD, other.name].planned_yen == 166_667
    assert found(case, Payer.ENTERPRISE)[Part.PLAN, other.name].planned_yen == 166_667
    claim = make_claim(case)
    make_line(claim, 1_500_000)
    make_settlement(claim, cost_yen=1_000_000)
    make_settlement(claim, co_agency=other, cost_yen=500_000)
    send(claim, state=ApplicationState.DECIDED, decided_on=DECIDED, decided_yen=500_000)
    without = found(case)
    assert (without[Part.PLAN, other.name].decided_yen, without[Part.PLAN, other.name].paid_yen) == (166_666, None)
    Receipt.objects.create(agency=case.agency, application=claim, decided_yen=340_000)
    Receipt.objects.create(
        agency=case.agency, application=claim, co_agency=other, decided_yen=160_000, decided_note="端数の扱い。"
    )
    rows = found(case)
    assert rows[Part.PLAN, case.agency.name].decided_yen == 340_000
    assert rows[Part.PLAN, other.name].differences == (
        "決定額 160,000円は、申請額 166,666円より 6,666円 少ない額です。理由: 端数の扱い。",
    )


def test_the_own_share_counts_the_tax_that_was_kept_back(consultant: Member) -> None:
    """500,000 were invoiced; 453,591 arrived and 46,409 were withheld: that is all. A yen less is told."""
    case, _ = monitored(consultant)
    name = case.agency.name
    paid: dict[str, Any] = {
        "own_invoice_yen": 500_000,
        "own_invoiced_on": SENT,
        "transferred_yen": 453_591,
        "withheld_yen": 46_409,
    }
    claim = plan_claim(case, transferred_on=PAID, **paid)
    row = found(case, Payer.ENTERPRISE)[Part.PLAN, name]
    assert (row.state, row.paid_yen, row.transferred_yen, row.withheld_yen) == (S.PAID, 500_000, 453_591, 46_409)
    assert row.differences == ()
    assert row.sentences == ("振込 453,591円と源泉所得税 46,409円で、合わせて 500,000円です。",)
    claim.settlements.update(transferred_yen=453_590)
    short = found(case, Payer.ENTERPRISE)[Part.PLAN, name]
    assert short.differences == ("振込額と源泉所得税の合計 499,999円は、請求額 500,000円より 1円 少ない額です。",)


def test_what_was_not_claimed_when_a_case_ends_will_never_be_paid(consultant: Member) -> None:
    case, _ = monitored(consultant)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.WITHDRAWN)
    rows = receivables_of(fresh(case), today=TODAY).rows
    assert {one.state for one in rows} == {S.LAPSED}
    assert sum(one.open_yen for one in rows) == 0
    never = "案件は「取下げ」です。支払申請が提出されていないため、支払われません。"
    ask = "案件は「取下げ」です。自己負担分の請求は、契約に沿って事業者と確かめてください。"
    council = [one for one in rows if one.payer is Payer.COUNCIL]
    own = [one for one in rows if one.payer is Payer.ENTERPRISE]
    assert council
    assert own
    assert all(never in one.sentences for one in council)
    # The enterprise owes what it agreed to owe, whatever the council does.
    assert all(one.sentences == (ask,) for one in own)


def random_case(consultant: Member, chance: Random) -> tuple[Case, list[Application]]:
    """Store an accepted case of up to three agencies and periods with every claim, none of them settled yet."""
    case = make_case(consultant, frame=chance.choice([SchemeFrame.NORMAL, SchemeFrame.SME_GL]))
    for place in range(chance.randrange(3)):
        make_co_agency(case, f"共同{place}")
    periods = [make_period(case, ends_on=date(2026 + place, 9, 30)) for place in range(chance.randrange(1, 4))]
    for category in plan_categories(case):
        make_cost_line(case, category=category, gross_yen=chance.randrange(90_000, 3_000_001))
    for period in periods:
        make_cost_line(case, category=C.MONITORING, period=period, gross_yen=chance.randrange(9, 700_001))
    accept(case)
    return case, [make_claim(case), *(make_claim(case, one, number=at) for at, one in enumerate(periods, 1))]


def plan_categories(case: Case) -> list[CostCategory]:
    return [C.PLANNING, C.DUE_DILIGENCE] if case.frame == SchemeFrame.SME_GL else [C.PLANNING]


def settle(claim: Application, chance: Random) -> None:
    """Enter random costs of a claim, and split them among the agencies at random."""
    categories = [C.MONITORING] if claim.period_id else plan_categories(claim.case)
    costs = {one: chance.randrange(50, 900_000) for one in categories}
    for category, yen in costs.items():
        make_line(claim, yen, category=category)
    left = sum(costs.values())
    for agency in (*claim.case.co_agencies.order_by("pk"), None):
        part = left if agency is None else chance.randrange(left)
        left -= part
        make_settlement(claim, co_agency=agency, cost_yen=part)


@pytest.mark.parametrize("seed", range(12))
def test_random_claims_are_claimed_to_the_yen_as_their_sheets_say(consultant: Member, seed: int) -> None:
    """The parts of every claim that was handed in add up to what its page and its papers ask for, for each agency."""
    chance = Random(seed)
    case, claims = random_case(consultant, chance)
    for claim in claims:
        settle(claim, chance)
    stored = Application.objects.select_related("case__agency", "case__enterprise", "period").order_by("pk")
    for at, claim in enumerate(stored.filter(pk__in=[one.pk for one in claims])):
        send(claim, date(2026, 5, 1 + at))
    rows = receivables_of(fresh(case), today=TODAY).of(Payer.COUNCIL)
    for claim in stored.filter(pk__in=[one.pk for one in claims]):
        sheet = claim_of(claim)
        of_claim = [one for one in rows if one.claim_id == claim.pk]
        for share in sheet.agencies:
            mine = sum(one.claimed_yen or 0 for one in of_claim if one.agency_name == share.name)
            assert mine == share.council_yen
        assert sum(one.claimed_yen or 0 for one in of_claim) == sheet.due_now_yen
    assert sum(one.planned_yen for one in rows) == assessment_of(case).totals.subsidy_yen


def test_many_cases_ask_no_more_questions_than_one(consultant: Member) -> None:
    cases = [accepted_case(consultant, {C.PLANNING: 900_000}) for _ in range(4)]
    one = [fresh(cases[0])]
    many = [fresh(case) for case in cases]
    with CaptureQueriesContext(connection) as first:
        receivables_of_cases(consultant.agency_id, one, today=TODAY)
    with CaptureQueriesContext(connection) as second:
        assert len(receivables_of_cases(consultant.agency_id, many, today=TODAY)) == 4
    assert len(first) == len(second) <= 10
