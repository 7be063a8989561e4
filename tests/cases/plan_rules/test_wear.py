"""Fixed assets wear out once: on books that carry them at what was paid, and on books that carry what is left."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from cases.rules.statements import CASH, Figures, FlowRow, cash_flow, projected
from cases.rules.wear import INTANGIBLE, TANGIBLE, WORN, is_net
from tests.cases.plan_rules.company import PLANNED, M, often

# 60 of cash and 50 of machines, paid for with capital; every year brings 10 in and wears off 10: no profit, no loss.
NET: dict[tuple[str, int], int] = {
    ("cash", 0): 60 * M,
    (TANGIBLE, 0): 50 * M,
    ("capital", 0): 110 * M,
    **{(name, year): 10 * M for name in ("sales", "depreciation") for year in PLANNED},
}
SOFTWARE = {(INTANGIBLE, 0): 10 * M, ("capital", 0): 120 * M}
GROSS = {(TANGIBLE, 0): 80 * M, (WORN, 0): 30 * M}


def millions(entered: Figures) -> dict[str, list[int]]:
    """Return cash, what was bought (negative), and what is worn off, by planned year."""
    found = projected(entered, [], PLANNED)
    bought = next(line.amounts for line in cash_flow(found, PLANNED) if line.id == FlowRow.INVESTMENT)
    return {
        "cash": [found[CASH, year] // M for year in PLANNED],
        "bought": [bought[year] // M for year in PLANNED],
        "worn": [found[WORN, year] // M for year in PLANNED],
    }


def test_without_entries_either_kind_of_books_wears_out_and_buys_nothing() -> None:
    for books in (NET, NET | GROSS, NET | SOFTWARE):
        found = millions(books)
        assert (found["cash"], found["bought"]) == ([70, 80, 90], [0, 0, 0])


def test_what_is_left_entered_for_a_later_year_takes_back_what_was_counted_before() -> None:
    # 50 − 10 − 10 = 30 are left after two years: the 10 counted in year 1 are in the 30.
    assert millions(NET | {(TANGIBLE, 2): 30 * M}) == {"cash": [70, 80, 90], "bought": [0, 0, 0], "worn": [10, 0, 10]}
    # 45 left: 15 bought in year 2.
    assert millions(NET | {(TANGIBLE, 2): 45 * M})["bought"] == [0, -15, 0]


def test_what_is_left_of_the_intangible_assets_is_their_part_of_the_depreciation() -> None:
    books = NET | SOFTWARE
    entered = millions(books | {(INTANGIBLE, 1): 8 * M})
    assert entered == {"cash": [70, 80, 90], "bought": [0, 0, 0], "worn": [8, 18, 28]}
    # Told in year 2 only: 4 of the 20 worn off by then.
    later = millions(books | {(INTANGIBLE, 2): 6 * M})
    assert later == {"cash": [70, 80, 90], "bought": [0, 0, 0], "worn": [10, 16, 26]}
    # 5 more than before are bought; the machines wear out as they did.
    assert millions(books | {(INTANGIBLE, 1): 15 * M})["bought"] == [-5, 0, 0]
    # Sold for more than the year wears off: 10 of depreciation, the other 30 are money.
    rich = books | {(INTANGIBLE, 0): 40 * M, ("capital", 0): 150 * M}
    assert millions(rich | {(INTANGIBLE, 1): 0})["bought"] == [30, 0, 0]
    # Nothing but software: what is left of it has all of the depreciation.
    alone = {key: yen for key, yen in books.items() if key[0] != TANGIBLE} | {("capital", 0): 70 * M}
    assert millions(alone | {(INTANGIBLE, 1): 0})["worn"] == [0, 10, 20]


def test_both_entered_hold_all_of_it() -> None:
    # 60 − 10 = 42 + 8.
    both = NET | SOFTWARE | {(TANGIBLE, 1): 42 * M, (INTANGIBLE, 1): 8 * M}
    assert millions(both) == {"cash": [70, 80, 90], "bought": [0, 0, 0], "worn": [0, 10, 20]}


def test_on_books_of_what_was_paid_an_entry_is_what_was_paid() -> None:
    # 80 + 30 bought in year 1; worn off is 30, 40, 50, 60.
    entered = NET | GROSS | {(TANGIBLE, 1): 110 * M}
    assert millions(entered) == {"cash": [40, 50, 60], "bought": [-30, 0, 0], "worn": [40, 50, 60]}


def test_what_intangible_assets_lose_is_never_kept_apart() -> None:
    """10 wear off a year; where 2 of them are the software's, 8 are kept apart, and nothing is sold or bought."""
    books = NET | GROSS | SOFTWARE
    entered = millions(books | {(INTANGIBLE, 1): 8 * M, (INTANGIBLE, 2): 6 * M})
    assert entered == {"cash": [70, 80, 90], "bought": [0, 0, 0], "worn": [38, 46, 56]}
    # Told in year 2 only: 4 of the 20 worn off by then.
    assert millions(books | {(INTANGIBLE, 2): 6 * M})["worn"] == [40, 46, 56]
    # 5 more than before are bought; the machines wear out as they did.
    assert millions(books | {(INTANGIBLE, 1): 15 * M})["bought"] == [-5, 0, 0]


def test_whoever_enters_what_is_worn_off_keeps_it_apart_from_then_on() -> None:
    entered = NET | {(WORN, 1): 10 * M, (TANGIBLE, 2): 80 * M}
    assert (is_net(entered, 0), is_net(entered, 1), is_net({(WORN, 0): 0, (WORN, -1): 5}, 3)) == (True, False, True)
    # 30 bought in year 2, at what was paid for them.
    assert millions(entered) == {"cash": [70, 50, 60], "bought": [0, -30, 0], "worn": [10, 20, 30]}


def left_of(found: Figures) -> list[int]:
    """Return what is left of the fixed assets at the end of year 0 and of the planned years."""
    return [found[TANGIBLE, year] + found.get((INTANGIBLE, year), 0) - found.get((WORN, year), 0) for year in range(4)]


@often
@given(spent=st.integers(0, 20), left=st.integers(0, 80), at=st.sampled_from(PLANNED))
def test_assets_are_worth_what_was_entered_and_lose_the_depreciation_else(spent: int, left: int, at: int) -> None:
    books = NET | {("depreciation", year): spent * M for year in PLANNED}
    found = projected(books | {(TANGIBLE, at): left * M}, [], PLANNED)
    value, cash = left_of(found), [found[CASH, year] for year in range(4)]
    assert value[at] == left * M
    for year in PLANNED:
        assert year == at or value[year] == value[year - 1] - spent * M
        # What comes in as sales is money, or the assets that it bought; what is worn off is gone.
        assert value[year] + cash[year] == value[year - 1] + cash[year - 1] + (10 - spent) * M


@often
@given(spent=st.integers(0, 20), kept=st.integers(0, 10), at=st.sampled_from(PLANNED))
def test_intangible_assets_that_lose_no_more_than_all_wear_off_buy_nothing(spent: int, kept: int, at: int) -> None:
    assume(10 - kept <= at * spent)
    books = NET | SOFTWARE | {("depreciation", year): spent * M for year in PLANNED}
    found = projected(books | {(INTANGIBLE, at): kept * M}, [], PLANNED)
    assert left_of(found) == [(60 - spent * year) * M for year in range(4)]
    assert found[INTANGIBLE, at] == kept * M
