"""Where a period of the follow-up stands; `today` is passed in."""

from __future__ import annotations

from datetime import date

from monitoring.enums import PeriodState


def state_of_period(starts_on: date, ends_on: date, *, today: date, is_reported: bool, is_claimed: bool) -> PeriodState:
    """Return where a period stands, both days inclusive: a claim tells more than a report, a report more than days."""
    if is_claimed:
        return PeriodState.CLAIMED
    if is_reported:
        return PeriodState.REPORTED
    if today < starts_on:
        return PeriodState.AHEAD
    return PeriodState.RUNNING if today <= ends_on else PeriodState.TO_REPORT
