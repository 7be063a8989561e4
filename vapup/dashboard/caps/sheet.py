"""The caps as a sheet for spreadsheet programs: the rows of the page, with every figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from vapup.dashboard.caps.listing import CaseCap
from vapup.dashboard.exports import Sheet
from vapup.documents.workbooks import Cell

NAME: Final = "補助上限の一覧"
COLUMNS: Final = (
    ("案件番号", 14),
    ("事業者", 28),
    ("制度・枠", 20),
    ("担当者", 14),
    ("上限の区分", 32),
    ("上限(円)", 14),
    ("使用済み(円)", 14),
    ("ほかの案件(円)", 14),
    ("この案件(円)", 14),
    ("算定", 10),
    ("うち支払申請の承認済(円)", 22),
    ("残り(円)", 14),
    ("効いている上限", 30),
    ("適用する規則", 30),
    ("出典", 60),
)


def sheet_of(caps: Iterable[CaseCap]) -> Sheet:
    """Return the caps as a sheet."""
    return Sheet(NAME, COLUMNS, [_cells(one) for one in caps])


def _cells(one: CaseCap) -> list[Cell]:
    case, row = one.case, one.row
    return [
        case.number,
        case.enterprise.name,
        case.get_frame_display(),
        str(case.consultant),
        row.label,
        row.cap_yen,
        row.used_yen,
        one.others_yen,
        one.own_yen,
        one.state,
        one.claimed_yen,
        row.free_yen,
        one.limit_words,
        str(one.ledger.rules),
        "、".join(source.citation for source in row.sources),
    ]
