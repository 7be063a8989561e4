"""The money of each month: what can still be claimed, what was claimed, decided and paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from monitoring.enums import DeadlineState
from monitoring.models import Deadline
from subsidies.enums import SENT
from vapup.dashboard.calendar.money import CLAIM_KINDS, Money, key_of
from vapup.dashboard.calendar.query import Span


@dataclass(slots=True)
class MonthSum:
    """One month, or all of them; amounts in whole yen.

    Attributes:
        month: its first day, None for all months together.
        expected_yen: of the claims whose safe day is in the month and that are not handed in; held halves included.
        held_yen: the held halves in `expected_yen`.
        filed_yen: of the claims that were handed in during the month and did not come back.
        decided_yen, paid_yen: what the council decided, and paid, during the month.
    """

    month: date | None
    expected_yen: int = 0
    held_yen: int = 0
    filed_yen: int = 0
    decided_yen: int = 0
    paid_yen: int = 0

    def add(self, other: MonthSum) -> None:
        """Add the amounts of another month."""
        for name in ("expected_yen", "held_yen", "filed_yen", "decided_yen", "paid_yen"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Sums:
    """The months of a span, and all of them together."""

    months: list[MonthSum]  # that of None, if there is one: what has no day yet
    total: MonthSum


def sums_of(rows: QuerySet[Deadline], money: Money, span: Span) -> Sums:
    """Add up the claims among `rows`, month by month."""
    by_month = {month: MonthSum(month) for month in span.months}
    claims = rows.filter(kind__in=CLAIM_KINDS).order_by("pk")
    for deadline in claims.only("case_id", "kind", "subject", "period_number", "state", "safe_by"):
        _add(by_month, deadline, money)
    total = MonthSum(None)
    for one in by_month.values():
        total.add(one)
    return Sums(list(by_month.values()), total)


def _add(by_month: dict[date, MonthSum], deadline: Deadline, money: Money) -> None:
    own_yen, held_yen = money.of(deadline)
    amount_yen = own_yen + held_yen
    if deadline.state == DeadlineState.OPEN:
        month = _month(by_month, deadline.safe_by)
        month.expected_yen += amount_yen
        month.held_yen += held_yen
    claim = money.claims.get(key_of(deadline))
    if claim is None or claim.state not in SENT:
        return
    _month(by_month, claim.submitted_on).filed_yen += amount_yen
    _month(by_month, claim.decided_on).decided_yen += claim.decided_yen or 0
    _month(by_month, claim.paid_on).paid_yen += claim.paid_yen or 0


def _month(by_month: dict[date, MonthSum], day: date | None) -> MonthSum:
    """Return the sums of the month of a day; of no day, or one outside the span, sums that nobody reads."""
    month = by_month.get(day.replace(day=1)) if day else None
    return month or MonthSum(None)
