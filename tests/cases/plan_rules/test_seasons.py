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


def test_sales_purchases_and_wages_follow_their_own_months() -> None:
    """Goods taken back lower the sales, and goods sent back the purchases, of their month."""
    found = seasons_of(
        year(
            sales={0: 40, 11: 0},
            purchases={0: 6, 5: 4},
            subcontracting={5: 3},
            salaries={3: 7, 9: 7},
            welfare={9: 1},
            rent={2: 9},
        )
    )
    assert found[GOT] == (40, *[10] * 10, 0)
    assert found[BOUGHT] == (6, 0, 0, 0, 0, 7, *[0] * 6)
    assert found[WAGES] == (0, 0, 0, 7, 0, 0, 0, 0, 0, 8, 0, 0)
    assert found.keys() == {GOT, BOUGHT, WAGES}


def test_the_stock_counted_at_the_end_of_the_year_moves_no_purchases() -> None:
    found = seasons_of(year(purchases={0: 6}, opening_stock={0: 100}, closing_stock={11: 90}))
    assert found[BOUGHT] == (6, *[0] * 11)


def test_an_item_of_which_nothing_is_booked_or_a_month_is_below_zero_has_no_season() -> None:
    assert seasons_of(year(purchases={0: 6, 1: -1})).keys() == {GOT}


@pytest.mark.parametrize("months", [[], year()[:11], [*year()[:11], {}], [*year(), {"sales": 1}]])
def test_twelve_booked_months_or_no_season(months: list[dict[str, int]]) -> None:
    assert seasons_of(months) == {}
