"""How the months of a year differ (季節の動き), as the books of the year before show it.

A plan of yearly figures cut into even twelfths hides the months that run short: a builder collects in March, wages rise
in July and December. Collections, purchases and wages follow the months in which the books have them; everything else
of the cash table has days of its own, or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cases.enums import CashItem, Section, Statement
from cases.rules.accounts import Account, accounts
from cases.rules.cash_table import MONTHS_OF_YEAR, item_of

# By item, a weight for each month of the fiscal year in order: yen that were booked, none below zero.
Seasons = Mapping[CashItem, tuple[int, ...]]

# Many books count the stock at the end of the year alone, which would put its whole movement into one month.
_COUNTED: Final = frozenset({"opening_stock", "closing_stock"})
_ITEMS: Final = (CashItem.COLLECTED, CashItem.PAID_PURCHASES, CashItem.PAID_PERSONNEL)


def seasons_of(months: Sequence[Mapping[str, int]]) -> Seasons:
    """Return the weights of the items that follow the books.

    Args:
        months: of each of the 12 months of a fiscal year, what was booked in yen by account, in its own direction.

    Sales may rest for a month, but not fall below zero. A month without wages, or without purchases, says that the
    books do not have them by the month: such an item is left out. So is everything unless each of 12 months has
    figures of profit and loss; balances alone say nothing of it.
    """
    if len(months) != MONTHS_OF_YEAR or not all(map(_has_profit, months)):
        return {}
    found = {item: tuple(_booked(item, month) for month in months) for item in _ITEMS}
    return {item: weights for item, weights in found.items() if _is_followed(item, weights)}


def _has_profit(month: Mapping[str, int]) -> bool:
    chart = accounts()
    return any(name in chart and chart[name].statement is Statement.PROFIT for name in month)


def _is_followed(item: CashItem, weights: Sequence[int]) -> bool:
    least = min(weights)
    return least > 0 or (item is CashItem.COLLECTED and least == 0 and any(weights))


def _booked(item: CashItem, month: Mapping[str, int]) -> int:
    chart = accounts()
    return sum(one.factor * month.get(one.id, 0) for one in chart.values() if _is_of(one, item))


def _is_of(account: Account, item: CashItem) -> bool:
    if item is CashItem.COLLECTED:
        return account.section is Section.SALES
    return item_of(account) is item and account.id not in _COUNTED
