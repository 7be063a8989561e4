"""The repayment plan (返済計画): the loans of a plan with what is planned for them, and what the rules say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cases.models import Lender, Loan, LoanChange, Plan, PlanFigure
from cases.rules import repayment
from cases.rules.plan_checks import loan_findings
from cases.selectors.plan.rows import percent_text, stamp_of_rows
from vapup.ui.charts import shares


@dataclass(frozen=True, slots=True)
class LenderRow:
    """What one lender is owed, year by year; `share` is of all balances at the end of the base year: 45.2%."""

    name: str
    balance_yen: int
    share: str
    years: tuple[repayment.RepaymentYear, ...]


@dataclass(frozen=True)
class LoanSheet:
    """The loans of a plan in the order of the sheet, their changes, and the lenders of the enterprise.

    Attributes:
        books: the figures of the base year, as the rules read them.
    """

    plan: Plan
    loans: tuple[Loan, ...]
    changes: tuple[LoanChange, ...]
    lenders: tuple[Lender, ...]
    books: Mapping[tuple[str, int], int]

    @property
    def stamp(self) -> int:
        """Return the number that a form of the sheet must carry."""
        return stamp_of_rows(self.loans, self.changes)

    @cached_property
    def changes_by_loan(self) -> Mapping[int, Sequence[LoanChange]]:
        """Return the changes of each loan, by its id."""
        found: dict[int, list[LoanChange]] = {one.pk: [] for one in self.loans}
        for change in self.changes:
            found[change.loan_id].append(change)
        return found

    @cached_property
    def ruled(self) -> tuple[repayment.Loan, ...]:
        """Return the loans as the rules take them."""
        return tuple(ruled_loan(one, self.changes_by_loan[one.pk]) for one in self.loans)

    @cached_property
    def schedules(self) -> tuple[repayment.Schedule, ...]:
        """Return the schedule of every loan, year 1 to the last one planned."""
        return repayment.schedules(self.ruled, self.plan.planned_years)

    @cached_property
    def totals(self) -> tuple[repayment.RepaymentYear, ...]:
        """Return the sums of each year; nothing without loans."""
        return repayment.totals(self.schedules)

    @property
    def rows(self) -> list[tuple[Loan, str, repayment.Schedule]]:
        """Return each loan with its rate (1.25%) and its schedule."""
        rates = [f"{one.rate_basis_points // 100}.{one.rate_basis_points % 100:02d}%" for one in self.loans]
        return list(zip(self.loans, rates, self.schedules, strict=True))

    @property
    def balance_yen(self) -> int:
        """Return what is owed at the end of the base year."""
        return sum(one.balance_yen for one in self.loans)

    @property
    def by_lender(self) -> list[LenderRow]:
        """Return the sums of each lender, the largest first."""
        names = {one.lender_id: str(one.lender) for one in self.loans}
        found = repayment.by_lender(self.schedules)
        parts = shares([one.balance_yen for one in found])
        return [
            LenderRow(names[one.lender_id], one.balance_yen, percent_text(part), one.years)
            for one, part in zip(found, parts, strict=True)
        ]

    @property
    def findings(self) -> list[str]:
        """Return what does not fit, each with both values."""
        return [one.text for one in loan_findings(self.books, self.ruled, self.plan.planned_years)]


def ruled_loan(loan: Loan, changes: Sequence[LoanChange]) -> repayment.Loan:
    """Return a loan as the rules take it; its lender must be loaded."""
    return repayment.Loan(
        loan.pk,
        loan.lender_id,
        str(loan),
        loan.balance_yen,
        loan.rate_basis_points,
        loan.is_short_term,
        tuple(repayment.LoanChange(one.year, one.borrowed_yen, one.repaid_yen) for one in changes),
    )


def loan_sheet_of(plan: Plan) -> LoanSheet:
    """Return the sheet of a plan, in four queries; `plan.case` must be loaded."""
    mine = plan.agency_id
    loans = Loan.objects.for_agency(mine).filter(plan=plan).select_related("lender")
    changes = LoanChange.objects.for_agency(mine).filter(loan__plan=plan)
    lenders = Lender.objects.for_agency(mine).filter(enterprise_id=plan.case.enterprise_id).order_by("role", "pk")
    booked = PlanFigure.objects.for_agency(mine).filter(plan=plan, year=0).values_list("account", "yen")
    books = {(account, 0): yen for account, yen in booked}
    return LoanSheet(plan, tuple(loans), tuple(changes), tuple(lenders), books)
