"""What contradicts in a plan, for its pages: a guide (目安), which blocks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cases.enums import Statement
from cases.rules.plan_checks import Doubt, Finding, findings
from cases.selectors.plan.figures import Sheet

# Where each contradiction can be mended; those of the list of loans stand on its own page.
SHOWN_ON: Final[Mapping[Statement, frozenset[Doubt]]] = {
    Statement.PROFIT: frozenset({Doubt.OPENING_STOCK, Doubt.CLOSING_STOCK, Doubt.INTEREST, Doubt.WORN_OUT}),
    Statement.BALANCE: frozenset({Doubt.UNBALANCED, Doubt.NEGATIVE_CASH, Doubt.CLOSING_STOCK, Doubt.WORN_OUT}),
}


def findings_of(sheet: Sheet) -> tuple[Finding, ...]:
    """Return the contradictions of a plan in the order of its years, each with both values."""
    return findings(sheet.figures, sheet.loans, sheet.plan.all_years)


def findings_on(sheet: Sheet, statement: Statement) -> tuple[Finding, ...]:
    """Return the contradictions that concern a statement."""
    return tuple(one for one in findings_of(sheet) if one.doubt in SHOWN_ON[statement])
