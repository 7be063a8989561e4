"""Files of every program, layout by layout: each account to the yen, and every total of the file agrees."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cases.enums import Statement
from cases.rules.accounts import accounts
from tests.imports.figures.books import MADE, month, total
from tests.imports.figures.layouts import EVERY, File
from tests.imports.figures.readers import checked_of


def expected(file: File, place: int) -> Mapping[str, int]:
    """Return what a file must bring for its month at `place`; for a year, its sum and its last balances."""
    if not file.is_year or file.months:
        return month(file.months[place]).amounts
    every = [month(number).amounts for number in range(12)]
    return {name: _of_the_year(name, every) for name in every[0]}


def _of_the_year(name: str, every: list[Mapping[str, int]]) -> int:
    is_profit = accounts()[name].statement is Statement.PROFIT
    return sum(one[name] for one in every) if is_profit else every[-1][name]


@pytest.mark.parametrize("layout", EVERY)
def test_every_account_comes_to_the_yen_and_every_total_agrees(layout: str) -> None:
    file = EVERY[layout]()
    found = checked_of(file)
    assert found.layout.product == file.product
    assert found.layout.faults == []
    assert [one.line.name for one in found.unknown] == []
    assert [(one.line.name, one.differences) for one in found.differing] == []
    assert sum(one.total is not None for one in found.taken) >= 7
    for place in range(found.count):
        ours = {name: yen[place] for name, yen in found.sums.items()}
        theirs = wanted(file, place)
        assert {name: yen for name, yen in ours.items() if yen} == {name: yen for name, yen in theirs.items() if yen}


def wanted(file: File, place: int) -> Mapping[str, int]:
    found = dict(expected(file, place))
    if not file.has_profit or not file.has_balance:
        if file.has_profit:  # a lone profit and loss statement has the cost of manufacture in one line
            for one in MADE:
                found[one.account] -= sum(one.month(number) for number in range(12))
            found["factory_costs"] = sum(total(MADE, number) for number in range(12))
        kept = Statement.PROFIT if file.has_profit else Statement.BALANCE
        found = {name: yen for name, yen in found.items() if accounts()[name].statement is kept}
    return found
