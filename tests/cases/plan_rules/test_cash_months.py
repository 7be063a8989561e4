from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import CashBlock, CashItem
from cases.rules.cash_table import (
    BLOCKS,
    CashEntry,
    CashTable,
    cash_table,
    direction,
    months_from,
)
from cases.rules.statements import LineKind
from tests.cases.plan_rules.company import LARGEST, often, owed

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)


def entry(month: date, item: CashItem, yen: int, *, is_actual: bool = False) -> CashEntry:
    return CashEntry(month, item, yen, is_actual)


def quarter(*entries: CashEntry, opening_yen: int = 1_000) -> CashTable:
    return cash_table(entries, starts_on=APRIL, months=3, opening_yen=opening_yen)


def test_every_item_stands_in_one_block() -> None:
    items = [item for block in BLOCKS.values() for item in block]
    assert items == list(CashItem)
    assert list(BLOCKS) == list(CashBlock)
    taken = {item for item in CashItem if direction(item) == -1}
    assert taken == {
        CashItem.PAID_PURCHASES,
        CashItem.PAID_PERSONNEL,
        CashItem.PAID_EXPENSES,
        CashItem.PAID_INTEREST,
        CashItem.PAID_TAXES,
        CashItem.PAID_ASSETS,
        CashItem.PAID_LOANS,
    }


def test_months_are_carried_forward() -> None:
    table = quarter(
        entry(APRIL, CashItem.COLLECTED, 900),
        entry(APRIL, CashItem.PAID_PURCHASES, 500),
        entry(MAY, CashItem.PAID_ASSETS, 300),
        entry(MAY, CashItem.BORROWED, 200),
        entry(JUNE, CashItem.PAID_LOANS, 50),
    )
    assert [(one.month, one.opening_yen, one.closing_yen) for one in table.months] == [
        (APRIL, 1_000, 1_400),
        (MAY, 1_400, 1_300),
        (JUNE, 1_300, 1_250),
    ]
    april, may, june = table.months
    assert april.blocks == {CashBlock.OPERATING: 400, CashBlock.INVESTING: 0, CashBlock.FINANCIAL: 0}
    assert may.blocks == {CashBlock.OPERATING: 0, CashBlock.INVESTING: -300, CashBlock.FINANCIAL: 200}
    assert june.blocks == {CashBlock.OPERATING: 0, CashBlock.INVESTING: 0, CashBlock.FINANCIAL: -50}
    assert may.amounts[CashItem.PAID_ASSETS] == 300
    assert may.amounts.keys() == set(CashItem)


def test_months_that_run_short_are_named_with_what_is_missing() -> None:
    table = quarter(
        entry(APRIL, CashItem.PAID_PERSONNEL, 1_600),
        entry(MAY, CashItem.PAID_EXPENSES, 400),
        entry(JUNE, CashItem.BORROWED, 5_000),
    )
    assert [(one.month, one.shortage_yen) for one in table.short_months] == [(APRIL, 600), (MAY, 1_000)]
    assert table.lowest.month == MAY
    assert table.lowest.closing_yen == -1_000
    assert table.short_months[1].text == "2026年5月末の残高が △1,000円となり、1,000円不足します。"
    assert table.months[2].text == ""
    assert table.months[2].shortage_yen == 0


def test_a_month_that_closes_with_nothing_is_not_short() -> None:
    table = quarter(entry(MAY, CashItem.PAID_TAXES, 1_000))
    assert table.short_months == ()
    assert table.lowest.month == MAY, "the first of the two lowest"
    assert [one.closing_yen for one in table.months] == [1_000, 0, 0]


def test_a_month_with_actual_amounts_shows_these_only() -> None:
    table = quarter(
        entry(APRIL, CashItem.COLLECTED, 900),
        entry(APRIL, CashItem.PAID_EXPENSES, 100),
        entry(APRIL, CashItem.COLLECTED, 850, is_actual=True),
        entry(MAY, CashItem.COLLECTED, 900),
    )
    april, may, june = table.months
    # The planned 100 of expenses is not paid in an actual month that does not say so.
    assert (april.is_actual, april.closing_yen) == (True, 1_850)
    assert april.amounts[CashItem.PAID_EXPENSES] == 0
    assert (may.is_actual, may.closing_yen) == (False, 2_750)
    assert (june.is_actual, june.closing_yen) == (False, 2_750)


def test_amounts_of_other_months_do_not_count() -> None:
    table = quarter(entry(date(2026, 3, 1), CashItem.COLLECTED, 7), entry(date(2026, 7, 1), CashItem.COLLECTED, 9))
    assert [one.closing_yen for one in table.months] == [1_000] * 3


def test_amounts_of_one_item_and_month_add_up() -> None:
    table = quarter(entry(MAY, CashItem.COLLECTED, 7), entry(MAY, CashItem.COLLECTED, 9))
    assert table.months[1].amounts[CashItem.COLLECTED] == 16


def test_the_table_begins_below_zero_where_it_does() -> None:
    table = quarter(opening_yen=-300)
    assert [one.shortage_yen for one in table.short_months] == [300, 300, 300]
    assert table.lowest.month == APRIL


def test_the_lines_are_those_of_the_paper() -> None:
    lines = quarter(entry(APRIL, CashItem.COLLECTED, 900), entry(MAY, CashItem.PAID_LOANS, 200)).lines()
    assert [line.label for line in lines] == [
        "前月繰越",
        "現金売上",
        "売掛金回収・手形期日入金",
        "その他の収入",
        "仕入・外注費の支払",
        "人件費",
        "諸経費",
        "支払利息・割引料",
        "税金",
        "経常収支",
        "設備等の売却",
        "設備等の支払",
        "設備等収支",
        "借入金の調達",
        "借入金の返済",
        "財務収支",
        "次月繰越",
    ]
    by_id = {line.id: line for line in lines}
    assert len(by_id) == len(lines)
    assert by_id["opening"].amounts == {APRIL: 1_000, MAY: 1_900, JUNE: 1_700}
    assert by_id["closing"].amounts == {APRIL: 1_900, MAY: 1_700, JUNE: 1_700}
    assert by_id["paid_loans"].amounts == {APRIL: 0, MAY: 200, JUNE: 0}
    assert by_id["financial"].amounts == {APRIL: 0, MAY: -200, JUNE: 0}
    assert [line.id for line in lines if line.kind is LineKind.SECTION] == list(CashBlock)


@pytest.mark.parametrize(
    ("first", "count", "last"),
    [
        (date(2026, 4, 1), 12, date(2027, 3, 1)),
        (date(2026, 12, 31), 2, date(2027, 1, 1)),
        (date(2026, 1, 1), 36, date(2028, 12, 1)),
        (date(2024, 2, 29), 1, date(2024, 2, 1)),
    ],
)
def test_months_follow_one_another(first: date, count: int, last: date) -> None:
    found = months_from(first, count)
    assert len(found) == len(set(found)) == count
    assert found[0] == first.replace(day=1)
    assert found[-1] == last


def test_a_table_has_one_month_at_least() -> None:
    with pytest.raises(ValueError, match="one month at least"):
        cash_table([], starts_on=APRIL, months=0, opening_yen=0)
    assert months_from(APRIL, 0) == ()


entries = st.lists(
    st.builds(
        CashEntry,
        st.sampled_from(months_from(APRIL, 14)),
        st.sampled_from(CashItem),
        owed,
        st.booleans(),
    ),
    max_size=60,
)


@often
@given(given_entries=entries, opening=st.integers(-LARGEST, LARGEST), months=st.integers(12, 36))
def test_opening_and_all_movements_are_closing_in_every_table(
    given_entries: list[CashEntry], opening: int, months: int
) -> None:
    table = cash_table(given_entries, starts_on=APRIL, months=months, opening_yen=opening)
    assert len(table.months) == months
    carried = opening
    for one in table.months:
        assert one.opening_yen == carried
        moved = sum(direction(item) * yen for item, yen in one.amounts.items())
        assert one.closing_yen == carried + moved == carried + sum(one.blocks.values())
        assert (one in table.short_months) == (one.closing_yen < 0) == bool(one.text)
        actual = [entry for entry in given_entries if entry.month == one.month and entry.is_actual]
        assert one.is_actual == bool(actual)
        if actual:
            assert sum(one.amounts.values()) == sum(entry.yen for entry in actual)
        carried = one.closing_yen
    assert table.lowest.closing_yen == min(one.closing_yen for one in table.months)
