from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from cases.rules.accounts import accounts
from cases.rules.attribution import (
    SHOWN_PROFITS,
    Cause,
    Change,
    Effect,
    Part,
    attribute,
    attribute_profits,
    proposed,
)
from cases.rules.statements import Figures, Profit, profit
from tests.cases.plan_rules.company import PLANNED, YEARS, M, any_figures, company, often, yen

SHOP, BUYING = 11, 12
PRICES = 51

# What changes in year 1: sales + 4,000; purchases + 1,000; opening stock + 1,000; subcontracting − 500; officers
# − 1,200; welfare − 100; freight + 100; depreciation − 200; other − 500; interest − 100.
EFFECTS = (
    Effect(SHOP, "sales", 1, 3_000_000),
    Effect(SHOP, "freight", 1, 100_000),
    Effect(BUYING, "purchases", 1, -1_500_000),
    Effect(BUYING, "subcontracting", 1, -500_000),
    Effect(SHOP, "sales", 2, 5_000_000),
)
ASSUMPTIONS = (Effect(PRICES, "sales", 1, 1_200_000), Effect(PRICES, "purchases", 1, 2_600_000))


def of(changes: Sequence[Change], line: str, year: int = 1) -> Change:
    (found,) = (one for one in changes if (one.line, one.year) == (line, year))
    return found


def test_the_sales_of_the_company_are_explained_but_for_a_rest() -> None:
    found = of(attribute(company(), EFFECTS, ASSUMPTIONS, [1]), "sales")
    assert (found.label, found.base_yen, found.planned_yen, found.change_yen) == (
        "売上高",
        100_000_000,
        104_000_000,
        4_000_000,
    )
    assert found.parts == (
        Part(Cause.MEASURE, SHOP, 3_000_000),
        Part(Cause.ASSUMPTION, PRICES, 1_200_000),
        Part(Cause.OTHER, None, -200_000),
    )
    assert (found.measures_yen, found.assumptions_yen, found.other_yen) == (3_000_000, 1_200_000, -200_000)


def test_an_account_fully_explained_has_no_rest() -> None:
    found = of(attribute(company(), EFFECTS, ASSUMPTIONS, [1]), "freight")
    assert found.parts == (Part(Cause.MEASURE, SHOP, 100_000),)
    assert found.other_yen == 0


def test_the_operating_profit_of_the_company_yen_by_yen() -> None:
    found = of(attribute_profits(company(), EFFECTS, ASSUMPTIONS, [1]), Profit.OPERATING)
    assert (found.label, found.base_yen, found.planned_yen) == ("営業利益", -1_500_000, 2_900_000)
    assert found.parts == (
        # Sales 3,000 less freight 100
        Part(Cause.MEASURE, SHOP, 2_900_000),
        # 1,500 and 500 saved
        Part(Cause.MEASURE, BUYING, 2_000_000),
        # Prices raise the sales by 1,200 and the purchases by 2,600
        Part(Cause.ASSUMPTION, PRICES, -1_400_000),
        # The year opens with the 9,000 that the base year closes with, which itself opened with 8,000.
        Part(Cause.CARRIED, None, -1_000_000),
        # 4,400 − 2,900 − 2,000 + 1,400 + 1,000
        Part(Cause.OTHER, None, 1_900_000),
    )
    assert sum(part.yen for part in found.parts) == found.change_yen == 4_400_000


def test_interest_counts_from_the_ordinary_profit_on() -> None:
    saved = (Effect(BUYING, "interest", 1, -100_000),)
    changes = attribute_profits(company(), saved, (), [1])
    assert [one.line for one in changes] == list(SHOWN_PROFITS)
    assert of(changes, Profit.OPERATING).measures_yen == 0
    assert of(changes, Profit.ORDINARY).measures_yen == 100_000
    assert of(changes, Profit.NET).measures_yen == 100_000
    assert of(changes, Profit.ORDINARY).change_yen == 4_500_000


def test_taxes_count_in_the_net_profit_only() -> None:
    taxes = (Effect(PRICES, "income_taxes", 1, 30_000),)
    changes = attribute_profits(company(), (), taxes, [1], [Profit.BEFORE_TAX, Profit.NET])
    assert of(changes, Profit.BEFORE_TAX).assumptions_yen == 0
    assert of(changes, Profit.NET).assumptions_yen == -30_000


def test_an_effect_without_a_change_is_shown_with_its_opposite() -> None:
    # Rent stays; the measure that was to lower it is eaten by something nobody named.
    found = of(attribute(company(), [Effect(SHOP, "rent", 1, -400_000)], (), [1]), "rent")
    assert found.change_yen == 0
    assert found.parts == (Part(Cause.MEASURE, SHOP, -400_000), Part(Cause.OTHER, None, 400_000))


def test_accounts_that_neither_change_nor_are_meant_to_are_left_out() -> None:
    lines = [one.line for one in attribute(company(), (), (), [1]) if accounts()[one.line].profit_sign]
    assert lines == [
        "sales",
        "opening_stock",
        "purchases",
        "subcontracting",
        "officer_pay",
        "welfare",
        "freight",
        "depreciation",
        "other_expenses",
        "interest",
    ]
    for one in attribute(company(), (), (), [1]):
        cause = Cause.CARRIED if one.line == "opening_stock" else Cause.OTHER
        assert one.parts == (Part(cause, None, one.change_yen),)


def test_effects_are_against_the_base_year_and_count_in_their_own_year() -> None:
    changes = attribute(company(), EFFECTS, (), [1, 2])
    assert of(changes, "sales", 1).measures_yen == 3_000_000
    assert of(changes, "sales", 2).measures_yen == 5_000_000
    assert of(changes, "sales", 2).planned_yen == 0


def test_several_effects_of_one_measure_are_one_part() -> None:
    twice = (Effect(SHOP, "sales", 1, 100), Effect(SHOP, "sales", 1, 50), Effect(BUYING, "sales", 1, 7))
    found = of(attribute({("sales", 1): 157}, twice, (), [1]), "sales")
    assert found.parts == (Part(Cause.MEASURE, SHOP, 150), Part(Cause.MEASURE, BUYING, 7))


def test_a_measure_and_an_assumption_of_one_number_are_two_parts() -> None:
    found = of(attribute({("sales", 1): 9}, [Effect(1, "sales", 1, 4)], [Effect(1, "sales", 1, 5)], [1]), "sales")
    assert found.parts == (Part(Cause.MEASURE, 1, 4), Part(Cause.ASSUMPTION, 1, 5))
    assert [part.cause.label for part in found.parts] == ["施策", "前提"]
    assert Cause.OTHER.label == "その他"
    assert Cause.CARRIED.label == "前年の期末在庫の引継ぎ"


def test_effects_on_accounts_that_the_chart_does_not_know_explain_nothing() -> None:
    unknown = [Effect(SHOP, "gone", 1, 100)]
    assert attribute({("sales", 1): 1}, unknown, (), [1])[0].parts == (Part(Cause.OTHER, None, 1),)
    (found,) = attribute_profits({("sales", 1): 1}, unknown, (), [1], [Profit.NET])
    assert found.measures_yen == 0


def test_a_proposal_from_the_effects_leaves_nothing_unexplained() -> None:
    figures = {key: amount for key, amount in company().items() if key[1] == 0}
    plan = proposed(figures, EFFECTS, ASSUMPTIONS, PLANNED)
    assert plan["sales", 1] == 104_200_000
    assert plan["sales", 2] == 105_000_000
    assert plan["sales", 3] == 100_000_000
    assert plan["rent", 1] == 4_000_000
    assert ("cash", 1) not in plan
    changes = attribute_profits({**figures, **plan}, EFFECTS, ASSUMPTIONS, PLANNED)
    assert {one.other_yen for one in changes} == {0}


def test_a_proposal_opens_each_year_with_the_stock_that_the_year_before_closes_with() -> None:
    figures = {key: amount for key, amount in company().items() if key[1] == 0}
    plan = proposed(figures, (), (), PLANNED)
    # The base year's stock grew by 1,000; no planned one's does, and each earns 1,000 less than the base year.
    assert [plan["opening_stock", year] for year in PLANNED] == [9_000_000] * 3
    assert [plan["closing_stock", year] for year in PLANNED] == [9_000_000] * 3
    changes = attribute_profits({**figures, **plan}, (), (), PLANNED)
    assert {(one.change_yen, one.carried_yen, one.other_yen) for one in changes} == {(-1_000_000, -1_000_000, 0)}


def test_a_measure_on_the_stock_goes_on_to_the_next_year_and_a_named_opening_stock_stays() -> None:
    figures = {key: amount for key, amount in company().items() if key[1] == 0}
    sold = (Effect(SHOP, "closing_stock", 1, -2_000_000), Effect(SHOP, "closing_stock", 2, -2_000_000))
    plan = proposed(figures, sold, (), PLANNED)
    # 9,000 at first; 9,000 − 2,000 from the end of year 1 on; year 3 names no change, so that its stock is as in year 0
    assert [plan["opening_stock", year] for year in PLANNED] == [9_000_000, 7_000_000, 7_000_000]
    assert [plan["closing_stock", year] for year in PLANNED] == [7_000_000, 7_000_000, 9_000_000]
    named = (Effect(PRICES, "opening_stock", 1, 500_000),)
    plan = proposed(figures, (), named, PLANNED)
    # 8,000 + 500, as somebody said
    assert [plan["opening_stock", year] for year in PLANNED] == [8_500_000, 9_000_000, 9_000_000]
    (found, *_) = attribute({**figures, **plan}, (), named, [1])
    assert found.parts == (Part(Cause.ASSUMPTION, PRICES, 500_000),)


def test_what_an_entry_holds_as_worn_off_is_no_rest() -> None:
    key = ("tangible_assets", 1)
    figures = {("tangible_assets", 0): 50 * M, key: 72 * M}
    (found,) = attribute(figures, [Effect(1, *key, 30 * M)], (), [1], worn={key: 10 * M})
    # 72 − 50 = 30 bought − 10 worn off + 2 that nobody explained.
    assert (found.measures_yen, found.worn_yen, found.other_yen) == (30 * M, -10 * M, 2 * M)
    # Bought as much as wore off: no change, and still two causes.
    (even,) = attribute({**figures, key: 50 * M}, [Effect(1, *key, 10 * M)], (), [1], worn={key: 10 * M})
    assert (even.change_yen, len(even.parts)) == (0, 2)


names = st.sampled_from(sorted(accounts()))
any_effects = st.lists(st.builds(Effect, st.integers(1, 4), names, st.sampled_from(PLANNED), yen), max_size=20)


@often
@given(figures=any_figures, effects=any_effects, assumptions=any_effects)
def test_every_yen_of_every_change_has_one_place(
    figures: Figures, effects: list[Effect], assumptions: list[Effect]
) -> None:
    for one in attribute(figures, effects, assumptions, PLANNED):
        assert one.change_yen == one.measures_yen + one.assumptions_yen + one.carried_yen + one.other_yen
        assert one.change_yen == figures.get((one.line, one.year), 0) - figures.get((one.line, 0), 0)
        meant = [effect.yen for effect in effects if (effect.account, effect.year) == (one.line, one.year)]
        assert one.measures_yen == sum(meant)
        places = [(part.cause, part.source_id) for part in one.parts]
        assert len(places) == len(set(places))
        assert all(part.yen for part in one.parts)
        assert all((part.source_id is None) == (part.cause in {Cause.CARRIED, Cause.OTHER}) for part in one.parts)
        is_named = any((it.account, it.year) == (one.line, one.year) for it in (*effects, *assumptions))
        assert one.carried_yen == 0 or (one.line == "opening_stock" and not is_named)


@often
@given(figures=any_figures, effects=any_effects, assumptions=any_effects)
def test_every_yen_of_every_profit_has_one_place(
    figures: Figures, effects: list[Effect], assumptions: list[Effect]
) -> None:
    by_account = attribute(figures, effects, assumptions, PLANNED)
    for one in attribute_profits(figures, effects, assumptions, PLANNED, list(Profit)):
        which = Profit(one.line)
        assert one.change_yen == profit(figures, which, one.year) - profit(figures, which, 0)
        assert one.change_yen == one.measures_yen + one.assumptions_yen + one.carried_yen + one.other_yen
        # The rest of a profit is the rest of its accounts.
        own = [
            (accounts()[change.line].profit_sign, change)
            for change in by_account
            if change.year == one.year and accounts()[change.line].section in which.sections
        ]
        assert one.other_yen == sum(sign * change.other_yen for sign, change in own)
        assert one.measures_yen == sum(sign * change.measures_yen for sign, change in own)
        assert one.carried_yen == sum(sign * change.carried_yen for sign, change in own)


@often
@given(figures=any_figures, effects=any_effects, assumptions=any_effects)
def test_a_proposal_is_always_fully_explained(
    figures: Figures, effects: list[Effect], assumptions: list[Effect]
) -> None:
    base = {key: amount for key, amount in figures.items() if key[1] == 0}
    plan = proposed(base, effects, assumptions, YEARS)
    assert {year for _, year in plan} == set(PLANNED)
    changes = attribute_profits({**base, **plan}, effects, assumptions, PLANNED, list(Profit))
    assert {one.other_yen for one in changes} == {0}
