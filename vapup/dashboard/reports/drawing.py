"""The charts of the reports; each stands above the table with the same figures."""

from __future__ import annotations

from typing import Final

from vapup.dashboard.reports.returns import Returns
from vapup.dashboard.reports.stays import StageTime
from vapup.dashboard.reports.totals import Grouping
from vapup.ui.charts import Chart, Counted, Series, Spread, bars, ranking, spread

# So many groups a chart of bars shows; the table has them all.
MOST_GROUPS: Final = 6


def totals_chart(grouping: Grouping) -> Chart:
    """Draw what was claimed, decided and paid by each of the largest groups."""
    shown = [one for one in grouping.rows if any(one.council_yen)][:MOST_GROUPS]
    series = [
        Series("申請額", [one.claimed_yen for one in shown]),
        Series("決定額", [one.decided_yen for one in shown]),
        Series("入金額", [one.paid_yen for one in shown]),
    ]
    names = [one.label for one in shown]
    return bars(id=f"totals-{grouping.key}", title=f"協議会の補助金 {grouping.title}", labels=names, series=series)


def times_chart(times: list[StageTime]) -> Chart:
    """Draw the middle half of the days in each stage."""
    rows = [
        Spread(one.label, round(one.low), round(one.median), round(one.high), one.count)
        for one in times
        if not one.is_whole
    ]
    return spread(id="times", title="段階ごとの日数", rows=rows)


def causes_chart(returns: Returns) -> Chart:
    """Draw the causes of returns, the most frequent first."""
    rows = [Counted(one.label, one.points) for one in returns.causes]
    return ranking(id="causes", title="差戻しの原因", rows=rows)
