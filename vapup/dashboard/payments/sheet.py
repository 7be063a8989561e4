"""The payment schedule as a sheet for spreadsheet programs: the rows of the page, with every figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from subsidies.selectors.payments.rows import Receivable
from vapup.dashboard.exports import Sheet
from vapup.documents.workbooks import Cell

NAME: Final = "支払予定"
COLUMNS: Final = (
    ("案件番号", 14),
    ("事業者", 28),
    ("制度・枠", 20),
    ("担当者", 14),
    ("支払元", 10),
    ("項目", 28),
    ("支援機関", 24),
    ("支払申請", 24),
    ("見込額(円)", 14),
    ("安全な期限", 12),
    ("申請額・請求額(円)", 16),
    ("提出日・請求日", 14),
    ("決定額(円)", 14),
    ("決定日", 12),
    ("入金額(円)", 14),
    ("入金日", 12),
    ("うち源泉所得税(円)", 16),
    ("これからの入金(円)", 16),
    ("状態", 14),
    ("遅れ", 8),
    ("説明・差額", 60),
)


def sheet_of(rows: Iterable[Receivable]) -> Sheet:
    """Return the rows as a sheet."""
    return Sheet(NAME, COLUMNS, [_cells(row) for row in rows])


def _cells(row: Receivable) -> list[Cell]:
    case = row.case
    return [
        case.number,
        case.enterprise.name,
        case.get_frame_display(),
        str(case.consultant),
        row.payer.label,
        row.name,
        row.agency_name,
        row.claim_name,
        row.planned_yen,
        row.planned_on,
        row.claimed_yen,
        row.claimed_on,
        row.decided_yen,
        row.decided_on,
        row.paid_yen,
        row.paid_on,
        row.withheld_yen or None,
        row.open_yen,
        row.state_label,
        "30日超" if row.is_late else "",
        " ".join((*row.differences, *row.sentences)),
    ]
