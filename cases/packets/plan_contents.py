"""Gathers what the papers of a plan print from the records, through the rules that the pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cases.enums import PlanState, Scheme, SchemeFrame, Section, Statement
from cases.models import Case, Enterprise, Plan
from cases.packets.letters import PLANS, PROGRAMMES
from cases.packets.plan_document import (
    Adjusted,
    Cash,
    CashRow,
    EvenYear,
    FlowLine,
    FollowUp,
    Ground,
    Head,
    IssueBlock,
    LenderSum,
    Line,
    LoanLine,
    LoanYear,
    Mark,
    MeasureLine,
    NetYear,
    Node,
    Party,
    PlanDocument,
    Real,
    RealRow,
    Text,
)
from cases.rules.accounts import accounts
from cases.rules.indicators import LOCAL_BENCHMARK_SOURCE
from cases.rules.repayment import RepaymentYear, by_lender
from cases.selectors.plan.actions import action_plan
from cases.selectors.plan.business_map import map_of
from cases.selectors.plan.cash import cash_of
from cases.selectors.plan.charts import break_even_years
from cases.selectors.plan.debtor import real_indicators
from cases.selectors.plan.figures import Sheet, assumptions_of, of_statement, sheet_of
from cases.selectors.plan.grid import (
    IndicatorRow,
    Row,
    cash_flow_rows,
    heads_of,
    indicator_reasons,
    indicator_rows,
    key_rows,
    statement_rows,
)
from cases.selectors.plan.loans import LoanSheet, loan_sheet_of
from cases.selectors.plan.part_charts import repayment_sources
from cases.selectors.plan.real import RealSheet, real_of
from cases.selectors.plan.tasks import TEXT_LABELS
from vapup.accounts.models import Agency
from vapup.shared.dates import JAPAN


def plan_document(plan: Plan) -> PlanDocument:
    """Return a version as its papers print it; `plan` comes from `plans_of`."""
    case, sheet, loans, real = plan.case, sheet_of(plan), loan_sheet_of(plan), real_of(plan)
    frame = SchemeFrame(case.frame)
    marks = indicator_rows(sheet, [head.year for head in heads_of(plan) if head.year >= 0])
    sources = repayment_sources(plan, loans)
    nodes, flows = _map(plan)
    return PlanDocument(
        **_head(plan, case, frame),
        heads=tuple(Head(one.year, one.ends_on) for one in heads_of(plan)),
        key=_lines(key_rows(sheet)),
        profit=_statement(sheet, Statement.PROFIT),
        balance=_statement(sheet, Statement.BALANCE),
        cash_flow=_lines(cash_flow_rows(sheet)),
        nodes=nodes,
        flows=flows,
        issues=_issues(plan),
        grounds=_grounds(plan),
        loans=_loans(loans),
        lenders=_lenders(loans),
        loan_totals=_years(loans.totals),
        sources=tuple(sources[year] for year in plan.planned_years) if sources else (),
        cash=_cash(plan),
        marks=_marks(marks),
        mark_reasons=tuple(indicator_reasons(marks)),
        # The years of repayment stand among the marks of each year already.
        results=tuple(Mark(one.label, one.note, (one.shown,)) for one in real_indicators(real)[:2]),
        even=tuple(
            EvenYear(year, one.sales_yen, one.variable_yen, one.fixed_yen) for year, one in break_even_years(sheet)
        ),
        real=_real(real, frame),
        follow_up=FollowUp(
            plan.get_frequency_display() if plan.frequency else "",
            plan.follow_up_starts_on,
            plan.follow_up_months,
            plan.follow_up,
        ),
    )


def _head(plan: Plan, case: Case, frame: SchemeFrame) -> dict[str, Any]:
    holds = plan.state in {PlanState.APPROVED, PlanState.REPLACED}
    return {
        "case_number": case.number,
        "programme": PROGRAMMES[frame],
        "title": PLANS[frame],
        "council": case.council.name,
        "number": plan.number,
        "state": plan.state,
        "approved_on": plan.approved_at.astimezone(JAPAN).date() if holds and plan.approved_at else None,
        "base_ends_on": plan.base_ends_on,
        "years": plan.years,
        "enterprise": _enterprise(case.enterprise),
        "agency": _agency(case.agency),
        "consultant": str(case.consultant),
        "texts": tuple(Text(label, getattr(plan, name)) for name, label in TEXT_LABELS if getattr(plan, name)),
    }


def _enterprise(one: Enterprise) -> Party:
    return Party(
        one.name,
        f"{one.representative_title} {one.representative}".strip(),
        _address(one),
        one.phone,
        business=one.business,
        industry=one.get_industry_display(),
        employees=one.employee_count,
        capital_yen=one.capital_yen,
        founded_on=one.founded_on,
    )


def _agency(one: Agency) -> Party:
    return Party(one.name, one.representative, _address(one), one.phone)


def _address(owner: Enterprise | Agency) -> str:
    return f"〒{owner.postal_code} {owner.address}" if owner.postal_code else owner.address


def _lines(rows: Iterable[Row]) -> tuple[Line, ...]:
    return tuple(Line(one.id, one.label, one.kind.value, tuple(one.amounts)) for one in rows)


def _statement(sheet: Sheet, statement: Statement) -> tuple[Line, ...]:
    """Return the lines of a statement; a year without any account of it is unknown, and deductions say so."""
    names, figures = set(of_statement(statement)), sheet.figures
    known = {year for account, year in figures if account in names}
    rows = statement_rows(sheet, statement, is_whole=False)
    return tuple(
        Line(
            row.id,
            account_label(row.id, row.label) if row.is_account else row.label,
            row.kind.value,
            tuple(yen if year in known else None for year, yen in zip(sheet.plan.all_years, row.amounts, strict=True)),
        )
        for row in rows
    )


def account_label(account: str, label: str) -> str:
    """Return the name of an account on paper; one that lowers its section is marked as a deduction."""
    one = accounts().get(account)
    return f"{label}(控除)" if one is not None and one.factor < 0 else label


def _map(plan: Plan) -> tuple[tuple[Node, ...], tuple[FlowLine, ...]]:
    found = map_of(plan)
    nodes = (
        Node(
            str(one.pk),
            one.kind,
            one.get_kind_display(),
            one.name,
            one.amount_yen,
            found.tenths[one.pk],
            one.comment,
        )
        for one in found.nodes
    )
    flows = (
        FlowLine(str(one.source_id), str(one.target_id), one.kind, one.label, one.amount_yen) for one in found.flows
    )
    return tuple(nodes), tuple(flows)


def _issues(plan: Plan) -> tuple[IssueBlock, ...]:
    return tuple(
        IssueBlock(
            row.issue.title,
            row.issue.situation,
            row.issue.direction,
            tuple(
                MeasureLine(
                    one.measure.title,
                    one.measure.detail,
                    one.measure.owner,
                    one.measure.starts_on,
                    one.measure.due_on,
                    one.measure.kpi,
                    tuple(one.profit_yen[year] for year in plan.planned_years),
                )
                for one in row.measures
            ),
        )
        for row in action_plan(plan)
    )


def _grounds(plan: Plan) -> tuple[Ground, ...]:
    lines: dict[int, dict[int, int]] = {}
    facts: dict[int, tuple[str, str]] = {}
    for one in assumptions_of(plan):
        label = accounts()[one.account].label if one.account in accounts() else one.account
        facts[one.position] = (label, one.ground)
        lines.setdefault(one.position, {})[one.year] = one.yen
    return tuple(
        Ground(*facts[place], tuple(yen.get(year, 0) for year in plan.planned_years)) for place, yen in lines.items()
    )


def _years(years: Sequence[RepaymentYear]) -> tuple[LoanYear, ...]:
    return tuple(
        LoanYear(one.year, one.opening_yen, one.borrowed_yen, one.repaid_yen, one.closing_yen, one.interest_yen)
        for one in years
    )


def _loans(sheet: LoanSheet) -> tuple[LoanLine, ...]:
    """Return the loans lender by lender, in the order of their sums."""
    order = {one.lender_id: place for place, one in enumerate(by_lender(sheet.schedules))}
    found = [
        LoanLine(
            loan.lender_id,
            str(loan.lender),
            loan.name,
            loan.rate_basis_points,
            loan.is_guaranteed,
            loan.is_short_term,
            loan.collateral,
            loan.balance_yen,
            _years(schedule.years),
        )
        for loan, _, schedule in sheet.rows
    ]
    return tuple(sorted(found, key=lambda one: order[one.lender_id]))


def _lenders(sheet: LoanSheet) -> tuple[LenderSum, ...]:
    return tuple(
        LenderSum(one.lender_id, row.name, row.share, row.balance_yen, _years(row.years))
        for one, row in zip(by_lender(sheet.schedules), sheet.by_lender, strict=True)
    )


def _cash(plan: Plan) -> Cash | None:
    sheet = cash_of(plan)
    if sheet.is_empty:
        return None
    months = sheet.table.months
    rows = (CashRow(one.id, one.label, one.kind.value, tuple(one.amounts.values())) for one in sheet.table.lines())
    return Cash(
        tuple(one.month for one in months),
        tuple(one.is_actual for one in months),
        tuple(rows),
        sheet.short_text,
        sheet.lowest_text,
    )


def _marks(rows: Iterable[IndicatorRow]) -> tuple[Mark, ...]:
    return tuple(
        Mark(one.label, one.note.removesuffix(f"。{LOCAL_BENCHMARK_SOURCE}"), tuple(one.shown)) for one in rows
    )


def _real(sheet: RealSheet, frame: SchemeFrame) -> Real | None:
    """Return the real balance sheet: of the guideline always, of 経営改善計画 where something is adjusted."""
    is_asked = frame is SchemeFrame.SME_GL or (bool(sheet.values) and Scheme.of(frame) is Scheme.IMPROVEMENT)
    if not is_asked or not sheet.has_books:
        return None
    rows = [
        RealRow(account_label(one.account, one.label), one.book_yen, one.adjustment_yen, one.real_yen)
        for one in sheet.lines
        if accounts()[one.account].section is not Section.NET_ASSETS
    ]
    net = RealRow("純資産(資産 − 負債)", sheet.base.book_yen, sheet.adjustment_yen, sheet.base.real_yen)
    return Real(
        (*rows, net),
        tuple(Adjusted(label, one.adjustment_yen, one.reason) for label, one in sheet.labelled),
        tuple(NetYear(one.year, one.book_yen, one.real_yen) for one in sheet.net_assets),
    )
