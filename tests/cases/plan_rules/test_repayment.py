from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cases.rules.repayment import (
    Loan,
    LoanChange,
    Overpaid,
    RepaymentYear,
    by_lender,
    equal_repayment,
    interest,
    interest_by_year,
    overpaid,
    pro_rata,
    pro_rata_plan,
    schedules,
    shares,
    totals,
)
from tests.cases.plan_rules.company import MAIN_BANK, PLANNED, SECOND_BANK, M, any_loans, loans, often, owed


def test_a_loan_is_carried_from_year_to_year() -> None:
    changes = (LoanChange(1, repaid_yen=2 * M), LoanChange(3, borrowed_yen=5 * M, repaid_yen=1 * M))
    (plan,) = schedules([Loan(1, 1, "証書貸付", 10 * M, 200, changes=changes)], range(1, 5))
    assert [(one.year, one.opening_yen, one.borrowed_yen, one.repaid_yen, one.closing_yen) for one in plan.years] == [
        (1, 10 * M, 0, 2 * M, 8 * M),
        (2, 8 * M, 0, 0, 8 * M),
        (3, 8 * M, 5 * M, 1 * M, 12 * M),
        (4, 12 * M, 0, 0, 12 * M),
    ]
    # 2 % of 9,000,000, 8,000,000, 10,000,000 and 12,000,000
    assert [one.interest_yen for one in plan.years] == [180_000, 160_000, 200_000, 240_000]
    assert [one.service_yen for one in plan.years] == [2_180_000, 160_000, 1_200_000, 240_000]


@pytest.mark.parametrize(
    ("opening", "closing", "rate", "expected"),
    [
        (10_000_000, 8_000_000, 125, 112_500),
        # 1.25 % of 9,999,999.5 is 124,999.99375
        (10_000_000, 9_999_999, 125, 124_999),
        (1, 0, 2_000, 0),
        (1, 1, 10_000, 1),
        (10**12, 10**12, 1, 100_000_000),
        (5_000_000, 5_000_000, 0, 0),
    ],
)
def test_interest_is_on_the_average_balance_with_fractions_dropped(
    opening: int, closing: int, rate: int, expected: int
) -> None:
    assert interest(opening, closing, rate) == expected
    assert interest(closing, opening, rate) == expected
    assert interest(opening, closing, rate) == int(Fraction(opening + closing, 2) * Fraction(rate, 10_000))


def test_more_than_is_owed_is_never_repaid_and_both_values_are_told() -> None:
    changes = (LoanChange(1, repaid_yen=3 * M), LoanChange(2, borrowed_yen=1 * M, repaid_yen=4 * M))
    loan = Loan(1, 1, "第一銀行 証書貸付", 5 * M, changes=changes)
    (plan,) = schedules([loan], [1, 2, 3])
    assert [one.closing_yen for one in plan.years] == [2 * M, 0, 0]
    assert plan.in_year(2) == RepaymentYear(2, 2 * M, 1 * M, 3 * M, 0, 0, planned_repaid_yen=4 * M)
    (found,) = overpaid([plan])
    assert found == Overpaid(loan, 2, planned_yen=4 * M, owed_yen=3 * M)
    assert found.text == (
        "第一銀行 証書貸付:計画2年目の返済額 4,000,000円が、返済前の残高 3,000,000円を超えています。"
        "残高までの返済として計算しています。"
    )


def test_a_repayment_of_just_what_is_owed_is_no_finding() -> None:
    changes = (LoanChange(1, repaid_yen=5 * M),)
    assert overpaid(schedules([Loan(1, 1, "手形貸付", 5 * M, changes=changes)], [1])) == ()


def test_a_schedule_begins_with_year_1_and_ends_with_the_last_year_asked_for() -> None:
    (plan, *_) = schedules(loans(), [3])
    assert [one.year for one in plan.years] == [1, 2, 3]
    (closed, *_) = schedules(loans(), [-2, 0])
    assert closed.years == ()
    with pytest.raises(KeyError):
        plan.in_year(4)


def test_the_lenders_and_all_loans_together() -> None:
    plans = schedules(loans(), PLANNED)
    main, second = by_lender(plans)
    assert (main.lender_id, main.balance_yen, main.share) == (MAIN_BANK, 25 * M, Fraction(5, 8))
    assert (second.lender_id, second.balance_yen, second.share) == (SECOND_BANK, 15 * M, Fraction(3, 8))
    assert [one.repaid_yen for one in main.years] == [1 * M, 0, 0]
    assert [one.closing_yen for one in totals(plans)] == [38_250_000] * 3
    # Year 1: 2 % of 19,500 + 1.5 % of 14,625 + 2.5 % of 5,000 thousand = 390,000 + 219,375 + 125,000
    assert interest_by_year(plans)[1] == 734_375
    assert totals(plans)[0].service_yen == 1_750_000 + 734_375


def test_nothing_owed_has_no_shares() -> None:
    assert shares([]) == {}
    assert shares([Loan(1, 4, "当座貸越", 0), Loan(2, 5, "証書貸付", 0)]) == {4: 0, 5: 0}
    assert totals([]) == ()
    assert by_lender([]) == ()
    assert interest_by_year([]) == {}


def test_equal_parts_with_the_remainder_in_the_last_year() -> None:
    loan = Loan(1, 1, "証書貸付", 10 * M)
    found = equal_repayment(loan, years=3, first_year=2)
    assert found == (
        LoanChange(2, repaid_yen=3_333_333),
        LoanChange(3, repaid_yen=3_333_333),
        LoanChange(4, repaid_yen=3_333_334),
    )
    assert equal_repayment(loan, years=1) == (LoanChange(1, repaid_yen=10 * M),)
    with pytest.raises(ValueError, match="one year at least"):
        equal_repayment(loan, years=0)


def test_pro_rata_by_balance_with_the_rest_for_the_largest() -> None:
    # 1,000,000 × 5/8, 3/8 without a rest
    assert pro_rata({1: 25 * M, 2: 15 * M}, 1 * M) == {1: 625_000, 2: 375_000}
    # 10,000,000 × 1/3 each is 3,333,333; the 1,000 left go to the largest, the first of equals
    assert pro_rata({1: 5 * M, 2: 5 * M, 3: 5 * M}, 10 * M) == {1: 3_334_000, 2: 3_333_000, 3: 3_333_000}
    # 10,000,000 × 1/7, 5/7, 1/7: 1,428,571 and 7,142,857; 2,000 are left
    assert pro_rata({1: 10 * M, 2: 50 * M, 3: 10 * M}, 10 * M) == {1: 1_428_000, 2: 7_144_000, 3: 1_428_000}


def test_pro_rata_asks_for_whole_thousands_but_of_the_largest() -> None:
    # 45,000,000 by 380 : 420 : 180 million of 980: 17,448,979 and 8,265,306 lose their hundreds
    found = pro_rata({1: 380 * M, 2: 420 * M, 3: 180 * M}, 45 * M)
    assert found == {1: 17_448_000, 2: 19_287_000, 3: 8_265_000}
    # A total with odd yen leaves them to the largest; what is owed is never exceeded.
    assert pro_rata({1: 25 * M, 2: 15 * M}, 1_000_123) == {1: 625_123, 2: 375_000}
    assert pro_rata({1: 10_500, 2: 10_400}, 20_899) == {1: 10_500, 2: 10_399}


@pytest.mark.parametrize(
    ("balances", "total", "expected"),
    [
        ({1: 1, 2: 1, 3: 1}, 2, {1: 1, 2: 1, 3: 0}),
        ({1: 100, 2: 50}, 500, {1: 100, 2: 50}),
        ({1: 100, 2: 50}, 150, {1: 100, 2: 50}),
        ({1: 100, 2: 50}, 0, {1: 0, 2: 0}),
        ({1: 100, 2: 50}, -3, {1: 0, 2: 0}),
        ({1: 0, 2: 0}, 10, {1: 0, 2: 0}),
        ({}, 10, {}),
    ],
)
def test_pro_rata_at_its_ends(balances: dict[int, int], total: int, expected: dict[int, int]) -> None:
    assert pro_rata(balances, total) == expected


def test_pro_rata_of_several_years_by_the_balances_of_each() -> None:
    found = pro_rata_plan(loans(), {1: 4 * M, 2: 8 * M})
    # 40,000,000 in the proportion 20 : 15 : 5; what is left keeps it
    assert found == {
        1: (LoanChange(1, repaid_yen=2 * M), LoanChange(2, repaid_yen=4 * M)),
        2: (LoanChange(1, repaid_yen=1_500_000), LoanChange(2, repaid_yen=3 * M)),
        3: (LoanChange(1, repaid_yen=500_000), LoanChange(2, repaid_yen=1 * M)),
    }


def test_pro_rata_beyond_what_is_owed_ends_with_nothing_left() -> None:
    found = pro_rata_plan(loans(), {2: 30 * M, 1: 30 * M})
    assert [change.year for change in found[1]] == [1, 2]
    assert sum(change.repaid_yen for change in (*found[1], *found[2], *found[3])) == 40 * M


@often
@given(listed=any_loans())
def test_no_balance_is_ever_negative_and_every_year_adds_up(listed: list[Loan]) -> None:
    plans = schedules(listed, PLANNED)
    told = {(one.loan.id, one.year) for one in overpaid(plans)}
    for plan in plans:
        opening = plan.loan.balance_yen
        for one in plan.years:
            assert one.opening_yen == opening
            assert one.closing_yen == one.opening_yen + one.borrowed_yen - one.repaid_yen
            assert one.closing_yen >= 0
            assert ((plan.loan.id, one.year) in told) == (one.planned_repaid_yen > one.repaid_yen)
            assert 0 <= one.interest_yen <= max(one.opening_yen, one.closing_yen)
            opening = one.closing_yen


@often
@given(listed=any_loans())
def test_lenders_add_up_to_all_loans_and_their_shares_to_one(listed: list[Loan]) -> None:
    plans = schedules(listed, PLANNED)
    lenders = by_lender(plans)
    for number, whole in enumerate(totals(plans)):
        of_year = [one.years[number] for one in lenders]
        assert whole.closing_yen == sum(one.closing_yen for one in of_year)
        assert whole.interest_yen == sum(one.interest_yen for one in of_year)
        assert whole.repaid_yen == sum(one.repaid_yen for one in of_year)
    owing = sum(loan.balance_yen for loan in listed)
    assert sum(one.share for one in lenders) == (1 if owing else 0)
    assert sum(one.balance_yen for one in lenders) == owing
    assert [one.balance_yen for one in lenders] == sorted((one.balance_yen for one in lenders), reverse=True)


@often
@given(balances=st.dictionaries(st.integers(0, 9), owed), total=owed)
@example(balances={0: 1, 1: 1, 2: 1}, total=2)
def test_pro_rata_gives_away_every_yen_and_nobody_more_than_is_owed(balances: dict[int, int], total: int) -> None:
    found = pro_rata(balances, total)
    whole = sum(balances.values())
    assert found.keys() == balances.keys()
    assert sum(found.values()) == min(total, whole)
    assert all(0 <= found[key] <= balances[key] for key in balances)
    for key, balance in balances.items():
        fair = Fraction(min(total, whole) * balance, max(whole, 1))
        assert abs(found[key] - fair) < 1_000 * max(len(balances), 1)
    largest = max(balances.values(), default=0)
    if min(total, whole) + 1_000 * len(balances) <= largest:
        assert sum(yen % 1_000 > 0 for yen in found.values()) <= 1


@often
@given(balance=owed, years=st.integers(1, 15), first=st.integers(1, 5))
def test_equal_parts_repay_the_loan_exactly(balance: int, years: int, first: int) -> None:
    loan = Loan(1, 1, "証書貸付", balance)
    changes = equal_repayment(loan, years=years, first_year=first)
    assert sum(one.repaid_yen for one in changes) == balance
    assert [one.year for one in changes] == list(range(first, first + years))
    repaid = Loan(1, 1, "証書貸付", balance, changes=changes)
    (plan,) = schedules([repaid], [first + years - 1])
    assert plan.years[-1].closing_yen == 0
    assert overpaid([plan]) == ()
