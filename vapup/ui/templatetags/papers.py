"""Amounts in the wide tables of papers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import template

from vapup.shared.money import format_yen

register = template.Library()

THOUSAND: Final = 1_000
NOTHING: Final = "—"


@register.filter
def thousands(amount_yen: int | None) -> str:
    """Write an amount in thousands of yen (千円), the rest dropped on either side of zero; — for None."""
    if amount_yen is None:
        return NOTHING
    whole = abs(amount_yen) // THOUSAND
    return format_yen(-whole if amount_yen < 0 else whole)


@register.filter
def in_blocks(values: Sequence[Any], size: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield parts of at most `size` values, each with the place of its first one."""
    return ((start, values[start : start + size]) for start in range(0, len(values), size))


@register.filter
def from_place(values: Sequence[Any], start: int) -> Sequence[Any]:
    """Return a year's months from a place on: twelve of them."""
    return values[start : start + 12]
