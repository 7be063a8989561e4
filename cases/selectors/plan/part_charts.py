"""The pictures of a plan's parts; the same for the page and for the paper."""

from __future__ import annotations

from collections.abc import Mapping

from cases.models import Plan
from cases.rules.indicators import simple_cash_flow
from cases.rules.statements import projected
from cases.selectors.plan.business_map import BusinessMap
from cases.selectors.plan.cash import CashSheet
from cases.selectors.plan.figures import figures_of
from cases.selectors.plan.loans import LoanSheet
from vapup.ui.charts import Chart, Flow, FlowLook, Party, Place, Series, flow_map, line, stack


def map_chart(business: BusinessMap, company: str, *, is_printed: bool = False) -> Chart:
    """Draw the picture of the business (ビジネスモデル俯瞰図); `company` stands above its own functions."""
    parties = [
        Party(str(one.pk), Place(one.kind), one.name, one.amount_yen, business.tenths[one.pk], one.comment)
        for one in business.nodes
    ]
    flows = [
        Flow(str(one.source_id), str(one.target_id), FlowLook(one.kind), one.label, one.amount_yen)
        for one in business.flows
    ]
    return flow_map(
        id="plan-map",
        title="ビジネスモデル俯瞰図",
        parties=parties,
        flows=flows,
        company=company,
        is_printed=is_printed,
    )


def debt_service_chart(
    sheet: LoanSheet, sources: Mapping[int, int] | None = None, *, is_printed: bool = False
) -> Chart:
    """Draw repayment and interest of each planned year, lender by lender.

    Args:
        sources: by year, the yen that are there for them (`repayment_sources`); None draws no line.
    """
    years = list(sheet.plan.planned_years)
    parts = [Series(one.name, [year.service_yen for year in one.years]) for one in sheet.by_lender]
    available = Series("返済原資", [sources.get(year) for year in years]) if sources else None
    return stack(
        id="plan-loans",
        title="年ごとの元利返済額",
        labels=[f"{year}年目" for year in years],
        parts=parts,
        available=available,
        is_printed=is_printed,
    )


def repayment_sources(plan: Plan, sheet: LoanSheet) -> dict[int, int]:
    """Return what each planned year leaves for repayment and interest, in yen; nothing without planned figures.

    Net profit and depreciation (簡易キャッシュフロー), and the interest, which the profit has paid already.
    """
    stored = figures_of(plan)
    if not any(year > 0 for _, year in stored):
        return {}
    figures = projected(stored, sheet.ruled, plan.planned_years)
    return {year: simple_cash_flow(figures, year) + figures.get(("interest", year), 0) for year in plan.planned_years}


def cash_chart(sheet: CashSheet, *, is_printed: bool = False) -> Chart:
    """Draw the balance at the end of each month of the cash table, with its lowest month."""
    months = sheet.table.months
    return line(
        id="plan-cash",
        title="月末の資金残高",
        labels=[f"{one.month:%y}年{one.month.month}月" for one in months],
        actual=[one.closing_yen if one.is_actual else None for one in months],
        planned=[None if one.is_actual else one.closing_yen for one in months],
        is_printed=is_printed,
    )
