"""The tables of the reports as sheets for spreadsheet programs: the rows of the page, with every figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from vapup.dashboard.exports import Sheet
from vapup.dashboard.reports.report import Report
from vapup.dashboard.reports.returns import Passed, Returns
from vapup.dashboard.reports.stays import StageTime
from vapup.dashboard.reports.totals import Grouping, Totals
from vapup.documents.workbooks import Cell

NAME: Final = "レポート"
MONEY: Final = (
    ("受理(件)", 10),
    ("対象の案件(件)", 12),
    ("協議会 申請額(円)", 18),
    ("協議会 決定額(円)", 18),
    ("協議会 入金額(円)", 18),
    ("自己負担 請求額(円)", 18),
    ("自己負担 入金額(円)", 18),
)
TIMES: Final = (
    ("段階", 28),
    ("案件(件)", 10),
    ("第1四分位(日)", 14),
    ("中央値(日)", 12),
    ("第3四分位(日)", 14),
    ("最長(日)", 10),
)
CAUSES: Final = (("原因", 26), ("指摘(件)", 10), ("申請(件)", 10), ("割合(%)", 10), ("累計(%)", 10))
PASSED: Final = (("直す場所", 14), ("例外の承認(件)", 14), ("案件(件)", 10), ("最近の指摘の例", 80))


def sheets_of(report: Report) -> dict[str, Sheet]:
    """Return the tables of the page by the key that an address names them by, in their order."""
    found = {one.key: _totals(one) for one in report.groupings}
    found["stages"] = Sheet("段階ごとの日数", TIMES, [_time(one) for one in report.times])
    found["causes"] = Sheet("差戻しの原因", CAUSES, list(_causes(report.returns)))
    found["passed"] = Sheet("見送った指摘", PASSED, [_passed(one) for one in report.passed])
    return found


def _totals(grouping: Grouping) -> Sheet:
    rows = [_money(one) for one in (*grouping.rows, grouping.total)]
    # The name of a sheet of a workbook takes no ・.
    return Sheet(grouping.title.replace("・", ""), ((grouping.heading, 30), *MONEY), rows)


def _money(one: Totals) -> list[Cell]:
    return [one.label, one.accepted, one.active, *one.council_yen, one.own_invoiced_yen, one.own_paid_yen]


def _time(one: StageTime) -> list[Cell]:
    low, middle, high = (_days(days) for days in (one.low, one.median, one.high))
    return [one.label, one.count, low, middle, high, one.longest]


def _days(days: float) -> Cell:
    """Return days as a whole number where they are one: quartiles lie between two cases at times."""
    return int(days) if days == int(days) else f"{days:g}"


def _causes(returns: Returns) -> Iterable[list[Cell]]:
    for one in returns.causes:
        yield [one.label, one.points, one.applications, one.percent, one.running_percent]


def _passed(one: Passed) -> list[Cell]:
    return [one.place, one.count, one.cases, one.example]
