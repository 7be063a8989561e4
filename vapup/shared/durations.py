"""How a length of time is written."""

from __future__ import annotations

from typing import Final

HOUR: Final = 60


def length_of(minutes: int) -> str:
    """Write a length of time of at least 0 minutes: 3時間, 1時間30分, 45分, 0分."""
    whole, rest = divmod(minutes, HOUR)
    return (f"{whole}時間" if whole else "") + (f"{rest}分" if rest or not whole else "")
