"""The counting of months over all days of the schemes, and the days on which a council is closed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from subsidies.rules.assessment import assess
from subsidies.rules.request import parse_request
from vapup.shared.dates import fiscal_year, months_end, previous_business_day

ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2013, 1, 1), date(2040, 12, 31)


def days(first: date = FIRST, last: date = LAST) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY


class Calendar:
    """All days from 2013 to 2043 in a row, as on a wall: months are only ever counted by turning its pages."""

    def __init__(self) -> None:
        self.pages: list[list[date]] = []
        for day in days(FIRST, date(2043, 12, 31)):
            if day.day == 1:
                self.pages.append([])
            self.pages[-1].append(day)
        self.page_of = {day: number for number, page in enumerate(self.pages) for day in page}

    def last_day(self, counted_from: date, months: int) -> date:
        """Begin on the next day, turn `months` pages, take the day before the same number or the page's last day."""
        begins = counted_from + ONE_DAY
        page = self.pages[self.page_of[begins] + months]
        if begins.day > len(page):
            return page[-1]
        corresponding = page[begins.day - 1]
        return corresponding - ONE_DAY


CALENDAR = Calendar()


@pytest.mark.parametrize("months", [6, 12, 24])
def test_every_start_from_2013_to_2040_ends_as_on_the_calendar(months: int) -> None:
    starts = list(days())
    differing = [start for start in starts if months_end(start, months) != CALENDAR.last_day(start, months)]
    assert differing == []
    assert len(starts) == 28 * 365 + 7  # 2016 … 2040: seven leap years


@pytest.mark.parametrize("months", [6, 12, 24])
def test_no_start_loses_a_day_and_none_wins_more_than_the_short_month_gives(months: int) -> None:
    ends = [months_end(start, months) for start in days()]
    steps = {(later - earlier).days for earlier, later in itertools.pairwise(ends)}
    assert steps <= {0, 1, 2, 3, 4}  # the end stays where a month has no corresponding day, and jumps after it
    assert min(steps) == 0
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-02-28", 12, "2025-02-28"),  # from 29 February 2024, none in 2025
        ("2024-02-29", 12, "2025-02-28"),  # from 1 March, so the day before 1 March 2025
        ("2023-02-28", 12, "2024-02-29"),  # from 1 March, so the day before 1 March 2024
        ("2026-02-28", 24, "2028-02-29"),
        ("2027-08-30", 6, "2028-02-29"),  # from 31 August, no 31 February 2028
        ("2027-08-29", 6, "2028-02-29"),
        ("2027-08-28", 6, "2028-02-28"),  # from 29 August: there is a 29 February 2028
        ("2025-03-30", 6, "2025-09-30"),  # from 31 March, no 31 September
        ("2025-03-31", 6, "2025-09-30"),
        ("2025-12-31", 24, "2027-12-31"),
    ],
)
def test_leap_days_and_short_months_by_hand(start: str, months: int, end: str) -> None:
    assert months_end(date.fromisoformat(start), months) == date.fromisoformat(end)
    assert CALENDAR.last_day(date.fromisoformat(start), months) == date.fromisoformat(end)


@pytest.mark.parametrize("frame", ["normal", "vup"])
def test_the_deadlines_of_a_case_are_counted_like_that(frame: str) -> None:
    months = {"normal": 24, "vup": 12}[frame]
    category = {"normal": "monitoring", "vup": "monitoring_closing"}[frame]
    for start in list(days(date(2023, 8, 20), date(2024, 9, 5))):
        payload = {"frame": frame, "accepted_on": start.isoformat()}
        payload |= {"enterprise": {"annual_sales": 0, "interest_bearing_debt": 0}}  # type: ignore[dict-item]
        payload |= {"monitoring_periods": [{"category": category, "ends_on": start.isoformat(), "cost": 1}]}  # type: ignore[dict-item]
        plan, period = assess(parse_request(payload)).deadlines
        assert plan.claim_by == CALENDAR.last_day(start, months)
        assert period.claim_by == CALENDAR.last_day(start, 6)
        assert (period.lapses_on - period.claim_by, plan.counted_from) == (ONE_DAY, start)
        assert period.safe_by == previous_business_day(period.claim_by)


# National holidays as the Cabinet Office publishes them (国民の祝日), year by year.
HOLIDAYS = {
    2024: "0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 0923 1014 1103 1104 1123",
    2025: "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0721 0811 0915 0923 1013 1103 1123 1124",
    2026: "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123",
    2027: "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123",
}
CLOSED = {date(year, int(day[:2]), int(day[2:])) for year, row in HOLIDAYS.items() for day in row.split()}


def _is_open(day: date) -> bool:
    new_year = (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)
    return day not in CLOSED and day.isoweekday() <= 5 and not new_year


def test_a_safe_day_is_the_last_open_one_by_the_published_holidays() -> None:
    for day in days(date(2024, 1, 15), date(2027, 12, 31)):
        safe = previous_business_day(day)
        assert _is_open(safe), day
        assert not any(_is_open(safe + timedelta(days=more)) for more in range(1, (day - safe).days + 1)), day
    open_days = sum(previous_business_day(day) == day for day in days(date(2025, 1, 1), date(2025, 12, 31)))
    # 365 days, 104 of a weekend, 15 holidays on working days, and 29–31 December (Monday to Wednesday), 2 and 3 January
    assert open_days == 365 - 104 - 15 - 5


@pytest.mark.parametrize(
    ("year", "last"),
    [(2024, "12-27"), (2025, "12-26"), (2026, "12-28"), (2027, "12-28"), (2028, "12-28"), (2029, "12-28")],
)
def test_the_closure_of_the_new_year_leads_back_into_the_old_one(year: int, last: str) -> None:
    expected = date.fromisoformat(f"{year}-{last}")
    for day in days(expected, date(year + 1, 1, 3)):
        assert previous_business_day(day) == expected
    assert previous_business_day(expected - ONE_DAY) < expected
    assert previous_business_day(date(year + 1, 1, 10)) > date(year + 1, 1, 3)


def test_a_fiscal_year_has_its_days_and_no_others() -> None:
    counted = dict.fromkeys(range(2012, 2041), 0)
    for day in days():
        counted[fiscal_year(day)] += 1
    assert counted[2012] == 90  # January to March 2013
    assert counted[2015] == counted[2019] == counted[2023] == 366  # each holds a 29 February
    assert counted[2024] == 365
    assert fiscal_year(date(2026, 3, 31)) + 1 == fiscal_year(date(2026, 4, 1)) == 2026
