"""Thirty claims of one enterprise at once, near its caps: never over one of them, in any order of the threads."""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

import pytest

from cases.enums import CaseStage, PaidCategory, SchemeFrame
from cases.models import Case, Enterprise, PastUse
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application
from subsidies.packets.content import content_of
from subsidies.rules.size_class import SizeClass
from subsidies.rules.terms import terms_on
from subsidies.services.filing.applications import ApplicationKey
from subsidies.services.filing.approval import UNDECIDED, UNFROZEN, Approval, CapPassed, approve, decision_hash
from tests.builders import make_agency, make_case, make_cost_line, make_enterprise, make_member, make_period
from tests.races.conftest import within
from tests.races.crew import Crew, crew_of
from tests.subsidies.claims_cases import accept, make_claim, make_line, make_settlement
from vapup.accounts.enums import Role
from vapup.accounts.models import Member
from vapup.work import Busy

NOW, TODAY = datetime(2025, 10, 1, 1, 0, tzinfo=UTC), date(2025, 10, 1)
PLANS, CASES_WATCHED, PERIODS = 10, 4, 5  # 10 plan claims and 4 × 5 monitoring claims: thirty
PLAN_YEN, PERIOD_YEN = 450_000, 60_000  # of which two thirds are asked for: 300,000 and 40,000
ENDS: Final = (date(2026, 3, 31), date(2026, 9, 30), date(2027, 3, 31), date(2027, 9, 30), date(2028, 3, 31))
REFUSAL: Final = re.compile(r"の補助額 [\d,]+円 が、残りの [\d,]+円 を [\d,]+円 超えます\(.*(上限|補助率\)) [\d,]+円")
# By seed; the nightly parts are 1,000 rounds together, in pieces that each end within the hour.
QUICK, MANY, PARTS = 2, 200, range(1, 6)
CATEGORIES: Final = (CostCategory.PLANNING, CostCategory.MONITORING)


@dataclass
class Race:
    """An enterprise with thirty claims that await approval, and what was paid for it before."""

    manager: Member
    enterprise: Enterprise
    claims: list[Application]
    shown: dict[int, str]
    pool_yen: int
    caps: dict[CostCategory, int]
    past: PastUse

    def approving(self, claim: Application) -> Any:
        kind = ApplicationKind(claim.kind)
        act = partial(
            approve,
            case_id=claim.case_id,
            actor=self.manager,
            approval=Approval(shown_sha256=self.shown[claim.pk], override_reason="協議会に確かめた。"),
            now=NOW,
            prepared_on=TODAY,
            key=ApplicationKey(kind, claim.number),
        )
        return within(self.manager.agency, act)

    def leave_room(self, chance: random.Random) -> int:
        """Set what was paid before, so that some of the claims fit, and return what is left of the joint limit."""
        left_yen = chance.randrange(0, 1_900_000)
        PastUse.objects.filter(pk=self.past.pk).update(paid_yen=self.pool_yen - left_yen)
        return left_yen

    def reset(self) -> None:
        rows = Application.objects.filter(pk__in=[one.pk for one in self.claims])
        rows.update(state=ApplicationState.REQUESTED, **UNDECIDED, **UNFROZEN, assessment=None)

    def approved_yen(self) -> dict[CostCategory, int]:
        """Return what the approved claims print, by category."""
        found: dict[CostCategory, int] = defaultdict(int)
        labels = {category.label: category for category in CATEGORIES}
        for claim in Application.objects.filter(case__enterprise=self.enterprise, state=ApplicationState.APPROVED):
            assert claim.payload is not None
            for row in claim.payload["rows"]:
                found[labels[row["category"]]] += row["subsidy_yen"]
        return found


@pytest.fixture
def race(db: None) -> Race:
    agency = make_agency()
    consultant, manager = make_member(agency, Role.CONSULTANT), make_member(agency, Role.MANAGER)
    enterprise = make_enterprise(agency)
    terms = terms_on(SchemeFrame.NORMAL, date(2025, 5, 12))
    assert terms.pool is not None  # planning and monitoring together, as soon as anything was paid before
    pool_yen = terms.pool.limits_yen[SizeClass.MEDIUM]
    caps = {category: terms.by_category[category].cap_yen or pool_yen for category in CATEGORIES}
    claims = [_plan_claim(consultant, enterprise) for _ in range(PLANS)]
    for _ in range(CASES_WATCHED):
        claims += _monitoring_claims(consultant, enterprise)
    past = PastUse.objects.create(
        agency=agency, enterprise=enterprise, frame=SchemeFrame.NORMAL, category=PaidCategory.PLANNING, paid_yen=1
    )
    return Race(manager, enterprise, claims, {one.pk: _hash(one) for one in claims}, pool_yen, caps, past)


def _plan_claim(consultant: Member, enterprise: Enterprise) -> Application:
    case = make_case(consultant, enterprise=enterprise)
    make_cost_line(case, gross_yen=PLAN_YEN)
    claim = make_claim(accept(case), state=ApplicationState.REQUESTED)
    make_line(claim, PLAN_YEN)
    make_settlement(claim, contracted_on=TODAY)
    return claim


def _monitoring_claims(consultant: Member, enterprise: Enterprise) -> list[Application]:
    case = make_case(consultant, enterprise=enterprise)
    periods = [make_period(case, ends_on=day) for day in ENDS[:PERIODS]]
    for period in periods:
        make_cost_line(case, category=CostCategory.MONITORING, gross_yen=PERIOD_YEN, period=period)
    accept(case)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.MONITORING)
    claims = []
    for number, period in enumerate(periods, 1):
        claim = make_claim(case, period, number=number, state=ApplicationState.REQUESTED)
        make_line(claim, PERIOD_YEN, category=CostCategory.MONITORING)
        make_settlement(claim, contracted_on=TODAY)
        claims.append(claim)
    return claims


def _hash(claim: Application) -> str:
    fresh = Application.objects.select_related(
        "case__enterprise", "case__council", "case__agency", "case__consultant__user", "period"
    ).get(pk=claim.pk)
    return decision_hash(fresh, content_of(fresh))


def run(race: Race, crew: Crew, rounds: int, seed: int) -> Counter[str]:
    """Approve all claims at once, round after round, and judge each of them; return how often what happened."""
    chance, told = random.Random(seed), Counter[str]()
    for _ in range(rounds):
        left_yen = race.leave_room(chance)
        race.reset()
        answers = crew.at_once([race.approving(claim) for claim in race.claims])
        for answer in answers:
            assert isinstance(answer, Application | CapPassed | Busy), repr(answer)  # no deadlock, nothing unforeseen
            if isinstance(answer, CapPassed):
                assert REFUSAL.search(answer.message), answer.message
        _check_round(race, answers, left_yen)
        told.update(type(answer).__name__ for answer in answers)
    return told


def _check_round(race: Race, answers: list[Any], left_yen: int) -> None:
    """No limit is passed, and nothing is refused that would still fit: room only ever shrinks."""
    approved = race.approved_yen()
    paid_yen = race.pool_yen - left_yen
    assert sum(approved.values()) <= left_yen, (approved, left_yen)
    free_yen = {one: race.caps[one] - approved[one] for one in CATEGORIES}
    free_yen[CostCategory.PLANNING] -= paid_yen
    for claim, answer in zip(race.claims, answers, strict=True):
        is_plan = claim.kind == ApplicationKind.PLAN_CLAIM
        category, yen = (CATEGORIES[0], 300_000) if is_plan else (CATEGORIES[1], 40_000)
        if isinstance(answer, CapPassed):
            room_yen = min(free_yen[category], left_yen - sum(approved.values()))
            assert room_yen < yen, (category, approved, left_yen)
        elif isinstance(answer, Application):
            assert free_yen[category] >= 0, (category, approved, left_yen)


@pytest.mark.parametrize(
    ("rounds", "seed"), [(QUICK, 7), *(pytest.param(MANY, seed, marks=pytest.mark.nightly) for seed in PARTS)]
)
def test_thirty_claims_at_once_never_pass_a_cap(race: Race, rounds: int, seed: int) -> None:
    began = time.monotonic()
    with crew_of(len(race.claims)) as crew:
        told = run(race, crew, rounds, seed)
    sys.stdout.write(
        f'{{"rounds": {rounds}, "seed": {seed}, "told": {dict(told)}, "seconds": {time.monotonic() - began:.1f}}}\n'
    )
    assert sum(told.values()) == 30 * rounds
    assert told["Application"] > 0
    assert told["CapPassed"] > 0
