"""The tables of the casework: enterprises, cases, lenders' answers, and notes."""

from __future__ import annotations

from cases.models.banks import GuidelineProcedure, LenderStance
from cases.models.cases import APPLICATION_OPEN, Case, CaseStep, CoAgency, Council
from cases.models.columns import LARGEST_YEN, yen_range
from cases.models.enterprises import Enterprise, Lender, PastUse
from cases.models.merging import EnterpriseMerge
from cases.models.notes import Mention, Note
from cases.models.payees import Payee

__all__ = [
    "APPLICATION_OPEN",
    "LARGEST_YEN",
    "Case",
    "CaseStep",
    "CoAgency",
    "Council",
    "Enterprise",
    "EnterpriseMerge",
    "GuidelineProcedure",
    "Lender",
    "LenderStance",
    "Mention",
    "Note",
    "PastUse",
    "Payee",
    "yen_range",
]
