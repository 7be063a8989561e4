"""金融機関説明資料: the plan as it is explained to one lender, with what came of it since. Our own layout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.enums import LenderRole, Section, Statement
from cases.models import Lender, Plan, YearlyFigure
from cases.packets.plan_contents import plan_document
from cases.packets.plan_document import LoanLine, PlanDocument
from cases.packets.plan_drawings import COMPARED, cash_drawing, even_drawings, key_drawings, loan_drawing, map_drawing
from cases.rules.accounts import accounts
from cases.rules.indicators import LOCAL_BENCHMARK_SOURCE
from cases.rules.statements import Profit, profit, section_total
from monitoring.enums import ProgressState, ReportState
from monitoring.models import FollowUpReport
from monitoring.rules.variance import SECTION, Comparison
from monitoring.selectors.follow_up_period import PeriodSheet, period_sheet
from vapup.documents.rendering import RenderedPdf, print_html, render_html
from vapup.shared.dates import JAPAN

TEMPLATE: Final = "documents/bank_pack/pack.html"
TITLE: Final = "金融機関説明資料"
NAME_IN_FILENAME: Final = 30
# The lines of plan and actual, by the ids of the comparison.
REPORTED: Final = (
    (f"{SECTION}sales", "売上高"),
    ("gross_profit", "売上総利益"),
    (f"{SECTION}selling_admin", "販売費及び一般管理費"),
    ("operating_profit", "営業利益"),
    ("ordinary_profit", "経常利益"),
    ("net_profit", "当期純利益"),
    ("cash", "現金及び預金の残高"),
    ("debt", "借入金の残高"),
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """The lender that the pack is for."""

    id: int
    name: str
    branch: str
    role: str
    is_guarantor: bool


@dataclass(frozen=True, slots=True)
class ReportedRow:
    """A line of plan and actual in whole yen; None where one is not known."""

    label: str
    plan_yen: int | None
    actual_yen: int | None
    difference_yen: int | None
    achieved: str


@dataclass(frozen=True, slots=True)
class ReportedMeasure:
    """A measure and how it stands in words; "" where nobody said."""

    title: str
    owner: str
    due_on: date
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Reported:
    """The newest report of the follow-up.

    Attributes:
        finished_on: None while it is a draft.
        missing: months without actual figures, which both sides leave out.
        unplanned: months outside of the planned years, which both sides leave out too.
    """

    number: int
    starts_on: date
    ends_on: date
    plan_number: int
    finished_on: date | None
    missing: tuple[date, ...]
    rows: tuple[ReportedRow, ...]
    measures: tuple[ReportedMeasure, ...]
    results: str
    progress: str
    causes: str
    requests: str
    next_steps: str
    unplanned: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class BankPack:
    """Everything that one pack prints.

    Attributes:
        actual: of planned years that are closed by now: by the name of a key figure, yen for each column of the plan.
    """

    lender: Addressee
    made_on: date
    document: PlanDocument
    actual: Mapping[str, tuple[int | None, ...]]
    report: Reported | None

    @property
    def own_loans(self) -> tuple[LoanLine, ...]:
        """The loans of this lender; of a guarantee corporation those that it guarantees."""
        return tuple(one for one in self.document.loans if self.is_own(one))

    def is_own(self, loan: LoanLine) -> bool:
        """Tell whether a loan is this lender's."""
        return loan.lender_id == self.lender.id or (self.lender.is_guarantor and loan.is_guaranteed)

    @property
    def own_yen(self) -> int:
        """What is owed to this lender, or guaranteed by it, at the end of the base year."""
        return sum(one.balance_yen for one in self.own_loans)

    @property
    def own_share(self) -> str:
        """Its share of all balances in tenths of a percent, half up; "" where nothing is owed."""
        owed = self.document.owed_yen
        tenths = (self.own_yen * 2_000 + owed) // (2 * owed) if owed else None
        own = next((one.share for one in self.document.lenders if one.lender_id == self.lender.id), "")
        return own or ("" if tenths is None else f"{tenths // 10}.{tenths % 10}%")

    @property
    def own_lender_id(self) -> int:
        """The lender whose sum is marked; 0 of a guarantee corporation, whose loans are others'."""
        return 0 if self.lender.is_guarantor else self.lender.id

    @property
    def closed_note(self) -> str:
        """What is said of planned years that are closed by now; "" where there are none."""
        is_closed = any(yen is not None for row in self.actual.values() for yen in row)
        return "図の計画年度の実績は、決算の済んだ年度の実績です。" if is_closed else ""


def bank_pack(plan: Plan, lender: Lender, *, made_on: date) -> BankPack:
    """Return what is printed for a lender of the plan's enterprise, from the records as they stand now."""
    document = plan_document(plan)
    is_guarantor = lender.role == LenderRole.GUARANTOR
    return BankPack(
        Addressee(lender.pk, lender.bank_name, lender.branch_name, LenderRole(lender.role).label, is_guarantor),
        made_on,
        document,
        _actual(plan, document),
        _reported(plan, made_on),
    )


def bank_pack_html(pack: BankPack) -> str:
    """Return the pack as HTML."""
    document = pack.document
    context = {
        "pack": pack,
        "document": document,
        "title": TITLE,
        "source": LOCAL_BENCHMARK_SOURCE,
        "key_charts": key_drawings(document, pack.actual),
        "map_chart": map_drawing(document) if document.nodes else None,
        "loan_chart": loan_drawing(document) if document.loans else None,
        "cash_chart": cash_drawing(document.cash) if document.cash else None,
        "even_charts": even_drawings(document),
    }
    return render_html(TEMPLATE, context)


def bank_pack_pdf(html: str) -> RenderedPdf:
    """Print a pack; the same HTML gives the same bytes."""
    return print_html(html, identifier=hashlib.sha256(html.encode()).hexdigest())


def pack_filename(document: PlanDocument, lender: str, ending: str) -> str:
    """Return the name of the file: C-2026-0012_金融機関説明資料_第1版_七十七銀行.pdf."""
    bank = "".join(one if one.isalnum() else "_" for one in lender[:NAME_IN_FILENAME])
    draft = "案" if document.is_draft else ""
    return f"{document.case_number}_{TITLE}_第{document.number}版{draft}_{bank}.{ending}"


def _actual(plan: Plan, document: PlanDocument) -> dict[str, tuple[int | None, ...]]:
    """Return what planned years brought that are closed by now, by the yearly figures of the enterprise."""
    rows = YearlyFigure.objects.for_agency(plan.agency_id).filter(
        enterprise_id=plan.case.enterprise_id, ends_on__gt=plan.base_ends_on
    )
    years = {(one.ends_on.year, one.ends_on.month): one.year for one in document.planned}
    profit_accounts = {one.id for one in accounts().values() if one.statement is Statement.PROFIT}
    figures = {
        (account, years[ends_on.year, ends_on.month]): yen
        for ends_on, account, yen in rows.values_list("ends_on", "account", "yen")
        if (ends_on.year, ends_on.month) in years and account in profit_accounts
    }
    closed = {year for _, year in figures}
    sales = {year: section_total(figures, Section.SALES, year) for year in closed}
    ordinary = {year: profit(figures, Profit.ORDINARY, year) for year in closed}
    return {
        name: tuple(amounts.get(one.year) for one in document.heads)
        for name, amounts in zip(COMPARED, (sales, ordinary), strict=True)
    }


def _reported(plan: Plan, today: date) -> Reported | None:
    """Return the newest report of the case that goes by this version or an earlier one; None without any.

    A draft is told of only where none is finished.
    """
    reports = FollowUpReport.objects.for_agency(plan.agency_id).filter(
        period__case=plan.case, plan__number__lte=plan.number
    )
    rows = reports.order_by("-period__ends_on", "-pk").values_list("state", "period_id")
    newest = min(rows, key=lambda one: one[0] != ReportState.FINISHED, default=(None, 0))[1]
    sheet = period_sheet(plan.case, newest, today=today) if newest else None
    if sheet is None or sheet.report is None:
        return None
    report, comparison = sheet.report, sheet.comparison
    return Reported(
        number=sheet.number,
        starts_on=sheet.period.starts_on,
        ends_on=sheet.period.ends_on,
        plan_number=report.plan.number,
        finished_on=report.finished_at.astimezone(JAPAN).date() if report.finished_at else None,
        missing=comparison.missing if comparison else (),
        rows=tuple(_rows(comparison)) if comparison else (),
        measures=tuple(_measures(sheet)),
        results=report.results,
        progress=report.progress,
        causes=report.causes,
        requests=report.requests,
        next_steps=report.next_steps,
        unplanned=comparison.unplanned if comparison else (),
    )


def _rows(comparison: Comparison) -> Iterable[ReportedRow]:
    for row_id, label in REPORTED:
        row = comparison.row(row_id)
        if row is not None:
            yield ReportedRow(label, row.plan_yen, row.actual_yen, row.difference_yen, row.achieved)


def _measures(sheet: PeriodSheet) -> Iterable[ReportedMeasure]:
    for line in sheet.measures:
        said = line.progress
        state, note = (ProgressState(said.state).label, said.note) if said else ("", "")
        yield ReportedMeasure(line.measure.title, line.measure.owner, line.measure.due_on, state, note)
