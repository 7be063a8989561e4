"""The calendar's list as a sheet for spreadsheet programs: the rows of the page, with every figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from vapup.dashboard.calendar.rows import Row
from vapup.dashboard.exports import Sheet
from vapup.documents.workbooks import Cell

NAME: Final = "期限カレンダー"
COLUMNS: Final = (
    ("案件番号", 14),
    ("事業者", 28),
    ("制度・枠", 20),
    ("担当者", 14),
    ("期限の種類", 30),
    ("対象", 40),
    ("申請できる最初の日", 18),
    ("安全な期限", 12),
    ("最終日", 12),
    ("失効する日", 12),
    ("状態", 12),
    ("見込額(円)", 14),
    ("失うおそれのある額(円)", 20),
    ("申請の状態", 12),
    ("提出日", 12),
    ("決定日", 12),
    ("決定額(円)", 14),
    ("入金日", 12),
    ("入金額(円)", 14),
    ("公的な出典", 14),
)


def sheet_of(rows: Iterable[Row]) -> Sheet:
    """Return the rows as a sheet."""
    return Sheet(NAME, COLUMNS, [_cells(row) for row in rows])


def _cells(row: Row) -> list[Cell]:
    deadline = row.deadline
    case = deadline.case
    return [
        case.number if case else "",
        case.enterprise.name if case else "",
        case.get_frame_display() if case else "",
        str(deadline.consultant) if deadline.consultant else "",
        row.name,
        row.about,
        row.opens_on,
        deadline.safe_by,
        deadline.claim_by,
        deadline.lapses_on,
        row.chip.label,
        row.amount_yen,
        # A held half is lost with its claim, whose row says so.
        None if row.is_held else deadline.yen_at_risk,
        *_claim_cells(row),
        "確認済み" if deadline.is_confirmed else "未確認",
    ]


def _claim_cells(row: Row) -> list[Cell]:
    """Return the claim's own columns; a held half is paid with its claim and has none."""
    claim = row.claim
    if claim is None or row.is_held:
        return ["", None, None, None, None, None]
    return [
        claim.state_label,
        claim.submitted_on,
        claim.decided_on,
        claim.decided_yen,
        claim.paid_on,
        claim.paid_yen,
    ]
