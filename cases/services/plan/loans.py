"""Save the repayment plan (返済計画) as one sheet: the loans, and what is borrowed and repaid each year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cases.models import Loan, LoanChange, Plan
from cases.selectors.plan.loans import LoanSheet, loan_sheet_of
from cases.services.locking import EditedMeanwhile
from cases.services.plan.rows import Comparison, RowInput, compare_rows, store_rows
from cases.services.plan.writing import PlanRefused, lock_plan, note_part
from vapup.accounts import audit
from vapup.accounts.models import Member
from vapup.work import unit_of_work

PART = "返済計画"
# What is borrowed and repaid in a year, in yen.
YearInput = Mapping[int, tuple[int, int]]


class LoansRefused(PlanRefused):
    """A loan does not fit the enterprise."""


@dataclass(frozen=True, slots=True)
class LoanInput:
    """One loan of the sheet: its columns, and what is planned for it by year; a year left out has nothing."""

    row: RowInput
    years: YearInput


@dataclass(slots=True)
class LoanComparison:
    """What saving a sheet does to the loans and to their years."""

    loans: Comparison[Loan]
    new: list[LoanChange] = field(default_factory=list)
    changed: list[LoanChange] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    changes: audit.Changes = field(default_factory=dict)


@unit_of_work()
def save_loans(*, actor: Member, case_id: int, seen: int, rows: Sequence[LoanInput]) -> audit.Changes:
    """Save the sheet that the user saw at the stamp `seen`, and return what changed.

    Raises:
        EditedMeanwhile: another person changed the sheet in between.
        LoansRefused: a lender that the enterprise does not have.
        NoPlan, PlanClosed, NotAllowed: as in `lock_plan`.
    """
    plan = lock_plan(actor, case_id, None)
    stored = loan_sheet_of(plan)
    if stored.stamp != seen:
        raise EditedMeanwhile
    _check_lenders(stored, rows)
    found = compare_loans(plan, stored, rows)
    _store(plan, found)
    note_part(actor, plan, PART, found.changes)
    return found.changes


def compare_loans(plan: Plan, stored: LoanSheet, rows: Sequence[LoanInput]) -> LoanComparison:
    """Return what saving a sheet would change, without saving it."""
    loans = compare_rows(
        "借入金", stored.loans, [one.row for one in rows], lambda: Loan(agency_id=plan.agency_id, plan=plan)
    )
    found = LoanComparison(loans, changes=dict(loans.changes))
    found.gone += [one.pk for loan in loans.gone for one in stored.changes_by_loan[loan.pk]]
    staying = [one for one in rows if not one.row.is_gone]
    for number, (entry, loan) in enumerate(zip(staying, loans.kept, strict=False), 1):
        known = {one.year: one for one in stored.changes_by_loan.get(loan.pk, ())}
        for year in plan.planned_years:
            _compare_year(found, f"借入金 {number}. {loan}", loan, known.get(year), year, entry.years)
    return found


def _compare_year(
    found: LoanComparison, name: str, loan: Loan, stored: LoanChange | None, year: int, years: YearInput
) -> None:
    borrowed, repaid = years.get(year, (0, 0))
    row = stored or LoanChange(agency_id=loan.agency_id, loan=loan, year=year)
    changes = audit.apply_changes(row, {"borrowed_yen": borrowed, "repaid_yen": repaid})
    found.changes.update({f"{name} {year}年目 {label}": pair for label, pair in changes.items()})
    if stored is None:
        found.new += [row] if borrowed or repaid else []
    elif not borrowed and not repaid:
        found.gone.append(row.pk)
    elif changes:
        found.changed.append(row)


def _store(plan: Plan, found: LoanComparison) -> None:
    changes = LoanChange.objects.for_agency(plan.agency_id)
    if found.gone:
        changes.filter(loan__plan=plan, pk__in=found.gone).delete()
    store_rows(found.loans, Loan.objects.for_agency(plan.agency_id).filter(plan=plan))
    if found.changed:
        changes.bulk_update(found.changed, ["borrowed_yen", "repaid_yen"])
    if found.new:
        for row in found.new:
            row.loan_id = row.loan.pk  # a new loan has only now got its id
        changes.bulk_create(found.new)


def _check_lenders(stored: LoanSheet, rows: Sequence[LoanInput]) -> None:
    if wrong := list(_strangers(stored, rows)):
        raise LoansRefused("\n".join(wrong))


def _strangers(stored: LoanSheet, rows: Sequence[LoanInput]) -> Iterator[str]:
    known = {one.pk for one in stored.lenders} | {one.lender_id for one in stored.loans}
    for number, entry in enumerate(rows, 1):
        lender = entry.row.values["lender"]
        if not entry.row.is_gone and lender.pk not in known:
            yield f"借入金{number}の金融機関「{lender}」は、この事業者の金融機関にありません。選び直してください。"
