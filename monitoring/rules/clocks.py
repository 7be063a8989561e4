"""A deadline as it should be, and the state that follows from it; `today` is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitoring.enums import DeadlineKind, DeadlineState
from vapup.shared.dates import ONE_DAY, previous_business_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What the rows of a case say of one deadline.

    Attributes:
        subject: names the row that it is about, unique with the kind; "" where a case has one such deadline.
        about: the same in words for people, "" where the kind says all.
        period: the ordinal of the monitoring period, counted from 1.
        counted_from: the day from which the period is counted; it is not counted itself.
        claim_by: the last day; never moved for a weekend or a holiday.
        yen_at_risk: what is lost with it, in whole yen; 0 where no money is.
        confirmed: whether official sources give the day.
        clause: the wording that the day rests on, and where it stands.
        met_on: when the act that meets it was done, None while it is open; `met_by` names the act.
    """

    kind: DeadlineKind
    counted_from: date
    claim_by: date
    confirmed: bool
    clause: str
    source_url: str
    subject: str = ""
    about: str = ""
    period: int | None = None
    yen_at_risk: int = 0
    met_on: date | None = None
    met_by: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What names the deadline within its case."""
        return self.kind.value, self.subject


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a deadline: `lapses_on` is the first on which it is too late, `safe_by` the one to aim at."""

    claim_by: date
    lapses_on: date
    safe_by: date


def days_of(claim_by: date, *, extended_until: date | None = None) -> Days:
    """Return the days that follow from the last one, which a council may have put off."""
    last = max(claim_by, extended_until) if extended_until else claim_by
    return Days(last, last + ONE_DAY, previous_business_day(last))


def state_of(clock: Clock, days: Days, *, before: DeadlineState | None, today: date) -> DeadlineState:
    """Return where a deadline stands that is wanted now.

    A loss that was recorded stays recorded, unless the act was done after all or the council put the day off. Nothing
    lapses here: that is found and told by the sweep.
    """
    if clock.met_on is not None:
        return DeadlineState.MET
    ended = {DeadlineState.LAPSED, DeadlineState.PASSED}
    if before in ended and days.lapses_on <= today:
        return before
    return DeadlineState.OPEN


def state_without(before: DeadlineState) -> DeadlineState:
    """Return where a deadline stands that its case does not have any more: what was met or lost stays so."""
    return DeadlineState.CANCELLED if before is DeadlineState.OPEN else before
