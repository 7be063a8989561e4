"""What all claims of a case pay together is what `assess` gives for it: by case, by agency and by category, to the yen.

Each case is drawn from a seed: frame, costs, agencies, periods, actual costs above or below what was filed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

import pytest

from cases.enums import CaseStage, SchemeFrame
from cases.models import Case, CoAgency
from monitoring.enums import PeriodKind
from monitoring.models import MonitoringPeriod
from subsidies.enums import ApplicationKind, ApplicationState, CostCategory
from subsidies.models import Application, ClaimLine, Settlement
from subsidies.rules.payments import PLAN_CATEGORIES
from subsidies.rules.request import MONITORING_CATEGORIES
from subsidies.selectors import assess_request_of, categories_of
from subsidies.selectors.claiming.claims import ClaimSheet, claim_of
from tests.builders import make_case, make_cost_line
from vapup.accounts.models import Member

FRAMES = (SchemeFrame.VUP, SchemeFrame.NORMAL, SchemeFrame.SME_GL)
HALF_YEARS = (
    (date(2026, 4, 1), date(2026, 9, 30)),
    (date(2026, 10, 1), date(2027, 3, 31)),
    (date(2027, 4, 1), date(2027, 9, 30)),
    (date(2027, 10, 1), date(2028, 3, 31)),
)


@dataclass(frozen=True)
class Drawn:
    """A case with all its claims, and their costs by agency."""

    case: Case
    claims: tuple[Application, ...]
    is_monitored: bool


def draw(consultant: Member, seed: int) -> Drawn:
    """Store a case of a seed: a usage application that was accepted, and every claim with its actual cost."""
    dice = random.Random(seed)
    case = make_case(consultant, frame=dice.choice(FRAMES))
    _file(case, dice)
    names = [f"機関{place}" for place in range(dice.randrange(3))]
    others = [CoAgency.objects.create(agency=case.agency, case=case, name=name) for name in names]
    periods = list(MonitoringPeriod.objects.filter(case=case).order_by("ends_on", "id"))
    is_monitored = bool(periods) and dice.random() < 0.85
    claims = [_claim(case, ApplicationKind.PLAN_CLAIM, None, 1, others, dice)]
    for number, period in enumerate(periods if is_monitored else [], 1):
        claims.append(_claim(case, ApplicationKind.MONITORING_CLAIM, period, number, others, dice))
    if CostCategory.NEGOTIATION in categories_of(case):
        claims.append(_claim(case, ApplicationKind.NEGOTIATION_CLAIM, None, 1, others, dice))
    return Drawn(case, tuple(claims), is_monitored)


def _file(case: Case, dice: random.Random) -> None:
    """Store the estimate and the usage application that froze it."""
    for category in categories_of(case):
        if category not in MONITORING_CATEGORIES:
            make_cost_line(case, category=category, gross_yen=dice.randrange(50_000, 4_500_000))
            continue
        for place in sorted(dice.sample(range(4), dice.randrange(4))):
            starts_on, ends_on = HALF_YEARS[place]
            period = MonitoringPeriod.objects.create(
                agency=case.agency, case=case, kind=PeriodKind(category.value), starts_on=starts_on, ends_on=ends_on
            )
            gross_yen = dice.randrange(20_000, 700_000)
            make_cost_line(case, category=category, period=period, gross_yen=gross_yen)
    usage = Application.objects.create(agency=case.agency, case=case)
    filed = {"assessed": assess_request_of(case).as_dict(), "submitted_on": date(2025, 5, 7)}
    Application.objects.filter(pk=usage.pk).update(state=ApplicationState.DECIDED, **filed)
    accepted = {"usage_applied_on": date(2025, 5, 7), "usage_accepted_on": date(2025, 5, 12)}
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.AGREED, accepted_on=date(2025, 5, 12), **accepted)
    case.refresh_from_db()


def _claim(
    case: Case,
    kind: ApplicationKind,
    period: MonitoringPeriod | None,
    number: int,
    others: list[CoAgency],
    dice: random.Random,
) -> Application:
    claim = Application.objects.create(agency=case.agency, case=case, kind=kind, period=period, number=number)
    if period is not None:
        categories = [CostCategory(period.kind)]
    elif kind is ApplicationKind.NEGOTIATION_CLAIM:
        categories = [CostCategory.NEGOTIATION]
    else:
        categories = [one for one in categories_of(case) if one in PLAN_CATEGORIES]
    total_yen = 0
    for category in categories:
        cost_yen = dice.choice((0, dice.randrange(1, 900_000), dice.randrange(1, 5_000_000)))
        ClaimLine.objects.create(agency=case.agency, application=claim, category=category, cost_yen=cost_yen)
        total_yen += cost_yen
    cuts = sorted(dice.randrange(total_yen + 1) for _ in others)
    parts = [end - start for start, end in zip([0, *cuts], [*cuts, total_yen], strict=True)]
    for co_agency, cost_yen in zip([None, *others], parts, strict=True):
        Settlement.objects.create(agency=case.agency, application=claim, co_agency=co_agency, cost_yen=cost_yen)
    return claim


def check(drawn: Drawn) -> None:
    """Hold every sum of the case against its assessment."""
    sheets = [claim_of(one) for one in drawn.claims]
    totals = sheets[0].assessment.totals
    assert {one.assessment.totals for one in sheets} == {totals}
    held_yen = 0 if drawn.is_monitored else sum(one.held_yen for one in sheets)
    unclaimed = (
        []
        if drawn.is_monitored
        else [one for one in sheets[0].assessment.lines if one.category in MONITORING_CATEGORIES]
    )
    rest_yen = sum(one.subsidy_yen for one in unclaimed)
    assert sum(one.due_now_yen for one in sheets) + held_yen + rest_yen == totals.subsidy_yen
    rest_own_yen = sum(one.cost_yen - one.subsidy_yen for one in unclaimed)
    assert sum(one.own_burden_yen for one in sheets) + rest_own_yen == totals.own_burden_yen
    for sheet in sheets:
        check_agencies(sheet)
    check_each_agency(sheets)
    check_categories(sheets)


def check_agencies(sheet: ClaimSheet) -> None:
    """The agencies of a claim share all of it and no more."""
    assert sheet.is_split
    assert sum(one.council_yen or 0 for one in sheet.agencies) == sheet.due_now_yen
    assert sum(one.own_yen or 0 for one in sheet.agencies) == sheet.own_burden_yen
    assert sum(one.cost_yen or 0 for one in sheet.agencies) == sheet.cost_yen
    assert sum(one.later_yen or 0 for one in sheet.agencies) == sheet.held_yen


def check_each_agency(sheets: list[ClaimSheet]) -> None:
    """Over all claims an agency gets its cost: from the council, what is still held, and from the enterprise."""
    is_released = any(sheet.released_yen for sheet in sheets)
    for place in range(len(sheets[0].agencies)):
        shares = [sheet.agencies[place] for sheet in sheets]
        paid_yen = sum((one.council_yen or 0) + (one.own_yen or 0) for one in shares)
        held_yen = 0 if is_released else sum(one.later_yen or 0 for one in shares)
        assert paid_yen + held_yen == sum(one.cost_yen or 0 for one in shares)


def check_categories(sheets: list[ClaimSheet]) -> None:
    """Over all claims a category gets what it was assessed."""
    for line in sheets[0].assessment.lines:
        rows = [row for sheet in sheets for row in sheet.rows if row.category is line.category]
        released = [half for sheet in sheets for half in sheet.released if half.category is line.category]
        if rows:
            now_yen = sum(one.due_now_yen for one in rows) + sum(one.amount_yen for one in released)
            held_yen = 0 if released else sum(one.held_yen for one in rows)
            assert now_yen + held_yen == line.subsidy_yen
            assert sum(one.cost_yen for one in rows) == line.cost_yen


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_the_claims_of_random_cases_add_up(first: int, consultant: Member) -> None:
    for seed in range(first, first + 20):
        check(draw(consultant, seed))


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(0, 1_000, 100))
def test_the_claims_of_1000_random_cases_add_up(first: int, consultant: Member) -> None:
    for seed in range(first, first + 100):
        check(draw(consultant, seed))


def test_the_draw_reaches_what_it_should(consultant: Member) -> None:
    drawn = [draw(consultant, seed) for seed in range(20)]
    assert {one.case.frame for one in drawn} == set(FRAMES)
    assert {one.is_monitored for one in drawn} == {True, False}
    assert {one.case.co_agencies.count() for one in drawn} == {0, 1, 2}
    assert max(len(one.claims) for one in drawn) >= 5
    assert any(claim_of(claim).released_yen for one in drawn for claim in one.claims)
