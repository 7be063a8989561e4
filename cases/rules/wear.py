"""What of the fixed assets is worn off: the accumulated depreciation of planned years without an entry for it.

Some books carry tangible assets at what was paid and keep what is worn off apart (間接法); others carry them at what is
left, without accumulated depreciation (直接法). The base year says which. Intangible assets stand at what is left in
either. In either a year without an entry wears off its depreciation, so that nothing is bought that nobody planned. But
on books of the second kind an amount entered for fixed assets is what is left of them, and what is worn off is in it
already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TANGIBLE: Final = "tangible_assets"
INTANGIBLE: Final = "intangible_assets"
WORN: Final = "accumulated_depreciation"
DEPRECIATED: Final = (TANGIBLE, INTANGIBLE)

Yen = Mapping[tuple[str, int], int]


def is_net(entered: Yen, year: int) -> bool:
    """Tell whether fixed assets entered for a planned year (1 …) are meant as what is left of them.

    That is where the books of year 0 have no accumulated depreciation, and nobody entered any up to `year`.
    """
    return not any(yen for (account, at), yen in entered.items() if account == WORN and 0 <= at <= year)


def wearing_at(entered: Yen) -> str:
    """Return the account whose entries hold what all the fixed assets lose, beside the other's own entries.

    How much of it is the intangible assets' nobody enters: it is all of it only where there are no tangible ones, from
    the base year on.
    """
    held = {account for (account, at), yen in entered.items() if yen and at >= 0}
    return INTANGIBLE if INTANGIBLE in held and TANGIBLE not in held else TANGIBLE


def worn_at(entered: Yen, found: Yen, year: int, *, spent_yen: int) -> int:
    """Return the accumulated depreciation at the end of a planned year that has no entry of its own.

    Args:
        entered: the plan as it was entered.
        found: the figures with what follows from them, up to the year before.
        spent_yen: the depreciation of the year.
    """
    worn = found.get((WORN, year - 1), 0) + spent_yen
    # What the intangible assets lost is their part of the depreciation; the rest is the tangible assets'.
    lost = found.get((INTANGIBLE, year - 1), 0) - entered.get((INTANGIBLE, year), 0)
    if not is_net(entered, year):
        # No books keep apart what intangible assets lose, those of the first kind neither.
        return worn - max(min(lost, spent_yen), 0) if (INTANGIBLE, year) in entered else worn
    if (TANGIBLE, year) in entered:
        return 0
    if (INTANGIBLE, year) not in entered:
        return worn
    if not found.get((TANGIBLE, year - 1)):
        return 0
    return worn - max(min(lost, worn), 0)
