"""The pictures of a plan on paper, drawn from its frozen content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cases.packets.plan_document import Cash, Line, PlanDocument
from vapup.ui.charts import Chart, Flow, FlowLook, Party, Place, Series, bars, break_even, flow_map, line, stack

# What stands beside what was planned, by the names of the key figures.
COMPARED: Final = ("売上高", "経常利益")


def map_drawing(document: PlanDocument) -> Chart:
    """Draw the picture of the business (ビジネスモデル俯瞰図)."""
    return flow_map(
        id="plan-map",
        title="ビジネスモデル俯瞰図",
        parties=[
            Party(one.key, Place(one.kind), one.name, one.amount_yen, one.tenths, one.comment) for one in document.nodes
        ],
        flows=[Flow(one.source, one.target, FlowLook(one.kind), one.label, one.amount_yen) for one in document.flows],
        company=document.enterprise.name,
        is_printed=True,
    )


def key_drawings(document: PlanDocument, actual: Mapping[str, Sequence[int | None]]) -> list[Chart]:
    """Draw sales and ordinary profit, planned years beside closed ones.

    Args:
        actual: by the name of the key figure, what planned years brought that are closed by now, for each column; None
            where a year is not closed.
    """
    rows = [one for one in document.key if one.label in COMPARED]
    return [_compared(document, place, row, actual.get(row.label)) for place, row in enumerate(rows)]


def _compared(document: PlanDocument, place: int, row: Line, later: Sequence[int | None] | None) -> Chart:
    planned = [yen if head.year > 0 else None for head, yen in zip(document.heads, row.amounts, strict=True)]
    came = [
        (later[at] if later else None) if head.year > 0 else yen
        for at, (head, yen) in enumerate(zip(document.heads, row.amounts, strict=True))
    ]
    series = [Series("計画", planned), Series("実績", came)]
    labels = [one.period for one in document.heads]
    return bars(id=f"plan-key-{place}", title=f"{row.label}の計画と実績", labels=labels, series=series, is_printed=True)


def loan_drawing(document: PlanDocument) -> Chart:
    """Draw repayment and interest of each planned year, lender by lender, and what there is for them."""
    available = Series("返済原資", list(document.sources)) if document.sources else None
    return stack(
        id="plan-loans",
        title="年ごとの元利返済額",
        labels=[f"{one.year}年目" for one in document.planned],
        parts=[Series(one.name, [year.service_yen for year in one.years]) for one in document.lenders],
        available=available,
        is_printed=True,
    )


def even_drawings(document: PlanDocument) -> list[Chart]:
    """Draw where sales cover all costs, in the base year and at the end of the plan."""
    titles = {one.year: f"損益分岐点 {one.period} {one.kind}" for one in document.heads}
    return [
        break_even(
            id=f"plan-even-{one.year}",
            title=titles[one.year],
            sales_yen=one.sales_yen,
            variable_yen=one.variable_yen,
            fixed_yen=one.fixed_yen,
            is_printed=True,
        )
        for one in document.even
    ]


def cash_drawing(cash: Cash) -> Chart:
    """Draw the balance at the end of each month, its lowest marked."""
    closing = next(one.amounts for one in cash.rows if one.id == "closing")
    return line(
        id="plan-cash",
        title="月末の資金残高",
        labels=[f"{one:%y}年{one.month}月" for one in cash.months],
        actual=[yen if is_actual else None for yen, is_actual in zip(closing, cash.actual, strict=True)],
        planned=[None if is_actual else yen for yen, is_actual in zip(closing, cash.actual, strict=True)],
        is_printed=True,
    )
