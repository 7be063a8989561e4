"""The figures of a plan, as the pure rules read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.enums import Statement
from cases.models import Assumption, LoanChange, Measure, MeasureEffect, Plan
from cases.models import Loan as LoanRow
from cases.rules.accounts import accounts
from cases.rules.attribution import Effect, proposed
from cases.rules.repayment import Loan
from cases.rules.statements import DERIVED, DERIVED_FROM_LOANS, projected
from cases.rules.wear import TANGIBLE, WORN, is_net, wearing_at
from cases.selectors.plan.loans import ruled_loan
from cases.selectors.plan.versions import stamp

Figures = dict[tuple[str, int], int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the figures of a plan rest on; read in six queries.

    Attributes:
        stored: what was entered, yen by account and year.
        loans: the repayment plan, as the rules read it.
        measures: by id, in the order of the plan.
        grounds: of each line of assumptions, by its position.
    """

    plan: Plan
    stored: Figures
    loans: tuple[Loan, ...]
    effects: tuple[Effect, ...]
    assumptions: tuple[Effect, ...]
    measures: Mapping[int, str]
    grounds: Mapping[int, str]

    @property
    def figures(self) -> Figures:
        """Return the figures with what follows from the others: cash, retained earnings, borrowings."""
        return projected(self.stored, self.loans, self.plan.all_years)

    @property
    def derived(self) -> frozenset[str]:
        """Return the accounts that nobody enters in planned years."""
        return DERIVED | DERIVED_FROM_LOANS if self.loans else DERIVED


def sheet_of(plan: Plan) -> Sheet:
    """Read the figures of a plan with all that they rest on."""
    assumptions = assumptions_of(plan)
    return Sheet(
        plan=plan,
        stored=figures_of(plan),
        loans=loans_of(plan),
        effects=tuple(Effect(one.measure_id, one.account, one.year, one.yen) for one in effects_of(plan)),
        assumptions=tuple(Effect(one.position, one.account, one.year, one.yen) for one in assumptions),
        measures={one.pk: one.title for one in measures_of(plan)},
        grounds={one.position: one.ground for one in assumptions},
    )


def figures_of(plan: Plan) -> Figures:
    """Return what was entered: yen by account and year."""
    return {(account, year): yen for account, year, yen in plan.figures.values_list("account", "year", "yen")}


def measures_of(plan: Plan) -> list[Measure]:
    """Return the measures of a plan, issue by issue."""
    rows = Measure.objects.for_agency(plan.agency_id).filter(plan=plan)
    return list(rows.select_related("issue").order_by("issue__position", "issue_id", "position", "id"))


def effects_of(plan: Plan) -> list[MeasureEffect]:
    """Return the effects of all measures of a plan."""
    return list(MeasureEffect.objects.for_agency(plan.agency_id).filter(measure__plan=plan))


def assumptions_of(plan: Plan) -> list[Assumption]:
    """Return the assumptions of a plan; those of one position are one line of the page."""
    rows = Assumption.objects.for_agency(plan.agency_id).filter(plan=plan)
    return list(rows.order_by("position", "year", "id"))


def loans_of(plan: Plan) -> tuple[Loan, ...]:
    """Return the loans of a plan with what is planned for them, as the rules read them; in two queries."""
    changes: dict[int, list[LoanChange]] = {}
    for one in LoanChange.objects.for_agency(plan.agency_id).filter(loan__plan=plan):
        changes.setdefault(one.loan_id, []).append(one)
    rows = LoanRow.objects.for_agency(plan.agency_id).filter(plan=plan).select_related("lender")
    return tuple(ruled_loan(row, changes.get(row.pk, ())) for row in rows)


def of_statement(statement: Statement) -> tuple[str, ...]:
    """Return the accounts of a statement, in its order."""
    return tuple(one.id for one in accounts().values() if one.statement is statement)


def figures_stamp(figures: Figures, statement: Statement) -> int:
    """Return the number that stands for a statement as it is stored."""
    wanted = set(of_statement(statement))
    return stamp(sorted((account, year, yen) for (account, year), yen in figures.items() if account in wanted))


def assumption_stamp(rows: Sequence[Assumption]) -> int:
    """Return the number that stands for the assumptions as they are stored."""
    return stamp([(one.position, one.account, one.year, one.yen, one.ground) for one in rows])


def enterable(sheet: Sheet, statement: Statement) -> frozenset[tuple[str, int]]:
    """Return the amounts of a statement that people enter: all but what follows in planned years from the others."""
    derived = sheet.derived
    return frozenset(
        (account, year)
        for account in of_statement(statement)
        for year in sheet.plan.all_years
        if year < 1 or account not in derived
    )


def calculated(sheet: Sheet, statement: Statement) -> Figures:
    """Return the planned years as base year + measures + assumptions.

    The profit and loss statement is made whole; in the balance sheet only what is meant to change, the other
    balances go on as they were. Fixed assets that the books carry at what is left of them (`is_net`) are lowered by
    what is worn off until then: the tangible ones, or the intangible ones where there are no others.
    """
    years = sheet.plan.planned_years
    if statement is Statement.PROFIT:
        return proposed(sheet.stored, sheet.effects, sheet.assumptions, years)
    names = set(of_statement(statement)) - sheet.derived
    found: Figures = {}
    moved = [one for one in (*sheet.effects, *sheet.assumptions) if one.account in names]
    for account in {one.account for one in moved}:
        for year in years:
            change = sum(one.yen for one in moved if (one.account, one.year) == (account, year))
            found[account, year] = sheet.stored.get((account, 0), 0) + change
    return {**found, **_left(sheet, found)}


def _left(sheet: Sheet, found: Figures) -> Figures:
    """Return what is left of the fixed assets in the planned years of `found` in which an entry means that.

    A year whose profit and loss nobody planned yet wears off what its calculation will say.
    """
    names = of_statement(Statement.PROFIT)
    bare = [year for year in sheet.plan.planned_years if not any((name, year) in sheet.stored for name in names)]
    planned = {**sheet.stored, **proposed(sheet.stored, sheet.effects, sheet.assumptions, bare), **found}
    worn = worn_in_entries(sheet, planned)
    return {key: found[key] - yen for key, yen in worn.items() if key in found}


def worn_in_entries(sheet: Sheet, entered: Figures) -> Figures:
    """Return by year what the fixed assets of planned years that are entered at what is left have lost since year 0.

    Args:
        entered: the plan's figures without what follows from them.
    """
    years, wearing = sheet.plan.planned_years, wearing_at(entered)
    # Beside intangible assets alone, an entry for the others is 0 and says nothing of what is worn off.
    held = {wearing, TANGIBLE}
    rest = {(account, year): yen for (account, year), yen in entered.items() if account not in held or year < 1}
    worn = projected(rest, sheet.loans, years)
    net = [year for year in years if (wearing, year) in entered and is_net(rest, year)]
    return {(wearing, year): worn[WORN, year] for year in net}


def calculation_stamp(sheet: Sheet, statement: Statement) -> int:
    """Return the number that stands for a statement as it is stored and what the calculation makes of it."""
    return stamp(sorted(calculated(sheet, statement).items()), [figures_stamp(sheet.stored, statement)])
