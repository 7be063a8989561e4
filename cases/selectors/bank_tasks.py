"""Which letters of lenders are still missing, as a task list: for the usage application and for the plan claim."""

from __future__ import annotations

from cases.selectors.banks import Board
from cases.selectors.overview import Task

OPENING = "利用申請の書面"
CONSENTS = "支払申請(計画策定)の同意書"
RECEIPT = "支払申請(計画策定)の受取書"
NO_CLOSE_BANK = "主要か準主要の金融機関が登録されていません。"


def letter_tasks(board: Board) -> list[Task]:
    """Return what the council asks of the lenders, done or with what is missing."""
    second = _consents(board) if board.needs_consent else _receipt(board)
    conditions = [_conditions(board)] if board.conditional else []
    return [_opening(board), second, *conditions]


def _opening(board: Board) -> Task:
    row, name = board.opening_row, f"{OPENING}({board.opening_letter})"
    if row is not None:
        how = "利用申請書に記名押印" if row.stance.seals_application else f"{board.opening_day(row)} の原本"
        return Task(name, "done", "あります", hint=f"{row.lender} {how}")
    if not board.close:
        return Task(name, "todo", "ありません", hint=NO_CLOSE_BANK)
    hint = f"{_close_names(board)}から{board.opening_letter}の原本を受け取るか、利用申請書に記名押印を受けます。"
    return Task(name, "todo", "ありません", hint=hint)


def _consents(board: Board) -> Task:
    if board.is_all_agreed:
        return Task(CONSENTS, "done", "全行同意", hint=f"最後の同意は {board.last_consent_on} です。")
    if not board.missing_consents:
        return Task(CONSENTS, "todo", "ありません", hint="借入のある金融機関が登録されていません。")
    names, count = "、".join(board.missing_consents), len(board.missing_consents)
    hint = f"全行同意まであと{count}行: {names}"
    if board.refused:
        refused = "、".join(board.refused)
        return Task(
            CONSENTS, "problem", "不同意あり", hint=f"{hint}。不同意の{refused}には、計画を見直して同意を求めます。"
        )
    return Task(CONSENTS, "todo", f"あと{count}行", hint=hint)


def _conditions(board: Board) -> Task:
    names = "、".join(str(row.lender) for row in board.conditional)
    return Task("条件付き同意の条件", "short", "要確認", hint=f"{names}の条件が計画と支払申請に合うことを確かめます。")


def _receipt(board: Board) -> Task:
    row = board.receipt_row
    if row is not None:
        return Task(RECEIPT, "done", "あります", hint=f"{row.lender} {row.stance.receipt_on}")
    if not board.close:
        return Task(RECEIPT, "todo", "あと1通", hint=NO_CLOSE_BANK)
    hint = f"{_close_names(board)}に計画書を渡し、受取書を受け取ります。全行の同意は要りません。"
    return Task(RECEIPT, "todo", "あと1通", hint=hint)


def _close_names(board: Board) -> str:
    return "か".join(f"「{row.lender}」" for row in board.close)
