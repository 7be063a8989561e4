"""A row of every part of a plan and of the report on a period."""

from __future__ import annotations

from datetime import date

from django.db.models import Model

from cases.enums import CashItem, NodeKind
from cases.models import (
    Assumption,
    Case,
    CashFigure,
    Loan,
    LoanChange,
    MapFlow,
    MapNode,
    Measure,
    MeasureEffect,
    Plan,
    RealValue,
)
from monitoring.enums import ProgressState
from monitoring.models import Deviation, FollowUpReport, MeasureProgress
from vapup.accounts.models import Member

MONTH = date(2024, 3, 1)


def add_plan_parts(case: Case, by: Member) -> None:
    """Store what the access tests' world leaves out, because its story begins without it."""
    agency, plan = case.agency, Plan.objects.get(case=case)
    measure = Measure.objects.get(plan=plan)
    nodes = [
        MapNode.objects.create(agency=agency, plan=plan, kind=kind, name=kind.label, position=place)
        for place, kind in enumerate((NodeKind.SUPPLIER, NodeKind.FUNCTION))
    ]
    loan = Loan.objects.create(
        agency=agency, plan=plan, lender=case.enterprise.lenders.all()[0], name="証書貸付", balance_yen=5_000_000
    )
    rows: list[Model] = [
        MapFlow(agency=agency, plan=plan, source=nodes[0], target=nodes[1]),
        MeasureEffect(agency=agency, measure=measure, account="sales", year=1, yen=1_000_000),
        Assumption(agency=agency, plan=plan, account="utilities", year=1, yen=200_000, ground="電気料金の改定"),
        RealValue(agency=agency, plan=plan, account="stock", adjustment_yen=-300_000, reason="滞留在庫"),
        LoanChange(agency=agency, loan=loan, year=1, repaid_yen=500_000),
        CashFigure(agency=agency, plan=plan, month=MONTH, item=CashItem.SALES_CASH, yen=900_000),
    ]
    for row in rows:
        row.save()
    report = FollowUpReport.objects.create(
        agency=agency, period=case.monitoring_periods.all()[0], plan=plan, prepared_by=by
    )
    MeasureProgress.objects.create(agency=agency, report=report, measure=measure, state=ProgressState.LATE)
    Deviation.objects.create(agency=agency, report=report, account="sales", cause="主要取引先の受注減")
