"""Until when each claim must be made, and what is lost after that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from subsidies.rules.payments import Payment, Trigger
from subsidies.rules.request import PeriodCost
from subsidies.rules.steps import PeriodSteps
from subsidies.rules.terms import Terms
from subsidies.rules.trace import TraceRow, iso
from vapup.shared.dates import ONE_DAY, months_end, previous_business_day

_FIRST_MONITORING_CLAIM: Final = Trigger.FIRST_MONITORING_CLAIM
_LAST_MONITORING_CLAIM: Final = Trigger.LAST_MONITORING_CLAIM


class Deadline(NamedTuple):
    """One claim's last day; `claim_by` is never moved for a weekend or holiday, `lapses_on` is the day after it.

    `kind` is plan_claim or monitoring_claim, `period` counts the monitoring periods from 1. The days are counted as
    `months` from `counted_from`, which is not counted itself. `confirmed` says whether official sources give them.
    """

    kind: str
    period: int | None
    claim_by: date
    lapses_on: date
    yen_at_risk: int
    counted_from: date
    months: int
    confirmed: bool

    @property
    def safe_by(self) -> date:
        """The last business day on or before `claim_by`: the day that reminders aim at."""
        return previous_business_day(self.claim_by)


class _AtRisk(NamedTuple):
    """Payments in whole yen by what loses them."""

    total_yen: int
    held_yen: int
    last_yen: int
    periods_yen: list[int]


def set_deadlines(
    terms: Terms,
    accepted_on: date,
    periods: Sequence[PeriodCost],
    payments: Sequence[Payment],
    trace: list[TraceRow],
) -> tuple[Deadline, ...]:
    """Return the deadline of the plan claim, then one for each monitoring period where claims lapse."""
    at_risk = _at_risk(payments)
    months, step = terms.plan_claim_months, terms.steps.plan_deadline
    claim_by, lapses_on = _window(accepted_on, months)
    trace.append((step, (iso(accepted_on), months, iso(claim_by))))
    trace.append((terms.steps.plan_at_risk, (len(payments), at_risk.total_yen)))
    deadlines = [
        Deadline("plan_claim", None, claim_by, lapses_on, at_risk.total_yen, accepted_on, months, step.confirmed)
    ]
    if terms.steps.periods is not None and periods:
        _add_period_deadlines(terms.steps.periods, periods, at_risk, deadlines, trace)
    return tuple(deadlines)


def _add_period_deadlines(
    steps: PeriodSteps,
    periods: Sequence[PeriodCost],
    at_risk: _AtRisk,
    deadlines: list[Deadline],
    trace: list[TraceRow],
) -> None:
    """Add each period's deadline: the first also risks the held halves, the last the negotiation payment."""
    months = steps.months
    for number, (period, payment_yen) in enumerate(zip(periods, at_risk.periods_yen, strict=True), 1):
        claim_by, lapses_on = _window(period.ends_on, months)
        held_yen = at_risk.held_yen if number == 1 else 0
        last_yen = at_risk.last_yen if number == len(periods) else 0
        yen_at_risk = payment_yen + held_yen + last_yen
        deadlines.append(
            Deadline(
                "monitoring_claim",
                number,
                claim_by,
                lapses_on,
                yen_at_risk,
                period.ends_on,
                months,
                steps.deadline.confirmed,
            )
        )
        trace.append((steps.deadline, (number, iso(period.ends_on), months, iso(claim_by))))
        step = steps.held_at_risk if held_yen else steps.at_risk
        trace.append((step, (number, payment_yen, held_yen, last_yen, yen_at_risk)))


def _at_risk(payments: Sequence[Payment]) -> _AtRisk:
    total_yen = held_yen = last_yen = 0
    periods_yen = []
    for _, trigger, period, amount_yen in payments:
        total_yen += amount_yen
        if period is not None:
            periods_yen.append(amount_yen)
        elif trigger is _FIRST_MONITORING_CLAIM:
            held_yen += amount_yen
        elif trigger is _LAST_MONITORING_CLAIM:
            last_yen += amount_yen
    return _AtRisk(total_yen, held_yen, last_yen, periods_yen)


@lru_cache(maxsize=8192)
def _window(counted_from: date, months: int) -> tuple[date, date]:
    claim_by = months_end(counted_from, months)
    return claim_by, claim_by + ONE_DAY
