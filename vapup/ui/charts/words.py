"""What a chart shows, in sentences: for those who do not see it."""

from __future__ import annotations

from collections.abc import Sequence

from vapup.shared.money import format_yen
from vapup.ui.charts.parts import Series

MOST_NAMED = 6


def in_yen(amount_yen: int) -> str:
    """Write an amount to the yen: △1,234円."""
    return f"{format_yen(amount_yen)}円"


def ends_of(series: Series, labels: Sequence[str]) -> str:
    """Say where a series is highest and lowest: 「計画は最高 2,000円(2027年)、最低 1,000円(2026年)」."""
    known = [(value, labels[place]) for place, value in enumerate(series.values) if value is not None]
    if not known:
        return f"{series.name}はまだありません"
    # Of equal amounts, the first is named.
    high, low = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    if high[0] == low[0]:
        where = f"({known[0][1]})" if len(known) == 1 else ""
        return f"{series.name}は{'すべて ' if len(known) > 1 else ''}{in_yen(high[0])}{where}"
    return f"{series.name}は最高 {in_yen(high[0])}({high[1]})、最低 {in_yen(low[0])}({low[1]})"


def listed(names: Sequence[str]) -> str:
    """Name the first few of many: 「A、Bほか3件」."""
    rest = len(names) - MOST_NAMED
    return "、".join(names[:MOST_NAMED]) + (f"ほか{rest}件" if rest > 0 else "")


def sentences(parts: Sequence[str]) -> str:
    """Join statements to sentences, leaving out empty ones."""
    return "".join(f"{part}。" for part in parts if part)
