"""A version of a plan to be read from top to bottom: what the pages of an old version show."""

from __future__ import annotations

from typing import Any

from cases.enums import Statement
from cases.models import Plan
from cases.selectors.plan.actions import action_plan
from cases.selectors.plan.charts import break_even_charts, key_charts
from cases.selectors.plan.figures import Sheet, sheet_of
from cases.selectors.plan.grid import heads_of, indicator_reasons, indicator_rows, key_rows, statement_rows


def key_context(sheet: Sheet) -> dict[str, Any]:
    """Return the key figures with their charts and the indicators, for `plans/_key_figures.html`."""
    heads, rows = heads_of(sheet.plan), key_rows(sheet)
    recent = [head for head in heads if head.year >= 0]
    indicators = indicator_rows(sheet, [head.year for head in recent])
    return {
        "heads": heads,
        "key_rows": rows,
        "charts": key_charts(heads, rows),
        "even_charts": break_even_charts(heads, sheet),
        "indicator_heads": recent,
        "indicators": indicators,
        "indicator_reasons": indicator_reasons(indicators),
    }


def reading_of(plan: Plan) -> dict[str, Any]:
    """Return a whole version to be read."""
    sheet = sheet_of(plan)
    return {
        **key_context(sheet),
        "issues": action_plan(plan),
        "profit_rows": statement_rows(sheet, Statement.PROFIT, is_whole=False),
        "balance_rows": statement_rows(sheet, Statement.BALANCE, is_whole=False),
    }
