"""The charts of a plan's key figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cases.selectors.plan.grid import Row, YearHead
from vapup.ui.charts.bar_chart import bars
from vapup.ui.charts.parts import Chart, Series

PROFITS: Final = ("営業利益", "経常利益", "簡易CF")
STANDING: Final = ("債務残高", "純資産")


def key_charts(heads: Sequence[YearHead], rows: Sequence[Row]) -> list[Chart]:
    """Return the earnings of each year, and what is owed beside what is owned, from the rows of `key_rows`."""
    return [
        _chart("plan-profits", "利益と簡易CFの推移", heads, rows, PROFITS),
        _chart("plan-standing", "債務残高と純資産の推移", heads, rows, STANDING),
    ]


def _chart(name: str, title: str, heads: Sequence[YearHead], rows: Sequence[Row], wanted: Sequence[str]) -> Chart:
    series = [Series(row.label, row.amounts) for row in rows if row.id in wanted]
    return bars(id=name, title=title, labels=[head.period for head in heads], series=series)
