"""Charts as pure geometry, drawn as SVG by `templates/charts/`.

Each function returns a `Chart` that a template shows: `{% include "charts/bars.html" with chart=chart only %}`, and so
on for `line`, `stack`, `break_even`, `flow_map`, `ranking` and `spread`. A page adds `css/charts.css` in its head, a
heading above and a table with the same figures below. For a PDF the chart is built with `is_printed=True`.
"""

from vapup.ui.charts.bar_chart import bars
from vapup.ui.charts.break_even_chart import break_even
from vapup.ui.charts.flow_chart import flow_map
from vapup.ui.charts.line_chart import line
from vapup.ui.charts.parties import Flow, FlowLook, Party, Place, shares
from vapup.ui.charts.parts import Chart, Drawing, Series
from vapup.ui.charts.row_chart import Counted, Spread, ranking, running_percents, spread
from vapup.ui.charts.stack_chart import stack

__all__ = [
    "Chart",
    "Counted",
    "Drawing",
    "Flow",
    "FlowLook",
    "Party",
    "Place",
    "Series",
    "Spread",
    "bars",
    "break_even",
    "flow_map",
    "line",
    "ranking",
    "running_percents",
    "shares",
    "spread",
    "stack",
]
