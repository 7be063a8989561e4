"""The charts of a plan's key figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cases.rules.indicators import BreakEven, break_even
from cases.selectors.plan.figures import Sheet
from cases.selectors.plan.grid import Row, YearHead
from vapup.ui.charts import break_even as break_even_chart
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


def break_even_years(sheet: Sheet) -> list[tuple[int, BreakEven]]:
    """Return the break-even of the base year and of the last planned one, of those that have sales."""
    found = [(year, break_even(sheet.figures, year)) for year in (0, sheet.plan.years)]
    return [(year, one) for year, one in found if one.sales_yen > 0]


def break_even_charts(heads: Sequence[YearHead], sheet: Sheet) -> list[Chart]:
    """Return where sales cover all costs, in the base year and at the end of the plan."""
    titles = {head.year: head.label for head in heads}
    return [
        break_even_chart(
            id=f"plan-even-{year}",
            title=titles[year],
            sales_yen=one.sales_yen,
            variable_yen=one.variable_yen,
            fixed_yen=one.fixed_yen,
        )
        for year, one in break_even_years(sheet)
    ]


def _chart(name: str, title: str, heads: Sequence[YearHead], rows: Sequence[Row], wanted: Sequence[str]) -> Chart:
    series = [Series(row.label, row.amounts) for row in rows if row.id in wanted]
    return bars(id=name, title=title, labels=[head.period for head in heads], series=series)
