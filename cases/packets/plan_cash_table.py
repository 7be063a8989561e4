"""The cash table (資金繰表) as a sheet that reckons: each month opens with what the one before closed with."""

from __future__ import annotations

from typing import Final

from xlsxwriter.utility import xl_col_to_name

from cases.enums import CashBlock
from cases.packets.plan_document import Cash, PlanDocument
from cases.rules.cash_table import BLOCKS, direction
from vapup.documents.workbooks import FIRST_ROW, Cell, Formula, Table

NAME: Final = "資金繰表"
OPENING: Final = "opening"
CLOSING: Final = "closing"


def cash_tables(document: PlanDocument) -> list[Table]:
    """Return the sheet, or nothing where no month has any amount."""
    if document.cash is None:
        return []
    cash = document.cash
    rows: list[list[Cell]] = [
        [row.label, *(_cell(cash, row.id, at, yen) for at, yen in enumerate(row.amounts))] for row in cash.rows
    ]
    rows.append(["最も少ない残高", _lowest(cash), *[None] * (len(cash.months) - 1)])
    heads = [
        (f"{month.year}年{month.month}月\n{'実績' if is_actual else '計画'}", 15)
        for month, is_actual in zip(cash.months, cash.actual, strict=True)
    ]
    sums = frozenset(at for at, row in enumerate(cash.rows) if row.kind != "account")
    return [Table(NAME, f"{NAME}(単位: 円)", [("項目", 28), *heads], rows, sums, fixed=1)]


def _cell(cash: Cash, name: str, at: int, yen: int) -> Cell:
    column = xl_col_to_name(at + 1)
    rows = {row.id: FIRST_ROW + place for place, row in enumerate(cash.rows)}
    if name == OPENING:
        return Formula(f"={xl_col_to_name(at)}{rows[CLOSING]}", yen) if at else yen
    if name == CLOSING:
        parts = "".join(f"+{column}{rows[block.value]}" for block in BLOCKS)
        return Formula(f"={column}{rows[OPENING]}{parts}", yen)
    if name in CashBlock.values:
        terms = ((direction(item), rows[item.value]) for item in BLOCKS[CashBlock(name)])
        written = "".join(f"{'+' if sign > 0 else '-'}{column}{row}" for sign, row in terms)
        return Formula(f"={written.removeprefix('+')}", yen)
    return yen


def _lowest(cash: Cash) -> Formula:
    row = next(FIRST_ROW + place for place, one in enumerate(cash.rows) if one.id == CLOSING)
    closing = next(one.amounts for one in cash.rows if one.id == CLOSING)
    return Formula(f"=MIN(B{row}:{xl_col_to_name(len(cash.months))}{row})", min(closing))
