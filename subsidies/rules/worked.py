"""What hours are worth: rate × time with its consumption tax, and which hours count at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

MINUTES_PER_HOUR: Final = 60
# The rates of the consumption tax, the usual one first.
TAX_PERCENTS: Final = (10, 8)


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """The amounts of a piece of work in whole yen."""

    net_yen: int
    tax_yen: int
    gross_yen: int


def amounts_of(hourly_rate_yen: int, minutes: int, tax_percent: int) -> LineAmounts:
    """Return rate × hours, its consumption tax, and both together; each drops fractions of a yen."""
    net_yen = hourly_rate_yen * minutes // MINUTES_PER_HOUR
    tax_yen = net_yen * tax_percent // 100
    return LineAmounts(net_yen, tax_yen, net_yen + tax_yen)


def is_payable(worked_on: date, accepted_on: date | None) -> bool:
    """Tell whether hours of a day count: from the acceptance day on (受理日, inclusive), never before.

    Source: Ibaraki council, documents for the application, https://i-smeadviser.go.jp/plan/plan-doc/
    """
    return accepted_on is not None and worked_on >= accepted_on
