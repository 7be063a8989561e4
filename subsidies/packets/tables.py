"""The tables of an application for councils that want them as a workbook: the statements by work, and 計算根拠."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from subsidies.packets.calculation import Calculation
from subsidies.packets.claim import ClaimPayload
from subsidies.packets.payload import Amount, Estimate, EstimateRow, PacketContent, UsagePayload
from vapup.documents.workbooks import Cell, Hours, Table

WORK: Final = (("番号", 7), ("業務内容", 42), ("担当者・資格", 24), ("単価(税抜)円/時間", 12), ("外部委託", 9))
ESTIMATE: Final = (
    *WORK,
    ("予定時間(時間)", 11),
    ("金額(税抜)円", 14),
    ("税率(%)", 8),
    ("消費税(円)", 12),
    ("合計(税込)円", 14),
)
CLAIM: Final = (*WORK, ("利用申請の時間", 11), ("利用申請の額(税込)円", 14), ("実績の額(税込)円", 14), ("差(円)", 14))
AMOUNTS: Final = (("費用の区分", 30), ("費用(税込)円", 16), ("補助額(円)", 16), ("自己負担(円)", 16))
STEPS: Final = (
    ("番号", 7),
    ("計算", 32),
    ("式", 44),
    ("値", 44),
    ("結果", 18),
    ("規則", 30),
    ("出典の番号", 11),
    ("確認", 12),
)
PAYMENTS: Final = (("支払", 32), ("支払の時期", 40), ("額(円)", 16))
DEADLINES: Final = (
    ("期限", 34),
    ("起算日", 13),
    ("期間(か月)", 11),
    ("最終日", 13),
    ("安全な日", 13),
    ("失効する日", 13),
    ("失う額(円)", 16),
)
SOURCES: Final = (("番号", 7), ("出典", 100))
YEN: Final = re.compile(r"(△?)([0-9]{1,3}(?:,[0-9]{3})*)円")


def tables_of(content: PacketContent) -> tuple[Table, ...]:
    """Return the tables of an application; none of a letter, which has no figures."""
    found: list[Table] = []
    if isinstance(content, UsagePayload):
        found = [_estimate(content, content.estimate), _amounts(content, (*content.amounts, content.total))]
    elif isinstance(content, ClaimPayload):
        found = [_claim(content), _estimate(content, content.estimate), _claimed(content)]
    if content.calculation is not None:
        found.extend(_calculation(content, content.calculation))
    return tuple(found)


def _title(content: PacketContent, name: str) -> str:
    return f"{name} {content.case_number} {content.applicant.name}"


def _table(
    content: PacketContent, name: str, columns: tuple[tuple[str, int], ...], rows: Iterable[tuple[Cell, ...]]
) -> Table:
    """Return a table; a row whose first cell says so is a sum."""
    kept = tuple(rows)
    sums = frozenset(number for number, row in enumerate(kept) if row[0] in {"小計", "合計"})
    return Table(name, _title(content, name), columns, kept, sums)


def _work(number: str, row: EstimateRow) -> tuple[Cell, ...]:
    return number, row.work, row.person, row.hourly_rate_yen, "○" if row.is_subcontracted else ""


def _estimate(content: PacketContent, estimate: Estimate) -> Table:
    return _table(content, "業務別見積明細書", ESTIMATE, _estimate_rows(estimate))


def _estimate_rows(estimate: Estimate) -> Iterator[tuple[Cell, ...]]:
    for place, group in enumerate(estimate.groups, 1):
        for number, row in enumerate(group.rows, 1):
            amounts = row.net_yen, row.tax_percent, row.tax_yen, row.gross_yen
            yield *_work(f"{place}-{number}", row), Hours(row.minutes), *amounts
        sums = group.net_yen, None, group.tax_yen, group.gross_yen
        yield "小計", group.label, None, None, None, Hours(group.minutes), *sums
    sums = estimate.net_yen, None, estimate.tax_yen, estimate.gross_yen
    yield "合計", None, None, None, None, Hours(estimate.minutes), *sums


def _claim(content: ClaimPayload) -> Table:
    return _table(content, "業務別請求明細書", CLAIM, _claim_rows(content))


def _claim_rows(content: ClaimPayload) -> Iterator[tuple[Cell, ...]]:
    for place, group in enumerate(content.work_groups, 1):
        for number, row in enumerate(group.filed.rows, 1):
            yield *_work(f"{place}-{number}", row), Hours(row.minutes), row.gross_yen, None, None
        actual = (group.cost_yen, group.difference_yen) if group.is_actual else (None, None)
        yield "小計", group.category, None, None, None, Hours(group.filed.minutes), group.filed_yen, *actual
    sums = (content.cost_yen, content.difference_yen) if content.is_entered else (None, None)
    minutes = sum(group.filed.minutes for group in content.work_groups)
    yield "合計", None, None, None, None, Hours(minutes), content.filed_yen, *sums


def _claimed(content: ClaimPayload) -> Table:
    rows = [(row.category, row.cost_yen, row.subsidy_yen, row.own_burden_yen) for row in content.rows]
    total = ("合計", content.cost_yen, content.subsidy_yen, content.own_burden_yen)
    return _table(content, "費用の負担", AMOUNTS, [*rows, total])


def _amounts(content: PacketContent, amounts: Iterable[Amount]) -> Table:
    rows = [(one.label, one.cost_yen, one.subsidy_yen, one.own_burden_yen) for one in amounts]
    return _table(content, "費用の負担", AMOUNTS, rows)


def _calculation(content: PacketContent, calculation: Calculation) -> Iterator[Table]:
    yield _table(content, "計算根拠", STEPS, _steps(calculation))
    payments = [(one.label, one.trigger, one.amount_yen) for one in calculation.payments]
    yield _table(content, "支払の予定", PAYMENTS, payments)
    deadlines = [
        (one.label, one.counted_from, one.months, one.claim_by, one.safe_by, one.lapses_on, one.yen_at_risk)
        for one in calculation.deadlines
    ]
    yield _table(content, "支払申請の期限", DEADLINES, deadlines)
    yield _table(content, "出典", SOURCES, enumerate(calculation.sources, 1))


def _steps(calculation: Calculation) -> Iterator[tuple[Cell, ...]]:
    for number, step in enumerate(calculation.steps, 1):
        figures = "\n".join(f"{one.label}: {one.text}" for one in step.figures)
        sources = "、".join(map(str, step.sources))
        state = "公表資料" if step.is_confirmed else "未確認の読み"
        yield number, step.label, step.formula, figures, _result(step.result), step.rule, sources, state


def _result(text: str) -> Cell:
    """Return a result in yen as a number (△ is below zero), any other as its words."""
    found = YEN.fullmatch(text)
    if found is None:
        return text
    amount = int(found[2].replace(",", ""))
    return -amount if found[1] else amount
