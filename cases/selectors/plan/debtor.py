"""The debtor's sheet (債務者概況表): the enterprise, its figures, its loans and its real balance sheet on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from cases.enums import Section, Statement
from cases.models import Enterprise, Plan
from cases.models.plans import PAST_YEARS
from cases.rules.indicators import (
    LOCAL_BENCHMARK_SOURCE,
    Indicator,
    ebitda,
    local_benchmark,
    ordinary_profit_year,
    simple_cash_flow,
)
from cases.rules.statements import BASE_YEAR, Profit, has_balance, profit, section_total, total_assets
from cases.selectors.plan.figures import of_statement
from cases.selectors.plan.loans import LoanSheet, loan_sheet_of
from cases.selectors.plan.real import RealSheet, real_of
from cases.selectors.plan.versions import year_end

SHOWN_YEARS: Final = range(1 - PAST_YEARS, BASE_YEAR + 1)
# What the sheet tells in words: the plan's own texts, in the order of the paper.
TEXTS: Final = ("outline", "finances", "distress_causes", "policy", "support_asked")


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One line of the trend: its name and its amounts in yen, year by year; None where a year is not known."""

    label: str
    amounts: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class DebtorSheet:
    """Everything that the page shows.

    Attributes:
        year_ends: of the years of the trend, the base year last.
        indicators: each with its definition; `source` says where those of ローカルベンチマーク come from.
        texts: the plan's texts that are written, each with its name.
    """

    plan: Plan
    enterprise: Enterprise
    year_ends: Sequence[date]
    trend: Sequence[TrendLine]
    indicators: Sequence[tuple[Indicator, str]]
    loans: LoanSheet
    real: RealSheet
    texts: Sequence[tuple[str, str]]
    source: str = f"出典: {LOCAL_BENCHMARK_SOURCE}"


def debtor_sheet(plan: Plan) -> DebtorSheet:
    """Return the sheet of a plan; `plan.case.enterprise` must be loaded."""
    real, enterprise = real_of(plan), plan.case.enterprise
    own = (*local_benchmark(real.figures, BASE_YEAR, employees=enterprise.employee_count), *real_indicators(real))
    labels = {one.name: str(one.verbose_name) for one in Plan._meta.concrete_fields}
    texts = [(labels[name], getattr(plan, name)) for name in TEXTS]
    return DebtorSheet(
        plan,
        enterprise,
        [year_end(plan, year) for year in SHOWN_YEARS],
        trend_of(real),
        [(one, one.note.removesuffix(f"。{LOCAL_BENCHMARK_SOURCE}")) for one in own],
        loan_sheet_of(plan),
        real,
        [(label, text) for label, text in texts if text],
    )


def real_indicators(real: RealSheet) -> tuple[Indicator, ...]:
    """Return what the plan leads to: the first profitable year, the cure of insolvency, the years of repayment."""
    profitable = ordinary_profit_year(real.figures, real.plan.planned_years)
    return (profitable, real.cured, real.repayment_years[0][1])


def trend_of(real: RealSheet) -> list[TrendLine]:
    """Return the closed years in a few lines; a year shows nothing of a statement that it does not have."""
    figures = real.figures
    names = set(of_statement(Statement.PROFIT))
    with_profit = {year for account, year in figures if account in names}
    with_balance = {year for year in SHOWN_YEARS if has_balance(figures, year)}
    of_profit: dict[str, Callable[[int], int]] = {
        "売上高": partial(section_total, figures, Section.SALES),
        **{one.label: partial(profit, figures, one) for one in Profit if one != Profit.BEFORE_TAX},
        "償却前営業利益": partial(ebitda, figures),
        "簡易キャッシュフロー": partial(simple_cash_flow, figures),
    }
    of_balance: dict[str, Callable[[int], int]] = {
        "総資産": partial(total_assets, figures),
        "純資産": partial(section_total, figures, Section.NET_ASSETS),
    }
    return [
        TrendLine(label, [amount(year) if year in known else None for year in SHOWN_YEARS])
        for lines, known in ((of_profit, with_profit), (of_balance, with_balance))
        for label, amount in lines.items()
    ]
