"""What follows the seasons, as the books of a year show them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cases.enums import CashItem
from cases.rules.seasons import seasons_of

GOT, BOUGHT, WAGES = CashItem.COLLECTED, CashItem.PAID_PURCHASES, CashItem.PAID_PERSONNEL


def year(**told: Mapping[int, int]) -> list[dict[str, int]]:
    """Return 12 months with sales of 10 each, and what is told by account and place of the month."""
    found = [{"sales": 10} for _ in range(12)]
    for account, months in told.items():
        for place, yen in months.items():
            found[place][account] = yen
    return found


def even(yen: int, **told: int) -> dict[int, int]:
    """Return the same amount in each month, except where told: m0 is the first month."""
    return {place: told.get(f"m{place}", yen) for place in range(12)}


def test_sales_purchases_and_wages_follow_their_own_months() -> None:
    """Wages of July and December carry bonuses; rent follows no season; a month may go by without sales."""
    found = seasons_of(
        year(
            sales={0: 40, 11: 0},
            purchases=even(4, m0=6),
            subcontracting={5: 3},
            salaries=even(7, m3=14, m8=14),
            welfare={9: 1},
            rent={2: 9},
        )
    )
    assert found[GOT] == (40, *[10] * 10, 0)
    assert found[BOUGHT] == (6, 4, 4, 4, 4, 7, *[4] * 6)
    assert found[WAGES] == (7, 7, 7, 14, 7, 7, 7, 7, 14, 8, 7, 7)
    assert found.keys() == {GOT, BOUGHT, WAGES}


def test_the_stock_counted_at_the_end_of_the_year_moves_no_purchases() -> None:
    found = seasons_of(year(purchases=even(6), opening_stock={0: 100}, closing_stock={11: 90}))
    assert found[BOUGHT] == (6,) * 12


@pytest.mark.parametrize("bought", [{}, dict.fromkeys(range(9), 6), even(6, m1=-1)])
def test_what_the_books_do_not_have_in_every_month_has_no_season(bought: dict[int, int]) -> None:
    assert seasons_of(year(purchases=bought, salaries={11: 50})).keys() == {GOT}


def test_sales_below_zero_in_a_month_or_none_at_all_have_no_season() -> None:
    assert seasons_of(year(sales={3: -1})) == {}
    assert seasons_of(year(sales=even(0))) == {}


def test_months_of_balances_alone_are_not_booked() -> None:
    months = year()
    months[11] = {"cash": 500}
    assert seasons_of(months) == {}


@pytest.mark.parametrize("months", [[], year()[:11], [*year()[:11], {}], [*year(), {"sales": 1}]])
def test_twelve_booked_months_or_no_season(months: list[dict[str, int]]) -> None:
    assert seasons_of(months) == {}
