"""Whole-yen arithmetic and yen as people write it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vapup.shared.errors import DomainError
from vapup.shared.money import floor_share, format_yen, parse_yen, split_yen

HALF = Fraction(1, 2)
THIRD = Fraction(1, 3)


@pytest.mark.parametrize(
    ("amount_yen", "share_yen"),
    [
        pytest.param(0, 0, id="nothing"),
        pytest.param(1, 0, id="less than a yen is dropped"),  # 0.67
        pytest.param(3, 2, id="exact"),
        pytest.param(1_234_567, 823_044, id="a fraction is dropped, not rounded"),  # 823,044.67
        pytest.param(10**15, 666_666_666_666_666, id="no float on the way"),  # 666,666,666,666,666.67
    ],
)
def test_a_share_drops_the_fraction_of_a_yen(amount_yen: int, share_yen: int) -> None:
    assert floor_share(amount_yen, Fraction(2, 3)) == share_yen


def test_a_share_of_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        floor_share(-1, HALF)


def test_the_odd_yen_goes_to_the_last_part() -> None:
    assert split_yen(666_667, (HALF, HALF)) == (333_333, 333_334)
    assert split_yen(100, (THIRD, THIRD, THIRD)) == (33, 33, 34)


@given(st.integers(0, 10**12), st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_the_parts_of_a_split_add_up(total_yen: int, weights: list[int]) -> None:
    parts = split_yen(total_yen, [Fraction(weight, sum(weights)) for weight in weights])
    assert sum(parts) == total_yen
    assert min(parts) >= 0


def test_shares_that_are_no_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="not 1"):
        split_yen(100, (HALF, THIRD))


@pytest.mark.parametrize(
    ("amount_yen", "written"),
    [(0, "0"), (1_234, "1,234"), (-1_234, "△1,234"), (10**12, "1,000,000,000,000")],
)
def test_yen_are_written_with_separators_and_a_triangle_below_zero(amount_yen: int, written: str) -> None:
    assert format_yen(amount_yen) == written


@pytest.mark.parametrize(
    ("text", "amount_yen"),
    [
        ("1234", 1_234),
        ("1,234,567", 1_234_567),
        ("１，２３４円", 1_234),
        ("￥1,234", 1_234),
        ("\\1,234", 1_234),
        (" 1 234 ", 1_234),
        ("△1,234", -1_234),
        ("▲1,234", -1_234),
        ("−1,234", -1_234),
        ("-1,234", -1_234),
        ("－１，２３４", -1_234),
        ("(1,234)", -1_234),
        ("（１，２３４）円", -1_234),
        ("-￥500", -500),
        ("￥-500", -500),
        ("0", 0),
        ("007", 7),
        ("-0", 0),
    ],
)
def test_yen_are_read_as_people_write_them(text: str, amount_yen: int) -> None:
    assert parse_yen(text) == amount_yen


@pytest.mark.parametrize("text", ["1.5", "１．５", "1,234.00", "-0.1", "5."])
def test_decimals_are_refused_with_a_sentence_about_decimals(text: str) -> None:
    with pytest.raises(DomainError, match="小数点") as refused:
        parse_yen(text)
    assert text in refused.value.message


@pytest.mark.parametrize(
    "text", ["", "円", "-", "12万", "1,23", ",123", "1234,567", "--5", "-(5)", "(5", "5)", "①", "abc", "٣"]
)
def test_what_is_no_amount_is_refused_and_named(text: str) -> None:
    with pytest.raises(DomainError, match="金額として読めません") as refused:
        parse_yen(text)
    assert f"「{text}」" in refused.value.message


@pytest.mark.parametrize("digits", [16, 5_000])
def test_more_digits_than_any_amount_has_are_refused(digits: int) -> None:
    with pytest.raises(DomainError, match="桁数") as refused:
        parse_yen("9" * digits)
    assert len(refused.value.message) < 100


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_what_is_written_is_read_back(amount_yen: int) -> None:
    assert parse_yen(format_yen(amount_yen)) == amount_yen
    assert parse_yen(f"{amount_yen}円") == amount_yen
