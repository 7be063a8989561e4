"""The unit of an axis, its ticks, and where an amount lies."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapup.ui.charts.scale import MILLION, MOST_STEPS, THOUSAND, YEN, Scale, ticks_for, unit_for

AMOUNTS = st.lists(st.integers(min_value=-(10**13), max_value=10**13), max_size=12)


@pytest.mark.parametrize(
    ("amounts", "name"),
    [
        ([], "円"),
        ([0], "円"),
        ([99_999], "円"),
        ([100_000], "千円"),
        ([5, -100_000], "千円"),
        ([999_999_999], "千円"),
        ([1_000_000_000], "百万円"),
    ],
)
def test_the_unit_follows_the_largest_amount(amounts: list[int], name: str) -> None:
    assert unit_for(amounts).name == name


def test_amounts_are_written_in_their_unit() -> None:
    assert THOUSAND.number(1_234_999) == "1,234"
    # What is less than a unit is dropped, below zero too: 1,234.9千円 of loss is △1,234.
    assert THOUSAND.number(-1_234_900) == "△1,234"
    assert THOUSAND.written(1_234_000) == "1,234千円"
    assert MILLION.written(-2_000_000) == "△2百万円"
    assert YEN.written(12) == "12円"
    assert THOUSAND.written(0) == "0千円"


def test_an_amount_smaller_than_a_unit_does_not_become_zero() -> None:
    assert THOUSAND.written(-400) == "△400円"
    assert MILLION.written(999_999) == "999,999円"


@pytest.mark.parametrize(
    ("amounts", "ticks"),
    [
        ([], (0, 1)),
        ([0, 0], (0, 1)),
        ([1], (0, 1)),
        ([6], (0, 1, 2, 3, 4, 5, 6)),
        ([7], (0, 2, 4, 6, 8)),
        # 12 / 6 = 2 a step; 12.1 would need 5.
        ([12], (0, 2, 4, 6, 8, 10, 12)),
        ([13], (0, 5, 10, 15)),
        ([-3, 9], (-4, -2, 0, 2, 4, 6, 8, 10)),
        ([-9_350_000, 11_200_000], (-10_000_000, -5_000_000, 0, 5_000_000, 10_000_000, 15_000_000)),
        ([-5], (-5, -4, -3, -2, -1, 0)),
    ],
)
def test_ticks_are_round(amounts: list[int], ticks: tuple[int, ...]) -> None:
    assert ticks_for(amounts) == ticks


@given(AMOUNTS)
def test_ticks_cover_every_amount_and_zero(amounts: list[int]) -> None:
    ticks = ticks_for(amounts)
    assert ticks[0] <= min([0, *amounts])
    assert ticks[-1] >= max([0, *amounts])
    assert 0 in ticks
    assert 2 <= len(ticks) <= MOST_STEPS + 2


@given(AMOUNTS)
def test_ticks_are_evenly_apart_by_one_two_or_five(amounts: list[int]) -> None:
    ticks = ticks_for(amounts)
    steps = {two - one for one, two in pairwise(ticks)}
    assert len(steps) == 1
    assert str(steps.pop()).rstrip("0") in {"1", "2", "5"}


@given(AMOUNTS)
def test_no_tick_is_cut_by_its_unit(amounts: list[int]) -> None:
    unit = unit_for(amounts)
    assert [tick for tick in ticks_for(amounts) if tick % unit.yen] == []


def test_an_amount_lies_between_its_ticks() -> None:
    scale = Scale((0, 50, 100), 300, 100)
    assert scale.at(0) == 300
    assert scale.at(100) == 100
    assert scale.at(50) == 200
    assert scale.at(25) == 250
    # 1 of 100 in 200 units is 2 units up.
    assert scale.at(1) == 298


@given(st.data())
def test_a_larger_amount_is_never_drawn_lower(data: st.DataObject) -> None:
    amounts = data.draw(st.lists(st.integers(min_value=-(10**9), max_value=10**9), min_size=2, max_size=9))
    scale = Scale(ticks_for(amounts), 280, 30)
    heights = [scale.at(amount) for amount in sorted(amounts)]
    assert heights == sorted(heights, reverse=True)
    assert all(30 <= height <= 280 for height in heights)
