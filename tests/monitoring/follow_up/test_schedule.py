"""The periods of a follow-up: worked examples, and what holds for all of them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.enums import Frequency, SchemeFrame
from monitoring.enums import PeriodKind
from monitoring.rules.schedule import (
    Agreed,
    Flaw,
    Slot,
    close_on_or_after,
    closes_between,
    flaws_of,
    month_end,
    schedule_of,
)
from vapup.shared.dates import ONE_DAY, months_end

REGULAR, INTERIM, CLOSING = PeriodKind.REGULAR, PeriodKind.INTERIM, PeriodKind.CLOSING
Q, H, Y, M = Frequency.QUARTERLY, Frequency.HALF_YEARLY, Frequency.YEARLY, Frequency.MONTHLY


def regular(starts_on: date, *, months: int = 36, frequency: Frequency = Y, fiscal_month: int = 3) -> Agreed:
    return Agreed(
        frame=SchemeFrame.NORMAL, starts_on=starts_on, months=months, frequency=frequency, fiscal_month=fiscal_month
    )


def early(starts_on: date, *, counted_from: date | None, frequency: Frequency = H, fiscal_month: int = 3) -> Agreed:
    return Agreed(
        frame=SchemeFrame.VUP,
        starts_on=starts_on,
        months=36,
        frequency=frequency,
        fiscal_month=fiscal_month,
        counted_from=counted_from,
    )


def ends(agreed: Agreed) -> list[str]:
    return [str(one.ends_on) for one in schedule_of(agreed)]


def test_three_years_from_the_first_day_of_a_fiscal_year() -> None:
    agreed = regular(date(2025, 4, 1))
    assert ends(agreed) == ["2026-03-31", "2027-03-31", "2028-03-31"]
    assert agreed.ends_on == date(2028, 3, 31)
    assert {one.kind for one in schedule_of(agreed)} == {REGULAR}


def test_the_first_and_the_last_period_are_as_long_as_what_is_left() -> None:
    # From July: 9 months to the close, 12, 12, and the 3 months that are left of 36.
    agreed = regular(date(2025, 7, 1))
    assert ends(agreed) == ["2026-03-31", "2027-03-31", "2028-03-31", "2028-06-30"]
    assert [str(one.starts_on) for one in schedule_of(agreed)][:2] == ["2025-07-01", "2026-04-01"]


@pytest.mark.parametrize(
    ("frequency", "count", "first"),
    [(M, 12, "2025-04-30"), (Q, 4, "2025-06-30"), (H, 2, "2025-09-30"), (Y, 1, "2026-03-31")],
)
def test_the_frequency_divides_the_year(frequency: Frequency, count: int, first: str) -> None:
    found = ends(regular(date(2025, 4, 1), months=12, frequency=frequency))
    assert (len(found), found[0], found[-1]) == (count, first, "2026-03-31")


def test_the_fiscal_year_end_decides_where_quarters_end() -> None:
    # With a close in February quarters end in May, August, November and on the last of February, the 29th in 2028.
    found = ends(regular(date(2027, 3, 1), months=12, frequency=Q, fiscal_month=2))
    assert found == ["2027-05-31", "2027-08-31", "2027-11-30", "2028-02-29"]


def test_a_piece_of_a_month_joins_its_neighbour() -> None:
    # 25 to 30 June is no quarter of its own, neither are the last 24 days of the three years.
    found = schedule_of(regular(date(2025, 6, 25), months=12, frequency=Q))
    assert [str(one.ends_on) for one in found] == ["2025-09-30", "2025-12-31", "2026-03-31", "2026-06-24"]
    short = schedule_of(regular(date(2025, 7, 15), months=6, frequency=Q))
    assert [str(one.ends_on) for one in short] == ["2025-09-30", "2026-01-14"]


def test_a_piece_stays_where_the_fiscal_year_closes_behind_it() -> None:
    found = ends(regular(date(2026, 3, 20), months=12, frequency=H))
    assert found == ["2026-03-31", "2026-09-30", "2027-03-19"]


def test_the_closing_period_ends_with_the_first_close_a_year_after_the_plan() -> None:
    # Receipt on 2025-09-10: a year is over on 2026-09-10, the next close is 2027-03-31.
    agreed = early(date(2025, 9, 11), counted_from=date(2025, 9, 10))
    assert schedule_of(agreed) == (
        Slot(INTERIM, date(2025, 9, 11), date(2026, 3, 31)),
        Slot(INTERIM, date(2026, 4, 1), date(2026, 9, 30)),
        Slot(CLOSING, date(2026, 10, 1), date(2027, 3, 31)),
    )
    assert not agreed.is_close_on_the_anniversary


def test_a_plan_shortly_before_the_close_is_followed_for_a_year() -> None:
    agreed = early(date(2025, 3, 21), counted_from=date(2025, 3, 20), frequency=Y)
    assert agreed.ends_on == date(2026, 3, 31)
    assert [one.kind for one in schedule_of(agreed)] == [INTERIM, CLOSING]
    assert ends(agreed) == ["2025-03-31", "2026-03-31"]


def test_a_close_on_the_anniversary_is_taken_and_told() -> None:
    agreed = early(date(2025, 4, 1), counted_from=date(2025, 3, 31))
    assert (agreed.ends_on, agreed.is_close_on_the_anniversary) == (date(2026, 3, 31), True)
    assert not early(date(2025, 4, 2), counted_from=date(2025, 4, 1)).is_close_on_the_anniversary
    assert not regular(date(2025, 4, 1), months=12).is_close_on_the_anniversary


def test_a_year_is_counted_from_the_day_before_the_first_where_no_other_is_known() -> None:
    assert early(date(2025, 4, 1), counted_from=None).ends_on == date(2026, 3, 31)
    assert early(date(2025, 4, 2), counted_from=None).ends_on == date(2027, 3, 31)


def test_a_frame_without_follow_up_has_no_periods() -> None:
    bank = Agreed(frame=SchemeFrame.VUP_BANK, starts_on=date(2025, 4, 1), months=36, frequency=Y, fiscal_month=3)
    assert schedule_of(bank) == ()


def test_closes() -> None:
    assert close_on_or_after(date(2026, 3, 31), 3) == date(2026, 3, 31)
    assert close_on_or_after(date(2026, 4, 1), 3) == date(2027, 3, 31)
    assert month_end(2028, 2) == date(2028, 2, 29)
    found = closes_between(date(2027, 2, 28), date(2028, 2, 29), 2)
    assert [str(one) for one in found] == ["2027-02-28", "2028-02-29"]


def test_flaws_name_their_days() -> None:
    slots = [
        Slot(REGULAR, date(2025, 4, 1), date(2025, 9, 30)),
        Slot(REGULAR, date(2025, 9, 1), date(2026, 3, 30)),
        Slot(REGULAR, date(2026, 4, 1), date(2027, 4, 30)),
    ]
    assert flaws_of(slots, 3) == (
        Flaw("2つの回に重なる期間があります。", date(2025, 9, 1), date(2025, 9, 30)),
        Flaw("どの回にも入らない期間があります。", date(2026, 3, 31), date(2026, 3, 31)),
        Flaw("決算日が回の途中にあります。", date(2027, 3, 31), date(2027, 3, 31)),
    )
    assert flaws_of([], 3) == ()


DAYS = st.dates(date(2019, 1, 1), date(2035, 12, 31))
AGREEMENTS = st.builds(
    Agreed,
    frame=st.sampled_from([SchemeFrame.NORMAL, SchemeFrame.SME_GL, SchemeFrame.VUP]),
    starts_on=DAYS,
    months=st.integers(1, 60),
    frequency=st.sampled_from(Frequency),
    fiscal_month=st.integers(1, 12),
    counted_from=st.none(),
)


@given(AGREEMENTS)
def test_every_day_is_in_one_period_and_every_close_ends_one(agreed: Agreed) -> None:
    slots = schedule_of(agreed)
    assert slots[0].starts_on == agreed.starts_on
    assert slots[-1].ends_on == agreed.ends_on
    days = sum((one.ends_on - one.starts_on).days + 1 for one in slots)
    assert days == (agreed.ends_on - agreed.starts_on).days + 1
    for earlier, later in pairwise(slots):
        assert later.starts_on == earlier.ends_on + ONE_DAY
        assert later.starts_on.day == 1  # inner ends are ends of months
    closes = set(closes_between(agreed.starts_on, agreed.ends_on, agreed.fiscal_month))
    assert closes <= {one.ends_on for one in slots}
    assert flaws_of(slots, agreed.fiscal_month) == ()


@given(AGREEMENTS)
def test_no_period_is_longer_than_was_agreed_with_a_piece_on_either_side(agreed: Agreed) -> None:
    longest = agreed.frequency.months
    for one in schedule_of(agreed):
        whole = months_end(one.starts_on - ONE_DAY, longest)
        assert one.ends_on <= whole + timedelta(days=62)
        if one.starts_on.day == 1 and (one.ends_on + ONE_DAY).day == 1:
            assert one.ends_on <= whole


@given(AGREEMENTS.filter(lambda one: one.frame is SchemeFrame.VUP))
def test_the_early_scheme_closes_once_and_last(agreed: Agreed) -> None:
    slots = schedule_of(agreed)
    assert [one.kind for one in slots] == [INTERIM] * (len(slots) - 1) + [CLOSING]
    assert slots[-1].ends_on == close_on_or_after(slots[-1].ends_on, agreed.fiscal_month)
    year = months_end(agreed.starts_on - ONE_DAY, 12)
    assert year <= agreed.ends_on < months_end(year, 12)
