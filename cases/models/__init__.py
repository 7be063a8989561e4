"""The tables of the casework: enterprises, cases, lenders' answers, and notes."""

from __future__ import annotations

from cases.models import closed as closed  # registers its triggers
from cases.models.banks import GuidelineProcedure, LenderStance
from cases.models.cases import APPLICATION_OPEN, Case, CaseStep, CoAgency, Council
from cases.models.columns import LARGEST_YEN, yen_range
from cases.models.enterprises import Enterprise, Lender, PastUse
from cases.models.figures import AccountName, MonthlyFigure, YearlyFigure
from cases.models.merging import EnterpriseMerge
from cases.models.notes import Mention, Note
from cases.models.payees import Payee
from cases.models.plans import (
    Assumption,
    CashFigure,
    Issue,
    Loan,
    LoanChange,
    MapFlow,
    MapNode,
    Measure,
    MeasureEffect,
    Plan,
    PlanFigure,
    RealValue,
)
from cases.models.words import CaseWords, EnterpriseWords

__all__ = [
    "APPLICATION_OPEN",
    "LARGEST_YEN",
    "AccountName",
    "Assumption",
    "Case",
    "CaseStep",
    "CaseWords",
    "CashFigure",
    "CoAgency",
    "Council",
    "Enterprise",
    "EnterpriseMerge",
    "EnterpriseWords",
    "GuidelineProcedure",
    "Issue",
    "Lender",
    "LenderStance",
    "Loan",
    "LoanChange",
    "MapFlow",
    "MapNode",
    "Measure",
    "MeasureEffect",
    "Mention",
    "MonthlyFigure",
    "Note",
    "PastUse",
    "Payee",
    "Plan",
    "PlanFigure",
    "RealValue",
    "YearlyFigure",
    "yen_range",
]
