"""Axes: the unit in which amounts are written, ticks at 1, 2 or 5 × 10ⁿ, and where an amount lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from vapup.shared.money import format_yen

MOST_STEPS: Final = 6
HALVES: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Unit:
    """What amounts are written in; `yen` is the size of one."""

    name: str
    yen: int

    def number(self, amount_yen: int) -> str:
        """Write an amount without the unit, what is less than one unit dropped: 1,234 or △1,234."""
        return format_yen(_toward_zero(amount_yen, self.yen))

    def written(self, amount_yen: int) -> str:
        """Write an amount with the unit; what is less than one unit is written in yen."""
        if 0 < abs(amount_yen) < self.yen:
            return f"{format_yen(amount_yen)}円"
        return f"{self.number(amount_yen)}{self.name}"


YEN: Final = Unit("円", 1)
THOUSAND: Final = Unit("千円", 1_000)
MILLION: Final = Unit("百万円", 1_000_000)


def unit_for(amounts: Iterable[int]) -> Unit:
    """Return the unit for amounts in yen: at 100,000円 it is 千円, at ten 億円 (ten figures) 百万円."""
    largest = max((abs(amount) for amount in amounts), default=0)
    if largest >= 1_000_000_000:
        return MILLION
    return THOUSAND if largest >= 100_000 else YEN


def _toward_zero(amount: int, by: int) -> int:
    return amount // by if amount >= 0 else -(-amount // by)


@dataclass(frozen=True, slots=True)
class Scale:
    """A line of amounts: `near` is where the first tick is drawn, `far` where the last is."""

    ticks: tuple[int, ...]
    near: int
    far: int

    def at(self, amount_yen: int) -> int:
        """Return where an amount between the first and the last tick is drawn, to the nearest unit."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.near + (2 * (amount_yen - low) * (self.far - self.near) + high - low) // (2 * (high - low))


def ticks_for(amounts: Iterable[int], most: int = MOST_STEPS) -> tuple[int, ...]:
    """Return round amounts, evenly apart, that reach from the lowest amount to the highest and hold zero.

    There are at least two and at most `most` steps and one more: the zero between them may need it.
    """
    known = [0, *amounts]
    low, high = min(known), max(known)
    if low == high:
        return (0, 1)
    step = _step(-(-(high - low) // most))
    first, last = low // step, -(-high // step)
    return tuple(number * step for number in range(first, last + 1))


def _step(least: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50, 100 … that is not below `least`."""
    power = 1
    while True:
        for half in HALVES:
            if half * power >= least:
                return half * power
        power *= 10
