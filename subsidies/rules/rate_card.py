"""Which hourly rate of a person's card holds on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CardRate:
    """An hourly rate in yen without tax, from `valid_from` (inclusive) until the next one begins."""

    valid_from: date
    hourly_rate_yen: int


def rate_on(card: Iterable[CardRate], day: date) -> int | None:
    """Return the rate that holds on a day, in yen an hour without tax; None before the first one begins."""
    begun = [one for one in card if one.valid_from <= day]
    return max(begun, key=lambda one: one.valid_from).hourly_rate_yen if begun else None
