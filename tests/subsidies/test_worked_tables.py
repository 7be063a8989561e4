"""The worked cases of the councils' tables and of our own reckoning, each line readable with its arithmetic.

Published: the comparison table of the Sapporo chamber (costs that exhaust each cap), the Nagasaki centre (totals before
2022), the 2022-04 list of changes of Fukuoka (halves), the launch of the bank variant. The rest is reckoned by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from subsidies.rules.assessment import Assessment, assess
from subsidies.rules.request import parse_request

SMALL, MIDDLE, LARGE = 80_000_000, 320_000_000, 1_200_000_000
MONITORING = {"normal": "monitoring", "sme_gl": "monitoring", "vup": "monitoring_closing", "vup_bank": "monitoring"}


@dataclass(frozen=True)
class Case:
    """Costs in, subsidies out by category, then the parts of the plan payment; `errors` are the blocking codes."""

    name: str
    frame: str
    day: str
    costs: dict[str, int]
    subsidies: dict[str, int]
    halves: tuple[int, ...]
    own: int
    errors: tuple[str, ...] = ()
    sales: int = MIDDLE
    past: tuple[tuple[str, int], ...] = ()
    estimates: tuple[tuple[str, int], ...] = ()

    def result(self) -> Assessment:
        payload: dict[str, Any] = {"frame": self.frame, "accepted_on": self.day}
        if self.frame == "normal":
            payload["enterprise"] = {"annual_sales": self.sales, "interest_bearing_debt": 0}
        payload["costs"] = {one: yen for one, yen in self.costs.items() if not one.startswith("monitoring")}
        payload["monitoring_periods"] = [
            {"category": one, "ends_on": f"2030-0{month}-28", "cost": yen}
            for month, (one, yen) in enumerate(self.costs.items(), 1)
            if one.startswith("monitoring")
        ]
        return assess(parse_request(payload | {"past_subsidies": dict(self.past), "estimates": dict(self.estimates)}))


def n405(
    name: str,
    plan: int,
    mon: int,
    nego: int,
    given: tuple[int, int, int],
    halves: tuple[int, ...],
    own: int,
    **more: Any,
) -> Case:
    """Return a case of the normal frame; a cost of 0 is not named."""
    costs = {"planning": plan, "monitoring": mon, "negotiation": nego}
    subsidies = dict(zip(costs, given, strict=True))
    named = {one: yen for one, yen in costs.items() if yen}
    kept = {one: subsidies[one] for one in named}
    return Case(name, "normal", more.pop("day", "2025-04-10"), named, kept, halves, own, **more)


def vup(
    name: str, costs: dict[str, int], given: dict[str, int], halves: tuple[int, ...], own: int, **more: Any
) -> Case:
    return Case(name, more.pop("frame", "vup"), more.pop("day", "2025-04-10"), costs, given, halves, own, **more)


def gl(name: str, dd: int, plan: int, mon: int, given: tuple[int, int, int], halves: tuple[int, ...], own: int) -> Case:
    names = ("due_diligence", "planning", "monitoring")
    costs, subsidies = dict(zip(names, (dd, plan, mon), strict=True)), dict(zip(names, given, strict=True))
    return Case(name, "sme_gl", "2025-04-10", costs, subsidies, halves, own)


NORMAL = [
    # published: 3,000,000 / 1,500,000 / 150,000 of cost are 2,000,000 / 1,000,000 / 100,000, in all 3,100,000
    n405(
        "sapporo",
        3_000_000,
        1_500_000,
        150_000,
        (2_000_000, 1_000_000, 100_000),
        (1_000_000,) * 2,
        1_550_000,
        sales=LARGE,
    ),
    # published: a total of 3,000,000 costs the client 1,000,000
    n405("thirds", 1_500_000, 1_500_000, 0, (1_000_000, 1_000_000, 0), (500_000, 500_000), 1_000_000),
    n405("T1 equality", 750_000, 750_000, 0, (500_000, 500_000, 0), (250_000, 250_000), 500_000, sales=SMALL),
    # plan at its cap: min(2,666,666, 2,000,000); 500,000 × 2/3 = 333,333.3; own 2,000,000 + 166,667
    n405("T4 cap", 4_000_000, 500_000, 0, (2_000_000, 333_333, 0), (1_000_000,) * 2, 2_166_667, sales=LARGE),
    # 1,234,567 × 2/3 = 823,044.67; own 411,523 + 166,667
    n405("T5 floor", 1_234_567, 500_000, 0, (823_044, 333_333, 0), (411_522, 411_522), 578_190),
    # 666,666.67 and 333,333.33; own 333,334 + 166,667
    n405("T6 floors", 1_000_000, 500_000, 0, (666_666, 333_333, 0), (333_333, 333_333), 500_001, sales=SMALL),
    # 666,667.33 is odd: the rest is one yen more; 333,334 × 2/3 = 222,222.67
    n405("T7 odd yen", 1_000_001, 333_334, 0, (666_667, 222_222, 0), (333_333, 333_334), 444_446, sales=SMALL),
    n405("T8 gantt", 450_000, 450_000, 0, (300_000, 300_000, 0), (150_000, 150_000), 300_000, sales=SMALL),
    n405("T9 gantt", 450_001, 0, 0, (300_000, 0, 0), (150_000, 150_000), 150_001, sales=SMALL),
    # the arithmetic goes on under an error: 700,000 × 2/3 = 466,666.67, 800,000 × 2/3 = 533,333.33
    n405(
        *("T10 more monitoring", 700_000, 800_000, 0, (466_666, 533_333, 0), (233_333, 233_333), 500_001),
        errors=("monitoring_exceeds_half",),
        sales=SMALL,
    ),
    n405(
        *("T11 total", 1_000_000, 600_000, 0, (666_666, 400_000, 0), (333_333, 333_333), 533_334),
        errors=("total_exceeds_size_class",),  # 1,600,000 > 1,500,000
        sales=SMALL,
    ),
    # 2,900,000 × 2/3 = 1,933,333.33; 1,600,000 × 2/3 = 1,066,666 above the cap of 1,000,000
    n405(
        *("T12 ceiling", 2_900_000, 1_600_000, 0, (1_933_333, 1_000_000, 0), (966_666, 966_667), 1_566_667),
        errors=("monitoring_exceeds_ceiling",),
        sales=LARGE,
    ),
    # negotiation min(133,333, 100,000): own 500,000 + 500,000 + 100,000
    n405("T13 nego", 1_500_000, 1_500_000, 200_000, (1_000_000, 1_000_000, 100_000), (500_000,) * 2, 1_100_000),
    # joint 2,000,000: the plan takes all of it, and the whole at once
    n405(
        *("T20 joint", 3_000_000, 1_500_000, 0, (2_000_000, 0, 0), (2_000_000,), 2_500_000),
        day="2022-03-31",
        sales=LARGE,
        errors=("total_exceeds_size_class",),  # 4,500,000 > 3,000,000
    ),
    # Nagasaki: the totals 1,000,000 / 2,000,000 / 3,000,000 before 2022, two thirds of them
    n405("old small", 700_000, 300_000, 0, (466_666, 200_000, 0), (466_666,), 333_334, day="2015-06-01", sales=SMALL),
    n405("old middle", 1_500_000, 500_000, 0, (1_000_000, 333_333, 0), (1_000_000,), 666_667, day="2015-06-01"),
    n405(
        *("old large", 1_500_000, 1_500_000, 0, (1_000_000, 1_000_000, 0), (1_000_000,), 1_000_000),
        day="2015-06-01",
        sales=LARGE,
    ),
]
REUSE = [
    # 3,000,000 × 2/3 − 800,000 − 400,000 = 800,000 together: 500,000 + 300,000
    n405(
        *("M1", 750_000, 450_000, 0, (500_000, 300_000, 0), (250_000, 250_000), 400_000),
        past=(("planning", 800_000), ("monitoring", 400_000)),
        day="2023-05-01",
    ),
    # the same, asking for more: 1,000,000 is cut to 800,000 and nothing is left for monitoring
    n405(
        *("M1 above", 1_500_000, 450_000, 0, (800_000, 0, 0), (400_000, 400_000), 1_150_000),
        past=(("planning", 800_000), ("monitoring", 400_000)),
        day="2023-05-01",
    ),
    # 1,500,000 × 2/3 − 600,000 = 400,000 together: 300,000 + 100,000
    n405(
        *("M2", 450_000, 450_000, 0, (300_000, 100_000, 0), (150_000, 150_000), 500_000),
        past=(("planning", 500_000), ("monitoring", 100_000)),
        sales=SMALL,
    ),
    # the cap of planning is used up; 4,500,000 × 2/3 − 2,000,000 = 1,000,000 is left for monitoring
    n405("M3", 1_500_000, 1_500_000, 0, (0, 1_000_000, 0), (), 2_000_000, past=(("planning", 2_000_000),), sales=LARGE),
    # 100,000 − 60,000
    n405(
        "M5",
        300_000,
        300_000,
        150_000,
        (200_000, 200_000, 40_000),
        (100_000,) * 2,
        310_000,
        past=(("negotiation", 60_000),),
    ),
]
GL = [
    gl("sapporo", 4_500_000, 4_500_000, 1_500_000, (3_000_000, 3_000_000, 1_000_000), (1_500_000,) * 4, 3_500_000),
    # 1,333,333.33 of dd leave its cap half used; the plan may not take it: min(3,333,333, 3,000,000)
    gl(
        *("T15", 2_000_000, 5_000_000, 900_000, (1_333_333, 3_000_000, 600_000)),
        (666_666, 666_667, 1_500_000, 1_500_000),
        2_966_667,
    ),
    # 2,200,000 × 2/3 = 1,466,666.67
    gl(
        "T16",
        3_300_000,
        2_200_000,
        660_000,
        (2_200_000, 1_466_666, 440_000),
        (1_100_000,) * 2 + (733_333,) * 2,
        2_053_334,
    ),
]
A, B, C, D = "planning", "monitoring_interim", "monitoring_closing", "negotiation"
VUP = [
    vup("1 A", {A: 225_000}, {A: 150_000}, (75_000, 75_000), 75_000),
    vup("2 B", {B: 75_000}, {B: 50_000}, (), 25_000),
    vup("3 C", {C: 75_000}, {C: 50_000}, (), 25_000),
    vup("4 D", {D: 150_000}, {D: 100_000}, (), 50_000),
    vup("5 A+B+C", {A: 225_000, B: 75_000, C: 75_000}, {A: 150_000, B: 50_000, C: 50_000}, (75_000,) * 2, 125_000),
    vup(
        *("6 all", {A: 225_000, B: 75_000, C: 75_000, D: 150_000}),
        {A: 150_000, B: 50_000, C: 50_000, D: 100_000},
        (75_000, 75_000),
        175_000,
    ),
    vup("7 A+C", {A: 225_000, C: 75_000}, {A: 150_000, C: 50_000}, (75_000, 75_000), 100_000),
    vup("7 before 2022", {A: 225_000, C: 75_000}, {A: 150_000, C: 50_000}, (150_000,), 100_000, day="2019-06-03"),
    vup("8 above the cap", {A: 300_000}, {A: 150_000}, (75_000, 75_000), 150_000),
    # 133,333.33; halves 66,666 and 66,667
    vup("9 and 12", {A: 200_000}, {A: 133_333}, (66_666, 66_667), 66_667),
    # filed 165,000: 110,000, own 200,000 − 110,000
    vup("10 filed", {A: 200_000}, {A: 110_000}, (55_000, 55_000), 90_000, estimates=((A, 165_000),)),
    vup("14 bank", {A: 225_000}, {A: 150_000}, (150_000,), 75_000, frame="vup_bank"),
    vup(
        *("15 bank B", {B: 75_000}, {B: 0}, (), 75_000),
        frame="vup_bank",
        errors=("category_not_in_frame",),
    ),
    vup("22 second use 2023", {A: 225_000}, {A: 150_000}, (75_000,) * 2, 75_000, day="2023-09-01", past=((C, 1),)),
    vup(
        *("23 second use 2024", {A: 225_000}, {A: 150_000}, (75_000,) * 2, 75_000),
        day="2024-05-07",
        past=((C, 1),),
        errors=("reuse_not_allowed",),
    ),
]
CASES = [*NORMAL, *REUSE, *GL, *VUP]


@pytest.mark.parametrize("case", [pytest.param(one, id=f"{one.frame} {one.name}") for one in CASES])
def test_a_worked_case(case: Case) -> None:
    result = case.result()
    assert {line.category.value: line.subsidy_yen for line in result.lines} == case.subsidies
    assert result.totals == (sum(case.costs.values()), sum(case.subsidies.values()), case.own)
    halves = [one.amount_yen for one in result.payments if one.category in {"due_diligence", "planning"}]
    assert tuple(halves) == case.halves
    assert sum(one.amount_yen for one in result.payments) == sum(case.subsidies.values())
    assert tuple(one.code for one in result.findings if one.severity == "error") == case.errors


@pytest.mark.parametrize(
    ("sales", "debt", "size"),
    [
        (99_999_999, 99_999_999, "small"),
        (100_000_000, 0, "medium"),
        (0, 100_000_000, "medium"),
        (999_999_999, 999_999_999, "medium"),
        (50_000_000, 1_000_000_000, "medium_large"),
        (1_000_000_000, 0, "medium_large"),
        (0, 0, "small"),
    ],
)
def test_sales_or_debt_decide_the_size(sales: int, debt: int, size: str) -> None:
    payload = {"frame": "normal", "accepted_on": "2025-04-10"}
    enterprise = {"annual_sales": sales, "interest_bearing_debt": debt}
    result = assess(parse_request(payload | {"enterprise": enterprise}))
    assert result.size_class == size
    assert (result.lines, result.payments, result.totals) == ((), (), (0, 0, 0))


def test_gl_has_no_negotiation() -> None:
    """T16: 150,000 for negotiation are the client's own, and the application is blocked."""
    payload = {"frame": "sme_gl", "accepted_on": "2025-04-10", "costs": {"negotiation": 150_000}}
    result = assess(parse_request(payload))
    assert [(line.subsidy_yen, line.own_burden_yen) for line in result.lines] == [(0, 150_000)]
    assert [one.code for one in result.findings] == ["category_not_in_frame"]
    assert result.payments == ()


def test_the_year_of_a_vup_application_ends_on_its_anniversary() -> None:
    """24: accepted on 2025-06-02, so a claim on 2026-06-03 is late and one on 2026-06-02 is not."""
    result = assess(parse_request({"frame": "vup", "accepted_on": "2025-06-02"}))
    assert result.deadlines[0].claim_by == date(2026, 6, 2)
    assert result.deadlines[0].lapses_on == date(2026, 6, 3)


def test_the_cash_flow_of_the_agency_in_three_payments() -> None:
    """§ T2: the council pays 500,000 at the plan claim, then 500,000 with the first of two periods of 500,000 each."""
    periods = [{"category": "monitoring", "ends_on": f"202{year}-03-31", "cost": 750_000} for year in (6, 7)]
    payload = {"frame": "normal", "accepted_on": "2025-04-10", "costs": {"planning": 1_500_000}}
    enterprise = {"annual_sales": MIDDLE, "interest_bearing_debt": 0}
    result = assess(parse_request(payload | {"enterprise": enterprise, "monitoring_periods": periods}))
    assert [one.amount_yen for one in result.payments] == [500_000, 500_000, 500_000, 500_000]
    assert [one.yen_at_risk for one in result.deadlines] == [2_000_000, 1_000_000, 500_000]
