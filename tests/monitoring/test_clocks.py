"""The days of a deadline and the state that follows; each vector of six months is worked by hand from 民法140–143条."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitoring.enums import DeadlineKind, DeadlineState
from monitoring.rules.clocks import Clock, Days, days_of, state_of, state_without
from vapup.shared.dates import months_end

S = DeadlineState

# Last day of the period → last day of six months, business day to aim at, first day that is too late.
SIX_MONTHS = [
    ("2024-03-31", "2024-09-30", "2024-09-30", "2024-10-01"),  # Monday
    ("2024-04-30", "2024-10-31", "2024-10-31", "2024-11-01"),  # a month's end meets a month's end
    ("2024-02-29", "2024-08-31", "2024-08-30", "2024-09-01"),  # Saturday → Friday
    ("2024-06-30", "2024-12-31", "2024-12-27", "2025-01-01"),  # offices close on 29 December; 28 is a Saturday
    ("2024-08-31", "2025-02-28", "2025-02-28", "2025-03-01"),
    ("2024-08-29", "2025-02-28", "2025-02-28", "2025-03-01"),  # begins on the 30th; February has none
    ("2024-08-28", "2025-02-28", "2025-02-28", "2025-03-01"),
    ("2024-08-27", "2025-02-27", "2025-02-27", "2025-02-28"),
    ("2023-08-28", "2024-02-28", "2024-02-28", "2024-02-29"),  # leap year
    ("2023-08-31", "2024-02-29", "2024-02-29", "2024-03-01"),
    ("2025-09-30", "2026-03-31", "2026-03-31", "2026-04-01"),  # the fiscal year ends
    ("2025-10-31", "2026-04-30", "2026-04-30", "2026-05-01"),
    ("2025-12-31", "2026-06-30", "2026-06-30", "2026-07-01"),
    ("2025-05-20", "2025-11-20", "2025-11-20", "2025-11-21"),
    ("2026-02-28", "2026-08-31", "2026-08-31", "2026-09-01"),
    ("2026-05-03", "2026-11-03", "2026-11-02", "2026-11-04"),  # 文化の日, a Tuesday → Monday
    ("2026-07-02", "2027-01-02", "2026-12-28", "2027-01-03"),  # 29 December to 3 January are closed → Monday the 28th
    ("2025-11-05", "2026-05-05", "2026-05-01", "2026-05-06"),  # Golden Week: 3–5 May closed, 2 a Saturday → Friday
]


@pytest.mark.parametrize(("ends_on", "claim_by", "safe_by", "lapses_on"), SIX_MONTHS)
def test_six_months_and_the_business_day_before(ends_on: str, claim_by: str, safe_by: str, lapses_on: str) -> None:
    days = days_of(months_end(date.fromisoformat(ends_on), 6))
    assert days == Days(*(date.fromisoformat(day) for day in (claim_by, lapses_on, safe_by)))


@pytest.mark.parametrize(
    ("accepted_on", "claim_by", "safe_by"),
    [("2024-04-15", "2026-04-15", "2026-04-15"), ("2024-02-29", "2026-02-28", "2026-02-27")],
)
def test_two_years_of_a_usage_application(accepted_on: str, claim_by: str, safe_by: str) -> None:
    days = days_of(months_end(date.fromisoformat(accepted_on), 24))
    assert (days.claim_by.isoformat(), days.safe_by.isoformat()) == (claim_by, safe_by)


def test_the_safe_day_is_never_after_the_last_and_nothing_is_put_off_for_a_holiday() -> None:
    for number in range(3_000):
        last = date(2024, 1, 1) + timedelta(days=number)
        days = days_of(last)
        assert days.claim_by == last
        assert days.lapses_on - last == timedelta(days=1)
        assert timedelta(0) <= last - days.safe_by <= timedelta(days=10)
        assert days.safe_by.weekday() < 5


def test_a_council_puts_a_day_off_and_never_forward() -> None:
    claim_by = date(2026, 3, 31)
    assert days_of(claim_by, extended_until=date(2026, 5, 31)) == Days(
        date(2026, 5, 31),  # a Sunday
        date(2026, 6, 1),
        date(2026, 5, 29),
    )
    assert days_of(claim_by, extended_until=date(2026, 3, 30)) == days_of(claim_by)
    assert days_of(claim_by, extended_until=claim_by) == days_of(claim_by)


LAST = date(2026, 3, 31)


def clock(*, met_on: date | None = None) -> Clock:
    return Clock(
        kind=DeadlineKind.PLAN_CLAIM,
        counted_from=date(2024, 3, 31),
        claim_by=LAST,
        confirmed=True,
        clause="2年",
        source_url="https://example.jp/",
        met_on=met_on,
    )


@pytest.mark.parametrize("before", [None, *S])
@pytest.mark.parametrize("today", [LAST - timedelta(days=1), LAST, LAST + timedelta(days=1)])
def test_the_act_meets_a_deadline_whenever_it_was_done(before: DeadlineState | None, today: date) -> None:
    assert state_of(clock(met_on=date(2026, 4, 20)), days_of(LAST), before=before, today=today) is S.MET


@pytest.mark.parametrize("before", [None, S.OPEN, S.MET, S.CANCELLED])
def test_what_is_not_met_runs_and_only_the_sweep_finds_it_lapsed(before: DeadlineState | None) -> None:
    for today in (date(2025, 1, 1), LAST, date(2026, 4, 1), date(2030, 1, 1)):
        assert state_of(clock(), days_of(LAST), before=before, today=today) is S.OPEN


@pytest.mark.parametrize("before", [S.LAPSED, S.PASSED])
def test_a_recorded_end_stays_unless_the_day_moves_beyond_today(before: DeadlineState) -> None:
    assert state_of(clock(), days_of(LAST), before=before, today=date(2026, 4, 1)) is before
    # On the last day itself nothing is over yet: 2026-04-01 is the first day that is too late.
    assert state_of(clock(), days_of(LAST), before=before, today=LAST) is S.OPEN
    put_off = days_of(LAST, extended_until=date(2026, 5, 29))
    assert state_of(clock(), put_off, before=before, today=date(2026, 5, 29)) is S.OPEN
    assert state_of(clock(), put_off, before=before, today=date(2026, 5, 30)) is before


def test_what_a_case_no_longer_has_is_cancelled_but_never_what_was_met_or_lost() -> None:
    assert {before: state_without(before) for before in S} == {
        S.OPEN: S.CANCELLED,
        S.MET: S.MET,
        S.PASSED: S.PASSED,
        S.LAPSED: S.LAPSED,
        S.CANCELLED: S.CANCELLED,
    }


def test_the_key_names_a_deadline_within_its_case() -> None:
    assert clock().key == ("plan_claim", "")
